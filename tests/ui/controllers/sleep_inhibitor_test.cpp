// The system stays awake while a model is compressed, whichever of its services agrees; and only while.
#include "ui/controllers/sleep_inhibitor.h"

#include "tests/support/temporary_folder.h"
#include "tests/support/tiny_model.h"
#include "ui/controllers/compression_controller.h"

#include <QDBusConnection>
#include <QDBusContext>
#include <QDBusUnixFileDescriptor>
#include <QFile>
#include <QSet>
#include <QTest>

#include <poll.h>
#include <unistd.h>

namespace strata::ui {
namespace {

constexpr int kWaitMs = 60'000;

/// Stands for login1. A lock is released when its descriptor is closed.
class LoginService : public QObject, protected QDBusContext {
    Q_OBJECT
    Q_CLASSINFO("D-Bus Interface", "org.freedesktop.login1.Manager")
public:
    bool refuses = false;
    int asked = 0;
    [[nodiscard]] bool isHeld() const {
        pollfd state{m_reader, POLLIN, 0};
        return m_reader >= 0 && ::poll(&state, 1, 0) >= 0 && (state.revents & POLLHUP) == 0;
    }
    void forget() {
        if (m_reader >= 0) ::close(std::exchange(m_reader, -1));
        asked = 0;
        refuses = false;
    }
    ~LoginService() override { forget(); }

public slots:
    Q_SCRIPTABLE QDBusUnixFileDescriptor Inhibit(const QString&, const QString&, const QString&, const QString&) {
        ++asked;
        int ends[2] = {-1, -1};
        if (refuses || ::pipe(ends) != 0) {
            sendErrorReply(u"org.freedesktop.DBus.Error.AccessDenied"_qs, u"Permission denied"_qs);
            return {};
        }
        m_reader = ends[0];
        const QDBusUnixFileDescriptor lock(ends[1]);
        ::close(ends[1]);
        return lock;
    }

private:
    int m_reader = -1;
};

/// What both services of the session have in common.
class CookieService : public QObject {
    Q_OBJECT
public:
    int asked = 0;
    QSet<uint> held;
    QString why;

protected:
    uint give(const QString& reason) {
        why = reason;
        const uint cookie = 40 + static_cast<uint>(++asked);
        held.insert(cookie);
        return cookie;
    }
};

class PowerService : public CookieService {
    Q_OBJECT
    Q_CLASSINFO("D-Bus Interface", "org.freedesktop.PowerManagement.Inhibit")
public slots:
    Q_SCRIPTABLE uint Inhibit(const QString&, const QString& reason) { return give(reason); }
    Q_SCRIPTABLE void UnInhibit(uint cookie) { held.remove(cookie); }
};

class ScreenService : public CookieService {
    Q_OBJECT
    Q_CLASSINFO("D-Bus Interface", "org.freedesktop.ScreenSaver")
public slots:
    Q_SCRIPTABLE uint Inhibit(const QString&, const QString& reason) { return give(reason); }
    Q_SCRIPTABLE void UnInhibit(uint cookie) { held.remove(cookie); }
};

class SleepInhibitorTest : public QObject {
    Q_OBJECT
private slots:
    void initTestCase() {
        const QByteArray address = qgetenv("DBUS_SESSION_BUS_ADDRESS");
        QVERIFY(!address.isEmpty());
        qputenv("DBUS_SYSTEM_BUS_ADDRESS", address);
        const auto at = [&](const char* name) {
            return QDBusConnection::connectToBus(QString::fromUtf8(address), QLatin1String(name));
        };
        const auto all = QDBusConnection::ExportScriptableSlots;
        QVERIFY(at("login").registerObject(u"/org/freedesktop/login1"_qs, &m_login, all));
        QVERIFY(at("power").registerObject(u"/org/freedesktop/PowerManagement/Inhibit"_qs, &m_power, all));
        QVERIFY(at("screen").registerObject(u"/org/freedesktop/ScreenSaver"_qs, &m_screen, all));
        QVERIFY(test::TinyModel({.layers = 6}).writeGguf(m_folder / "tiny.gguf"));
    }
    void init() {
        m_login.forget();
        for (CookieService* service : {static_cast<CookieService*>(&m_power), static_cast<CookieService*>(&m_screen)}) {
            service->asked = 0;
            service->held.clear();
        }
    }

