#include "app/strata/application.h"

#include "core/base/system_info.h"
#include "ui/chat/chat_page.h"
#include "ui/chat/composer.h"
#include "ui/chat/conversation_list.h"
#include "ui/memory/memory_panel.h"
#include "ui/models/number_text.h"
#include "ui/window/notice_bar.h"
#include "ui/window/sidebar.h"

#include <QApplication>
#include <QFileInfo>
#include <QInputDialog>
#include <QSysInfo>

namespace strata::app {
namespace {

using namespace strata::ui;

constexpr int kNewsMs = 8000;

}  // namespace

Application::Application(const AppFolders& folders, std::shared_ptr<DeviceProvider> devices)
    : m_folders(folders),
      m_store(folders.database()),
      m_engine(devices),
      m_memory(m_engine),
      m_guard(m_memory, std::make_unique<SystemMemorySource>()),
      m_library(m_store, folders.models),
      m_window(m_memory, m_theme),
      m_settings(m_store, m_theme, m_window, m_memory, folders.models),
      m_devices(std::move(devices), m_engine, m_store, m_settings.page()),
      m_compress(m_store, m_window, m_theme),
      m_folder(m_library, m_engine, m_window),
      m_tray(m_memory, m_theme) {
    m_compress.setModelsFolder(folders.models);
    buildPages();
    connectStore();
    connectEngine();
    connectLibrary();
    connectWindow();
    connectChat();
    connectMemory();
    connectOutside();
}

Application::~Application() = default;

void Application::show() {
    m_window.show();
    m_chat->focusComposer();
}

void Application::activate() {
    m_window.setWindowState(m_window.windowState() & ~Qt::WindowMinimized);
    m_window.show();
    // What stands before the window comes with it, and has the keys.
    QWidget* modal = QApplication::activeModalWidget();
    QWidget* front = modal != nullptr && modal->isVisible() ? modal : &m_window;
    front->raise();
    front->activateWindow();
}

void Application::buildPages() {
    m_chat = new ChatPage(&m_engine, &m_store, &m_theme);
    m_models = new LibraryPage(m_library.model(), m_theme);
    m_list = new ConversationList(m_chat->controller(), &m_store, &m_theme);
    m_window.sidebar().setConversations(m_list);
    m_window.setPageWidget(Page::Chat, m_chat);
    m_window.setPageWidget(Page::Library, m_models);
    m_sample = std::make_unique<SampleWiring>(*m_models, m_folders.models);
    connect(m_sample.get(), &SampleWiring::ready, &m_compress, &CompressWiring::openWizard);
    connect(m_sample.get(), &SampleWiring::failed, this, &Application::tell);
    m_window.setPageWidget(Page::Settings, &m_settings.page());
    m_settings.page().setDiagnostics([this] { return diagnostics(); });
    connect(&m_settings.page(), &SettingsPage::revealRequested, this,
            [this](const QString& folder) { m_library.reveal(folder + QStringLiteral("/.")); });
    connect(&m_settings, &SettingsWiring::enterSendsChanged, m_chat->composer(), &Composer::setEnterSends);
    connect(&m_theme, &Theme::wordsChanged, m_sample.get(), &SampleWiring::retell);
    m_chat->setModelMenu(&m_modelMenu);
    connect(&m_modelMenu, &QMenu::aboutToShow, this, &Application::fillModelMenu);
}

void Application::connectStore() {
    connect(&m_store, &StoreController::settingsLoaded, this, [this] {
        m_settings.load();
        m_devices.lookBack();
        m_library.start();
        m_sample->locate();
        m_store.loadJobs();
    });
    connect(&m_store, &StoreController::openFailed, this, &Application::tell);
    connect(&m_store, &StoreController::replaced, this, &Application::tell);
    connect(&m_store, &StoreController::failed, this, &Application::tell);
    // Whatever it was, files that were opened are not kept waiting for it.
    connect(&m_store, &StoreController::failed, this, &Application::takeEarlySources);
}

void Application::connectEngine() {
    connect(&m_engine, &EngineController::loaded, this, [this](RequestId, const StackSummary& stack) {
        m_library.model().setLoaded(stack.path);
        m_library.noteUse(stack.path, m_engine.wantedMemory(), m_settings.values().contextLength);
        m_store.setSetting(QStringLiteral("engine/lastStack"), stack.path);
    });
    connect(&m_engine, &EngineController::ejected, this, [this] { m_library.model().setLoaded({}); });
    connect(&m_engine, &EngineController::loadFailed, this,
            [this](RequestId, const Problem& problem) { tell(problem); });
    connect(&m_settings, &SettingsWiring::applied, &m_devices, &DeviceWiring::apply);
    connect(&m_devices, &DeviceWiring::told, &m_window.notices(), &NoticeBar::show);
    connect(&m_devices, &DeviceWiring::reloadRequested, this, &Application::reload);
    connect(&m_devices, &DeviceWiring::choiceWanted, this, [this](const DeviceChoice& choice) {
        SettingsValues values = m_settings.values();
        values.device = choice;
        m_settings.change(values);
    });
    connect(&m_devices, &DeviceWiring::settingsRequested, this, [this] { m_window.showPage(Page::Settings); });
    connect(&m_engine, &EngineController::memoryFailed, this, &Application::tell);
    connect(&m_engine, &EngineController::memoryChanged, this, [this](const MemorySnapshot& memory) {
        m_library.model().setMemory({memory.systemAvailableBytes, memory.totalBytes()});
    });
}

void Application::connectLibrary() {
    connect(&m_library, &LibraryController::scanned, this, &Application::takeEarlySources);
    connect(&m_library, &LibraryController::scanned, this, &Application::loadLast);
    connect(&m_library, &LibraryController::addFailed, this,
            [this](const QString&, const Problem& problem) { tell(problem); });
    connect(&m_library, &LibraryController::removeFailed, this,
            [this](const QString&, const Problem& problem) { tell(problem); });
    connect(&m_library, &LibraryController::noticed, this, &Application::tell);
    connect(&m_library, &LibraryController::removed, this,
            [this](const QString& path, const QString& name, bool undoable) {
                Notice notice;
                notice.title = tr("%1 was removed from the library").arg(name);
                notice.showMs = kNewsMs;
                if (undoable) {
                    notice.actionText = tr("Undo");
                    notice.action = [this, path] { static_cast<void>(m_library.undoRemove(path)); };
                }
                m_window.notices().show(notice);
            });
    connect(m_models, &LibraryPage::openRequested, this, [this](const QString& path) {
        load(path);
        m_window.showPage(Page::Chat);
        m_chat->focusComposer();
    });
    connect(m_models, &LibraryPage::ejectRequested, &m_engine, &EngineController::eject);
    connect(m_models, &LibraryPage::revealRequested, &m_library, &LibraryController::reveal);
    connect(m_models, &LibraryPage::removeRequested, this, [this](const QString& path) {
        if (m_engine.stack().path == path) m_engine.eject();
        m_library.remove(path, false);
    });
    connect(m_models, &LibraryPage::renameRequested, this, [this](const QString& path) {
        const LibraryEntry* entry = m_library.model().find(path);
        auto* dialog = new QInputDialog(&m_window);
        dialog->setAttribute(Qt::WA_DeleteOnClose);
        dialog->setWindowTitle(tr("Rename the model"));
        dialog->setLabelText(tr("Name"));
        if (entry != nullptr) dialog->setTextValue(entry->record.name);
        connect(dialog, &QInputDialog::textValueSelected, this,
                [this, path](const QString& name) { m_library.rename(path, name); });
        dialog->open();
    });
    connect(m_models, &LibraryPage::filesRequested, this, [this] {
        askForModels(QFileDialog::ExistingFiles, tr("Add models"), tr("Models (*.strata *.gguf);;All files (*)"));
    });
    connect(m_models, &LibraryPage::folderRequested, this,
            [this] { askForModels(QFileDialog::Directory, tr("Add a model's folder"), {}); });
    connect(&m_settings, &SettingsWiring::modelsFolderChanged, this, [this](const QString& folder) {
        m_compress.setModelsFolder(folder);
        m_sample->setFolder(folder);
        m_folder.change(folder);
    });
    connect(&m_folder, &FolderWiring::told, &m_window.notices(), &NoticeBar::show);
    connect(&m_folder, &FolderWiring::reloadRequested, this, &Application::load);
    connect(&m_compress, &CompressWiring::stackMade, this, &Application::tellMade);
    connect(&m_compress, &CompressWiring::failed, this, [this](const QString& name, const Problem& problem) {
        tellOutside(tr("%1 could not be compressed").arg(name), problem.title);
    });
    connect(&m_compress, &CompressWiring::chatRequested, this, [this](const QString& path) {
        m_library.add(path);
        load(path);
        m_window.showPage(Page::Chat);
    });
    connect(&m_compress, &CompressWiring::expectationChanged, this, [this](const QString& words) {
        m_engine.setModelExpected(!words.isEmpty());
        m_chat->setExpectation(m_engine.state() == EngineState::Empty ? words : QString());
    });
}

void Application::connectWindow() {
    connect(&m_window, &MainWindow::dropHovered, this, [this](const QStringList& paths) {
        m_hoveredSources.clear();
        m_hovered = m_inspector.inspect(paths);
    });
    connect(&m_window, &MainWindow::dropped, this, &Application::open);
    connect(&m_inspector, &SourceInspector::inspected, this,
            [this](RequestId request, const QList<SourceDescription>& sources) {
                if (request == m_dropped) return takeSources(sources);
                if (request != m_hovered) return;
                m_hoveredSources = sources;
                m_window.setDropWords(dropWords(sources, nullptr));
                if (sources.size() == 1 && sources.first().isUsable && sources.first().kind != SourceKind::Stack)
                    m_hovered = m_inspector.askCost(sources.first(), CompressionOrder{}.planes, m_folders.models);
            });
    connect(&m_inspector, &SourceInspector::costKnown, this, [this](RequestId request, const CompressionCost& cost) {
        if (request == m_hovered) m_window.setDropWords(dropWords(m_hoveredSources, &cost));
    });
}

void Application::connectOutside() {
    connect(&m_tray, &Tray::showRequested, this, &Application::activate);
    connect(&m_tray, &Tray::quitRequested, qApp, &QApplication::quit);
    connect(&m_desktop, &DesktopNotice::activated, this, &Application::activate);
    connect(&m_desktop, &DesktopNotice::refused, &m_tray, &Tray::tell);
    connect(qApp, &QGuiApplication::applicationStateChanged, this, [this](Qt::ApplicationState state) {
        if (state == Qt::ApplicationActive) m_desktop.withdraw();
    });
}

void Application::connectChat() {
    connect(&m_window, &MainWindow::newChatRequested, m_chat, [this] {
        m_chat->newConversation();
        m_chat->focusComposer();
    });
    connect(&m_window, &MainWindow::composerRequested, m_chat, &ChatPage::focusComposer);
    connect(&m_window, &MainWindow::escapePressed, m_chat->controller(), &ChatController::stop);
    connect(&m_window, &MainWindow::searchRequested, m_list, &ConversationList::focusSearch);
    connect(m_list, &ConversationList::newRequested, this, [this] {
        m_window.showPage(Page::Chat);
        m_chat->newConversation();
        m_chat->focusComposer();
    });
    connect(m_list, &ConversationList::openRequested, this,
            [this](const ConversationRecord& conversation, MessageId message) {
                m_window.showPage(Page::Chat);
                m_chat->openConversation(conversation, message);
            });
    connect(m_list, &ConversationList::failed, this, &Application::tell);
    connect(m_list, &ConversationList::exported, this, [this](const QString& path) {
        Notice notice;
        notice.kind = NoticeKind::Success;
        notice.title = tr("The chat was written to %1").arg(QFileInfo(path).fileName());
        notice.showMs = kNewsMs;
        m_window.notices().show(notice);
    });
    connect(m_chat, &ChatPage::exportRequested, m_list, &ConversationList::askExport);
    connect(m_chat, &ChatPage::renameRequested, m_list, &ConversationList::askName);
    connect(m_chat, &ChatPage::removeRequested, m_list, &ConversationList::remove);
    connect(m_chat, &ChatPage::modelWanted, this, [this] { m_window.showPage(Page::Library); });
}

void Application::connectMemory() {
    connect(&m_memory, &MemoryController::movedByItself, this, [this](qint64, const QString& why) {
        if (!why.isEmpty()) m_window.memoryPanel().setNote(why);
    });
    connect(&m_memory, &MemoryController::wantedByUser, this, [this](qint64 totalBytes) {
        m_window.memoryPanel().setNote({});
        const StackSummary& stack = m_engine.stack();
        if (!stack.path.isEmpty()) m_library.noteUse(stack.path, totalBytes, m_settings.values().contextLength);
    });
}

void Application::askForModels(QFileDialog::FileMode mode, const QString& title, const QString& filter) {
    auto* dialog = new QFileDialog(&m_window, title, {}, filter);
    dialog->setFileMode(mode);
    if (mode == QFileDialog::Directory) dialog->setOption(QFileDialog::ShowDirsOnly);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &QFileDialog::filesSelected, this, &Application::open);
    dialog->open();
}

