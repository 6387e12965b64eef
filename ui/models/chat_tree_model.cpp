#include "ui/models/chat_tree_model.h"

#include <algorithm>

namespace strata::ui {

int ChatTreeModel::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(m_branch.size());
}

QVariant ChatTreeModel::data(const QModelIndex& index, int role) const {
    if (!checkIndex(index, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid)) return {};
    const NodeId node = m_branch[index.row()];
    const MessageRecord& record = m_tree.record(node);
    switch (role) {
        case Qt::DisplayRole:
            return record.text;
        case NodeRole:
            return node;
        case SpeakerRole:
            return static_cast<int>(record.role);
        case StatisticsRole:
            return QVariant::fromValue(record.statistics);
        case StateRole:
            return static_cast<int>(node == m_busy ? m_busyState : MessageState::Done);
        case VersionRole:
            return static_cast<int>(m_tree.versions(node).indexOf(node));
        case VersionCountRole:
            return static_cast<int>(m_tree.versions(node).size());
        default:
            return {};
    }
}

QHash<int, QByteArray> ChatTreeModel::roleNames() const {
    return {{Qt::DisplayRole, "text"},         {NodeRole, "node"},   {SpeakerRole, "speaker"},
            {StatisticsRole, "statistics"},    {StateRole, "state"}, {VersionRole, "version"},
            {VersionCountRole, "versionCount"}};
}

void ChatTreeModel::assign(const QList<MessageRecord>& messages, MessageId leaf) {
    beginResetModel();
    m_tree.assign(messages, leaf);
    m_branch = m_tree.branch();
    m_busy = 0;
    endResetModel();
}

NodeId ChatTreeModel::add(NodeId parent, const MessageRecord& record) {
    const NodeId node = m_tree.add(parent, record);
    follow();
    return node;
}

MessageTree::Removed ChatTreeModel::remove(NodeId node) {
    MessageTree::Removed removed = m_tree.remove(node);
    if (removed.nodes.contains(m_busy)) m_busy = 0;
    follow();
    return removed;
}

void ChatTreeModel::restore(const MessageTree::Removed& removed) {
    if (removed.isEmpty()) return;
    m_tree.restore(removed);
    follow();
}

void ChatTreeModel::select(NodeId node) {
    m_tree.select(node);
    follow();
}

bool ChatTreeModel::showVersion(NodeId node, int step) {
    const QList<NodeId>& versions = m_tree.versions(node);
    const qsizetype wanted = versions.indexOf(node) + step;
    if (!m_tree.contains(node) || wanted < 0 || wanted >= versions.size()) return false;
    select(versions[wanted]);
    return true;
}

/// Rows of both branches stay; what follows is removed and inserted, and the counts of versions may have changed.
void ChatTreeModel::follow() {
    const QList<NodeId> branch = m_tree.branch();
    const auto mine = std::ranges::mismatch(std::as_const(m_branch), branch).in1;
    const int common = static_cast<int>(mine - m_branch.cbegin());
    if (m_branch.size() > common) {
        beginRemoveRows({}, common, static_cast<int>(m_branch.size()) - 1);
        m_branch.resize(common);
        endRemoveRows();
    }
    if (branch.size() > common) {
        beginInsertRows({}, common, static_cast<int>(branch.size()) - 1);
        m_branch = branch;
        endInsertRows();
    }
    if (common > 0) emit dataChanged(index(0), index(common - 1), {VersionRole, VersionCountRole});
}

void ChatTreeModel::announce(NodeId node, const QList<int>& roles) {
    const int row = rowOf(node);
    if (row >= 0) emit dataChanged(index(row), index(row), roles);
}

void ChatTreeModel::appendText(NodeId node, const QString& text) {
    MessageRecord* record = m_tree.edit(node);
    if (!record || text.isEmpty()) return;
    record->text += text;
    const int row = rowOf(node);
    if (row >= 0) emit textAppended(row, text);
}

void ChatTreeModel::setText(NodeId node, const QString& text) {
    MessageRecord* record = m_tree.edit(node);
    if (!record || record->text == text) return;
    record->text = text;
    announce(node, {Qt::DisplayRole});
}

void ChatTreeModel::setStatistics(NodeId node, const AnswerStatistics& statistics) {
    MessageRecord* record = m_tree.edit(node);
    if (!record) return;
    record->statistics = statistics;
    announce(node, {StatisticsRole});
}

void ChatTreeModel::setState(NodeId node, MessageState state) {
    const NodeId before = std::exchange(m_busy, state == MessageState::Done ? 0 : node);
    m_busyState = state;
    if (before && before != node) announce(before, {StateRole});
    announce(node, {StateRole});
}

void ChatTreeModel::setStored(NodeId node, MessageId id, ConversationId conversation) {
    if (MessageRecord* record = m_tree.edit(node)) {
        record->id = id;
        record->conversation = conversation;
    }
}

}  // namespace strata::ui
