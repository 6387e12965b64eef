// Standard output of a chat, shared by the answer and by what interrupts it.
#pragma once

#include <mutex>
#include <ostream>
#include <string_view>

namespace strata::cli {

/// Thread contract: any thread. The stream must outlive it.
class ChatScreen {
public:
    /// Prompts are shown to people only.
    ChatScreen(std::ostream& out, bool forPeople) : m_out(out), m_forPeople(forPeople) {}

    /// A piece of an answer, at once.
    void answer(std::string_view text);
    /// Whole lines; begins a new one where an answer stands in the middle of its own.
    void lines(std::string_view text);
    void prompt();
    /// The line end that the person's Enter put on the terminal.
    void entered();

private:
    void write(std::string_view text);
    std::mutex m_mutex;
    std::ostream& m_out;
    const bool m_forPeople;
    bool m_atLineStart = true;
};

}  // namespace strata::cli
