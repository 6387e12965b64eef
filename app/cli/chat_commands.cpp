#include "app/cli/chat_commands.h"

#include <array>
#include <utility>

namespace strata::cli {
namespace {

struct Name {
    std::string_view text;
    ChatCommand command;
};

constexpr std::array kNames = {
    Name{"/memory", ChatCommand::Memory}, Name{"/stats", ChatCommand::Stats}, Name{"/reset", ChatCommand::Reset},
    Name{"/save", ChatCommand::Save},     Name{"/help", ChatCommand::Help},   Name{"/quit", ChatCommand::Quit},
    Name{"/exit", ChatCommand::Quit},
};

std::string_view trimmed(std::string_view text) {
    constexpr std::string_view kSpace = " \t\r\n";
    const std::size_t first = text.find_first_not_of(kSpace);
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(kSpace) - first + 1);
}

}  // namespace

ChatInput parseChatInput(std::string_view line) {
    if (!line.starts_with('/')) return {ChatCommand::Message, std::string(trimmed(line))};
    const std::size_t end = line.find_first_of(" \t\r\n");
    const std::string_view word = line.substr(0, end);
    const std::string_view rest = end == std::string_view::npos ? std::string_view() : line.substr(end);
    for (const Name& name : kNames)
        if (name.text == word) return {name.command, std::string(trimmed(rest))};
    return {ChatCommand::Unknown, std::string(word)};
}

std::string_view chatHelp() noexcept {
    return "  /memory SIZE   give the session this much memory (120MiB, 1.5GB), or this share of the weights (60%)\n"
           "  /stats         speed and memory\n"
           "  /reset         forget the conversation\n"
           "  /save FILE     write the conversation to a JSON file\n"
           "  /help          this list\n"
           "  /quit          leave (so does the end of input)\n"
           "  A line that ends in \\ goes on with the next. Ctrl-C stops an answer, twice leaves.\n"
           "  /memory and /stats act at once, also during an answer; messages typed meanwhile wait for their turn.\n";
}

std::optional<std::string> LineJoiner::push(std::string_view line) {
    if (line.ends_with('\r')) line.remove_suffix(1);
    m_open = line.ends_with('\\');
    if (m_open) {
        m_text.append(line.substr(0, line.size() - 1)).push_back('\n');
        return std::nullopt;
    }
    m_text.append(line);
    return std::exchange(m_text, {});
}

std::optional<std::string> LineJoiner::finish() {
    if (!m_open) return std::nullopt;
    m_open = false;
    if (m_text.ends_with('\n')) m_text.pop_back();
    return std::exchange(m_text, {});
}

}  // namespace strata::cli
