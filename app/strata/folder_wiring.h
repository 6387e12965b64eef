// Another folder for models: whether those of the former one shall move there, and the move.
#pragma once

#include "ui/controllers/engine_controller.h"
#include "ui/controllers/library_controller.h"
#include "ui/window/notice_bar.h"

#include <QObject>
#include <QStringList>

namespace strata::ui {
class MainWindow;
}

namespace strata::app {

class FolderWiring : public QObject {
    Q_OBJECT
public:
    /// All must outlive it.
    FolderWiring(ui::LibraryController& library, ui::EngineController& engine, ui::MainWindow& window,
                 QObject* parent = nullptr);
    /// The models folder is this one from now on. Asks where there are models in the former one.
    void change(const QString& folder);

signals:
    void told(const strata::ui::Notice& notice);
    /// The model that was loaded before it moved.
    void reloadRequested(const QString& path);

private:
    void ask(const QStringList& stacks);
    void move(const QStringList& stacks);
    void showProgress(const QString& path, double fraction);
    void takeEnd(int moved);

    ui::LibraryController& m_library;
    ui::EngineController& m_engine;
    ui::MainWindow& m_window;
    QString m_loaded;  // where it lies now; empty: none was loaded
};

}  // namespace strata::app
