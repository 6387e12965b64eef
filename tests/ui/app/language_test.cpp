// The whole window in another language, at once, and whether its words have room.
#include "tests/ui/app/desk.h"
#include "ui/library/library_page.h"
#include "ui/window/shortcuts.h"
#include "ui/wizard/compress_wizard.h"

#include <QAbstractButton>
#include <QApplication>
#include <QComboBox>
#include <QKeySequenceEdit>
#include <QLabel>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QScrollArea>
#include <QScrollBar>
#include <QSpinBox>
#include <QTest>

namespace strata::app {
namespace {

using namespace strata::ui;

/// All words of buttons and labels, and what is said of them to those who do not see them.
QString wordsOf(const QWidget& root) {
    QStringList words;
    for (const QWidget* widget : root.findChildren<QWidget*>()) {
        if (const auto* label = qobject_cast<const QLabel*>(widget)) words << label->text();
        if (const auto* button = qobject_cast<const QAbstractButton*>(widget)) words << button->text();
        if (const auto* edit = qobject_cast<const QLineEdit*>(widget)) words << edit->placeholderText();
        if (const auto* edit = qobject_cast<const QPlainTextEdit*>(widget)) words << edit->placeholderText();
        words << widget->toolTip() << widget->accessibleName();
    }
    return words.join(u'\n');
}

// The space around a button's words may give a little.
constexpr int kSlack = 6;

bool isCut(const QWidget& widget) {
    if (const auto* label = qobject_cast<const QLabel*>(&widget)) {
        if (label->text().isEmpty() || label->sizePolicy().horizontalPolicy() == QSizePolicy::Ignored) return false;
        if (label->wordWrap()) return label->heightForWidth(label->width()) > label->height();
        return label->sizeHint().width() > label->width();
    }
    if (qobject_cast<const QComboBox*>(&widget) != nullptr || qobject_cast<const QAbstractSpinBox*>(&widget) != nullptr)
        return widget.sizeHint().width() > widget.width();
    const auto* scroll = qobject_cast<const QScrollArea*>(&widget);
    if (scroll != nullptr) return scroll->horizontalScrollBar()->maximum() > 0;
    const auto* button = qobject_cast<const QAbstractButton*>(&widget);
    if (button == nullptr || button->text().isEmpty()) return false;
    return button->sizeHint().width() > button->width() || button->sizeHint().height() > button->height() + kSlack;
}

/// Those that are seen and whose words are wider than they are, or that stand out of what they lie in.
QString cutOff(const QWidget& root) {
    QStringList cut;
    for (const QWidget* widget : root.findChildren<QWidget*>()) {
        if (!widget->isVisible()) continue;
        const bool isOutside = widget->parentWidget() != nullptr && !widget->isWindow() &&
                               widget->geometry().left() < widget->parentWidget()->width() &&
                               widget->geometry().right() > widget->parentWidget()->width();
        const bool holdsWords =
            qobject_cast<const QLabel*>(widget) != nullptr || qobject_cast<const QAbstractButton*>(widget) != nullptr;
        if (isCut(*widget) || (holdsWords && isOutside)) {
            const auto* button = qobject_cast<const QAbstractButton*>(widget);
            const auto* label = qobject_cast<const QLabel*>(widget);
            const QString text = button != nullptr ? button->text() : label != nullptr ? label->text() : QString();
            cut << QStringLiteral("%1 “%2” (%3 of %4 x %5, wants %6 x %7)")
                       .arg(QLatin1String(widget->metaObject()->className()), text, widget->objectName())
                       .arg(widget->width())
                       .arg(widget->height())
                       .arg(widget->sizeHint().width())
                       .arg(widget->sizeHint().height());
        }
    }
    if (cut.isEmpty()) return {};
    for (const QWidget* widget : root.findChildren<QWidget*>())
        if (widget->isVisible() && widget->minimumSizeHint().width() > root.width() / 2 - 100)
            cut << QStringLiteral("at least %1 wide: %2 %3")
                       .arg(widget->minimumSizeHint().width())
                       .arg(QLatin1String(widget->metaObject()->className()), widget->objectName());
    return cut.join(u'\n');
}

class LanguageTest : public QObject {
    Q_OBJECT
private slots:
    void theWholeWindowChangesAtOnce_data() {
        QTest::addColumn<QString>("code");
        QTest::addColumn<QStringList>("present");
        QTest::newRow("German") << QStringLiteral("de")
                                << QStringList{QStringLiteral("Einstellungen"),
                                               QStringLiteral("Neuer Chat (Strg+N)"),
                                               QStringLiteral("Was möchten Sie wissen?"),
                                               QStringLiteral("Speicher abgeben"),
                                               QStringLiteral("Es ist kein Modell geladen."),
                                               QStringLiteral("Modell hierher ziehen"),
                                               QStringLiteral("Alles durchsuchen"),
                                               QStringLiteral("Farbs&chema"),
                                               QStringLiteral("Modell wählen"),
                                               QStringLiteral("zum Herunterladen")};
        QTest::newRow("Chinese") << QStringLiteral("zh_CN")
                                 << QStringList{QStringLiteral("设置"),           QStringLiteral("新对话（Ctrl+N）"),
                                                QStringLiteral("您想了解什么？"), QStringLiteral("让出内存"),
                                                QStringLiteral("没有加载模型。"), QStringLiteral("将模型拖到这里"),
                                                QStringLiteral("搜索全部内容"),   QStringLiteral("主题(&T)"),
                                                QStringLiteral("选择模型")};
    }
    void theWholeWindowChangesAtOnce() {
        QFETCH(QString, code);
        QFETCH(QStringList, present);
        const Desk desk;
        const QString english = wordsOf(*desk.window);
        QVERIFY(english.contains(QStringLiteral("What would you like to know?")));
        desk.choose(code);
        const QString words = wordsOf(*desk.window);
        for (const QString& text : present) QVERIFY2(words.contains(text), qPrintable(text));
        // No English sentence is left. What is the same in both is a name, a figure, or a word of the trade.
        const QStringList before = english.split(u'\n');
        for (const QString& text : words.split(u'\n'))
            if (text.count(u' ') >= 2 && !text.contains(QStringLiteral("SmolLM2")))
                QVERIFY2(!before.contains(text), qPrintable(QStringLiteral("still English: ") + text));
        desk.choose(QStringLiteral("en"));
        QCOMPARE(wordsOf(*desk.window).split(u'\n').size(), before.size());
        QVERIFY(wordsOf(*desk.window).contains(QStringLiteral("What would you like to know?")));
    }

