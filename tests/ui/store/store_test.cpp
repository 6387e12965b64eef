#include "ui/store/store.h"

#include "tests/ui/store/store_fixture.h"

#include <QFileInfo>

namespace strata::ui {
namespace {

using test::conversation;
using test::message;
using test::StoreFolder;

class StoreTest : public QObject {
    Q_OBJECT
private slots:
    void keepsAConversation() {
        const StoreFolder folder;
        ConversationRecord written = conversation(QStringLiteral("Tides"));
        written.folder = QStringLiteral("Sea");
        written.pinned = true;
        written.stackPath = QStringLiteral("/models/a.strata");
        written.systemPrompt = QStringLiteral("Be brief.");
        written.presetName = QStringLiteral("Careful");
        written.draft = QStringLiteral("half a \U0001F30A thought");
        {
            auto store = folder.open();
            STRATA_VERIFY(store);
            const auto added = (*store)->addConversation(written);
            STRATA_VERIFY(added);
            QVERIFY(added->id > 0 && added->createdMs > 0 && added->updatedMs > 0);
            written = *added;
            written.title = QStringLiteral("Spring tides");
            written.updatedMs += 5;
            STRATA_VERIFY((*store)->updateConversation(written));
        }
        auto store = folder.open();
        STRATA_VERIFY(store);
        QCOMPARE((*store)->conversations().value(), QList{written});
        QCOMPARE(QFileInfo(folder.path() + QStringLiteral("-wal")).exists(), true);
    }

    void keepsATreeOfMessages() {
        const StoreFolder folder;
        auto store = folder.open();
        STRATA_VERIFY(store);
        const ConversationId id = (*store)->addConversation({}).value().id;
        MessageRecord question = (*store)->addMessage(message(id, 0, QStringLiteral("Why?"))).value();
        MessageRecord answer = message(id, question.id, QStringLiteral("Because"), Role::Assistant);
        answer.statistics = {7, 41.5, 120, 118'000'000, 0.98, QStringLiteral("Tiny"), true};
        answer = (*store)->addMessage(answer).value();
        const MessageRecord other = (*store)->addMessage(message(id, question.id, {}, Role::Assistant)).value();
        QCOMPARE((*store)->conversations().value().first().leaf, other.id);

        answer.text = QStringLiteral("Because of the Moon.");
        answer.statistics.tokens = 9;
        answer.statistics.stopped = false;
        STRATA_VERIFY((*store)->updateMessage(answer));
        QCOMPARE((*store)->messages(id).value(), (QList{question, answer, other}));
    }

    void textComesBackAsItWas() {
        const StoreFolder folder;
        auto store = folder.open();
        STRATA_VERIFY(store);
        const ConversationId id = (*store)->addConversation({}).value().id;
        const QString text = QStringLiteral("quotes ' \" ; -- end\n-- end\r\n\t你好 \U0001F30A %s ?1 :name ");
        const MessageRecord added = (*store)->addMessage(message(id, 0, text)).value();
        QCOMPARE((*store)->messages(id).value().first().text, text);
        const QString big(10'000'000, u'x');
        MessageRecord grown = added;
        grown.text = big;
        STRATA_VERIFY((*store)->updateMessage(grown));
        QVERIFY((*store)->messages(id).value().first().text == big);
    }

    void marksOfItsOwnAreKeptOut() {
        const StoreFolder folder;
        auto store = folder.open();
        STRATA_VERIFY(store);
        const ConversationId id = (*store)->addConversation({}).value().id;
        const QString text = QStringLiteral("a") + QChar(0) + QStringLiteral("b") + QChar(2) + QChar(3);
        STRATA_VERIFY((*store)->addMessage(message(id, 0, text)));
        QCOMPARE((*store)->messages(id).value().first().text, QStringLiteral("a\uFFFDb\uFFFD\uFFFD"));
    }

