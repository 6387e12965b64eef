// From messages to prompt tokens: the model's own chat template, never a hard-coded one.
#pragma once

#include "core/base/result.h"
#include "core/io/gguf.h"
#include "core/text/chat_template.h"
#include "core/text/tokenizer.h"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace strata {

/// Immutable after creation; concurrent use is safe. Message text never becomes a special token.
class ChatPrompt {
public:
    /// From `tokenizer.chat_template`. Errors: NotFound (a base model), Template.
    [[nodiscard]] static Result<ChatPrompt> fromGguf(const GgufFile& file);

    /// The whole conversation, ready for the model's next answer. `thinking` is the `enable_thinking` of templates that
    /// know it. Errors: Template.
    [[nodiscard]] Result<std::vector<TokenId>> tokens(const std::vector<ChatMessage>& messages,
                                                      const Tokenizer& tokenizer, bool thinking = true) const;
    /// The conversation up to the answer that `messages` ends with, and as much of that answer as there is: the model
    /// goes on behind its last word. Errors: Template, InvalidArgument (the last message is not an assistant's).
    [[nodiscard]] Result<std::vector<TokenId>> continuation(std::vector<ChatMessage> messages,
                                                            const Tokenizer& tokenizer, bool thinking = true) const;
    /// Tokens that every conversation with this system text begins with, whatever the user says: what an overflow
    /// policy keeps. Errors: Template.
    [[nodiscard]] Result<std::size_t> beginningTokens(const std::string& system, const Tokenizer& tokenizer) const;

private:
    explicit ChatPrompt(ChatTemplate chatTemplate) : m_template(std::move(chatTemplate)) {}
    ChatTemplate m_template;
};

/// A conversation's beginning: the system message, unless it is empty.
[[nodiscard]] std::vector<ChatMessage> beginConversation(const std::string& system);

/// Text as it stands (special tokens written in it are special), after the BOS token that the model wants.
[[nodiscard]] std::vector<TokenId> rawPrompt(std::string_view text, const Tokenizer& tokenizer);

/// Puts the BOS token in front if the tokenizer says so and it is not there yet.
[[nodiscard]] std::vector<TokenId> withBos(std::vector<TokenId> ids, const Tokenizer& tokenizer);

}  // namespace strata
