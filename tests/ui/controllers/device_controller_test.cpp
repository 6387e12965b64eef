#include "ui/controllers/device_controller.h"

#include "tests/ui/controllers/fake_devices.h"

#include <QElapsedTimer>
#include <QSignalSpy>
#include <QTest>

namespace strata::ui::testing {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kLong = std::chrono::hours(1);
constexpr int kWaitMs = 30'000;

class DeviceControllerTest : public QObject {
    Q_OBJECT
private slots:
    void withoutAProviderThereIsNoSupport() {
        DeviceController controller(nullptr);
        QVERIFY(controller.isKnown());
        QCOMPARE(controller.list().lack, DeviceLack::NotBuilt);
        controller.check();
        QVERIFY(!controller.isChecking());
    }

    void looksOnlyWhenAskedAndTellsWhatThereIs() {
        const auto devices = std::make_shared<FakeDevices>(madeUpDevices());
        DeviceController controller(devices, kLong);
        QVERIFY(!controller.isKnown() && devices->lists() == 0);
        QSignalSpy changed(&controller, &DeviceController::changed);
        controller.check();
        QVERIFY(controller.isChecking());
        QCOMPARE(changed.count(), 1);
        QTRY_VERIFY_WITH_TIMEOUT(controller.isKnown(), kWaitMs);
        QVERIFY(!controller.isChecking());
        QCOMPARE(changed.count(), 2);
        QCOMPARE(controller.list(), madeUpDevices());
        QCOMPARE(controller.list().find(controller.list().automaticId)->name, QStringLiteral("Granite 9000"));
        QVERIFY(controller.list().find(QStringLiteral("uuid:none")) == nullptr);
    }

    void anotherLookFindsWhatHasChanged() {
        const auto devices = std::make_shared<FakeDevices>(madeUpDevices());
        DeviceController controller(devices, kLong);
        controller.check();
        QTRY_COMPARE_WITH_TIMEOUT(controller.list().devices.size(), 2, kWaitMs);
        DeviceList none;
        none.lack = DeviceLack::NotFound;
        none.detail = QStringLiteral("no driver");
        devices->setList(none);
        controller.check();
        QTRY_COMPARE_WITH_TIMEOUT(controller.list(), none, kWaitMs);
        QStringList many;
        for (int index = 0; index < 40; ++index) many.append(QStringLiteral("Card %1").arg(index));
        devices->setList(madeUpDevices(many));
        controller.check();
        QTRY_COMPARE_WITH_TIMEOUT(controller.list().devices.size(), 40, kWaitMs);
    }

    void aDriverThatDoesNotAnswerIsToldAndNotAskedAgain() {
        const auto devices = std::make_shared<FakeDevices>(madeUpDevices());
        devices->shut();
        DeviceController controller(devices, milliseconds(20));
        controller.check();
        QTRY_COMPARE_WITH_TIMEOUT(controller.list().lack, DeviceLack::NoAnswer, kWaitMs);
        QVERIFY(controller.isKnown() && !controller.isChecking());
        controller.check();
        QVERIFY(!controller.isChecking());
        QCOMPARE(devices->lists(), 1);
        // It was only slow.
        devices->open();
        QTRY_COMPARE_WITH_TIMEOUT(controller.list(), madeUpDevices(), kWaitMs);
        controller.check();
        QTRY_COMPARE_WITH_TIMEOUT(devices->lists(), 2, kWaitMs);
    }

    void itsEndWaitsForNobody() {
        const auto devices = std::make_shared<FakeDevices>(madeUpDevices());
        devices->shut();
        auto controller = std::make_unique<DeviceController>(devices, kLong);
        controller->check();
        QTRY_COMPARE_WITH_TIMEOUT(devices->lists(), 1, kWaitMs);
        controller.reset();
        devices->open();
        // The thread lets go of them when it is through.
        QTRY_COMPARE_WITH_TIMEOUT(devices.use_count(), 1L, kWaitMs);
        QCoreApplication::processEvents();
    }
};

}  // namespace
}  // namespace strata::ui::testing

QTEST_GUILESS_MAIN(strata::ui::testing::DeviceControllerTest)
#include "device_controller_test.moc"
