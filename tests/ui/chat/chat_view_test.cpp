#include "ui/chat/chat_view.h"

#include "tests/ui/chat/sample_conversation.h"
#include "ui/chat/chat_accessible.h"
#include "ui/chat/message_bar.h"
#include "ui/markdown/markdown_document.h"
#include "ui/models/chat_tree_model.h"
#include "ui/theme/palette.h"
#include "ui/theme/theme.h"

#include <QAccessible>
#include <QClipboard>
#include <QGuiApplication>
#include <QLabel>
#include <QMouseEvent>
#include <QScrollBar>
#include <QSignalSpy>
#include <QStyleHints>
#include <QTest>
#include <QToolButton>
#include <functional>
#include <random>

using namespace strata::ui;

namespace {

struct Stage {
    Theme theme;
    ChatTreeModel model;
    ChatView view{&theme};

    explicit Stage(const QList<MessageRecord>& messages = {}) {
        installChatAccessibility();
        view.setAttribute(Qt::WA_DontShowOnScreen);
        view.resize(860, 700);
        view.show();
        view.setModel(&model);
        if (!messages.isEmpty()) model.assign(messages, messages.last().id);
        view.layOutNow();
    }
};

MessageRecord message(Role role, const QString& text) {
    MessageRecord record;
    record.role = role;
    record.text = text;
    return record;
}

}  // namespace

