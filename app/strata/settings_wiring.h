// Settings between page, store and those whom they concern; and what the window remembers of itself.
#pragma once

#include "ui/controllers/engine_types.h"
#include "ui/controllers/memory_controller.h"
#include "ui/controllers/store_controller.h"
#include "ui/settings/settings_page.h"

#include <QObject>

namespace strata::ui {
class MainWindow;
class Theme;
}  // namespace strata::ui

namespace strata::app {

class SettingsWiring : public QObject {
    Q_OBJECT
public:
    /// All must outlive it. `modelsFolder` holds until a setting says otherwise.
    SettingsWiring(ui::StoreController& store, ui::Theme& theme, ui::MainWindow& window, ui::MemoryController& memory,
                   const QString& modelsFolder, QObject* parent = nullptr);
    [[nodiscard]] ui::SettingsPage& page() noexcept { return *m_page; }
    [[nodiscard]] const ui::SettingsValues& values() const noexcept { return m_page->values(); }
    /// As if the user had changed them.
    void change(const ui::SettingsValues& values);
    /// From the store, once it has read them.
    void load();
    void saveWindow();

signals:
    void modelsFolderChanged(const QString& folder);
    void enterSendsChanged(bool sends);
    /// These hold now: read from the store, or changed by the user.
    void applied(const strata::ui::SettingsValues& values);

private:
    void apply(const ui::SettingsValues& values);
    void save(const ui::SettingsValues& values);

    ui::StoreController& m_store;
    ui::Theme& m_theme;
    ui::MainWindow& m_window;
    ui::MemoryController& m_memory;
    QString m_defaultFolder;
    ui::SettingsPage* m_page;  // the window's
};

}  // namespace strata::app
