#include "core/text/normalizer.h"

#include "core/text/unicode_tables.h"
#include "core/text/utf8.h"

#include <algorithm>
#include <bit>
#include <cstring>

namespace strata {
namespace {

constexpr std::size_t kLongestReplacement = 1024;  // it may stand for every character of a text

static_assert(std::endian::native == std::endian::little);

// A unit of a Darts double array: where its children start, whether a value hangs below, its own byte.
std::uint32_t offsetOf(std::uint32_t unit) {
    return (unit >> 10) << ((unit & (1u << 9)) >> 6);
}
bool hasValue(std::uint32_t unit) {
    return ((unit >> 8) & 1u) != 0;
}
std::uint32_t labelOf(std::uint32_t unit) {
    return unit & ((1u << 31) | 0xFFu);
}
std::uint32_t valueOf(std::uint32_t unit) {
    return unit & ((1u << 31) - 1);
}

template <class Visit>
void forEachCharacter(std::string_view text, const Visit& visit) {
    for (std::size_t position = 0; position < text.size();) {
        const Utf8Char character = decodeUtf8(text, position);
        visit(character, text.substr(position, character.length));
        position += character.length;
    }
}

// visit(piece, valid) for runs of valid UTF-8 and for the invalid bytes between them.
template <class Visit>
void forEachRun(std::string_view text, const Visit& visit) {
    while (!text.empty()) {
        const std::size_t valid = validUtf8Prefix(text);
        if (valid > 0) visit(text.substr(0, valid), true);
        if (valid < text.size()) visit(text.substr(valid, 1), false);
        text.remove_prefix(std::min(valid + 1, text.size()));
    }
}

std::string run(const UnicodeForm& form, std::string_view text) {
    return normalizeUnicode(text, form);
}

std::string run(const Normalizer::Prepend& step, std::string_view text) {
    std::string out;
    if (!text.empty()) out.append(step.text).append(text);
    return out;
}

std::string run(const Normalizer::Replace& step, std::string_view text) {
    Regex::Matcher matcher(step.regex);
    std::string out;
    forEachRun(text, [&](std::string_view piece, bool valid) {
        std::size_t position = 0;
        Regex::Match match;
        while (valid && position < piece.size() && matcher.find(piece, position, match) && match.end > match.begin) {
            out.append(piece.substr(position, match.begin - position)).append(step.with);
            position = match.end;
        }
        out += piece.substr(position);
    });
    return out;
}

std::string run(const Normalizer::Strip& step, std::string_view text) {
    std::size_t begin = 0;
    while (step.left && begin < text.size()) {
        const Utf8Char character = decodeUtf8(text, begin);
        if (!character.valid || !isUnicodeSpace(character.codePoint)) break;
        begin += character.length;
    }
    std::size_t end = begin;
    std::size_t position = begin;
    forEachCharacter(text.substr(begin), [&](Utf8Char character, std::string_view bytes) {
        position += bytes.size();
        if (!step.right || !character.valid || !isUnicodeSpace(character.codePoint)) end = position;
    });
    return std::string(text.substr(begin, end - begin));
}

std::string run(const Normalizer::Lowercase&, std::string_view text) {
    const auto table = unicode::lowerCase();
    std::string out;
    forEachCharacter(text, [&](Utf8Char character, std::string_view bytes) {
        const auto found = std::lower_bound(table.begin(), table.end(), character.codePoint,
                                            [](const auto& entry, char32_t value) { return entry.upper < value; });
        if (character.codePoint == 0x130 && character.valid) {
            out += "i\xCC\x87";  // the one character whose lower case is two
        } else if (character.valid && found != table.end() && found->upper == character.codePoint) {
            appendUtf8(out, found->lower);
        } else {
            out += bytes;
        }
    });
    return out;
}

std::string run(const Normalizer::StripAccents&, std::string_view text) {
    const auto marks = unicode::marks();
    std::string out;
    forEachCharacter(text, [&](Utf8Char character, std::string_view bytes) {
        const auto after = std::upper_bound(marks.begin(), marks.end(), character.codePoint,
                                            [](char32_t value, const auto& range) { return value < range.begin; });
        const bool isMark = character.valid && after != marks.begin() && character.codePoint <= std::prev(after)->end;
        if (!isMark) out += bytes;
    });
    return out;
}

// `tokenizers` looks a short grapheme up as a whole and takes the shortest prefix it finds for all of it; failing that
// it goes character by character.
void mapGrapheme(const CharsMap& map, std::string_view grapheme, std::string& out) {
    constexpr std::size_t kShortGrapheme = 6;
    if (grapheme.size() < kShortGrapheme) {
        if (const auto found = map.shortestAt(grapheme, 0); found.length > 0) {
            out += found.replacement;
            return;
        }
    }
    forEachCharacter(grapheme, [&](Utf8Char, std::string_view bytes) {
        const auto found = map.shortestAt(bytes, 0);
        out.append(found.length > 0 ? found.replacement : bytes);
    });
}

std::string run(const Normalizer::Precompiled& step, std::string_view text) {
    Regex::Matcher matcher(step.grapheme);
    std::string out;
    forEachRun(text, [&](std::string_view piece, bool valid) {
        std::size_t position = 0;
        Regex::Match match;
        while (valid && position < piece.size() && matcher.find(piece, position, match) && match.end > position) {
            mapGrapheme(step.map, piece.substr(position, match.end - position), out);
            position = match.end;
        }
        out += piece.substr(position);
    });
    return out;
}

class SentenceNormalizer {
public:
    explicit SentenceNormalizer(const Normalizer::SentencePiece& step) : m_step(step) {}

