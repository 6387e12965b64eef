// Everything can be reached by the Tab key, in the order in which the eye meets it.
#include "tests/support/temporary_folder.h"
#include "tests/ui/app/window_driver.h"
#include "ui/chat/chat_page.h"
#include "ui/memory/memory_panel.h"
#include "ui/memory/memory_slider.h"
#include "ui/window/sidebar.h"
#include "ui/wizard/compress_wizard.h"

#include <QAbstractButton>
#include <QAbstractSpinBox>
#include <QApplication>
#include <QButtonGroup>
#include <QComboBox>
#include <QDoubleSpinBox>
#include <QFile>
#include <QImage>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QSet>
#include <QTest>
#include <algorithm>
#include <cmath>
#include <cstdlib>

namespace strata::ui::testing {
namespace {

constexpr int kMostTabs = 120;

/// For messages.
QString nameOf(const QWidget* widget) {
    const auto* button = qobject_cast<const QAbstractButton*>(widget);
    return QStringLiteral("%1 “%2” (%3)")
        .arg(widget->objectName(),
             button != nullptr ? button->text() + widget->accessibleName() : widget->accessibleName(),
             QLatin1String(widget->metaObject()->className()));
}

QRect placeOf(const QWidget* widget) {
    return {widget->mapTo(widget->window(), QPoint(0, 0)), widget->size()};
}

/// Where Tab leads from here, once round.
QList<QWidget*> walk(WindowDriver& driver) {
    QList<QWidget*> way;
    for (int tab = 0; tab < kMostTabs; ++tab) {
        driver.press(Qt::Key_Tab);
        QWidget* focus = QApplication::focusWidget();
        if (focus == nullptr || way.contains(focus)) break;
        way.append(focus);
    }
    return way;
}

/// Parts of a control that are no controls, and those of an exclusive group but for the one that is chosen.
bool isReachedOtherwise(QWidget* widget) {
    for (QWidget* parent = widget->parentWidget(); parent != nullptr; parent = parent->parentWidget())
        if (qobject_cast<QAbstractSpinBox*>(parent) != nullptr || qobject_cast<QLineEdit*>(parent) != nullptr ||
            qobject_cast<QComboBox*>(parent) != nullptr)
            return true;
    const auto* button = qobject_cast<QAbstractButton*>(widget);
    return button != nullptr && button->group() != nullptr && button->group()->exclusive() && !button->isChecked();
}

/// What can be clicked or written in now.
QList<QWidget*> controls(const QWidget& window) {
    QList<QWidget*> found;
    for (QWidget* widget : window.findChildren<QWidget*>()) {
        const bool isControl =
            qobject_cast<QAbstractButton*>(widget) != nullptr || widget->focusPolicy() & Qt::TabFocus;
        // What hands the focus on is reached where it hands it to.
        QWidget* reached = widget->focusProxy() != nullptr ? widget->focusProxy() : widget;
        if (isControl && widget->window() == &window && widget->isVisible() && widget->isEnabled() &&
            !isReachedOtherwise(reached) && !found.contains(reached))
            found.append(reached);
    }
    return found;
}

/// Clearly different ones.
int differentPixels(const QImage& before, const QImage& after) {
    constexpr int kClear = 40;
    int count = 0;
    for (int y = 0; y < std::min(before.height(), after.height()); ++y) {
        for (int x = 0; x < std::min(before.width(), after.width()); ++x) {
            const QColor a = before.pixelColor(x, y);
            const QColor b = after.pixelColor(x, y);
            const int step =
                std::max({std::abs(a.red() - b.red()), std::abs(a.green() - b.green()), std::abs(a.blue() - b.blue())});
            count += step > kClear ? 1 : 0;
        }
    }
    return count;
}

class TabOrderTest : public QObject {
    Q_OBJECT
private slots:
    void initTestCase() {
        m_stack = writeTalkingStack(m_files / "Tiny.strata");
        QVERIFY(!m_stack.isEmpty());
        m_driver = std::make_unique<WindowDriver>(path("data"));
        m_driver->application().open({m_stack});
        QTRY_VERIFY_WITH_TIMEOUT(m_driver->window().memoryPanel().slider().isVisible(), kWaitMs);
    }

