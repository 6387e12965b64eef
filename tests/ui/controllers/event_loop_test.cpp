// The thread of the window is never held while the engine works.
#include "tests/ui/controllers/engine_harness.h"
#include "tests/ui/turn_meter.h"

namespace strata::ui::testing {
namespace {

constexpr int kWaitMs = 60'000;
constexpr double kAllowedMs = 50;

class EventLoopTest : public QObject {
    Q_OBJECT
private slots:
    void turnsAreShortWhileTheEngineWorks() {
        const StackFolder folder;
        const QString stack = folder.write("tiny.strata");
        EngineController engine;
        EngineRecord record(engine);
        const QString huge = QStringLiteral("tide ").repeated(2 << 20);
        TurnMeter meter;
        QTest::qWait(500);
        meter.restart();
        QTest::qWait(1000);
        const double idleMs = meter.restart();
        engine.load(stack, {});
        const RequestId first = engine.answer(question(huge, 200));
        QTRY_VERIFY_WITH_TIMEOUT(!record.text[first].isEmpty(), kWaitMs);
        for (int move = 0; move < 20; ++move) {
            engine.setMemory(move % 2 == 0 ? 1 : 0);
            QTest::qWait(20);
        }
        engine.yieldMemory(true);
        QTest::qWait(100);
        engine.restoreMemory();
        engine.load(stack, {});
        const RequestId second = engine.answer(question(QStringLiteral("Tell"), 100));
        QTRY_VERIFY_WITH_TIMEOUT(record.isOver(second), kWaitMs);
        engine.eject();
        QTRY_VERIFY_WITH_TIMEOUT(record.ejections == 1, kWaitMs);
        const double busyMs = meter.restart();
        qInfo("longest turn: idle %.1f ms, with the engine at work %.1f ms", idleMs, busyMs);
        QVERIFY2(busyMs <= idleMs + kAllowedMs, qPrintable(QStringLiteral("%1 ms").arg(busyMs)));
    }
};

}  // namespace
}  // namespace strata::ui::testing

QTEST_GUILESS_MAIN(strata::ui::testing::EventLoopTest)
#include "event_loop_test.moc"