void Application::load(const QString& path) {
    if (m_engine.stack().path == path && m_engine.state() != EngineState::Empty) return;
    const LibraryEntry* entry = m_library.model().find(path);
    EngineOptions options = engineOptions();
    if (entry != nullptr) options.memoryBytes = entry->record.memoryBytes;
    m_engine.load(path, options);
}

/// With the settings of now, and the slider where it is. What was said is read again when the chat goes on.
void Application::reload() {
    EngineOptions options = engineOptions();
    options.memoryBytes = m_engine.wantedMemory();
    const QString path = m_engine.stack().path;
    m_engine.load(path, options);
}

EngineOptions Application::engineOptions() const {
    const SettingsValues& values = m_settings.values();
    EngineOptions options;
    options.contextLength = values.contextLength;
    options.threads = values.threads;
    options.overflow = m_chat->controller()->overflow();
    options.device = values.device;
    options.deviceBudgets = values.deviceBudgets;
    return options;
}

/// Once, when the library is known: the model of the last time, if nothing else was asked for.
void Application::loadLast() {
    if (std::exchange(m_triedLast, true) || m_engine.state() != EngineState::Empty) return;
    const QString path = m_store.setting(QStringLiteral("engine/lastStack")).toString();
    const LibraryEntry* entry = m_library.model().find(path);
    if (m_settings.values().loadLastModel && entry != nullptr && entry->isUsable()) load(path);
}