class ChatViewTest : public QObject {
    Q_OBJECT
private slots:
    void laysOutOnlyWhatIsSeen() {
        Stage stage(longConversation(200'000));
        QVERIFY(stage.view.messageCount() > 200);
        QVERIFY(stage.view.laidOutBlocks() < 200);
        // From one end to the other, page by page: what is far away is let go again.
        for (int page = 0; page < 120; ++page) stage.view.scrollByPixels(-600);
        QVERIFY2(stage.view.laidOutBlocks() < 800, qPrintable(QString::number(stage.view.laidOutBlocks())));
    }

    /// Whatever stands above, a piece of an answer costs the block that it belongs to, and the one that it begins.
    void anAnswerThatStreamsLaysOutItsOpenBlockOnly() {
        Stage stage(longConversation(200'000));
        const NodeId question = stage.model.add(stage.model.nodeAt(stage.model.rowCount() - 1),
                                                message(Role::User, QStringLiteral("And then?")));
        const NodeId node = stage.model.add(question, message(Role::Assistant, {}));
        stage.model.setState(node, MessageState::Writing);
        stage.view.layOutNow();
        const qint64 before = stage.view.madeLayouts();
        constexpr int kPieces = 600;
        int blocks = 0;
        for (int piece = 0; piece < kPieces; ++piece) {
            const qint64 made = stage.view.madeLayouts();
            blocks += piece % 30 == 0 ? 1 : 0;
            stage.model.appendText(node, piece % 30 == 0 ? QStringLiteral("\n\nA paragraph ")
                                                         : QStringLiteral("with **words** and `code` "));
            stage.view.layOutNow();
            QVERIFY2(stage.view.madeLayouts() - made <= 2,
                     qPrintable(QStringLiteral("piece %1: %2").arg(piece).arg(stage.view.madeLayouts() - made)));
        }
        const qint64 made = stage.view.madeLayouts() - before;
        QVERIFY2(made >= kPieces && made <= kPieces + blocks, qPrintable(QString::number(made)));
    }

    void scrollingLaysOutWhatComesIntoViewOnce() {
        Stage stage(longConversation(200'000));
        QScrollBar* bar = stage.view.verticalScrollBar();
        const auto madeBy = [&](const std::function<void()>& act) {
            const qint64 before = stage.view.madeLayouts();
            act();
            return stage.view.madeLayouts() - before;
        };
        // No block is lower than this, its gap included, so no page shows more of them.
        const auto most = [&](int pixels) { return 2 + pixels / 24; };
        const int page = stage.view.viewport()->height();
        QVERIFY(madeBy([&] { bar->setValue(0); }) <= most(page));
        QVERIFY(!stage.view.messageRect(0).isEmpty());
        qint64 all = stage.view.laidOutBlocks();
        int steps = 0;
        while (!stage.view.isAtEnd() && ++steps < 5000) {
            const qint64 made = madeBy([&] { stage.view.scrollByPixels(page); });
            QVERIFY2(made <= most(page), qPrintable(QString::number(made)));
            all += made;
        }
        QVERIFY2(steps > 100 && steps < 5000, qPrintable(QString::number(steps)));
        qint64 blocks = 0;
        for (int index = 0; index < stage.view.messageCount(); ++index) {
            MarkdownDocument document;
            document.append(stage.model.index(index).data().toString());
            document.finish();
            blocks += document.blocks().size();
        }
        QVERIFY2(all <= blocks, qPrintable(QStringLiteral("%1 layouts of %2 blocks").arg(all).arg(blocks)));
        // A jump passes over what lies between.
        QVERIFY(madeBy([&] { bar->setValue(0); }) <= most(page));
        QVERIFY(madeBy([&] { bar->setValue(bar->maximum() / 2); }) <= most(page));
        QVERIFY(madeBy([&] { stage.view.scrollToEnd(); }) <= most(page));
    }

    void startsAtTheEndAndStaysThere() {
        Stage stage(sampleConversation());
        QVERIFY(stage.view.isAtEnd());
        const NodeId node = stage.model.nodeAt(stage.model.rowCount() - 1);
        stage.model.setState(node, MessageState::Writing);
        for (int line = 0; line < 40; ++line) {
            stage.model.appendText(node, QStringLiteral("\n\nAnother paragraph that comes while the answer streams."));
            stage.view.layOutNow();
            QVERIFY(stage.view.isAtEnd());
            QCOMPARE(stage.view.verticalScrollBar()->value(), stage.view.verticalScrollBar()->maximum());
        }
    }

    void leavesTheReaderAlone() {
        Stage stage(sampleConversation());
        stage.view.scrollByPixels(-300);
        QVERIFY(!stage.view.isAtEnd());
        const NodeId node = stage.model.nodeAt(stage.model.rowCount() - 1);
        const QRect before = stage.view.messageRect(2);
        for (int line = 0; line < 20; ++line) {
            stage.model.appendText(node, QStringLiteral("\n\nMore below."));
            stage.view.layOutNow();
        }
        QCOMPARE(stage.view.messageRect(2).top(), before.top());
        QVERIFY(!stage.view.isAtEnd());
        stage.view.scrollToEnd();
        QVERIFY(stage.view.isAtEnd());
    }

    void neverJumps() {
        Stage stage(longConversation(60'000));
        std::mt19937 random(4);
        for (int step = 0; step < 400; ++step) {
            // One message that is seen before and after moves by exactly what was asked.
            QHash<int, int> before;
            for (int index = 0; index < stage.view.messageCount(); ++index) {
                const QRect rect = stage.view.messageRect(index);
                if (!rect.isEmpty()) before.insert(index, rect.top());
            }
            const int pixels = static_cast<int>(random() % 900) - 500;
            const bool wasAtEnd = stage.view.isAtEnd();
            stage.view.scrollByPixels(pixels);
            if (wasAtEnd || stage.view.isAtEnd() || stage.view.verticalScrollBar()->value() == 0) continue;
            for (auto entry = before.cbegin(); entry != before.cend(); ++entry) {
                const QRect rect = stage.view.messageRect(entry.key());
                // Its upper edge is certain where it is in view; above, its height may still be a guess.
                if (rect.isEmpty() || rect.top() < 0 || entry.value() < 0) continue;
                QCOMPARE(rect.top(), entry.value() - pixels);
            }
        }
    }

    void goesWhereTheScrollBarSays() {
        Stage stage(longConversation(60'000));
        QScrollBar* bar = stage.view.verticalScrollBar();
        bar->setValue(0);
        QVERIFY(stage.view.messageRect(0).top() <= 0 && !stage.view.messageRect(0).isEmpty());
        bar->setValue(bar->maximum() / 2);
        QVERIFY(stage.view.messageRect(0).isEmpty());
        bar->setValue(bar->maximum());
        QVERIFY(!stage.view.messageRect(stage.view.messageCount() - 1).isEmpty());
    }

    void copiesAcrossMessages() {
        Stage stage;
        const NodeId question = stage.model.add(0, message(Role::User, QStringLiteral("What?")));
        stage.model.add(question, message(Role::Assistant, QStringLiteral("It is **bold**:\n\n1. one\n2. `two`\n")));
        stage.view.layOutNow();
        stage.view.selectAll();
        QCOMPARE(stage.view.selectedText(), QStringLiteral("What?\n\nIt is bold:\n1. one\n2. two"));
        QCOMPARE(stage.view.selectedMarkdown(), QStringLiteral("What?\n\nIt is **bold**:\n\n1. one\n2. `two`\n"));
        stage.view.setFocus();
        QTest::keyClick(&stage.view, Qt::Key_C, Qt::ControlModifier);
        QCOMPARE(QGuiApplication::clipboard()->text(), stage.view.selectedText());
        QTest::keyClick(&stage.view, Qt::Key_C, Qt::ControlModifier | Qt::ShiftModifier);
        QCOMPARE(QGuiApplication::clipboard()->text(), stage.view.selectedMarkdown());
    }

    void selectsByMouseAndKeyboard() {
        Stage stage;
        const NodeId node =
            stage.model.add(0, message(Role::Assistant, QStringLiteral("alpha beta gamma\n\ndelta epsilon")));
        Q_UNUSED(node)
        stage.view.layOutNow();
        const QRect rect = stage.view.messageRect(0);
        QWidget* viewport = stage.view.viewport();
        const QPoint first(rect.left() + 3, rect.top() + 16 + 8);
        QTest::mouseDClick(viewport, Qt::LeftButton, {}, first);
        QCOMPARE(stage.view.selectedText(), QStringLiteral("alpha"));
        QTest::mouseClick(viewport, Qt::LeftButton, {}, first + QPoint(0, 200));
        QTest::qWait(QGuiApplication::styleHints()->mouseDoubleClickInterval() + 20);
        QTest::mousePress(viewport, Qt::LeftButton, {}, QPoint(rect.left() - 5, first.y()));
        QTest::mouseMove(viewport, QPoint(rect.right() + 5, first.y()));
        QMouseEvent move(QEvent::MouseMove, QPointF(rect.right() + 5, first.y()), QPointF(), Qt::NoButton,
                         Qt::LeftButton, {});
        QCoreApplication::sendEvent(viewport, &move);
        QTest::mouseRelease(viewport, Qt::LeftButton, {}, QPoint(rect.right() + 5, first.y()));
        QCOMPARE(stage.view.selectedText(), QStringLiteral("alpha beta gamma"));
        QTest::keyClick(&stage.view, Qt::Key_Right, Qt::ShiftModifier | Qt::ControlModifier);
        QTest::keyClick(&stage.view, Qt::Key_Right, Qt::ShiftModifier | Qt::ControlModifier);
        QCOMPARE(stage.view.selectedText(), QStringLiteral("alpha beta gamma\n\ndelta"));
        QTest::keyClick(&stage.view, Qt::Key_Home, Qt::ShiftModifier);
        QTest::keyClick(&stage.view, Qt::Key_Left, Qt::ShiftModifier);
        QTest::keyClick(&stage.view, Qt::Key_Left, Qt::ShiftModifier);
        QCOMPARE(stage.view.selectedText(), QStringLiteral("alpha beta gamm"));
        QTest::keyClick(&stage.view, Qt::Key_Down, Qt::ShiftModifier);
        QVERIFY(stage.view.selectedText().contains(QStringLiteral("delta")));
        QTest::keyClick(&stage.view, Qt::Key_Escape);
        QVERIFY(!stage.view.hasSelection());
    }

    void foldsThinking() {
        Stage stage(sampleConversation());
        stage.view.scrollToMessage(stage.model.nodeAt(1));
        QToolButton* toggle = nullptr;
        for (QToolButton* button : stage.view.viewport()->findChildren<QToolButton*>()) {
            if (button->isCheckable() && button->isVisible()) toggle = button;
        }
        QVERIFY(toggle);
        QVERIFY(!toggle->isChecked());
        stage.view.selectAll();
        QVERIFY(!stage.view.selectedText().contains(QStringLiteral("intuition")));
        toggle->click();
        QVERIFY(toggle->isChecked());
        QVERIFY(stage.view.selectedText().contains(QStringLiteral("intuition")));
    }

    void findsWords() {
        Stage stage(sampleConversation());
        QCOMPARE(stage.view.find(QStringLiteral("NOT IN THERE")), 0);
        const int count = stage.view.find(QStringLiteral("tide"));
        QVERIFY(count > 10);
        QCOMPARE(stage.view.currentMatch(), count - 1);
        for (int step = 0; step < count; ++step) stage.view.findStep(1);
        QCOMPARE(stage.view.currentMatch(), count - 1);
        // What was found in a closed thinking section is shown.
        QCOMPARE(stage.view.find(QStringLiteral("intuition")), 1);
        stage.view.selectAll();
        QVERIFY(stage.view.selectedText().contains(QStringLiteral("intuition")));
    }

    void followsLinks() {
        Stage stage;
        stage.model.add(0, message(Role::Assistant, QStringLiteral("[here](https://a.example/x)")));
        stage.view.layOutNow();
        QSignalSpy spy(&stage.view, &ChatView::linkActivated);
        const QRect rect = stage.view.messageRect(0);
        QTest::mouseClick(stage.view.viewport(), Qt::LeftButton, {}, QPoint(rect.left() + 8, rect.top() + 16 + 10));
        QCOMPARE(spy.size(), 1);
        QCOMPARE(spy.first()[0].toUrl().toString(), QStringLiteral("https://a.example/x"));
    }

    void offersActions() {
        Stage stage(sampleConversation());
        QSignalSpy spy(&stage.view, &ChatView::actionRequested);
        const NodeId last = stage.model.nodeAt(stage.model.rowCount() - 1);
        QStringList names;
        for (MessageBar* bar : stage.view.viewport()->findChildren<MessageBar*>()) {
            for (QToolButton* button : bar->findChildren<QToolButton*>()) {
                QVERIFY(!button->accessibleName().isEmpty() && !button->toolTip().isEmpty());
                if (!button->isVisible()) continue;
                names.append(button->accessibleName());
                if (button->accessibleName() == ChatView::tr("Continue this answer") ||
                    button->accessibleName() == MessageBar::tr("Continue this answer")) {
                    button->click();
                }
            }
        }
        QCOMPARE(spy.size(), 1);
        QCOMPARE(spy.first()[0].value<NodeId>(), last);
        QVERIFY(names.contains(MessageBar::tr("Write another answer")));
    }

    void wordsBesideAMessageAreCutWithASign() {
        Theme theme;
        QWidget window;
        MessageBar bar(&theme, &window);
        MessageBar::Content content;
        content.statistics.tokens = 12;
        content.statistics.tokensPerSecond = 41;
        content.statistics.timeToFirstTokenMs = 210;
        content.statistics.memoryBytes = 118'000'000;
        bar.setContent(content);
        bar.resize(700, bar.sizeHint().height());
        window.show();
        auto* label = bar.findChild<QLabel*>();
        const QString whole = label->text();
        QVERIFY(whole.contains(QStringLiteral("118 MB")));
        const int buttons = bar.sizeHint().width() - label->sizeHint().width();
        bar.resize(buttons + label->sizeHint().width() * 2 / 3, bar.height());
        QTRY_VERIFY(label->width() >= label->sizeHint().width());
        QVERIFY2(label->text().endsWith(QChar(0x2026)), qPrintable(label->text()));
        QVERIFY(label->accessibleDescription().contains(QStringLiteral("118")));
        bar.resize(700, bar.height());
        QCOMPARE(label->text(), whole);
    }

    void tellsScreenReaders() {
        Stage stage(sampleConversation());
        QAccessibleInterface* list = QAccessible::queryAccessibleInterface(&stage.view);
        QVERIFY(list);
        QCOMPARE(list->role(), QAccessible::List);
        QVERIFY(list->childCount() >= stage.model.rowCount());
        QAccessibleInterface* first = list->child(0);
        QVERIFY(first && first->isValid());
        QVERIFY(first->text(QAccessible::Name).contains(QStringLiteral("How do tides work?")));
        QCOMPARE(first->parent(), list);
        QCOMPARE(list->indexOfChild(first), 0);
        QAccessibleInterface* answer = list->child(1);
        QVERIFY(answer->text(QAccessible::Value).contains(QStringLiteral("12 hours and 25 minutes")));
        stage.model.assign({}, 0);
        QVERIFY(!first->isValid());
    }

    void survivesHostileMessages_data() {
        QTest::addColumn<QString>("text");
        QTest::newRow("one line") << QString(300'000, u'x');
        QTest::newRow("deep quotes") << QStringLiteral("> ").repeated(5000) + u'x';
        QTest::newRow("wide table") << QStringLiteral("|a").repeated(300) + u'\n' +
                                           QStringLiteral("|---").repeated(300) + QStringLiteral("\n|b|c|\n");
        QTest::newRow("nulls") << QString(10'000, QChar(0));
        QTest::newRow("empty") << QString();
        QTest::newRow("newlines") << QString(50'000, u'\n');
        QTest::newRow("huge code") << QStringLiteral("```c\n") + QStringLiteral("int x;\n").repeated(60'000);
        QTest::newRow("html") << QStringLiteral("<img src=x onerror=alert(1)>").repeated(1000);
    }
    void survivesHostileMessages() {
        QFETCH(QString, text);
        Stage stage;
        const NodeId node = stage.model.add(0, message(Role::User, text));
        stage.model.add(node, message(Role::Assistant, text));
        stage.view.layOutNow();
        for (int page = 0; page < 10; ++page) stage.view.scrollByPixels(page % 3 == 2 ? 400 : -700);
        stage.view.selectAll();
        QVERIFY(stage.view.laidOutBlocks() < 2000);
        stage.view.grab();
    }

    /// WCAG AA, in both themes.
    void isReadable() {
        Theme theme;
        for (const ThemeChoice choice : {ThemeChoice::Light, ThemeChoice::Dark}) {
            theme.setChoice(choice);
            const ChatStyle style(theme);
            for (int role = 0; role <= static_cast<int>(CodeRole::Error); ++role) {
                const double ratio = contrastRatio(style.codeColour(static_cast<CodeRole>(role)), style.codeBackground);
                QVERIFY2(ratio >= 4.5, qPrintable(QStringLiteral("role %1: %2").arg(role).arg(ratio)));
            }
            for (const QColor& ground : {theme.colour(ColourRole::Window), style.userBubble, style.selection,
                                         style.match, style.currentMatch}) {
                QVERIFY2(contrastRatio(style.text, ground) >= 4.5, qPrintable(ground.name()));
            }
            QVERIFY(contrastRatio(style.accent, theme.colour(ColourRole::Window)) >= 4.5);
            QVERIFY(contrastRatio(style.secondaryText, theme.colour(ColourRole::Window)) >= 4.5);
        }
    }

    void changesWithTheTheme() {
        Stage stage(sampleConversation());
        stage.theme.setChoice(ThemeChoice::Light);
        stage.view.layOutNow();
        const QImage light = stage.view.grab().toImage();
        stage.theme.setChoice(ThemeChoice::Dark);
        stage.view.layOutNow();
        QVERIFY(stage.view.grab().toImage() != light);
        stage.theme.setFontScale(2);
        stage.view.layOutNow();
        QVERIFY(stage.view.isAtEnd());
    }
};

QTEST_MAIN(ChatViewTest)
#include "chat_view_test.moc"
