// Keeps the system from falling asleep during long work.
#pragma once

#include <QDBusUnixFileDescriptor>
#include <QObject>

namespace strata::ui {

/// GUI thread; never waits. Where the system has no such service, nothing happens.
class SleepInhibitor : public QObject {
    Q_OBJECT
public:
    using QObject::QObject;
    void setInhibited(bool inhibited);

private:
    void ask();
    bool m_wanted = false;
    bool m_asking = false;
    QDBusUnixFileDescriptor m_lock;  // the system sleeps again when it is closed
};

}  // namespace strata::ui
