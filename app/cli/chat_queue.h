// Lines waiting for their turn in a chat, and the few that do not wait.
#pragma once

#include "app/cli/chat_commands.h"

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <stop_token>

namespace strata::cli {

/// Messages are taken one by one. During an answer, /memory and /stats act at once: from a terminal always, from a
/// script as soon as every line before them has been taken, so that a script means the same however fast it is written.
/// From a terminal, /quit does not wait either.
class ChatQueue {
public:
    enum class From : unsigned char { Terminal, Script };
    /// `atOnce` is called on the thread that pushes or begins the answer, without a lock.
    ChatQueue(From from, std::function<void(const ChatInput&)> atOnce) : m_from(from), m_atOnce(std::move(atOnce)) {}

    void push(ChatInput input);
    /// No more input will come.
    void close();

    enum class Taken : unsigned char { Input, End, Interrupted };
    /// Waits for the next input. Interrupted: `stop` was triggered first.
    [[nodiscard]] Taken take(ChatInput& into, std::stop_token stop = {});

    /// Lets the lines at the front that need not wait act, and those that come from now on.
    void beginAnswer();
    void endAnswer();

private:
    [[nodiscard]] bool actsAtOnce(const ChatInput& input) const noexcept;
    const From m_from;
    const std::function<void(const ChatInput&)> m_atOnce;
    std::mutex m_mutex;
    std::condition_variable_any m_changed;
    std::deque<ChatInput> m_waiting;
    bool m_closed = false;
    bool m_answering = false;
};

}  // namespace strata::cli
