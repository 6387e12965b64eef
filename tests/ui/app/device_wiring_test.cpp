// The choice of a device in the whole window: kept over restarts, carried out at once, and told when it fails.
#include "app/devices/devices.h"
#include "app/strata/system_devices.h"
#include "tests/ui/app/desk.h"
#include "tests/ui/controllers/engine_harness.h"
#include "tests/ui/controllers/fake_devices.h"

#include <QClipboard>
#include <QDoubleSpinBox>
#include <QGuiApplication>
#include <QLabel>
#include <QPushButton>
#include <QRadioButton>
#include <QSignalSpy>
#include <QSqlDatabase>
#include <QSqlQuery>
#include <QTest>
#include <cstdlib>

namespace strata::app {
namespace {

using namespace strata::ui;
using namespace strata::ui::testing;

constexpr int kWaitMs = 20'000;

#define WAIT_FOR(condition) QTRY_VERIFY_WITH_TIMEOUT(condition, kWaitMs)

/// Another program that writes to the database for as long as it lives.
class DatabaseLock {
public:
    explicit DatabaseLock(const QString& path) {
        QSqlDatabase database = QSqlDatabase::addDatabase(QStringLiteral("QSQLITE"), kName);
        database.setDatabaseName(path);
        [&] { QVERIFY(database.open() && QSqlQuery(database).exec(QStringLiteral("BEGIN IMMEDIATE"))); }();
    }
    ~DatabaseLock() { QSqlDatabase::removeDatabase(kName); }
    Q_DISABLE_COPY_MOVE(DatabaseLock)

private:
    inline static const QString kName = QStringLiteral("lock");
};

class DeviceWiringTest : public QObject {
    Q_OBJECT
private slots:
    void initTestCase() {
        m_stack = m_folder.write("tiny.strata");
        QVERIFY(!m_stack.isEmpty());
    }
    void init() { m_devices = std::make_shared<FakeDevices>(madeUpDevices()); }

    void automaticIsTheDefaultAndTheDeviceComputes() {
        Desk desk(m_devices);
        desk.application->open({m_stack});
        WAIT_FOR(deviceLine(desk).startsWith(QStringLiteral("Granite 9000 computes, with ")));
        QVERIFY(!desk.child<QWidget>("deviceBar")->isHidden());
    }

    void anotherChoiceLoadsTheModelAgainAndStays() {
        Desk desk(m_devices);
        QVERIFY(opensAndOffers(desk, "device1Radio"));
        desk.child<QRadioButton>("device1Radio")->click();
        WAIT_FOR(deviceLine(desk).contains(QStringLiteral("Basalt")));
        desk.child<QRadioButton>("deviceProcessorRadio")->click();
        WAIT_FOR(deviceLine(desk) == QStringLiteral("The processor computes"));
        desk.child<QRadioButton>("device1Radio")->click();
        desk.child<QDoubleSpinBox>("device1Budget")->setValue(3.5);
        WAIT_FOR(deviceLine(desk).contains(QStringLiteral("Basalt")));
        desk.start();
        // The model of the last time, where it was.
        WAIT_FOR(deviceLine(desk).contains(QStringLiteral("Basalt")));
        desk.window->showPage(Page::Settings);
        WAIT_FOR(desk.child<QRadioButton>("device1Radio") != nullptr);
        QVERIFY(desk.child<QRadioButton>("device1Radio")->isChecked());
        QCOMPARE(desk.child<QDoubleSpinBox>("device1Budget")->value(), 3.5);
    }

    void theSameDeviceByAnotherNameIsNoReason() {
        Desk desk(m_devices);
        QVERIFY(opensAndOffers(desk, "device0Radio"));
        desk.child<QRadioButton>("device0Radio")->click();
        desk.child<QRadioButton>("deviceAutomaticRadio")->click();
        QTest::qWait(50);
        QCOMPARE(m_devices->opened().size(), 1);
    }

    void aFileOpenedAtTheStartFindsWhatIsRemembered() {
        Desk desk(m_devices);
        QVERIFY(opensAndOffers(desk, "deviceProcessorRadio"));
        desk.child<QRadioButton>("deviceProcessorRadio")->click();
        WAIT_FOR(deviceLine(desk) == QStringLiteral("The processor computes"));
        const qsizetype opened = m_devices->opened().size();
        desk.application.reset();
        {
            // The file is looked at long before the settings can be read.
            const DatabaseLock lock(desk.folder.filePath(QStringLiteral("strata.db")));
            desk.start();
            desk.application->open({m_stack});
            QTest::qWait(200);
            QVERIFY(desk.child<QWidget>("deviceBox")->isHidden());
        }
        WAIT_FOR(!desk.child<QWidget>("deviceBox")->isHidden());
        QCOMPARE(deviceLine(desk), QStringLiteral("The processor computes"));
        QVERIFY(desk.window->notices().currentTitle().isEmpty());
        QCOMPARE(m_devices->opened().size(), opened);
    }

    void aDeviceThatFailsIsToldOnce() {
        m_devices->setError(Error{ErrorCode::Unsupported, "too old", {}, {}});
        Desk desk(m_devices);
        desk.application->open({m_stack});
        WAIT_FOR(desk.window->notices().currentTitle().contains(QStringLiteral("Granite 9000 cannot be used")));
        WAIT_FOR(deviceLine(desk) == QStringLiteral("The processor computes"));
        desk.window->notices().closeCurrent();
        QVERIFY(desk.window->notices().currentTitle().isEmpty());
    }

