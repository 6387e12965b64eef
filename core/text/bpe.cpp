// Byte pair encoding: neighbours merge in the order of their ranks, leftmost first among equals.
#include "core/text/subword.h"
#include "core/text/utf8.h"

#include <algorithm>
#include <array>
#include <functional>
#include <limits>
#include <unordered_set>

namespace strata {
namespace {

constexpr std::int32_t kNoSymbol = -2;  // a character that no merge knows
constexpr std::int32_t kMerged = -1;
constexpr std::size_t kLongestPiece = 4096;  // cutting a piece in every way is quadratic in its length

// (left symbol, right symbol) -> what they become and how early. Open addressing.
class PairTable {
public:
    struct Entry {
        std::uint64_t key = kFree;
        std::uint32_t rank = 0;
        std::int32_t merged = 0;
    };

    explicit PairTable(std::size_t expected) {
        std::size_t size = 16;
        while (size < expected * 2) size *= 2;
        m_entries.resize(size);
    }
    // The latest rank of a pair counts, as in the `tokenizers` package.
    void insert(std::int32_t left, std::int32_t right, std::uint32_t rank, std::int32_t merged) {
        const std::uint64_t key = keyOf(left, right);
        Entry& entry = m_entries[slotOf(key)];
        m_count += entry.key == kFree ? 1 : 0;
        entry = {key, rank, merged};
        if (m_count * 2 > m_entries.size()) grow();
    }
    [[nodiscard]] const Entry* find(std::int32_t left, std::int32_t right) const {
        if (left < 0 || right < 0) return nullptr;
        const Entry& entry = m_entries[slotOf(keyOf(left, right))];
        return entry.key == kFree ? nullptr : &entry;
    }

private:
    static constexpr std::uint64_t kFree = std::numeric_limits<std::uint64_t>::max();
    static std::uint64_t keyOf(std::int32_t left, std::int32_t right) {
        return std::uint64_t{static_cast<std::uint32_t>(left)} << 32 | static_cast<std::uint32_t>(right);
    }
    [[nodiscard]] std::size_t slotOf(std::uint64_t key) const {
        const std::size_t mask = m_entries.size() - 1;
        const std::uint64_t mixed = (key ^ (key >> 29)) * 0xBF58476D1CE4E5B9u;
        std::size_t slot = static_cast<std::size_t>(mixed ^ (mixed >> 32)) & mask;
        while (m_entries[slot].key != kFree && m_entries[slot].key != key) slot = (slot + 1) & mask;
        return slot;
    }
    void grow() {
        std::vector<Entry> old(m_entries.size() * 2);
        old.swap(m_entries);
        for (const Entry& entry : old) {
            if (entry.key != kFree) m_entries[slotOf(entry.key)] = entry;
        }
    }
    std::vector<Entry> m_entries;
    std::size_t m_count = 0;
};

std::string describeMerge(const TokenizerData& data, std::size_t merge) {
    const auto& [left, right] = data.merges[merge];
    return "merge " + std::to_string(merge) + " (" + inQuotes(left) + " and " + inQuotes(right) + ")";
}

class BpeEncoder final : public SubwordEncoder {
public:
    BpeEncoder(const TokenizerData& data, const VocabularyIndex& index)
        : m_data(data),
          m_index(index),
          m_pairs(std::max(data.merges.size(), data.tokens.size())),
          m_symbolCount(static_cast<std::int32_t>(data.tokens.size())),
          m_byteTokens(byteTokens(data, index)) {
        m_ascii.fill(kNoSymbol);
        m_bytes.fill(kNoSymbol);
    }

    Result<void> build() {
        if (m_data.model == SubwordModel::ByteLevelBpe) {
            findByteSymbols();
        } else {
            findCharacterSymbols();
        }
        if (m_data.model == SubwordModel::SentencePieceBpe) {
            addPairsByScore();
            return {};
        }
        return addMerges();
    }

    void encode(std::string_view word, Scratch& scratch, std::vector<TokenId>& out) const override {
        if (m_data.ignoreMerges && encodeWhole(word, scratch, out)) return;
        if (m_userDefined.empty()) {
            encodeRun(word, scratch, out);
            return;
        }
        std::size_t begin = 0;
        for (std::size_t position = 0; position < word.size();) {
            const auto found = m_userDefined.longestAt(word, position);
            if (found.length == 0) {
                position += decodeUtf8(word, position).length;
                continue;
            }
            encodeRun(word.substr(begin, position - begin), scratch, out);
            out.push_back(found.value);
            position += found.length;
            begin = position;
        }
        encodeRun(word.substr(begin), scratch, out);
    }

