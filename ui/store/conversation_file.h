// Conversations as files: Markdown for people, JSON for this program (and others) to read again. Values only.
#pragma once

#include "ui/store/records.h"

#include <QByteArray>
#include <QList>
#include <QString>
#include <expected>

namespace strata::ui {

/// A conversation with all of its branches. In a parsed one, messages are numbered from 1 and stand behind their
/// parents.
struct ConversationFile {
    ConversationRecord conversation;
    QList<MessageRecord> messages;
};

/// Of a path from a first message to `leaf`, in order; of the last message there is when `leaf` is not among them.
[[nodiscard]] QList<MessageRecord> branchOf(const QList<MessageRecord>& messages, MessageId leaf);

/// The branch that is shown, as a document.
[[nodiscard]] QString conversationMarkdown(const ConversationFile& file);
/// Everything but the draft, the folder and the place of the model's file, which say more about the computer than about
/// the conversation.
[[nodiscard]] QByteArray conversationJson(const ConversationFile& file);
/// Reads what conversationJson() wrote, from anyone. The error is one sentence that names what was wrong and where.
[[nodiscard]] std::expected<ConversationFile, QString> parseConversation(const QByteArray& json);

/// A title for a conversation that has none: the first words of its first message, at most 60 characters. Empty when
/// the text has no letter or digit.
[[nodiscard]] QString titleFromMessage(const QString& text);
/// A name for the file of an export, without folder and ending; never empty, and fit for every file system.
[[nodiscard]] QString fileNameFor(const QString& title);

}  // namespace strata::ui
