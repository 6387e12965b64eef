// The one tokenizer: added tokens, normalizer, pre-tokenizer and subword model in a row.
#include "core/text/added_tokens.h"
#include "core/text/subword.h"
#include "core/text/tokenizer_data.h"
#include "core/text/utf8.h"
#include "core/text/word_cache.h"

#include <algorithm>
#include <cmath>

namespace strata {
namespace {

constexpr std::size_t kMostTokens = 16'777'216;
constexpr std::size_t kLongestRun = 64 * 1024 * 1024;  // longer words are cut there: positions are 32-bit

class PipelineTokenizer final : public Tokenizer {
public:
    explicit PipelineTokenizer(TokenizerData data) : m_data(std::move(data)) {
        m_specials = m_data.specials;
        m_stripFirstSpace = m_data.stripFirstSpace;
    }

    Result<void> build() {
        STRATA_CHECK(indexTokens());
        STRATA_TRY(m_raw, AddedTokens::create(m_data, AddedTokens::Phase::Raw));
        STRATA_TRY(m_normalized, AddedTokens::create(m_data, AddedTokens::Phase::Normalized));
        STRATA_TRY(m_encoder, m_data.model == SubwordModel::Unigram ? makeUnigramEncoder(m_data, m_index)
                                                                    : makeBpeEncoder(m_data, m_index));
        m_data.merges = {};
        return {};
    }

    [[nodiscard]] std::vector<TokenId> encode(std::string_view text, SpecialTokens specials) const override {
        std::vector<TextPart> parts;
        m_raw.cut(text, 0, text.size(), specials == SpecialTokens::Parse, parts);
        return encodeParts(text, parts);
    }

    [[nodiscard]] std::vector<TokenId> encode(std::span<const PromptPiece> pieces) const override;

    [[nodiscard]] std::string bytesOf(TokenId token, bool withSpecials) const override {
        if (!contains(token)) return {};
        const std::string& text = m_data.tokens[static_cast<std::size_t>(token)];
        switch (kindOf(m_data, token)) {
            case TokenKind::Control:
            case TokenKind::Unknown:
                return withSpecials ? text : std::string();
            case TokenKind::Byte:
                return std::string(1, byteValue(text));
            default:
                break;
        }
        if (std::binary_search(m_literal.begin(), m_literal.end(), token)) return text;
        return m_data.model == SubwordModel::ByteLevelBpe ? fromAlphabet(text) : fromMarks(text);
    }

    [[nodiscard]] std::size_t vocabularySize() const noexcept override { return m_data.tokens.size(); }
    [[nodiscard]] TokenKind kind(TokenId token) const noexcept override {
        return contains(token) ? kindOf(m_data, token) : TokenKind::Unused;
    }
    [[nodiscard]] std::string_view spelling(TokenId token) const noexcept override {
        return contains(token) ? std::string_view(m_data.tokens[static_cast<std::size_t>(token)]) : std::string_view();
    }
    [[nodiscard]] TokenId find(std::string_view spelling) const noexcept override {
        const auto found = m_index.find(spelling);
        return found == m_index.end() ? -1 : found->second;
    }

private:
    // All that one call of encode() needs while it runs.
    struct Run {
        explicit Run(const PreTokenizer& preTokenizer) : words(preTokenizer) {}
        PreTokenizerRun words;
        SubwordEncoder::Scratch scratch;
        WordCache cache;
        std::vector<TextPart> parts;
        std::vector<TokenId> ids;
    };

    [[nodiscard]] bool contains(TokenId token) const noexcept {
        return token >= 0 && static_cast<std::size_t>(token) < m_data.tokens.size();
    }

    Result<void> indexTokens() {
        m_index.reserve(m_data.tokens.size());
        for (std::size_t token = 0; token < m_data.tokens.size(); ++token) {
            const auto id = static_cast<TokenId>(token);
            const bool isNew = m_index.emplace(m_data.tokens[token], id).second;
            // Files pad their vocabulary with unused entries of one name; nothing is ever encoded as those.
            if (!isNew && kindOf(m_data, id) != TokenKind::Unused)
                return fail(ErrorCode::Corrupt, "token " + std::to_string(token) + " (" +
                                                    inQuotes(m_data.tokens[token]) + ") is in the vocabulary twice");
        }
        for (const AddedToken& added : m_data.added) m_literal.push_back(added.id);
        std::sort(m_literal.begin(), m_literal.end());
        return {};
    }

