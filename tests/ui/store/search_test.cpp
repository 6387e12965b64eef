#include "tests/ui/store/store_fixture.h"
#include "ui/store/search_index.h"

namespace strata::ui {
namespace {

using test::conversation;
using test::message;
using test::StoreFolder;

QString marked(const QString& snippet) {
    return QString(snippet).replace(u'\2', u'[').replace(u'\3', u']');
}

class SearchTest : public QObject {
    Q_OBJECT
    StoreFolder m_folder;
    std::unique_ptr<Store> m_store;
    ConversationId m_conversation = 0;

    MessageId add(const QString& text) { return m_store->addMessage(message(m_conversation, 0, text)).value().id; }
    QList<SearchHit> find(const QString& words) { return m_store->search(words).value(); }

private slots:
    void initTestCase() {
        m_store = m_folder.open().value();
        QVERIFY(m_store->hasFts());
    }
    void init() { m_conversation = m_store->addConversation(conversation(QStringLiteral("Title"))).value().id; }
    void cleanup() {
        QVERIFY(m_store->setConversationRemoved(m_conversation, true));
        QVERIFY(m_store->purgeRemoved({m_conversation}, 0));
    }

    void findsWordsAndTheirBeginnings() {
        const MessageId id = add(QStringLiteral("The Moon pulls on the near side of the ocean."));
        add(QStringLiteral("Something else entirely"));
        const QList<SearchHit> hits = find(QStringLiteral("MOON oce"));
        QCOMPARE(hits.size(), 1);
        QCOMPARE(hits[0].message, id);
        QCOMPARE(hits[0].conversation, m_conversation);
        QCOMPARE(hits[0].title, QStringLiteral("Title"));
        QCOMPARE(marked(hits[0].snippet), QStringLiteral("The [Moon] pulls on the near side of the [ocean]."));
        QVERIFY(find(QStringLiteral("moon entirely")).isEmpty());
    }

    void findsWithoutAccents() {
        add(QStringLiteral("Ein schöner Größenvergleich"));
        QCOMPARE(marked(find(QStringLiteral("schoner")).value(0).snippet),
                 QStringLiteral("Ein [schöner] Größenvergleich"));
    }

    void findsInsideWords() {
        add(QStringLiteral("Der Gezeitenkraftwerksbau"));
        QCOMPARE(marked(find(QStringLiteral("kraftwerk")).value(0).snippet),
                 QStringLiteral("Der Gezeiten[kraftwerk]sbau"));
    }

    void findsWhatIsWrittenWithoutSpaces_data() {
        QTest::addColumn<QString>("words");
        QTest::addColumn<QString>("snippet");
        QTest::newRow("three") << QStringLiteral("球引力") << QStringLiteral("潮汐是月[球引力]作用的结果");
        QTest::newRow("two") << QStringLiteral("月球") << QStringLiteral("潮汐是[月球]引力作用的结果");
        QTest::newRow("one") << QStringLiteral("果") << QStringLiteral("潮汐是月球引力作用的结[果]");
        QTest::newRow("several") << QStringLiteral("月球 引力作用") << QStringLiteral("潮汐是月球[引力作用]的结果");
    }
    void findsWhatIsWrittenWithoutSpaces() {
        QFETCH(QString, words);
        add(QStringLiteral("潮汐是月球引力作用的结果"));
        add(QStringLiteral("太阳也有引力作用"));
        const QList<SearchHit> hits = find(words);
        QCOMPARE(hits.size(), 1);
        QTEST(marked(hits[0].snippet), "snippet");
    }

    void titlesComeFirst() {
        const MessageId id = add(QStringLiteral("about harbours"));
        ConversationRecord record = m_store->conversations().value().first();
        record.title = QStringLiteral("Harbours of the world");
        QVERIFY(m_store->updateConversation(record));
        const QList<SearchHit> hits = find(QStringLiteral("harbours"));
        QCOMPARE(hits.size(), 2);
        QCOMPARE(hits[0].message, 0);
        QCOMPARE(marked(hits[0].snippet), QStringLiteral("[Harbours] of the world"));
        QCOMPARE(hits[1].message, id);
        QVERIFY(find(QStringLiteral("Title")).isEmpty());
    }

