// Turns one word into token ids: the two families of subword models, merges (BPE) and scores (Unigram).
#pragma once

#include "core/base/result.h"
#include "core/text/tokenizer_data.h"

#include <cstdint>
#include <memory>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace strata {

/// Spelling -> id. The keys point into the description it was built from.
using VocabularyIndex = std::unordered_map<std::string_view, TokenId>;

/// Immutable; concurrent use is safe, each thread with its own Scratch.
class SubwordEncoder {
public:
    /// Working memory of one thread, reused from word to word.
    struct Scratch {
        struct Symbol {
            std::int32_t id;  ///< -1: merged into its left neighbour
            std::int32_t previous;
            std::int32_t next;
            std::uint32_t begin;
            std::uint32_t length;
        };
        struct Best {
            double score;
            std::uint32_t begin;
            TokenId token;  ///< -2: no path ends here
        };
        std::vector<Symbol> symbols;
        std::vector<std::uint64_t> queue;  ///< rank << 32 | position, a heap with the smallest first
        std::vector<Best> best;
        std::vector<std::pair<std::uint32_t, std::uint32_t>> bounds;
        std::unordered_map<TokenId, std::pair<std::int32_t, std::int32_t>> unusedParts;
        std::string spelling;
    };

    virtual ~SubwordEncoder() = default;
    /// Appends the ids of `word`, which may hold any bytes.
    virtual void encode(std::string_view word, Scratch& scratch, std::vector<TokenId>& out) const = 0;
    /// Where a long text may be cut without changing its ids: the first such place after `from`, or text.size().
    [[nodiscard]] virtual std::size_t cutAfter(std::string_view text, std::size_t from) const;
};

/// `data` and `index` must outlive the result. Errors: Corrupt, naming the merge.
[[nodiscard]] Result<std::unique_ptr<SubwordEncoder>> makeBpeEncoder(const TokenizerData& data,
                                                                     const VocabularyIndex& index);
[[nodiscard]] Result<std::unique_ptr<SubwordEncoder>> makeUnigramEncoder(const TokenizerData& data,
                                                                         const VocabularyIndex& index);

/// Kind of a token of a description that may leave kinds out.
[[nodiscard]] inline TokenKind kindOf(const TokenizerData& data, TokenId token) noexcept {
    return data.kinds.empty() ? TokenKind::Normal : data.kinds[static_cast<std::size_t>(token)];
}

/// Ids of the tokens <0x00>..<0xFF>, -1 where there is none that text may become.
[[nodiscard]] std::vector<TokenId> byteTokens(const TokenizerData& data, const VocabularyIndex& index);

/// Whether text may be encoded as this token. Control, Unknown and Byte tokens have their own ways, and so have chat
/// markers that a file lists as user-defined.
[[nodiscard]] inline bool isPiece(const TokenizerData& data, TokenId token) noexcept {
    const TokenKind kind = kindOf(data, token);
    if (kind == TokenKind::UserDefined) return !isMarkerSpelling(data.tokens[static_cast<std::size_t>(token)]);
    return kind == TokenKind::Normal || kind == TokenKind::Unused;
}

}  // namespace strata
