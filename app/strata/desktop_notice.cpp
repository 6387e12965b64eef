#include "app/strata/desktop_notice.h"

#include <QDBusConnection>
#include <QDBusMessage>
#include <QDBusPendingReply>
#include <QStringList>
#include <QVariantMap>
#include <utility>

namespace strata::app {
namespace {

// https://specifications.freedesktop.org/notification-spec, version 1.2
const QString kService = QStringLiteral("org.freedesktop.Notifications");
const QString kPath = QStringLiteral("/org/freedesktop/Notifications");
// What a click on the notice itself means.
const QString kDefaultAction = QStringLiteral("default");
constexpr int kAsLongAsTheDesktopLikes = -1;

QDBusMessage message(const char* method) {
    return QDBusMessage::createMethodCall(kService, kPath, kService, QLatin1String(method));
}

}  // namespace

DesktopNotice::~DesktopNotice() {
    withdraw();
}

void DesktopNotice::tell(const QString& title, const QString& text) {
    const QDBusConnection bus = QDBusConnection::sessionBus();
    if (!bus.isConnected()) {
        emit refused(title, text);
        return;
    }
    listen();
    QDBusMessage call = message("Notify");
    // The text may be read as markup, the title never is.
    call << QStringLiteral("Strata") << m_id << QStringLiteral("strata") << title << text.toHtmlEscaped()
         << QStringList{kDefaultAction, tr("Show Strata")}
         << QVariantMap{{QStringLiteral("desktop-entry"), QStringLiteral("strata")},
                        {QStringLiteral("category"), QStringLiteral("transfer")}}
         << kAsLongAsTheDesktopLikes;
    auto* watcher = new QDBusPendingCallWatcher(bus.asyncCall(call), this);
    connect(watcher, &QDBusPendingCallWatcher::finished, this, [this, title, text](QDBusPendingCallWatcher* answer) {
        take(*answer, title, text);
        answer->deleteLater();
    });
}

void DesktopNotice::take(const QDBusPendingCallWatcher& answer, const QString& title, const QString& text) {
    const QDBusPendingReply<uint> reply = answer;
    if (reply.isValid())
        m_id = reply.value();
    else
        emit refused(title, text);
}

void DesktopNotice::listen() {
    if (std::exchange(m_isListening, true)) return;
    QDBusConnection::sessionBus().connect(kService, kPath, kService, QStringLiteral("ActionInvoked"), this,
                                          SLOT(takeAction(uint, QString)));
}

void DesktopNotice::takeAction(uint id, const QString& key) {
    if (id == m_id && key == kDefaultAction) emit activated();
}

void DesktopNotice::withdraw() {
    if (m_id == 0) return;
    QDBusConnection::sessionBus().send(message("CloseNotification") << std::exchange(m_id, 0));
}

}  // namespace strata::app
