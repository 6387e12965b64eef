// For systems of freedesktop.org: login1 where it allows it, else the desktop's own services.
#include "ui/controllers/sleep_inhibitor.h"

#include <QCoreApplication>
#include <QDBusConnection>
#include <QDBusMessage>
#include <QDBusPendingCallWatcher>
#include <QDBusPendingReply>
#include <QDBusUnixFileDescriptor>
#include <QObject>
#include <iterator>
#include <optional>

namespace strata::ui {
namespace {

/// Services are asked in turn, until one agrees. The system's holds as long as a file descriptor is open, the others
/// until they are told the number they gave, or until who asked has left the bus.
struct Service {
    bool isSystem;
    const char* name;
    const char* path;
    const char* interface;
};
constexpr Service kServices[] = {
    {true, "org.freedesktop.login1", "/org/freedesktop/login1", "org.freedesktop.login1.Manager"},
    {false, "org.freedesktop.PowerManagement", "/org/freedesktop/PowerManagement/Inhibit",
     "org.freedesktop.PowerManagement.Inhibit"},
    {false, "org.freedesktop.ScreenSaver", "/org/freedesktop/ScreenSaver", "org.freedesktop.ScreenSaver"},
};

QDBusConnection busOf(const Service& service) {
    return service.isSystem ? QDBusConnection::systemBus() : QDBusConnection::sessionBus();
}

QDBusMessage messageTo(const Service& service, const char* method) {
    return QDBusMessage::createMethodCall(QLatin1String(service.name), QLatin1String(service.path),
                                          QLatin1String(service.interface), QLatin1String(method));
}

QDBusMessage question(const Service& service) {
    const QString who = QStringLiteral("Strata");
    const QString why = QCoreApplication::translate("strata::ui::SleepInhibitor", "A model is being compressed");
    QDBusMessage message = messageTo(service, "Inhibit");
    if (service.isSystem)
        message << QStringLiteral("sleep") << who << why << QStringLiteral("block");
    else
        message << who << why;
    return message;
}

}  // namespace

class SleepInhibitor::Private : public QObject {
public:
    ~Private() override { release(); }
    void setInhibited(bool inhibited) {
        m_wanted = inhibited;
        if (!inhibited) release();
        if (inhibited && !isHeld() && !m_asking) ask(0);
    }

private:
    [[nodiscard]] bool isHeld() const { return m_lock.isValid() || m_cookie.has_value(); }
    void ask(std::size_t index);
    void take(std::size_t index, const QDBusMessage& answer);
    void release();

    bool m_wanted = false;
    bool m_asking = false;
    QDBusUnixFileDescriptor m_lock;
    std::optional<uint> m_cookie;
    std::size_t m_giver = 0;  ///< of m_cookie
};

void SleepInhibitor::Private::ask(std::size_t index) {
    while (index < std::size(kServices) && !busOf(kServices[index]).isConnected()) ++index;
    m_asking = index < std::size(kServices);
    if (!m_asking) return;
    auto* watcher = new QDBusPendingCallWatcher(busOf(kServices[index]).asyncCall(question(kServices[index])), this);
    connect(watcher, &QDBusPendingCallWatcher::finished, this, [this, index](QDBusPendingCallWatcher* finished) {
        finished->deleteLater();
        m_asking = false;
        take(index, finished->reply());
    });
}

void SleepInhibitor::Private::take(std::size_t index, const QDBusMessage& answer) {
    const QVariant given = answer.arguments().value(0);
    if (answer.type() != QDBusMessage::ReplyMessage || !given.isValid()) {
        if (m_wanted) ask(index + 1);
        return;
    }
    if (kServices[index].isSystem) {
        m_lock = given.value<QDBusUnixFileDescriptor>();
    } else {
        m_cookie = given.toUInt();
        m_giver = index;
    }
    if (!m_wanted) release();
}

void SleepInhibitor::Private::release() {
    m_lock = {};
    if (!m_cookie) return;
    busOf(kServices[m_giver]).send(messageTo(kServices[m_giver], "UnInhibit") << *m_cookie);
    m_cookie.reset();
}

SleepInhibitor::SleepInhibitor() : m_d(std::make_unique<Private>()) {}

SleepInhibitor::~SleepInhibitor() = default;

void SleepInhibitor::setInhibited(bool inhibited) {
    m_d->setInhibited(inhibited);
}

}  // namespace strata::ui
