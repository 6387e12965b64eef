#include "app/cli/chat_screen.h"

namespace strata::cli {

void ChatScreen::answer(std::string_view text) {
    const std::lock_guard lock(m_mutex);
    write(text);
}

void ChatScreen::lines(std::string_view text) {
    const std::lock_guard lock(m_mutex);
    if (!m_atLineStart) write("\n");
    write(text);
    if (!m_atLineStart) write("\n");
}

void ChatScreen::prompt() {
    if (!m_forPeople) return;
    const std::lock_guard lock(m_mutex);
    if (!m_atLineStart) write("\n");
    write("> ");
}

void ChatScreen::entered() {
    if (!m_forPeople) return;
    const std::lock_guard lock(m_mutex);
    m_atLineStart = true;
}

void ChatScreen::write(std::string_view text) {
    if (text.empty()) return;
    m_out << text << std::flush;
    m_atLineStart = text.back() == '\n';
}

}  // namespace strata::cli
