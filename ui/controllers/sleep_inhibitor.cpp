#include "ui/controllers/sleep_inhibitor.h"

#include <QDBusConnection>
#include <QDBusMessage>
#include <QDBusPendingCallWatcher>
#include <QDBusPendingReply>

namespace strata::ui {

void SleepInhibitor::setInhibited(bool inhibited) {
    m_wanted = inhibited;
    if (!inhibited) m_lock = {};
    if (inhibited && !m_lock.isValid() && !m_asking) ask();
}

void SleepInhibitor::ask() {
    QDBusConnection bus = QDBusConnection::systemBus();
    if (!bus.isConnected()) return;
    QDBusMessage call = QDBusMessage::createMethodCall(
        QStringLiteral("org.freedesktop.login1"), QStringLiteral("/org/freedesktop/login1"),
        QStringLiteral("org.freedesktop.login1.Manager"), QStringLiteral("Inhibit"));
    call << QStringLiteral("sleep") << QStringLiteral("Strata") << tr("A model is being compressed")
         << QStringLiteral("block");
    m_asking = true;
    auto* watcher = new QDBusPendingCallWatcher(bus.asyncCall(call), this);
    connect(watcher, &QDBusPendingCallWatcher::finished, this, [this](QDBusPendingCallWatcher* finished) {
        const QDBusPendingReply<QDBusUnixFileDescriptor> reply = *finished;
        m_asking = false;
        if (reply.isValid() && m_wanted) m_lock = reply.value();
        finished->deleteLater();
    });
}

}  // namespace strata::ui
