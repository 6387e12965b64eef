#include "ui/chat/chat_controller.h"

#include "tests/ui/chat/fake_engine.h"
#include "ui/controllers/store_controller.h"

#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

using namespace strata::ui;

namespace {

/// A window without a window: store, engine and controller.
struct Desk {
    QTemporaryDir folder;
    std::unique_ptr<StoreController> store = std::make_unique<StoreController>(path());
    EngineController engine;
    std::unique_ptr<ChatController> chat = std::make_unique<ChatController>(&engine, store.get());

    [[nodiscard]] QString path() const { return folder.filePath(QStringLiteral("strata.db")); }

    void restart() {
        chat.reset();
        store.reset();
        store = std::make_unique<StoreController>(path());
        chat = std::make_unique<ChatController>(&engine, store.get());
    }

    [[nodiscard]] QStringList shown() const {
        QStringList texts;
        for (int row = 0; row < chat->messages()->rowCount(); ++row)
            texts.append(chat->messages()->index(row).data().toString());
        return texts;
    }

    [[nodiscard]] NodeId node(int row) const { return chat->messages()->nodeAt(row); }

    bool settle() {
        QSignalSpy spy(store.get(), &StoreController::flushed);
        store->flush();
        // Names of conversation and messages come one after the other.
        for (int round = 0; round < 6; ++round) {
            if (!spy.wait(10'000)) return false;
            spy.clear();
            store->flush();
        }
        return true;
    }

    QList<ConversationRecord> conversations() {
        QSignalSpy spy(store.get(), &StoreController::conversationsLoaded);
        store->loadConversations();
        if (!spy.wait(10'000)) return {};
        return spy.first()[0].value<QList<ConversationRecord>>();
    }

    bool open(const ConversationRecord& conversation, MessageId message = 0) {
        QSignalSpy spy(chat.get(), &ChatController::messagesLoaded);
        chat->openConversation(conversation, message);
        return spy.size() > 0 || spy.wait(10'000);
    }
};

QStringList words(const char* text) {
    return QString::fromLatin1(text).split(u' ', Qt::SkipEmptyParts);
}

}  // namespace

class ChatControllerTest : public QObject {
    Q_OBJECT
private slots:
    void answersAndRemembers() {
        Desk desk;
        fake::makeReady(desk.engine);
        desk.chat->setSystemPrompt(QStringLiteral("Be brief."));
        desk.chat->send(QStringLiteral("Hello?\nMore"));
        QCOMPARE(fake::of(desk.engine).asked.size(), 1);
        const QList<ChatTurn> turns = fake::of(desk.engine).asked.first().turns;
        QCOMPARE(turns.size(), 2);
        QCOMPARE(turns[0].role, Role::System);
        QCOMPARE(turns[1].text, QStringLiteral("Hello?\nMore"));
        fake::answer(desk.engine, QStringLiteral("Hi."));
        QCOMPARE(desk.chat->state(), ChatController::State::Idle);
        QVERIFY(desk.settle());
        desk.restart();
        const QList<ConversationRecord> stored = desk.conversations();
        QCOMPARE(stored.size(), 1);
        QVERIFY(stored.first().title.startsWith(QStringLiteral("Hello?")));
        QCOMPARE(stored.first().systemPrompt, QStringLiteral("Be brief."));
        QVERIFY(desk.open(stored.first()));
        QCOMPARE(desk.shown(), (QStringList{QStringLiteral("Hello?\nMore"), QStringLiteral("Hi.")}));
        const auto statistics =
            desk.chat->messages()->index(1).data(ChatTreeModel::StatisticsRole).value<AnswerStatistics>();
        QCOMPARE(statistics.tokensPerSecond, 41.0);
        QVERIFY(!statistics.stopped);
    }

    void waitsForAModel() {
        Desk desk;
        desk.chat->send(QStringLiteral("early"));
        QCOMPARE(desk.chat->state(), ChatController::State::Waiting);
        QVERIFY(fake::of(desk.engine).asked.isEmpty());
        fake::makeReady(desk.engine);
        QCOMPARE(fake::of(desk.engine).asked.size(), 1);
        fake::answer(desk.engine, QStringLiteral("late"));
        QCOMPARE(desk.shown(), words("early late"));
    }

    void stopsWhileItWaits() {
        Desk desk;
        desk.chat->send(QStringLiteral("early"));
        desk.chat->stop();
        QCOMPARE(desk.chat->state(), ChatController::State::Idle);
        fake::makeReady(desk.engine);
        QVERIFY(fake::of(desk.engine).asked.isEmpty());
        desk.chat->regenerate(desk.node(0));
        QCOMPARE(fake::of(desk.engine).asked.size(), 1);
    }

    void queuesWhileItAnswers() {
        Desk desk;
        fake::makeReady(desk.engine);
        desk.chat->send(QStringLiteral("one"));
        desk.chat->send(QStringLiteral("two"));
        QCOMPARE(desk.chat->queuedText(), QStringLiteral("two"));
        QCOMPARE(fake::of(desk.engine).asked.size(), 1);
        fake::answer(desk.engine, QStringLiteral("first"));
        QVERIFY(desk.chat->queuedText().isEmpty());
        QCOMPARE(fake::of(desk.engine).asked.size(), 2);
        fake::answer(desk.engine, QStringLiteral("second"));
        QCOMPARE(desk.shown(), words("one first two second"));
    }

    void keepsVersions() {
        Desk desk;
        fake::makeReady(desk.engine);
        desk.chat->send(QStringLiteral("q"));
        fake::answer(desk.engine, QStringLiteral("a"));
        desk.chat->regenerate(desk.node(1));
        fake::answer(desk.engine, QStringLiteral("b"));
        QCOMPARE(desk.shown(), words("q b"));
        desk.chat->edit(desk.node(0), QStringLiteral("q2"));
        QCOMPARE(fake::of(desk.engine).asked.last().turns.last().text, QStringLiteral("q2"));
        fake::answer(desk.engine, QStringLiteral("c"));
        QCOMPARE(desk.shown(), words("q2 c"));
        desk.chat->showVersion(desk.node(0), -1);
        QCOMPARE(desk.shown(), words("q b"));
        desk.chat->showVersion(desk.node(1), -1);
        QCOMPARE(desk.shown(), words("q a"));
        QVERIFY(desk.settle());
        desk.restart();
        QVERIFY(desk.open(desk.conversations().first()));
        // The branch that was shown, with the other versions beside it.
        QCOMPARE(desk.shown(), words("q a"));
        QCOMPARE(desk.chat->messages()->index(0).data(ChatTreeModel::VersionCountRole).toInt(), 2);
        QCOMPARE(desk.chat->messages()->index(1).data(ChatTreeModel::VersionCountRole).toInt(), 2);
    }

    void editsAnAnswerWithoutAsking() {
        Desk desk;
        fake::makeReady(desk.engine);
        desk.chat->send(QStringLiteral("q"));
        fake::answer(desk.engine, QStringLiteral("a"));
        desk.chat->edit(desk.node(1), QStringLiteral("mine"));
        QCOMPARE(desk.shown(), words("q mine"));
        QCOMPARE(fake::of(desk.engine).asked.size(), 1);
        QCOMPARE(desk.chat->state(), ChatController::State::Idle);
    }

    void continuesAnAnswer() {
        Desk desk;
        fake::makeReady(desk.engine);
        desk.chat->send(QStringLiteral("q"));
        fake::answer(desk.engine, QStringLiteral("one"), true);
        desk.chat->continueAnswer(desk.node(1));
        const AnswerRequest& request = fake::of(desk.engine).asked.last();
        QVERIFY(request.continueLast);
        QCOMPARE(request.turns.last().role, Role::Assistant);
        QCOMPARE(request.turns.last().text, QStringLiteral("one"));
        fake::answer(desk.engine, QStringLiteral("+two"));
        QCOMPARE(desk.shown(), words("q one+two"));
        QCOMPARE(desk.chat->messages()->tree().record(desk.node(1)).statistics.tokens, 24);
    }

    void keepsWhatWasWrittenWhenTheProgramEnds() {
        Desk desk;
        fake::makeReady(desk.engine);
        desk.chat->send(QStringLiteral("q"));
        const RequestId request = fake::of(desk.engine).last;
        emit desk.engine.answerStarted(request);
        emit desk.engine.textArrived(request, QStringLiteral("half an "));
        emit desk.engine.textArrived(request, QStringLiteral("answer"));
        // The timer saves about once a second; nothing else does here.
        QTest::qWait(1300);
        QVERIFY(desk.settle());
        StoreController reader(desk.path());
        QSignalSpy conversations(&reader, &StoreController::conversationsLoaded);
        reader.loadConversations();
        QVERIFY(conversations.wait(10'000));
        QSignalSpy messages(&reader, &StoreController::messagesLoaded);
        reader.loadMessages(conversations.first()[0].value<QList<ConversationRecord>>().first().id);
        QVERIFY(messages.wait(10'000));
        const MessageRecord saved = messages.first()[2].value<QList<MessageRecord>>().last();
        QCOMPARE(saved.text, QStringLiteral("half an answer"));
        QVERIFY(saved.statistics.stopped);
    }

    void removesAndUndoes() {
        Desk desk;
        fake::makeReady(desk.engine);
        for (const char* text : {"one", "two"}) {
            desk.chat->send(QString::fromLatin1(text));
            fake::answer(desk.engine, QStringLiteral("ok"));
        }
        QVERIFY(desk.settle());
        desk.chat->remove(desk.node(2));
        QCOMPARE(desk.shown(), words("one ok"));
        QCOMPARE(desk.chat->undoableRemoves(), 1);
        desk.chat->undoRemove();
        QCOMPARE(desk.shown(), words("one ok two ok"));
        QVERIFY(desk.settle());
        desk.restart();
        QVERIFY(desk.open(desk.conversations().first()));
        QCOMPARE(desk.shown(), words("one ok two ok"));
    }

    /// A second deletion is no reason to lose the first; what was deleted within what was deleted too comes back.
    void undoesEveryDeletion() {
        Desk desk;
        fake::makeReady(desk.engine);
        for (const char* text : {"one", "two", "three"}) {
            desk.chat->send(QString::fromLatin1(text));
            fake::answer(desk.engine, QStringLiteral("ok"));
        }
        QVERIFY(desk.settle());
        QSignalSpy counts(desk.chat.get(), &ChatController::undoableRemovesChanged);
        for (const int row : {5, 4, 2}) desk.chat->remove(desk.node(row));
        QCOMPARE(desk.shown(), words("one ok"));
        QCOMPARE(counts.last()[0].toInt(), 3);
        desk.chat->undoRemove();
        QCOMPARE(desk.shown(), words("one ok two ok"));
        // What was written meanwhile stays.
        desk.chat->send(QStringLiteral("four"));
        fake::answer(desk.engine, QStringLiteral("ok"));
        QVERIFY(desk.settle());
        desk.chat->undoRemove();
        desk.chat->undoRemove();
        QCOMPARE(desk.chat->undoableRemoves(), 0);
        QCOMPARE(desk.shown(), words("one ok two ok three ok"));
        desk.chat->undoRemove();
        desk.chat->showVersion(desk.node(4), 1);
        QCOMPARE(desk.shown(), words("one ok two ok four ok"));
        QVERIFY(desk.settle());
        desk.restart();
        QVERIFY(desk.open(desk.conversations().first()));
        QCOMPARE(desk.shown(), words("one ok two ok four ok"));
        desk.chat->showVersion(desk.node(4), 1);  // the restored one is the younger in the store
        QCOMPARE(desk.shown(), words("one ok two ok three ok"));
    }

    void deletionsOfAnotherConversationStayThere() {
        Desk desk;
        fake::makeReady(desk.engine);
        desk.chat->send(QStringLiteral("one"));
        fake::answer(desk.engine, QStringLiteral("ok"));
        QVERIFY(desk.settle());
        desk.chat->remove(desk.node(1));
        desk.chat->newConversation();
        QCOMPARE(desk.chat->undoableRemoves(), 0);
        desk.chat->send(QStringLiteral("two"));
        fake::answer(desk.engine, QStringLiteral("ok"));
        QVERIFY(desk.settle());
        desk.chat->remove(desk.node(1));
        QCOMPARE(desk.chat->undoableRemoves(), 1);
        desk.chat->undoRemove();
        QCOMPARE(desk.shown(), words("two ok"));
    }

    void goesOnInTheBackground() {
        Desk desk;
        fake::makeReady(desk.engine);
        desk.chat->send(QStringLiteral("long"));
        QVERIFY(desk.settle());
        const ConversationRecord first = desk.chat->conversation();
        desk.chat->newConversation();
        QVERIFY(desk.chat->isAnsweringElsewhere());
        QCOMPARE(desk.chat->messages()->rowCount(), 0);
        fake::answer(desk.engine, QStringLiteral("done"));
        QVERIFY(desk.settle());
        QVERIFY(desk.open(first));
        QCOMPARE(desk.shown(), words("long done"));
    }

    void dropsStaleAnswers() {
        Desk desk;
        fake::makeReady(desk.engine);
        desk.chat->send(QStringLiteral("q"));
        emit desk.engine.textArrived(fake::of(desk.engine).last + 7, QStringLiteral("not for us"));
        fake::answer(desk.engine, QStringLiteral("a"));
        QCOMPARE(desk.shown(), words("q a"));
    }

    void saysWhatFailed() {
        Desk desk;
        fake::makeReady(desk.engine);
        QSignalSpy failed(desk.chat.get(), &ChatController::answerFailed);
        desk.chat->send(QStringLiteral("q"));
        emit desk.engine.answerFailed(fake::of(desk.engine).last, Problem{QStringLiteral("No memory"), {}, {}});
        QCOMPARE(failed.size(), 1);
        // The question stays, an answer without a word does not.
        QCOMPARE(desk.shown(), words("q"));
        QCOMPARE(desk.chat->state(), ChatController::State::Idle);
    }

    void aModelThatCannotBeLoadedLosesNoMessage() {
        Desk desk;
        fake::become(desk.engine, EngineState::Loading);
        desk.chat->send(QStringLiteral("one"));
        desk.chat->send(QStringLiteral("two"));
        QCOMPARE(fake::of(desk.engine).asked.size(), 1);
        fake::become(desk.engine, EngineState::Empty);
        emit desk.engine.answerFailed(fake::of(desk.engine).last, Problem{QStringLiteral("Damaged"), {}, {}});
        // Both wait, and are seen; another model answers them.
        QCOMPARE(desk.shown(), words("one"));
        QCOMPARE(desk.chat->state(), ChatController::State::Waiting);
        QCOMPARE(desk.chat->queuedText(), QStringLiteral("two"));
        fake::makeReady(desk.engine);
        QCOMPARE(fake::of(desk.engine).asked.size(), 2);
        fake::answer(desk.engine, QStringLiteral("first"));
        fake::answer(desk.engine, QStringLiteral("second"));
        QCOMPARE(desk.shown(), words("one first two second"));
    }

    void keepsDrafts() {
        Desk desk;
        fake::makeReady(desk.engine);
        desk.chat->send(QStringLiteral("q"));
        fake::answer(desk.engine, QStringLiteral("a"));
        QVERIFY(desk.settle());
        desk.chat->setDraft(QStringLiteral("unsent"));
        desk.chat->newConversation();
        QCOMPARE(desk.chat->draft(), QString());
        QVERIFY(desk.settle());
        QCOMPARE(desk.conversations().first().draft, QStringLiteral("unsent"));
    }

    void givesTheSampling() {
        Desk desk;
        fake::makeReady(desk.engine);
        PresetRecord preset;
        preset.name = QStringLiteral("Exact");
        preset.temperature = 0;
        preset.seed = 99;
        preset.maximumTokens = 50;
        desk.chat->applyPreset(preset);
        desk.chat->setThinking(false);
        desk.chat->recomputeContext(true);
        desk.chat->send(QStringLiteral("q"));
        const AnswerRequest& request = fake::of(desk.engine).asked.last();
        QCOMPARE(request.sampling.temperature, 0.0F);
        QCOMPARE(request.sampling.seed, 99U);
        QCOMPARE(request.maximumTokens, 50);
        QVERIFY(request.recomputeContext && !request.thinking);
        QVERIFY(!desk.chat->willRecompute());
        QCOMPARE(desk.chat->conversation().presetName, QStringLiteral("Exact"));
    }

    void survivesAConversationThatIsClosedWhileItAnswers() {
        Desk desk;
        fake::makeReady(desk.engine);
        desk.chat->send(QStringLiteral("q"));
        QVERIFY(desk.settle());
        const RequestId request = fake::of(desk.engine).last;
        desk.chat->closeConversation(desk.chat->conversation().id);
        QCOMPARE(fake::of(desk.engine).stops, 1);
        QCOMPARE(desk.chat->messages()->rowCount(), 0);
        emit desk.engine.textArrived(request, QStringLiteral("late"));
        QTest::qWait(20);
        QCOMPARE(desk.chat->messages()->rowCount(), 0);
    }
};

QTEST_GUILESS_MAIN(ChatControllerTest)
#include "chat_controller_test.moc"
