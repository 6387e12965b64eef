#include "tests/ui/controllers/engine_harness.h"
#include "tests/ui/controllers/fake_devices.h"
#include "ui/controllers/memory_guard.h"
#include "ui/memory/device_bar.h"
#include "ui/memory/memory_bar.h"
#include "ui/memory/memory_panel.h"
#include "ui/memory/memory_slider.h"
#include "ui/memory/memory_strip.h"
#include "ui/memory/memory_words.h"
#include "ui/memory/quality_plot.h"
#include "ui/models/number_text.h"

#include <QAccessible>
#include <QDoubleSpinBox>
#include <QLabel>
#include <QLocale>
#include <QPushButton>
#include <QRadioButton>
#include <QSignalSpy>
#include <atomic>
#include <functional>
#include <semaphore>

namespace strata::ui::testing {
namespace {

constexpr int kWaitMs = 30'000;
constexpr qint64 kMega = 1'000'000;

#define WAIT_FOR(condition) QTRY_VERIFY_WITH_TIMEOUT(condition, kWaitMs)

MemorySnapshot snapshot(qint64 weights, qint64 kv, qint64 scratch) {
    MemorySnapshot memory;
    memory.weightBytes = weights;
    memory.kvBytes = kv;
    memory.scratchBytes = scratch;
    return memory;
}

/// Says what the test wants to be true.
class SimulatedSource : public MemorySource {
public:
    explicit SimulatedSource(std::shared_ptr<std::atomic<quint64>> available) : m_available(std::move(available)) {}
    [[nodiscard]] MemorySample sample() override {
        const MemorySample sample{.availableBytes = *m_available};
        if (m_onSample) m_onSample();
        return sample;
    }
    void onSample(std::function<void()> action) { m_onSample = std::move(action); }

private:
    std::shared_ptr<std::atomic<quint64>> m_available;
    std::function<void()> m_onSample;
};

class MemoryTest : public QObject {
    Q_OBJECT
private slots:
    void initTestCase() {
        QLocale::setDefault(QLocale::c());
        m_stack = m_folder.write("tiny.strata");
        QVERIFY(!m_stack.isEmpty());
    }

