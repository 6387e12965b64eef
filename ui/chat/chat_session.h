// One open conversation: its messages, and their way into the store.
#pragma once

#include "ui/controllers/engine_types.h"
#include "ui/models/chat_tree_model.h"

#include <QObject>
#include <QSet>

namespace strata::ui {

class StoreController;

/// GUI thread. The store names conversations and messages later than they begin to exist here; until then what refers
/// to them waits. A conversation without messages is not stored.
class ChatSession : public QObject {
    Q_OBJECT
public:
    ChatSession(StoreController* store, const ConversationRecord& conversation, QObject* parent = nullptr);

    [[nodiscard]] ChatTreeModel* messages() noexcept { return &m_messages; }
    [[nodiscard]] const ConversationRecord& conversation() const noexcept { return m_conversation; }
    [[nodiscard]] bool isLoading() const noexcept { return m_loadRequest != 0; }
    /// Something has no name yet, or waits to be read: the session must live on.
    [[nodiscard]] bool isBusy() const noexcept;

    /// Becomes the end of the shown branch.
    NodeId add(NodeId parent, Role role, const QString& text, const AnswerStatistics& statistics = {});
    /// Text and statistics, as they are in the model now.
    void save(NodeId node);
    MessageTree::Removed remove(NodeId node);
    /// As new messages of the store: what it has removed is gone there.
    void restore(const MessageTree::Removed& removed);
    void showVersion(NodeId node, int step);
    void show(NodeId node);
    /// `change` alters the record, which is then saved.
    template <class Change>
    void update(Change&& change) {
        ConversationRecord changed = m_conversation;
        change(changed);
        setConversation(changed);
    }

signals:
    void loaded();
    void conversationChanged();
    /// It has got its number.
    void stored();

private:
    void setConversation(const ConversationRecord& conversation);
    void ensureConversation();
    void store(NodeId node);
    void storeWaiting();
    void rememberLeaf();
    void takeConversation(RequestId request, const ConversationRecord& conversation);
    void takeMessage(RequestId request, const MessageRecord& message);
    void forget(RequestId request);
    void takeMessages(RequestId request, const QList<MessageRecord>& messages);

    StoreController* m_store;
    ConversationRecord m_conversation;
    ChatTreeModel m_messages;
    RequestId m_loadRequest = 0;
    RequestId m_createRequest = 0;
    QHash<RequestId, NodeId> m_creating;
    QList<NodeId> m_unstored;  ///< wait for the conversation's or the parent's name
    QSet<NodeId> m_changed;    ///< saved once they have a name
};

}  // namespace strata::ui