    void theSystemsServiceIsEnough() {
        provide({"login", "power", "screen"});
        SleepInhibitor inhibitor;
        inhibitor.setInhibited(true);
        QTRY_VERIFY_WITH_TIMEOUT(m_login.isHeld(), kWaitMs);
        inhibitor.setInhibited(true);
        inhibitor.setInhibited(false);
        QTRY_VERIFY_WITH_TIMEOUT(!m_login.isHeld(), kWaitMs);
        QCOMPARE(m_login.asked, 1);
        QCOMPARE(m_power.asked + m_screen.asked, 0);
    }

    void whereItRefusesTheDesktopIsAsked() {
        provide({"login", "power", "screen"});
        m_login.refuses = true;
        SleepInhibitor inhibitor;
        inhibitor.setInhibited(true);
        QTRY_COMPARE_WITH_TIMEOUT(m_power.held.size(), 1, kWaitMs);
        QCOMPARE(m_power.why, u"A model is being compressed"_qs);
        inhibitor.setInhibited(false);
        QTRY_COMPARE_WITH_TIMEOUT(m_power.held.size(), 0, kWaitMs);
        QCOMPARE(m_login.asked, 1);
        QCOMPARE(m_screen.asked, 0);
    }

    void aReleaseThatCrossesTheAnswerCounts() {
        provide({"screen"});
        SleepInhibitor inhibitor;
        inhibitor.setInhibited(true);
        inhibitor.setInhibited(false);
        QTest::qWait(300);
        QCOMPARE(m_screen.held.size(), 0);
        inhibitor.setInhibited(true);
        QTRY_COMPARE_WITH_TIMEOUT(m_screen.held.size(), 1, kWaitMs);
    }

    void whereNobodyCanNothingHappens() {
        provide({});
        SleepInhibitor inhibitor;
        inhibitor.setInhibited(true);
        QTest::qWait(300);
        inhibitor.setInhibited(false);
        QCOMPARE(m_login.asked + m_power.asked + m_screen.asked, 0);
    }

    /// With the last of the services: a run, a pause, its end, and a program that is closed.
    void itIsHeldWhileAJobRuns() {
        provide({"screen"});
        CompressionController controller;
        bool pauses = true;
        connect(&controller, &CompressionController::progressed, this,
                [&](qint64 job, const CompressionProgress& progress) {
                    if (std::exchange(pauses, pauses && progress.errors.isEmpty()) && !pauses) controller.pause(job);
                });
        controller.start(1, order("job.strata"));
        QTRY_COMPARE_WITH_TIMEOUT(m_screen.held.size(), 1, kWaitMs);
        QTRY_COMPARE_WITH_TIMEOUT(controller.state(1), JobState::Paused, kWaitMs);
        QTRY_COMPARE_WITH_TIMEOUT(m_screen.held.size(), 0, kWaitMs);
        controller.resume(1);
        QTRY_COMPARE_WITH_TIMEOUT(m_screen.asked, 2, kWaitMs);
        QTRY_COMPARE_WITH_TIMEOUT(controller.state(1), JobState::Done, kWaitMs);
        QTRY_COMPARE_WITH_TIMEOUT(m_screen.held.size(), 0, kWaitMs);
    }

    void aProgramThatIsClosedLetsGo() {
        provide({"screen"});
        {
            CompressionController controller;
            controller.start(1, order("closed.strata"));
            QTRY_COMPARE_WITH_TIMEOUT(m_screen.held.size(), 1, kWaitMs);
            QVERIFY(controller.isRunning());
        }
        QTRY_COMPARE_WITH_TIMEOUT(m_screen.held.size(), 0, kWaitMs);
    }

private:
    /// Only these have their names on the bus.
    static void provide(const QSet<QByteArray>& services) {
        const auto set = [&](const char* bus, const QString& name) {
            QDBusConnection connection{QLatin1String(bus)};
            if (services.contains(bus))
                QVERIFY(connection.registerService(name));
            else
                connection.unregisterService(name);
        };
        set("login", u"org.freedesktop.login1"_qs);
        set("power", u"org.freedesktop.PowerManagement"_qs);
        set("screen", u"org.freedesktop.ScreenSaver"_qs);
    }
    [[nodiscard]] CompressionOrder order(std::string_view output) const {
        CompressionOrder order;
        order.source = QFile::decodeName((m_folder / "tiny.gguf").c_str());
        order.output = QFile::decodeName((m_folder / output).c_str());
        return order;
    }

    LoginService m_login;
    PowerService m_power;
    ScreenService m_screen;
    test::TemporaryFolder m_folder;
};

}  // namespace
}  // namespace strata::ui

QTEST_GUILESS_MAIN(strata::ui::SleepInhibitorTest)
#include "sleep_inhibitor_test.moc"
