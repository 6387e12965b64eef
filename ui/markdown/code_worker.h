// The highlighter's other side, on its own thread.
#pragma once

#include "ui/markdown/code_highlighter.h"

#include <QMutex>
#include <map>

namespace strata::ui {

struct CodeRequest {
    QString language;
    QString code;
    qsizetype from = 0;
};

/// What waits, by key: a newer request takes the place of an older one. Thread-safe.
class CodeQueue {
public:
    /// True where the queue was empty: the worker has to be woken.
    bool put(quint64 key, CodeRequest request);
    /// False where nothing waits.
    bool take(quint64& key, CodeRequest& request);

private:
    QMutex m_mutex;
    std::map<quint64, CodeRequest> m_waiting;
};

class CodeWorker : public QObject {
    Q_OBJECT
public:
    explicit CodeWorker(std::shared_ptr<CodeQueue> queue);
    ~CodeWorker() override;

    /// Answers everything that waits.
    void work();

signals:
    void highlighted(quint64 key, const QList<strata::ui::CodeSpan>& spans);

private:
    struct Engine;
    std::shared_ptr<CodeQueue> m_queue;
    std::unique_ptr<Engine> m_engine;
};

}  // namespace strata::ui
