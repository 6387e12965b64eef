#include "core/text/added_tokens.h"

#include "core/text/subword.h"
#include "core/text/utf8.h"

namespace strata {
namespace {

std::size_t spacesBefore(std::string_view text, std::size_t position, std::size_t least) {
    while (position > least) {
        std::size_t begin = position - 1;
        while (begin > least && (static_cast<unsigned char>(text[begin]) & 0xC0u) == 0x80u) --begin;
        const Utf8Char character = decodeUtf8(text, begin);
        if (!character.valid || begin + character.length != position || !isUnicodeSpace(character.codePoint)) break;
        position = begin;
    }
    return position;
}

std::size_t spacesAfter(std::string_view text, std::size_t position, std::size_t most) {
    while (position < most) {
        const Utf8Char character = decodeUtf8(text, position);
        if (!character.valid || !isUnicodeSpace(character.codePoint)) break;
        position += character.length;
    }
    return std::min(position, most);
}

}  // namespace

Result<AddedTokens> AddedTokens::create(const TokenizerData& data, Phase phase) {
    AddedTokens out;
    for (const AddedToken& added : data.added) {
        const std::string& spelling = data.tokens[static_cast<std::size_t>(added.id)];
        const TokenKind kind = kindOf(data, added.id);
        const bool isMarker = kind == TokenKind::Control || kind == TokenKind::Unknown || isMarkerSpelling(spelling);
        // Whether a marker is allowed is a matter of the raw text, so markers are always searched there.
        const bool isRaw = isMarker || !added.normalized || data.normalizer.empty();
        if (isRaw != (phase == Phase::Raw)) continue;
        const std::string key = isRaw ? spelling : data.normalizer.apply(spelling);
        out.m_trie.insert(key, static_cast<std::int32_t>(out.m_rules.size()));
        out.m_rules.push_back({added, isMarker});
        if (!added.singleWord || out.m_wordCharacter) continue;
        STRATA_TRY(Regex word, Regex::compile(R"(\A\w)"));
        out.m_wordCharacter = std::move(word);
    }
    return out;
}

bool AddedTokens::standsAlone(std::string_view text, std::size_t begin, std::size_t end) const {
    Regex::Matcher matcher(*m_wordCharacter);
    Regex::Match match;
    const auto isWord = [&](std::size_t at) {
        const Utf8Char character = decodeUtf8(text, at);
        return character.valid && matcher.find(text.substr(at, character.length), 0, match);
    };
    std::size_t before = begin;
    while (before > 0 && (static_cast<unsigned char>(text[--before]) & 0xC0u) == 0x80u) {
    }
    return (begin == 0 || !isWord(before)) && (end == text.size() || !isWord(end));
}

std::optional<TextPart> AddedTokens::matchAt(std::string_view text, std::size_t position, std::size_t end,
                                             bool withMarkers) const {
    std::optional<TextPart> found;
    m_trie.visitPrefixes(text.substr(0, end), position, [&](std::size_t length, std::int32_t index) {
        const Rule& rule = m_rules[static_cast<std::size_t>(index)];
        if (rule.isMarker && !withMarkers) return;
        if (rule.token.singleWord && !standsAlone(text, position, position + length)) return;
        found = TextPart{position, position + length, static_cast<TokenId>(index)};
    });
    return found;
}

void AddedTokens::cut(std::string_view text, std::size_t begin, std::size_t end, bool withMarkers,
                      std::vector<TextPart>& parts) const {
    std::size_t open = begin;
    for (std::size_t position = begin; !empty() && position < end;) {
        std::optional<TextPart> found = matchAt(text, position, end, withMarkers);
        if (!found) {
            ++position;
            continue;
        }
        const AddedToken& token = m_rules[static_cast<std::size_t>(found->token)].token;
        if (token.stripLeft) found->begin = spacesBefore(text, found->begin, open);
        if (token.stripRight) found->end = spacesAfter(text, found->end, end);
        if (found->begin > open) parts.push_back({open, found->begin, -1});
        parts.push_back({found->begin, found->end, token.id});
        position = open = found->end;
    }
    if (open < end) parts.push_back({open, end, -1});
}

}  // namespace strata
