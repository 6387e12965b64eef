#include "app/cli/chat_queue.h"

#include <utility>

namespace strata::cli {

bool ChatQueue::actsAtOnce(const ChatInput& input) const noexcept {
    if (input.command == ChatCommand::Quit) return m_from == From::Terminal;
    return input.command == ChatCommand::Memory || input.command == ChatCommand::Stats;
}

void ChatQueue::push(ChatInput input) {
    {
        const std::lock_guard lock(m_mutex);
        const bool mayOvertake = m_from == From::Terminal || m_waiting.empty();
        if (!m_answering || !mayOvertake || !actsAtOnce(input)) {
            m_waiting.push_back(std::move(input));
            m_changed.notify_all();
            return;
        }
    }
    m_atOnce(input);
}

void ChatQueue::close() {
    const std::lock_guard lock(m_mutex);
    m_closed = true;
    m_changed.notify_all();
}

ChatQueue::Taken ChatQueue::take(ChatInput& into, std::stop_token stop) {
    std::unique_lock lock(m_mutex);
    const bool ready = m_changed.wait(lock, stop, [this] { return !m_waiting.empty() || m_closed; });
    if (!ready) return Taken::Interrupted;
    if (m_waiting.empty()) return Taken::End;
    into = std::move(m_waiting.front());
    m_waiting.pop_front();
    return Taken::Input;
}

void ChatQueue::beginAnswer() {
    for (;;) {
        ChatInput input;
        {
            const std::lock_guard lock(m_mutex);
            m_answering = true;
            if (m_waiting.empty() || !actsAtOnce(m_waiting.front())) return;
            input = std::move(m_waiting.front());
            m_waiting.pop_front();
        }
        m_atOnce(input);
    }
}

void ChatQueue::endAnswer() {
    const std::lock_guard lock(m_mutex);
    m_answering = false;
}

}  // namespace strata::cli
