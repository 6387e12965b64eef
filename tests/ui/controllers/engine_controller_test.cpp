#include "tests/ui/controllers/engine_harness.h"
#include "ui/controllers/quality.h"

#include <QLocale>
#include <QRegularExpression>
#include <QSignalSpy>

namespace strata::ui::testing {
namespace {

constexpr int kWaitMs = 30'000;
constexpr int kEndless = 100'000;

#define WAIT_FOR(condition) QTRY_VERIFY_WITH_TIMEOUT(condition, kWaitMs)

/// Blocks are resident in whole pages.
constexpr qint64 kPage = 4096;

bool isFull(const EngineController& engine) {
    return engine.memory().weightBytes >= engine.stack().fullWeightBytes;
}

bool isAtFloor(const EngineController& engine) {
    return engine.memory().weightBytes > 0 && engine.memory().weightBytes < engine.stack().floorWeightBytes + kPage;
}

class EngineControllerTest : public QObject {
    Q_OBJECT
private slots:
    void initTestCase() {
        QLocale::setDefault(QLocale::c());
        m_stack = m_folder.write("tiny.strata");
        QVERIFY(!m_stack.isEmpty());
    }

    void loadsAnswersAndCounts() {
        EngineController engine;
        EngineRecord record(engine);
        QCOMPARE(engine.state(), EngineState::Empty);
        const RequestId load = engine.load(m_stack, {});
        QCOMPARE(engine.state(), EngineState::Loading);
        WAIT_FOR(record.loaded.contains(load));
        QCOMPARE(engine.stack().name, QStringLiteral("Tiny"));
        QCOMPARE(engine.state(), EngineState::Ready);
        const RequestId id = engine.answer(question(QStringLiteral("What is it?"), 60));
        WAIT_FOR(record.isOver(id));
        QVERIFY2(record.finished.contains(id), qPrintable(record.answerProblems[id].detail));
        const AnswerStatistics& statistics = record.finished[id];
        QCOMPARE(statistics.tokens, 60);
        QCOMPARE(statistics.modelName, QStringLiteral("Tiny"));
        QVERIFY(!statistics.stopped);
        QVERIFY(statistics.tokensPerSecond > 0);
        QVERIFY(statistics.timeToFirstTokenMs > 0);
        QVERIFY(statistics.memoryBytes > engine.stack().floorWeightBytes);
        QVERIFY(statistics.agreement > 0.3 && statistics.agreement < 0.98);
        QVERIFY(!record.text[id].isEmpty());
        QVERIFY(record.updates < 60);
        QCOMPARE(engine.state(), EngineState::Ready);
        WAIT_FOR(engine.memory().contextTokens > 60);
        QCOMPARE(engine.memory().contextLength, 4096);
        QVERIFY(engine.memory().processBytes > 0 && engine.memory().systemTotalBytes > 0);
    }

    void theSameQuestionGivesTheSameAnswer() {
        EngineController engine;
        EngineRecord record(engine);
        engine.load(m_stack, {});
        AnswerRequest again = question(QStringLiteral("Count."), 40);
        const RequestId first = engine.answer(again);
        WAIT_FOR(record.isOver(first));
        WAIT_FOR(engine.memory().settled && isFull(engine));
        // What the first one left in the context was computed while blocks were still arriving.
        again.recomputeContext = true;
        const RequestId second = engine.answer(again);
        again.recomputeContext = false;
        const RequestId third = engine.answer(again);
        WAIT_FOR(record.isOver(third));
        QVERIFY(!record.text[second].isEmpty());
        QCOMPARE(record.text[third], record.text[second]);
    }

    void answersAskedForWhileLoadingAreGivenInOrder() {
        EngineController engine;
        EngineRecord record(engine);
        engine.load(m_stack, {});
        const RequestId first = engine.answer(question(QStringLiteral("One"), 5));
        const RequestId second = engine.answer(question(QStringLiteral("Two"), 5));
        WAIT_FOR(record.isOver(second));
        QCOMPARE(record.started, (QList<RequestId>{first, second}));
        QCOMPARE(record.finished[first].tokens, 5);
    }

