// Which tokens end an answer, and which spellings mark the structure of a chat.
#include "core/text/subword.h"
#include "core/text/tokenizer_data.h"

#include <algorithm>
#include <array>

namespace strata {
namespace {

// As spelled in the chat templates and generation settings of the published families.
constexpr std::array<std::string_view, 21> kEndSpellings{
    "<|im_end|>",             // ChatML: Qwen, SmolLM, Yi and many more
    "<|eot_id|>",             // Llama 3
    "<|eom_id|>",             // Llama 3.1, before a tool's answer
    "<|eot|>",                // Llama 4
    "<|eom|>",                // Llama 4
    "<end_of_turn>",          // Gemma
    "<turn|>",                // Gemma 4
    "<|end|>",                // Phi-3
    "<|return|>",             // gpt-oss
    "<|call|>",               // gpt-oss
    "<|endoftext|>",          // GPT-2, Phi, Qwen
    "<|end_of_text|>",        // Llama 3, Granite
    "</s>",                   // Llama 2, Mistral, Zephyr
    "<|END_OF_TURN_TOKEN|>",  // Command R
    "<|end_of_turn|>",        // OpenChat
    "<|endofturn|>",          // EXAONE
    "[|endofturn|]",          // EXAONE
    "<｜end▁of▁sentence｜>",  // DeepSeek
    "<|EOT|>",                // DeepSeek Coder
    "<|user|>",               // GLM-4: the next turn ends the answer
    "<|observation|>",        // GLM-4
};

constexpr std::array<std::string_view, 14> kMarkerSpellings{
    "<s>",     "</s>",   "<bos>",   "<eos>",   "<start_of_turn>", "<end_of_turn>",   "<|turn>",
    "<turn|>", "[INST]", "[/INST]", "<<SYS>>", "<</SYS>>",        "[SYSTEM_PROMPT]", "[/SYSTEM_PROMPT]",
};

}  // namespace

bool isMarkerSpelling(std::string_view spelling) noexcept {
    const auto isBetween = [&](std::string_view begin, std::string_view end) {
        return spelling.size() > begin.size() + end.size() && spelling.starts_with(begin) && spelling.ends_with(end);
    };
    return isBetween("<|", "|>") || isBetween("<｜", "｜>") || isBetween("[|", "|]") ||
           std::find(kMarkerSpellings.begin(), kMarkerSpellings.end(), spelling) != kMarkerSpellings.end();
}

std::vector<TokenId> endOfTurnTokens(const TokenizerData& data, std::vector<TokenId> named) {
    if (data.specials.eos >= 0) named.push_back(data.specials.eos);
    for (std::size_t token = 0; token < data.tokens.size(); ++token) {
        const auto id = static_cast<TokenId>(token);
        const bool isSpecial = kindOf(data, id) == TokenKind::Control ||
                               (kindOf(data, id) == TokenKind::UserDefined && isMarkerSpelling(data.tokens[token]));
        const bool ends =
            std::find(kEndSpellings.begin(), kEndSpellings.end(), data.tokens[token]) != kEndSpellings.end();
        if (isSpecial && ends) named.push_back(id);
    }
    std::sort(named.begin(), named.end());
    named.erase(std::unique(named.begin(), named.end()), named.end());
    named.erase(named.begin(), std::lower_bound(named.begin(), named.end(), 0));
    return named;
}

}  // namespace strata
