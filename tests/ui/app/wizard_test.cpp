// The wizard's run and result, and what goes on without it: the job in the list, the notice at the end, the next start
// of the program, and a computer that does not fall asleep meanwhile.
#include "tests/support/temporary_folder.h"
#include "tests/ui/app/window_driver.h"
#include "ui/chat/chat_page.h"
#include "ui/memory/quality_plot.h"
#include "ui/window/jobs_panel.h"
#include "ui/window/sidebar.h"
#include "ui/wizard/compress_wizard.h"
#include "ui/wizard/error_plot.h"

#include <QAbstractButton>
#include <QDBusConnection>
#include <QDBusUnixFileDescriptor>
#include <QFile>
#include <QFileInfo>
#include <QLabel>
#include <QLineEdit>
#include <QProgressBar>
#include <QTest>
#include <QToolButton>

#include <poll.h>
#include <unistd.h>

namespace strata::ui::testing {
namespace {

/// Stands for the system's service on a real bus. A lock is released when its descriptor is closed.
class SleepService : public QObject {
    Q_OBJECT
    Q_CLASSINFO("D-Bus Interface", "org.freedesktop.login1.Manager")
public:
    [[nodiscard]] int asked() const { return static_cast<int>(m_locks.size()); }
    [[nodiscard]] QString what() const { return m_what; }
    [[nodiscard]] int held() const {
        int held = 0;
        for (const int reader : m_locks) {
            pollfd state{reader, POLLIN, 0};
            held += ::poll(&state, 1, 0) >= 0 && (state.revents & POLLHUP) == 0 ? 1 : 0;
        }
        return held;
    }
    ~SleepService() override {
        for (const int reader : m_locks) ::close(reader);
    }

public slots:
    Q_SCRIPTABLE QDBusUnixFileDescriptor Inhibit(const QString& what, const QString&, const QString& why,
                                                 const QString& mode) {
        m_what = what + u' ' + mode + u' ' + why;
        int ends[2] = {-1, -1};
        if (::pipe(ends) != 0) return {};
        m_locks.append(ends[0]);
        const QDBusUnixFileDescriptor lock(ends[1]);
        ::close(ends[1]);
        return lock;
    }

private:
    QList<int> m_locks;
    QString m_what;
};

class WizardTest : public QObject {
    Q_OBJECT
private slots:
    void initTestCase() {
        QVERIFY(test::TinyModel(talkingModel()).writeGguf(m_files / "source.gguf"));
        m_source = QFile::decodeName((m_files / "source.gguf").c_str());
        // The program asks on the system's bus: here that is the session's.
        const QByteArray address = qgetenv("DBUS_SESSION_BUS_ADDRESS");
        qputenv("DBUS_SYSTEM_BUS_ADDRESS", address);
        QDBusConnection bus = QDBusConnection::connectToBus(QString::fromUtf8(address), u"sleep"_qs);
        QVERIFY(bus.registerService(u"org.freedesktop.login1"_qs));
        QVERIFY(bus.registerObject(u"/org/freedesktop/login1"_qs, &m_sleep, QDBusConnection::ExportScriptableSlots));
        m_folder = QFile::decodeName(m_data.path().c_str());
    }
    void cleanup() { m_driver.reset(); }

    void aRunIsSeenHeldAndLeft() {
        begin();
        if (QTest::currentTestFailed()) return;
        CompressWizard* wizard = m_driver->wizard();
        auto* bar = wizard->currentPage()->findChild<QProgressBar*>();
        QTRY_COMPARE_WITH_TIMEOUT(m_sleep.held(), 1, kWaitMs);
        QVERIFY2(m_sleep.what().startsWith(u"sleep block"_qs), qPrintable(m_sleep.what()));
        QTRY_VERIFY_WITH_TIMEOUT(bar->value() > 0, kWaitMs);
        QTRY_VERIFY_WITH_TIMEOUT(labels(*wizard).contains(u"elapsed"_qs), kWaitMs);
        auto* plot = wizard->findChild<ErrorPlot*>();
        QTRY_VERIFY_WITH_TIMEOUT(plot->accessibleDescription().contains(u"1 layer"_qs), kWaitMs);
        auto* pause = wizard->findChild<QAbstractButton*>(u"pauseRun"_qs);
        pause->click();
        QTRY_COMPARE_WITH_TIMEOUT(pause->text(), u"Resume"_qs, kWaitMs);
        QVERIFY(labels(*wizard).contains(u"what is done is kept"_qs));
        QTRY_COMPARE_WITH_TIMEOUT(m_sleep.held(), 0, kWaitMs);
        wizard->reject();
        QTRY_VERIFY_WITH_TIMEOUT(m_driver->wizard() == nullptr, kWaitMs);
        QVERIFY(m_driver->child("jobsPanel")->isVisible());
        QVERIFY2(labels(*m_driver->child("jobsPanel")).contains(u"Paused at"_qs),
                 qPrintable(labels(*m_driver->child("jobsPanel"))));
    }

    /// The program was closed with the job held.
    void theNextStartGoesOnWithIt() {
        open();
        QTRY_VERIFY_WITH_TIMEOUT(m_driver->child("jobsPanel")->isVisible(), kWaitMs);
        QVERIFY(labels(*m_driver->child("jobsPanel")).contains(u"Paused at"_qs));
        m_driver->child("jobsPanel")->findChildren<QToolButton*>().first()->click();
        QTRY_COMPARE_WITH_TIMEOUT(m_sleep.held(), 1, kWaitMs);
        QTRY_COMPARE_WITH_TIMEOUT(rows(database(), u"SELECT path FROM stacks"_qs).size(), 1, 3 * kWaitMs);
        QVERIFY(m_driver->child("jobsPanel")->isHidden());
        QTRY_COMPARE_WITH_TIMEOUT(m_sleep.held(), 0, kWaitMs);
        // Nothing else was loaded, so the new one is.
        QTRY_VERIFY_WITH_TIMEOUT(m_driver->child("memorySlider")->isVisible(), kWaitMs);
    }

