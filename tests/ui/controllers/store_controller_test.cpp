#include "ui/controllers/store_controller.h"

#include "tests/ui/store/store_fixture.h"

#include <QFile>
#include <QProcess>
#include <QSignalSpy>
#include <QTest>

namespace strata::ui {
namespace {

using test::conversation;
using test::message;
using test::StoreFolder;

constexpr int kPatienceMs = 60'000;

/// The arguments of the one signal that is waited for.
#define STRATA_AWAIT(spy) QTRY_COMPARE_WITH_TIMEOUT((spy).size(), 1, kPatienceMs)

ConversationRecord created(QSignalSpy& spy) {
    return spy.takeFirst().at(1).value<ConversationRecord>();
}

class StoreControllerTest : public QObject {
    Q_OBJECT
private slots:
    void answersInOrderUnderTheirNumbers() {
        const StoreFolder folder;
        StoreController store(folder.path());
        QStringList order;
        connect(&store, &StoreController::opened, this, [&] { order.append(QStringLiteral("opened")); });
        connect(&store, &StoreController::settingsLoaded, this, [&] { order.append(QStringLiteral("settings")); });
        connect(&store, &StoreController::conversationCreated, this,
                [&](RequestId request) { order.append(QString::number(request)); });
        connect(&store, &StoreController::flushed, this,
                [&](RequestId request) { order.append(QStringLiteral("flushed %1").arg(request)); });
        const RequestId first = store.createConversation(conversation(QStringLiteral("one")));
        const RequestId second = store.createConversation(conversation(QStringLiteral("two")));
        const RequestId flush = store.flush();
        QVERIFY(order.isEmpty());
        QTRY_COMPARE_WITH_TIMEOUT(order.size(), 5, kPatienceMs);
        QCOMPARE(order, (QStringList{QStringLiteral("opened"), QStringLiteral("settings"), QString::number(first),
                                     QString::number(second), QStringLiteral("flushed %1").arg(flush)}));
    }

    void aConversationsWholeLife() {
        const StoreFolder folder;
        StoreController store(folder.path());
        QSignalSpy conversations(&store, &StoreController::conversationCreated);
        QSignalSpy messages(&store, &StoreController::messageCreated);
        QSignalSpy loaded(&store, &StoreController::messagesLoaded);
        QSignalSpy hits(&store, &StoreController::searched);
        QSignalSpy lists(&store, &StoreController::conversationsLoaded);
        QSignalSpy failures(&store, &StoreController::failed);
        store.createConversation(conversation(QStringLiteral("Tides")));
        STRATA_AWAIT(conversations);
        ConversationRecord record = created(conversations);
        store.createMessage(message(record.id, 0, QStringLiteral("Why tides?")));
        STRATA_AWAIT(messages);
        MessageRecord question = messages.takeFirst().at(1).value<MessageRecord>();
        question.text = QStringLiteral("Why spring tides?");
        store.updateMessage(question);
        const RequestId load = store.loadMessages(record.id);
        STRATA_AWAIT(loaded);
        QCOMPARE(loaded.first().at(0).value<RequestId>(), load);
        QCOMPARE(loaded.first().at(1).value<ConversationId>(), record.id);
        QCOMPARE(loaded.first().at(2).value<QList<MessageRecord>>(), QList{question});
        store.search(QStringLiteral("spring"));
        STRATA_AWAIT(hits);
        QCOMPARE(hits.first().at(1).value<QList<SearchHit>>().size(), 1);

        store.removeConversation(record.id);
        store.loadConversations();
        STRATA_AWAIT(lists);
        QVERIFY(lists.takeFirst().first().value<QList<ConversationRecord>>().isEmpty());
        store.restoreConversation(record.id);
        store.loadConversations();
        STRATA_AWAIT(lists);
        QCOMPARE(lists.takeFirst().first().value<QList<ConversationRecord>>().size(), 1);
        store.removeConversation(record.id);
        store.purgeRemoved();
        store.restoreConversation(record.id);
        STRATA_AWAIT(failures);
        QVERIFY(!failures.first().first().value<Problem>().remedy.isEmpty());
    }

    void theEndWritesWhatWasOrdered() {
        const StoreFolder folder;
        {
            StoreController store(folder.path());
            QSignalSpy ready(&store, &StoreController::settingsLoaded);
            STRATA_AWAIT(ready);
            for (int width = 0; width <= 1000; ++width) store.setSetting(QStringLiteral("width"), width);
            for (int number = 0; number < 20; ++number) store.createConversation({});
        }
        auto store = folder.open();
        STRATA_VERIFY(store);
        QCOMPARE((*store)->settings().value().value(QStringLiteral("width")).toInt(), 1000);
        QCOMPARE((*store)->conversations().value().size(), 20);
    }

