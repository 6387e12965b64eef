#include "ui/store/conversation_file.h"

#include "tests/ui/store/store_fixture.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

namespace strata::ui {
namespace {

using test::message;

/// Two answers to one question, the second continued.
ConversationFile sample() {
    ConversationFile file;
    file.conversation.title = QStringLiteral("Tides");
    file.conversation.createdMs = 1'700'000'000'000;
    file.conversation.updatedMs = 1'700'000'000'500;
    file.conversation.systemPrompt = QStringLiteral("Be brief.");
    file.messages = {message(3, 0, QStringLiteral("Why tides?")),
                     message(3, 10, QStringLiteral("The **Moon**."), Role::Assistant),
                     message(3, 10, QStringLiteral("Gravity \U0001F30A"), Role::Assistant),
                     message(3, 12, QStringLiteral("And the Sun?"))};
    for (qsizetype at = 0; at < file.messages.size(); ++at) {
        file.messages[at].id = 10 + at;
        file.messages[at].createdMs = 1'700'000'000'000 + at;
    }
    file.messages[2].statistics = {5, 41.5, 200, 118'000'000, 0.98, QStringLiteral("Tiny"), true};
    file.conversation.leaf = 13;
    return file;
}

QByteArray replaced(const char* from, const char* to) {
    QByteArray json = QJsonDocument::fromJson(conversationJson(sample())).toJson(QJsonDocument::Compact);
    [&] { QVERIFY2(json.contains(from), from); }();
    return json.replace(from, to);
}

class ConversationFileTest : public QObject {
    Q_OBJECT
private slots:
    void jsonComesBack() {
        const ConversationFile written = sample();
        const auto read = parseConversation(conversationJson(written));
        QVERIFY2(read, read ? "" : qPrintable(read.error()));
        QCOMPARE(read->conversation.title, written.conversation.title);
        QCOMPARE(read->conversation.systemPrompt, written.conversation.systemPrompt);
        QCOMPARE(read->conversation.createdMs, written.conversation.createdMs);
        QCOMPARE(read->conversation.leaf, 4);
        QCOMPARE(read->messages.size(), 4);
        for (qsizetype at = 0; at < 4; ++at) {
            QCOMPARE(read->messages[at].id, at + 1);
            QCOMPARE(read->messages[at].text, written.messages[at].text);
            QCOMPARE(read->messages[at].role, written.messages[at].role);
            QCOMPARE(read->messages[at].createdMs, written.messages[at].createdMs);
            QCOMPARE(read->messages[at].statistics, written.messages[at].statistics);
        }
        QCOMPARE(read->messages[3].parent, 3);
        QCOMPARE(conversationJson(*read), conversationJson(written));
    }

    void theFileSaysNothingOfTheComputer() {
        ConversationFile file = sample();
        file.conversation.stackPath = QStringLiteral("/home/someone/secret.strata");
        file.conversation.draft = QStringLiteral("a secret draft");
        QVERIFY(!conversationJson(file).contains("secret"));
    }

    void markdownHasTheShownBranch() {
        QCOMPARE(conversationMarkdown(sample()),
                 QStringLiteral("# Tides\n\n## System\n\nBe brief.\n\n## You\n\nWhy tides?\n\n## Tiny\n\nGravity "
                                "\U0001F30A\n\n## You\n\nAnd the Sun?\n"));
        ConversationFile other = sample();
        other.conversation.leaf = 11;
        QVERIFY(conversationMarkdown(other).endsWith(QStringLiteral("## Assistant\n\nThe **Moon**.\n")));
        QCOMPARE(branchOf({}, 5).size(), 0);
    }

    void aBranchThatBitesItsTailEnds() {
        QList<MessageRecord> messages = sample().messages;
        messages[0].parent = 13;
        QVERIFY(branchOf(messages, 13).size() <= messages.size() + 1);
    }

