// One window per database: a second start hands its files over and ends.
#pragma once

#include <QLocalServer>
#include <QObject>
#include <QStringList>

namespace strata::app {

class SingleInstance : public QObject {
    Q_OBJECT
public:
    /// `database` tells instances apart: those with different folders do not disturb each other.
    explicit SingleInstance(const QString& database, QObject* parent = nullptr);
    /// True if another instance took the files; this one should end.
    [[nodiscard]] bool handOver(const QStringList& files);
    void listen();

signals:
    /// Another start: show the window and open these (there may be none).
    void activated(const QStringList& files);

private:
    void receive();
    QString m_name;
    QLocalServer m_server;
};

}  // namespace strata::app
