#include "ui/markdown/markdown_parser.h"

#include <QTest>

using namespace strata::ui;

namespace {

MarkdownBlock only(const QString& text) {
    const QList<MarkdownBlock> blocks = parseMarkdown(text);
    return blocks.size() == 1 ? blocks.first() : MarkdownBlock{};
}

}  // namespace

class MarkdownParserTest : public QObject {
    Q_OBJECT
private slots:
    void readsInlineStyles() {
        const InlineText content = only(QStringLiteral("a **b *c*** ~~d~~ `e*f*` end")).content;
        QCOMPARE(content.text, QStringLiteral("a b c d e*f* end"));
        QCOMPARE(content.spans.size(), 4);
        QCOMPARE(content.spans[0], (InlineSpan{2, 2, InlineStyle::Bold, {}}));
        QCOMPARE(content.spans[1], (InlineSpan{4, 1, InlineStyle::Bold | InlineStyle::Italic, {}}));
        QCOMPARE(content.spans[2], (InlineSpan{6, 1, InlineStyle::Strike, {}}));
        QCOMPARE(content.spans[3], (InlineSpan{8, 4, InlineStyle::Code, {}}));
    }

    void readsLinksAndShowsPicturesAsLinks() {
        const InlineText content =
            only(QStringLiteral("[x](https://a.example/?a=1&amp;b) ![p](http://b.example/c.png)")).content;
        QCOMPARE(content.text, QStringLiteral("x p"));
        QCOMPARE(content.spans[0].href, QStringLiteral("https://a.example/?a=1&b"));
        QCOMPARE(content.spans[1].href, QStringLiteral("http://b.example/c.png"));
    }

    void showsRawHtmlAsText() {
        const QString html = QStringLiteral("<script>alert(1)</script> <b>x</b>");
        const MarkdownBlock block = only(html);
        QCOMPARE(block.kind, BlockKind::Paragraph);
        QCOMPARE(block.content.text, html);
        QVERIFY(block.content.spans.isEmpty());
    }

    void flattensNestedLists() {
        const QList<MarkdownBlock> blocks = parseMarkdown(u"3. a\n   - [x] b\n   - [ ] c\n\n     more\n4. d\n");
        QCOMPARE(blocks.size(), 5);
        QCOMPARE(blocks[0].mark->number, 3);
        QCOMPARE(blocks[0].containers, QByteArray("l"));
        QCOMPARE(blocks[1].mark->checked, true);
        QCOMPARE(blocks[1].containers, QByteArray("ll"));
        QCOMPARE(blocks[2].mark->checked, false);
        QVERIFY(!blocks[3].mark.has_value());
        QCOMPARE(blocks[3].content.text, QStringLiteral("more"));
        QCOMPARE(blocks[4].mark->number, 4);
        QCOMPARE(blocks[4].content.text, QStringLiteral("d"));
    }

    void keepsTheMarkOfAnEmptyItem() {
        const QList<MarkdownBlock> blocks = parseMarkdown(u"- a\n-\n- c\n");
        QCOMPARE(blocks.size(), 3);
        QVERIFY(blocks[1].mark.has_value());
        QVERIFY(blocks[1].content.text.isEmpty());
    }

    void tellsQuoteInListFromListInQuote() {
        QCOMPARE(only(QStringLiteral("> - a")).containers, QByteArray("ql"));
        QCOMPARE(only(QStringLiteral("- > a")).containers, QByteArray("lq"));
    }

    void readsTables() {
        const MarkdownBlock table = only(QStringLiteral("| a | b |\n|:-:|--:|\n| **1** | 2 |\n| 3 |\n"));
        QCOMPARE(table.kind, BlockKind::Table);
        QCOMPARE(table.alignments, (QList{CellAlignment::Centre, CellAlignment::Right}));
        QCOMPARE(table.rows.size(), 3);
        for (const QList<InlineText>& row : table.rows) QCOMPARE(row.size(), 2);
        QCOMPARE(table.rows[1][0].spans.first().styles, InlineStyles(InlineStyle::Bold));
        QCOMPARE(plainText(table), QStringLiteral("a\tb\n1\t2\n3\t"));
    }

    void keepsSoftLineBreaks() {
        QCOMPARE(only(QStringLiteral("Roses are red\nViolets are blue")).content.text,
                 QStringLiteral("Roses are red\nViolets are blue"));
    }

    void decodesEntities_data() {
        QTest::addColumn<QString>("source");
        QTest::addColumn<QString>("shown");
        QTest::newRow("named") << QStringLiteral("&lt;&amp;&mdash;") << QStringLiteral("<&—");
        QTest::newRow("decimal") << QStringLiteral("&#65;") << QStringLiteral("A");
        QTest::newRow("hex") << QStringLiteral("&#x1F600;") << QString::fromUtf8("\xF0\x9F\x98\x80");
        QTest::newRow("null") << QStringLiteral("&#0;") << QString(QChar::ReplacementCharacter);
        QTest::newRow("surrogate") << QStringLiteral("&#xD800;") << QString(QChar::ReplacementCharacter);
        QTest::newRow("unknown") << QStringLiteral("&nonsense;") << QStringLiteral("&nonsense;");
    }
    void decodesEntities() {
        QFETCH(QString, source);
        QTEST(only(source).content.text, "shown");
    }

    void boundsTablesOfEmptyCells() {
        const QString table = QString(2000, u'|') + u'\n' + QStringLiteral("---|").repeated(2000) + u'\n' +
                              QStringLiteral("|\n").repeated(3000);
        const QList<MarkdownBlock> blocks = parseMarkdown(table);
        qsizetype cells = 0;
        for (const MarkdownBlock& block : blocks) {
            for (const QList<InlineText>& row : block.rows) cells += row.size();
        }
        QVERIFY(cells <= 64 * 3001);
    }

    void survivesDeepNesting() {
        for (const QString& unit :
             {QStringLiteral("> "), QStringLiteral("- "), QStringLiteral("*"), QStringLiteral("["),
              QStringLiteral("**a "), QStringLiteral("`"), QStringLiteral("!["), QStringLiteral("<")}) {
            const QString text = unit.repeated(4000) + u'x';
            const QList<MarkdownBlock> blocks = parseMarkdown(text);
            QVERIFY(!blocks.isEmpty());
            for (const MarkdownBlock& block : blocks) QVERIFY(block.containers.size() <= kDeepestNesting);
        }
    }
};

QTEST_APPLESS_MAIN(MarkdownParserTest)
#include "markdown_parser_test.moc"