    void followsChangesAndRemovals() {
        const MessageId id = add(QStringLiteral("first words"));
        MessageRecord changed = m_store->messages(m_conversation).value().first();
        changed.text = QStringLiteral("second words");
        QVERIFY(m_store->updateMessage(changed));
        QVERIFY(find(QStringLiteral("first")).isEmpty());
        QCOMPARE(find(QStringLiteral("second")).size(), 1);
        QVERIFY(m_store->setConversationRemoved(m_conversation, true));
        QVERIFY(find(QStringLiteral("second")).isEmpty());
        QVERIFY(m_store->setConversationRemoved(m_conversation, false));
        QVERIFY(m_store->removeMessage(id));
        QVERIFY(find(QStringLiteral("second")).isEmpty());
    }

    void nothingThatIsTypedIsAnError_data() {
        QTest::addColumn<QString>("words");
        for (const char* words :
             {"",   "   ", "\"",      "\"\"", "'", "AND", "a AND", "NOT",      "NEAR(", "*", "a*b",
              "-x", "(((", "col:umn", "%",    "_", "\\",  "^a",    "{a b}: c", ";",     "?", "日\"本"})
            QTest::addRow("<%s>", words) << QString::fromUtf8(words);
        QTest::newRow("long") << QString(100'000, u'x');
        QTest::newRow("marks") << QString(QChar(0)) + QChar(2) + QStringLiteral("zzz") + QChar(3);
        QTest::newRow("half a character") << QString(QChar(0xd83c));
    }
    void nothingThatIsTypedIsAnError() {
        QFETCH(QString, words);
        add(QStringLiteral("plain text"));
        const auto hits = m_store->search(words);
        STRATA_VERIFY(hits);
        QVERIFY(hits->isEmpty());
    }

    void specialCharactersAreFoundAsTheyAre() {
        add(QStringLiteral("profit of 100% and snake_case"));
        add(QStringLiteral("profit of 1000 and snakeXcase"));
        QCOMPARE(find(QStringLiteral("0%")).size(), 1);
        QCOMPARE(find(QStringLiteral("e_c")).size(), 1);
    }

    void aLongTextIsCut() {
        add(QString(5000, u'a') + QStringLiteral(" needle ") + QString(5000, u'b'));
        const QString snippet = find(QStringLiteral("needle")).value(0).snippet;
        QVERIFY(snippet.contains(QStringLiteral("\2needle\3")));
        QVERIFY(plainSnippet(QString(5000, u'a') + QStringLiteral(" needle"), {QStringLiteral("NEEDLE")}, 100)
                    .endsWith(QStringLiteral("\2needle\3")));
    }

    void withoutFtsTheAnswersAreTheSame() {
        const MessageId id = add(QStringLiteral("Springfluten und 潮汐"));
        m_store.reset();
        {
            const auto plain = m_folder.open({.allowFts = false});
            STRATA_VERIFY(plain);
            QVERIFY(!(*plain)->hasFts());
            const QList<SearchHit> hits = (*plain)->search(QStringLiteral("spring 潮")).value();
            QCOMPARE(hits.size(), 1);
            QCOMPARE(hits[0].message, id);
            QCOMPARE(marked(hits[0].snippet), QStringLiteral("[Spring]fluten und [潮]汐"));
            STRATA_VERIFY((*plain)->addMessage(message(m_conversation, 0, QStringLiteral("written without an index"))));
        }
        m_store = m_folder.open().value();
        QCOMPARE(find(QStringLiteral("written index")).size(), 1);
    }

    void aLostIndexIsMadeAnew() {
        add(QStringLiteral("a sentence to find"));
        m_store.reset();
        {
            const auto database = Database::open(m_folder.path());
            STRATA_VERIFY(database->run(QStringLiteral("DROP TRIGGER search_title_added")));
            STRATA_VERIFY(database->run(QStringLiteral("DELETE FROM message_words_data")));
        }
        m_store = m_folder.open().value();
        QCOMPARE(find(QStringLiteral("sentence")).size(), 1);
    }
};

}  // namespace
}  // namespace strata::ui

QTEST_GUILESS_MAIN(strata::ui::SearchTest)
#include "search_test.moc"