    void theChoiceIsKept() {
        Desk desk;
        desk.choose(QStringLiteral("de"));
        desk.start();
        QTRY_VERIFY(wordsOf(*desk.window).contains(QStringLiteral("Was möchten Sie wissen?")));
        QCOMPARE(desk.child<QComboBox>("language")->currentData().toString(), QStringLiteral("de"));
        desk.choose({});
        QVERIFY(wordsOf(*desk.window).contains(QStringLiteral("What would you like to know?")));
    }

    void everyWordHasRoom_data() {
        QTest::addColumn<QString>("code");
        for (const char* code : {"en", "de", "zh_CN"}) QTest::newRow(code) << QString::fromLatin1(code);
    }
    void everyWordHasRoom() {
        QFETCH(QString, code);
        const Desk desk;
        desk.choose(code);
        for (const QSize size : {QSize(720, 520), QSize(1280, 820)}) {
            desk.window->resize(size);
            for (const Page page : {Page::Chat, Page::Library, Page::Settings}) {
                desk.window->showPage(page);
                QTest::qWait(50);
                const QString where = QStringLiteral("page %1 at %2:\n").arg(int(page)).arg(size.width());
                QVERIFY2(cutOff(*desk.window).isEmpty(), qPrintable(where + cutOff(*desk.window)));
            }
        }
        desk.window->resize(720, 520);
        for (const Side side : {Side::Left, Side::Right}) {
            desk.window->columns().setOpen(side, true);
            QTest::qWait(300);
            QVERIFY2(cutOff(*desk.window).isEmpty(), qPrintable(cutOff(*desk.window)));
        }
        desk.choose({});
    }

    void dialogsHaveRoom_data() { everyWordHasRoom_data(); }
    void dialogsHaveRoom() {
        QFETCH(QString, code);
        const Desk desk;
        desk.choose(code);
        Theme theme;
        theme.setLanguage(code);
        CompressionController controller;
        CompressWizard wizard(controller, theme, desk.folder.path());
        for (const int step : {SourceStep, ChoicesStep, ResultStep}) {
            wizard.setStartId(step);
            wizard.restart();
            wizard.show();
            QTest::qWait(50);
            QVERIFY2(cutOff(wizard).isEmpty(), qPrintable(cutOff(wizard)));
        }
        wizard.close();
        ShortcutsDialog keys(theme);
        keys.show();
        QTest::qWait(50);
        QVERIFY2(cutOff(keys).isEmpty(), qPrintable(cutOff(keys)));
        desk.choose({});
    }

