// The icon in the system tray: show the window, yield memory, quit; and messages where the desktop has no other way.
#pragma once

#include "ui/controllers/memory_controller.h"
#include "ui/theme/theme.h"

#include <QMenu>
#include <QObject>
#include <QSystemTrayIcon>

namespace strata::app {

class Tray : public QObject {
    Q_OBJECT
public:
    Tray(ui::MemoryController& memory, const ui::Theme& theme, QObject* parent = nullptr);
    void tell(const QString& title, const QString& text);

signals:
    void showRequested();
    void quitRequested();

private:
    void refresh();
    ui::MemoryController& m_memory;
    QMenu m_menu;
    QAction* m_yield;
    QSystemTrayIcon m_icon;
};

}  // namespace strata::app