    std::string apply(std::string_view text) {
        if (m_step.removeExtraSpaces) skipLeadingSpaces(text);
        if (text.empty()) return {};
        m_out.reserve(text.size() + text.size() / 2);
        if (m_step.addPrefix) put(" ");
        bool afterSpace = m_step.removeExtraSpaces;
        while (!text.empty()) {
            const Mapped mapped = map(text);
            std::string_view piece = mapped.text;
            while (afterSpace && piece.starts_with(' ')) piece.remove_prefix(1);
            if (!piece.empty()) {
                put(piece);
                afterSpace = piece.ends_with(' ');
            }
            if (!m_step.removeExtraSpaces) afterSpace = false;
            text.remove_prefix(mapped.length);
        }
        if (m_step.removeExtraSpaces) dropTrailingSpaces();
        return std::move(m_out);
    }

private:
    struct Mapped {
        std::string_view text;
        std::size_t length;
    };

    [[nodiscard]] Mapped map(std::string_view text) const {
        if (const auto kept = m_step.userDefined.longestAt(text, 0); kept.length > 0)
            return {text.substr(0, kept.length), kept.length};
        if (m_step.map) {
            if (const auto found = m_step.map->longestAt(text, 0); found.length > 0)
                return {found.replacement, found.length};
        }
        const Utf8Char character = decodeUtf8(text, 0);
        // SentencePiece writes U+FFFD for each byte that is no UTF-8.
        if (!character.valid) return {kReplacementCharacter, character.length};
        return {text.substr(0, character.length), character.length};
    }

    void skipLeadingSpaces(std::string_view& text) const {
        while (!text.empty()) {
            const Mapped mapped = map(text);
            if (mapped.text != " ") return;
            text.remove_prefix(mapped.length);
        }
    }

    void put(std::string_view piece) {
        for (const char character : piece) {
            if (character == ' ' && m_step.markSpaces) {
                m_out += kSpaceMark;
            } else {
                m_out += character;
            }
        }
    }

    void dropTrailingSpaces() {
        const std::string_view space = m_step.markSpaces ? kSpaceMark : std::string_view(" ");
        while (m_out.ends_with(space)) m_out.erase(m_out.size() - space.size());
    }

    const Normalizer::SentencePiece& m_step;
    std::string m_out;
};

std::string run(const Normalizer::SentencePiece& step, std::string_view text) {
    return SentenceNormalizer(step).apply(text);
}

}  // namespace

Result<CharsMap> CharsMap::parse(std::span<const std::byte> bytes) {
    std::uint32_t arrayBytes = 0;
    if (bytes.size() <= sizeof arrayBytes)
        return fail(ErrorCode::Corrupt, "the precompiled character map is too short");
    std::memcpy(&arrayBytes, bytes.data(), sizeof arrayBytes);
    if (arrayBytes == 0 || arrayBytes % 4 != 0 || arrayBytes > bytes.size() - sizeof arrayBytes)
        return fail(ErrorCode::Corrupt, "the precompiled character map's array does not fit");
    CharsMap map;
    map.m_units.resize(arrayBytes / 4);
    std::memcpy(map.m_units.data(), bytes.data() + sizeof arrayBytes, arrayBytes);
    const auto rest = bytes.subspan(sizeof arrayBytes + arrayBytes);
    map.m_replacements.assign(reinterpret_cast<const char*>(rest.data()), rest.size());
    for (std::size_t begin = 0; begin < map.m_replacements.size();) {
        const std::size_t end = std::min(map.m_replacements.find('\0', begin), map.m_replacements.size());
        if (end - begin > kLongestReplacement)
            return fail(ErrorCode::Corrupt,
                        "the precompiled character map has a replacement of " + std::to_string(end - begin) + " bytes");
        begin = end + 1;
    }
    return map;
}

std::string_view CharsMap::replacementAt(std::uint32_t offset) const {
    if (offset >= m_replacements.size()) return {};
    const std::string_view rest = std::string_view(m_replacements).substr(offset);
    return rest.substr(0, rest.find('\0'));
}

// visit(length, replacement) shortest first, until it returns false.
template <class Visit>
void CharsMap::visitPrefixes(std::string_view text, std::size_t position, const Visit& visit) const {
    std::uint32_t node = offsetOf(m_units[0]);
    for (std::size_t end = position; end < text.size();) {
        const auto byte = static_cast<unsigned char>(text[end++]);
        node ^= byte;
        if (node >= m_units.size() || labelOf(m_units[node]) != byte) return;
        const std::uint32_t unit = m_units[node];
        node ^= offsetOf(unit);
        if (!hasValue(unit)) continue;
        if (node >= m_units.size() || !visit(end - position, replacementAt(valueOf(m_units[node])))) return;
    }
}

CharsMap::Found CharsMap::longestAt(std::string_view text, std::size_t position) const {
    Found found;
    visitPrefixes(text, position, [&](std::size_t length, std::string_view replacement) {
        found = {length, replacement};
        return true;
    });
    return found;
}

CharsMap::Found CharsMap::shortestAt(std::string_view text, std::size_t position) const {
    Found found;
    visitPrefixes(text, position, [&](std::size_t length, std::string_view replacement) {
        found = {length, replacement};
        return false;
    });
    return found;
}

std::string Normalizer::apply(std::string_view text) const {
    std::string current(text);
    for (const Step& step : m_steps) {
        current = std::visit([&](const auto& concrete) { return run(concrete, current); }, step);
    }
    return current;
}

}  // namespace strata