    void whatThisWindowRemovedEndsWithIt() {
        const StoreFolder folder;
        qint64 kept = 0;
        {
            auto other = folder.open();
            kept = (*other)->addConversation(conversation(QStringLiteral("removed in another window"))).value().id;
            STRATA_VERIFY((*other)->setConversationRemoved(kept, true));
            StoreController store(folder.path());
            QSignalSpy conversations(&store, &StoreController::conversationCreated);
            store.createConversation({});
            STRATA_AWAIT(conversations);
            store.removeConversation(created(conversations).id);
        }
        auto store = folder.open();
        STRATA_VERIFY(store);
        STRATA_VERIFY((*store)->setConversationRemoved(kept, false));
        QCOMPARE((*store)->conversations().value().size(), 1);
    }

    void settingsAnswerFromMemory() {
        const StoreFolder folder;
        {
            auto store = folder.open();
            STRATA_VERIFY((*store)->saveSettings(
                {{QStringLiteral("theme"), QStringLiteral("dark")}, {QStringLiteral("width"), 1}}));
        }
        StoreController store(folder.path());
        QCOMPARE(store.setting(QStringLiteral("theme"), QStringLiteral("light")).toString(), QStringLiteral("light"));
        store.setSetting(QStringLiteral("width"), 2);
        QSignalSpy ready(&store, &StoreController::settingsLoaded);
        STRATA_AWAIT(ready);
        QCOMPARE(store.setting(QStringLiteral("theme")).toString(), QStringLiteral("dark"));
        QCOMPARE(store.setting(QStringLiteral("width")).toInt(), 2);
    }

    void aHeldDatabaseHoldsUpNobodyHere() {
        const StoreFolder folder;
        StoreController store(folder.path());
        QSignalSpy ready(&store, &StoreController::settingsLoaded);
        STRATA_AWAIT(ready);
        QSignalSpy conversations(&store, &StoreController::conversationCreated);
        const auto other = Database::open(folder.path());
        {
            const auto transaction = Transaction::begin(*other);
            STRATA_VERIFY(transaction);
            store.createConversation(conversation(QStringLiteral("waits")));
            bool turned = false;
            QMetaObject::invokeMethod(this, [&] { turned = true; }, Qt::QueuedConnection);
            QTRY_VERIFY(turned);
            QTest::qWait(50);
            QVERIFY(conversations.isEmpty());
        }
        STRATA_AWAIT(conversations);
    }

    void anotherWindowsWritesAreNoticed() {
        const StoreFolder folder;
        StoreController store(folder.path());
        QSignalSpy ready(&store, &StoreController::settingsLoaded);
        QSignalSpy changed(&store, &StoreController::changedElsewhere);
        STRATA_AWAIT(ready);
        auto other = folder.open();
        STRATA_VERIFY((*other)->addConversation(conversation(QStringLiteral("from the other window"))));
        QTRY_VERIFY_WITH_TIMEOUT(!changed.isEmpty(), kPatienceMs);
    }

    void aDamagedSearchIndexIsMadeAnewUnnoticed() {
        const StoreFolder folder;
        StoreController store(folder.path());
        QSignalSpy conversations(&store, &StoreController::conversationCreated);
        QSignalSpy messages(&store, &StoreController::messageCreated);
        QSignalSpy failures(&store, &StoreController::failed);
        store.createConversation({});
        STRATA_AWAIT(conversations);
        const ConversationId id = created(conversations).id;
        store.createMessage(message(id, 0, QStringLiteral("words")));
        STRATA_AWAIT(messages);
        MessageRecord grown = messages.takeFirst().at(1).value<MessageRecord>();
        {
            const auto database = Database::open(folder.path());
            for (const char* name : {"message_words_data", "message_grams_data"})
                STRATA_VERIFY(database->run(QStringLiteral("UPDATE ") + QLatin1String(name) +
                                            QStringLiteral(" SET block = x'ffffffffffffffffffffffff'")));
        }
        grown.text = QStringLiteral("more words");
        store.updateMessage(grown);
        QSignalSpy hits(&store, &StoreController::searched);
        store.search(QStringLiteral("more"));
        STRATA_AWAIT(hits);
        QCOMPARE(hits.first().at(1).value<QList<SearchHit>>().size(), 1);
        QVERIFY(failures.isEmpty());
    }

    void aDamagedDatabaseIsTold() {
        const StoreFolder folder;
        QFile file(folder.path());
        QVERIFY(file.open(QIODevice::WriteOnly) && file.write(QByteArray(5000, 'x')) == 5000);
        file.close();
        StoreController store(folder.path());
        QSignalSpy replaced(&store, &StoreController::replaced);
        QSignalSpy opened(&store, &StoreController::opened);
        STRATA_AWAIT(replaced);
        QCOMPARE(opened.size(), 1);
        const Problem problem = replaced.first().first().value<Problem>();
        QVERIFY2(problem.remedy.contains(folder.path() + QStringLiteral(".damaged-")), qPrintable(problem.remedy));
    }

