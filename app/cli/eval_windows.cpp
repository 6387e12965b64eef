#include "app/cli/eval_windows.h"

#include "core/text/wikitext.h"

#include <cmath>
#include <limits>
#include <span>

#include <fmt/format.h>

namespace strata::cli {

std::string_view firstCharacters(std::string_view text, std::size_t characters) {
    std::size_t end = 0;
    for (; end < text.size(); ++end) {
        const bool starts = (static_cast<unsigned char>(text[end]) & 0xC0) != 0x80;
        if (starts && characters-- == 0) break;
    }
    return text.substr(0, end);
}

Result<std::vector<std::vector<TokenId>>> evaluationWindows(std::string text, const Tokenizer& tokenizer,
                                                            std::size_t context, std::optional<std::size_t> windows,
                                                            bool detokenise) {
    constexpr std::size_t kCharactersPerToken = 8;
    if (detokenise) text = detokeniseWikitext(std::move(text));
    std::string_view used = text;
    if (windows) used = firstCharacters(text, *windows * context * kCharactersPerToken);
    const std::vector<TokenId> ids = tokenizer.encode(used, SpecialTokens::Ignore);
    const std::size_t available = ids.size() / context;
    const std::size_t count = windows.value_or(available);
    if (count == 0 || count > available)
        return fail(ErrorCode::InvalidArgument,
                    fmt::format("the text has {} tokens, which gives {} windows of {}", ids.size(), available, context),
                    available == 0 ? "use a longer text or a smaller --context" : "ask for fewer --windows");
    std::vector<std::vector<TokenId>> result;
    for (std::size_t window = 0; window < count; ++window) {
        const auto part = std::span(ids).subspan(window * context, context);
        result.emplace_back(part.begin(), part.end());
    }
    return result;
}

void PerplexityMeter::add(const std::vector<float>& logProbabilities) {
    for (const float value : logProbabilities) m_total -= value;
    m_count += logProbabilities.size();
}

double PerplexityMeter::perplexity() const {
    if (m_count == 0) return std::numeric_limits<double>::quiet_NaN();
    return std::exp(m_total / static_cast<double>(m_count));
}

}  // namespace strata::cli
