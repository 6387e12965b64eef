// A conversation as a tree: versions of a turn are siblings, and one branch is shown.
#pragma once

#include "ui/store/records.h"

#include <QHash>
#include <QList>

namespace strata::ui {

/// A message within the program, from its first moment; its MessageId comes later, from the store. 0 = none.
using NodeId = quint64;

/// A value type. Names of nodes that are gone are never used again.
class MessageTree {
public:
    /// What remove() took out, for restore().
    struct Removed {
        NodeId parent = 0;
        qsizetype position = 0;        ///< among the siblings
        QList<NodeId> nodes;           ///< the removed one first, parents before children
        QList<NodeId> parents;         ///< of each of them
        QList<MessageRecord> records;  ///< of each of them
        NodeId leaf = 0;               ///< of the branch that was shown
        [[nodiscard]] bool isEmpty() const noexcept { return nodes.isEmpty(); }
    };

    /// Replaces everything. A message whose parent does not exist, or is no older, begins the conversation anew
    /// instead of being lost. `leaf` = 0 or unknown: the newest message is the end of the shown branch.
    void assign(QList<MessageRecord> messages, MessageId leaf);
    /// The new node becomes the end of the shown branch. `parent` = 0: a first message.
    NodeId add(NodeId parent, const MessageRecord& record);
    /// With all that follows it. Where the shown branch went through it, a neighbouring version takes its place.
    Removed remove(NodeId node);
    void restore(const Removed& removed);
    /// Shows the branch through `node`; below it, the versions that were last shown.
    void select(NodeId node);

    [[nodiscard]] bool contains(NodeId node) const { return m_nodes.contains(node); }
    [[nodiscard]] const MessageRecord& record(NodeId node) const;
    /// nullptr where there is none.
    [[nodiscard]] MessageRecord* edit(NodeId node);
    [[nodiscard]] NodeId parent(NodeId node) const { return m_nodes.value(node).parent; }
    /// All versions of the node's turn, itself included.
    [[nodiscard]] const QList<NodeId>& versions(NodeId node) const { return children(parent(node)); }
    [[nodiscard]] const QList<NodeId>& children(NodeId node) const;
    /// From the first message to the end of the shown branch.
    [[nodiscard]] QList<NodeId> branch() const;
    [[nodiscard]] NodeId leaf() const { return m_leaf; }
    [[nodiscard]] NodeId find(MessageId message) const;

private:
    struct Node {
        MessageRecord record;
        NodeId parent = 0;
        NodeId shownChild = 0;
        QList<NodeId> children;
    };
    void attach(NodeId node, NodeId parent, qsizetype position);
    [[nodiscard]] NodeId deepest(NodeId node) const;
    [[nodiscard]] NodeId& shownChildOf(NodeId parent);

    QHash<NodeId, Node> m_nodes;
    QList<NodeId> m_roots;
    NodeId m_shownRoot = 0;
    NodeId m_leaf = 0;
    NodeId m_last = 0;
};

}  // namespace strata::ui
