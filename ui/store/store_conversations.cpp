// Conversations and their trees of messages.
#include "ui/store/store.h"

#include <QDateTime>
#include <algorithm>

namespace strata::ui {
namespace {

qint64 orNow(qint64 timeMs) {
    return timeMs != 0 ? timeMs : QDateTime::currentMSecsSinceEpoch();
}

QVariantList conversationValues(const ConversationRecord& conversation) {
    return {storable(conversation.title),        storable(conversation.folder),
            conversation.pinned ? 1 : 0,         conversation.updatedMs,
            storable(conversation.stackPath),    conversation.leaf,
            storable(conversation.systemPrompt), storable(conversation.presetName),
            storable(conversation.draft)};
}

ConversationRecord conversationAt(const QSqlQuery& row) {
    ConversationRecord conversation;
    conversation.id = row.value(0).toLongLong();
    conversation.title = row.value(1).toString();
    conversation.folder = row.value(2).toString();
    conversation.pinned = row.value(3).toInt() != 0;
    conversation.updatedMs = row.value(4).toLongLong();
    conversation.stackPath = row.value(5).toString();
    conversation.leaf = row.value(6).toLongLong();
    conversation.systemPrompt = row.value(7).toString();
    conversation.presetName = row.value(8).toString();
    conversation.draft = row.value(9).toString();
    conversation.createdMs = row.value(10).toLongLong();
    return conversation;
}

QVariantList answerValues(const MessageRecord& message) {
    const AnswerStatistics& answer = message.statistics;
    return {storable(message.text), answer.tokens,    answer.tokensPerSecond,     answer.timeToFirstTokenMs,
            answer.memoryBytes,     answer.agreement, storable(answer.modelName), answer.stopped ? 1 : 0};
}

MessageRecord messageAt(const QSqlQuery& row) {
    MessageRecord message;
    message.id = row.value(0).toLongLong();
    message.conversation = row.value(1).toLongLong();
    message.parent = row.value(2).toLongLong();
    message.role = static_cast<Role>(row.value(3).toInt());
    message.createdMs = row.value(4).toLongLong();
    message.text = row.value(5).toString();
    message.statistics.tokens = row.value(6).toInt();
    message.statistics.tokensPerSecond = row.value(7).toDouble();
    message.statistics.timeToFirstTokenMs = row.value(8).toDouble();
    message.statistics.memoryBytes = row.value(9).toLongLong();
    message.statistics.agreement = row.value(10).toDouble();
    message.statistics.modelName = row.value(11).toString();
    message.statistics.stopped = row.value(12).toInt() != 0;
    return message;
}

}  // namespace

StoreResult<QList<ConversationRecord>> Store::conversations() const {
    STRATA_TRY(QSqlQuery rows,
               m_database.query(QStringLiteral(
                   "SELECT id, title, folder, pinned, updated_ms, stack_path, leaf, system_prompt, preset_name, draft, "
                   "created_ms FROM conversations WHERE removed_ms = 0 ORDER BY updated_ms DESC, id DESC")));
    QList<ConversationRecord> conversations;
    while (rows.next()) conversations.append(conversationAt(rows));
    return conversations;
}

StoreResult<qint64> Store::insertConversation(const ConversationRecord& conversation) {
    QVariantList values = conversationValues(conversation);
    values.append(conversation.createdMs);
    STRATA_TRY(const QSqlQuery done,
               m_database.query(QStringLiteral("INSERT INTO conversations (title, folder, pinned, updated_ms, "
                                               "stack_path, leaf, system_prompt, preset_name, draft, created_ms) "
                                               "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"),
                                values));
    return done.lastInsertId().toLongLong();
}

StoreResult<ConversationRecord> Store::addConversation(ConversationRecord conversation) {
    conversation.createdMs = orNow(conversation.createdMs);
    conversation.updatedMs = orNow(conversation.updatedMs);
    STRATA_TRY(conversation.id, insertConversation(conversation));
    return conversation;
}

StoreResult<void> Store::updateConversation(const ConversationRecord& conversation) {
    QVariantList values = conversationValues(conversation);
    values.append(conversation.id);
    return change(
        QStringLiteral("UPDATE conversations SET title = ?, folder = ?, pinned = ?, updated_ms = ?, "
                       "stack_path = ?, leaf = ?, system_prompt = ?, preset_name = ?, draft = ? WHERE id = ?"),
        values);
}

StoreResult<void> Store::setConversationRemoved(ConversationId conversation, bool removed) {
    const qint64 timeMs = removed ? QDateTime::currentMSecsSinceEpoch() : 0;
    return change(QStringLiteral("UPDATE conversations SET removed_ms = ? WHERE id = ?"), {timeMs, conversation});
}

StoreResult<void> Store::purgeRemoved(const QList<ConversationId>& conversations, qint64 beforeMs) {
    STRATA_TRY(Transaction transaction, Transaction::begin(m_database));
    STRATA_CHECK(m_database.run(QStringLiteral("DELETE FROM conversations WHERE removed_ms <> 0 AND removed_ms < ?"),
                                {beforeMs}));
    for (const ConversationId conversation : conversations)
        STRATA_CHECK(m_database.run(QStringLiteral("DELETE FROM conversations WHERE removed_ms <> 0 AND id = ?"),
                                    {conversation}));
    return transaction.commit();
}

StoreResult<QList<MessageRecord>> Store::messages(ConversationId conversation) const {
    STRATA_TRY(QSqlQuery rows,
               m_database.query(
                   QStringLiteral("SELECT id, conversation, parent, role, created_ms, text, tokens, tokens_per_second, "
                                  "time_to_first_token_ms, memory_bytes, agreement, model_name, stopped FROM messages "
                                  "WHERE conversation = ? ORDER BY id"),
                   {conversation}));
    QList<MessageRecord> messages;
    while (rows.next()) messages.append(messageAt(rows));
    return messages;
}

StoreResult<qint64> Store::insertMessage(const MessageRecord& message) {
    QVariantList values = {message.conversation, message.parent != 0 ? QVariant(message.parent) : QVariant(),
                           static_cast<int>(message.role), message.createdMs};
    values.append(answerValues(message));
    STRATA_TRY(const QSqlQuery done,
               m_database.query(QStringLiteral("INSERT INTO messages (conversation, parent, role, created_ms, text, "
                                               "tokens, tokens_per_second, time_to_first_token_ms, memory_bytes, "
                                               "agreement, model_name, stopped) "
                                               "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"),
                                values));
    return done.lastInsertId().toLongLong();
}

StoreResult<MessageRecord> Store::addMessage(MessageRecord message) {
    message.createdMs = orNow(message.createdMs);
    STRATA_TRY(Transaction transaction, Transaction::begin(m_database));
    STRATA_TRY(message.id, insertMessage(message));
    STRATA_CHECK(m_database.run(QStringLiteral("UPDATE conversations SET leaf = ?, updated_ms = ? WHERE id = ?"),
                                {message.id, message.createdMs, message.conversation}));
    STRATA_CHECK(transaction.commit());
    return message;
}

StoreResult<void> Store::updateMessage(const MessageRecord& message) {
    QVariantList values = answerValues(message);
    values.append(message.id);
    return change(QStringLiteral("UPDATE messages SET text = ?, tokens = ?, tokens_per_second = ?, "
                                 "time_to_first_token_ms = ?, memory_bytes = ?, agreement = ?, model_name = ?, "
                                 "stopped = ? WHERE id = ?"),
                  values);
}

StoreResult<void> Store::removeMessage(MessageId message) {
    const QString branch = QStringLiteral(
        "WITH RECURSIVE branch (id) AS (SELECT id FROM messages WHERE id = ? UNION ALL SELECT m.id FROM messages m "
        "JOIN branch b ON m.parent = b.id AND m.conversation = (SELECT conversation FROM messages WHERE id = ?)) ");
    STRATA_TRY(Transaction transaction, Transaction::begin(m_database));
    STRATA_CHECK(m_database.run(branch + QStringLiteral("UPDATE conversations SET leaf = coalesce((SELECT parent FROM "
                                                        "messages WHERE id = ?), 0) WHERE leaf IN branch"),
                                {message, message, message}));
    STRATA_CHECK(change(branch + QStringLiteral("DELETE FROM messages WHERE id IN branch"), {message, message}));
    return transaction.commit();
}

StoreResult<ConversationRecord> Store::import(ConversationRecord conversation, const QList<MessageRecord>& messages) {
    STRATA_TRY(Transaction transaction, Transaction::begin(m_database));
    const MessageId leaf = std::exchange(conversation.leaf, 0);
    STRATA_TRY(conversation, addConversation(conversation));
    QHash<MessageId, MessageId> numbers = {{0, 0}};
    for (MessageRecord message : messages) {
        if (!numbers.contains(message.parent))
            return std::unexpected(StoreError{StoreErrorKind::Failed, QStringLiteral("a message before its parent")});
        const MessageId old = message.id;
        message.conversation = conversation.id;
        message.parent = numbers.value(message.parent);
        message.createdMs = orNow(message.createdMs);
        STRATA_TRY(const MessageId number, insertMessage(message));
        numbers.insert(old, number);
        conversation.leaf = number;
    }
    conversation.leaf = numbers.value(leaf, 0) != 0 ? numbers.value(leaf) : conversation.leaf;
    STRATA_CHECK(updateConversation(conversation));
    STRATA_CHECK(transaction.commit());
    return conversation;
}

}  // namespace strata::ui
