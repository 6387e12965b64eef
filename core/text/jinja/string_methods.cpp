#include "core/text/jinja/access.h"
#include "core/text/jinja/format.h"
#include "core/text/jinja/methods.h"
#include "core/text/jinja/operators.h"
#include "core/text/jinja/print.h"
#include "core/text/jinja/string_operations.h"
#include "core/text/jinja/unicode.h"

#include <algorithm>
#include <utility>

namespace strata::jinja {
namespace {

Value textOf(Runtime& runtime, const StringData& self, MarkedText text) {
    return runtime.text(std::move(text), self.markup);
}

template <std::string (*Change)(std::string_view)>
Value mapped(Runtime& runtime, const StringData& self, const Arguments& arguments) {
    Parameters("str method", arguments, {});
    return textOf(runtime, self, self.text.mapRuns(Change));
}

std::string swapCase(std::string_view text) {
    std::string result;
    forEachCharacter(text, [&](Character character, std::size_t) {
        if (isClass(character.code, CharClass::Upper)) {
            appendLower(result, character.code);
        } else {
            appendUpper(result, character.code);
        }
    });
    return result;
}

// Case folding differs from lower case in a few letters only; the sharp s is the one that occurs in practice.
std::string caseFold(std::string_view text) {
    std::string result;
    forEachCharacter(text, [&](Character character, std::size_t) {
        if (character.code == 0xdf) {
            result += "ss";
        } else {
            appendLower(result, character.code);
        }
    });
    return result;
}

Value titled(Runtime& runtime, const StringData& self, const Arguments& arguments) {
    Parameters("title", arguments, {});
    bool inWord = false;
    return textOf(runtime, self, self.text.mapRuns([&](std::string_view run) {
        std::string result;
        forEachCharacter(run, [&](Character character, std::size_t) {
            if (inWord) {
                appendLower(result, character.code);
            } else {
                appendTitle(result, character.code);
            }
            inWord = isCased(character.code);
        });
        return result;
    }));
}

Value capitalized(Runtime& runtime, const StringData& self, const Arguments& arguments) {
    Parameters("capitalize", arguments, {});
    return textOf(runtime, self, capitalize(self.text));
}

template <Side side>
Value stripped(Runtime& runtime, const StringData& self, const Arguments& arguments) {
    const Parameters given("strip", arguments, {"chars"});
    const MarkedText* characters = given.given(0) ? given.string(0) : nullptr;
    runtime.account().search(self.text.size(), characters ? characters->size() : 1);
    return textOf(runtime, self, strip(self.text, side, characters));
}

/// Pieces of `text` between runs of white space, at most `most` cuts.
std::vector<MarkedText> splitWords(Runtime& runtime, const MarkedText& text, std::size_t most) {
    std::vector<MarkedText> words;
    MarkedText rest = strip(text, Side::Left);
    const std::string_view view = rest.view();
    std::size_t at = 0;
    while (at < view.size()) {
        if (words.size() == most) {
            words.push_back(rest.slice(at, view.size()));
            return words;
        }
        std::size_t end = at;
        while (end < view.size() && !isSpace(characterAt(view, end).code)) end += characterAt(view, end).length;
        runtime.account().steps(1);
        words.push_back(rest.slice(at, end));
        at = end;
        while (at < view.size() && isSpace(characterAt(view, at).code)) at += characterAt(view, at).length;
    }
    return words;
}

std::vector<MarkedText> splitWordsFromRight(Runtime& runtime, const MarkedText& text, std::size_t most) {
    std::vector<MarkedText> words;
    MarkedText rest = strip(text, Side::Right);
    const std::string_view view = rest.view();
    std::size_t end = view.size();
    while (end > 0) {
        if (words.size() == most) {
            words.push_back(rest.slice(0, end));
            break;
        }
        std::size_t begin = end;
        while (begin > 0 && !isSpace(characterBefore(view, begin).code)) begin -= characterBefore(view, begin).length;
        runtime.account().steps(1);
        words.push_back(rest.slice(begin, end));
        end = begin;
        while (end > 0 && isSpace(characterBefore(view, end).code)) end -= characterBefore(view, end).length;
    }
    std::ranges::reverse(words);
    return words;
}

/// Places where `separator` is cut at, from the left or from the right.
std::vector<std::size_t> cutPlaces(Runtime& runtime, std::string_view text, std::string_view separator,
                                   std::size_t most, bool fromRight) {
    if (separator.empty()) raise("empty separator");
    if (!fromRight) return findAll(runtime, text, separator, most);
    runtime.account().search(text.size(), separator.size());
    std::vector<std::size_t> places;
    std::size_t end = text.size();
    while (places.size() < most && end >= separator.size()) {
        const std::size_t at = text.rfind(separator, end - separator.size());
        if (at == text.npos) break;
        runtime.account().steps(1);
        places.push_back(at);
        end = at;
    }
    std::ranges::reverse(places);
    return places;
}

std::vector<MarkedText> splitAt(const MarkedText& text, const std::vector<std::size_t>& places, std::size_t width) {
    std::vector<MarkedText> parts;
    std::size_t begin = 0;
    for (const std::size_t place : places) {
        parts.push_back(text.slice(begin, place));
        begin = place + width;
    }
    parts.push_back(text.slice(begin, text.size()));
    return parts;
}

Value listOf(Runtime& runtime, const StringData& self, std::vector<MarkedText> parts) {
    std::vector<Value> items;
    items.reserve(parts.size());
    for (MarkedText& part : parts) items.push_back(textOf(runtime, self, std::move(part)));
    return runtime.list(std::move(items));
}

std::size_t limitOf(std::int64_t count) {
    return count < 0 ? kNoLimit : static_cast<std::size_t>(count);
}

template <bool fromRight>
Value split(Runtime& runtime, const StringData& self, const Arguments& arguments) {
    const Parameters given("split", arguments, {"sep", "maxsplit"});
    const std::size_t most = limitOf(given.integer(1, -1));
    runtime.account().bytes(self.text.size());
    if (!given.given(0)) {
        return listOf(runtime, self,
                      fromRight ? splitWordsFromRight(runtime, self.text, most) : splitWords(runtime, self.text, most));
    }
    const MarkedText& separator = *given.string(0);
    const auto places = cutPlaces(runtime, self.text.view(), separator.view(), most, fromRight);
    return listOf(runtime, self, splitAt(self.text, places, separator.size()));
}

template <bool fromRight>
Value partition(Runtime& runtime, const StringData& self, const Arguments& arguments) {
    const Parameters given("partition", arguments, {"sep"}, 1);
    const MarkedText& separator = *given.string(0);
    const auto places = cutPlaces(runtime, self.text.view(), separator.view(), 1, fromRight);
    const auto piece = [&](std::size_t begin, std::size_t end) {
        return textOf(runtime, self, self.text.slice(begin, end));
    };
    const std::size_t size = self.text.size();
    if (places.empty() && fromRight) return runtime.tuple({piece(0, 0), piece(0, 0), piece(0, size)});
    if (places.empty()) return runtime.tuple({piece(0, size), piece(0, 0), piece(0, 0)});
    const std::size_t end = places[0] + separator.size();
    return runtime.tuple({piece(0, places[0]), piece(places[0], end), piece(end, size)});
}

Value splitLinesMethod(Runtime& runtime, const StringData& self, const Arguments& arguments) {
    const Parameters given("splitlines", arguments, {"keepends"});
    return listOf(runtime, self, splitLines(runtime, self.text, given.flag(0)));
}

Value joinMethod(Runtime& runtime, const StringData& self, const Arguments& arguments) {
    const Parameters given("join", arguments, {"iterable"}, 1);
    MarkedText result;
    bool first = true;
    for (const Value& item : itemsOf(runtime, *given[0])) {
        if (!item.asString()) raise("sequence item: expected str instance, " + std::string(typeName(item)) + " found");
        if (!std::exchange(first, false)) result.append(self.text);
        result.append(item.asString()->text);
        runtime.checkSize(result.size());
    }
    return textOf(runtime, self, std::move(result));
}

Value replaceMethod(Runtime& runtime, const StringData& self, const Arguments& arguments) {
    const Parameters given("replace", arguments, {"old", "new", "count"}, 2);
    const std::size_t most = limitOf(given.integer(2, -1));
    return textOf(runtime, self, replace(runtime, self.text, *given.string(0), *given.string(1), most));
}

template <Side side>
Value padded(Runtime& runtime, const StringData& self, const Arguments& arguments) {
    const Parameters given("center", arguments, {"width", "fillchar"}, 1);
    const MarkedText* fill = given.string(1);
    if (fill && characterCount(fill->view()) != 1) raise("The fill character must be exactly one character long");
    const std::string_view character = fill ? fill->view() : " ";
    return textOf(runtime, self, pad(runtime, self.text, given.integer(0, 0), character, side));
}

Value zeroFill(Runtime& runtime, const StringData& self, const Arguments& arguments) {
    const Parameters given("zfill", arguments, {"width"}, 1);
    const std::string_view text = self.text.view();
    const std::size_t sign = text.starts_with('-') || text.starts_with('+') ? 1 : 0;
    MarkedText result = self.text.slice(0, sign);
    result.append(pad(runtime, self.text.slice(sign, text.size()),
                      given.integer(0, 0) - static_cast<std::int64_t>(sign), "0", Side::Left));
    return textOf(runtime, self, std::move(result));
}

template <bool suffix>
Value removeAffix(Runtime& runtime, const StringData& self, const Arguments& arguments) {
    const Parameters given("removeprefix", arguments, {"affix"}, 1);
    const std::string_view affix = given.string(0)->view(), text = self.text.view();
    const bool present = suffix ? text.ends_with(affix) : text.starts_with(affix);
    if (!present) return textOf(runtime, self, self.text);
    return textOf(runtime, self,
                  suffix ? self.text.slice(0, text.size() - affix.size()) : self.text.slice(affix.size(), text.size()));
}

Value expandTabs(Runtime& runtime, const StringData& self, const Arguments& arguments) {
    const Parameters given("expandtabs", arguments, {"tabsize"});
    const std::int64_t size = given.integer(0, 8);
    MarkedText result;
    std::int64_t column = 0;
    forEachCharacter(self.text.view(), [&](Character character, std::size_t at) {
        if (character.code != '\t') {
            result.append(self.text, at, at + character.length);
            column = character.code == '\n' || character.code == '\r' ? 0 : column + 1;
            return;
        }
        const std::int64_t gap = size > 0 ? size - column % size : 0;
        runtime.checkSize(result.size() + static_cast<std::uint64_t>(gap));
        result.append(std::string(static_cast<std::size_t>(gap), ' '));
        column += gap;
    });
    return textOf(runtime, self, std::move(result));
}

Value formatMethod(Runtime& runtime, const StringData& self, const Arguments& arguments) {
    return formatBraces(runtime, self, arguments);
}

Value formatMap(Runtime& runtime, const StringData& self, const Arguments& arguments) {
    const Parameters given("format_map", arguments, {"mapping"}, 1);
    Arguments named;
    const DictData* mapping = given[0]->asDict();
    if (!mapping) raise("format_map() takes a mapping");
    for (const auto& [key, value] : mapping->entries()) {
        if (key.asString()) named.keywords.emplace_back(std::string(key.asString()->text.view()), value);
    }
    return formatBraces(runtime, self, named);
}

constexpr StringMethod kMethods[] = {
    {"capitalize", capitalized},
    {"casefold", mapped<caseFold>},
    {"center", padded<Side::Both>},
    {"expandtabs", expandTabs},
    {"format", formatMethod},
    {"format_map", formatMap},
    {"join", joinMethod},
    {"ljust", padded<Side::Right>},
    {"lower", mapped<lower>},
    {"lstrip", stripped<Side::Left>},
    {"partition", partition<false>},
    {"removeprefix", removeAffix<false>},
    {"removesuffix", removeAffix<true>},
    {"replace", replaceMethod},
    {"rjust", padded<Side::Left>},
    {"rpartition", partition<true>},
    {"rsplit", split<true>},
    {"rstrip", stripped<Side::Right>},
    {"split", split<false>},
    {"splitlines", splitLinesMethod},
    {"strip", stripped<Side::Both>},
    {"swapcase", mapped<swapCase>},
    {"title", titled},
    {"upper", mapped<upper>},
    {"zfill", zeroFill},
};

}  // namespace

std::span<const StringMethod> stringEdits() noexcept {
    return kMethods;
}

}  // namespace strata::jinja
