// A word to the user while another program's window is in front: through the desktop's own notifications.
#pragma once

#include <QDBusPendingCallWatcher>
#include <QObject>
#include <QString>

namespace strata::app {

/// GUI thread; never waits. One notice at a time: a new one takes the place of the one before.
class DesktopNotice : public QObject {
    Q_OBJECT
public:
    using QObject::QObject;
    ~DesktopNotice() override;

    /// `text` may be empty.
    void tell(const QString& title, const QString& text);
    /// Takes away what is still shown.
    void withdraw();

signals:
    /// The user has answered by a click: the window is wanted.
    void activated();
    /// The desktop shows no notifications.
    void refused(const QString& title, const QString& text);

private slots:
    void takeAction(uint id, const QString& key);

private:
    void take(const QDBusPendingCallWatcher& answer, const QString& title, const QString& text);
    void listen();
    bool m_isListening = false;
    uint m_id = 0;  ///< of what is shown
};

}  // namespace strata::app
