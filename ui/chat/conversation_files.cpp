// Export and import of the conversation list: files are read and written on a thread of the pool.
#include "ui/chat/conversation_list.h"
#include "ui/controllers/store_controller.h"
#include "ui/store/conversation_file.h"

#include <QCoreApplication>
#include <QFile>
#include <QFileDialog>
#include <QFileInfo>
#include <QPointer>
#include <QSaveFile>
#include <QThreadPool>

namespace strata::ui {
namespace {

constexpr qint64 kLargestImport = 256LL << 20;

/// Empty: written.
QString writeFile(const QString& path, const QByteArray& bytes) {
    QSaveFile file(path);
    if (!file.open(QIODevice::WriteOnly) || file.write(bytes) != bytes.size() || !file.commit())
        return file.errorString();
    return {};
}

Problem unreadable(const QString& path, const QString& why) {
    return {ConversationList::tr("“%1” could not be imported.").arg(QFileInfo(path).fileName()), why,
            ConversationList::tr("Choose a conversation that Strata has exported as JSON. Nothing was changed.")};
}

}  // namespace

void ConversationList::askExport(const ConversationRecord& conversation, bool asJson) {
    const QString ending = asJson ? QStringLiteral("json") : QStringLiteral("md");
    auto* dialog = new QFileDialog(this, tr("Export conversation"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    dialog->setDefaultSuffix(ending);
    dialog->setNameFilter(asJson ? tr("JSON (*.json)") : tr("Markdown (*.md)"));
    dialog->selectFile(fileNameFor(conversation.title) + u'.' + ending);
    connect(dialog, &QFileDialog::fileSelected, this,
            [this, conversation, asJson](const QString& path) { exportTo(path, conversation, asJson); });
    dialog->open();
}

void ConversationList::askImport() {
    auto* dialog = new QFileDialog(this, tr("Import conversation"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setFileMode(QFileDialog::ExistingFile);
    dialog->setNameFilter(tr("Conversation (*.json)"));
    connect(dialog, &QFileDialog::fileSelected, this, &ConversationList::importFrom);
    dialog->open();
}

void ConversationList::exportTo(const QString& path, const ConversationRecord& conversation, bool asJson) {
    m_exports.insert(m_store->loadMessages(conversation.id), {path, conversation, asJson});
}

void ConversationList::writeExport(const Export& order, const QList<MessageRecord>& messages) {
    QPointer<ConversationList> self(this);
    QThreadPool::globalInstance()->start([self, order, messages] {
        const ConversationFile file{order.conversation, messages};
        const QByteArray bytes = order.asJson ? conversationJson(file) : conversationMarkdown(file).toUtf8();
        const QString error = writeFile(order.path, bytes);
        // The receiver is looked at on its own thread only.
        QMetaObject::invokeMethod(qApp, [self, order, error] {
            if (!self) return;
            if (error.isEmpty()) {
                emit self->exported(order.path);
            } else {
                emit self->failed({tr("The conversation could not be written to “%1”.").arg(order.path), error,
                                   tr("Choose another folder, or free some space. The conversation itself is safe.")});
            }
        });
    });
}

void ConversationList::importFrom(const QString& path) {
    QPointer<ConversationList> self(this);
    QThreadPool::globalInstance()->start([self, path] {
        QFile file(path);
        std::expected<ConversationFile, QString> read = std::unexpected(QString());
        if (!file.open(QIODevice::ReadOnly)) {
            read = std::unexpected(file.errorString());
        } else if (file.size() > kLargestImport) {
            read = std::unexpected(tr("The file is too large for a conversation."));
        } else {
            read = parseConversation(file.readAll());
        }
        QMetaObject::invokeMethod(qApp, [self, path, read] {
            if (!self) return;
            if (read) {
                self->m_importRequest = self->m_store->importConversation(read->conversation, read->messages);
            } else {
                emit self->failed(unreadable(path, read.error()));
            }
        });
    });
}

}  // namespace strata::ui