    void removesABranchOfAnyDepth() {
        const StoreFolder folder;
        auto store = folder.open();
        STRATA_VERIFY(store);
        QList<MessageRecord> chain;
        for (MessageId number = 1; number <= 3000; ++number)
            chain.append(message(0, number - 1, QStringLiteral("turn"), number % 2 ? Role::User : Role::Assistant));
        for (qsizetype at = 0; at < chain.size(); ++at) chain[at].id = at + 1;
        const ConversationRecord imported = (*store)->import(conversation(QStringLiteral("Long")), chain).value();
        const QList<MessageRecord> all = (*store)->messages(imported.id).value();
        QCOMPARE(all.size(), 3000);
        QCOMPARE(imported.leaf, all.last().id);
        STRATA_VERIFY((*store)->removeMessage(all[1].id));
        QCOMPARE((*store)->messages(imported.id).value().size(), 1);
        QCOMPARE((*store)->conversations().value().first().leaf, all[0].id);
        STRATA_VERIFY((*store)->removeMessage(all[0].id));
        QCOMPARE((*store)->conversations().value().first().leaf, 0);
    }

    void removingABranchLeavesItsSiblings() {
        const StoreFolder folder;
        auto store = folder.open();
        STRATA_VERIFY(store);
        const ConversationId id = (*store)->addConversation({}).value().id;
        const MessageRecord root = (*store)->addMessage(message(id, 0, QStringLiteral("root"))).value();
        const MessageRecord first = (*store)->addMessage(message(id, root.id, QStringLiteral("one"))).value();
        STRATA_VERIFY((*store)->addMessage(message(id, first.id, QStringLiteral("below one"))));
        const MessageRecord second = (*store)->addMessage(message(id, root.id, QStringLiteral("two"))).value();
        STRATA_VERIFY((*store)->removeMessage(first.id));
        QCOMPARE((*store)->messages(id).value(), (QList{root, second}));
        QCOMPARE((*store)->conversations().value().first().leaf, second.id);
    }

    void refusesAParentOfAnotherConversation() {
        const StoreFolder folder;
        auto store = folder.open();
        STRATA_VERIFY(store);
        const ConversationId one = (*store)->addConversation({}).value().id;
        const ConversationId two = (*store)->addConversation({}).value().id;
        const MessageRecord root = (*store)->addMessage(message(one, 0, QStringLiteral("root"))).value();
        QVERIFY(!(*store)->addMessage(message(two, root.id, QStringLiteral("stray"))));
        QVERIFY(!(*store)->addMessage(message(99, 0, QStringLiteral("nowhere"))));
        QVERIFY((*store)->messages(two).value().isEmpty());
        QCOMPARE((*store)->conversations().value().size(), 2);
    }

    void removalCanBeUndoneUntilThePurge() {
        const StoreFolder folder;
        auto store = folder.open();
        STRATA_VERIFY(store);
        const ConversationId id = (*store)->addConversation(conversation(QStringLiteral("kept"))).value().id;
        STRATA_VERIFY((*store)->addMessage(message(id, 0, QStringLiteral("Why?"))));
        STRATA_VERIFY((*store)->setConversationRemoved(id, true));
        QVERIFY((*store)->conversations().value().isEmpty());
        STRATA_VERIFY((*store)->purgeRemoved({}, 1));
        STRATA_VERIFY((*store)->setConversationRemoved(id, false));
        QCOMPARE((*store)->conversations().value().size(), 1);
        STRATA_VERIFY((*store)->purgeRemoved({id}, 0));
        QCOMPARE((*store)->messages(id).value().size(), 1);
        STRATA_VERIFY((*store)->setConversationRemoved(id, true));
        STRATA_VERIFY((*store)->purgeRemoved({id}, 0));
        QVERIFY((*store)->messages(id).value().isEmpty());
        const auto late = (*store)->setConversationRemoved(id, false);
        QVERIFY(!late);
        QCOMPARE(late.error().kind, StoreErrorKind::NotFound);
    }

    void importGivesNewNumbers() {
        const StoreFolder folder;
        auto store = folder.open();
        STRATA_VERIFY(store);
        MessageRecord root = message(0, 0, QStringLiteral("root"));
        root.id = 700;
        MessageRecord left = message(0, 700, QStringLiteral("left"), Role::Assistant);
        left.id = 701;
        MessageRecord right = message(0, 700, QStringLiteral("right"), Role::Assistant);
        right.id = 702;
        ConversationRecord record = conversation(QStringLiteral("Imported"));
        record.leaf = 701;
        const ConversationRecord added = (*store)->import(record, {root, left, right}).value();
        const QList<MessageRecord> stored = (*store)->messages(added.id).value();
        QCOMPARE(stored.size(), 3);
        QCOMPARE(stored[1].parent, stored[0].id);
        QCOMPARE(stored[2].parent, stored[0].id);
        QCOMPARE(added.leaf, stored[1].id);
        QCOMPARE((*store)->conversations().value(), QList{added});
    }

