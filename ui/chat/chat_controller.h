// What happens in a chat: joins the messages, the engine and the store. No widgets.
#pragma once

#include "ui/chat/chat_session.h"

#include <QObject>
#include <QTimer>

namespace strata::ui {

class EngineController;

/// GUI thread. One conversation is shown; an answer that was begun in another goes on there and is saved there.
class ChatController : public QObject {
    Q_OBJECT
public:
    enum class State : int {
        Idle,
        Waiting,  ///< for a model
        Reading,  ///< the engine evaluates the prompt
        Writing,
    };

    /// Both live longer.
    ChatController(EngineController* engine, StoreController* store, QObject* parent = nullptr);
    ~ChatController() override;

    /// Another object after each conversationOpened().
    [[nodiscard]] ChatTreeModel* messages() const;
    [[nodiscard]] const ConversationRecord& conversation() const;
    [[nodiscard]] bool isLoading() const;
    /// Of the shown conversation.
    [[nodiscard]] State state() const noexcept;
    [[nodiscard]] bool isAnsweringElsewhere() const noexcept;
    /// Written while an answer was running: sent after it.
    [[nodiscard]] QString queuedText() const;
    [[nodiscard]] const PresetRecord& sampling() const noexcept { return m_sampling; }
    [[nodiscard]] bool thinking() const noexcept { return m_thinking; }
    [[nodiscard]] OverflowPolicy overflow() const noexcept { return m_overflow; }
    [[nodiscard]] bool willRecompute() const noexcept { return m_recompute; }
    /// Deletions in the shown conversation that can be undone, the last one first.
    [[nodiscard]] int undoableRemoves() const;
    /// What was last given to setDraft(), or came with the conversation.
    [[nodiscard]] const QString& draft() const noexcept { return m_draft; }

    void newConversation();
    /// `message` = 0: as it was last shown; else on the branch of that message.
    void openConversation(const ConversationRecord& conversation, MessageId message = 0);
    void send(const QString& text);
    void cancelQueued();
    void stop();
    /// Another version of an answer, or a first one where a message has none.
    void regenerate(NodeId node);
    /// Another version of the message; of a user's it is answered.
    void edit(NodeId node, const QString& text);
    /// Only at the end of the branch.
    void continueAnswer(NodeId node);
    void remove(NodeId node);
    void undoRemove();
    /// They stay deleted.
    void forgetRemoved();
    void showVersion(NodeId node, int step);

    /// Title, folder and pin of any conversation, open or not.
    void changeConversation(const ConversationRecord& changed);
    /// Before it is removed: ends its answer, and shows a new conversation in its place.
    void closeConversation(ConversationId conversation);
    void setDraft(const QString& text);
    void setSystemPrompt(const QString& prompt);
    /// Takes the preset's name and system prompt over into the conversation.
    void applyPreset(const PresetRecord& preset);
    void setSampling(const PresetRecord& sampling);
    void setThinking(bool thinking);
    /// Holds from the next load of a model on (setting "chat/overflow").
    void setOverflow(OverflowPolicy policy);
    /// The next answer evaluates the whole conversation with the blocks that are resident then.
    void recomputeContext(bool recompute);

signals:
    /// messages() is another object now.
    void conversationOpened();
    /// Its messages have come from the store; `node` is the one that openConversation() asked for, or 0.
    void messagesLoaded(strata::ui::NodeId node);
    /// Title, folder, draft or number.
    void conversationChanged(const strata::ui::ConversationRecord& conversation);
    void stateChanged();
    void queuedChanged();
    void samplingChanged();
    /// 0..1, while the engine reads a long prompt for the shown conversation.
    void prefillProgressed(double fraction);
    void answerFailed(const strata::ui::Problem& problem);
    void answerFinished();
    void undoableRemovesChanged(int count);

private:
    struct Answer {
        ChatSession* session = nullptr;
        NodeId node = 0;    ///< the message that is being written; 0 while waiting for a model
        NodeId parent = 0;  ///< what is answered
        RequestId request = 0;
        State state = State::Idle;
        bool continues = false;
        AnswerStatistics before;  ///< of an answer that is continued
    };

    void connectEngine();
    void show(ChatSession* session, MessageId message);
    void retire(ChatSession* session);
    void begin(ChatSession* session, NodeId parent);
    void ask();
    [[nodiscard]] AnswerRequest requestFor(const Answer& answer) const;
    [[nodiscard]] bool isMine(RequestId request) const;
    void setAnswerState(State state);
    void takeText(const QString& text);
    void takeEnd(AnswerStatistics statistics);
    void takeFailure(const Problem& problem);
    void end();
    void savePartial();
    void sendQueued();
    void loadSampling();
    void saveSampling();

    EngineController* m_engine;
    StoreController* m_store;
    ChatSession* m_shown = nullptr;
    Answer m_answer;
    QTimer m_saveTimer;
    QTimer m_draftTimer;
    QString m_draft;
    QString m_queuedText;
    ChatSession* m_queuedSession = nullptr;
    QList<MessageTree::Removed> m_removed;
    ChatSession* m_removedFrom = nullptr;
    PresetRecord m_sampling;
    bool m_thinking = true;
    bool m_recompute = false;
    OverflowPolicy m_overflow = OverflowPolicy::Roll;
};

}  // namespace strata::ui
