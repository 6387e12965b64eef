// Finds added tokens (control tokens, user-defined tokens) in text before the subword model sees it.
#pragma once

#include "core/base/result.h"
#include "core/text/byte_trie.h"
#include "core/text/regex.h"
#include "core/text/tokenizer_data.h"

#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace strata {

/// A part of a text: an added token (token >= 0), or text for the subword model.
struct TextPart {
    std::size_t begin = 0;
    std::size_t end = 0;
    TokenId token = -1;
};

/// Immutable; concurrent use is safe.
class AddedTokens {
public:
    enum class Phase { Raw, Normalized };
    /// The tokens of `data.added` that are searched in this phase. `markers[id]`: only where specials are allowed.
    [[nodiscard]] static Result<AddedTokens> create(const TokenizerData& data, Phase phase);

    [[nodiscard]] bool empty() const noexcept { return m_trie.empty(); }
    /// Cuts text[begin, end) at the leftmost longest tokens; what lies outside takes part as context only.
    /// `withMarkers`: whether control tokens and chat markers are among them.
    void cut(std::string_view text, std::size_t begin, std::size_t end, bool withMarkers,
             std::vector<TextPart>& parts) const;

private:
    struct Rule {
        AddedToken token;
        bool isMarker = false;
    };
    [[nodiscard]] std::optional<TextPart> matchAt(std::string_view text, std::size_t position, std::size_t end,
                                                  bool withMarkers) const;
    [[nodiscard]] bool standsAlone(std::string_view text, std::size_t begin, std::size_t end) const;
    ByteTrie m_trie;  ///< value: index of m_rules
    std::vector<Rule> m_rules;
    std::optional<Regex> m_wordCharacter;
};

}  // namespace strata
