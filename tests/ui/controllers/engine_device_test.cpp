// Which device computes, and what happens when it does not.
#include "tests/ui/controllers/engine_harness.h"
#include "tests/ui/controllers/fake_devices.h"
#include "ui/controllers/device_opener.h"
#include "ui/controllers/memory_guard.h"

#include <QLocale>
#include <QSignalSpy>

namespace strata::ui::testing {
namespace {

constexpr int kWaitMs = 30'000;
// What a device needs to be there at all.
constexpr qint64 kMostIdle = 100'000;

#define WAIT_FOR(condition) QTRY_VERIFY_WITH_TIMEOUT(condition, kWaitMs)

EngineOptions on(DeviceChoice::Kind kind, const DeviceReport& device = {}) {
    EngineOptions options;
    options.device = {kind, device.id, device.name};
    return options;
}

/// Without the waits that people need.
GovernorOptions quick() {
    return {.emergencyBytes = 0,
            .deadBandBytes = 1024,
            .growStepBytes = 100'000,
            .calm = std::chrono::milliseconds(1000),
            .growInterval = std::chrono::milliseconds(50)};
}

class EngineDeviceTest : public QObject {
    Q_OBJECT
private slots:
    void initTestCase() {
        QLocale::setDefault(QLocale::c());
        m_stack = m_folder.write("tiny.strata");
        QVERIFY(!m_stack.isEmpty());
    }
    void init() { m_devices = std::make_shared<FakeDevices>(madeUpDevices()); }

    void theChosenDeviceComputes() {
        const DeviceReport basalt = madeUpDevices().devices.last();
        Run run(m_devices);
        run.load(m_stack, on(DeviceChoice::Kind::Device, basalt));
        QCOMPARE(run.engine.device(), (DeviceInUse{basalt.id, basalt.name, true, basalt.memoryBytes}));
        QCOMPARE(m_devices->opened(), QStringList{basalt.id});
        QVERIFY(run.answers());
        QVERIFY(m_devices->faults().products > 0);
        QCOMPARE(run.failed.count(), 0);
    }

    void automaticMeansWhatTheListSays() {
        Run run(m_devices);
        run.load(m_stack, on(DeviceChoice::Kind::Automatic));
        QCOMPARE(run.engine.device().name, QStringLiteral("Granite 9000"));
        DeviceList none = madeUpDevices();
        none.automaticId.clear();
        m_devices->setList(none);
        run.load(m_stack, on(DeviceChoice::Kind::Automatic));
        QVERIFY(run.engine.device().isProcessor());
        QCOMPARE(m_devices->opened().size(), 1);
        QCOMPARE(run.failed.count(), 0);
    }

    void theProcessorAsksNoDevice() {
        Run run(m_devices);
        run.load(m_stack, {});
        QVERIFY(run.engine.device().isProcessor());
        QVERIFY(run.answers());
        QCOMPARE(m_devices->lists(), 0);
        QCOMPARE(m_devices->faults().products, 0U);
    }

    void withoutProviderTheProcessorComputes() {
        Run automatic(nullptr);
        automatic.load(m_stack, on(DeviceChoice::Kind::Automatic));
        QVERIFY(automatic.answers());
        QCOMPARE(automatic.failed.count(), 0);
        Run chosen(nullptr);
        chosen.load(m_stack, on(DeviceChoice::Kind::Device, madeUpDevice(QStringLiteral("Slate"))));
        QVERIFY(chosen.answers());
        QCOMPARE(chosen.failed.count(), 1);
    }

    void aDeviceThatFailsGivesWayToTheProcessor_data() {
        QTest::addColumn<int>("code");
        QTest::addColumn<QString>("words");
        QTest::newRow("lost") << static_cast<int>(ErrorCode::Io) << QStringLiteral("cannot be used");
        QTest::newRow("memory") << static_cast<int>(ErrorCode::OutOfMemory) << QStringLiteral("too little memory");
        QTest::newRow("old") << static_cast<int>(ErrorCode::Unsupported) << QStringLiteral("cannot be used");
    }
    void aDeviceThatFailsGivesWayToTheProcessor() {
        QFETCH(const int, code);
        QFETCH(const QString, words);
        m_devices->setError(Error{static_cast<ErrorCode>(code), "what the driver said", {}, {}});
        Run run(m_devices);
        run.load(m_stack, on(DeviceChoice::Kind::Automatic));
        QCOMPARE(run.failed.count(), 1);
        const Problem problem = run.problem();
        QVERIFY2(problem.title.contains(QStringLiteral("Granite 9000")), qPrintable(problem.title));
        QVERIFY2(problem.title.contains(words), qPrintable(problem.title));
        QVERIFY2(problem.title.contains(QStringLiteral("processor computes")), qPrintable(problem.title));
        QVERIFY(problem.detail.contains(QStringLiteral("what the driver said")));
        QVERIFY(!problem.remedy.isEmpty());
        QVERIFY(run.engine.device().isProcessor());
        QVERIFY(run.answers());
        // The next load tries again.
        m_devices->setError({});
        run.load(m_stack, on(DeviceChoice::Kind::Automatic));
        QVERIFY(!run.engine.device().isProcessor());
        QCOMPARE(run.failed.count(), 1);
    }