    void cardsHaveRoom_data() { everyWordHasRoom_data(); }
    void cardsHaveRoom() {
        QFETCH(QString, code);
        Theme theme;
        theme.setLanguage(code);
        LibraryModel model;
        LibraryPage page(model, theme);
        // What is left of the smallest window beside the rail.
        page.resize(660, 460);
        page.show();
        LibraryEntry entry;
        entry.record.path = QStringLiteral("/models/long.strata");
        entry.record.lastUsedMs = 1;
        entry.stack.path = entry.record.path;
        entry.stack.name = QStringLiteral("DeepSeek R1 Distill Qwen 14B Instruct Uncensored v2");
        entry.stack.licence = QStringLiteral("apache-2.0");
        entry.stack.parameters = 14'770'000'000;
        entry.stack.floorWeightBytes = 2'000'000'000;
        entry.stack.usefulWeightBytes = 4'000'000'000;
        entry.stack.fullWeightBytes = 12'000'000'000;
        entry.stack.curve = {{4'000'000'000, 0.6, 20}, {12'000'000'000, 0.97, 9}};
        model.put(entry);
        for (const qint64 available : {qint64{1'000'000'000}, qint64{9'000'000'000}, qint64{90'000'000'000}}) {
            model.setMemory({available, 0});
            for (const QString& loaded : {QString(), entry.record.path}) {
                model.setLoaded(loaded);
                QTest::qWait(50);
                QVERIFY2(cutOff(page).isEmpty(), qPrintable(cutOff(page)));
            }
        }
        theme.setLanguage({});
    }

    void nothingIsLostAtTwiceTheSize() {
        const Desk desk;
        desk.window->resize(1280, 820);
        desk.setFont(200);
        for (const Page page : {Page::Chat, Page::Library, Page::Settings}) {
            desk.window->showPage(page);
            QTest::qWait(50);
            QVERIFY2(cutOff(*desk.window).isEmpty(), qPrintable(cutOff(*desk.window)));
        }
        // Twice the smallest window.
        desk.window->resize(1440, 1040);
        for (const Side side : {Side::Left, Side::Right}) {
            desk.window->columns().setOpen(side, true);
            QTest::qWait(300);
            QVERIFY2(cutOff(*desk.window).isEmpty(), qPrintable(cutOff(*desk.window)));
        }
        // The figure too, which has a size of its own.
        auto* figure = desk.child<QLabel>("memoryFigure");
        figure->ensurePolished();
        QCOMPARE(figure->font().pixelSize(), 56);
        desk.setFont(100);
        figure->ensurePolished();
        QCOMPARE(figure->font().pixelSize(), 28);
    }

    void keysAreChangedOnThePage() {
        Desk desk;
        auto* help = desk.child<QKeySequenceEdit>("keys_help");
        QVERIFY(help != nullptr);
        // Taken: named, and not taken away.
        help->setKeySequence(QKeySequence(Qt::CTRL | Qt::Key_N));
        QVERIFY(wordsOf(*desk.window).contains(QStringLiteral("Ctrl+N is in use for “New chat”.")));
        QCOMPARE(help->keySequence(), QKeySequence(Qt::Key_F1));
        // A key one writes with.
        help->setKeySequence(QKeySequence(Qt::Key_H));
        QVERIFY(wordsOf(*desk.window).contains(QStringLiteral("H is needed for writing.")));
        QCOMPARE(help->keySequence(), QKeySequence(Qt::Key_F1));
        help->setKeySequence(QKeySequence(Qt::CTRL | Qt::Key_H));
        QVERIFY(desk.child<QWidget>("helpButton")->toolTip().contains(QStringLiteral("Ctrl+H")));
        desk.child<QAbstractButton>("helpButton")->click();
        const auto* page = desk.child<ShortcutsDialog>("shortcutsDialog");
        QVERIFY(page != nullptr && wordsOf(*page).contains(QStringLiteral("Ctrl+H")));
        desk.start();
        QTRY_COMPARE(desk.child<QKeySequenceEdit>("keys_help")->keySequence(), QKeySequence(Qt::CTRL | Qt::Key_H));
        desk.child<QAbstractButton>("resetKeys_help")->click();
        QCOMPARE(desk.child<QKeySequenceEdit>("keys_help")->keySequence(), QKeySequence(Qt::Key_F1));
        QVERIFY(desk.child<QWidget>("helpButton")->toolTip().contains(QStringLiteral("F1")));
    }
};

}  // namespace
}  // namespace strata::app

QTEST_MAIN(strata::app::LanguageTest)
#include "language_test.moc"