    void aNewerDatabaseIsToldOnce() {
        const StoreFolder folder;
        STRATA_VERIFY(folder.open());
        STRATA_VERIFY(Database::open(folder.path())->run(QStringLiteral("PRAGMA user_version = 99")));
        StoreController store(folder.path());
        QSignalSpy problems(&store, &StoreController::openFailed);
        QSignalSpy failures(&store, &StoreController::failed);
        QSignalSpy refusals(&store, &StoreController::requestFailed);
        QSignalSpy flushed(&store, &StoreController::flushed);
        QSignalSpy ready(&store, &StoreController::settingsLoaded);
        const RequestId request = store.createConversation({});
        store.setSetting(QStringLiteral("a"), 1);
        store.flush();
        STRATA_AWAIT(flushed);
        QCOMPARE(problems.size(), 1);
        QVERIFY(problems.first().first().value<Problem>().title.contains(QStringLiteral("newer version")));
        QCOMPARE(ready.size(), 1);
        QCOMPARE(refusals.size(), 1);
        QCOMPARE(refusals.first().first().value<RequestId>(), request);
        QVERIFY(failures.isEmpty());
    }

    void badRequestsAreToldAndHarmless() {
        const StoreFolder folder;
        StoreController store(folder.path());
        QSignalSpy failures(&store, &StoreController::failed);
        QSignalSpy refusals(&store, &StoreController::requestFailed);
        QSignalSpy flushed(&store, &StoreController::flushed);
        store.createMessage(message(404, 0, QStringLiteral("nowhere")));
        store.updateMessage(message(404, 0, QStringLiteral("nowhere")));
        store.removeMessage(404);
        store.flush();
        STRATA_AWAIT(flushed);
        QCOMPARE(failures.size(), 3);
        QCOMPARE(refusals.size(), 1);
    }

    void twoProgramsWriteAtTheSameTime() {
        const StoreFolder folder;
        StoreController store(folder.path());
        QSignalSpy failures(&store, &StoreController::failed);
        QSignalSpy conversations(&store, &StoreController::conversationCreated);
        QProcess program;
        program.start(QStringLiteral(STRATA_STREAMER), {folder.path()});
        QVERIFY(program.waitForReadyRead(kPatienceMs));
        for (int number = 0; number < 50; ++number) store.createConversation(conversation(QString::number(number)));
        QTRY_COMPARE_WITH_TIMEOUT(conversations.size(), 50, kPatienceMs);
        // It has gone on meanwhile.
        program.readAllStandardOutput();
        QVERIFY(program.waitForReadyRead(kPatienceMs));
        program.kill();
        QVERIFY(program.waitForFinished(kPatienceMs));
        QVERIFY2(program.readAllStandardError().isEmpty(), "the other program was refused something");
        QVERIFY(failures.isEmpty());
        QSignalSpy lists(&store, &StoreController::conversationsLoaded);
        store.loadConversations();
        STRATA_AWAIT(lists);
        QCOMPARE(lists.first().first().value<QList<ConversationRecord>>().size(), 51);
    }

    /// A program that streams an answer into the store is killed: what it had been told to be stored is there.
    void aKilledProgramLosesOnlyWhatWasNotYetStored() {
        const StoreFolder folder;
        QProcess program;
        program.start(QStringLiteral(STRATA_STREAMER), {folder.path()});
        QVERIFY(program.waitForStarted(kPatienceMs));
        qsizetype confirmed = 0;
        while (confirmed < 12) {
            QVERIFY2(program.waitForReadyRead(kPatienceMs), program.readAllStandardError().constData());
            while (program.canReadLine()) confirmed = program.readLine().trimmed().toLongLong();
        }
        program.kill();
        QVERIFY(program.waitForFinished(kPatienceMs));
        QCOMPARE(program.exitStatus(), QProcess::CrashExit);

        const auto opened = Store::open(folder.path());
        STRATA_VERIFY(opened);
        QVERIFY(opened->movedAside.isEmpty());
        const QList<ConversationRecord> conversations = opened->store->conversations().value();
        QCOMPARE(conversations.size(), 1);
        const QList<MessageRecord> messages = opened->store->messages(conversations.first().id).value();
        QCOMPARE(messages.size(), 1);
        QVERIFY2(messages.first().text.count(QStringLiteral("word ")) >= confirmed,
                 qPrintable(QStringLiteral("%1 of %2").arg(messages.first().text.size() / 5).arg(confirmed)));
        QCOMPARE(opened->store->search(QStringLiteral("word")).value().size(), 1);
    }
};

}  // namespace
}  // namespace strata::ui

QTEST_GUILESS_MAIN(strata::ui::StoreControllerTest)
#include "store_controller_test.moc"