void Application::fillModelMenu() {
    m_modelMenu.clear();
    for (const LibraryEntry& entry : m_library.model().entries()) {
        if (!entry.isUsable()) continue;
        const QString path = entry.record.path;
        QAction* action = m_modelMenu.addAction(entry.record.name, this, [this, path] { load(path); });
        action->setCheckable(true);
        action->setChecked(path == m_engine.stack().path);
    }
    if (!m_modelMenu.isEmpty()) m_modelMenu.addSeparator();
    if (m_engine.state() != EngineState::Empty)
        m_modelMenu.addAction(m_theme.icon(QStringLiteral("eject")), tr("Eject"), &m_engine, &EngineController::eject);
    m_modelMenu.addAction(m_theme.icon(QStringLiteral("library")), tr("All models…"), this,
                          [this] { m_window.showPage(Page::Library); });
}

void Application::open(const QStringList& paths) {
    if (!paths.isEmpty()) m_dropped = m_inspector.inspect(paths);
}

/// The library is known: a model is loaded with the settings and the place of the slider that it had.
void Application::takeEarlySources() {
    m_remembers = true;
    takeSources(std::exchange(m_earlySources, {}));
}

void Application::takeSources(const QList<SourceDescription>& sources) {
    if (!m_remembers) return m_earlySources.append(sources);
    QString stack;
    int stacks = 0;
    for (const SourceDescription& source : sources) {
        if (!source.isUsable) {
            tell(source.problem);
        } else if (source.kind == SourceKind::Stack) {
            m_library.add(source.path);
            stack = source.path;
            ++stacks;
        } else if (source.kind == SourceKind::Conversation) {
            m_list->importFrom(source.path);
        } else {
            m_compress.openWizard(source.path);
        }
    }
    if (stacks == 1) load(stack);
    if (stacks > 1) m_window.showPage(Page::Library);
}