    void oneThatIsGoneIsNamed() {
        Run run(m_devices);
        run.load(m_stack, on(DeviceChoice::Kind::Device, madeUpDevice(QStringLiteral("Slate (rev 2)"))));
        QCOMPARE(run.failed.count(), 1);
        QCOMPARE(run.problem().title, QStringLiteral("Slate is not there now: the processor computes."));
        QVERIFY(run.answers());
    }

    void oneThatCannotBeUsedSaysWhy() {
        DeviceList list = madeUpDevices();
        list.devices[1].unusable = QStringLiteral("it has Vulkan 1.0");
        m_devices->setList(list);
        Run run(m_devices);
        run.load(m_stack, on(DeviceChoice::Kind::Device, list.devices[1]));
        QCOMPARE(run.failed.count(), 1);
        QVERIFY(run.problem().detail.contains(QStringLiteral("Vulkan 1.0")));
        QVERIFY(m_devices->opened().isEmpty());
    }

    void aBrokenStackIsTheStacksProblem() {
        QFile file(m_folder.path("broken.strata"));
        QVERIFY(file.open(QIODevice::WriteOnly) && file.write("no stack") > 0);
        file.close();
        Run run(m_devices);
        const RequestId load = run.engine.load(file.fileName(), on(DeviceChoice::Kind::Automatic));
        WAIT_FOR(run.record.loadProblems.contains(load));
        QCOMPARE(run.failed.count(), 0);
        QVERIFY(run.engine.device().isProcessor());
    }

    void aLoadIsCancelledWhileADriverThinks() {
        m_devices->shut();
        Run run(m_devices);
        run.engine.load(m_stack, on(DeviceChoice::Kind::Automatic));
        WAIT_FOR(m_devices->lists() == 1);
        const RequestId second = run.engine.load(m_stack, {});
        WAIT_FOR(run.record.loaded.contains(second));
        QCOMPARE(run.failed.count(), 0);
        QVERIFY(run.engine.device().isProcessor());
        m_devices->open();
    }

    void itsOwnMemoryIsCountedAndLimited() {
        const DeviceReport granite = madeUpDevices().devices.first();
        const DeviceBudgets none{{granite.id, 1}};
        EngineOptions options = on(DeviceChoice::Kind::Automatic);
        options.deviceBudgets = none;
        Run run(m_devices);
        run.load(m_stack, options);
        QVERIFY(run.answers());
        QCOMPARE(m_devices->faults().products, 0U);
        run.engine.setDeviceBudgets({{QStringLiteral("uuid:Basalt"), 1}});
        WAIT_FOR(run.engine.memory().deviceBytes > kMostIdle);
        QVERIFY(run.answers());
        const quint64 products = m_devices->faults().products;
        QVERIFY(products > 0);
        QVERIFY(run.engine.memory().deviceBytes <= run.engine.memory().totalBytes());
        run.engine.setDeviceBudgets(none);
        WAIT_FOR(run.engine.memory().deviceBytes <= kMostIdle);
        QVERIFY(run.answers());
        QCOMPARE(m_devices->faults().products, products);
        QCOMPARE(run.failed.count(), 0);
        run.load(m_stack, {});
        WAIT_FOR(run.engine.memory().weightBytes > 0);
        QCOMPARE(run.engine.memory().deviceBytes, 0);
    }

