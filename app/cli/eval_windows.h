// The token windows on which perplexity is measured, cut as the numeric reference cuts them: the text detokenised as a
// whole, the first windows * context * 8 characters of it encoded, the first windows * context ids of that.
#pragma once

#include "core/base/result.h"
#include "core/text/tokenizer.h"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace strata::cli {

/// The first `characters` code points of UTF-8 text.
[[nodiscard]] std::string_view firstCharacters(std::string_view text, std::size_t characters);

/// Windows of `context` tokens each; without `windows`, all that the text gives. No BOS, no special tokens.
/// Errors: InvalidArgument when the text has too few tokens; the message says how many windows it gives.
[[nodiscard]] Result<std::vector<std::vector<TokenId>>> evaluationWindows(std::string text, const Tokenizer& tokenizer,
                                                                          std::size_t context,
                                                                          std::optional<std::size_t> windows,
                                                                          bool detokenise);

/// exp of the mean of the negated log-probabilities.
class PerplexityMeter {
public:
    void add(const std::vector<float>& logProbabilities);
    [[nodiscard]] double perplexity() const;
    [[nodiscard]] std::size_t count() const noexcept { return m_count; }

private:
    double m_total = 0;
    std::size_t m_count = 0;
};

}  // namespace strata::cli