void Application::tellMade(const QString& path, const QString& name) {
    m_library.add(path);
    const QString title = tr("%1 is ready").arg(name);
    tellOutside(title, tr("It was compressed, and can be talked to."));
    if (m_engine.state() == EngineState::Empty) return load(path);
    Notice notice;
    notice.kind = NoticeKind::Success;
    notice.title = title;
    notice.actionText = tr("Chat now");
    notice.action = [this, path] {
        load(path);
        m_window.showPage(Page::Chat);
    };
    m_window.notices().show(notice);
}

void Application::tell(const Problem& problem) {
    m_window.notices().show(noticeOf(problem));
}

void Application::tellOutside(const QString& title, const QString& text) {
    if (QGuiApplication::applicationState() == Qt::ApplicationActive) return;
    m_desktop.tell(title, text);
    QApplication::alert(&m_window);
}

QString Application::diagnostics() const {
    const MemorySnapshot& memory = m_memory.memory();
    const StackSummary& stack = m_engine.stack();
    QStringList lines;
    lines << QStringLiteral("Strata ") + QApplication::applicationVersion();
    lines << QStringLiteral("Qt %1, %2, %3")
                 .arg(QLatin1String(qVersion()), QSysInfo::prettyProductName(), QGuiApplication::platformName());
    lines << QStringLiteral("Processor: %1, %2 cores").arg(QString::fromStdString(cpuName())).arg(usableCores());
    lines << QStringLiteral("Memory: %1 of %2 available; this program %3")
                 .arg(bytesText(memory.systemAvailableBytes), bytesText(memory.systemTotalBytes),
                      bytesText(memory.processBytes));
    if (!stack.name.isEmpty())
        lines << QStringLiteral("Model: %1 (%2), weights %3 of %4, context %5, scratch %6, target %7")
                     .arg(stack.name, stack.architecture, bytesText(memory.weightBytes),
                          bytesText(stack.fullWeightBytes), bytesText(memory.kvBytes), bytesText(memory.scratchBytes),
                          bytesText(memory.targetBytes));
    if (memory.deviceBytes > 0) lines << QStringLiteral("Of it on the device: ") + bytesText(memory.deviceBytes);
    if (memory.deviceChange.isChange())
        lines << QStringLiteral("Its part of the device's memory: %1, %2")
                     .arg(bytesText(static_cast<qint64>(memory.deviceChange.targetBytes)),
                          QString::fromStdString(std::string(memoryReasonName(memory.deviceChange.reason))));
    lines << m_devices.diagnostics();
    return lines.join(QLatin1Char('\n')) + QLatin1Char('\n');
}

}  // namespace strata::app
