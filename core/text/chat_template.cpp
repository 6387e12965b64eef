#include "core/text/chat_template.h"

#include "core/text/jinja/render.h"

#include <utility>

#include <nlohmann/json.hpp>

namespace strata {
namespace {

nlohmann::ordered_json conversation(const std::vector<ChatMessage>& messages) {
    auto result = nlohmann::ordered_json::array();
    for (const ChatMessage& message : messages)
        result.push_back({{"role", message.role}, {"content", message.content}});
    return result;
}

void addSpecial(nlohmann::ordered_json& variables, std::string_view name, const Tokenizer& tokenizer, TokenId token) {
    if (token >= 0) variables[std::string(name)] = tokenizer.spelling(token);
}

std::vector<PromptPiece> cut(const jinja::MarkedText& text) {
    std::vector<PromptPiece> pieces;
    text.forEachRun(0, text.size(), [&](std::string_view run, bool user) {
        pieces.push_back({std::string(run), user ? SpecialTokens::Ignore : SpecialTokens::Parse});
    });
    return pieces;
}

}  // namespace

struct ChatTemplate::Program {
    std::unique_ptr<const jinja::Template> parsed;
};

ChatTemplate::ChatTemplate(std::unique_ptr<Program> program) : m_program(std::move(program)) {}
ChatTemplate::ChatTemplate(ChatTemplate&&) noexcept = default;
ChatTemplate& ChatTemplate::operator=(ChatTemplate&&) noexcept = default;
ChatTemplate::~ChatTemplate() = default;

Result<ChatTemplate> ChatTemplate::parse(std::string_view source) {
    STRATA_TRY(auto parsed, jinja::parse(source));
    return ChatTemplate(std::make_unique<Program>(Program{std::move(parsed)}));
}

Result<std::string> ChatTemplate::render(const nlohmann::ordered_json& variables) const {
    STRATA_TRY(jinja::MarkedText text, jinja::render(*m_program->parsed, variables));
    return std::move(text).takeBytes();
}

Result<std::vector<PromptPiece>> ChatTemplate::renderPieces(const std::vector<ChatMessage>& messages,
                                                            const Tokenizer& tokenizer, bool addGenerationPrompt,
                                                            bool thinking) const {
    nlohmann::ordered_json variables;
    variables["messages"] = conversation(messages);
    variables["tools"] = nullptr;
    variables["documents"] = nullptr;
    variables["add_generation_prompt"] = addGenerationPrompt;
    // A template that asks whether it is defined takes "yes" for granted without it.
    if (!thinking) variables["enable_thinking"] = false;
    addSpecial(variables, "bos_token", tokenizer, tokenizer.specials().bos);
    addSpecial(variables, "eos_token", tokenizer, tokenizer.specials().eos);
    addSpecial(variables, "unk_token", tokenizer, tokenizer.specials().unknown);
    addSpecial(variables, "pad_token", tokenizer, tokenizer.specials().padding);
    jinja::RenderOptions options;
    options.markContent = true;
    STRATA_TRY(const jinja::MarkedText text, jinja::render(*m_program->parsed, variables, options));
    return cut(text);
}

}  // namespace strata
