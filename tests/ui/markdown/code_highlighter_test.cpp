#include "ui/markdown/code_highlighter.h"

#include <QSignalSpy>
#include <QTest>

using namespace strata::ui;

namespace {

CodeRole roleAt(const QList<CodeSpan>& spans, qsizetype position) {
    for (const CodeSpan& span : spans) {
        if (position >= span.begin && position < span.begin + span.length) return span.role;
    }
    return CodeRole::Plain;
}

}  // namespace

class CodeHighlighterTest : public QObject {
    Q_OBJECT
private slots:
    void coloursCode_data() {
        QTest::addColumn<QString>("language");
        QTest::addColumn<QString>("code");
        QTest::addColumn<QString>("word");
        QTest::addColumn<CodeRole>("role");
        QTest::newRow("python") << "python" << "def f():\n    return 'x'  # why" << "return" << CodeRole::Keyword;
        QTest::newRow("extension") << "py" << "x = 'text'" << "text" << CodeRole::String;
        QTest::newRow("c++") << "cpp" << "int main() { return 42; }" << "42" << CodeRole::Number;
        QTest::newRow("case") << "Rust" << "fn main() { // note" << "note" << CodeRole::Comment;
        QTest::newRow("shell") << "sh" << "for x in *; do echo $x; done" << "for" << CodeRole::Keyword;
        QTest::newRow("json") << "json" << "{\"a\": 12}" << "12" << CodeRole::Number;
    }
    void coloursCode() {
        QFETCH(QString, language);
        QFETCH(QString, code);
        QFETCH(QString, word);
        CodeHighlighter highlighter;
        QSignalSpy spy(&highlighter, &CodeHighlighter::highlighted);
        highlighter.request(5, language, code);
        QTRY_COMPARE_WITH_TIMEOUT(spy.size(), 1, 30'000);
        QCOMPARE(spy.first()[0].toULongLong(), 5);
        QTEST(roleAt(spy.first()[1].value<QList<CodeSpan>>(), code.indexOf(word)), "role");
    }

    void knowsWhereAPartBegan() {
        CodeHighlighter highlighter;
        QSignalSpy spy(&highlighter, &CodeHighlighter::highlighted);
        const QString code = QStringLiteral("/* a comment\nthat goes on */ int x;\n");
        const qsizetype from = code.indexOf(u'\n') + 1;
        highlighter.request(1, QStringLiteral("cpp"), code, from);
        QTRY_COMPARE_WITH_TIMEOUT(spy.size(), 1, 30'000);
        const QList<CodeSpan> spans = spy.first()[1].value<QList<CodeSpan>>();
        QCOMPARE(roleAt(spans, 0), CodeRole::Comment);
        QCOMPARE(roleAt(spans, code.indexOf(QStringLiteral("int")) - from), CodeRole::Type);
    }

    void givesNothingForUnknownLanguages() {
        CodeHighlighter highlighter;
        QSignalSpy spy(&highlighter, &CodeHighlighter::highlighted);
        highlighter.request(1, QStringLiteral("no-such-language"), QStringLiteral("int x;"));
        QTRY_COMPARE_WITH_TIMEOUT(spy.size(), 1, 30'000);
        QVERIFY(spy.first()[1].value<QList<CodeSpan>>().isEmpty());
        highlighter.request(2, QString(), QStringLiteral("int x;"));
        QTest::qWait(50);
        QCOMPARE(spy.size(), 1);
    }
};

QTEST_GUILESS_MAIN(CodeHighlighterTest)
#include "code_highlighter_test.moc"