    void pages_data() {
        QTest::addColumn<int>("page");
        QTest::addColumn<bool>("talks");
        QTest::newRow("empty chat") << static_cast<int>(Page::Chat) << false;
        QTest::newRow("chat") << static_cast<int>(Page::Chat) << true;
        QTest::newRow("models") << static_cast<int>(Page::Library) << false;
        QTest::newRow("settings") << static_cast<int>(Page::Settings) << false;
    }
    void pages() {
        QFETCH(int, page);
        QFETCH(bool, talks);
        m_driver->window().showPage(static_cast<Page>(page));
        if (talks) {
            m_driver->chat().controller()->send(QStringLiteral("Hello"));
            QTRY_VERIFY_WITH_TIMEOUT(m_driver->lastAnswer().size() > 5, kWaitMs);
            m_driver->chat().controller()->stop();
            QTRY_COMPARE_WITH_TIMEOUT(m_driver->chat().controller()->state(), ChatController::State::Idle, kWaitMs);
        }
        QTest::qWait(0);
        m_driver->press(Qt::Key_F6);
        const QList<QWidget*> way = walk(*m_driver);
        expectAll(way, m_driver->window());
        if (!QTest::currentTestFailed()) expectOrder(way);
    }

    void everyStopShowsThatItHasTheKeys_data() {
        QTest::addColumn<int>("theme");
        QTest::newRow("light") << 1;
        QTest::newRow("dark") << 2;
    }
    void everyStopShowsThatItHasTheKeys() {
        QFETCH(int, theme);
        auto* box = m_driver->child<QComboBox>("themeChoice");
        box->setCurrentIndex(theme);
        emit box->activated(theme);
        for (const Page page : {Page::Chat, Page::Library, Page::Settings}) {
            m_driver->window().showPage(page);
            QTest::qWait(0);
            for (QWidget* stop : walk(*m_driver)) {
                stop->setFocus(Qt::TabFocusReason);
                QCOMPARE(QApplication::focusWidget(), stop);
                // The composer's frame is that of the text in it.
                QWidget* frame = qobject_cast<QPlainTextEdit*>(stop) != nullptr ? stop->parentWidget() : stop;
                const QImage with = frame->grab().toImage();
                m_driver->press(Qt::Key_Tab);
                QVERIFY(!stop->hasFocus());
                const int seen = differentPixels(with, frame->grab().toImage());
                QVERIFY2(seen >= 16, qPrintable(QStringLiteral("%1: %2 pixels").arg(nameOf(stop)).arg(seen)));
            }
        }
    }

    void keysThatLeadToAPageLeadIntoIt() {
        m_driver->window().showPage(Page::Chat);
        m_driver->chat().focusComposer();
        m_driver->press(Qt::Key_L, Qt::ControlModifier);
        QCOMPARE(m_driver->window().page(), Page::Library);
        QVERIFY(QApplication::focusWidget() != nullptr);
        QCOMPARE(columnOf(QApplication::focusWidget()), 1);
        m_driver->press(Qt::Key_Comma, Qt::ControlModifier);
        QCOMPARE(m_driver->window().page(), Page::Settings);
        QCOMPARE(columnOf(QApplication::focusWidget()), 1);
    }

    void backwardsIsTheSameWay() {
        m_driver->window().showPage(Page::Settings);
        const QList<QWidget*> way = walk(*m_driver);
        QVERIFY(way.size() > 10);
        QList<QWidget*> back;
        for (qsizetype step = 0; step < way.size(); ++step) {
            back.prepend(QApplication::focusWidget());
            m_driver->press(Qt::Key_Tab, Qt::ShiftModifier);
        }
        // The walk ended on its first stop again.
        QCOMPARE(back.mid(0, way.size() - 1), way.mid(1));
    }

