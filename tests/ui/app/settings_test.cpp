// What the settings page says is done at once, and is still so after a restart.
#include "tests/ui/app/desk.h"
#include "ui/chat/composer.h"

#include <QClipboard>
#include <QDoubleSpinBox>
#include <QGuiApplication>
#include <QLabel>
#include <QPushButton>
#include <QRadioButton>
#include <QSignalSpy>
#include <QTest>

namespace strata::app {
namespace {

using namespace strata::ui;

class SettingsTest : public QObject {
    Q_OBJECT
private slots:
    void enterSendsOrBeginsALine() {
        Desk desk;
        auto* edit = desk.window->findChild<ComposerEdit*>();
        QSignalSpy sent(edit, &ComposerEdit::sendPressed);
        QTest::keyClick(edit, Qt::Key_Return);
        QCOMPARE(sent.count(), 1);
        desk.choose("sendWith", 1);
        QTest::keyClick(edit, Qt::Key_Return);
        QCOMPARE(sent.count(), 1);
        QTest::keyClick(edit, Qt::Key_Return, Qt::ControlModifier);
        QCOMPARE(sent.count(), 2);
        desk.start();
        QTRY_COMPARE(desk.child<QComboBox>("sendWith")->currentIndex(), 1);
        auto* again = desk.window->findChild<ComposerEdit*>();
        QSignalSpy sentAgain(again, &ComposerEdit::sendPressed);
        QTest::keyClick(again, Qt::Key_Return);
        QCOMPARE(sentAgain.count(), 0);
    }

    void theMemoryPolicyIsOneInBothPlaces() {
        Desk desk;
        auto* page = desk.child<QDoubleSpinBox>("leaveFreeDefault");
        auto* panel = desk.child<QDoubleSpinBox>("leaveFreeSize");
        QVERIFY(!page->isEnabled());
        desk.choose("memoryMode", 1);
        QVERIFY(page->isEnabled() && desk.child<QRadioButton>("modeLeaveFree")->isChecked());
        page->setValue(3.5);
        QCOMPARE(panel->value(), 3.5);
        panel->setValue(4.5);
        QCOMPARE(page->value(), 4.5);
        desk.start();
        QTRY_COMPARE(desk.child<QDoubleSpinBox>("leaveFreeDefault")->value(), 4.5);
        QCOMPARE(desk.child<QComboBox>("memoryMode")->currentIndex(), 1);
        desk.child<QRadioButton>("modeFixed")->click();
        QCOMPARE(desk.child<QComboBox>("memoryMode")->currentIndex(), 0);
    }

    void whatIsChosenStays() {
        Desk desk;
        desk.choose("themeChoice", static_cast<int>(ThemeChoice::Dark));
        desk.choose("yieldPolicy", 1);
        desk.setFont(150);
        desk.child<QSpinBox>("threads")->setValue(3);
        desk.start();
        QTRY_COMPARE(desk.child<QSpinBox>("fontPercent")->value(), 150);
        QCOMPARE(desk.child<QComboBox>("themeChoice")->currentIndex(), static_cast<int>(ThemeChoice::Dark));
        QCOMPARE(desk.child<QComboBox>("yieldPolicy")->currentIndex(), 1);
        QCOMPARE(desk.child<QSpinBox>("threads")->value(), 3);
        desk.setFont(100);
    }

    void diagnosticsHoldFactsAndNoChat() {
        Desk desk;
        desk.window->findChild<ComposerEdit*>()->setPlainText(QStringLiteral("a secret"));
        desk.child<QPushButton>("copyDiagnostics")->click();
        const QString text = QGuiApplication::clipboard()->text();
        for (const char* fact : {"Strata", "Qt ", "Processor:", "Memory:"})
            QVERIFY2(text.contains(QLatin1String(fact)), qPrintable(text));
        QVERIFY(!text.contains(QStringLiteral("secret")));
        QCOMPARE(desk.child<QPushButton>("copyDiagnostics")->text(), QStringLiteral("Copied"));
    }
};

}  // namespace
}  // namespace strata::app

QTEST_MAIN(strata::app::SettingsTest)
#include "settings_test.moc"
