// A conversation and how it is saved.
#pragma once

#include "app/cli/json_output.h"
#include "core/base/result.h"
#include "core/text/chat_template.h"

#include <filesystem>
#include <string>
#include <vector>

namespace strata::cli {

/// Plain value.
class ChatHistory {
public:
    explicit ChatHistory(std::string system);
    void addUser(std::string text);
    void addAssistant(std::string text);
    /// Takes back the last message, when its answer failed.
    void removeLast();
    void reset();
    [[nodiscard]] const std::vector<ChatMessage>& messages() const noexcept { return m_messages; }
    [[nodiscard]] Json json() const;

private:
    std::string m_system;
    std::vector<ChatMessage> m_messages;
};

/// {"model": ..., "sampling": ..., "messages": [{"role", "content"}...]}, written atomically. Errors: those of
/// AtomicFile.
[[nodiscard]] Result<void> saveChat(const std::filesystem::path& path, const ChatHistory& history,
                                    std::string_view model, const Json& sampling);

}  // namespace strata::cli
