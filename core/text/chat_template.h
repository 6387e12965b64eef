// A model's own chat template: the Jinja subset that published templates use, rendered as `transformers` renders it
// (trim_blocks and lstrip_blocks on).
#pragma once

#include "core/base/result.h"
#include "core/text/tokenizer.h"

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json_fwd.hpp>

namespace strata {

struct ChatMessage {
    std::string role;  ///< "system", "user", "assistant", "tool"
    std::string content;
};

/// A parsed template. Immutable; concurrent rendering is safe.
class ChatTemplate {
public:
    /// Errors: Template, with the line and what was wrong.
    [[nodiscard]] static Result<ChatTemplate> parse(std::string_view source);

    /// Renders with `variables` (an object: messages, tools, bos_token, eos_token, add_generation_prompt, ...).
    /// Endless loops, deep recursion and gigabyte strings end in an error. Errors: Template (line, reason; also what
    /// the template itself raised by raise_exception).
    [[nodiscard]] Result<std::string> render(const nlohmann::ordered_json& variables) const;

    /// The prompt for a conversation, cut into pieces so that message content never becomes a special token: what came
    /// out of `content` is marked SpecialTokens::Ignore, all the rest is the template's. `thinking` is what templates
    /// of models that think before they answer know as `enable_thinking`.
    [[nodiscard]] Result<std::vector<PromptPiece>> renderPieces(const std::vector<ChatMessage>& messages,
                                                                const Tokenizer& tokenizer, bool addGenerationPrompt,
                                                                bool thinking = true) const;
    ChatTemplate(ChatTemplate&&) noexcept;
    ChatTemplate& operator=(ChatTemplate&&) noexcept;
    ~ChatTemplate();

private:
    struct Program;
    explicit ChatTemplate(std::unique_ptr<Program> program);
    std::unique_ptr<Program> m_program;
};

}  // namespace strata
