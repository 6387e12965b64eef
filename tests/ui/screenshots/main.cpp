// usage: strata_screenshots FOLDER STACK SOURCE SUFFIX
// Draws every page with the same content into FOLDER/NAME-THEME-SUFFIX.png. SOURCE is a GGUF file for the wizard.
#include "app/strata/application.h"
#include "tests/support/temporary_folder.h"
#include "tests/ui/controllers/fake_devices.h"
#include "ui/chat/chat_page.h"
#include "ui/window/drop_overlay.h"
#include "ui/window/main_window.h"
#include "ui/wizard/compress_wizard.h"
#include "ui/wizard/result_page.h"
#include "ui/wizard/run_page.h"

#include <QAbstractButton>
#include <QApplication>
#include <QComboBox>
#include <QDateTime>
#include <QDeadlineTimer>
#include <QDir>
#include <QFile>
#include <QScrollArea>
#include <QScrollBar>
#include <QSpinBox>
#include <QStringList>
#include <QToolButton>
#include <cstdio>
#include <functional>
#include <thread>

namespace {

using namespace strata;
using namespace strata::ui;

constexpr int kWaitMs = 60'000;
// Of no job that there is.
constexpr qint64 kShownJob = 1'000'000;

bool waitFor(const std::function<bool()>& condition) {
    for (QDeadlineTimer deadline(kWaitMs); !condition();) {
        if (deadline.hasExpired()) return false;
        QCoreApplication::processEvents(QEventLoop::AllEvents, 50);
        std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    return true;
}

void pass(int ms) {
    const QDeadlineTimer deadline(ms);
    static_cast<void>(waitFor([&] { return deadline.hasExpired(); }));
}

/// What a machine with a graphics card would tell.
DeviceList shownDevices() {
    DeviceReport card = ui::testing::madeUpDevice(QStringLiteral("Radeon RX 7800 XT (RADV NAVI32)"));
    card.driver = QStringLiteral("radv Mesa 24.1.0, Vulkan 1.3.278");
    card.memoryBytes = 17'163'091'968;
    card.freeBytes = 15'400'000'000;
    card.found = {"8-bit integers",
                  "16-bit floating point",
                  "8-bit storage",
                  "16-bit storage",
                  "sums by subgroup",
                  "integer dot product",
                  "integer dot product in hardware",
                  "buffer addresses",
                  "timeline semaphores",
                  "tells how much memory is free",
                  "a queue for copies"};
    card.lacks = {"cooperative matrices"};
    card.limits = {{"subgroup", "%1 threads", 64, false}, {"largest binding", {}, 4'294'967'295, true}};
    card.paths = {{"weights", "copied to the device", {}, false},
                  {"copies", "through a ring of staging buffers", {}, false},
                  {"integer products", "four at once (integer dot product)", {}, false},
                  {"sums", "by subgroup", {}, false},
                  {"rows of a product", "shared by several threads", {}, false}};
    DeviceReport own = ui::testing::madeUpDevice(QStringLiteral("AMD Radeon Graphics (RADV RAPHAEL_MENDOCINO)"),
                                                 DeviceKind::Integrated);
    DeviceReport software =
        ui::testing::madeUpDevice(QStringLiteral("llvmpipe (LLVM 15.0.6, 256 bits)"), DeviceKind::Software);
    DeviceList list;
    list.processorName = QStringLiteral("AMD Ryzen 7 7700X");
    list.devices = {card, own, software};
    list.automaticId = card.id;
    return list;
}

constexpr const char* kAnswer =
    R"(The Moon pulls on the near side of the Earth a little more than on the far side. The water follows, and **two bulges** form; the Earth turns under them.

| | Sun and Moon | Range |
|---|---|---|
| Spring tide | in line | large |
| Neap tide | at a right angle | small |

To see the height over a day, add the two waves:

```python
def height(hours, lunar=0.9, solar=0.4):
    """Height of the water in metres."""
    return (lunar * cos(2 * pi * hours / 12.42)
            + solar * cos(2 * pi * hours / 12.0))
```

1. The lunar wave repeats every 12 h 25 min.
2. The solar wave repeats every 12 h.
)";

/// A conversation that was held before, and some others for the list.
ConversationRecord seed(StoreController& store) {
    ConversationRecord shown;
    const qint64 now = QDateTime::currentMSecsSinceEpoch();
    const QStringList titles = {QStringLiteral("Why is bread sour?"), QStringLiteral("Names for a boat"),
                                QStringLiteral("Regular expressions"), QStringLiteral("How do tides work?")};
    bool done = false;
    QObject::connect(&store, &StoreController::conversationCreated, &store,
                     [&](RequestId, const ConversationRecord& record) {
                         if (record.title != titles.last()) return;
                         shown = record;
                         MessageRecord question;
                         question.conversation = record.id;
                         question.text = titles.last();
                         question.createdMs = now;
                         store.createMessage(question);
                     });
    QObject::connect(&store, &StoreController::messageCreated, &store, [&](RequestId, const MessageRecord& message) {
        if (message.role == Role::User) {
            MessageRecord answer;
            answer.conversation = message.conversation;
            answer.parent = message.id;
            answer.role = Role::Assistant;
            answer.text = QString::fromUtf8(kAnswer);
            answer.createdMs = now;
            answer.statistics = {.tokens = 214,
                                 .tokensPerSecond = 41.3,
                                 .timeToFirstTokenMs = 210,
                                 .memoryBytes = 118'000'000,
                                 .agreement = 0.91,
                                 .modelName = QStringLiteral("SmolLM2 135M"),
                                 .stopped = false};
            store.createMessage(answer);
            return;
        }
        shown.leaf = message.id;
        store.updateConversation(shown);
        done = true;
    });
    for (qsizetype index = 0; index < titles.size(); ++index) {
        ConversationRecord record;
        record.title = titles[index];
        record.createdMs = record.updatedMs = now - (titles.size() - index) * 3'600'000;
        store.createConversation(record);
    }
    static_cast<void>(waitFor([&] { return done; }));
    bool flushed = false;
    QObject::connect(&store, &StoreController::flushed, &store, [&] { flushed = true; });
    store.flush();
    static_cast<void>(waitFor([&] { return flushed; }));
    return shown;
}

class Photographer {
public:
    Photographer(QDir folder, QString suffix) : m_folder(std::move(folder)), m_suffix(std::move(suffix)) {}
    void take(QWidget& widget, const QString& name) {
        pass(400);
        const QString file = m_folder.filePath(QStringLiteral("%1-%2-%3.png").arg(name, m_theme, m_suffix));
        m_failed |= !widget.grab().save(file);
        std::printf("%s\n", file.toLocal8Bit().constData());
    }
    void setTheme(MainWindow& window, bool dark) {
        m_theme = dark ? QStringLiteral("dark") : QStringLiteral("light");
        auto* box = window.findChild<QComboBox*>(QStringLiteral("themeChoice"));
        box->setCurrentIndex(dark ? 2 : 1);
        emit box->activated(box->currentIndex());
        pass(100);
    }
    [[nodiscard]] bool failed() const { return m_failed; }

private:
    QDir m_folder;
    QString m_suffix;
    QString m_theme;
    bool m_failed = false;
};

void takePages(Photographer& photographer, MainWindow& window, const ConversationRecord& conversation) {
    auto* chat = window.findChild<ChatPage*>();
    window.resize(1280, 820);
    window.showPage(Page::Library);
    photographer.take(window, QStringLiteral("library"));
    window.showPage(Page::Settings);
    photographer.take(window, QStringLiteral("settings"));
    auto* scroll = window.findChild<QWidget*>(QStringLiteral("settingsPage"))->findChild<QScrollArea*>();
    window.findChild<QToolButton*>(QStringLiteral("device0Disclose"))->click();
    pass(100);
    auto* section = window.findChild<QWidget*>(QStringLiteral("deviceSection"));
    scroll->verticalScrollBar()->setValue(section->mapTo(scroll->widget(), QPoint(0, 0)).y() - 48);
    photographer.take(window, QStringLiteral("settings-devices"));
    window.findChild<QToolButton*>(QStringLiteral("device0Disclose"))->click();
    scroll->verticalScrollBar()->setValue(scroll->verticalScrollBar()->maximum());
    photographer.take(window, QStringLiteral("settings-keys"));
    scroll->verticalScrollBar()->setValue(0);
    window.showPage(Page::Chat);
    chat->newConversation();
    photographer.take(window, QStringLiteral("empty-chat"));
    chat->openConversation(conversation);
    photographer.take(window, QStringLiteral("chat"));
    window.resize(760, 560);
    photographer.take(window, QStringLiteral("narrow"));
    window.resize(1280, 820);
    auto* size = window.findChild<QSpinBox*>(QStringLiteral("fontPercent"));
    size->setValue(200);
    photographer.take(window, QStringLiteral("large"));
    window.columns().setOpen(Side::Right, true);
    photographer.take(window, QStringLiteral("large-memory"));
    window.columns().setOpen(Side::Right, false);
    size->setValue(100);
    auto* overlay = window.findChild<DropOverlay*>();
    overlay->setWords({QStringLiteral("Compress Llama-3.2-1B (2.5 GB)"), QStringLiteral("about 6 minutes"), true});
    overlay->setGeometry(window.rect());
    overlay->show();
    photographer.take(window, QStringLiteral("drop"));
    overlay->hide();
}

/// The pages of a run and of its result, with the figures of the sample: a real run would take minutes for each
/// picture.
void takeRun(Photographer& photographer, CompressWizard& wizard) {
    auto* run = static_cast<RunPage*>(wizard.page(RunStep));
    auto* result = static_cast<ResultPage*>(wizard.page(ResultStep));
    CompressionProgress progress;
    progress.stage = QStringLiteral("Compressing layers");
    progress.detail = QStringLiteral("layer 18 of 30, error 0.8 %");
    progress.fraction = 0.46;
    progress.elapsedSeconds = 71;
    progress.remainingSeconds = 83;
    for (int layer = 1; layer <= 18; ++layer) progress.errors.append({layer, 0.5 + 0.3 * ((layer * 7) % 5) / 4.0});
    const QString name = wizard.order().name;
    const QString output = wizard.order().output;
    wizard.showJob(kShownJob);
    run->setName(name);
    run->setState(JobState::Running, {});
    run->setProgress(progress);
    photographer.take(wizard, QStringLiteral("wizard-run"));
    CompressionResult made;
    made.output = output;
    made.sourceBytes = 91'700'000;
    made.stackBytes = 112'600'000;
    made.seconds = 143;
    made.curve = {{17'000'000, 0.02, 4000}, {43'000'000, 0.61, 44},   {60'000'000, 0.78, 31},
                  {80'000'000, 0.89, 27},   {95'000'000, 0.93, 26.8}, {111'000'000, 0.95, 26.6}};
    result->setResult(made);
    run->setState(JobState::Done, {});
    wizard.next();
    photographer.take(wizard, QStringLiteral("wizard-result"));
}

/// Other programs take most of the device's memory.
void takeBusyDevice(Photographer& photographer, MainWindow& window, test::SharedMemory& memory) {
    memory.budgetBytes = 120'000'000;
    auto* note = window.findChild<QWidget*>(QStringLiteral("deviceNote"));
    window.showPage(Page::Chat);
    static_cast<void>(waitFor([&] { return !note->isHidden(); }));
    for (const bool dark : {false, true}) {
        photographer.setTheme(window, dark);
        photographer.take(window, QStringLiteral("chat-device-busy"));
    }
}

void takeWizard(Photographer& photographer, app::Application& application, MainWindow& window, const QString& source) {
    application.open({source});
    CompressWizard* wizard = nullptr;
    static_cast<void>(waitFor([&] { return (wizard = window.findChild<CompressWizard*>()) != nullptr; }));
    const auto isReady = [&](QWizard::WizardButton button) { return wizard->button(button)->isEnabled(); };
    static_cast<void>(waitFor([&] { return isReady(QWizard::NextButton); }));
    photographer.take(*wizard, QStringLiteral("wizard-source"));
    wizard->next();
    static_cast<void>(waitFor([&] { return isReady(QWizard::CommitButton); }));
    photographer.take(*wizard, QStringLiteral("wizard-choices"));
    takeRun(photographer, *wizard);
    wizard->close();
    static_cast<void>(waitFor([&] { return window.findChild<CompressWizard*>() == nullptr; }));
}

}  // namespace

int main(int argc, char** argv) {
    QApplication qt(argc, argv);
    const QStringList arguments = QApplication::arguments();
    if (arguments.size() != 5) {
        std::fputs("usage: strata_screenshots FOLDER STACK SOURCE SUFFIX\n", stderr);
        return 2;
    }
    QDir folder(arguments[1]);
    folder.mkpath(QStringLiteral("."));
    const test::TemporaryFolder temporary;
    const QString data = QFile::decodeName(temporary.path().c_str());
    const AppFolders folders{.data = data, .config = data, .cache = data, .models = data + QStringLiteral("/models")};
    QDir().mkpath(folders.models);
    ConversationRecord conversation;
    {
        StoreController store(folders.database());
        conversation = seed(store);
    }
    Photographer photographer(folder, arguments[4]);
    const auto devices = std::make_shared<ui::testing::FakeDevices>(shownDevices());
    const auto deviceMemory = std::make_shared<test::SharedMemory>();
    devices->faults().memory = deviceMemory;
    app::Application application(folders, devices);
    application.show();
    MainWindow* window = nullptr;
    for (QWidget* widget : QApplication::topLevelWidgets())
        if (auto* found = qobject_cast<MainWindow*>(widget)) window = found;
    pass(500);
    for (const bool dark : {false, true}) {
        photographer.setTheme(*window, dark);
        window->showPage(Page::Library);
        photographer.take(*window, QStringLiteral("empty-library"));
    }
    application.open({arguments[2]});
    pass(3000);
    for (const bool dark : {false, true}) {
        photographer.setTheme(*window, dark);
        takePages(photographer, *window, conversation);
        takeWizard(photographer, application, *window, arguments[3]);
    }
    takeBusyDevice(photographer, *window, *deviceMemory);
    return photographer.failed() ? 1 : 0;
}
