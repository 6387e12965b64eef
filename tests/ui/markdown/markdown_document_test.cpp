#include "ui/markdown/markdown_document.h"

#include "ui/markdown/markdown_parser.h"

#include <QElapsedTimer>
#include <QTest>
#include <random>

using namespace strata::ui;

namespace {

/// Lines that interact badly, thrown together. Two things are missing that md4c reads against CommonMark: a fence
/// behind a list's fence ("- ```"), and a fence behind a table, which it takes for text.
QString randomText(std::mt19937& random, int lines) {
    static const QStringList kLines{
        QStringLiteral("A paragraph with **bold** and `code`."),
        QString(),
        QString(),
        QStringLiteral("# Heading"),
        QStringLiteral("- item"),
        QStringLiteral("  - nested"),
        QStringLiteral("  more of it"),
        QStringLiteral("1. one"),
        QStringLiteral("2. two"),
        QStringLiteral("   under two"),
        QStringLiteral("> quote"),
        QStringLiteral("> - in quote"),
        QStringLiteral("```python"),
        QStringLiteral("```"),
        QStringLiteral("  ```"),
        QStringLiteral("    indented"),
        QStringLiteral("~~~"),
        QStringLiteral("| a | b |"),
        QStringLiteral("---"),
        QStringLiteral("==="),
        QStringLiteral("* * *"),
        QStringLiteral("-"),
        QStringLiteral("lazy line"),
        QStringLiteral(" slightly indented"),
        QStringLiteral("   ```"),
        QStringLiteral("*a"),
        QStringLiteral("b* [x](http://y)"),
        QStringLiteral("10) ten"),
        QStringLiteral("&amp; <b>"),
    };
    QString text;
    for (int line = 0; line < lines; ++line) {
        text += kLines[static_cast<qsizetype>(random() % static_cast<unsigned>(kLines.size()))] + u'\n';
    }
    return text;
}

/// What is inside fences is cut into parts, and list looseness plays no role here.
QList<MarkdownBlock> joined(QList<MarkdownBlock> blocks) {
    QList<MarkdownBlock> whole;
    for (MarkdownBlock& block : blocks) {
        if (block.continued && !whole.isEmpty()) {
            whole.last().content.text += block.content.text;
        } else {
            whole.append(block);
        }
    }
    return whole;
}

QString dump(const QList<MarkdownBlock>& blocks) {
    QString text;
    for (const MarkdownBlock& block : blocks) {
        text += QStringLiteral("%1/%2/%3/%4/%5/%6: %7\n")
                    .arg(static_cast<int>(block.kind))
                    .arg(block.level)
                    .arg(QString::fromLatin1(block.containers))
                    .arg(block.mark ? block.mark->number.value_or(-1) : -2)
                    .arg(block.language)
                    .arg(block.thinking)
                    .arg(plainText(block).replace(u'\n', u'$'));
    }
    return text;
}

}  // namespace

class MarkdownDocumentTest : public QObject {
    Q_OBJECT
private slots:
    void isTheSameInAnyPieces() {
        std::mt19937 random(7);
        for (int round = 0; round < 300; ++round) {
            QString text = randomText(random, 1 + static_cast<int>(random() % 40));
            if (round % 3 == 0) text.prepend(QStringLiteral("<think>\nhm\n"));
            if (round % 5 == 0) text.insert(text.size() / 2, QStringLiteral("\n</think>\n"));
            if (round % 7 == 0) text.replace(u'\n', QStringLiteral("\r\n"));
            const QList<MarkdownBlock> whole = MarkdownDocument::parse(text);
            MarkdownDocument pieces;
            QList<MarkdownBlock> mirror;
            for (qsizetype at = 0; at < text.size();) {
                const qsizetype length = std::min<qsizetype>(1 + random() % 9, text.size() - at);
                const qsizetype first = pieces.append(QStringView(text).sliced(at, length));
                // What is said to be unchanged is.
                QVERIFY(first <= mirror.size());
                for (qsizetype index = 0; index < first; ++index) QCOMPARE(mirror[index], pieces.blocks()[index]);
                mirror = pieces.blocks();
                at += length;
            }
            pieces.finish();
            QCOMPARE(dump(pieces.blocks()), dump(whole));
            QVERIFY(pieces.blocks() == whole);
        }
    }

    void isTheSameAsOneParse() {
        std::mt19937 random(11);
        for (int round = 0; round < 3000; ++round) {
            const QString text = randomText(random, 1 + static_cast<int>(random() % 14));
            const QString expected = dump(parseMarkdown(text));
            const QString found = dump(joined(MarkdownDocument::parse(text)));
            if (found != expected) qWarning().noquote() << "source:\n" << text;
            QCOMPARE(found, expected);
        }
    }

    void reparsesOnlyTheOpenBlock() {
        MarkdownDocument document;
        document.append(u"# Title\n\nFirst paragraph.\n\nSecond\n");
        QCOMPARE(document.stableCount(), 2);
        QCOMPARE(document.append(u"paragraph"), 2);
        QCOMPARE(document.append(u" ends.\n\n- a\n- b\n"), 2);
        QCOMPARE(document.append(u"\n"), document.blocks().size());
        const qsizetype first = document.append(u"- c");
        QCOMPARE(first, document.blocks().size() - 1);
    }

    void showsAnOpenFenceAsCode() {
        MarkdownDocument document;
        document.append(u"Look:\n```py");
        document.append(u"thon\nx = 1\n``");
        QCOMPARE(document.blocks().size(), 2);
        QCOMPARE(document.blocks()[1].language, QStringLiteral("python"));
        QCOMPARE(document.blocks()[1].content.text, QStringLiteral("x = 1\n"));
        document.append(u"`\nDone.");
        QCOMPARE(document.blocks().size(), 3);
        QCOMPARE(document.blocks()[2].content.text, QStringLiteral("Done."));
    }

