// The shown branch of a conversation as a list, one row per message.
#pragma once

#include "ui/models/message_tree.h"

#include <QAbstractListModel>

namespace strata::ui {

enum class MessageState : int {
    Done,
    Waiting,  ///< for a model, or for its turn
    Reading,  ///< the prompt is being evaluated
    Writing,
};

/// GUI thread. Changes of branch are row insertions and removals behind the last message that both branches have.
class ChatTreeModel : public QAbstractListModel {
    Q_OBJECT
public:
    enum ModelRole : int {
        NodeRole = Qt::UserRole,  ///< NodeId
        SpeakerRole,              ///< Role as int
        StatisticsRole,           ///< AnswerStatistics
        StateRole,                ///< MessageState as int
        VersionRole,              ///< from 0
        VersionCountRole,
    };

    using QAbstractListModel::QAbstractListModel;

    [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;
    [[nodiscard]] QHash<int, QByteArray> roleNames() const override;

    void assign(const QList<MessageRecord>& messages, MessageId leaf);
    NodeId add(NodeId parent, const MessageRecord& record);
    MessageTree::Removed remove(NodeId node);
    void restore(const MessageTree::Removed& removed);
    void select(NodeId node);
    /// Shows the version `step` after (before, where negative) the node's; false where there is none.
    bool showVersion(NodeId node, int step);
    /// Text that a running answer adds; cheaper for views than a change of the whole.
    void appendText(NodeId node, const QString& text);
    void setText(NodeId node, const QString& text);
    void setStatistics(NodeId node, const AnswerStatistics& statistics);
    /// At most one message is not Done; a new one ends the state of the one before.
    void setState(NodeId node, MessageState state);
    /// Once the store has named it.
    void setStored(NodeId node, MessageId id, ConversationId conversation);

    [[nodiscard]] const MessageTree& tree() const noexcept { return m_tree; }
    /// -1 where the node is not on the shown branch.
    [[nodiscard]] int rowOf(NodeId node) const { return static_cast<int>(m_branch.indexOf(node)); }
    [[nodiscard]] NodeId nodeAt(int row) const { return m_branch.value(row); }

signals:
    /// Follows the change of the data; without it, dataChanged() means that the whole text may be another.
    void textAppended(int row, const QString& text);

private:
    void follow();
    void announce(NodeId node, const QList<int>& roles);

    MessageTree m_tree;
    QList<NodeId> m_branch;
    NodeId m_busy = 0;
    MessageState m_busyState = MessageState::Done;
};

}  // namespace strata::ui

Q_DECLARE_METATYPE(strata::ui::AnswerStatistics)
