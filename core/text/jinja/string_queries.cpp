#include "core/text/jinja/access.h"
#include "core/text/jinja/methods.h"
#include "core/text/jinja/string_operations.h"
#include "core/text/jinja/unicode.h"

#include <algorithm>

namespace strata::jinja {
namespace {

Value number(std::size_t count) {
    return Value(static_cast<std::int64_t>(count));
}

/// Bytes of the characters [start, end) that a search is limited to; nothing when they lie outside the text.
std::optional<ByteRange> window(std::string_view text, const Parameters& given, std::size_t first) {
    const auto length = static_cast<std::int64_t>(characterCount(text));
    const auto resolve = [&](std::size_t index, std::int64_t fallback) {
        const std::int64_t bound = given.given(index) ? given.integer(index, fallback) : fallback;
        return bound < 0 ? std::max<std::int64_t>(0, bound + length) : bound;
    };
    const std::int64_t start = resolve(first, 0), end = std::min(resolve(first + 1, length), length);
    if (start > length || start > end) return std::nullopt;
    return ByteRange{byteOffset(text, static_cast<std::size_t>(start)),
                     byteOffset(text, static_cast<std::size_t>(end))};
}

template <bool fromEnd>
bool matchesEdge(std::string_view text, const Value& affix) {
    if (const auto* string = affix.asString()) {
        return fromEnd ? text.ends_with(string->text.view()) : text.starts_with(string->text.view());
    }
    const auto* list = affix.asList();
    if (!list || list->kind != ListKind::Tuple) {
        raise("startswith/endswith first arg must be str or a tuple of str, not " + std::string(typeName(affix)));
    }
    return std::ranges::any_of(list->items, [&](const Value& item) { return matchesEdge<fromEnd>(text, item); });
}

template <bool fromEnd>
Value edge(Runtime& runtime, const StringData& self, const Arguments& arguments) {
    const Parameters given("startswith", arguments, {"prefix", "start", "end"}, 1);
    runtime.account().bytes(self.text.size());
    const auto range = window(self.text.view(), given, 1);
    if (!range) return Value(false);
    return Value(matchesEdge<fromEnd>(self.text.view().substr(range->begin, range->end - range->begin), *given[0]));
}

std::optional<std::size_t> findPlace(Runtime& runtime, const StringData& self, const Arguments& arguments,
                                     bool fromRight) {
    const Parameters given("find", arguments, {"sub", "start", "end"}, 1);
    const std::string_view needle = given.string(0)->view();
    const std::string_view text = self.text.view();
    runtime.account().search(text.size(), needle.size());
    const auto range = window(text, given, 1);
    if (!range) return std::nullopt;
    const std::string_view searched = text.substr(range->begin, range->end - range->begin);
    const std::size_t at = fromRight ? searched.rfind(needle) : searched.find(needle);
    if (at == searched.npos) return std::nullopt;
    return characterCount(text.substr(0, range->begin + at));
}

template <bool fromRight>
Value find(Runtime& runtime, const StringData& self, const Arguments& arguments) {
    const auto place = findPlace(runtime, self, arguments, fromRight);
    return place ? number(*place) : Value(std::int64_t{-1});
}

template <bool fromRight>
Value index(Runtime& runtime, const StringData& self, const Arguments& arguments) {
    const auto place = findPlace(runtime, self, arguments, fromRight);
    if (!place) raise("substring not found");
    return number(*place);
}

Value count(Runtime& runtime, const StringData& self, const Arguments& arguments) {
    const Parameters given("count", arguments, {"sub", "start", "end"}, 1);
    const auto range = window(self.text.view(), given, 1);
    if (!range) return number(0);
    const std::string_view text = self.text.view().substr(range->begin, range->end - range->begin);
    const std::string_view needle = given.string(0)->view();
    if (needle.empty()) return number(characterCount(text) + 1);
    return number(findAll(runtime, text, needle).size());
}

/// At least one character, and `holds` for each.
template <class F>
bool everyCharacter(const StringData& self, F&& holds) {
    bool every = !self.text.empty();
    forEachCharacter(self.text.view(),
                     [&](Character character, std::size_t) { every = every && holds(character.code); });
    return every;
}

template <CharClass which>
Value every(Runtime& runtime, const StringData& self, const Arguments& arguments) {
    Parameters("str test", arguments, {});
    runtime.account().bytes(self.text.size());
    return Value(everyCharacter(self, [](char32_t code) { return isClass(code, which); }));
}

Value isAlphanumeric(Runtime& runtime, const StringData& self, const Arguments&) {
    runtime.account().bytes(self.text.size());
    return Value(everyCharacter(self, [](char32_t code) {
        return isClass(code, CharClass::Alpha) || isClass(code, CharClass::Decimal) ||
               isClass(code, CharClass::Digit) || isClass(code, CharClass::Numeric);
    }));
}

Value isAscii(Runtime&, const StringData& self, const Arguments&) {
    return Value(self.text.empty() || everyCharacter(self, [](char32_t code) { return code < 0x80; }));
}

Value isPrintable(Runtime&, const StringData& self, const Arguments&) {
    return Value(self.text.empty() ||
                 everyCharacter(self, [](char32_t code) { return isClass(code, CharClass::Printable); }));
}

Value isIdentifier(Runtime&, const StringData& self, const Arguments&) {
    const bool digitFirst = !self.text.empty() && isClass(characterAt(self.text.view(), 0).code, CharClass::Decimal);
    return Value(!digitFirst &&
                 everyCharacter(self, [](char32_t code) { return isClass(code, CharClass::Identifier); }));
}

/// All cased characters are of the wanted case, and there is one.
template <CharClass wanted>
Value allOfCase(Runtime& runtime, const StringData& self, const Arguments&) {
    runtime.account().bytes(self.text.size());
    bool seen = false, clean = true;
    forEachCharacter(self.text.view(), [&](Character character, std::size_t) {
        if (!isCased(character.code)) return;
        seen = true;
        clean = clean && isClass(character.code, wanted);
    });
    return Value(seen && clean);
}

Value isTitle(Runtime&, const StringData& self, const Arguments&) {
    bool seen = false, clean = true, inWord = false;
    forEachCharacter(self.text.view(), [&](Character character, std::size_t) {
        const bool large = isClass(character.code, CharClass::Upper) || isClass(character.code, CharClass::Title);
        const bool small = isClass(character.code, CharClass::Lower);
        clean = clean && !(large && inWord) && !(small && !inWord);
        seen = seen || large || small;
        inWord = large || small;
    });
    return Value(seen && clean);
}

constexpr StringMethod kMethods[] = {
    {"count", count},
    {"endswith", edge<true>},
    {"find", find<false>},
    {"index", index<false>},
    {"isalnum", isAlphanumeric},
    {"isalpha", every<CharClass::Alpha>},
    {"isascii", isAscii},
    {"isdecimal", every<CharClass::Decimal>},
    {"isdigit", every<CharClass::Digit>},
    {"isidentifier", isIdentifier},
    {"islower", allOfCase<CharClass::Lower>},
    {"isnumeric", every<CharClass::Numeric>},
    {"isprintable", isPrintable},
    {"isspace", every<CharClass::Space>},
    {"istitle", isTitle},
    {"isupper", allOfCase<CharClass::Upper>},
    {"rfind", find<true>},
    {"rindex", index<true>},
    {"startswith", edge<false>},
};

}  // namespace

std::span<const StringMethod> stringQueries() noexcept {
    return kMethods;
}

}  // namespace strata::jinja
