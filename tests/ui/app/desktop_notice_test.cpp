// The end of a compression is told outside of the window, while the user looks at something else; and only then.
#include "app/strata/desktop_notice.h"

#include "tests/support/temporary_folder.h"
#include "tests/ui/app/window_driver.h"
#include "ui/wizard/compress_wizard.h"

#include <QAbstractButton>
#include <QDBusConnection>
#include <QFile>
#include <QGuiApplication>
#include <QSignalSpy>
#include <QTest>

namespace strata::ui::testing {
namespace {

struct Shown {
    uint replaces = 0;
    QString title;
    QString text;
    QStringList actions;
    QVariantMap hints;
};

/// Stands for the desktop's notifications on a real bus.
class NotificationService : public QObject {
    Q_OBJECT
    Q_CLASSINFO("D-Bus Interface", "org.freedesktop.Notifications")
public:
    static constexpr uint kFirstId = 70;
    QList<Shown> shown;
    QList<uint> closed;

public slots:
    Q_SCRIPTABLE uint Notify(const QString&, uint replaces, const QString&, const QString& title, const QString& text,
                             const QStringList& actions, const QVariantMap& hints, int) {
        shown.append({replaces, title, text, actions, hints});
        return replaces != 0 ? replaces : kFirstId + static_cast<uint>(shown.size());
    }
    Q_SCRIPTABLE void CloseNotification(uint id) { closed.append(id); }

signals:
    Q_SCRIPTABLE void ActionInvoked(uint id, const QString& key);
};

class DesktopNoticeTest : public QObject {
    Q_OBJECT
private slots:
    void initTestCase() {
        QVERIFY(test::TinyModel(talkingModel()).writeGguf(m_files / "source.gguf"));
        m_source = QFile::decodeName((m_files / "source.gguf").c_str());
        QDBusConnection bus = desktop();
        QVERIFY(bus.registerService(u"org.freedesktop.Notifications"_qs));
        QVERIFY(bus.registerObject(u"/org/freedesktop/Notifications"_qs, &m_service,
                                   QDBusConnection::ExportScriptableContents));
    }
    void init() {
        m_service.shown.clear();
        m_service.closed.clear();
        m_data = std::make_unique<test::TemporaryFolder>();
    }
    void cleanup() {
        m_driver.reset();
        m_data.reset();
    }

    void nothingIsToldToWhoIsLooking() {
        begin();
        if (QTest::currentTestFailed()) return;
        // The wizard is in front of the window, and says it.
        QTRY_COMPARE_WITH_TIMEOUT(m_driver->wizard()->currentId(), static_cast<int>(ResultStep), 3 * kWaitMs);
        QTest::qWait(300);
        QVERIFY(m_service.shown.isEmpty());
    }

    void whoLooksElsewhereIsToldAndLedBack() {
        begin();
        if (QTest::currentTestFailed()) return;
        leave();
        QTRY_COMPARE_WITH_TIMEOUT(m_service.shown.size(), 1, 3 * kWaitMs);
        const Shown shown = m_service.shown.first();
        QVERIFY2(shown.title.contains(u"is ready"_qs), qPrintable(shown.title));
        QVERIFY(!shown.text.isEmpty());
        QCOMPARE(shown.actions.value(0), u"default"_qs);
        QVERIFY(!shown.actions.value(1).isEmpty());
        QCOMPARE(shown.hints.value(u"desktop-entry"_qs).toString(), u"strata"_qs);
        emit m_service.ActionInvoked(12, u"default"_qs);  // another program's
        QTest::qWait(300);
        QVERIFY(QGuiApplication::applicationState() != Qt::ApplicationActive);
        emit m_service.ActionInvoked(NotificationService::kFirstId + 1, u"default"_qs);
        QTRY_COMPARE_WITH_TIMEOUT(QGuiApplication::applicationState(), Qt::ApplicationActive, kWaitMs);
        QTRY_COMPARE_WITH_TIMEOUT(m_service.closed, QList<uint>{NotificationService::kFirstId + 1}, kWaitMs);
    }

