#include "app/cli/chat_loop.h"

#include "app/cli/device_choice.h"
#include "app/cli/generation_json.h"
#include "app/cli/sampling_flags.h"
#include "app/cli/session_setup.h"
#include "core/base/system_info.h"

#include <fmt/format.h>
#include <unistd.h>

namespace strata::cli {
namespace {

std::string memoryText(const Session& session) {
    const MemoryUse use = session.use();
    const ProcessMemory process = processMemory();
    return fmt::format(
        "memory: {} = weights {} ({:.0f}% of {}) + KV cache {} + scratch {}; process {}{}\n"
        "resident_bytes={} weight_bytes={} rss_bytes={} floor_bytes={} device_bytes={}\n",
        formatBytes(use.total()), formatBytes(use.weightBytes),
        100.0 * static_cast<double>(use.weightBytes) / static_cast<double>(fullWeightBytes(*session.stack())),
        formatBytes(fullWeightBytes(*session.stack())), formatBytes(use.kvBytes), formatBytes(use.scratchBytes),
        formatBytes(process.residentBytes),
        use.deviceBytes > 0 ? "; on the device " + formatBytes(use.deviceBytes) : "", use.total(), use.weightBytes,
        process.residentBytes, session.floorBytes(), use.deviceBytes);
}

std::string resizeText(const ResizeRecord& record) {
    return fmt::format("[memory {} after {:.0f} ms; longest pause {:.0f} ms]", formatBytes(record.residentBytes),
                       record.appliedMs, record.longestGapMs);
}

}  // namespace

ChatLoop::ChatLoop(Session& session, ChatPrompt prompt, std::string system, GenerateOptions generate, Console& console,
                   bool terminal)
    : m_session(session),
      m_prompt(std::move(prompt)),
      m_console(console),
      m_terminal(terminal),
      m_screen(console.out(), terminal),
      m_history(std::move(system)),
      m_generate(std::move(generate)),
      m_queue(terminal ? ChatQueue::From::Terminal : ChatQueue::From::Script,
              [this](const ChatInput& input) { actAtOnce(input); }) {}

LineReader ChatLoop::startReader() {
    const auto onText = [this](std::string_view text) {
        ChatInput input = parseChatInput(text);
        if (input.command != ChatCommand::Message || !input.text.empty()) m_queue.push(std::move(input));
    };
    const auto onLine = [this, onText](const std::string& line) {
        m_screen.entered();
        if (const auto text = m_joiner.push(line)) onText(*text);
    };
    const auto onEnd = [this, onText] {
        if (const auto text = m_joiner.finish()) onText(*text);
        m_queue.close();
    };
    return LineReader(STDIN_FILENO, onLine, onEnd);
}

/// The next line; Ctrl-C while waiting explains how to leave, a second one leaves.
ChatQueue::Taken ChatLoop::next(ChatInput& input) {
    m_screen.prompt();
    ChatQueue::Taken taken = m_queue.take(input, m_interrupts.restart());
    if (taken == ChatQueue::Taken::Interrupted) {
        m_screen.lines("Ctrl-C again or /quit leaves");
        m_screen.prompt();
        taken = m_queue.take(input);
    }
    return taken;
}

Result<Json> ChatLoop::run() {
    m_screen.lines(m_terminal ? "/help lists the commands\n" : "");
    const LineReader reader = startReader();
    ChatInput input;
    while (!m_quit && next(input) == ChatQueue::Taken::Input && !m_quit) obey(input);
    if (m_failure && !m_terminal) return std::unexpected(*m_failure);
    return summary();
}

void ChatLoop::obey(const ChatInput& input) {
    switch (input.command) {
        case ChatCommand::Message:
            return answer(input.text);
        case ChatCommand::Memory:
            return setMemory(input.text, true);
        case ChatCommand::Stats:
            return showStatistics();
        case ChatCommand::Save:
            return save(input.text);
        case ChatCommand::Help:
            return m_screen.lines(chatHelp());
        case ChatCommand::Unknown:
            return showError(
                {ErrorCode::InvalidArgument, "there is no command " + input.text, {}, "/help lists those there are"});
        case ChatCommand::Quit:
            m_quit = true;
            return;
        case ChatCommand::Reset:
            m_history.reset();
            m_session.reset();
            return m_screen.lines("the conversation is forgotten");
    }
}

void ChatLoop::actAtOnce(const ChatInput& input) {
    if (input.command == ChatCommand::Memory) return setMemory(input.text, false);
    if (input.command == ChatCommand::Stats) return showStatistics();
    m_quit = true;
    // Whoever waits for input by now must not wait on.
    m_queue.close();
    stopAnswer();
}

void ChatLoop::stopAnswer() {
    const std::lock_guard lock(m_mutex);
    m_answerStop.request_stop();
}

std::stop_token ChatLoop::beginAnswer() {
    const std::lock_guard lock(m_mutex);
    m_answerStop = std::stop_source();
    return m_answerStop.get_token();
}

Result<Generation> ChatLoop::generate(std::stop_token stop) {
    STRATA_TRY(const std::vector<TokenId> ids, m_prompt.tokens(m_history.messages(), m_session.tokenizer()));
    const auto sink = [this](std::string_view text, std::size_t) {
        m_screen.answer(text);
        return true;
    };
    return m_session.generate(ids, m_generate, sink, std::move(stop));
}

void ChatLoop::answer(const std::string& message) {
    m_history.addUser(message);
    const std::stop_token stop = beginAnswer();
    const std::stop_callback forward(m_interrupts.restart(), [this] { stopAnswer(); });
    m_queue.beginAnswer();
    auto generation = generate(stop);
    m_queue.endAnswer();
    for (Json& notice : tellDeviceNotices(m_session, m_console)) m_notices.push_back(std::move(notice));
    if (!generation) {
        m_history.removeLast();
        return showError(generation.error());
    }
    m_screen.lines("");
    for (const ResizeRecord& record : generation->resizes) m_console.note(resizeText(record));
    if (generation->finish == FinishReason::Cancelled && !m_quit) m_screen.lines("[stopped]");
    m_history.addAssistant(generation->text);
    m_answers.push_back(generationJson(*generation));
    const std::lock_guard lock(m_mutex);
    m_lastSpeed = fmt::format(
        "last answer: {} tokens, {:.1f} tokens/s; prompt {} tokens ({} reused), {:.1f} tokens/s; first token "
        "after {:.0f} ms\n",
        generation->tokens.size(), decodeRate(*generation), generation->promptTokens, generation->reusedTokens,
        prefillRate(*generation), generation->timeToFirstTokenMs);
}

void ChatLoop::setMemory(const std::string& text, bool wait) {
    const auto size = parseSize(text);
    if (!size) return showError(size.error());
    if (const auto changed = changeMemory(m_session, *size, SizeMeaning::WholeSession); !changed)
        return showError(changed.error());
    if (!wait) return m_screen.lines("[memory: going to " + text + "]");
    if (const auto settled = m_session.waitUntilSettled(); !settled) return showError(settled.error());
    m_screen.lines(memoryText(m_session));
}

void ChatLoop::save(const std::string& file) {
    if (file.empty()) return showError({ErrorCode::InvalidArgument, "/save needs a file name", {}, {}});
    const auto saved = saveChat(file, m_history, m_session.config().name, samplingJson(m_generate.sampling));
    if (!saved) return showError(saved.error());
    m_screen.lines("saved to " + file);
}

void ChatLoop::showStatistics() {
    std::string text;
    {
        const std::lock_guard lock(m_mutex);
        text = m_lastSpeed;
    }
    m_screen.lines(
        text + fmt::format("context: {} of {} tokens\n", m_session.cachedTokens(), m_session.config().contextLength) +
        memoryText(m_session));
}

void ChatLoop::showError(const Error& error) {
    m_console.err() << "strata-cli: " << oneLine(error.message()) << '\n' << std::flush;
    const std::lock_guard lock(m_mutex);
    if (!m_failure) m_failure = error;
}

Json ChatLoop::summary() const {
    return Json{{"messages", m_history.json()},
                {"answers", m_answers},
                {"memory", memoryJson(m_session.use())},
                {"device_notices", m_notices},
                {"sampling", samplingJson(m_generate.sampling)}};
}

}  // namespace strata::cli
