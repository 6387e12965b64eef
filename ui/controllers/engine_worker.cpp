#include "ui/controllers/engine_worker.h"

#include "ui/controllers/problem_text.h"
#include "ui/controllers/quality.h"
#include "ui/controllers/stack_summary.h"

#include <QElapsedTimer>
#include <QFile>
#include <algorithm>
#include <utility>

namespace strata::ui {
namespace {

// About 30 updates a second.
constexpr qint64 kUpdateMs = 33;

const char* roleName(Role role) {
    switch (role) {
        case Role::System:
            return "system";
        case Role::User:
            return "user";
        case Role::Assistant:
            return "assistant";
        case Role::Tool:
            return "tool";
    }
    return "user";
}

std::vector<ChatMessage> messagesOf(const QList<ChatTurn>& turns) {
    std::vector<ChatMessage> messages;
    for (const ChatTurn& turn : turns) messages.push_back({roleName(turn.role), turn.text.toStdString()});
    return messages;
}

std::string systemText(const QList<ChatTurn>& turns) {
    return !turns.isEmpty() && turns.first().role == Role::System ? turns.first().text.toStdString() : std::string();
}

/// Gathers text until an update is due.
class TextStream {
public:
    explicit TextStream(std::function<void(const QString&)> send) : m_send(std::move(send)) { m_sinceSent.start(); }
    void add(std::string_view text) {
        m_text.append(text.data(), static_cast<qsizetype>(text.size()));
        if (m_isFirst || m_sinceSent.elapsed() >= kUpdateMs) flush();
    }
    void flush() {
        if (m_text.isEmpty()) return;
        m_send(QString::fromUtf8(std::exchange(m_text, {})));
        m_sinceSent.restart();
        m_isFirst = false;
    }

private:
    std::function<void(const QString&)> m_send;
    QByteArray m_text;
    QElapsedTimer m_sinceSent;
    bool m_isFirst = true;
};

/// A budget below the floor means the floor, which is known only once the session is there.
Result<std::unique_ptr<Session>> openSession(const std::shared_ptr<const StackFile>& stack,
                                             const SessionOptions& options, const JobContext& context) {
    auto session = Session::open(stack, options, context);
    if (session || session.error().code != ErrorCode::BudgetTooSmall) return session;
    SessionOptions unlimited = options;
    unlimited.budgetBytes = MemoryBudget::kUnlimited;
    session = Session::open(stack, unlimited, context);
    if (session) STRATA_CHECK((*session)->setBudget((*session)->floorBytes()));
    return session;
}

SessionOptions sessionOptions(const EngineOptions& options) {
    SessionOptions session;
    if (options.memoryBytes > 0) session.budgetBytes = static_cast<std::uint64_t>(options.memoryBytes);
    session.contextLength = static_cast<std::size_t>(std::max<qint64>(options.contextLength, 0));
    session.threads = static_cast<std::size_t>(std::max(options.threads, 0));
    session.overflow = options.overflow;
    session.loadInBackground = true;
    return session;
}

}  // namespace

std::uint64_t deviceLimitBytes(const DeviceBudgets& budgets, const QString& id) {
    const qint64 most = budgets.value(id);
    return most > 0 ? static_cast<std::uint64_t>(most) : MemoryBudget::kUnlimited;
}

EngineWorker::EngineWorker(MemoryWatch& watch, std::shared_ptr<DeviceProvider> devices)
    : m_watch(watch), m_devices(std::move(devices)), m_prompt(fail(ErrorCode::NotFound, "no model")) {}

EngineWorker::~EngineWorker() {
    letGo();
}

void EngineWorker::letGo() {
    m_watch.watch(0, nullptr);
    m_session.reset();
    m_summary = {};
    m_inUse = {};
    m_deviceLimitBytes = MemoryBudget::kUnlimited;
}

void EngineWorker::eject() {
    letGo();
    emit ejected();
}

void EngineWorker::load(RequestId request, const QString& path, const EngineOptions& options,
                        const std::stop_token& stop) {
    letGo();
    if (stop.stop_requested()) return;
    const auto opened = open(request, path, options, stop);
    if (stop.stop_requested()) return letGo();
    if (!opened) {
        letGo();
        // A look at the file may explain more than the error does.
        const auto summary = readStackSummary(path);
        emit loadFailed(request, summary ? problemFrom(opened.error()) : summary.error());
        return;
    }
    const auto own = static_cast<qint64>(m_session->config().contextLength);
    emit loaded(request, m_summary, options.contextLength > 0 ? std::min(options.contextLength, own) : own, m_inUse);
    m_watch.watch(request, m_session, m_deviceLimitBytes);
}

Result<void> EngineWorker::open(RequestId request, const QString& path, const EngineOptions& options,
                                const std::stop_token& stop) {
    STRATA_TRY(const auto stack, StackFile::open(QFile::encodeName(path).toStdString()));
    m_prompt = ChatPrompt::fromGguf(stack->gguf());
    JobContext context;
    context.stop = stop;
    context.progress = [&](const Progress& progress) { emit loadProgressed(request, progress.fraction); };
    if (!openOnDevice(request, stack, options, context)) {
        STRATA_TRY(m_session, openSession(stack, sessionOptions(options), context));
    }
    m_summary = stackSummary(*stack);
    return {};
}

bool EngineWorker::openOnDevice(RequestId request, const std::shared_ptr<const StackFile>& stack,
                                const EngineOptions& options, const JobContext& context) {
    const auto tell = [&](const Error& error, const QString& name) {
        if (!context.stop.stop_requested()) emit deviceFailed(request, deviceProblem(error, name, m_devices.isStuck()));
        return false;
    };
    const auto device = m_devices.find(options.device, context.stop);
    if (!device) return tell(device.error(), options.device.name);
    if (!*device) return false;
    SessionOptions session = sessionOptions(options);
    session.deviceBudgetBytes = deviceLimitBytes(options.deviceBudgets, (*device)->id);
    session.makeBackend = [this, id = (*device)->id, stop = context.stop] { return m_devices.open(id, stop); };
    auto opened = openSession(stack, session, context);
    // Whatever it was: on the processor it succeeds, or the error is the stack's and comes again.
    if (!opened) return tell(opened.error(), (*device)->name);
    m_session = *std::move(opened);
    m_inUse = {(*device)->id, (*device)->name, (*device)->hasOwnMemory, (*device)->memoryBytes};
    m_deviceLimitBytes = session.deviceBudgetBytes;
    return true;
}

Result<EngineWorker::Prompt> EngineWorker::buildPrompt(const AnswerRequest& asked) const {
    if (!m_prompt && m_prompt.error().code == ErrorCode::NotFound) return plainPrompt(asked);
    if (!m_prompt) return std::unexpected(m_prompt.error());
    const Tokenizer& tokenizer = m_session->tokenizer();
    Prompt prompt;
    const auto messages = messagesOf(asked.turns);
    auto ids = asked.continueLast ? m_prompt->continuation(messages, tokenizer, asked.thinking)
                                  : m_prompt->tokens(messages, tokenizer, asked.thinking);
    if (!ids) return std::unexpected(std::move(ids).error());
    prompt.ids = *std::move(ids);
    STRATA_TRY(prompt.keepTokens, m_prompt->beginningTokens(systemText(asked.turns), tokenizer));
    return prompt;
}

/// A base model has no template: it goes on behind the text.
Result<EngineWorker::Prompt> EngineWorker::plainPrompt(const AnswerRequest& asked) const {
    std::string text;
    for (const ChatTurn& turn : asked.turns) {
        if (!text.empty()) text += '\n';
        text += turn.text.toStdString();
    }
    const Tokenizer& tokenizer = m_session->tokenizer();
    return Prompt{withBos(tokenizer.encode(text, SpecialTokens::Ignore), tokenizer),
                  tokenizer.specials().addBos ? std::size_t{1} : std::size_t{0}};
}

void EngineWorker::answer(RequestId request, const AnswerRequest& asked, const std::stop_token& stop) {
    if (!m_session) return;
    QElapsedTimer clock;
    clock.start();
    const auto prompt = buildPrompt(asked);
    if (!prompt) return emit answerFailed(request, problemFrom(prompt.error()));
    if (asked.recomputeContext) m_session->reset();
    TextStream stream([&](const QString& text) { emit textArrived(request, text); });
    double firstTokenMs = 0;
    const auto hold = [&] { m_watch.hold().wait(*m_session, stop, [&] { stream.flush(); }); };
    GenerateOptions options;
    options.start = asked.continueLast ? StreamStart::WithinText : StreamStart::OfText;
    options.sampling = asked.sampling;
    options.maximumTokens = static_cast<std::size_t>(std::max(asked.maximumTokens, 0));
    options.keepTokens = prompt->keepTokens;
    options.onBatch = [&](std::size_t evaluated, std::size_t total) {
        emit prefillProgressed(request, static_cast<double>(evaluated) / static_cast<double>(total));
        hold();
    };
    const auto sink = [&](std::string_view text, std::size_t) {
        if (firstTokenMs == 0) firstTokenMs = static_cast<double>(clock.nsecsElapsed()) / 1e6;
        stream.add(text);
        hold();
        return !stop.stop_requested();
    };
    const auto generation = m_session->generate(prompt->ids, options, sink, stop);
    stream.flush();
    if (!generation) return emit answerFailed(request, problemFrom(generation.error()));
    emit answerFinished(request, statistics(*generation, firstTokenMs));
}

AnswerStatistics EngineWorker::statistics(const Generation& generation, double firstTokenMs) const {
    const MemoryUse use = m_session->use();
    AnswerStatistics result;
    result.tokens = static_cast<int>(generation.tokens.size());
    // The first token comes of the prompt, before decoding begins.
    if (generation.decodeSeconds > 0) result.tokensPerSecond = (result.tokens - 1) / generation.decodeSeconds;
    result.timeToFirstTokenMs = firstTokenMs;
    result.memoryBytes = static_cast<qint64>(use.total());
    result.agreement = agreementAt(m_summary.curve, static_cast<qint64>(use.weightBytes));
    result.modelName = m_summary.name;
    result.stopped = generation.finish == FinishReason::Cancelled;
    return result;
}

}  // namespace strata::ui