    void withoutAModelAnAnswerFailsInWords() {
        EngineController engine;
        EngineRecord record(engine);
        const RequestId id = engine.answer(question(QStringLiteral("Hello"), 5));
        QVERIFY(!record.isOver(id));
        WAIT_FOR(record.isOver(id));
        QVERIFY(!record.answerProblems[id].title.isEmpty());
        QVERIFY(!record.answerProblems[id].remedy.isEmpty());
    }

    void aMessageWaitsForAModelThatIsOnItsWay() {
        EngineController engine;
        EngineRecord record(engine);
        engine.setModelExpected(true);
        const RequestId id = engine.answer(question(QStringLiteral("Hello"), 5));
        QTest::qWait(50);
        QVERIFY(!record.isOver(id));
        engine.load(m_stack, {});
        WAIT_FOR(record.isOver(id));
        QCOMPARE(record.finished[id].tokens, 5);
    }

    void stopEndsTheAnswerAndForgetsTheOthers() {
        EngineController engine;
        EngineRecord record(engine);
        engine.load(m_stack, {});
        const RequestId running = engine.answer(question(QStringLiteral("Tell"), kEndless));
        const RequestId waiting = engine.answer(question(QStringLiteral("More"), kEndless));
        WAIT_FOR(!record.text[running].isEmpty());
        QCOMPARE(engine.state(), EngineState::Answering);
        engine.stop();
        WAIT_FOR(record.isOver(running) && record.isOver(waiting));
        QVERIFY(record.finished[running].stopped && record.finished[running].tokens > 0);
        QVERIFY(record.finished[waiting].stopped);
        QCOMPARE(record.finished[waiting].tokens, 0);
        QVERIFY(!record.started.contains(waiting));
        const RequestId next = engine.answer(question(QStringLiteral("Again"), 3));
        WAIT_FOR(record.isOver(next));
        QCOMPARE(record.finished[next].tokens, 3);
    }

    void memoryFollowsTheSliderDuringAnAnswer() {
        EngineController engine;
        EngineRecord record(engine);
        engine.load(m_stack, {});
        const RequestId id = engine.answer(question(QStringLiteral("Tell"), kEndless));
        WAIT_FOR(!record.text[id].isEmpty() && isFull(engine));
        const qint64 half = (engine.memory().floorBytes + engine.memory().fullBytes) / 2;
        engine.setMemory(half);
        QCOMPARE(engine.wantedMemory(), half);
        WAIT_FOR(engine.memory().settled && engine.memory().targetBytes == half && !isFull(engine));
        QVERIFY(engine.memory().totalBytes() <= half + 8192);
        const qsizetype before = record.text[id].size();
        engine.setMemory(1);
        WAIT_FOR(engine.memory().targetBytes == engine.memory().floorBytes);
        engine.setMemory(0);
        WAIT_FOR(engine.memory().settled && isFull(engine));
        WAIT_FOR(record.text[id].size() > before);
        QVERIFY(!record.isOver(id));
        engine.stop();
        WAIT_FOR(record.isOver(id));
    }

    void aLoadBelowTheFloorMeansTheFloor() {
        EngineController engine;
        EngineRecord record(engine);
        EngineOptions options;
        options.memoryBytes = 1;
        options.contextLength = 64;
        const RequestId load = engine.load(m_stack, options);
        WAIT_FOR(record.loaded.contains(load));
        WAIT_FOR(engine.memory().settled && isAtFloor(engine));
        QCOMPARE(engine.memory().targetBytes, engine.memory().floorBytes);
        QCOMPARE(engine.memory().contextLength, 64);
    }