    [[nodiscard]] std::size_t cutAfter(std::string_view text, std::size_t from) const override {
        if (m_data.model == SubwordModel::ByteLevelBpe) return text.size();
        for (std::size_t mark = text.find(kSpaceMark, from + 1); mark != std::string_view::npos;
             mark = text.find(kSpaceMark, mark + 1)) {
            if (!m_beforeMark.contains(characterBefore(text, mark))) return mark;
        }
        return text.size();
    }

private:
    // The code point that ends before `position`; invalid bytes give a value that no piece holds.
    static char32_t characterBefore(std::string_view text, std::size_t position) {
        for (std::size_t length = 1; length <= 4 && length <= position; ++length) {
            const Utf8Char character = decodeUtf8(text, position - length);
            if (character.valid && character.length == length) return character.codePoint;
        }
        return 0x110000;
    }

    void findByteSymbols() {
        for (std::size_t byte = 0; byte < 256; ++byte) {
            std::string spelled;
            appendUtf8(spelled, byteAlphabet()[byte]);
            const auto found = m_index.find(spelled);
            if (found != m_index.end() && isPiece(m_data, found->second)) m_bytes[byte] = found->second;
        }
    }

    void findCharacterSymbols() {
        for (TokenId token = 0; token < m_symbolCount; ++token) {
            const std::string& text = m_data.tokens[static_cast<std::size_t>(token)];
            if (text.empty() || !isPiece(m_data, token)) continue;
            const Utf8Char character = decodeUtf8(text, 0);
            if (character.valid && character.length == text.size()) setCharacter(character.codePoint, token);
        }
    }

    void setCharacter(char32_t codePoint, std::int32_t symbol) {
        if (codePoint < m_ascii.size()) {
            m_ascii[codePoint] = symbol;
        } else {
            m_characters[codePoint] = symbol;
        }
    }

    [[nodiscard]] std::int32_t characterSymbol(Utf8Char character) const {
        if (!character.valid) return kNoSymbol;
        if (character.codePoint < m_ascii.size()) return m_ascii[character.codePoint];
        const auto found = m_characters.find(character.codePoint);
        return found == m_characters.end() ? kNoSymbol : found->second;
    }

    Result<void> addMerges() {
        if (m_data.merges.size() >= std::numeric_limits<std::uint32_t>::max())
            return fail(ErrorCode::Corrupt, "too many merges");
        std::string joined;
        for (std::size_t merge = 0; merge < m_data.merges.size(); ++merge) {
            const auto& [left, right] = m_data.merges[merge];
            joined.assign(left).append(right);
            const auto leftToken = m_index.find(left), rightToken = m_index.find(right), whole = m_index.find(joined);
            if (leftToken == m_index.end() || rightToken == m_index.end() || whole == m_index.end())
                return fail(ErrorCode::Corrupt,
                            describeMerge(m_data, merge) + " names a token that is not in the vocabulary");
            // Text must never become a control token, not even by merging.
            if (!isPiece(m_data, whole->second)) continue;
            m_pairs.insert(leftToken->second, rightToken->second, static_cast<std::uint32_t>(merge), whole->second);
            noteMarks(joined);
        }
        return {};
    }

    void noteMarks(std::string_view piece) {
        for (std::size_t mark = piece.find(kSpaceMark, 1); mark != std::string_view::npos;
             mark = piece.find(kSpaceMark, mark + 1)) {
            m_beforeMark.insert(characterBefore(piece, mark));
        }
    }

    // SentencePiece has no list of merges: any two neighbours that spell a piece may merge, so every way to cut a piece
    // in two is a pair.
    void addPairsByScore() {
        const std::vector<std::uint32_t> ranks = scoreRanks();
        for (TokenId token = 0; token < static_cast<TokenId>(m_data.tokens.size()); ++token) {
            const std::string_view piece = m_data.tokens[static_cast<std::size_t>(token)];
            const TokenKind kind = kindOf(m_data, token);
            if (!isPiece(m_data, token) || validUtf8Prefix(piece) != piece.size() || piece.size() > kLongestPiece)
                continue;
            noteMarks(piece);
            if (kind == TokenKind::UserDefined) m_userDefined.insert(piece, token);
            for (std::size_t cut = 0; cut < piece.size();) {
                cut += decodeUtf8(piece, cut).length;
                if (cut == piece.size()) break;
                const std::int32_t left = partSymbol(piece.substr(0, cut));
                const std::int32_t right = partSymbol(piece.substr(cut));
                if (left != kNoSymbol && right != kNoSymbol)
                    m_pairs.insert(left, right, ranks[static_cast<std::size_t>(token)], token);
            }
        }
    }

