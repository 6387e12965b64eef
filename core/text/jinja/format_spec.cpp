#include "core/text/jinja/format.h"
#include "core/text/jinja/print.h"
#include "core/text/jinja/string_operations.h"
#include "core/text/jinja/unicode.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

namespace strata::jinja {
namespace {

constexpr std::int64_t kMostPrecision = 400;

bool isAlign(char character) {
    return character == '<' || character == '>' || character == '=' || character == '^';
}

std::int64_t readNumber(std::string_view& rest) {
    std::int64_t number = 0;
    while (!rest.empty() && rest.front() >= '0' && rest.front() <= '9') {
        number = std::min<std::int64_t>(number * 10 + (rest.front() - '0'), std::int64_t{1} << 40);
        rest.remove_prefix(1);
    }
    return number;
}

void readAlignment(std::string_view& rest, FormatSpec& spec) {
    if (rest.empty()) return;
    const std::size_t fill = characterAt(rest, 0).length;
    if (rest.size() > fill && isAlign(rest[fill])) {
        spec.fill = rest.substr(0, fill);
        spec.align = rest[fill];
        rest.remove_prefix(fill + 1);
    } else if (isAlign(rest.front())) {
        spec.align = rest.front();
        rest.remove_prefix(1);
    }
}

bool skip(std::string_view& rest, char character) {
    if (!rest.starts_with(character)) return false;
    rest.remove_prefix(1);
    return true;
}

std::string grouped(std::string digits, char separator, std::size_t size) {
    if (separator == 0) return digits;
    for (std::size_t place = digits.size(); place > size; place -= size) digits.insert(place - size, 1, separator);
    return digits;
}

std::string signText(bool negative, char sign) {
    return negative ? "-" : sign == '-' ? "" : std::string(1, sign);
}

/// Pads a number: the sign goes before the zeros when they fill.
MarkedText placed(Runtime& runtime, const std::string& sign, const std::string& body, const FormatSpec& spec) {
    const char align = spec.align == 0 ? '>' : spec.align;
    if (align == '=') {
        MarkedText result(sign);
        const std::int64_t width = spec.width - static_cast<std::int64_t>(sign.size());
        result.append(pad(runtime, MarkedText(body), width, spec.fill, Side::Left));
        return result;
    }
    const Side side = align == '>' ? Side::Left : align == '<' ? Side::Right : Side::Both;
    if (side != Side::Both) return pad(runtime, MarkedText(sign + body), spec.width, spec.fill, side);
    const auto length = static_cast<std::int64_t>(sign.size() + characterCount(body));
    MarkedText result =
        pad(runtime, MarkedText(sign + body), length + (spec.width - length) / 2, spec.fill, Side::Left);
    return pad(runtime, result, spec.width, spec.fill, Side::Right);
}

std::string digitsOf(std::uint64_t number, int base) {
    std::array<char, 70> buffer;
    return {buffer.data(), std::to_chars(buffer.data(), buffer.data() + buffer.size(), number, base).ptr};
}

MarkedText formatInteger(Runtime& runtime, std::int64_t value, const FormatSpec& spec) {
    if (spec.precision >= 0) raise("Precision not allowed in integer format specifier");
    const auto magnitude = value < 0 ? ~static_cast<std::uint64_t>(value) + 1 : static_cast<std::uint64_t>(value);
    std::string sign = signText(value < 0, spec.sign), body;
    switch (spec.type) {
        case 0:
        case 'd':
        case 'n':
            body = grouped(digitsOf(magnitude, 10), spec.grouping, 3);
            break;
        case 'b':
            body = grouped(digitsOf(magnitude, 2), spec.grouping, 4);
            break;
        case 'o':
            body = grouped(digitsOf(magnitude, 8), spec.grouping, 4);
            break;
        case 'x':
            body = grouped(digitsOf(magnitude, 16), spec.grouping, 4);
            break;
        case 'X':
            body = upper(grouped(digitsOf(magnitude, 16), spec.grouping, 4));
            break;
        case 'c':
            if (value < 0 || value > 0x10ffff) raise("%c arg not in range(0x110000)");
            appendCharacter(body, static_cast<char32_t>(value));
            break;
        default:
            raise(std::string("Unknown format code '") + spec.type + "' for object of type 'int'");
    }
    const bool prefixed = spec.type == 'b' || spec.type == 'o' || spec.type == 'x' || spec.type == 'X';
    if (spec.alternate && prefixed) sign += std::string("0") + spec.type;
    return placed(runtime, sign, body, spec);
}

std::string toChars(double value, std::chars_format format, int precision) {
    std::string buffer(800, '\0');
    const auto written = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value, format, precision);
    buffer.resize(static_cast<std::size_t>(written.ptr - buffer.data()));
    return buffer;
}

/// The general format keeps `precision` significant digits, then drops trailing zeros.
std::string generalText(double value, int precision, bool keepZeros) {
    std::string text = toChars(value, std::chars_format::general, std::max(precision, 1));
    if (!keepZeros) return text;
    return text.find('.') == std::string::npos && text.find('e') == std::string::npos ? text + "." : text;
}

std::string magnitudeText(double value, const FormatSpec& spec) {
    const int precision = static_cast<int>(std::min(spec.precision < 0 ? 6 : spec.precision, kMostPrecision));
    if (!std::isfinite(value)) return std::isnan(value) ? "nan" : "inf";
    switch (spec.type) {
        case 'f':
        case 'F':
            return toChars(value, std::chars_format::fixed, precision);
        case 'e':
        case 'E':
            return toChars(value, std::chars_format::scientific, precision);
        case 'g':
        case 'G':
        case 'n':
            return generalText(value, precision, spec.alternate);
        case '%':
            return toChars(value * 100, std::chars_format::fixed, precision) + "%";
        case 0:
            break;
        default:
            raise(std::string("Unknown format code '") + spec.type + "' for object of type 'float'");
    }
    if (spec.precision < 0) return floatText(value);
    std::string text = generalText(value, precision, false);
    return text.find_first_of(".e") == std::string::npos ? text + ".0" : text;
}

MarkedText formatFloat(Runtime& runtime, double value, const FormatSpec& spec) {
    std::string body = magnitudeText(std::fabs(value), spec);
    if (spec.type == 'E' || spec.type == 'G' || spec.type == 'F') body = upper(body);
    const std::size_t whole = body.find_first_not_of("0123456789");
    const std::string digits = body.substr(0, whole);
    if (spec.grouping != 0) body = grouped(digits, spec.grouping, 3) + body.substr(digits.size());
    return placed(runtime, signText(std::signbit(value) && !std::isnan(value), spec.sign), body, spec);
}

MarkedText formatText(Runtime& runtime, const MarkedText& text, const FormatSpec& spec) {
    if (spec.type != 0 && spec.type != 's') {
        raise(std::string("Unknown format code '") + spec.type + "' for object of type 'str'");
    }
    if (spec.align == '=') raise("'=' alignment not allowed in string format specifier");
    const std::size_t end =
        spec.precision < 0 ? text.size() : byteOffset(text.view(), static_cast<std::size_t>(spec.precision));
    const MarkedText cut = text.slice(0, end);
    if (spec.align != '^')
        return pad(runtime, cut, spec.width, spec.fill, spec.align == '>' ? Side::Left : Side::Right);
    const auto length = static_cast<std::int64_t>(characterCount(cut.view()));
    const std::int64_t half = length + std::max<std::int64_t>(0, spec.width - length) / 2;
    return pad(runtime, pad(runtime, cut, half, spec.fill, Side::Left), spec.width, spec.fill, Side::Right);
}

bool isFloatType(char type) {
    return type != 0 && std::string_view("eEfFgG%").find(type) != std::string_view::npos;
}

bool isPlain(const FormatSpec& spec) {
    return spec.align == 0 && spec.sign == '-' && !spec.alternate && spec.width == 0 && spec.grouping == 0 &&
           spec.precision < 0 && spec.type == 0;
}

}  // namespace

