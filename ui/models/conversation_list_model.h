// The conversations as the side column shows them: under headings, the pinned ones first.
#pragma once

#include "ui/store/records.h"

#include <QAbstractListModel>
#include <QDateTime>
#include <QList>
#include <QSet>
#include <QString>
#include <QTimer>
#include <functional>

namespace strata::ui {

/// A flat list in which headings are rows too (they cannot be selected): Pinned, then a heading per folder, then Today,
/// Yesterday, Last week and Older for what lies in no folder; the last changed first in each. GUI thread.
class ConversationListModel : public QAbstractListModel {
    Q_OBJECT
public:
    enum Role : int {
        ConversationRole = Qt::UserRole + 1,  ///< ConversationId; 0 for headings
        HeadingRole,                          ///< bool
        GroupRole,                            ///< key of the heading or of the heading above: "pinned", "folder/NAME",
                                              ///< "today", "yesterday", "week", "older"
        CollapsedRole,                        ///< bool, of headings
        PinnedRole,                           ///< bool
        FolderRole,
        UpdatedMsRole,
        RecordRole,
    };
    using Clock = std::function<QDateTime()>;

    explicit ConversationListModel(
        QObject* parent = nullptr, Clock clock = [] { return QDateTime::currentDateTime(); });

    [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;
    [[nodiscard]] Qt::ItemFlags flags(const QModelIndex& index) const override;

    void setConversations(const QList<ConversationRecord>& conversations);
    /// Adds the conversation, or replaces that of the same number.
    void put(const ConversationRecord& conversation);
    void remove(ConversationId conversation);
    /// Hides the rows below a heading.
    void setCollapsed(const QString& group, bool collapsed);
    /// Sorts anew by the present day; happens by itself at midnight.
    void refresh();

    [[nodiscard]] int rowOf(ConversationId conversation) const;
    /// nullptr when there is none of that number; valid until the next change.
    [[nodiscard]] const ConversationRecord* find(ConversationId conversation) const;
    /// Of all conversations, sorted.
    [[nodiscard]] QStringList folders() const;

private:
    struct Row {
        QString group;
        ConversationRecord conversation;  // number 0 = the heading
        [[nodiscard]] bool isHeading() const noexcept { return conversation.id == 0; }
        [[nodiscard]] bool isSameAs(const Row& other) const noexcept {
            return conversation.id == other.conversation.id && (!isHeading() || group == other.group);
        }
        [[nodiscard]] bool operator==(const Row&) const = default;
    };
    [[nodiscard]] QString groupOf(const ConversationRecord& conversation, const QDate& today) const;
    [[nodiscard]] QList<Row> arrange() const;
    void removeOthers(const QList<Row>& rows);
    void place(const Row& row, int at);
    void waitForMidnight();

    Clock m_clock;
    QList<ConversationRecord> m_conversations;  // last changed first
    QList<Row> m_rows;
    QSet<QString> m_collapsed;
    QTimer m_midnight;
};

/// "Pinned", "Today" and so on; a folder's name.
[[nodiscard]] QString groupTitle(const QString& group);

}  // namespace strata::ui
