#include "ui/chat/chat_session.h"

#include "ui/controllers/store_controller.h"

#include <QDateTime>

namespace strata::ui {

ChatSession::ChatSession(StoreController* store, const ConversationRecord& conversation, QObject* parent)
    : QObject(parent), m_store(store), m_conversation(conversation) {
    connect(store, &StoreController::conversationCreated, this, &ChatSession::takeConversation);
    connect(store, &StoreController::messageCreated, this, &ChatSession::takeMessage);
    connect(store, &StoreController::messagesLoaded, this,
            [this](RequestId request, ConversationId, const QList<MessageRecord>& messages) {
                takeMessages(request, messages);
            });
    connect(store, &StoreController::requestFailed, this, &ChatSession::forget);
    if (conversation.id) m_loadRequest = store->loadMessages(conversation.id);
}

bool ChatSession::isBusy() const noexcept {
    return m_loadRequest || m_createRequest || !m_creating.isEmpty() || !m_unstored.isEmpty();
}

/// The store has told people; here nothing waits for it any more.
void ChatSession::forget(RequestId request) {
    m_creating.remove(request);
    if (m_createRequest && request == m_createRequest) m_createRequest = 0;
    if (!m_loadRequest || request != m_loadRequest) return;
    m_loadRequest = 0;
    emit loaded();
}

void ChatSession::takeMessages(RequestId request, const QList<MessageRecord>& messages) {
    if (!m_loadRequest || request != m_loadRequest) return;
    m_loadRequest = 0;
    m_messages.assign(messages, m_conversation.leaf);
    emit loaded();
}

NodeId ChatSession::add(NodeId parent, Role role, const QString& text, const AnswerStatistics& statistics) {
    MessageRecord record;
    record.role = role;
    record.text = text;
    record.statistics = statistics;
    record.createdMs = QDateTime::currentMSecsSinceEpoch();
    const NodeId node = m_messages.add(parent, record);
    ensureConversation();
    store(node);
    return node;
}

void ChatSession::ensureConversation() {
    if (m_conversation.id || m_createRequest) return;
    m_conversation.createdMs = QDateTime::currentMSecsSinceEpoch();
    m_conversation.updatedMs = m_conversation.createdMs;
    m_createRequest = m_store->createConversation(m_conversation);
}

void ChatSession::takeConversation(RequestId request, const ConversationRecord& conversation) {
    if (!m_createRequest || request != m_createRequest) return;
    m_createRequest = 0;
    // What changed meanwhile is newer than what was stored.
    const bool isChanged = m_conversation.title != conversation.title || m_conversation.draft != conversation.draft ||
                           m_conversation.systemPrompt != conversation.systemPrompt;
    m_conversation.id = conversation.id;
    if (isChanged) m_store->updateConversation(m_conversation);
    storeWaiting();
    emit stored();
    emit conversationChanged();
}

void ChatSession::store(NodeId node) {
    const NodeId parent = m_messages.tree().parent(node);
    MessageRecord record = m_messages.tree().record(node);
    record.parent = m_messages.tree().record(parent).id;
    record.conversation = m_conversation.id;
    if (!m_conversation.id || (parent && !record.parent)) {
        m_unstored.append(node);
        return;
    }
    m_creating.insert(m_store->createMessage(record), node);
}

void ChatSession::storeWaiting() {
    const QList<NodeId> waiting = std::exchange(m_unstored, {});
    for (const NodeId node : waiting) {
        if (m_messages.tree().contains(node)) store(node);
    }
}

void ChatSession::takeMessage(RequestId request, const MessageRecord& message) {
    const NodeId node = m_creating.take(request);
    if (!node) return;
    m_conversation.leaf = message.id;  // what is created last is the shown one, for the store
    if (!m_messages.tree().contains(node)) {
        m_store->removeMessage(message.id);
        rememberLeaf();
        return;
    }
    m_messages.setStored(node, message.id, message.conversation);
    if (m_changed.remove(node)) save(node);
    storeWaiting();
    rememberLeaf();
}

void ChatSession::save(NodeId node) {
    const MessageRecord& record = m_messages.tree().record(node);
    if (record.id) {
        MessageRecord message = record;
        message.parent = m_messages.tree().record(m_messages.tree().parent(node)).id;
        message.conversation = m_conversation.id;
        m_store->updateMessage(message);
    } else if (m_messages.tree().contains(node)) {
        m_changed.insert(node);
    }
}

MessageTree::Removed ChatSession::remove(NodeId node) {
    const MessageId stored = m_messages.tree().record(node).id;
    MessageTree::Removed removed = m_messages.remove(node);
    if (stored) m_store->removeMessage(stored);
    rememberLeaf();
    return removed;
}

void ChatSession::restore(const MessageTree::Removed& removed) {
    MessageTree::Removed fresh = removed;
    for (MessageRecord& record : fresh.records) record.id = 0;
    m_messages.restore(fresh);
    for (const NodeId node : fresh.nodes) store(node);
}

void ChatSession::showVersion(NodeId node, int step) {
    if (m_messages.showVersion(node, step)) rememberLeaf();
}

void ChatSession::show(NodeId node) {
    m_messages.select(node);
    rememberLeaf();
}

/// The shown branch outlives the program.
void ChatSession::rememberLeaf() {
    const MessageId leaf = m_messages.tree().record(m_messages.tree().leaf()).id;
    if (!m_conversation.id || leaf == m_conversation.leaf || (leaf == 0 && m_messages.tree().leaf())) return;
    m_conversation.leaf = leaf;
    m_store->updateConversation(m_conversation);
}

void ChatSession::setConversation(const ConversationRecord& conversation) {
    if (conversation == m_conversation) return;
    m_conversation = conversation;
    if (m_conversation.id) m_store->updateConversation(m_conversation);
    emit conversationChanged();
}

}  // namespace strata::ui
