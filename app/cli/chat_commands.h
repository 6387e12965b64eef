// What a line typed in a chat means.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace strata::cli {

enum class ChatCommand : unsigned char { Message, Memory, Stats, Reset, Save, Help, Quit, Unknown };

struct ChatInput {
    ChatCommand command = ChatCommand::Message;
    std::string text;  ///< the message; the command's argument, trimmed; of Unknown, what was typed
};

/// A line that begins with '/' is a command, everything else a message (a space in front makes any line a message).
[[nodiscard]] ChatInput parseChatInput(std::string_view line);

[[nodiscard]] std::string_view chatHelp() noexcept;

/// Joins lines that end in a backslash with the line that follows.
class LineJoiner {
public:
    /// The whole text once its last line has come.
    [[nodiscard]] std::optional<std::string> push(std::string_view line);
    /// What is unfinished at the end of input; nullopt for nothing.
    [[nodiscard]] std::optional<std::string> finish();

private:
    std::string m_text;
    bool m_open = false;
};

}  // namespace strata::cli