FormatSpec parseFormatSpec(std::string_view text) {
    FormatSpec spec;
    std::string_view rest = text;
    readAlignment(rest, spec);
    if (!rest.empty() && (rest.front() == '+' || rest.front() == '-' || rest.front() == ' ')) {
        spec.sign = rest.front();
        rest.remove_prefix(1);
    }
    spec.alternate = skip(rest, '#');
    if (skip(rest, '0') && spec.align == 0) {
        spec.fill = "0";
        spec.align = '=';
    }
    spec.width = readNumber(rest);
    if (rest.starts_with(',') || rest.starts_with('_')) {
        spec.grouping = rest.front();
        rest.remove_prefix(1);
    }
    if (skip(rest, '.')) {
        if (rest.empty() || rest.front() < '0' || rest.front() > '9') raise("Format specifier missing precision");
        spec.precision = readNumber(rest);
    }
    if (!rest.empty()) {
        spec.type = rest.front();
        rest.remove_prefix(1);
    }
    if (!rest.empty()) raise("Invalid format specifier");
    return spec;
}

MarkedText formatValue(Runtime& runtime, const Value& value, const FormatSpec& spec) {
    if (isPlain(spec)) return str(runtime, value);
    if (const auto* string = value.asString()) return formatText(runtime, string->text, spec);
    const bool wordy = value.asBool() && spec.type == 0;
    if (const auto integer = value.asInteger(); integer && !wordy) {
        if (!isFloatType(spec.type)) return formatInteger(runtime, *integer, spec);
        return formatFloat(runtime, static_cast<double>(*integer), spec);
    }
    if (const auto* number = value.asFloat()) return formatFloat(runtime, *number, spec);
    if (wordy) return formatInteger(runtime, *value.asInteger(), spec);
    raise("unsupported format string passed to " + std::string(typeName(value)) + ".__format__");
}

}  // namespace strata::jinja
