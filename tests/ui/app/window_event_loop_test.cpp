// The window answers its user while the engine loads, answers, gives memory back and compresses.
#include "tests/support/temporary_folder.h"
#include "tests/ui/app/window_driver.h"
#include "tests/ui/turn_meter.h"
#include "ui/chat/chat_page.h"
#include "ui/memory/memory_panel.h"
#include "ui/memory/memory_slider.h"
#include "ui/wizard/compress_wizard.h"

#include <QAbstractButton>
#include <QFile>
#include <QTest>

namespace strata::ui::testing {
namespace {

constexpr double kAllowedMs = 50;
constexpr int kMoves = 40;

class WindowEventLoopTest : public QObject {
    Q_OBJECT
private slots:
    void turnsAreShortWhileTheEngineWorks() {
        const QString stack = writeTalkingStack(m_files / "Tiny.strata");
        QVERIFY(!stack.isEmpty());
        QVERIFY(test::TinyModel().writeGguf(m_files / "source.gguf"));
        WindowDriver driver(path("data"));
        TurnMeter meter;
        QTest::qWait(2000);
        meter.restart();
        QTest::qWait(1000);
        const double idleMs = meter.restart();

        driver.application().open({stack});
        MemorySlider& slider = driver.window().memoryPanel().slider();
        QTRY_VERIFY_WITH_TIMEOUT(slider.isVisible(), kWaitMs);
        driver.type(QStringLiteral("Tell"));
        driver.press(Qt::Key_Return);
        QTRY_VERIFY_WITH_TIMEOUT(!driver.lastAnswer().isEmpty(), kWaitMs);
        compressBeside(driver);
        slider.setFocus();
        for (int move = 0; move < kMoves; ++move) {
            QTest::keyClick(&slider, move % 2 == 0 ? Qt::Key_Home : Qt::Key_End);
            QTest::qWait(50);
        }
        driver.press(Qt::Key_M, Qt::ControlModifier | Qt::ShiftModifier);
        QTest::qWait(200);
        driver.press(Qt::Key_M, Qt::ControlModifier | Qt::ShiftModifier);
        QTest::qWait(500);
        driver.press(Qt::Key_Escape);
        const double busyMs = meter.restart();
        qInfo("longest turn: idle %.1f ms, with the engine at work %.1f ms", idleMs, busyMs);
        QVERIFY2(busyMs <= idleMs + kAllowedMs, qPrintable(QStringLiteral("%1 ms").arg(busyMs)));
    }

private:
    [[nodiscard]] QString path(const char* name) const { return QFile::decodeName((m_files / name).c_str()); }

    void compressBeside(WindowDriver& driver) {
        driver.application().open({path("source.gguf")});
        QTRY_VERIFY_WITH_TIMEOUT(driver.wizard() != nullptr, kWaitMs);
        CompressWizard* wizard = driver.wizard();
        QTRY_VERIFY_WITH_TIMEOUT(wizard->button(QWizard::NextButton)->isEnabled(), kWaitMs);
        wizard->next();
        QTRY_VERIFY_WITH_TIMEOUT(wizard->button(QWizard::CommitButton)->isEnabled(), kWaitMs);
        wizard->button(QWizard::CommitButton)->click();
        wizard->close();
    }

    test::TemporaryFolder m_files;
};

}  // namespace
}  // namespace strata::ui::testing

QTEST_MAIN(strata::ui::testing::WindowEventLoopTest)
#include "window_event_loop_test.moc"
