#include "ui/models/message_tree.h"

#include <algorithm>

namespace strata::ui {

void MessageTree::assign(QList<MessageRecord> messages, MessageId leaf) {
    m_nodes.clear();
    m_roots.clear();
    m_shownRoot = 0;
    m_leaf = 0;
    std::ranges::sort(messages, {}, &MessageRecord::id);
    QHash<MessageId, NodeId> names;
    for (const MessageRecord& message : messages) names[message.id] = add(names.value(message.parent), message);
    if (names.contains(leaf)) select(names[leaf]);
}

NodeId MessageTree::add(NodeId parent, const MessageRecord& record) {
    const NodeId node = ++m_last;
    Node entry;
    entry.record = record;
    m_nodes.insert(node, entry);
    attach(node, m_nodes.contains(parent) ? parent : 0, -1);
    select(node);
    return node;
}

void MessageTree::attach(NodeId node, NodeId parent, qsizetype position) {
    m_nodes[node].parent = parent;
    QList<NodeId>& siblings = parent ? m_nodes[parent].children : m_roots;
    siblings.insert(position < 0 ? siblings.size() : std::min(position, siblings.size()), node);
}

NodeId& MessageTree::shownChildOf(NodeId parent) {
    return parent ? m_nodes[parent].shownChild : m_shownRoot;
}

const QList<NodeId>& MessageTree::children(NodeId node) const {
    static const QList<NodeId> kNone;
    if (node == 0) return m_roots;
    const auto found = m_nodes.constFind(node);
    return found == m_nodes.constEnd() ? kNone : found->children;
}

const MessageRecord& MessageTree::record(NodeId node) const {
    static const MessageRecord kNone;
    const auto found = m_nodes.constFind(node);
    return found == m_nodes.constEnd() ? kNone : found->record;
}

MessageRecord* MessageTree::edit(NodeId node) {
    const auto found = m_nodes.find(node);
    return found == m_nodes.end() ? nullptr : &found->record;
}

NodeId MessageTree::deepest(NodeId node) const {
    while (node) {
        const QList<NodeId>& below = children(node);
        if (below.isEmpty()) return node;
        const NodeId shown = m_nodes.value(node).shownChild;
        node = below.contains(shown) ? shown : below.last();
    }
    return 0;
}

void MessageTree::select(NodeId node) {
    if (!contains(node)) return;
    for (NodeId at = node; at; at = parent(at)) shownChildOf(parent(at)) = at;
    m_leaf = deepest(node);
}

QList<NodeId> MessageTree::branch() const {
    QList<NodeId> nodes;
    for (NodeId at = m_leaf; at; at = parent(at)) nodes.append(at);
    std::ranges::reverse(nodes);
    return nodes;
}

NodeId MessageTree::find(MessageId message) const {
    for (auto node = m_nodes.cbegin(); node != m_nodes.cend(); ++node) {
        if (message && node->record.id == message) return node.key();
    }
    return 0;
}

MessageTree::Removed MessageTree::remove(NodeId node) {
    Removed removed;
    if (!contains(node)) return removed;
    removed.parent = parent(node);
    removed.leaf = m_leaf;
    const bool wasShown = branch().contains(node);
    QList<NodeId>& siblings = removed.parent ? m_nodes[removed.parent].children : m_roots;
    removed.position = siblings.indexOf(node);
    siblings.removeAt(removed.position);
    removed.nodes.append(node);
    for (qsizetype index = 0; index < removed.nodes.size(); ++index) removed.nodes += children(removed.nodes[index]);
    for (const NodeId gone : removed.nodes) {
        removed.parents.append(parent(gone));
        removed.records.append(record(gone));
    }
    for (const NodeId gone : removed.nodes) m_nodes.remove(gone);
    const NodeId neighbour = siblings.isEmpty() ? 0 : siblings[std::min(removed.position, siblings.size() - 1)];
    if (shownChildOf(removed.parent) == node) shownChildOf(removed.parent) = neighbour;
    if (wasShown) m_leaf = neighbour ? deepest(neighbour) : removed.parent;
    return removed;
}

void MessageTree::restore(const Removed& removed) {
    for (qsizetype index = 0; index < removed.nodes.size(); ++index) {
        Node entry;
        entry.record = removed.records[index];
        m_nodes.insert(removed.nodes[index], entry);
        attach(removed.nodes[index], removed.parents[index], index == 0 ? removed.position : -1);
    }
    select(contains(removed.leaf) ? removed.leaf : removed.nodes.value(0));
}

}  // namespace strata::ui