    void endsATableAtAFence() {
        const QList<MarkdownBlock> blocks = MarkdownDocument::parse(u"|a|b|\n|---|---|\n|1|2|\n```\ncode\n```\n");
        QCOMPARE(blocks.size(), 2);
        QCOMPARE(blocks[0].rows.size(), 2);
        QCOMPARE(blocks[1].kind, BlockKind::Code);
    }

    void keepsTabsInCode() {
        QCOMPARE(MarkdownDocument::parse(u"```\n\ta\t b\n```\n").first().content.text, QStringLiteral("\ta\t b\n"));
    }

    void partsLongCode() {
        QString code;
        for (int line = 0; line < 250; ++line) code += QStringLiteral("line %1\n").arg(line);
        const QList<MarkdownBlock> blocks =
            MarkdownDocument::parse(QStringLiteral("```c\n") + code + QStringLiteral("```\n"));
        QCOMPARE(blocks.size(), 3);
        QVERIFY(!blocks[0].continued && blocks[1].continued && blocks[2].continued);
        QCOMPARE(joined(blocks).first().content.text, code);
    }

    void findsThinking() {
        const QList<MarkdownBlock> blocks =
            MarkdownDocument::parse(u"<think>\nFirst,\n\n```\ncode\n</think>\n\nAnswer.");
        QCOMPARE(blocks.size(), 3);
        QVERIFY(blocks[0].thinking && blocks[1].thinking && !blocks[2].thinking);
        QCOMPARE(blocks[2].content.text, QStringLiteral("Answer."));
    }

    void findsThinkingWithoutABeginning() {
        MarkdownDocument document;
        document.append(u"The template opened it.\n\nGo on.\n\n");
        QVERIFY(!document.blocks().first().thinking);
        QCOMPARE(document.append(u"</think>\n\nAnswer."), 0);
        QVERIFY(document.blocks()[0].thinking && document.blocks()[1].thinking && !document.blocks()[2].thinking);
    }

    void leavesThinkTagsInCodeAlone() {
        const QList<MarkdownBlock> blocks =
            MarkdownDocument::parse(u"Write `<think>` so:\n```\n<think>\n</think>\n```\n");
        QCOMPARE(blocks.size(), 2);
        QVERIFY(!blocks[0].thinking && !blocks[1].thinking);
    }

    void leavesWhatPeopleTypeAlone() {
        const QList<MarkdownBlock> blocks =
            MarkdownDocument::parse(u"#include <x>\n* not a list\n<think>\n\n```\ncode\n```\n", MarkdownDialect::Plain);
        QCOMPARE(blocks.size(), 2);
        QCOMPARE(blocks[0].content.text, QStringLiteral("#include <x>\n* not a list\n<think>"));
        QVERIFY(blocks[0].content.spans.isEmpty());
        QCOMPARE(blocks[1].kind, BlockKind::Code);
    }

    void replacesControlCharacters() {
        const QString text = QStringLiteral("a") + QChar(0) + QChar(0x1B) + QStringLiteral("b\rc");
        const QList<MarkdownBlock> blocks = MarkdownDocument::parse(text);
        const QChar bad = QChar::ReplacementCharacter;
        QCOMPARE(blocks.first().content.text, QStringLiteral("a") + bad + bad + QStringLiteral("b\nc"));
    }

    void staysLinearOnHostileText_data() {
        QTest::addColumn<QString>("unit");
        QTest::newRow("one word") << QStringLiteral("a");
        QTest::newRow("quotes") << QStringLiteral("> ");
        QTest::newRow("brackets") << QStringLiteral("[");
        QTest::newRow("emphasis") << QStringLiteral("*a **b ");
        QTest::newRow("code") << QStringLiteral("```\nx\n");
        QTest::newRow("ticks") << QStringLiteral("`` ` ");
        QTest::newRow("list") << QStringLiteral("- a\n");
        QTest::newRow("nested list") << QStringLiteral(" - a\n");
        QTest::newRow("table") << QStringLiteral("|a|b|\n|-|-|\n");
        QTest::newRow("thinking") << QStringLiteral("<think>a</think>\n");
        QTest::newRow("definitions") << QStringLiteral("[a]: b\n");
        QTest::newRow("surrogates") << QString(QChar(0xD83D));
        QTest::newRow("entities") << QStringLiteral("&amp;");
    }
    /// 2 MB each in pieces of 4 KB. The bound is on work, not on time: segments may not grow beyond their limit.
    void staysLinearOnHostileText() {
        QFETCH(QString, unit);
        const QString text = unit.repeated(2'000'000 / unit.size());
        MarkdownSplitter splitter(MarkdownDialect::Answer);
        qsizetype length = 0;
        for (qsizetype at = 0; at < text.size(); at += 4096) {
            for (const MarkdownSegment& segment : splitter.append(QStringView(text).mid(at, 4096))) {
                QVERIFY(segment.text.size() <= MarkdownSplitter::kSegmentLimit);
                length += segment.text.size();
            }
        }
        for (const MarkdownSegment& segment : splitter.finish()) length += segment.text.size();
        QVERIFY(length <= text.size());
    }

    void readsTenMegabytesOfNoise() {
        std::mt19937 random(3);
        QString text(10'000'000, Qt::Uninitialized);
        for (QChar& character : text) character = QChar(static_cast<char16_t>(random() % 256));
        const QList<MarkdownBlock> blocks = MarkdownDocument::parse(text);
        QVERIFY(!blocks.isEmpty());
    }
};

QTEST_APPLESS_MAIN(MarkdownDocumentTest)
#include "markdown_document_test.moc"