    void theResultIsMeasuredAndTalkedTo() {
        begin();
        if (QTest::currentTestFailed()) return;
        CompressWizard* wizard = m_driver->wizard();
        QTRY_COMPARE_WITH_TIMEOUT(wizard->currentId(), static_cast<int>(ResultStep), 3 * kWaitMs);
        const QString facts = labels(*wizard->currentPage());
        for (const QString& word : {u"Size"_qs, u"Best quality"_qs, u"Time"_qs, u"File"_qs})
            QVERIFY2(facts.contains(word), qPrintable(word));
        QVERIFY(wizard->currentPage()->findChild<QualityPlot*>()->isVisible());
        QVERIFY(QTest::qWaitForWindowActive(wizard, kWaitMs));
        auto* chat = wizard->button(QWizard::FinishButton);
        QCOMPARE(chat->text(), u"Chat now"_qs);
        QVERIFY(m_driver->tabTo(chat));
        m_driver->press(Qt::Key_Space);
        QTRY_VERIFY_WITH_TIMEOUT(m_driver->wizard() == nullptr, kWaitMs);
        QCOMPARE(m_driver->window().page(), Page::Chat);
    }

    void cancellingLeavesNothing() {
        begin();
        if (QTest::currentTestFailed()) return;
        const QString output = m_driver->wizard()->order().output;
        m_driver->wizard()->findChild<QAbstractButton*>(u"cancelRun"_qs)->click();
        QTRY_VERIFY_WITH_TIMEOUT(m_driver->wizard() == nullptr, kWaitMs);
        QTRY_VERIFY_WITH_TIMEOUT(m_driver->child("jobsPanel")->isHidden(), kWaitMs);
        QTRY_VERIFY_WITH_TIMEOUT(!QFileInfo::exists(output + u".partial"_qs), kWaitMs);
        QTRY_COMPARE_WITH_TIMEOUT(m_sleep.held(), 0, kWaitMs);
    }

    void aFailureReleasesTheComputerToo() {
        begin();
        if (QTest::currentTestFailed()) return;
        QTRY_COMPARE_WITH_TIMEOUT(m_sleep.held(), 1, kWaitMs);
        auto* pause = m_driver->wizard()->findChild<QAbstractButton*>(u"pauseRun"_qs);
        pause->click();
        QTRY_COMPARE_WITH_TIMEOUT(pause->text(), u"Resume"_qs, kWaitMs);
        const QString aside = m_source + u".aside"_qs;
        QVERIFY(QFile::rename(m_source, aside));
        const int asked = m_sleep.asked();
        pause->click();
        QTRY_VERIFY_WITH_TIMEOUT(m_driver->notice().contains(u"source.gguf"_qs), kWaitMs);
        QCOMPARE(pause->text(), u"Try again"_qs);
        QVERIFY(m_sleep.asked() >= asked);
        QTRY_COMPARE_WITH_TIMEOUT(m_sleep.held(), 0, kWaitMs);
        QVERIFY(QFile::rename(aside, m_source));
        pause->click();
        QTRY_COMPARE_WITH_TIMEOUT(pause->text(), u"Pause"_qs, kWaitMs);
        m_driver->wizard()->findChild<QAbstractButton*>(u"cancelRun"_qs)->click();
        QTRY_COMPARE_WITH_TIMEOUT(m_sleep.held(), 0, kWaitMs);
    }

private:
    [[nodiscard]] QString database() const { return foldersIn(m_folder).database(); }
    void open() { m_driver = std::make_unique<WindowDriver>(m_folder); }
    /// At the run's page, with the job under way.
    void begin() {
        open();
        m_driver->application().open({m_source});
        QTRY_VERIFY_WITH_TIMEOUT(m_driver->wizard() != nullptr, kWaitMs);
        CompressWizard* wizard = m_driver->wizard();
        QTRY_VERIFY_WITH_TIMEOUT(wizard->button(QWizard::NextButton)->isEnabled(), kWaitMs);
        wizard->next();
        QTRY_VERIFY_WITH_TIMEOUT(wizard->button(QWizard::CommitButton)->isEnabled(), kWaitMs);
        QTRY_VERIFY2_WITH_TIMEOUT(labels(*wizard->currentPage()).contains(u"that are free"_qs),
                                  "the cost is told before", kWaitMs);
        wizard->button(QWizard::CommitButton)->click();
        QTRY_VERIFY_WITH_TIMEOUT(wizard->job() != 0, kWaitMs);
    }
    static QString labels(const QWidget& widget) {
        QStringList texts;
        for (const QLabel* label : widget.findChildren<QLabel*>())
            if (label->isVisible()) texts.append(label->text());
        return texts.join(u'\n');
    }

    SleepService m_sleep;
    test::TemporaryFolder m_files;
    test::TemporaryFolder m_data;
    QString m_source;
    QString m_folder;
    std::unique_ptr<WindowDriver> m_driver;
};

}  // namespace
}  // namespace strata::ui::testing

QTEST_MAIN(strata::ui::testing::WizardTest)
#include "wizard_test.moc"
