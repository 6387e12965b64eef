#include "ui/theme/shortcuts.h"

#include "ui/theme/live_words.h"

#include <QLabel>
#include <QLineEdit>
#include <QSet>
#include <QSignalSpy>
#include <QTest>

namespace strata::ui {
namespace {

const QKeySequence kOther(Qt::CTRL | Qt::ALT | Qt::Key_J);

class ShortcutsTest : public QObject {
    Q_OBJECT
private slots:
    void everyActionHasANameOfItsOwn() {
        QSet<QString> names;
        const Shortcuts shortcuts;
        for (const ShortcutAction action : allShortcuts()) {
            QVERIFY(!shortcutName(action).isEmpty() && !names.contains(shortcutName(action)));
            names.insert(shortcutName(action));
            QVERIFY(!shortcuts.conflict(action, shortcuts.keys(action)));
            QVERIFY(shortcuts.isDefault(action));
        }
    }

    void keysCanBeChangedAndGivenBack() {
        Shortcuts shortcuts;
        QSignalSpy changed(&shortcuts, &Shortcuts::changed);
        shortcuts.setKeys(ShortcutAction::Help, kOther);
        QCOMPARE(shortcuts.keys(ShortcutAction::Help), kOther);
        QVERIFY(!shortcuts.isDefault(ShortcutAction::Help));
        shortcuts.setKeys(ShortcutAction::Help, kOther);
        QCOMPARE(changed.count(), 1);
        shortcuts.setKeys(ShortcutAction::Help, shortcutKeys(ShortcutAction::Help));
        QVERIFY(shortcuts.isDefault(ShortcutAction::Help));
        shortcuts.setKeys(ShortcutAction::Help, {});
        QVERIFY(shortcuts.keys(ShortcutAction::Help).isEmpty() && !shortcuts.isDefault(ShortcutAction::Help));
        shortcuts.setKeys(ShortcutAction::Send, kOther);
        QVERIFY(shortcuts.keys(ShortcutAction::Send) != kOther);
    }

    void aConflictIsNamed() {
        Shortcuts shortcuts;
        const QKeySequence taken = shortcuts.keys(ShortcutAction::NewChat);
        QVERIFY(shortcuts.conflict(ShortcutAction::Help, taken) == ShortcutAction::NewChat);
        QVERIFY(!shortcuts.conflict(ShortcutAction::NewChat, taken));
        shortcuts.setKeys(ShortcutAction::NewChat, kOther);
        QVERIFY(!shortcuts.conflict(ShortcutAction::Help, taken));
        QVERIFY(shortcuts.conflict(ShortcutAction::Help, kOther) == ShortcutAction::NewChat);
        QVERIFY(!shortcuts.conflict(ShortcutAction::Help, {}));
    }

    void whatIsBoundFollows() {
        Shortcuts shortcuts;
        QWidget window;
        QLineEdit edit(&window);
        int acts = 0;
        shortcuts.bind(ShortcutAction::NewChat, window, Qt::WindowShortcut, [&] { ++acts; });
        window.show();
        window.activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(&window));
        edit.setFocus();
        QTest::keyClick(&edit, Qt::Key_N, Qt::ControlModifier);
        QCOMPARE(acts, 1);
        shortcuts.setKeys(ShortcutAction::NewChat, kOther);
        QTest::keyClick(&edit, Qt::Key_N, Qt::ControlModifier);
        QCOMPARE(acts, 1);
        QTest::keyClick(&edit, Qt::Key_J, Qt::ControlModifier | Qt::AltModifier);
        QCOMPARE(acts, 2);
    }

    void wordsNameTheKeysOfNow() {
        Theme theme;
        QLabel label;
        followWords(
            theme, label,
            [&] { return theme.shortcuts().withKeys(QStringLiteral("New chat"), ShortcutAction::NewChat); },
            &QLabel::setText, &QWidget::setToolTip);
        QCOMPARE(label.text(), QStringLiteral("New chat (Ctrl+N)"));
        theme.shortcuts().setKeys(ShortcutAction::NewChat, kOther);
        QCOMPARE(label.text(), QStringLiteral("New chat (Ctrl+Alt+J)"));
        QCOMPARE(label.toolTip(), label.text());
        theme.setLanguage(QStringLiteral("de"));
        QCOMPARE(label.text(), QStringLiteral("New chat (Strg+Alt+J)"));
        theme.shortcuts().setKeys(ShortcutAction::NewChat, {});
        QCOMPARE(label.text(), QStringLiteral("New chat"));
        theme.setLanguage({});
    }
};

}  // namespace
}  // namespace strata::ui

QTEST_MAIN(strata::ui::ShortcutsTest)
#include "shortcuts_test.moc"