    void theMemoryIsMovedByKeysAlone() {
        m_driver->window().showPage(Page::Chat);
        MemorySlider& slider = m_driver->window().memoryPanel().slider();
        // Memory is measured four times a second, and the scale follows it.
        qint64 before = -1;
        QVERIFY(QTest::qWaitFor(
            [&] {
                QTest::qWait(700);
                return std::exchange(before, slider.maximum()) == slider.maximum();
            },
            kWaitMs));
        QVERIFY(m_driver->tabTo(&slider));
        m_driver->press(Qt::Key_End);
        QCOMPARE(slider.value(), slider.maximum());
        m_driver->press(Qt::Key_Left);
        QCOMPARE(slider.value(), slider.maximum() - slider.step());
        m_driver->press(Qt::Key_Down);
        m_driver->press(Qt::Key_Right);
        m_driver->press(Qt::Key_Up);
        QCOMPARE(slider.value(), slider.maximum());
        m_driver->press(Qt::Key_PageDown);
        QVERIFY(slider.value() < slider.maximum() - slider.step());
        m_driver->press(Qt::Key_Home);
        QCOMPARE(slider.value(), slider.minimum());
        QTRY_VERIFY_WITH_TIMEOUT(m_driver->window().isActiveWindow(), kWaitMs);
        auto* spin = m_driver->child<QDoubleSpinBox>("memorySpin");
        QVERIFY(m_driver->tabTo(spin));
        m_driver->press(Qt::Key_Up);
        QTRY_VERIFY(slider.value() > slider.minimum());
        // A number that is typed holds when it is confirmed.
        const double half = std::round(static_cast<double>(slider.minimum() + slider.maximum()) / 2e4) / 100;
        m_driver->press(Qt::Key_A, Qt::ControlModifier);
        m_driver->type(QString::number(half, 'f', 2));
        m_driver->press(Qt::Key_Return);
        QTRY_COMPARE(slider.value(), qRound64(half * 1e6));
    }

    void theWizardIsReachedToo() {
        QVERIFY(test::TinyModel().writeGguf(m_files / "source.gguf"));
        m_driver->application().open({path("source.gguf")});
        QTRY_VERIFY_WITH_TIMEOUT(m_driver->wizard() != nullptr, kWaitMs);
        CompressWizard* wizard = m_driver->wizard();
        QVERIFY(QTest::qWaitForWindowActive(wizard, kWaitMs));
        QTRY_VERIFY_WITH_TIMEOUT(wizard->button(QWizard::NextButton)->isEnabled(), kWaitMs);
        for (const int step : {SourceStep, ChoicesStep}) {
            QCOMPARE(wizard->currentId(), step);
            const QList<QWidget*> way = walk(*m_driver);
            expectAll(way, *wizard);
            if (!QTest::currentTestFailed()) expectOrder(way);
            if (QTest::currentTestFailed() || step == ChoicesStep) return;
            wizard->next();
            QTRY_VERIFY_WITH_TIMEOUT(wizard->button(QWizard::CommitButton)->isEnabled(), kWaitMs);
        }
    }

    void cleanupTestCase() { m_driver.reset(); }

private:
    [[nodiscard]] QString path(const char* name) const { return QFile::decodeName((m_files / name).c_str()); }

    void expectAll(const QList<QWidget*>& way, const QWidget& window) {
        for (QWidget* control : controls(window))
            QVERIFY2(way.contains(control), qPrintable(QStringLiteral("Tab does not lead to ") + nameOf(control)));
    }
    /// 0 = list, 1 = page, 2 = memory. Dialogs are one column.
    [[nodiscard]] int columnOf(const QWidget* widget) const {
        if (m_driver->window().sidebar().isAncestorOf(widget)) return 0;
        return m_driver->window().memoryPanel().isAncestorOf(widget) ? 2 : 1;
    }
    void expectOrder(const QList<QWidget*>& way) {
        for (qsizetype index = 1; index < way.size(); ++index) {
            const QWidget* from = way[index - 1];
            const QWidget* to = way[index];
            if (columnOf(from) != columnOf(to)) continue;
            const QRect a = placeOf(from);
            const QRect b = placeOf(to);
            const bool isAbove = b.bottom() < a.top();
            const bool isSameLine = b.center().y() >= a.top() && b.center().y() <= a.bottom();
            // Round the column's end to its beginning.
            const bool begins = std::ranges::all_of(way, [&](const QWidget* other) {
                return columnOf(other) != columnOf(to) || placeOf(other).bottom() >= b.top();
            });
            QVERIFY2(begins || (!isAbove && !(isSameLine && b.right() < a.left())),
                     qPrintable(QStringLiteral("%1 comes before %2").arg(nameOf(from), nameOf(to))));
        }
        QList<int> columns;
        for (const QWidget* widget : way)
            if (columns.isEmpty() || columns.last() != columnOf(widget)) columns.append(columnOf(widget));
        QVERIFY2(columns.size() <= 4, "Tab jumps between the columns");
    }

    test::TemporaryFolder m_files;
    QString m_stack;
    std::unique_ptr<WindowDriver> m_driver;
};

}  // namespace
}  // namespace strata::ui::testing

QTEST_MAIN(strata::ui::testing::TabOrderTest)
#include "tab_order_test.moc"