    void importIsWholeOrNotAtAll() {
        const StoreFolder folder;
        auto store = folder.open();
        STRATA_VERIFY(store);
        const QList<MessageRecord> orphan = {message(0, 0, QStringLiteral("a")), message(0, 55, QStringLiteral("b"))};
        QVERIFY(!(*store)->import(conversation(QStringLiteral("Broken")), orphan));
        QVERIFY((*store)->conversations().value().isEmpty());
    }

    void keepsModelsPresetsAndJobs() {
        const StoreFolder folder;
        auto store = folder.open();
        STRATA_VERIFY(store);
        StackRecord stack{QStringLiteral("/m/a.strata"), QStringLiteral("A"), 131'000'000, 5, 6, 118'000'000, 2048};
        STRATA_VERIFY((*store)->saveStack(stack));
        stack.name = QStringLiteral("Renamed");
        STRATA_VERIFY((*store)->saveStack(stack));
        QCOMPARE((*store)->stacks().value().size(), 1);
        QCOMPARE((*store)->stacks().value().first().name, QStringLiteral("Renamed"));
        QCOMPARE((*store)->stacks().value().first().contextLength, 2048);
        STRATA_VERIFY((*store)->removeStack(stack.path));
        QVERIFY((*store)->stacks().value().isEmpty());

        PresetRecord preset;
        preset.name = QStringLiteral("Wild");
        preset.temperature = 1.5;
        preset.seed = 0xffff'ffff'ffff'fff0;
        STRATA_VERIFY((*store)->savePreset(preset));
        QCOMPARE((*store)->presets().value(), QList{preset});
        preset.seed.reset();
        STRATA_VERIFY((*store)->savePreset(preset));
        QCOMPARE((*store)->presets().value(), QList{preset});
        STRATA_VERIFY((*store)->removePreset(preset.name));
        QVERIFY((*store)->presets().value().isEmpty());

        JobRecord job;
        job.kind = QStringLiteral("compress");
        job.optionsJson = QStringLiteral("{}");
        job = (*store)->addJob(job).value();
        job.state = JobState::Paused;
        job.fraction = 0.5;
        STRATA_VERIFY((*store)->updateJob(job));
        const QList<JobRecord> jobs = (*store)->jobs().value();
        QCOMPARE(jobs.size(), 1);
        QCOMPARE(jobs.first().id, job.id);
        QCOMPARE(jobs.first().state, JobState::Paused);
        QCOMPARE(jobs.first().fraction, 0.5);
        STRATA_VERIFY((*store)->removeJob(job.id));
        QVERIFY(!(*store)->updateJob(job));
    }

    void keepsSettingsOfEveryKind() {
        const StoreFolder folder;
        const QHash<QString, QVariant> written = {
            {QStringLiteral("bytes"), QByteArray("\0\1\xff", 3)},
            {QStringLiteral("flag"), true},
            {QStringLiteral("number"), qint64{9'007'199'254'740'993}},
            {QStringLiteral("real"), 1.25},
            {QStringLiteral("text"), QStringLiteral("dark")},
            {QStringLiteral("list"), QStringList{QStringLiteral("a"), QStringLiteral("b")}},
            {QStringLiteral("map"), QVariantMap{{QStringLiteral("base64"), 1}, {QStringLiteral("x"), 2}}}};
        {
            auto store = folder.open();
            STRATA_VERIFY(store);
            STRATA_VERIFY((*store)->saveSettings(written));
        }
        auto store = folder.open();
        STRATA_VERIFY(store);
        const QHash<QString, QVariant> read = (*store)->settings().value();
        QCOMPARE(read.size(), written.size());
        for (auto setting = written.cbegin(); setting != written.cend(); ++setting) {
            if (setting.key() == QStringLiteral("list"))
                QCOMPARE(read.value(setting.key()).toStringList(), setting.value().toStringList());
            else
                QCOMPARE(read.value(setting.key()), setting.value());
        }
        STRATA_VERIFY((*store)->saveSettings({{QStringLiteral("flag"), QVariant()}}));
        QVERIFY(!(*store)->settings().value().contains(QStringLiteral("flag")));
    }
};

}  // namespace
}  // namespace strata::ui

QTEST_GUILESS_MAIN(strata::ui::StoreTest)
#include "store_test.moc"
