#include "app/cli/chat_history.h"

#include "core/base/file.h"
#include "core/model/chat_prompt.h"

#include <nlohmann/json.hpp>

namespace strata::cli {

ChatHistory::ChatHistory(std::string system) : m_system(std::move(system)), m_messages(beginConversation(m_system)) {}

void ChatHistory::addUser(std::string text) {
    m_messages.push_back({"user", std::move(text)});
}

void ChatHistory::addAssistant(std::string text) {
    m_messages.push_back({"assistant", std::move(text)});
}

void ChatHistory::removeLast() {
    m_messages.pop_back();
}

void ChatHistory::reset() {
    m_messages = beginConversation(m_system);
}

Json ChatHistory::json() const {
    Json list = Json::array();
    for (const ChatMessage& message : m_messages)
        list.push_back({{"role", message.role}, {"content", message.content}});
    return list;
}

Result<void> saveChat(const std::filesystem::path& path, const ChatHistory& history, std::string_view model,
                      const Json& sampling) {
    const Json chat{{"model", model}, {"sampling", sampling}, {"messages", history.json()}};
    return writeFileAtomically(path, chat.dump(2, ' ', false, Json::error_handler_t::replace) + "\n");
}

}  // namespace strata::cli