    void wordsAreHonest() {
        QCOMPARE(qualityWords(0.914), QStringLiteral("91 % of full quality"));
        // Nearly the same is not the same.
        QCOMPARE(qualityWords(0.999), QStringLiteral("99 % of full quality"));
        QCOMPARE(qualityWords(1), QStringLiteral("100 % of full quality"));
        QVERIFY(qualityWords(0).isEmpty());
        // A figure would flatter what babbles.
        for (const double babble : {0.001, 0.1, 0.29}) {
            QVERIFY(qualityWords(babble).contains(QStringLiteral("may make no sense")));
            QVERIFY(spokenMemory(21 * kMega, 131 * kMega, babble).contains(QStringLiteral("may make no sense")));
        }
        QCOMPARE(qualityWords(0.3), QStringLiteral("30 % of full quality"));
        QVERIFY(qualityExplanation(0.98).contains(QStringLiteral("98 times of 100")));
        QCOMPARE(spokenMemory(118 * kMega, 131 * kMega, 0.98),
                 QStringLiteral("118 of 131 megabytes, 98 percent of full quality"));
        QCOMPARE(spokenMemory(118 * kMega, 131 * kMega, 0), QStringLiteral("118 of 131 megabytes"));
        QCOMPARE(megabytesFigure(460'000), QStringLiteral("0.5"));
    }

    void stepsAreRound_data() {
        QTest::addColumn<qint64>("range");
        QTest::addColumn<qint64>("step");
        QTest::newRow("kilobytes") << qint64{50'000} << qint64{1000};
        QTest::newRow("114 MB") << 114 * kMega << 2 * kMega;
        QTest::newRow("4 GB") << 4000 * kMega << 50 * kMega;
        QTest::newRow("100 GB") << 100'000 * kMega << 1000 * kMega;
    }
    void stepsAreRound() {
        QFETCH(qint64, range);
        QFETCH(qint64, step);
        QCOMPARE(memoryStep(range), step);
    }

    void layersFillFromTheDeepest() {
        const auto half = memorySegments(snapshot(30, 5, 2), 60);
        QCOMPARE(half.size(), 5);
        QCOMPARE(half[0], (MemorySegment{ColourRole::Layer0, 10}));
        QCOMPARE(half[2], (MemorySegment{ColourRole::Layer2, 10}));
        QCOMPARE(half[3], (MemorySegment{ColourRole::KvCache, 5}));
        QCOMPARE(half[4], (MemorySegment{ColourRole::Scratch, 2}));
        double sum = 0;
        for (const MemorySegment& segment : memorySegments(snapshot(61, 0, 0), 60)) sum += segment.bytes;
        QCOMPARE(sum, 61.0);
    }

    void theSliderObeysTheKeyboard() {
        Theme theme;
        MemorySlider slider(theme);
        slider.setRange(20 * kMega, 120 * kMega);
        slider.setValue(60 * kMega);
        QSignalSpy moved(&slider, &MemorySlider::moved);
        QTest::keyClick(&slider, Qt::Key_Right);
        QCOMPARE(slider.value(), 61 * kMega);
        QTest::keyClick(&slider, Qt::Key_Down);
        QTest::keyClick(&slider, Qt::Key_PageDown);
        QCOMPARE(slider.value(), 50 * kMega);
        QTest::keyClick(&slider, Qt::Key_PageUp);
        QTest::keyClick(&slider, Qt::Key_Home);
        QCOMPARE(slider.value(), 20 * kMega);
        QTest::keyClick(&slider, Qt::Key_Left);
        QCOMPARE(slider.value(), 20 * kMega);
        QTest::keyClick(&slider, Qt::Key_End);
        QCOMPARE(slider.value(), 120 * kMega);
        QCOMPARE(moved.count(), 6);
    }

    void theSliderObeysTheMouseWithinItsRange() {
        Theme theme;
        MemorySlider slider(theme);
        slider.resize(318, 44);
        slider.setRange(20 * kMega, 100 * kMega);
        slider.setValue(100 * kMega);
        QTest::mouseClick(&slider, Qt::LeftButton, {}, QPoint(9 + 150, 12));
        QCOMPARE(slider.value(), 50 * kMega);
        QTest::mouseClick(&slider, Qt::LeftButton, {}, QPoint(1, 12));
        QCOMPARE(slider.value(), 20 * kMega);
        // While it is dragged, measurements do not pull it away.
        QTest::mousePress(&slider, Qt::LeftButton, {}, QPoint(9 + 240, 12));
        slider.setValue(30 * kMega);
        QCOMPARE(slider.value(), 80 * kMega);
        QTest::mouseRelease(&slider, Qt::LeftButton, {}, QPoint(9 + 240, 12));
    }

    void screenReadersHearTheSlider() {
        Theme theme;
        MemorySlider slider(theme);
        slider.setRange(20 * kMega, 131 * kMega);
        slider.setAgreement(0.98);
        slider.setValue(118 * kMega);
        QAccessibleInterface* accessible = QAccessible::queryAccessibleInterface(&slider);
        QVERIFY(accessible != nullptr);
        QCOMPARE(accessible->role(), QAccessible::Slider);
        QVERIFY(!accessible->text(QAccessible::Name).isEmpty());
        QCOMPARE(accessible->text(QAccessible::Value),
                 QStringLiteral("118 of 131 megabytes, 98 percent of full quality"));
        QAccessibleValueInterface* value = accessible->valueInterface();
        QVERIFY(value != nullptr);
        QCOMPARE(accessible->text(QAccessible::Description), accessible->text(QAccessible::Value));
        QCOMPARE(value->currentValue().toDouble(), 118.0);
        QCOMPARE(value->minimumValue().toDouble(), 20.0);
        QCOMPARE(value->maximumValue().toDouble(), 131.0);
        QCOMPARE(value->minimumStepSize().toDouble(), static_cast<double>(slider.step()) / 1e6);
        QSignalSpy moved(&slider, &MemorySlider::moved);
        value->setCurrentValue(50.0);
        QCOMPARE(moved.count(), 1);
        QCOMPARE(slider.value(), 50 * kMega);
        QualityPlot plot(theme);
        plot.setCurve({{20 * kMega, 0.2}, {131 * kMega, 0.98}}, 131 * kMega);
        plot.setCurrent(118 * kMega, 0.9);
        QCOMPARE(QAccessible::queryAccessibleInterface(&plot)->text(QAccessible::Value),
                 QStringLiteral("118 of 131 megabytes, 90 percent of full quality"));
    }

    void theBarMovesToWhatWasMeasured() {
        Theme theme;
        theme.setReducedMotion(true);
        MemoryBar bar(theme);
        bar.setMemory(snapshot(30, 5, 2), 60, 60, 70);
        QCOMPARE(bar.shownSegments().size(), 5);
        theme.setReducedMotion(false);
        bar.show();
        QVERIFY(QTest::qWaitForWindowExposed(&bar));
        bar.setMemory(snapshot(60, 5, 2), 60, 60, 70);
        QCOMPARE(bar.shownSegments().size(), 5);
        WAIT_FOR(bar.shownSegments().size() == 8);
    }

    void speedIsExpectedFromWhatWasMeasured() {
        SpeedRecord speed;
        QCOMPARE(speed.expected(100), 0.0);
        speed.add(100, 40);
        QCOMPARE(speed.expected(100), 40.0);
        QCOMPARE(speed.expected(80), 50.0);
        QCOMPARE(speed.expected(50), 0.0);  // too far from what was measured
        speed.add(50, 60);
        QCOMPARE(speed.expected(75), 48.0);
        speed.add(101, 20);
        QCOMPARE(speed.expected(101), 20.0);
    }

    void thePanelShowsAndMovesARunningModel() {
        EngineController engine;
        EngineRecord record(engine);
        MemoryController controller(engine);
        Theme theme;
        MemoryPanel panel(controller, theme);
        auto* figure = panel.findChild<QLabel*>(QStringLiteral("memoryFigure"));
        QVERIFY(!panel.slider().isEnabled());
        engine.load(m_stack, {});
        WAIT_FOR(panel.slider().isEnabled() && controller.maximumBytes() > 0 && engine.memory().settled);
        WAIT_FOR(figure->text() == megabytesFigure(engine.memory().totalBytes()));
        QCOMPARE(panel.slider().value(), controller.maximumBytes());
        const RequestId id = engine.answer(question(QStringLiteral("Tell"), 100'000));
        WAIT_FOR(!record.text[id].isEmpty());
        QTest::keyClick(&panel.slider(), Qt::Key_Home);
        WAIT_FOR(engine.memory().weightBytes < engine.stack().floorWeightBytes + 4096);
        QVERIFY(!record.isOver(id));
        auto* yield = panel.findChild<QPushButton*>(QStringLiteral("yieldButton"));
        QTest::mouseClick(yield, Qt::LeftButton);
        QVERIFY(controller.isYielded());
        const QString yieldedText = yield->text();
        QTest::mouseClick(yield, Qt::LeftButton);
        QVERIFY(!controller.isYielded() && yield->text() != yieldedText);
        auto* spin = panel.findChild<QDoubleSpinBox*>(QStringLiteral("memorySpin"));
        spin->setValue(spin->maximum());
        WAIT_FOR(engine.memory().weightBytes >= engine.stack().fullWeightBytes);
        engine.stop();
        WAIT_FOR(record.isOver(id));
        engine.eject();
        WAIT_FOR(!panel.slider().isEnabled());
    }

    void thePanelNamesWhatComputesAndShowsItsMemory() {
        const auto devices = std::make_shared<FakeDevices>(madeUpDevices());
        EngineController engine(devices);
        MemoryController controller(engine);
        Theme theme;
        MemoryPanel panel(controller, theme);
        auto* line = panel.findChild<QLabel*>(QStringLiteral("deviceText"));
        auto* bar = panel.findChild<DeviceBar*>();
        QVERIFY(line->parentWidget()->isHidden());
        engine.load(m_stack, {});
        WAIT_FOR(!line->parentWidget()->isHidden());
        QCOMPARE(line->text(), QStringLiteral("The processor computes"));
        QVERIFY(bar->isHidden());
        EngineOptions options;
        options.device.kind = DeviceChoice::Kind::Automatic;
        engine.load(m_stack, options);
        WAIT_FOR(line->text().startsWith(QStringLiteral("Granite 9000 computes, with ")) &&
                 engine.memory().deviceBytes > 0);
        QVERIFY(!bar->isHidden());
        QVERIFY(!bar->accessibleName().isEmpty());
        WAIT_FOR(bar->accessibleDescription().contains(bytesText(engine.memory().deviceBytes)));
        QVERIFY(bar->accessibleDescription().contains(bytesText(8'000'000'000)));
        // Of a device without memory of its own there is nothing to show but its name.
        DeviceList shared = madeUpDevices();
        shared.devices[0].hasOwnMemory = false;
        devices->setList(shared);
        engine.load(m_stack, options);
        WAIT_FOR(line->text() == QStringLiteral("Granite 9000 computes"));
        QVERIFY(bar->isHidden());
    }

    void thePanelSaysWhyTheDevicesPartIsSmaller() {
        const auto devices = std::make_shared<FakeDevices>(madeUpDevices());
        const auto memory = std::make_shared<test::SharedMemory>();
        devices->faults().memory = memory;
        EngineController engine(devices, nullptr, {.emergencyBytes = 0, .deadBandBytes = 1000});
        MemoryController controller(engine);
        Theme theme;
        MemoryPanel panel(controller, theme);
        auto* note = panel.findChild<QLabel*>(QStringLiteral("deviceNote"));
        EngineOptions options;
        options.device.kind = DeviceChoice::Kind::Automatic;
        engine.load(m_stack, options);
        WAIT_FOR(controller.hasModel() && engine.memory().deviceBytes > 0 && engine.memory().settled);
        QVERIFY(note->isHidden());
        const qint64 half = engine.memory().deviceBytes / 2;
        memory->budgetBytes = static_cast<quint64>(half);
        WAIT_FOR(!note->isHidden());
        QCOMPARE(note->text(), deviceReasonText(engine.memory().deviceChange));
        QVERIFY2(note->text().contains(bytesText(half)), qPrintable(note->text()));
        engine.load(m_stack, {});
        WAIT_FOR(controller.hasModel() && note->isHidden());
    }

    void theGuardShrinksAtOnceAndSaysWhy() {
        EngineController engine;
        MemoryController controller(engine);
        const auto available = std::make_shared<std::atomic<quint64>>(8'000'000'000);
        GovernorOptions options;
        options.deadBandBytes = 1000;
        std::atomic<int> samples = 0;
        auto source = std::make_unique<SimulatedSource>(available);
        source->onSample([&samples] { ++samples; });
        MemoryGuard guard(controller, std::move(source), options);
        QSignalSpy moved(&controller, &MemoryController::movedByItself);
        controller.setChoice({strata::MemoryMode::LeaveFree, 1'000'000'000});
        engine.load(m_stack, {});
        WAIT_FOR(controller.hasModel() && engine.memory().weightBytes >= engine.stack().fullWeightBytes);
        // What it makes of the user's choice is not news either: that comes first.
        WAIT_FOR(samples >= 2);
        *available = 900'000'000;
        WAIT_FOR(engine.memory().weightBytes < engine.stack().floorWeightBytes + 4096);
        // What follows from another model, or from a longer conversation, is not news.
        const bool told = std::ranges::any_of(moved, [](const QList<QVariant>& signal) {
            return signal[1].toString().contains(QStringLiteral("other programs"));
        });
        QVERIFY(told);
    }

    void theGuardKeepsToWhatAModelHadTheLastTime() {
        EngineController engine;
        MemoryController controller(engine);
        std::atomic<int> samples = 0;
        auto source = std::make_unique<SimulatedSource>(std::make_shared<std::atomic<quint64>>(8'000'000'000));
        source->onSample([&samples] { ++samples; });
        const MemoryGuard guard(controller, std::move(source));
        EngineOptions options;
        options.memoryBytes = 1;
        engine.load(m_stack, options);
        WAIT_FOR(samples >= 3);
        QCOMPARE(controller.wantedBytes(), controller.minimumBytes());
        const RequestId id = engine.answer(question(QStringLiteral("Tell"), 200));
        QSignalSpy finished(&engine, &EngineController::answerFinished);
        WAIT_FOR(finished.size() == 1 && finished[0][0].value<RequestId>() == id);
        samples = 0;
        WAIT_FOR(samples >= 3);
        QCOMPARE(controller.wantedBytes(), controller.minimumBytes());
        // Another model has all that it had.
        engine.load(m_folder.write("other.strata"), {});
        WAIT_FOR(engine.memory().fullBytes > 0);
        samples = 0;
        WAIT_FOR(samples >= 3);
        QCOMPARE(controller.wantedBytes(), controller.maximumBytes());
    }

    void whatTheGuardDecidedBeforeTheUserIsDropped() {
        EngineController engine;
        MemoryController controller(engine);
        const auto available = std::make_shared<std::atomic<quint64>>(8'000'000'000);
        std::binary_semaphore mayGoOn(0);
        std::atomic<int> samples = 0;
        std::atomic<bool> holds = false;
        auto source = std::make_unique<SimulatedSource>(available);
        source->onSample([&] {
            ++samples;
            if (holds.exchange(false)) mayGoOn.acquire();
        });
        GovernorOptions options;
        options.deadBandBytes = 1000;
        const MemoryGuard guard(controller, std::move(source), options);
        controller.setChoice({strata::MemoryMode::LeaveFree, 1'000'000'000});
        engine.load(m_stack, {});
        WAIT_FOR(samples >= 2 && controller.hasModel() && engine.memory().settled);
        // Memory runs short, so the next decision is one to shrink. While it is being made, the user takes even less.
        const qint64 full = controller.maximumBytes();
        *available = quint64(1'000'000'000 - (full - controller.minimumBytes()) / 4);
        samples = 0;
        holds = true;
        WAIT_FOR(samples == 1);
        QSignalSpy moved(&controller, &MemoryController::movedByItself);
        controller.setWanted(controller.minimumBytes());
        mayGoOn.release();
        *available = 8'000'000'000;
        WAIT_FOR(samples >= 3);
        QVERIFY(moved.isEmpty());
        QCOMPARE(controller.wantedBytes(), controller.minimumBytes());
    }

private:
    StackFolder m_folder;
    QString m_stack;
};

}  // namespace
}  // namespace strata::ui::testing

QTEST_MAIN(strata::ui::testing::MemoryTest)
#include "memory_test.moc"
