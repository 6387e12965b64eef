// Unigram language model: of all ways to cut a text into pieces the one with the highest sum of scores (Viterbi).
// Kudo, "Subword Regularization", arXiv 1804.10959. Ties, rounding and the score of the unknown follow SentencePiece
// (sums in float) or the `tokenizers` package (in double), so that ids are the same.
#include "core/text/byte_trie.h"
#include "core/text/subword.h"
#include "core/text/utf8.h"

#include <algorithm>
#include <limits>

namespace strata {
namespace {

constexpr double kUnknownPenalty = 10.0;
constexpr double kUserDefinedMargin = 0.1;
constexpr TokenId kNoPath = -2;
constexpr TokenId kUnknown = -1;

class UnigramEncoder final : public SubwordEncoder {
public:
    UnigramEncoder(const TokenizerData& data, const VocabularyIndex& index)
        : m_data(data), m_byteTokens(byteTokens(data, index)) {
        double lowest = std::numeric_limits<double>::max(), highest = std::numeric_limits<double>::lowest();
        for (std::size_t token = 0; token < data.tokens.size(); ++token) {
            const TokenKind kind = kindOf(data, static_cast<TokenId>(token));
            const bool isUsed = kind != TokenKind::Unused && isPiece(data, static_cast<TokenId>(token));
            if (isUsed) m_pieces.insert(data.tokens[token], static_cast<TokenId>(token));
            if (kind != TokenKind::Normal && data.singlePrecision) continue;
            lowest = std::min(lowest, data.scores[token]);
            highest = std::max(highest, data.scores[token]);
        }
        m_highest = highest;
        m_unknownScore = lowest - kUnknownPenalty;
    }

    void encode(std::string_view word, Scratch& scratch, std::vector<TokenId>& out) const override {
        if (word.empty()) return;
        if (m_data.singlePrecision) {
            fill<float>(word, scratch);
        } else {
            fill<double>(word, scratch);
        }
        scratch.bounds.clear();
        for (auto end = static_cast<std::uint32_t>(word.size()); end > 0; end = scratch.best[end].begin)
            scratch.bounds.emplace_back(scratch.best[end].begin, end);
        for (auto bound = scratch.bounds.rbegin(); bound != scratch.bounds.rend(); ++bound)
            emit(word.substr(bound->first, bound->second - bound->first), scratch.best[bound->second].token, out);
    }

private:
    // Sum is the type that the reference keeps its sums in.
    template <class Sum>
    void fill(std::string_view text, Scratch& scratch) const {
        auto& best = scratch.best;
        best.assign(text.size() + 1, {0, 0, kNoPath});
        for (std::size_t begin = 0; begin < text.size();) {
            const auto before = static_cast<Sum>(best[begin].score);
            const std::size_t characterLength = decodeUtf8(text, begin).length;
            bool hasCharacter = false;
            const auto offer = [&](std::size_t length, double score, TokenId token) {
                const Sum candidate = before + static_cast<Sum>(score);
                auto& target = best[begin + length];
                if (target.token == kNoPath || candidate > static_cast<Sum>(target.score))
                    target = {candidate, static_cast<std::uint32_t>(begin), token};
            };
            m_pieces.visitPrefixes(text, begin, [&](std::size_t length, TokenId token) {
                offer(length, scoreOf(token, length), token);
                hasCharacter = hasCharacter || length == characterLength;
            });
            if (!hasCharacter) offer(characterLength, m_unknownScore, kUnknown);
            begin += characterLength;
        }
    }

    [[nodiscard]] double scoreOf(TokenId token, std::size_t length) const {
        if (m_data.singlePrecision && kindOf(m_data, token) == TokenKind::UserDefined)
            return static_cast<double>(length) * m_highest - kUserDefinedMargin;
        return m_data.scores[static_cast<std::size_t>(token)];
    }

    void emit(std::string_view piece, TokenId token, std::vector<TokenId>& out) const {
        if (token != kUnknown) {
            out.push_back(token);
            return;
        }
        const bool hasBytes = m_data.byteFallback && std::all_of(piece.begin(), piece.end(), [&](char byte) {
                                  return m_byteTokens[static_cast<unsigned char>(byte)] >= 0;
                              });
        if (hasBytes) {
            for (const char byte : piece) out.push_back(m_byteTokens[static_cast<unsigned char>(byte)]);
        } else if (m_data.unknownIsToken) {
            out.push_back(m_data.specials.unknown);
        }
    }

    const TokenizerData& m_data;
    std::vector<TokenId> m_byteTokens;
    ByteTrie m_pieces;
    double m_highest = 0;
    double m_unknownScore = 0;
};

}  // namespace

Result<std::unique_ptr<SubwordEncoder>> makeUnigramEncoder(const TokenizerData& data, const VocabularyIndex& index) {
    const bool anyPiece = std::any_of(data.tokens.begin(), data.tokens.end(), [&](const std::string& token) {
        return kindOf(data, static_cast<TokenId>(&token - data.tokens.data())) == TokenKind::Normal;
    });
    if (!anyPiece) return fail(ErrorCode::Corrupt, "the vocabulary has no normal token");
    return std::make_unique<UnigramEncoder>(data, index);
}

}  // namespace strata