    void anotherModelReplacesTheOneThatAnswers() {
        const QString other = m_folder.write("other.strata", [] {
            test::TinyOptions options = answeringModel();
            options.seed = 4;
            return options;
        }());
        EngineController engine;
        EngineRecord record(engine);
        engine.load(m_stack, {});
        const RequestId running = engine.answer(question(QStringLiteral("Tell"), kEndless));
        WAIT_FOR(!record.text[running].isEmpty());
        const RequestId skipped = engine.load(m_stack, {});
        const RequestId load = engine.load(other, {});
        const RequestId next = engine.answer(question(QStringLiteral("Tell"), 4));
        WAIT_FOR(record.isOver(next));
        QVERIFY(record.finished[running].stopped);
        QCOMPARE(record.finished[next].tokens, 4);
        QVERIFY(record.loaded.contains(load) && !record.loaded.contains(skipped));
        QCOMPARE(engine.stack().path, other);
    }

    void yieldingDropsToTheFloorAndGoesOn() {
        EngineController engine;
        EngineRecord record(engine);
        engine.load(m_stack, {});
        const RequestId id = engine.answer(question(QStringLiteral("Tell"), kEndless));
        WAIT_FOR(!record.text[id].isEmpty() && isFull(engine));
        engine.yieldMemory(false);
        QVERIFY(engine.isYielded());
        QVERIFY(!engine.holdsAnswers());
        WAIT_FOR(isAtFloor(engine));
        const qsizetype before = record.text[id].size();
        WAIT_FOR(record.text[id].size() > before);
        engine.restoreMemory();
        QVERIFY(!engine.isYielded());
        WAIT_FOR(isFull(engine));
        engine.stop();
        WAIT_FOR(record.isOver(id));
    }

    void yieldingWithAPauseHoldsTheAnswerUntilTheBlocksAreBack() {
        EngineController engine;
        EngineRecord record(engine);
        engine.load(m_stack, {});
        const RequestId id = engine.answer(question(QStringLiteral("Tell"), kEndless));
        WAIT_FOR(!record.text[id].isEmpty() && isFull(engine));
        engine.yieldMemory(true);
        WAIT_FOR(isAtFloor(engine));
        QTest::qWait(300);
        const QString held = record.text[id];
        QTest::qWait(300);
        QCOMPARE(record.text[id], held);
        QCOMPARE(engine.state(), EngineState::Answering);
        QVERIFY(engine.holdsAnswers());
        engine.restoreMemory();
        QVERIFY(!engine.holdsAnswers());
        WAIT_FOR(record.text[id].size() > held.size());
        WAIT_FOR(isFull(engine));
        engine.yieldMemory(true);
        QTest::qWait(100);
        engine.stop();
        WAIT_FOR(record.isOver(id));
    }

    void ejectingFreesTheModel() {
        EngineController engine;
        EngineRecord record(engine);
        engine.load(m_stack, {});
        const RequestId id = engine.answer(question(QStringLiteral("Tell"), kEndless));
        WAIT_FOR(!record.text[id].isEmpty());
        engine.eject();
        QCOMPARE(engine.state(), EngineState::Empty);
        QVERIFY(engine.stack().path.isEmpty());
        // The computer is still there.
        QVERIFY(engine.memory().systemTotalBytes > 0 && engine.memory().totalBytes() == 0);
        WAIT_FOR(record.ejections == 1 && record.isOver(id));
        WAIT_FOR(engine.memory().systemTotalBytes > 0 && engine.memory().weightBytes == 0);
    }

    void aHugePromptIsCutToWhatFits() {
        EngineController engine;
        EngineRecord record(engine);
        EngineOptions options;
        options.contextLength = 256;
        engine.load(m_stack, options);
        const RequestId id = engine.answer(question(QStringLiteral("tide ").repeated(2 << 20), 3));
        WAIT_FOR(record.isOver(id));
        QVERIFY2(record.finished.contains(id), qPrintable(record.answerProblems[id].detail));
        QCOMPARE(record.finished[id].tokens, 3);
        QVERIFY(!record.prefill.isEmpty());
    }

