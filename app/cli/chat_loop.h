// A conversation in a terminal or from a script: lines in, answers out, until the end.
#pragma once

#include "app/cli/chat_history.h"
#include "app/cli/chat_queue.h"
#include "app/cli/chat_screen.h"
#include "app/cli/console.h"
#include "app/cli/interrupts.h"
#include "app/cli/line_reader.h"
#include "core/model/chat_prompt.h"
#include "core/model/session.h"

#include <atomic>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>

#include <nlohmann/json.hpp>

namespace strata::cli {

/// One conversation on standard input. Thread contract: one thread; it starts one of its own to read.
class ChatLoop {
public:
    /// A conversation of people when `terminal`, else of a script. Session and console must outlive it.
    ChatLoop(Session& session, ChatPrompt prompt, std::string system, GenerateOptions generate, Console& console,
             bool terminal);

    /// Until /quit, the end of input or a second Ctrl-C. Returns messages, answers and memory. Errors: the
    /// first of a script's lines that failed, after all of them were tried; people have seen theirs.
    [[nodiscard]] Result<Json> run();

private:
    [[nodiscard]] LineReader startReader();
    [[nodiscard]] ChatQueue::Taken next(ChatInput& input);
    void obey(const ChatInput& input);
    void actAtOnce(const ChatInput& input);
    void answer(const std::string& message);
    [[nodiscard]] Result<Generation> generate(std::stop_token stop);
    [[nodiscard]] std::stop_token beginAnswer();
    void stopAnswer();
    void setMemory(const std::string& text, bool wait);
    void save(const std::string& file);
    void showStatistics();
    void showError(const Error& error);
    [[nodiscard]] Json summary() const;

    Session& m_session;
    ChatPrompt m_prompt;
    Console& m_console;
    const bool m_terminal;
    ChatScreen m_screen;
    ChatHistory m_history;
    LineJoiner m_joiner;
    GenerateOptions m_generate;
    Interrupts m_interrupts;
    std::atomic<bool> m_quit{false};

    mutable std::mutex m_mutex;
    std::stop_source m_answerStop;   // by m_mutex
    std::string m_lastSpeed;         // by m_mutex
    std::optional<Error> m_failure;  // by m_mutex
    Json m_answers = Json::array();
    Json m_notices = Json::array();  ///< of the device
    ChatQueue m_queue;
};

}  // namespace strata::cli
