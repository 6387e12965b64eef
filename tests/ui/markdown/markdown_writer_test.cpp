#include "ui/markdown/markdown_writer.h"

#include "ui/markdown/markdown_document.h"

#include <QTest>

using namespace strata::ui;

class MarkdownWriterTest : public QObject {
    Q_OBJECT
private slots:
    void readsBackWhatItWrote_data() {
        QTest::addColumn<QString>("source");
        QTest::newRow("inline") << QStringLiteral(
            "a **b** *c* ~~d~~ `e` [f](https://g.example) ***h*** snake_case 3.14\n");
        QTest::newRow("special") << QStringLiteral(
            "1\\. not a list, \\# not a heading, \\*stars\\*, a < b, &amp;lt; C:\\\\x\n");
        QTest::newRow("lists") << QStringLiteral("1. a\n   - b\n   - c\n2. d\n\ntext\n\n- [x] done\n- [ ] open\n");
        QTest::newRow("item with code") << QStringLiteral("- a\n\n  ```c\n  int x;\n  ```\n\n- b\n");
        QTest::newRow("quote") << QStringLiteral("> a\n>\n> - b\n");
        QTest::newRow("table") << QStringLiteral("| a | b |\n| :---: | ---: |\n| `x|y` | **2** |\n");
        QTest::newRow("code with fences") << QStringLiteral("````md\n```\nx\n```\n````\n");
        QTest::newRow("thinking") << QStringLiteral("<think>\nhm\n</think>\n\n# Answer\n\n---\n\nend\n");
        QTest::newRow("exclaimed link") << QStringLiteral("see\\![a](b)\n");
        QTest::newRow("ticks") << QStringLiteral("`` a`b `` and `` `c` ``\n");
    }
    void readsBackWhatItWrote() {
        QFETCH(QString, source);
        const QList<MarkdownBlock> blocks = MarkdownDocument::parse(source);
        const QString written = writeMarkdown(blocks);
        const QList<MarkdownBlock> again = MarkdownDocument::parse(written);
        if (again != blocks) qWarning().noquote() << written;
        QVERIFY(again == blocks);
    }

    void leavesPlainWordsAlone() {
        const QString text = QStringLiteral("Pi is 3.14, snake_case stays; x = a - b (really!).\n");
        QCOMPARE(writeMarkdown(MarkdownDocument::parse(text)), text);
    }

    void excerptsKeepStyles() {
        const MarkdownBlock block = MarkdownDocument::parse(u"- one **two** three").first();
        QCOMPARE(writeMarkdown({excerpt(block, 4, 9)}), QStringLiteral("**two** t\n"));
        QCOMPARE(writeMarkdown({excerpt(block, 0, 13)}), QStringLiteral("- one **two** three\n"));
        QCOMPARE(writeMarkdown({excerpt(block, 5, 100)}), QStringLiteral("**wo** three\n"));
    }

    void excerptsOfTablesAreRows() {
        const MarkdownBlock table = MarkdownDocument::parse(u"|a|b|\n|---|---|\n|1|2|\n|3|4|\n").first();
        QCOMPARE(excerpt(table, 0, 6).rows.size(), 2);
    }
};

QTEST_APPLESS_MAIN(MarkdownWriterTest)
#include "markdown_writer_test.moc"