    void whatOtherProgramsTakeOfItIsGivenUpAndComesBack() {
        const auto memory = std::make_shared<test::SharedMemory>();
        m_devices->faults().memory = memory;
        const DeviceReport granite = madeUpDevices().devices.first();
        Run run(m_devices, quick());
        run.load(m_stack, on(DeviceChoice::Kind::Automatic));
        WAIT_FOR(run.isFull() && run.answers());
        WAIT_FOR(run.engine.memory().deviceBytes > kMostIdle);
        const qint64 all = run.engine.memory().deviceBytes;
        QCOMPARE(deviceReasonText(run.engine.memory().deviceChange), QString());
        // While it answers.
        const RequestId answer = run.engine.answer(question(QStringLiteral("Tell"), 100'000));
        WAIT_FOR(!run.record.text[answer].isEmpty());
        memory->budgetBytes = static_cast<quint64>(all / 2);
        WAIT_FOR(run.engine.memory().deviceBytes <= all / 2);
        QVERIFY(!run.record.isOver(answer));
        QCOMPARE(run.engine.memory().deviceChange.reason, MemoryReason::LowMemory);
        QVERIFY(deviceReasonText(run.engine.memory().deviceChange).contains(QStringLiteral("other programs")));
        // The user's limit is the least of both, at once.
        run.engine.setDeviceBudgets({{granite.id, 1}});
        WAIT_FOR(run.engine.memory().deviceBytes <= kMostIdle);
        WAIT_FOR(deviceReasonText(run.engine.memory().deviceChange).isEmpty());
        run.engine.setDeviceBudgets({});
        WAIT_FOR(run.engine.memory().deviceChange.reason == MemoryReason::LowMemory);
        QVERIFY(run.engine.memory().deviceChange.targetBytes <= static_cast<quint64>(all / 2));
        memory->budgetBytes = quint64{1} << 40;
        WAIT_FOR(run.engine.memory().deviceBytes >= all);
        QVERIFY(!run.record.isOver(answer));
        run.engine.stop();
        WAIT_FOR(run.record.isOver(answer));
        QCOMPARE(run.failed.count(), 0);
    }

    void aLimitThatChangesWhileAModelLoadsHolds() {
        const DeviceReport granite = madeUpDevices().devices.first();
        m_devices->shut();
        Run run(m_devices);
        const RequestId load = run.engine.load(m_stack, on(DeviceChoice::Kind::Automatic));
        WAIT_FOR(m_devices->lists() == 1);
        run.engine.setDeviceBudgets({{granite.id, 1}});
        m_devices->open();
        WAIT_FOR(run.record.loaded.contains(load) && run.engine.memory().weightBytes > 0);
        WAIT_FOR(run.engine.memory().deviceBytes <= kMostIdle);
        QVERIFY(!run.engine.device().isProcessor());
    }

    void aDeviceThatIsLostWhileOthersTakeItsMemoryIsToldOnce() {
        const auto memory = std::make_shared<test::SharedMemory>();
        m_devices->faults().memory = memory;
        Run run(m_devices, quick());
        run.load(m_stack, on(DeviceChoice::Kind::Automatic));
        WAIT_FOR(run.isFull() && run.answers());
        const qint64 all = run.engine.memory().deviceBytes;
        const RequestId answer = run.engine.answer(question(QStringLiteral("Tell"), 100'000));
        memory->budgetBytes = static_cast<quint64>(all / 4 * 3);
        WAIT_FOR(run.engine.memory().deviceChange.reason == MemoryReason::LowMemory);
        // A long answer may have taken all layers away by now: it is found out when they come back.
        m_devices->fail();
        memory->budgetBytes = quint64{1} << 40;
        WAIT_FOR(run.failed.count() == 1 && run.engine.device().isProcessor());
        WAIT_FOR(run.engine.memory().deviceBytes == 0 && !run.engine.memory().deviceChange.isChange());
        run.engine.stop();
        WAIT_FOR(run.record.isOver(answer));
        QVERIFY(run.answers());
        QCOMPARE(run.failed.count(), 1);
    }

    void whyItsPartIsSmallerIsSaidInWords() {
        MemoryDecision decision;
        QVERIFY(deviceReasonText(decision).isEmpty());
        decision = {3'000'000'000, MemoryReason::LowMemory, 5'000'000'000, false};
        QCOMPARE(deviceReasonText(decision),
                 QStringLiteral("May take 3.00 GB there: other programs need the device's memory."));
        decision.beforeBytes = 0;
        QCOMPARE(deviceReasonText(decision),
                 QStringLiteral("May take 3.00 GB there: the device has room for no more."));
        decision.reason = MemoryReason::Recovered;
        QCOMPARE(deviceReasonText(decision), QStringLiteral("May take 3.00 GB there: the device has room again."));
        for (const MemoryReason quiet : {MemoryReason::UserChoice, MemoryReason::ModelChanged}) {
            decision.reason = quiet;
            QVERIFY(deviceReasonText(decision).isEmpty());
        }
    }

    void aDeviceThatIsLostInAnAnswerIsToldOnce() {
        Run processor(nullptr);
        processor.load(m_stack, {});
        WAIT_FOR(processor.isFull());
        const RequestId expected = processor.engine.answer(question(QStringLiteral("Hello"), 20));
        m_devices->faults().failingRead = 7;
        Run run(m_devices);
        run.load(m_stack, on(DeviceChoice::Kind::Automatic));
        QVERIFY(!run.engine.device().isProcessor());
        WAIT_FOR(run.isFull());
        const RequestId answer = run.engine.answer(question(QStringLiteral("Hello"), 20));
        WAIT_FOR(run.record.isOver(answer) && processor.record.isOver(expected));
        QCOMPARE(run.record.finished[answer].tokens, 20);
        QCOMPARE(run.record.text[answer], processor.record.text[expected]);
        WAIT_FOR(run.failed.count() == 1);
        QVERIFY2(run.problem().title.contains(QStringLiteral("Granite 9000 has failed")),
                 qPrintable(run.problem().title));
        QVERIFY(run.engine.device().isProcessor());
        QVERIFY(run.answers());
        QCOMPARE(run.failed.count(), 1);
        QCOMPARE(run.engine.memory().deviceBytes, 0);
    }

    void aDeviceThatRefusesMemoryKeepsWhatItGives() {
        Run run(m_devices);
        run.load(m_stack, on(DeviceChoice::Kind::Automatic));
        QVERIFY(run.answers());
        WAIT_FOR(run.isFull() && run.engine.memory().deviceBytes > kMostIdle);
        const auto limit = static_cast<quint64>(run.engine.memory().deviceBytes / 2);
        run.engine.eject();
        WAIT_FOR(run.record.ejections == 1);
        m_devices->faults().memoryLimitBytes = limit;
        run.load(m_stack, on(DeviceChoice::Kind::Automatic));
        QVERIFY(run.answers());
        WAIT_FOR(run.failed.count() > 0);
        QVERIFY2(run.problem().title.contains(QStringLiteral("less memory")), qPrintable(run.problem().title));
        QVERIFY(!run.engine.device().isProcessor());
        QVERIFY(run.answers());
    }

    void whatBefallsADeviceIsToldInWords() {
        strata::SessionNotice notice;
        notice.error = Error{ErrorCode::Io, "VK_ERROR_DEVICE_LOST", {}, {}};
        const Problem lost = deviceNotice(notice, QStringLiteral("Granite 9000 (rev 2)"));
        QCOMPARE(lost.title, QStringLiteral("Granite 9000 has failed: the processor goes on, and nothing was lost."));
        QVERIFY(lost.detail.contains(QStringLiteral("VK_ERROR_DEVICE_LOST")) && !lost.remedy.isEmpty());
        notice.kind = strata::SessionNotice::Kind::DeviceRefused;
        const Problem refused = deviceNotice(notice, QStringLiteral("Granite 9000"));
        QVERIFY(refused.title != lost.title && refused.title.contains(QStringLiteral("less memory")));
    }

    void aDriverThatNeverAnswersIsGivenUp() {
        m_devices->shut();
        DeviceOpener opener(m_devices, std::chrono::milliseconds(20));
        const DeviceChoice automatic{DeviceChoice::Kind::Automatic, {}, {}};
        const auto found = opener.find(automatic, {});
        QVERIFY(!found && opener.isStuck());
        QCOMPARE(found.error().code, ErrorCode::Io);
        const Problem problem = deviceProblem(found.error(), {}, opener.isStuck());
        QCOMPARE(problem.title, QStringLiteral("The graphics device does not answer: the processor computes."));
        // Nothing waits for it twice.
        m_devices->open();
        QVERIFY(!opener.find(automatic, {}));
        QVERIFY(!opener.open(QStringLiteral("uuid:Basalt"), {}));
        QVERIFY(m_devices->opened().isEmpty());
        QVERIFY(opener.find({}, {}) && !*opener.find({}, {}));
    }

private:
    struct Run {
        explicit Run(std::shared_ptr<DeviceProvider> devices,
                     const GovernorOptions& options = GovernorOptions::forDevice())
            : engine(std::move(devices), nullptr, options),
              record(engine),
              failed(&engine, &EngineController::deviceFailed) {}
        void load(const QString& stack, const EngineOptions& options) {
            const RequestId load = engine.load(stack, options);
            WAIT_FOR(record.loaded.contains(load));
        }
        [[nodiscard]] bool answers() {
            const RequestId id = engine.answer(question(QStringLiteral("Hello"), 3));
            return QTest::qWaitFor([&] { return record.isOver(id); }, kWaitMs) && record.finished[id].tokens == 3;
        }
        [[nodiscard]] bool isFull() const {
            return engine.memory().settled && engine.memory().weightBytes >= engine.stack().fullWeightBytes;
        }
        [[nodiscard]] Problem problem() { return failed.last().first().value<Problem>(); }

        EngineController engine;
        EngineRecord record;
        QSignalSpy failed;
    };

    StackFolder m_folder;
    QString m_stack;
    std::shared_ptr<FakeDevices> m_devices;
};

}  // namespace
}  // namespace strata::ui::testing

QTEST_MAIN(strata::ui::testing::EngineDeviceTest)
#include "engine_device_test.moc"