    // A part is a piece, or a single character (which gets a symbol of its own when it is no piece).
    std::int32_t partSymbol(std::string_view part) {
        const auto found = m_index.find(part);
        if (found != m_index.end() && isPiece(m_data, found->second)) return found->second;
        const Utf8Char character = decodeUtf8(part, 0);
        if (character.length != part.size()) return kNoSymbol;
        if (const std::int32_t known = characterSymbol(character); known != kNoSymbol) return known;
        setCharacter(character.codePoint, m_symbolCount);
        m_parts.emplace_back(part);
        return m_symbolCount++;
    }

    [[nodiscard]] std::vector<std::uint32_t> scoreRanks() const {
        std::vector<double> sorted(m_data.scores);
        std::sort(sorted.begin(), sorted.end(), std::greater<>());
        sorted.erase(std::unique(sorted.begin(), sorted.end()), sorted.end());
        std::vector<std::uint32_t> ranks;
        for (const double score : m_data.scores) {
            const auto place = std::lower_bound(sorted.begin(), sorted.end(), score, std::greater<>());
            ranks.push_back(static_cast<std::uint32_t>(place - sorted.begin()));
        }
        return ranks;
    }

    bool encodeWhole(std::string_view word, Scratch& scratch, std::vector<TokenId>& out) const {
        std::string_view spelling = word;
        if (m_data.model == SubwordModel::ByteLevelBpe) {
            scratch.spelling.clear();
            for (const char byte : word) appendUtf8(scratch.spelling, byteAlphabet()[static_cast<unsigned char>(byte)]);
            spelling = scratch.spelling;
        }
        const auto found = m_index.find(spelling);
        if (found == m_index.end() || !isPiece(m_data, found->second)) return false;
        out.push_back(found->second);
        return true;
    }

    void encodeRun(std::string_view text, Scratch& scratch, std::vector<TokenId>& out) const {
        if (text.empty()) return;
        cutSymbols(text, scratch);
        mergeAll(scratch);
        for (std::int32_t at = scratch.symbols.empty() ? -1 : 0; at >= 0; at = scratch.symbols[at].next)
            emit(text, scratch, scratch.symbols[at], out);
    }

    void cutSymbols(std::string_view text, Scratch& scratch) const {
        scratch.symbols.clear();
        for (std::size_t position = 0; position < text.size();) {
            std::size_t length = 1;
            std::int32_t symbol = kNoSymbol;
            if (m_data.model == SubwordModel::ByteLevelBpe) {
                symbol = m_bytes[static_cast<unsigned char>(text[position])];
            } else {
                const Utf8Char character = decodeUtf8(text, position);
                length = character.length;
                symbol = characterSymbol(character);
            }
            if (symbol != kNoSymbol || !vanishes(text.substr(position, length)))
                append(scratch, symbol, position, length);
            position += length;
        }
        if (!scratch.symbols.empty()) scratch.symbols.back().next = -1;
    }

    static void append(Scratch& scratch, std::int32_t symbol, std::size_t begin, std::size_t length) {
        const auto index = static_cast<std::int32_t>(scratch.symbols.size());
        scratch.symbols.push_back(
            {symbol, index - 1, index + 1, static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(length)});
    }

    // Characters that nothing stands for vanish before merging, so that their neighbours meet.
    [[nodiscard]] bool vanishes(std::string_view character) const {
        return m_data.model != SubwordModel::SentencePieceBpe && !m_data.unknownIsToken && !hasBytes(character);
    }

    [[nodiscard]] bool hasBytes(std::string_view text) const {
        return m_data.byteFallback && std::all_of(text.begin(), text.end(), [&](char byte) {
                   return m_byteTokens[static_cast<unsigned char>(byte)] >= 0;
               });
    }

    void mergeAll(Scratch& scratch) const {
        scratch.queue.clear();
        scratch.unusedParts.clear();
        auto& symbols = scratch.symbols;
        for (std::int32_t at = 0; at + 1 < static_cast<std::int32_t>(symbols.size()); ++at) consider(scratch, at);
        while (!scratch.queue.empty()) {
            std::pop_heap(scratch.queue.begin(), scratch.queue.end(), std::greater<>());
            const std::uint64_t top = scratch.queue.back();
            scratch.queue.pop_back();
            const auto at = static_cast<std::int32_t>(top & 0xFFFFFFFFu);
            auto& left = symbols[at];
            if (left.id == kMerged || left.next < 0) continue;
            auto& right = symbols[left.next];
            const PairTable::Entry* pair = m_pairs.find(left.id, right.id);
            if (pair == nullptr || pair->rank != top >> 32) continue;  // one of the two has merged since
            left.id = pair->merged;
            left.length = right.begin + right.length - left.begin;
            right.id = kMerged;
            left.next = right.next;
            if (right.next >= 0) symbols[right.next].previous = at;
            if (left.previous >= 0) consider(scratch, left.previous);
            consider(scratch, at);
        }
    }