    void aHugePromptThatMayNotBeCutIsRefusedInWords() {
        EngineController engine;
        EngineRecord record(engine);
        EngineOptions options;
        options.contextLength = 256;
        options.overflow = OverflowPolicy::Stop;
        engine.load(m_stack, options);
        const RequestId id = engine.answer(question(QStringLiteral("tide ").repeated(1000), 3));
        WAIT_FOR(record.isOver(id));
        QVERIFY(record.answerProblems.contains(id));
        QVERIFY(record.answerProblems[id].detail.contains(QStringLiteral("256")));
        QVERIFY(!record.answerProblems[id].remedy.isEmpty());
    }

    void filesThatAreNoStackAreToldSo() {
        EngineController engine;
        EngineRecord record(engine);
        const QString empty = m_folder.path("empty.strata");
        QVERIFY(QFile(empty).open(QIODevice::WriteOnly));
        for (const QString& path : {empty, m_folder.path("not there.strata")}) {
            const RequestId load = engine.load(path, {});
            const RequestId id = engine.answer(question(QStringLiteral("Hello"), 3));
            WAIT_FOR(record.loadProblems.contains(load));
            QVERIFY2(record.loadProblems[load].title.contains(QFileInfo(path).fileName()),
                     qPrintable(record.loadProblems[load].title));
            QVERIFY(!record.loadProblems[load].remedy.isEmpty());
            WAIT_FOR(record.answerProblems.contains(id));
            QCOMPARE(engine.state(), EngineState::Empty);
        }
    }

    void aStackThatVanishesOrIsCutIsToldAndTheModelStays() {
        const QString path = m_folder.write("cut.strata");
        EngineController engine;
        EngineRecord record(engine);
        EngineOptions options;
        options.memoryBytes = 1;
        const RequestId load = engine.load(path, options);
        WAIT_FOR(record.loaded.contains(load));
        WAIT_FOR(engine.memory().settled && isAtFloor(engine));
        // Another program cuts the file to half: more blocks can no longer be read.
        QVERIFY(QFile(path).resize(QFileInfo(path).size() / 2));
        engine.setMemory(0);
        WAIT_FOR(record.memoryProblems.size() == 1);
        QVERIFY(record.memoryProblems[0].title.contains(QStringLiteral("cut.strata")));
        const RequestId id = engine.answer(question(QStringLiteral("Hello"), 3));
        WAIT_FOR(record.isOver(id));
        QCOMPARE(record.finished[id].tokens, 3);
        QVERIFY(QFile::remove(path));
        const RequestId again = engine.load(path, {});
        WAIT_FOR(record.loadProblems.contains(again));
    }

    void destroyingItInTheMiddleOfAnAnswerEndsIt() {
        auto engine = std::make_unique<EngineController>();
        EngineRecord record(*engine);
        engine->load(m_stack, {});
        const RequestId id = engine->answer(question(QStringLiteral("Tell"), kEndless));
        WAIT_FOR(!record.text[id].isEmpty());
        engine->yieldMemory(true);
        engine.reset();
    }

    void agreementIsReadBetweenThePoints() {
        const QList<QualityPoint> curve = {{100, 0.2, 0}, {200, 0.6, 0}, {300, 1, 0}};
        QCOMPARE(agreementAt(curve, 50), 0.2);
        QCOMPARE(agreementAt(curve, 150), 0.4);
        QCOMPARE(agreementAt(curve, 300), 1.0);
        QCOMPARE(agreementAt(curve, 400), 1.0);
        QCOMPARE(agreementAt({}, 400), 0.0);
    }

private:
    StackFolder m_folder;
    QString m_stack;
};

}  // namespace
}  // namespace strata::ui::testing

QTEST_GUILESS_MAIN(strata::ui::testing::EngineControllerTest)
#include "engine_controller_test.moc"
