// The desktop application: makes the parts and joins them. What they do, they do elsewhere.
#pragma once

#include "app/strata/compress_wiring.h"
#include "app/strata/desktop_notice.h"
#include "app/strata/device_wiring.h"
#include "app/strata/folder_wiring.h"
#include "app/strata/sample_wiring.h"
#include "app/strata/settings_wiring.h"
#include "app/strata/tray.h"
#include "ui/controllers/engine_controller.h"
#include "ui/controllers/library_controller.h"
#include "ui/controllers/memory_controller.h"
#include "ui/controllers/memory_guard.h"
#include "ui/controllers/source_inspector.h"
#include "ui/controllers/store_controller.h"
#include "ui/library/library_page.h"
#include "ui/store/app_folders.h"
#include "ui/theme/theme.h"
#include "ui/window/main_window.h"

#include <QFileDialog>
#include <QMenu>
#include <QObject>
#include <memory>

namespace strata::ui {
class ChatPage;
class ConversationList;
}  // namespace strata::ui

namespace strata::app {

class Application : public QObject {
    Q_OBJECT
public:
    /// Without devices the processor computes.
    explicit Application(const ui::AppFolders& folders, std::shared_ptr<ui::DeviceProvider> devices = nullptr);
    ~Application() override;

    void show();
    /// Stacks are added (a single one is loaded), models open the wizard, the rest is told why not.
    void open(const QStringList& paths);
    /// Brings the window to the front.
    void activate();

private:
    void buildPages();
    void connectStore();
    void connectEngine();
    void connectLibrary();
    void connectWindow();
    void connectChat();
    void connectMemory();
    void askForModels(QFileDialog::FileMode mode, const QString& title, const QString& filter);
    void load(const QString& path);
    void reload();
    void loadLast();
    void fillModelMenu();
    void takeSources(const QList<ui::SourceDescription>& sources);
    void takeEarlySources();
    void tellMade(const QString& path, const QString& name);
    void tell(const ui::Problem& problem);
    /// Only while the user looks at other programs.
    void tellOutside(const QString& title, const QString& text);
    void connectOutside();
    [[nodiscard]] ui::EngineOptions engineOptions() const;
    [[nodiscard]] QString diagnostics() const;

    ui::AppFolders m_folders;
    ui::Theme m_theme;
    ui::StoreController m_store;
    ui::EngineController m_engine;
    ui::MemoryController m_memory;
    ui::MemoryGuard m_guard;
    ui::LibraryController m_library;
    ui::SourceInspector m_inspector;
    ui::MainWindow m_window;
    QMenu m_modelMenu;
    SettingsWiring m_settings;
    DeviceWiring m_devices;
    CompressWiring m_compress;
    FolderWiring m_folder;
    Tray m_tray;
    DesktopNotice m_desktop;
    ui::ChatPage* m_chat = nullptr;          // the window's
    ui::ConversationList* m_list = nullptr;  // the window's
    ui::LibraryPage* m_models = nullptr;     // the window's
    std::unique_ptr<SampleWiring> m_sample;
    ui::RequestId m_hovered = 0;
    ui::RequestId m_dropped = 0;
    QList<ui::SourceDescription> m_hoveredSources;
    QList<ui::SourceDescription> m_earlySources;  // opened before settings and library were read
    bool m_remembers = false;
    bool m_triedLast = false;
};

}  // namespace strata::app