    void aFailureIsToldToo() {
        begin();
        if (QTest::currentTestFailed()) return;
        auto* pause = m_driver->wizard()->findChild<QAbstractButton*>(u"pauseRun"_qs);
        pause->click();
        QTRY_COMPARE_WITH_TIMEOUT(pause->text(), u"Resume"_qs, kWaitMs);
        const QString aside = m_source + u".aside"_qs;
        QVERIFY(QFile::rename(m_source, aside));
        leave();
        pause->click();
        QTRY_COMPARE_WITH_TIMEOUT(m_service.shown.size(), 1, kWaitMs);
        QVERIFY(QFile::rename(aside, m_source));
        QVERIFY2(m_service.shown.first().title.contains(u"could not be compressed"_qs),
                 qPrintable(m_service.shown.first().title));
        QVERIFY(m_service.shown.first().text.contains(u"source.gguf"_qs));
    }

    void aNewNoticeTakesTheOldOnesPlace() {
        app::DesktopNotice notice;
        notice.tell(u"one"_qs, u"a <b> & c"_qs);
        QTRY_COMPARE_WITH_TIMEOUT(m_service.shown.size(), 1, kWaitMs);
        QCOMPARE(m_service.shown[0].text, u"a &lt;b&gt; &amp; c"_qs);
        QTest::qWait(200);  // the answer, with its number
        notice.tell(u"two"_qs, {});
        QTRY_COMPARE_WITH_TIMEOUT(m_service.shown.size(), 2, kWaitMs);
        QCOMPARE(m_service.shown[1].replaces, NotificationService::kFirstId + 1);
    }

    void aDesktopWithoutNotificationsIsSeen() {
        QDBusConnection bus = desktop();
        QVERIFY(bus.unregisterService(u"org.freedesktop.Notifications"_qs));
        app::DesktopNotice notice;
        QSignalSpy refused(&notice, &app::DesktopNotice::refused);
        notice.tell(u"title"_qs, u"text"_qs);
        QTRY_COMPARE_WITH_TIMEOUT(refused.count(), 1, kWaitMs);
        QCOMPARE(refused[0], (QVariantList{u"title"_qs, u"text"_qs}));
        QVERIFY(bus.registerService(u"org.freedesktop.Notifications"_qs));
    }

private:
    static QDBusConnection desktop() {
        return QDBusConnection::connectToBus(QString::fromUtf8(qgetenv("DBUS_SESSION_BUS_ADDRESS")), u"desktop"_qs);
    }
    /// At the run's page, with the job under way.
    void begin() {
        m_driver = std::make_unique<WindowDriver>(QFile::decodeName(m_data->path().c_str()));
        m_driver->application().open({m_source});
        QTRY_VERIFY_WITH_TIMEOUT(m_driver->wizard() != nullptr, kWaitMs);
        CompressWizard* wizard = m_driver->wizard();
        QTRY_VERIFY_WITH_TIMEOUT(wizard->button(QWizard::NextButton)->isEnabled(), kWaitMs);
        wizard->next();
        QTRY_VERIFY_WITH_TIMEOUT(wizard->button(QWizard::CommitButton)->isEnabled(), kWaitMs);
        wizard->button(QWizard::CommitButton)->click();
        QTRY_VERIFY_WITH_TIMEOUT(wizard->job() != 0, kWaitMs);
    }
    void leave() {
        m_driver->window().showMinimized();
        QTRY_VERIFY_WITH_TIMEOUT(QGuiApplication::applicationState() != Qt::ApplicationActive, kWaitMs);
    }

    NotificationService m_service;
    test::TemporaryFolder m_files;
    std::unique_ptr<test::TemporaryFolder> m_data;
    QString m_source;
    std::unique_ptr<WindowDriver> m_driver;
};

}  // namespace
}  // namespace strata::ui::testing

QTEST_MAIN(strata::ui::testing::DesktopNoticeTest)
#include "desktop_notice_test.moc"