    [[nodiscard]] std::vector<TokenId> encodeParts(std::string_view text, const std::vector<TextPart>& parts) const {
        Run run(m_data.preTokenizer);
        std::vector<TokenId> out;
        out.reserve(text.size() / 4 + 8);
        for (const TextPart& part : parts) {
            if (part.token >= 0) {
                out.push_back(part.token);
            } else {
                encodeText(text.substr(part.begin, part.end - part.begin), part.begin == 0, run, out);
            }
        }
        return out;
    }

    void encodeText(std::string_view text, bool atStart, Run& run, std::vector<TokenId>& out) const {
        if (m_data.normalizer.empty()) {
            encodeNormalized(text, atStart, run, out);
            return;
        }
        const std::string normalized = m_data.normalizer.apply(text);
        if (m_normalized.empty()) {
            encodeNormalized(normalized, atStart, run, out);
            return;
        }
        run.parts.clear();
        m_normalized.cut(normalized, 0, normalized.size(), false, run.parts);
        for (const TextPart& part : run.parts) {
            if (part.token >= 0) {
                out.push_back(part.token);
            } else {
                const std::string_view piece = std::string_view(normalized).substr(part.begin, part.end - part.begin);
                encodeNormalized(piece, atStart && part.begin == 0, run, out);
            }
        }
    }

    void encodeNormalized(std::string_view text, bool atStart, Run& run, std::vector<TokenId>& out) const {
        if (m_data.preTokenizer.steps().empty()) {
            encodeWord(text, run, out);
            return;
        }
        for (const std::string_view word : run.words.words(text, atStart)) encodeWord(word, run, out);
    }

    void encodeWord(std::string_view word, Run& run, std::vector<TokenId>& out) const {
        const std::size_t start = out.size();
        for (std::size_t begin = 0; begin < word.size();) {
            const std::size_t end = std::min(m_encoder->cutAfter(word, begin), begin + kLongestRun);
            append(idsOf(word.substr(begin, end - begin), run), start, out);
            begin = end;
        }
    }

    [[nodiscard]] std::span<const TokenId> idsOf(std::string_view word, Run& run) const {
        const bool cached = word.size() <= WordCache::kLongestWord;
        if (cached) {
            if (const auto known = run.cache.find(word); !known.empty()) return known;
        }
        run.ids.clear();
        m_encoder->encode(word, run.scratch, run.ids);
        if (cached && !run.ids.empty()) run.cache.insert(word, run.ids);
        return run.ids;
    }

    void append(std::span<const TokenId> ids, std::size_t start, std::vector<TokenId>& out) const {
        if (!m_data.fuseUnknown) {
            out.insert(out.end(), ids.begin(), ids.end());
            return;
        }
        for (const TokenId id : ids) {
            const bool fuses = id == m_specials.unknown && out.size() > start && out.back() == id;
            if (!fuses) out.push_back(id);
        }
    }

    static std::string fromAlphabet(std::string_view text) {
        std::string bytes;
        for (std::size_t position = 0; position < text.size();) {
            const Utf8Char character = decodeUtf8(text, position);
            const int byte = character.valid ? byteOfAlphabet(character.codePoint) : -1;
            if (byte >= 0) {
                bytes += static_cast<char>(byte);
            } else {
                bytes += text.substr(position, character.length);
            }
            position += character.length;
        }
        return bytes;
    }

    static std::string fromMarks(std::string_view text) {
        std::string out;
        for (std::size_t mark = text.find(kSpaceMark); mark != std::string_view::npos; mark = text.find(kSpaceMark)) {
            out += text.substr(0, mark);
            out += ' ';
            text.remove_prefix(mark + kSpaceMark.size());
        }
        out += text;
        return out;
    }

    // makeTokenizer() has checked the spelling.
    static char byteValue(std::string_view spelling) {
        const auto digit = [&](std::size_t at) {
            const char c = spelling[at];
            return c <= '9' ? c - '0' : c - 'A' + 10;
        };
        return static_cast<char>(digit(3) * 16 + digit(4));
    }

