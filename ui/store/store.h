// What the application remembers: conversations, models, presets, jobs and settings, in one SQLite database.
#pragma once

#include "ui/store/database.h"
#include "ui/store/records.h"
#include "ui/store/schema.h"
#include "ui/store/search_index.h"

#include <QHash>
#include <QList>
#include <QString>
#include <memory>

namespace strata::ui {

struct StoreOptions {
    DatabaseOptions database = {};
    QList<Migration> migrations = builtInMigrations();
    bool allowFts = true;
};

/// All calls wait for the disk, and all must come from the thread that opened it: StoreController gives it one of its
/// own. Several programs may have one database open; a write waits for another's. Every call is one transaction: it has
/// happened wholly or not at all. Errors of any call: Busy, ReadOnly, DiskFull, Corrupt, Failed.
class Store {
public:
    struct Opened {
        std::unique_ptr<Store> store;
        QString movedAside;  ///< where a damaged database was put; empty = it was sound
        QString damage;      ///< what was wrong with it
    };
    /// Creates and migrates. A database that cannot be read is renamed to PATH.damaged-TIME (with its WAL), and an
    /// empty one takes its place. Further errors: CannotOpen, Foreign, NewerSchema; these leave the file as it is.
    [[nodiscard]] static StoreResult<Opened> open(const QString& path, const StoreOptions& options = {});

    [[nodiscard]] bool hasFts() const noexcept { return m_search.hasFts(); }
    /// For a search index that turned out to be damaged: it is made anew from the messages.
    [[nodiscard]] StoreResult<void> rebuildSearch() { return m_search.rebuild(m_database); }

    [[nodiscard]] StoreResult<QList<ConversationRecord>> conversations() const;  ///< last changed first
    /// Gives the number; times that are 0 become now.
    [[nodiscard]] StoreResult<ConversationRecord> addConversation(ConversationRecord conversation);
    /// Errors: NotFound (removed for good meanwhile).
    [[nodiscard]] StoreResult<void> updateConversation(const ConversationRecord& conversation);
    [[nodiscard]] StoreResult<void> setConversationRemoved(ConversationId conversation, bool removed);
    /// Deletes for good those of `conversations` that are removed, and whatever was removed before `beforeMs`.
    [[nodiscard]] StoreResult<void> purgeRemoved(const QList<ConversationId>& conversations, qint64 beforeMs);

    [[nodiscard]] StoreResult<QList<MessageRecord>> messages(ConversationId conversation) const;  ///< oldest first
    /// Gives the number; the message becomes its conversation's leaf. Errors: Failed when the parent is not of this
    /// conversation or either is gone.
    [[nodiscard]] StoreResult<MessageRecord> addMessage(MessageRecord message);
    /// Text and statistics. Errors: NotFound.
    [[nodiscard]] StoreResult<void> updateMessage(const MessageRecord& message);
    /// With all that follows it; a leaf among them moves to the message's parent.
    [[nodiscard]] StoreResult<void> removeMessage(MessageId message);
    /// A conversation and its messages, whose numbers and parents are those of another database, or of none.
    [[nodiscard]] StoreResult<ConversationRecord> import(ConversationRecord conversation,
                                                         const QList<MessageRecord>& messages);
    [[nodiscard]] StoreResult<QList<SearchHit>> search(const QString& words) const;

    [[nodiscard]] StoreResult<QList<StackRecord>> stacks() const;
    [[nodiscard]] StoreResult<void> saveStack(const StackRecord& stack);
    [[nodiscard]] StoreResult<void> removeStack(const QString& path);
    [[nodiscard]] StoreResult<QList<PresetRecord>> presets() const;
    [[nodiscard]] StoreResult<void> savePreset(const PresetRecord& preset);
    [[nodiscard]] StoreResult<void> removePreset(const QString& name);
    [[nodiscard]] StoreResult<QList<JobRecord>> jobs() const;
    [[nodiscard]] StoreResult<JobRecord> addJob(JobRecord job);
    [[nodiscard]] StoreResult<void> updateJob(const JobRecord& job);
    [[nodiscard]] StoreResult<void> removeJob(qint64 job);

    [[nodiscard]] StoreResult<QHash<QString, QVariant>> settings() const;
    /// An invalid value removes the setting.
    [[nodiscard]] StoreResult<void> saveSettings(const QHash<QString, QVariant>& settings);

    /// A number that changes whenever another connection has written.
    [[nodiscard]] StoreResult<qint64> foreignVersion() const;

private:
    Store(Database database, SearchIndex search) : m_database(std::move(database)), m_search(search) {}
    [[nodiscard]] static StoreResult<std::unique_ptr<Store>> openSound(const QString& path,
                                                                       const StoreOptions& options);
    [[nodiscard]] StoreResult<qint64> insertConversation(const ConversationRecord& conversation);
    [[nodiscard]] StoreResult<qint64> insertMessage(const MessageRecord& message);
    [[nodiscard]] StoreResult<void> change(const QString& sql, const QVariantList& values);
    Database m_database;
    SearchIndex m_search;
};

}  // namespace strata::ui
