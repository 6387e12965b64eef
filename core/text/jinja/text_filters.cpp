#include "core/text/jinja/access.h"
#include "core/text/jinja/filters.h"
#include "core/text/jinja/format.h"
#include "core/text/jinja/operators.h"
#include "core/text/jinja/print.h"
#include "core/text/jinja/string_operations.h"
#include "core/text/jinja/unicode.h"

#include <algorithm>
#include <utility>

namespace strata::jinja {
namespace {

bool isMarkup(const Value& value) {
    return value.asString() && value.asString()->markup;
}

/// The input as text; Markup stays Markup.
struct Soft {
    MarkedText text;
    bool markup = false;
};
Soft soft(Runtime& runtime, const Value& value) {
    return {str(runtime, value), isMarkup(value)};
}

template <std::string (*Change)(std::string_view)>
Value mapped(Runtime& runtime, const Value& input, const Arguments& arguments) {
    Parameters("filter", arguments, {});
    const Soft text = soft(runtime, input);
    return runtime.text(text.text.mapRuns(Change), text.markup);
}

Value string(Runtime& runtime, const Value& input, const Arguments& arguments) {
    Parameters("string", arguments, {});
    return input.asString() ? input : runtime.text(str(runtime, input));
}

Value safe(Runtime& runtime, const Value& input, const Arguments& arguments) {
    Parameters("safe", arguments, {});
    return runtime.text(str(runtime, input), true);
}

Value escape(Runtime& runtime, const Value& input, const Arguments& arguments) {
    Parameters("escape", arguments, {});
    return isMarkup(input) ? input : runtime.text(escapeHtml(str(runtime, input)), true);
}

Value forceEscape(Runtime& runtime, const Value& input, const Arguments& arguments) {
    Parameters("forceescape", arguments, {});
    return runtime.text(escapeHtml(str(runtime, input)), true);
}

Value capitalizeText(Runtime& runtime, const Value& input, const Arguments& arguments) {
    Parameters("capitalize", arguments, {});
    const Soft text = soft(runtime, input);
    return runtime.text(capitalize(text.text), text.markup);
}

/// Jinja's title: words begin behind white space, hyphens and opening brackets.
Value title(Runtime& runtime, const Value& input, const Arguments& arguments) {
    Parameters("title", arguments, {});
    bool starts = true;
    const MarkedText text = str(runtime, input).mapRuns([&](std::string_view run) {
        std::string result;
        forEachCharacter(run, [&](Character character, std::size_t) {
            const char32_t code = character.code;
            const bool breaks =
                isSpace(code) || code == '-' || code == '(' || code == '{' || code == '[' || code == '<';
            if (breaks) {
                appendCharacter(result, code);
            } else if (starts) {
                appendUpper(result, code);
            } else {
                appendLower(result, code);
            }
            starts = breaks;
        });
        return result;
    });
    return runtime.text(text);
}

Value trim(Runtime& runtime, const Value& input, const Arguments& arguments) {
    const Parameters given("trim", arguments, {"chars"});
    const Soft text = soft(runtime, input);
    const MarkedText* characters = given.given(0) ? given.string(0) : nullptr;
    runtime.account().search(text.text.size(), characters ? characters->size() : 1);
    return runtime.text(strip(text.text, Side::Both, characters), text.markup);
}

Value replaceText(Runtime& runtime, const Value& input, const Arguments& arguments) {
    const Parameters given("replace", arguments, {"old", "new", "count"}, 2);
    const std::int64_t count = given.given(2) ? given.integer(2, -1) : -1;
    const std::size_t most = count < 0 ? kNoLimit : static_cast<std::size_t>(count);
    return runtime.text(replace(runtime, str(runtime, input), str(runtime, *given[0]), str(runtime, *given[1]), most));
}

Value center(Runtime& runtime, const Value& input, const Arguments& arguments) {
    const Parameters given("center", arguments, {"width"});
    const Soft text = soft(runtime, input);
    return runtime.text(pad(runtime, text.text, given.integer(0, 80), " ", Side::Both), text.markup);
}

Value joinText(Runtime& runtime, const Value& input, const Arguments& arguments) {
    const Parameters given("join", arguments, {"d", "attribute"});
    const AttributePath path = given[1] ? AttributePath(runtime, *given[1]) : AttributePath();
    const MarkedText separator = given[0] ? str(runtime, *given[0]) : MarkedText();
    MarkedText result;
    bool first = true;
    for (const Value& item : itemsOf(runtime, input)) {
        if (!std::exchange(first, false)) result.append(separator);
        result.append(str(runtime, path.of(runtime, item)));
        runtime.checkSize(result.size());
    }
    return runtime.text(std::move(result));
}

std::string indentionOf(Runtime& runtime, const Parameters& given) {
    if (given[0] && given[0]->asString()) return std::string(given[0]->asString()->text.view());
    const std::int64_t width = std::max<std::int64_t>(0, given.integer(0, 4));
    runtime.checkSize(static_cast<std::uint64_t>(width));
    return std::string(static_cast<std::size_t>(width), ' ');
}

Value indent(Runtime& runtime, const Value& input, const Arguments& arguments) {
    const Parameters given("indent", arguments, {"width", "first", "blank"});
    requireDefined(input);
    if (!input.asString()) raise("indent: '" + std::string(typeName(input)) + "' is not a string");
    const MarkedText indention(indentionOf(runtime, given),
                               given[0] && given[0]->asString() && given[0]->asString()->text.hasUser());
    MarkedText text = input.asString()->text;
    text.append("\n");
    const std::vector<MarkedText> lines = splitLines(runtime, text, false);
    MarkedText result;
    for (std::size_t line = 0; line < lines.size(); ++line) {
        const bool wanted = line == 0 ? given.flag(1) : given.flag(2) || !lines[line].empty();
        if (line > 0) result.append("\n");
        if (wanted) result.append(indention);
        result.append(lines[line]);
        runtime.checkSize(result.size());
    }
    return runtime.text(std::move(result), isMarkup(input));
}

Value truncate(Runtime& runtime, const Value& input, const Arguments& arguments) {
    const Parameters given("truncate", arguments, {"length", "killwords", "end", "leeway"});
    const MarkedText end = given[2] ? str(runtime, *given[2]) : MarkedText("...");
    const std::int64_t length = given.integer(0, 255), leeway = given.given(3) ? given.integer(3, 5) : 5;
    const auto endLength = static_cast<std::int64_t>(characterCount(end.view()));
    if (length < endLength) {
        raise("expected length >= " + std::to_string(endLength) + ", got " + std::to_string(length));
    }
    if (leeway < 0) raise("expected leeway >= 0, got " + std::to_string(leeway));
    // Whatever has a length may pass; only text can be cut.
    if (static_cast<std::int64_t>(lengthOf(runtime, input)) - length <= leeway) return input;
    if (!input.asString()) raise("truncate: '" + std::string(typeName(input)) + "' is not a string");
    const MarkedText& text = input.asString()->text;
    std::size_t cut = byteOffset(text.view(), static_cast<std::size_t>(length - endLength));
    if (!given.flag(1)) cut = std::min(cut, text.view().substr(0, cut).rfind(' '));
    MarkedText result = text.slice(0, cut);
    result.append(end);
    return runtime.text(std::move(result), isMarkup(input));
}

Value wordCount(Runtime& runtime, const Value& input, const Arguments& arguments) {
    Parameters("wordcount", arguments, {});
    const MarkedText text = str(runtime, input);
    std::int64_t words = 0;
    bool inWord = false;
    forEachCharacter(text.view(), [&](Character character, std::size_t) {
        const char32_t code = character.code;
        const bool word = code == '_' || isClass(code, CharClass::Alpha) || isClass(code, CharClass::Decimal) ||
                          isClass(code, CharClass::Digit) || isClass(code, CharClass::Numeric);
        words += word && !inWord ? 1 : 0;
        inWord = word;
    });
    return Value(words);
}

Value format(Runtime& runtime, const Value& input, const Arguments& arguments) {
    if (!arguments.positional.empty() && !arguments.keywords.empty()) {
        raise("can't handle positional and keyword arguments at the same time");
    }
    const Value text = input.asString() ? input : runtime.text(str(runtime, input));
    if (arguments.keywords.empty())
        return formatPercent(runtime, *text.asString(), runtime.tuple(arguments.positional));
    DictData named;
    for (const auto& [name, value] : arguments.keywords) named.set(runtime.text(name), value);
    return formatPercent(runtime, *text.asString(), runtime.dict(std::move(named)));
}

std::string percentEncoded(std::string_view text, bool inQuery) {
    constexpr std::string_view kDigits = "0123456789ABCDEF";
    std::string result;
    for (const char character : text) {
        const auto byte = static_cast<unsigned char>(character);
        const bool plain = byte < 0x80 && (std::isalnum(byte) != 0 ||
                                           std::string_view("_.-~").find(character) != std::string_view::npos);
        if (plain || (character == '/' && !inQuery)) {
            result += character;
        } else if (character == ' ' && inQuery) {
            result += '+';
        } else {
            result += {'%', kDigits[byte >> 4], kDigits[byte & 15]};
        }
    }
    return result;
}

MarkedText quoteUrl(Runtime& runtime, const Value& value, bool inQuery) {
    return str(runtime, value).mapRuns([&](std::string_view run) { return percentEncoded(run, inQuery); });
}

Value urlEncode(Runtime& runtime, const Value& input, const Arguments& arguments) {
    Parameters("urlencode", arguments, {});
    if (input.asString() || !isIterable(input)) return runtime.text(quoteUrl(runtime, input, false));
    const Value pairs = input.asDict() ? runtime.call(getAttribute(runtime, input, "items"), {}) : input;
    MarkedText result;
    bool first = true;
    for (const Value& pair : itemsOf(runtime, pairs)) {
        const std::vector<Value> parts = itemsOf(runtime, pair);
        if (parts.size() != 2) raise("urlencode: expected pairs of a key and a value");
        if (!std::exchange(first, false)) result.append("&");
        result.append(quoteUrl(runtime, parts[0], true));
        result.append("=");
        result.append(quoteUrl(runtime, parts[1], true));
    }
    return runtime.text(std::move(result));
}

std::optional<std::string> jsonIndent(Runtime& runtime, const Value& indent) {
    if (indent.isNone()) return std::nullopt;
    if (indent.asString()) return std::string(indent.asString()->text.view());
    const auto width = indent.asInteger();
    if (!width) raise("tojson: indent must be an integer or a string");
    runtime.checkSize(static_cast<std::uint64_t>(std::max<std::int64_t>(0, *width)));
    return std::string(static_cast<std::size_t>(std::max<std::int64_t>(0, *width)), ' ');
}

/// As transformers sets it: json.dumps without HTML escapes, characters kept as they are.
Value toJson(Runtime& runtime, const Value& input, const Arguments& arguments) {
    const Parameters given("tojson", arguments, {"ensure_ascii", "indent", "separators", "sort_keys"});
    JsonStyle style;
    style.asciiOnly = given.flag(0);
    style.sortKeys = given.flag(3);
    if (given[1]) style.indent = jsonIndent(runtime, *given[1]);
    if (style.indent) style.itemSeparator = ",";
    if (given.given(2)) {
        const std::vector<Value> separators = itemsOf(runtime, *given[2]);
        if (separators.size() != 2 || !separators[0].asString() || !separators[1].asString()) {
            raise("tojson: separators must be two strings");
        }
        style.itemSeparator = separators[0].asString()->text.view();
        style.keySeparator = separators[1].asString()->text.view();
    }
    return runtime.text(json(runtime, input, style));
}

constexpr Filter kFilters[] = {
    {"capitalize", capitalizeText},
    {"center", center},
    {"e", escape},
    {"escape", escape},
    {"forceescape", forceEscape},
    {"format", format},
    {"indent", indent},
    {"join", joinText},
    {"lower", mapped<lower>},
    {"replace", replaceText},
    {"safe", safe},
    {"string", string},
    {"title", title},
    {"tojson", toJson},
    {"trim", trim},
    {"truncate", truncate},
    {"upper", mapped<upper>},
    {"urlencode", urlEncode},
    {"wordcount", wordCount},
};

}  // namespace

std::span<const Filter> textFilters() noexcept {
    return kFilters;
}

}  // namespace strata::jinja
