#include "ui/markdown/code_highlighter.h"

#include "ui/markdown/code_worker.h"

#include <QThread>

namespace strata::ui {

struct CodeHighlighter::Private {
    std::shared_ptr<CodeQueue> queue = std::make_shared<CodeQueue>();
    QThread thread;
    CodeWorker* worker = nullptr;  ///< lives on `thread`, which deletes it at its end
};

CodeHighlighter::CodeHighlighter(QObject* parent) : QObject(parent), m_d(std::make_unique<Private>()) {
    qRegisterMetaType<QList<CodeSpan>>();
    m_d->thread.setObjectName(QStringLiteral("highlighter"));
}

CodeHighlighter::~CodeHighlighter() {
    quint64 key = 0;
    CodeRequest request;
    while (m_d->queue->take(key, request)) {
    }
    m_d->thread.quit();
    m_d->thread.wait();
}

void CodeHighlighter::request(quint64 key, const QString& language, const QString& code, qsizetype from) {
#ifdef STRATA_HIGHLIGHTING
    if (language.isEmpty() || code.size() > kLongestHighlight) return;
    if (!m_d->worker) {
        m_d->worker = new CodeWorker(m_d->queue);
        m_d->worker->moveToThread(&m_d->thread);
        connect(&m_d->thread, &QThread::finished, m_d->worker, &QObject::deleteLater);
        connect(m_d->worker, &CodeWorker::highlighted, this, &CodeHighlighter::highlighted);
        m_d->thread.start(QThread::LowPriority);
    }
    if (!m_d->queue->put(key, {language, code, from})) return;
    QMetaObject::invokeMethod(m_d->worker, &CodeWorker::work, Qt::QueuedConnection);
#else
    Q_UNUSED(key)
    Q_UNUSED(language)
    Q_UNUSED(code)
    Q_UNUSED(from)
#endif
}

}  // namespace strata::ui
