#include "core/text/jinja/unicode.h"

#include <algorithm>
#include <span>

namespace strata::jinja {
namespace {

struct ClassRun {
    char32_t first;
    std::uint16_t classes;
};
struct CaseRun {
    char32_t first, last;
    char32_t stride;
    std::int32_t delta;
};
struct CaseExpansion {
    char32_t code;
    char32_t to[3];  // 0 = none
};

#include "core/text/jinja/unicode_tables.inc"

std::uint16_t classesOf(char32_t code) noexcept {
    const auto* after = std::ranges::upper_bound(kClassRuns, code, {}, &ClassRun::first);
    return after == std::begin(kClassRuns) ? std::uint16_t{0} : std::prev(after)->classes;
}

void appendMapped(std::string& into, char32_t code, std::span<const CaseRun> runs,
                  std::span<const CaseExpansion> expansions) {
    const auto after = std::ranges::upper_bound(runs, code, {}, &CaseRun::first);
    if (after != runs.begin()) {
        const CaseRun& run = *std::prev(after);
        if (code <= run.last && (code - run.first) % run.stride == 0) {
            appendCharacter(into, static_cast<char32_t>(static_cast<std::int32_t>(code) + run.delta));
            return;
        }
    }
    const auto expansion = std::ranges::lower_bound(expansions, code, {}, &CaseExpansion::code);
    if (expansion == expansions.end() || expansion->code != code) {
        appendCharacter(into, code);
        return;
    }
    for (const char32_t part : expansion->to) {
        if (part != 0) appendCharacter(into, part);
    }
}

// Greek capital sigma is the one letter whose lower case depends on its place in the word.
constexpr char32_t kCapitalSigma = 0x3a3;
constexpr char32_t kFinalSigma = 0x3c2;

bool endsWord(std::string_view text, std::size_t at, std::size_t length) noexcept {
    const bool before = at > 0 && isCased(characterBefore(text, at).code);
    const bool after = at + length < text.size() && isCased(characterAt(text, at + length).code);
    return before && !after;
}

std::size_t sequenceLength(unsigned char lead) noexcept {
    if (lead < 0x80) return 1;
    if (lead >= 0xc2 && lead <= 0xdf) return 2;
    if (lead >= 0xe0 && lead <= 0xef) return 3;
    if (lead >= 0xf0 && lead <= 0xf4) return 4;
    return 0;
}

}  // namespace

bool isClass(char32_t code, CharClass which) noexcept {
    return (classesOf(code) & static_cast<std::uint16_t>(which)) != 0;
}

bool isCased(char32_t code) noexcept {
    constexpr auto kCased = static_cast<std::uint16_t>(CharClass::Lower) |
                            static_cast<std::uint16_t>(CharClass::Upper) | static_cast<std::uint16_t>(CharClass::Title);
    return (classesOf(code) & kCased) != 0;
}

Character characterAt(std::string_view text, std::size_t at) noexcept {
    const auto byte = [&](std::size_t offset) { return static_cast<unsigned char>(text[at + offset]); };
    const Character invalid{static_cast<char32_t>(0xdc00 + byte(0)), 1};
    const std::size_t length = sequenceLength(byte(0));
    if (length == 1) return {byte(0), 1};
    if (length == 0 || at + length > text.size()) return invalid;
    char32_t code = byte(0) & (0x7fu >> length);
    for (std::size_t offset = 1; offset < length; ++offset) {
        if ((byte(offset) & 0xc0) != 0x80) return invalid;
        code = (code << 6) | (byte(offset) & 0x3fu);
    }
    const bool tooLong = (length == 3 && code < 0x800) || (length == 4 && code < 0x10000);
    if (tooLong || code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff)) return invalid;
    return {code, length};
}

Character characterBefore(std::string_view text, std::size_t end) noexcept {
    // The longest fit: the last byte of a longer character alone would pass for an invalid byte.
    for (std::size_t back = std::min<std::size_t>(4, end); back > 1; --back) {
        const Character candidate = characterAt(text.substr(0, end), end - back);
        if (candidate.length == back) return candidate;
    }
    return characterAt(text.substr(0, end), end - 1);
}

void appendCharacter(std::string& text, char32_t code) {
    const auto put = [&](char32_t value) { text.push_back(static_cast<char>(static_cast<unsigned char>(value))); };
    if (code >= 0xdc80 && code <= 0xdcff) return put(code - 0xdc00);
    if (code < 0x80) return put(code);
    if (code < 0x800) {
        put(0xc0 | (code >> 6));
    } else if (code < 0x10000) {
        put(0xe0 | (code >> 12));
        put(0x80 | ((code >> 6) & 0x3f));
    } else {
        put(0xf0 | (code >> 18));
        put(0x80 | ((code >> 12) & 0x3f));
        put(0x80 | ((code >> 6) & 0x3f));
    }
    put(0x80 | (code & 0x3f));
}

std::size_t characterCount(std::string_view text) noexcept {
    std::size_t count = 0;
    forEachCharacter(text, [&](Character, std::size_t) { ++count; });
    return count;
}

std::size_t byteOffset(std::string_view text, std::size_t index) noexcept {
    std::size_t at = 0;
    for (; index > 0 && at < text.size(); --index) at += characterAt(text, at).length;
    return at;
}

void appendUpper(std::string& into, char32_t code) {
    appendMapped(into, code, kUpperRuns, kUpperExpansions);
}
void appendLower(std::string& into, char32_t code) {
    appendMapped(into, code, kLowerRuns, kLowerExpansions);
}
void appendTitle(std::string& into, char32_t code) {
    appendMapped(into, code, kTitleRuns, kTitleExpansions);
}

std::string upper(std::string_view text) {
    std::string result;
    result.reserve(text.size());
    forEachCharacter(text, [&](Character character, std::size_t) { appendUpper(result, character.code); });
    return result;
}

std::string lower(std::string_view text) {
    std::string result;
    result.reserve(text.size());
    forEachCharacter(text, [&](Character character, std::size_t at) {
        if (character.code == kCapitalSigma && endsWord(text, at, character.length)) {
            appendCharacter(result, kFinalSigma);
        } else {
            appendLower(result, character.code);
        }
    });
    return result;
}

}  // namespace strata::jinja