    void consider(Scratch& scratch, std::int32_t at) const {
        const auto& left = scratch.symbols[at];
        if (left.next < 0) return;
        const PairTable::Entry* pair = m_pairs.find(left.id, scratch.symbols[left.next].id);
        if (pair == nullptr) return;
        scratch.queue.push_back(std::uint64_t{pair->rank} << 32 | static_cast<std::uint32_t>(at));
        std::push_heap(scratch.queue.begin(), scratch.queue.end(), std::greater<>());
        if (kindOf(m_data, pair->merged) == TokenKind::Unused)
            scratch.unusedParts[pair->merged] = {left.id, scratch.symbols[left.next].id};
    }

    void emit(std::string_view text, Scratch& scratch, const Scratch::Symbol& symbol, std::vector<TokenId>& out) const {
        if (symbol.id >= 0 && symbol.id < static_cast<std::int32_t>(m_data.tokens.size())) {
            emitToken(scratch, symbol.id, out);
        } else {
            emitUnknown(text.substr(symbol.begin, symbol.length), out);
        }
    }

    // An unused piece serves as a step to larger ones only; left alone it falls apart again.
    void emitToken(Scratch& scratch, std::int32_t symbol, std::vector<TokenId>& out) const {
        const bool isToken = symbol < static_cast<std::int32_t>(m_data.tokens.size());
        const auto parts = isToken && kindOf(m_data, symbol) == TokenKind::Unused ? scratch.unusedParts.find(symbol)
                                                                                  : scratch.unusedParts.end();
        if (parts != scratch.unusedParts.end()) {
            const auto [left, right] = parts->second;
            emitToken(scratch, left, out);
            emitToken(scratch, right, out);
        } else if (isToken && kindOf(m_data, symbol) != TokenKind::Unused) {
            out.push_back(symbol);
        } else {
            const auto index = static_cast<std::size_t>(symbol);
            emitUnknown(isToken ? m_data.tokens[index] : m_parts[index - m_data.tokens.size()], out);
        }
    }

    void emitUnknown(std::string_view character, std::vector<TokenId>& out) const {
        if (hasBytes(character)) {
            for (const char byte : character) out.push_back(m_byteTokens[static_cast<unsigned char>(byte)]);
        } else if (m_data.unknownIsToken) {
            out.push_back(m_data.specials.unknown);
        }
    }

    const TokenizerData& m_data;
    const VocabularyIndex& m_index;
    PairTable m_pairs;
    std::int32_t m_symbolCount;        ///< tokens, then characters that are no tokens but parts of some
    std::vector<std::string> m_parts;  ///< the characters that are no tokens
    std::vector<TokenId> m_byteTokens;
    std::array<std::int32_t, 256> m_bytes{};
    std::array<std::int32_t, 128> m_ascii{};
    std::unordered_map<char32_t, std::int32_t> m_characters;
    std::unordered_set<char32_t> m_beforeMark;  ///< what stands before U+2581 inside some piece
    ByteTrie m_userDefined;
};

}  // namespace

std::size_t SubwordEncoder::cutAfter(std::string_view text, std::size_t) const {
    return text.size();
}

std::vector<TokenId> byteTokens(const TokenizerData& data, const VocabularyIndex& index) {
    constexpr std::string_view kDigits = "0123456789ABCDEF";
    std::vector<TokenId> tokens(256, -1);
    for (std::size_t byte = 0; byte < 256; ++byte) {
        const char spelling[] = {'<', '0', 'x', kDigits[byte >> 4], kDigits[byte & 15], '>'};
        const auto found = index.find(std::string_view(spelling, sizeof spelling));
        if (found == index.end()) continue;
        const TokenKind kind = kindOf(data, found->second);
        // A file may list such a spelling as a control token, which text never becomes.
        if (kind == TokenKind::Byte || kind == TokenKind::Normal) tokens[byte] = found->second;
    }
    return tokens;
}

Result<std::unique_ptr<SubwordEncoder>> makeBpeEncoder(const TokenizerData& data, const VocabularyIndex& index) {
    auto encoder = std::make_unique<BpeEncoder>(data, index);
    STRATA_CHECK(encoder->build());
    return encoder;
}

}  // namespace strata
