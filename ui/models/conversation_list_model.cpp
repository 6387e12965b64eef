#include "ui/models/conversation_list_model.h"

#include "ui/models/natural_order.h"

#include <QCoreApplication>
#include <QHash>
#include <algorithm>
#include <array>

namespace strata::ui {
namespace {

constexpr QLatin1String kPinned("pinned");
constexpr QLatin1String kFolder("folder/");
constexpr std::array kDays = {QLatin1String("today"), QLatin1String("yesterday"), QLatin1String("week"),
                              QLatin1String("older")};

QString say(const char* text) {
    return QCoreApplication::translate("ConversationListModel", text);
}

bool isNewer(const ConversationRecord& left, const ConversationRecord& right) {
    return left.updatedMs != right.updatedMs ? left.updatedMs > right.updatedMs : left.id > right.id;
}

/// Folders stand between the pinned conversations and the days.
int rankOf(const QString& group) {
    if (group == kPinned) return 0;
    if (group.startsWith(kFolder)) return 1;
    return 2 + static_cast<int>(std::ranges::find(kDays, group) - kDays.begin());
}

bool standsBefore(const QString& left, const QString& right) {
    if (rankOf(left) != rankOf(right)) return rankOf(left) < rankOf(right);
    static const QCollator collator = naturalOrder();
    const int order = collator.compare(left, right);
    return order != 0 ? order < 0 : left < right;
}

}  // namespace

QString groupTitle(const QString& group) {
    if (group.startsWith(kFolder)) return group.mid(kFolder.size());
    if (group == kPinned) return say(QT_TRANSLATE_NOOP("ConversationListModel", "Pinned"));
    if (group == kDays[0]) return say(QT_TRANSLATE_NOOP("ConversationListModel", "Today"));
    if (group == kDays[1]) return say(QT_TRANSLATE_NOOP("ConversationListModel", "Yesterday"));
    if (group == kDays[2]) return say(QT_TRANSLATE_NOOP("ConversationListModel", "Last week"));
    return say(QT_TRANSLATE_NOOP("ConversationListModel", "Older"));
}

ConversationListModel::ConversationListModel(QObject* parent, Clock clock)
    : QAbstractListModel(parent), m_clock(std::move(clock)) {
    m_midnight.setSingleShot(true);
    m_midnight.setTimerType(Qt::VeryCoarseTimer);
    connect(&m_midnight, &QTimer::timeout, this, &ConversationListModel::refresh);
    waitForMidnight();
}

int ConversationListModel::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(m_rows.size());
}

QVariant ConversationListModel::data(const QModelIndex& index, int role) const {
    if (!checkIndex(index, CheckIndexOption::IndexIsValid)) return {};
    const Row& row = m_rows[index.row()];
    if (role == GroupRole) return row.group;
    if (role == HeadingRole) return row.isHeading();
    if (role == ConversationRole) return row.conversation.id;
    if (row.isHeading()) {
        if (role == Qt::DisplayRole) return groupTitle(row.group);
        return role == CollapsedRole ? QVariant(m_collapsed.contains(row.group)) : QVariant();
    }
    const ConversationRecord& conversation = row.conversation;
    switch (role) {
        case Qt::DisplayRole:
            return conversation.title.isEmpty() ? say(QT_TRANSLATE_NOOP("ConversationListModel", "New chat"))
                                                : conversation.title;
        case PinnedRole:
            return conversation.pinned;
        case FolderRole:
            return conversation.folder;
        case UpdatedMsRole:
            return conversation.updatedMs;
        case RecordRole:
            return QVariant::fromValue(conversation);
        default:
            return {};
    }
}

Qt::ItemFlags ConversationListModel::flags(const QModelIndex& index) const {
    if (!index.isValid()) return Qt::NoItemFlags;
    const Qt::ItemFlags heading = Qt::ItemIsEnabled | Qt::ItemNeverHasChildren;
    return m_rows[index.row()].isHeading() ? heading : heading | Qt::ItemIsSelectable;
}

void ConversationListModel::setConversations(const QList<ConversationRecord>& conversations) {
    m_conversations = conversations;
    std::ranges::sort(m_conversations, isNewer);
    refresh();
}

void ConversationListModel::put(const ConversationRecord& conversation) {
    m_conversations.removeIf([&](const ConversationRecord& other) { return other.id == conversation.id; });
    m_conversations.insert(std::ranges::lower_bound(m_conversations, conversation, isNewer), conversation);
    refresh();
}