    TokenizerData m_data;
    VocabularyIndex m_index;
    std::vector<TokenId> m_literal;  ///< added tokens, sorted: they are spelled as they are
    AddedTokens m_raw, m_normalized;
    std::unique_ptr<SubwordEncoder> m_encoder;
};

// Neighbouring Parse pieces are searched as one text; a token never reaches into an Ignore piece.
std::vector<TokenId> PipelineTokenizer::encode(std::span<const PromptPiece> pieces) const {
    std::string text;
    for (const PromptPiece& piece : pieces) text += piece.text;
    std::vector<TextPart> parts;
    std::size_t begin = 0;
    for (std::size_t index = 0; index < pieces.size();) {
        const SpecialTokens specials = pieces[index].specials;
        std::size_t end = begin;
        for (; index < pieces.size() && pieces[index].specials == specials; ++index) end += pieces[index].text.size();
        m_raw.cut(text, begin, end, specials == SpecialTokens::Parse, parts);
        begin = end;
    }
    // Text on both sides of a border merges as one.
    std::vector<TextPart> joined;
    for (const TextPart& part : parts) {
        const bool continues = !joined.empty() && part.token < 0 && joined.back().token < 0;
        if (continues) {
            joined.back().end = part.end;
        } else {
            joined.push_back(part);
        }
    }
    return encodeParts(text, joined);
}

Result<void> checkId(const TokenizerData& data, TokenId id, std::string_view name) {
    if (id < -1 || id >= static_cast<TokenId>(data.tokens.size()))
        return fail(ErrorCode::Corrupt,
                    std::string(name) + " token " + std::to_string(id) + " is not in the vocabulary");
    return {};
}

bool isByteSpelling(std::string_view text) {
    const auto isDigit = [](char c) { return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'F'); };
    return text.size() == 6 && text.starts_with("<0x") && text[5] == '>' && isDigit(text[3]) && isDigit(text[4]);
}

Result<void> checkTables(const TokenizerData& data) {
    const std::size_t count = data.tokens.size();
    if (count == 0) return fail(ErrorCode::Corrupt, "the vocabulary is empty");
    if (count > kMostTokens) return fail(ErrorCode::Corrupt, "the vocabulary has " + std::to_string(count) + " tokens");
    if (!data.kinds.empty() && data.kinds.size() != count)
        return fail(ErrorCode::Corrupt,
                    "token types: " + std::to_string(data.kinds.size()) + " for " + std::to_string(count) + " tokens");
    const bool needsScores = data.model == SubwordModel::SentencePieceBpe || data.model == SubwordModel::Unigram;
    if (needsScores && data.scores.size() != count)
        return fail(ErrorCode::Corrupt,
                    "scores: " + std::to_string(data.scores.size()) + " for " + std::to_string(count) + " tokens");
    for (std::size_t token = 0; token < data.scores.size(); ++token) {
        if (!std::isfinite(data.scores[token]))
            return fail(ErrorCode::Corrupt, "the score of token " + std::to_string(token) + " is not a number");
    }
    for (std::size_t token = 0; token < count; ++token) {
        if (kindOf(data, static_cast<TokenId>(token)) == TokenKind::Byte && !isByteSpelling(data.tokens[token]))
            return fail(ErrorCode::Corrupt, "token " + std::to_string(token) + " is no byte, as its type says");
    }
    return {};
}

Result<void> checkIds(const TokenizerData& data) {
    STRATA_CHECK(checkId(data, data.specials.bos, "the bos"));
    STRATA_CHECK(checkId(data, data.specials.eos, "the eos"));
    STRATA_CHECK(checkId(data, data.specials.unknown, "the unknown"));
    STRATA_CHECK(checkId(data, data.specials.padding, "the padding"));
    for (const TokenId id : data.specials.endOfTurn) STRATA_CHECK(checkId(data, id, "an end-of-turn"));
    for (const AddedToken& added : data.added) {
        if (added.id < 0) return fail(ErrorCode::Corrupt, "an added token has no id");
        STRATA_CHECK(checkId(data, added.id, "an added"));
    }
    if (data.unknownIsToken && data.specials.unknown < 0)
        return fail(ErrorCode::Corrupt, "the unknown token is missing");
    return {};
}

// Some files name a token that ends the text as the unknown one; text must not become it.
bool isReserved(const TokenizerData& data, TokenId unknown) {
    const auto& ends = data.specials.endOfTurn;
    return kindOf(data, unknown) == TokenKind::Control || std::binary_search(ends.begin(), ends.end(), unknown);
}

}  // namespace

Result<std::shared_ptr<const Tokenizer>> makeTokenizer(TokenizerData data) {
    STRATA_CHECK(checkTables(data));
    STRATA_CHECK(checkIds(data));
    data.specials.endOfTurn = endOfTurnTokens(data, std::move(data.specials.endOfTurn));
    data.unknownIsToken = data.unknownIsToken && !isReserved(data, data.specials.unknown);
    auto tokenizer = std::make_shared<PipelineTokenizer>(std::move(data));
    STRATA_CHECK(tokenizer->build());
    return tokenizer;
}

}  // namespace strata