    void hostileFilesAreRefused_data() {
        QTest::addColumn<QByteArray>("json");
        QTest::addColumn<QString>("words");
        const auto row = [](const char* name, const QByteArray& json, const char* words) {
            QTest::newRow(name) << json << QString::fromUtf8(words);
        };
        row("empty", "", "not JSON");
        row("a picture", QByteArray("\x89PNG\r\n\x1a\n", 8), "not JSON");
        row("cut", conversationJson(sample()).left(200), "not JSON");
        row("deep", QByteArray(100'000, '['), "not JSON");
        row("a list", "[1]", "not a conversation");
        row("another program's", R"({"messages":[]})", "not a conversation");
        row("newer", replaced("\"version\":1", "\"version\":2"), "newer version");
        row("version as text", replaced("\"version\":1", "\"version\":\"1\""), "newer version");
        row("title", replaced("\"title\":\"Tides\"", "\"title\":5"), "“title” of the conversation is not a text");
        row("no messages", R"({"format":"strata-conversation","version":1})", "“messages” of the conversation");
        row("not a message", replaced("\"messages\":[{", "\"messages\":[7,{"), "message 1 is not an object");
        row("no text", replaced("\"text\":\"The **Moon**.\"", "\"x\":0"), "“text” of message 2 is not a text");
        row("role", replaced("\"role\":\"assistant\"", "\"role\":\"root\""), "“role” of message 2");
        row("itself", replaced("\"id\":4,\"parent\":3", "\"id\":4,\"parent\":4"), "number 4 stands before its parent");
        row("cycle", replaced("\"id\":1,\"parent\":0", "\"id\":1,\"parent\":4"), "number 1 stands before its parent");
        row("twice", replaced("\"id\":2,", "\"id\":1,"), "number 1 is there twice");
        row("zero", replaced("\"id\":4,", "\"id\":0,"), "“id” of message 4");
        row("negative", replaced("\"parent\":3", "\"parent\":-3"), "“parent” of message 4 is not a number within");
        row("fraction", replaced("\"parent\":3", "\"parent\":2.5"), "“parent” of message 4 is not a whole");
        row("huge", replaced("\"parent\":3", "\"parent\":1e300"), "“parent” of message 4");
        row("agreement", replaced("\"agreement\":0.98", "\"agreement\":98"), "“agreement” of message 3");
        row("stopped", replaced("\"stopped\":true", "\"stopped\":\"yes\""), "“stopped” of message 3");
        row("statistics", replaced("\"statistics\":{", "\"statistics\":[],\"x\":{"), "message 3 is not an object");
        row("too large", QByteArray((256 << 20) + 1, ' '), "larger than 256 MB");
    }
    void hostileFilesAreRefused() {
        QFETCH(QByteArray, json);
        QFETCH(QString, words);
        const auto read = parseConversation(json);
        QVERIFY(!read);
        QVERIFY2(read.error().contains(words), qPrintable(read.error()));
    }

    void aLeafThatIsNotThereIsTheLastMessage() {
        const auto read = parseConversation(replaced("\"leaf\":4", "\"leaf\":77"));
        QVERIFY(read);
        QCOMPARE(read->conversation.leaf, 4);
    }

    void anImportedFileFitsTheStore() {
        const test::StoreFolder folder;
        auto store = folder.open();
        STRATA_VERIFY(store);
        const auto read = parseConversation(conversationJson(sample()));
        QVERIFY(read);
        const auto stored = (*store)->import(read->conversation, read->messages);
        STRATA_VERIFY(stored);
        ConversationFile again{*stored, (*store)->messages(stored->id).value()};
        QCOMPARE(conversationJson(again), conversationJson(sample()));
    }

    void titles_data() {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("title");
        QTest::newRow("short") << "How do tides work?" << "How do tides work?";
        QTest::newRow("marks") << "\n\n## **Tides** and `waves`\nmore" << "Tides and waves";
        QTest::newRow("code first") << "```python\nprint(1)\n```" << "print(1)";
        QTest::newRow("long") << "Please explain in great detail how the tides of the northern seas come about"
                              << "Please explain in great detail how the tides of the…";
        QTest::newRow("no spaces") << QString(100, u'x') << QString(59, u'x') + u'…';
        QTest::newRow("empty") << " \n \n" << "";
        QTest::newRow("signs only") << "?!?" << "";
        QTest::newRow("chinese") << QStringLiteral("潮汐是怎么形成的？") << QStringLiteral("潮汐是怎么形成的？");
    }
    void titles() {
        QFETCH(QString, text);
        QTEST(titleFromMessage(text), "title");
        QVERIFY(titleFromMessage(QStringLiteral("a") + QStringLiteral("\U0001F30A").repeated(80)).isValidUtf16());
    }

    void fileNames() {
        QCOMPARE(fileNameFor(QStringLiteral("a/b\\c: \"d\"?\n")), QStringLiteral("a b c d"));
        QVERIFY(!fileNameFor(QStringLiteral("../../etc")).contains(u'/'));
        QVERIFY(!fileNameFor(QStringLiteral(". ./x")).startsWith(u'.'));
        QCOMPARE(fileNameFor(QStringLiteral("...")), QStringLiteral("Conversation"));
        QCOMPARE(fileNameFor({}), QStringLiteral("Conversation"));
        QVERIFY(fileNameFor(QStringLiteral("\U0001F30A").repeated(100)).isValidUtf16());
    }
};

}  // namespace
}  // namespace strata::ui

QTEST_GUILESS_MAIN(strata::ui::ConversationFileTest)
#include "conversation_file_test.moc"
