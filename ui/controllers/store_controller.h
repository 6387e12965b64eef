// The window's road to the store: reads and writes run on the store's own thread, in order; answers are queued signals.
#pragma once

#include "ui/controllers/engine_types.h"
#include "ui/store/records.h"

#include <QHash>
#include <QList>
#include <QObject>
#include <QString>
#include <QVariant>
#include <memory>

namespace strata::ui {

/// Lives on the GUI thread; no call waits. The one writer of the database is the thread that it owns. Requests are
/// answered in the order in which they were made; those that create something name it in their answer.
class StoreController : public QObject {
    Q_OBJECT
public:
    /// Opens (creates, migrates) the database at `path`; opened() or openFailed() tells.
    explicit StoreController(const QString& path, QObject* parent = nullptr);
    ~StoreController() override;

    /// Settings and window state; read whole at the start (settingsLoaded), then answered from memory.
    [[nodiscard]] QVariant setting(const QString& key, const QVariant& fallback = {}) const;
    void setSetting(const QString& key, const QVariant& value);

    void loadConversations();
    RequestId createConversation(const ConversationRecord& conversation);
    void updateConversation(const ConversationRecord& conversation);
    /// With its messages; undone by restoreConversation() until purgeRemoved() or the next start.
    void removeConversation(ConversationId conversation);
    void restoreConversation(ConversationId conversation);
    /// Deletes for good what this window has removed; its end does the same.
    void purgeRemoved();
    /// Adds what parseConversation() has read; answered by conversationCreated().
    RequestId importConversation(const ConversationRecord& conversation, const QList<MessageRecord>& messages);
    RequestId loadMessages(ConversationId conversation);
    /// The new message becomes the leaf of its conversation, whose time of change is the message's.
    RequestId createMessage(const MessageRecord& message);
    /// Text and statistics; called about once a second while an answer streams.
    void updateMessage(const MessageRecord& message);
    /// With all that follows it.
    void removeMessage(MessageId message);
    RequestId search(const QString& words);

    void loadStacks();
    void saveStack(const StackRecord& stack);
    void removeStack(const QString& path);
    void loadPresets();
    void savePreset(const PresetRecord& preset);
    void removePreset(const QString& name);
    void loadJobs();
    RequestId createJob(const JobRecord& job);
    void updateJob(const JobRecord& job);
    void removeJob(qint64 job);
    /// Everything asked for before has been written when flushed() answers.
    RequestId flush();

signals:
    void opened();
    /// The database could not be read and was moved aside (`problem` says where); an empty one took its place.
    void replaced(const strata::ui::Problem& problem);
    /// Nothing will be remembered; settings have their fallbacks (settingsLoaded() follows).
    void openFailed(const strata::ui::Problem& problem);
    /// One of the orders could not be done; what was stored before is unchanged.
    void failed(const strata::ui::Problem& problem);
    /// The same, before failed(), for orders that have a number.
    void requestFailed(strata::ui::RequestId request, const strata::ui::Problem& problem);
    /// Another window or program has written to the database: what was loaded may be old. At most every two seconds.
    void changedElsewhere();
    void settingsLoaded();
    void conversationsLoaded(const QList<strata::ui::ConversationRecord>& conversations);
    void conversationCreated(strata::ui::RequestId request, const strata::ui::ConversationRecord& conversation);
    void messagesLoaded(strata::ui::RequestId request, strata::ui::ConversationId conversation,
                        const QList<strata::ui::MessageRecord>& messages);
    void messageCreated(strata::ui::RequestId request, const strata::ui::MessageRecord& message);
    void searched(strata::ui::RequestId request, const QList<strata::ui::SearchHit>& hits);
    void stacksLoaded(const QList<strata::ui::StackRecord>& stacks);
    void presetsLoaded(const QList<strata::ui::PresetRecord>& presets);
    void jobsLoaded(const QList<strata::ui::JobRecord>& jobs);
    void jobCreated(strata::ui::RequestId request, const strata::ui::JobRecord& job);
    void flushed(strata::ui::RequestId request);

private:
    struct Private;
    std::unique_ptr<Private> m_d;
};

}  // namespace strata::ui