void ConversationListModel::remove(ConversationId conversation) {
    m_conversations.removeIf([&](const ConversationRecord& other) { return other.id == conversation; });
    refresh();
}

void ConversationListModel::setCollapsed(const QString& group, bool collapsed) {
    if (m_collapsed.contains(group) == collapsed) return;
    if (collapsed)
        m_collapsed.insert(group);
    else
        m_collapsed.remove(group);
    refresh();
    for (int row = 0; row < m_rows.size(); ++row)
        if (m_rows[row].isHeading() && m_rows[row].group == group)
            emit dataChanged(index(row), index(row), {CollapsedRole});
}

// Rows keep their identity: what is gone is removed, what is new inserted, and the rest moved to its place.
void ConversationListModel::refresh() {
    const QList<Row> rows = arrange();
    removeOthers(rows);
    for (int at = 0; at < rows.size(); ++at) place(rows[at], at);
    waitForMidnight();
}

int ConversationListModel::rowOf(ConversationId conversation) const {
    const auto found = std::ranges::find(m_rows, conversation, [](const Row& row) { return row.conversation.id; });
    return conversation != 0 && found != m_rows.end() ? static_cast<int>(found - m_rows.begin()) : -1;
}

const ConversationRecord* ConversationListModel::find(ConversationId conversation) const {
    const auto found = std::ranges::find(m_conversations, conversation, &ConversationRecord::id);
    return found != m_conversations.end() ? &*found : nullptr;
}

QStringList ConversationListModel::folders() const {
    QStringList folders;
    for (const ConversationRecord& conversation : m_conversations)
        if (!conversation.folder.isEmpty()) folders.append(conversation.folder);
    folders.removeDuplicates();
    std::ranges::sort(folders, naturalOrder());
    return folders;
}

QString ConversationListModel::groupOf(const ConversationRecord& conversation, const QDate& today) const {
    if (conversation.pinned) return kPinned;
    if (!conversation.folder.isEmpty()) return kFolder + conversation.folder;
    const qint64 days = QDateTime::fromMSecsSinceEpoch(conversation.updatedMs).date().daysTo(today);
    if (days <= 0) return kDays[0];
    if (days == 1) return kDays[1];
    return days <= 7 ? kDays[2] : kDays[3];
}

QList<ConversationListModel::Row> ConversationListModel::arrange() const {
    const QDate today = m_clock().date();
    QHash<QString, QList<Row>> groups;
    for (const ConversationRecord& conversation : m_conversations) {
        const QString group = groupOf(conversation, today);
        groups[group].append({group, conversation});
    }
    QStringList order = groups.keys();
    std::ranges::sort(order, standsBefore);
    QList<Row> rows;
    for (const QString& group : order) {
        rows.append({group, {}});
        if (!m_collapsed.contains(group)) rows.append(groups.value(group));
    }
    return rows;
}

void ConversationListModel::removeOthers(const QList<Row>& rows) {
    QSet<ConversationId> conversations;
    QSet<QString> headings;
    for (const Row& row : rows) {
        if (row.isHeading())
            headings.insert(row.group);
        else
            conversations.insert(row.conversation.id);
    }
    for (int at = static_cast<int>(m_rows.size()) - 1; at >= 0; --at) {
        const Row& row = m_rows[at];
        if (row.isHeading() ? headings.contains(row.group) : conversations.contains(row.conversation.id)) continue;
        beginRemoveRows({}, at, at);
        m_rows.removeAt(at);
        endRemoveRows();
    }
}

void ConversationListModel::place(const Row& row, int at) {
    const auto found =
        std::find_if(m_rows.begin() + at, m_rows.end(), [&](const Row& other) { return other.isSameAs(row); });
    const int from = static_cast<int>(found - m_rows.begin());
    if (found == m_rows.end()) {
        beginInsertRows({}, at, at);
        m_rows.insert(at, row);
        endInsertRows();
        return;
    }
    if (from != at) {
        beginMoveRows({}, from, from, {}, at);
        m_rows.move(from, at);
        endMoveRows();
    }
    if (m_rows[at] == row) return;
    m_rows[at] = row;
    emit dataChanged(index(at), index(at));
}

void ConversationListModel::waitForMidnight() {
    const QDateTime now = QDateTime::currentDateTime();
    m_midnight.start(static_cast<int>(now.msecsTo(now.date().addDays(1).startOfDay())) + 1000);
}

}  // namespace strata::ui
