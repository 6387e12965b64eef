#include "core/model/chat_prompt.h"

#include <algorithm>

namespace strata {

Result<ChatPrompt> ChatPrompt::fromGguf(const GgufFile& file) {
    constexpr std::string_view kKey = "tokenizer.chat_template";
    if (file.find(kKey) == nullptr)
        return inFile(
            {ErrorCode::NotFound, "the model has no chat template (no key '" + std::string(kKey) + "')", {}, {}},
            file.path().string());
    STRATA_TRY(const std::string source, file.getString(kKey));
    auto parsed = ChatTemplate::parse(source);
    if (!parsed) return inFile(std::move(parsed).error(), file.path().string());
    return ChatPrompt(*std::move(parsed));
}

Result<std::vector<TokenId>> ChatPrompt::tokens(const std::vector<ChatMessage>& messages, const Tokenizer& tokenizer,
                                                bool thinking) const {
    STRATA_TRY(const std::vector<PromptPiece> pieces, m_template.renderPieces(messages, tokenizer, true, thinking));
    return withBos(tokenizer.encode(pieces), tokenizer);
}

Result<std::vector<TokenId>> ChatPrompt::continuation(std::vector<ChatMessage> messages, const Tokenizer& tokenizer,
                                                      bool thinking) const {
    if (messages.empty() || messages.back().role != "assistant")
        return fail(ErrorCode::InvalidArgument, "there is no answer to continue");
    const std::string begun = std::move(messages.back().content);
    messages.pop_back();
    STRATA_TRY(std::vector<PromptPiece> pieces, m_template.renderPieces(messages, tokenizer, true, thinking));
    pieces.push_back({begun, SpecialTokens::Ignore});
    return withBos(tokenizer.encode(pieces), tokenizer);
}

Result<std::size_t> ChatPrompt::beginningTokens(const std::string& system, const Tokenizer& tokenizer) const {
    std::vector<ChatMessage> first = beginConversation(system);
    std::vector<ChatMessage> second = first;
    first.push_back({"user", "1"});
    second.push_back({"user", "What is it?"});
    STRATA_TRY(const std::vector<TokenId> firstIds, tokens(first, tokenizer));
    STRATA_TRY(const std::vector<TokenId> secondIds, tokens(second, tokenizer));
    const auto differ = std::mismatch(firstIds.begin(), firstIds.end(), secondIds.begin(), secondIds.end());
    return static_cast<std::size_t>(differ.first - firstIds.begin());
}

std::vector<ChatMessage> beginConversation(const std::string& system) {
    if (system.empty()) return {};
    return {{"system", system}};
}

std::vector<TokenId> rawPrompt(std::string_view text, const Tokenizer& tokenizer) {
    return withBos(tokenizer.encode(text, SpecialTokens::Parse), tokenizer);
}

std::vector<TokenId> withBos(std::vector<TokenId> ids, const Tokenizer& tokenizer) {
    const Tokenizer::Specials& specials = tokenizer.specials();
    const bool there = !ids.empty() && ids.front() == specials.bos;
    if (specials.addBos && specials.bos >= 0 && !there) ids.insert(ids.begin(), specials.bos);
    return ids;
}

}  // namespace strata