    void aDriverThatBringsTheProgramDownDoesSoOnce() {
        Desk desk(m_devices);
        desk.application->open({m_stack});
        WAIT_FOR(deviceLine(desk).contains(QStringLiteral("Granite")));
        // An end that was meant leaves no trace.
        desk.start();
        desk.application->open({m_stack});
        WAIT_FOR(deviceLine(desk).contains(QStringLiteral("Granite")));
        QVERIFY(desk.window->notices().currentTitle().isEmpty());
        // One that was not leaves what stands in the database while a device is new.
        desk.application.reset();
        {
            StoreController store(desk.folder.filePath(QStringLiteral("strata.db")));
            QSignalSpy flushed(&store, &StoreController::flushed);
            store.setSetting(QStringLiteral("engine/deviceTrial"), true);
            store.flush();
            WAIT_FOR(flushed.count() == 1);
        }
        const qsizetype opened = m_devices->opened().size();
        desk.start();
        WAIT_FOR(desk.window->notices().currentTitle().contains(QStringLiteral("ended unexpectedly")));
        desk.application->open({m_stack});
        WAIT_FOR(deviceLine(desk) == QStringLiteral("The processor computes") &&
                 !desk.child<QWidget>("deviceBox")->isHidden());
        QCOMPARE(m_devices->opened().size(), opened);
        // The choice stays, until the user makes another.
        desk.start();
        desk.window->showPage(Page::Settings);
        WAIT_FOR(desk.child<QRadioButton>("deviceProcessorRadio") != nullptr &&
                 desk.child<QRadioButton>("deviceProcessorRadio")->isChecked());
        QVERIFY(desk.window->notices().currentTitle().isEmpty());
    }

    void withoutSupportOneLineSaysSo() {
        Desk desk;
        desk.window->showPage(Page::Settings);
        const auto* line = desk.child<QLabel>("deviceLack");
        QVERIFY(line->isVisible() && line->text().contains(QStringLiteral("no support for graphics devices")));
        QVERIFY(desk.child<QPushButton>("checkDevices")->isHidden());
    }

    void diagnosticsNameTheDevices() {
        Desk desk(m_devices);
        QVERIFY(opensAndOffers(desk, "device1Radio"));
        desk.child<QPushButton>("copyDiagnostics")->click();
        const QString text = QGuiApplication::clipboard()->text();
        for (const char* fact : {"Computes: Granite 9000", "Device: Basalt", "weights copied to the device"})
            QVERIFY2(text.contains(QLatin1String(fact)), qPrintable(text));
    }

    void theMachinesOwnDevicesAreTold() {
        const auto provider = systemDevices();
        QCOMPARE(provider != nullptr, devices::isBuilt());
        if (!provider) QSKIP("this build has no GPU support");
        const DeviceList list = provider->list();
        QVERIFY(!list.processorName.isEmpty());
        QVERIFY(list.devices.isEmpty() || list.lack == DeviceLack::None);
        for (const DeviceReport& device : list.devices) {
            QVERIFY(!device.id.isEmpty() && !device.name.isEmpty());
            QVERIFY(!device.isUsable() || (!device.found.isEmpty() && device.paths.size() >= 4));
        }
        const auto none = provider->makeBackend(QStringLiteral("uuid:none"));
        QVERIFY(!none && !none.error().message().empty());
    }

    /// The real thing, on a software device, so that it does not depend on the machine.
    void aModelAnswersOnASoftwareDevice() {
        const auto provider = systemDevices();
        const DeviceList list = provider ? provider->list() : DeviceList();
        const auto found = std::ranges::find_if(list.devices, [](const DeviceReport& device) {
            return device.kind == DeviceKind::Software && device.isUsable();
        });
        if (found == list.devices.end()) {
            if (std::getenv("STRATA_REQUIRE_VULKAN") != nullptr) QFAIL("no software Vulkan device is installed");
            QSKIP("no software Vulkan device is installed");
        }
        EngineController processor, device(provider);
        EngineRecord onProcessor(processor), onDevice(device);
        EngineOptions options;
        options.device = {DeviceChoice::Kind::Device, found->id, found->name};
        processor.load(m_stack, {});
        const RequestId load = device.load(m_stack, options);
        WAIT_FOR(onDevice.loaded.contains(load));
        QCOMPARE(device.device().name, found->name);
        WAIT_FOR(device.memory().settled && device.memory().weightBytes >= device.stack().fullWeightBytes);
        WAIT_FOR(processor.memory().settled && processor.memory().weightBytes >= processor.stack().fullWeightBytes);
        const RequestId first = processor.answer(question(QStringLiteral("What is it?"), 12));
        const RequestId second = device.answer(question(QStringLiteral("What is it?"), 12));
        WAIT_FOR(onProcessor.isOver(first) && onDevice.isOver(second));
        QVERIFY2(onDevice.finished.contains(second), qPrintable(onDevice.answerProblems[second].detail));
        QCOMPARE(onDevice.finished[second].tokens, 12);
        QCOMPARE(onDevice.text[second], onProcessor.text[first]);
    }

private:
    /// The stack on the automatic device, then the settings with this choice.
    [[nodiscard]] bool opensAndOffers(const Desk& desk, const char* radio) const {
        desk.application->open({m_stack});
        if (!QTest::qWaitFor([&] { return deviceLine(desk).contains(QStringLiteral("Granite")); }, kWaitMs))
            return false;
        desk.window->showPage(Page::Settings);
        return QTest::qWaitFor([&] { return desk.child<QRadioButton>(radio) != nullptr; }, kWaitMs);
    }
    [[nodiscard]] static QString deviceLine(const Desk& desk) { return desk.child<QLabel>("deviceText")->text(); }

    StackFolder m_folder;
    QString m_stack;
    std::shared_ptr<FakeDevices> m_devices;
};

}  // namespace
}  // namespace strata::app

QTEST_MAIN(strata::app::DeviceWiringTest)
#include "device_wiring_test.moc"
