#include "core/text/jinja/string_operations.h"

#include "core/text/jinja/unicode.h"

#include <algorithm>
#include <charconv>
#include <cmath>

namespace strata::jinja {
namespace {

bool isStripped(Character character, std::string_view text, std::size_t at, const MarkedText* characters) {
    if (!characters) return isSpace(character.code);
    return characters->view().find(text.substr(at, character.length)) != std::string_view::npos;
}

MarkedText replaceEverywhere(Runtime& runtime, const MarkedText& text, const MarkedText& to, std::size_t most) {
    MarkedText result;
    std::size_t done = 0;
    forEachCharacter(text.view(), [&](Character character, std::size_t at) {
        if (done++ < most) result.append(to);
        result.append(text, at, at + character.length);
        runtime.checkSize(result.size());
    });
    if (done < most) result.append(to);
    return result;
}

bool isLineEnd(char32_t code) {
    return (code >= 0x0a && code <= 0x0d) || (code >= 0x1c && code <= 0x1e) || code == 0x85 || code == 0x2028 ||
           code == 0x2029;
}

/// Removes the underscores between digits; nothing when one stands elsewhere.
std::optional<std::string> withoutUnderscores(std::string_view text) {
    std::string result;
    for (std::size_t at = 0; at < text.size(); ++at) {
        if (text[at] != '_') {
            result += text[at];
            continue;
        }
        const auto isDigit = [&](std::size_t place) {
            return place < text.size() && std::isalnum(static_cast<unsigned char>(text[place])) != 0;
        };
        if (at == 0 || !isDigit(at - 1) || !isDigit(at + 1)) return std::nullopt;
    }
    return result;
}

/// The number without white space, sign and underscores.
struct Numeral {
    std::string digits;
    bool negative = false;
};

std::optional<Numeral> readNumeral(std::string_view text) {
    const MarkedText stripped = strip(MarkedText(std::string(text)), Side::Both);
    std::string_view rest = stripped.view();
    const bool negative = rest.starts_with('-');
    if (negative || rest.starts_with('+')) rest.remove_prefix(1);
    auto digits = withoutUnderscores(rest);
    if (!digits || digits->empty()) return std::nullopt;
    return Numeral{*std::move(digits), negative};
}

int prefixBase(std::string_view digits) {
    if (digits.size() < 3 || digits[0] != '0') return 0;
    switch (digits[1]) {
        case 'x':
        case 'X':
            return 16;
        case 'o':
        case 'O':
            return 8;
        case 'b':
        case 'B':
            return 2;
        default:
            return 0;
    }
}

}  // namespace

MarkedText strip(const MarkedText& text, Side side, const MarkedText* characters) {
    const std::string_view view = text.view();
    std::size_t begin = 0, end = view.size();
    while (side != Side::Right && begin < end) {
        const Character character = characterAt(view, begin);
        if (!isStripped(character, view, begin, characters)) break;
        begin += character.length;
    }
    while (side != Side::Left && end > begin) {
        const Character character = characterBefore(view, end);
        if (!isStripped(character, view, end - character.length, characters)) break;
        end -= character.length;
    }
    return text.slice(begin, end);
}

std::vector<std::size_t> findAll(Runtime& runtime, std::string_view text, std::string_view needle, std::size_t most) {
    std::vector<std::size_t> places;
    if (needle.empty()) return places;
    runtime.account().search(text.size(), needle.size());
    for (std::size_t at = text.find(needle); at != text.npos && places.size() < most;
         at = text.find(needle, at + needle.size())) {
        runtime.account().steps(1);
        places.push_back(at);
    }
    return places;
}

MarkedText replace(Runtime& runtime, const MarkedText& text, const MarkedText& from, const MarkedText& to,
                   std::size_t most) {
    if (from.empty()) return replaceEverywhere(runtime, text, to, most);
    const std::vector<std::size_t> places = findAll(runtime, text.view(), from.view(), most);
    runtime.checkSize(text.size() + places.size() * to.size());
    MarkedText result;
    std::size_t at = 0;
    for (const std::size_t place : places) {
        result.append(text, at, place);
        result.append(to);
        at = place + from.size();
    }
    result.append(text, at, text.size());
    return result;
}

std::vector<MarkedText> splitLines(Runtime& runtime, const MarkedText& text, bool keepEnds) {
    std::vector<MarkedText> lines;
    const std::string_view view = text.view();
    std::size_t begin = 0;
    for (std::size_t at = 0; at < view.size();) {
        const Character character = characterAt(view, at);
        std::size_t next = at + character.length;
        if (isLineEnd(character.code)) {
            if (character.code == '\r' && next < view.size() && view[next] == '\n') ++next;
            runtime.account().steps(1);
            lines.push_back(text.slice(begin, keepEnds ? next : at));
            begin = next;
        }
        at = next;
    }
    if (begin < view.size()) lines.push_back(text.slice(begin, view.size()));
    return lines;
}

MarkedText pad(Runtime& runtime, const MarkedText& text, std::int64_t width, std::string_view fill, Side side) {
    const auto length = static_cast<std::int64_t>(characterCount(text.view()));
    if (width <= length) return text;
    runtime.checkSize(static_cast<std::uint64_t>(width));
    const std::int64_t missing = width - length;
    // Which side gets the odd one is CPython's rule for center().
    const std::int64_t left = side == Side::Both   ? missing / 2 + (missing & width & 1)
                              : side == Side::Left ? missing
                                                   : 0;
    MarkedText result;
    for (std::int64_t added = 0; added < left; ++added) result.append(fill);
    result.append(text);
    for (std::int64_t added = left; added < missing; ++added) result.append(fill);
    return result;
}

MarkedText capitalize(const MarkedText& text) {
    if (text.empty()) return {};
    const Character first = characterAt(text.view(), 0);
    MarkedText result = text.slice(0, first.length).mapRuns([](std::string_view run) {
        std::string title;
        appendTitle(title, characterAt(run, 0).code);
        return title;
    });
    result.append(text.slice(first.length, text.size()).mapRuns(lower));
    return result;
}

MarkedText escapeHtml(const MarkedText& text) {
    return text.mapRuns([](std::string_view run) {
        std::string escaped;
        for (const char character : run) {
            switch (character) {
                case '&':
                    escaped += "&amp;";
                    break;
                case '<':
                    escaped += "&lt;";
                    break;
                case '>':
                    escaped += "&gt;";
                    break;
                case '\'':
                    escaped += "&#39;";
                    break;
                case '"':
                    escaped += "&#34;";
                    break;
                default:
                    escaped += character;
            }
        }
        return escaped;
    });
}

std::optional<std::int64_t> parseInteger(std::string_view text, int base) {
    if (base != 0 && (base < 2 || base > 36)) raise("int() base must be >= 2 and <= 36, or 0");
    auto numeral = readNumeral(text);
    if (!numeral) return std::nullopt;
    const int prefix = prefixBase(numeral->digits);
    if (prefix != 0 && (base == 0 || base == prefix)) {
        numeral->digits.erase(0, 2);
        base = prefix;
    } else if (base == 0) {
        const bool zeros = numeral->digits.find_first_not_of('0') == std::string::npos;
        if (numeral->digits.front() == '0' && !zeros) return std::nullopt;
        base = 10;
    }
    const std::string signedDigits = (numeral->negative ? "-" : "") + numeral->digits;
    std::int64_t result = 0;
    const char* end = signedDigits.data() + signedDigits.size();
    const auto [stopped, error] = std::from_chars(signedDigits.data(), end, result, base);
    if (stopped != end || error == std::errc::invalid_argument) return std::nullopt;
    if (error == std::errc::result_out_of_range) raise("an integer does not fit in 64 bits");
    return result;
}

std::optional<double> parseFloat(std::string_view text) {
    const auto numeral = readNumeral(text);
    if (!numeral) return std::nullopt;
    const std::string digits = lower(numeral->digits);
    const double sign = numeral->negative ? -1.0 : 1.0;
    if (digits == "inf" || digits == "infinity") return sign * HUGE_VAL;
    if (digits == "nan") return std::nan("");
    const char first = digits.front();
    if (first != '.' && (first < '0' || first > '9')) return std::nullopt;
    double result = 0;
    const char* end = digits.data() + digits.size();
    const auto [stopped, error] = std::from_chars(digits.data(), end, result);
    if (stopped != end || error == std::errc::invalid_argument) return std::nullopt;
    if (error == std::errc::result_out_of_range) return sign * std::strtod(digits.c_str(), nullptr);
    return sign * result;
}

}  // namespace strata::jinja
