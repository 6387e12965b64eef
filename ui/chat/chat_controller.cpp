#include "ui/chat/chat_controller.h"

#include "ui/chat/sampling_text.h"
#include "ui/controllers/engine_controller.h"
#include "ui/controllers/store_controller.h"
#include "ui/store/conversation_file.h"

#include <algorithm>

namespace strata::ui {
namespace {

constexpr int kSaveMs = 1000;
// A crash may cost a second of an answer: what waits and what is being written must both fit into it.
constexpr int kSaveAnswerMs = 500;
constexpr auto kSamplingKey = "chat/sampling";
constexpr auto kThinkingKey = "chat/thinking";
constexpr auto kOverflowKey = "chat/overflow";
constexpr auto kDraftKey = "chat/draft";

}  // namespace

ChatController::ChatController(EngineController* engine, StoreController* store, QObject* parent)
    : QObject(parent), m_engine(engine), m_store(store) {
    m_saveTimer.setSingleShot(true);
    m_saveTimer.setInterval(kSaveAnswerMs);
    connect(&m_saveTimer, &QTimer::timeout, this, &ChatController::savePartial);
    m_draftTimer.setSingleShot(true);
    m_draftTimer.setInterval(kSaveMs);
    connect(&m_draftTimer, &QTimer::timeout, this, [this] {
        if (m_shown->conversation().id) {
            m_shown->update([this](ConversationRecord& record) { record.draft = m_draft; });
        } else {
            m_store->setSetting(QLatin1String(kDraftKey), m_draft);
        }
    });
    connectEngine();
    connect(store, &StoreController::settingsLoaded, this, &ChatController::loadSampling);
    show(new ChatSession(store, ConversationRecord{}, this), 0);
    loadSampling();
}

ChatController::~ChatController() {
    if (m_answer.node) savePartial();
}

void ChatController::connectEngine() {
    connect(m_engine, &EngineController::stateChanged, this, [this](EngineState state) {
        if (m_answer.state == State::Waiting && !m_answer.request && state != EngineState::Empty) ask();
    });
    connect(m_engine, &EngineController::answerStarted, this, [this](RequestId request) {
        if (isMine(request)) setAnswerState(State::Reading);
    });
    connect(m_engine, &EngineController::prefillProgressed, this, [this](RequestId request, double fraction) {
        if (isMine(request) && m_answer.session == m_shown) emit prefillProgressed(fraction);
    });
    connect(m_engine, &EngineController::textArrived, this, [this](RequestId request, const QString& text) {
        if (isMine(request)) takeText(text);
    });
    connect(m_engine, &EngineController::answerFinished, this,
            [this](RequestId request, const AnswerStatistics& statistics) {
                if (isMine(request)) takeEnd(statistics);
            });
    connect(m_engine, &EngineController::answerFailed, this, [this](RequestId request, const Problem& problem) {
        if (isMine(request)) takeFailure(problem);
    });
}

bool ChatController::isMine(RequestId request) const {
    return m_answer.request && request == m_answer.request;
}

ChatTreeModel* ChatController::messages() const {
    return m_shown->messages();
}

const ConversationRecord& ChatController::conversation() const {
    return m_shown->conversation();
}

bool ChatController::isLoading() const {
    return m_shown->isLoading();
}

ChatController::State ChatController::state() const noexcept {
    return m_answer.session == m_shown ? m_answer.state : State::Idle;
}

bool ChatController::isAnsweringElsewhere() const noexcept {
    return m_answer.session && m_answer.session != m_shown;
}

QString ChatController::queuedText() const {
    return m_queuedSession == m_shown ? m_queuedText : QString();
}

int ChatController::undoableRemoves() const {
    return m_removedFrom == m_shown ? static_cast<int>(m_removed.size()) : 0;
}

void ChatController::newConversation() {
    if (!m_shown->conversation().id && m_shown->messages()->rowCount() == 0) return;
    show(new ChatSession(m_store, ConversationRecord{}, this), 0);
}

void ChatController::openConversation(const ConversationRecord& conversation, MessageId message) {
    const auto isIt = [&](ChatSession* session) { return session && session->conversation().id == conversation.id; };
    if (isIt(m_shown)) {
        const NodeId node = m_shown->messages()->tree().find(message);
        if (node) m_shown->show(node);
        emit messagesLoaded(node);
        return;
    }
    const bool isAnswering = isIt(m_answer.session);
    show(isAnswering ? m_answer.session : new ChatSession(m_store, conversation, this), message);
    if (!isAnswering) return;
    const NodeId node = m_shown->messages()->tree().find(message);
    if (node) m_shown->show(node);
    emit messagesLoaded(node);
}

void ChatController::show(ChatSession* session, MessageId message) {
    if (m_draftTimer.isActive()) {
        m_draftTimer.stop();
        m_shown->update([this](ConversationRecord& record) { record.draft = m_draft; });
    }
    ChatSession* before = std::exchange(m_shown, session);
    m_draft = session->conversation().draft;
    if (before) {
        before->disconnect(this);
        retire(before);
    }
    connect(session, &ChatSession::loaded, this, [this, session, message] {
        const NodeId node = session->messages()->tree().find(message);
        if (node) session->show(node);
        emit messagesLoaded(node);
    });
    connect(session, &ChatSession::conversationChanged, this, [this] { emit conversationChanged(conversation()); });
    emit conversationOpened();
    emit stateChanged();
    emit queuedChanged();
    emit undoableRemovesChanged(undoableRemoves());
}

/// Ends a session that is neither shown nor needed; one with unfinished business is looked at again when that ends.
void ChatController::retire(ChatSession* session) {
    if (session == m_shown || session == m_answer.session || session == m_queuedSession) return;
    if (m_removedFrom == session) {
        m_removedFrom = nullptr;
        m_removed = {};
    }
    if (!session->isBusy()) {
        session->deleteLater();
        return;
    }
    QTimer::singleShot(kSaveMs, session, [this, session] { retire(session); });
}

void ChatController::send(const QString& text) {
    if (text.trimmed().isEmpty() || m_shown->isLoading()) return;
    if (m_answer.session) {
        const bool goesOn = m_queuedSession == m_shown && !m_queuedText.isEmpty();
        m_queuedText = goesOn ? m_queuedText + QStringLiteral("\n\n") + text : text;
        m_queuedSession = m_shown;
        emit queuedChanged();
        return;
    }
    m_draftTimer.stop();
    m_draft.clear();
    if (!m_shown->conversation().id) m_store->setSetting(QLatin1String(kDraftKey), QString());
    m_shown->update([&](ConversationRecord& record) {
        record.draft.clear();
        if (record.title.isEmpty()) record.title = titleFromMessage(text);
    });
    const NodeId node = m_shown->add(messages()->tree().leaf(), Role::User, text);
    begin(m_shown, node);
}

void ChatController::cancelQueued() {
    ChatSession* session = std::exchange(m_queuedSession, nullptr);
    m_queuedText.clear();
    emit queuedChanged();
    if (session) retire(session);
}

void ChatController::begin(ChatSession* session, NodeId parent) {
    m_answer = Answer{};
    m_answer.session = session;
    m_answer.parent = parent;
    if (m_engine->state() == EngineState::Empty) {
        session->messages()->setState(parent, MessageState::Waiting);
        setAnswerState(State::Waiting);
        return;
    }
    ask();
}

void ChatController::ask() {
    ChatSession* session = m_answer.session;
    if (!m_answer.node) {
        AnswerStatistics unfinished;
        unfinished.stopped = true;
        m_answer.node = session->add(m_answer.parent, Role::Assistant, QString(), unfinished);
    }
    session->update([this](ConversationRecord& record) { record.stackPath = m_engine->stack().path; });
    const AnswerRequest request = requestFor(m_answer);
    m_answer.request = m_engine->answer(request);
    if (m_recompute) recomputeContext(false);
    setAnswerState(m_engine->state() == EngineState::Loading ? State::Waiting : State::Reading);
}

AnswerRequest ChatController::requestFor(const Answer& answer) const {
    AnswerRequest request;
    const ConversationRecord& conversation = answer.session->conversation();
    if (!conversation.systemPrompt.isEmpty()) request.turns.append({Role::System, conversation.systemPrompt});
    const MessageTree& tree = answer.session->messages()->tree();
    QList<ChatTurn> turns;
    for (NodeId node = answer.continues ? answer.node : answer.parent; node; node = tree.parent(node)) {
        turns.prepend({tree.record(node).role, tree.record(node).text});
    }
    request.turns += turns;
    request.continueLast = answer.continues;
    request.thinking = m_thinking;
    request.recomputeContext = m_recompute;
    request.sampling = samplingOptions(m_sampling);
    request.maximumTokens = m_sampling.maximumTokens;
    return request;
}

void ChatController::setAnswerState(State state) {
    m_answer.state = state;
    if (m_answer.session) {
        const MessageState shown = state == State::Writing   ? MessageState::Writing
                                   : state == State::Reading ? MessageState::Reading
                                   : state == State::Waiting ? MessageState::Waiting
                                                             : MessageState::Done;
        m_answer.session->messages()->setState(m_answer.node ? m_answer.node : m_answer.parent, shown);
    }
    emit stateChanged();
}

void ChatController::takeText(const QString& text) {
    if (m_answer.state != State::Writing) setAnswerState(State::Writing);
    m_answer.session->messages()->appendText(m_answer.node, text);
    if (!m_saveTimer.isActive()) m_saveTimer.start();
}

void ChatController::savePartial() {
    if (m_answer.session && m_answer.node) m_answer.session->save(m_answer.node);
}

void ChatController::takeEnd(AnswerStatistics statistics) {
    ChatTreeModel* messages = m_answer.session->messages();
    const bool isEmpty = messages->tree().record(m_answer.node).text.isEmpty();
    if (statistics.stopped && isEmpty) {
        m_answer.session->remove(m_answer.node);
    } else {
        statistics.tokens += m_answer.before.tokens;
        messages->setStatistics(m_answer.node, statistics);
        m_answer.session->save(m_answer.node);
    }
    end();
    emit answerFinished();
    sendQueued();
}

void ChatController::takeFailure(const Problem& problem) {
    // The model went before it had said a word: the message waits for another one, and so does what is queued behind.
    const bool isUntouched = m_answer.session->messages()->tree().record(m_answer.node).text.isEmpty();
    if (m_engine->state() == EngineState::Empty && isUntouched && !m_answer.continues) {
        m_answer.session->remove(std::exchange(m_answer.node, 0));
        m_answer.request = 0;
        setAnswerState(State::Waiting);
        return;
    }
    if (m_answer.session->messages()->tree().record(m_answer.node).text.isEmpty()) {
        m_answer.session->remove(m_answer.node);
    } else {
        m_answer.session->save(m_answer.node);
    }
    end();
    emit answerFailed(problem);
}

void ChatController::end() {
    m_saveTimer.stop();
    ChatSession* session = m_answer.session;
    setAnswerState(State::Idle);
    m_answer = Answer{};
    retire(session);
    emit stateChanged();
}

void ChatController::sendQueued() {
    if (!m_queuedSession || m_answer.session) return;
    ChatSession* session = std::exchange(m_queuedSession, nullptr);
    const QString text = std::exchange(m_queuedText, QString());
    emit queuedChanged();
    const NodeId node = session->add(session->messages()->tree().leaf(), Role::User, text);
    begin(session, node);
}

void ChatController::stop() {
    if (m_answer.session != m_shown) return;
    if (m_answer.request) {
        m_engine->stop();
        return;
    }
    end();
}

void ChatController::regenerate(NodeId node) {
    if (m_answer.session || !messages()->tree().contains(node)) return;
    const bool isAnswer = messages()->tree().record(node).role == Role::Assistant;
    begin(m_shown, isAnswer ? messages()->tree().parent(node) : node);
}

void ChatController::edit(NodeId node, const QString& text) {
    const MessageTree& tree = messages()->tree();
    if (m_answer.session || !tree.contains(node) || text.trimmed().isEmpty()) return;
    const MessageRecord before = tree.record(node);
    if (before.text == text) return;
    const NodeId version = m_shown->add(tree.parent(node), before.role, text, before.statistics);
    if (before.role == Role::User) begin(m_shown, version);
}

void ChatController::continueAnswer(NodeId node) {
    const MessageTree& tree = messages()->tree();
    const bool isEnd = node && node == tree.leaf() && tree.record(node).role == Role::Assistant;
    if (m_answer.session || !isEnd || m_engine->state() == EngineState::Empty) return;
    m_answer = Answer{};
    m_answer.session = m_shown;
    m_answer.node = node;
    m_answer.parent = tree.parent(node);
    m_answer.continues = true;
    m_answer.before = tree.record(node).statistics;
    ask();
}

void ChatController::remove(NodeId node) {
    if (!messages()->tree().contains(node)) return;
    if (m_answer.session == m_shown) {
        for (NodeId at = m_answer.node ? m_answer.node : m_answer.parent; at; at = messages()->tree().parent(at)) {
            if (at == node) return;
        }
    }
    if (std::exchange(m_removedFrom, m_shown) != m_shown) m_removed.clear();
    m_removed.append(m_shown->remove(node));
    emit undoableRemovesChanged(undoableRemoves());
}

void ChatController::undoRemove() {
    if (undoableRemoves() == 0) return;
    m_shown->restore(m_removed.takeLast());
    emit undoableRemovesChanged(undoableRemoves());
}

void ChatController::forgetRemoved() {
    m_removed.clear();
    emit undoableRemovesChanged(0);
}

void ChatController::showVersion(NodeId node, int step) {
    m_shown->showVersion(node, step);
}

void ChatController::changeConversation(const ConversationRecord& changed) {
    for (ChatSession* session : {m_shown, m_answer.session}) {
        if (!session || session->conversation().id != changed.id) continue;
        session->update([&](ConversationRecord& record) {
            record.title = changed.title;
            record.folder = changed.folder;
            record.pinned = changed.pinned;
        });
        return;
    }
    m_store->updateConversation(changed);
}

void ChatController::closeConversation(ConversationId conversation) {
    if (m_queuedSession && m_queuedSession->conversation().id == conversation) cancelQueued();
    if (m_answer.session && m_answer.session->conversation().id == conversation) {
        if (m_answer.request) m_engine->stop();
        end();
    }
    if (m_shown->conversation().id == conversation) newConversation();
}

void ChatController::setDraft(const QString& text) {
    if (text == m_draft) return;
    m_draft = text;
    m_draftTimer.start();
}

void ChatController::setSystemPrompt(const QString& prompt) {
    m_shown->update([&](ConversationRecord& record) { record.systemPrompt = prompt; });
}

void ChatController::applyPreset(const PresetRecord& preset) {
    m_shown->update([&](ConversationRecord& record) {
        record.presetName = preset.name;
        record.systemPrompt = preset.systemPrompt;
    });
    setSampling(preset);
}

void ChatController::setSampling(const PresetRecord& sampling) {
    if (sampling == m_sampling) return;
    m_sampling = sampling;
    m_store->setSetting(QLatin1String(kSamplingKey), samplingToText(sampling));
    emit samplingChanged();
}

void ChatController::setThinking(bool thinking) {
    m_thinking = thinking;
    m_store->setSetting(QLatin1String(kThinkingKey), thinking);
    emit samplingChanged();
}

void ChatController::setOverflow(OverflowPolicy policy) {
    m_overflow = policy;
    m_store->setSetting(QLatin1String(kOverflowKey), static_cast<int>(policy));
    emit samplingChanged();
}

void ChatController::recomputeContext(bool recompute) {
    m_recompute = recompute;
    emit samplingChanged();
}

void ChatController::loadSampling() {
    m_sampling = samplingFromText(m_store->setting(QLatin1String(kSamplingKey)).toString());
    m_thinking = m_store->setting(QLatin1String(kThinkingKey), true).toBool();
    const int policy = m_store->setting(QLatin1String(kOverflowKey), static_cast<int>(OverflowPolicy::Roll)).toInt();
    m_overflow = static_cast<OverflowPolicy>(std::clamp(policy, 0, static_cast<int>(OverflowPolicy::TruncateMiddle)));
    const QString draft = m_store->setting(QLatin1String(kDraftKey)).toString();
    if (!m_shown->conversation().id && m_draft.isEmpty() && !draft.isEmpty()) {
        m_draft = draft;
        m_shown->update([&](ConversationRecord& record) { record.draft = draft; });
    }
    emit samplingChanged();
}

}  // namespace strata::ui
