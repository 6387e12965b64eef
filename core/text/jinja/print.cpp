#include "core/text/jinja/print.h"

#include "core/text/jinja/unicode.h"

#include <array>
#include <charconv>
#include <cmath>
#include <utility>

namespace strata::jinja {
namespace {

void appendHex(std::string& into, char32_t code, int digits) {
    constexpr std::string_view kDigits = "0123456789abcdef";
    for (int shift = (digits - 1) * 4; shift >= 0; shift -= 4) into += kDigits[(code >> shift) & 0xf];
}

void appendEscape(std::string& into, char32_t code) {
    if (code >= 0xdc80 && code <= 0xdcff) return appendCharacter(into, code);
    into += '\\';
    switch (code) {
        case '\n':
            into += 'n';
            return;
        case '\r':
            into += 'r';
            return;
        case '\t':
            into += 't';
            return;
        default:
            break;
    }
    if (code < 0x100) {
        into += 'x';
        appendHex(into, code, 2);
    } else if (code < 0x10000) {
        into += 'u';
        appendHex(into, code, 4);
    } else {
        into += 'U';
        appendHex(into, code, 8);
    }
}

std::string quotedRun(std::string_view run, char quote) {
    std::string result;
    forEachCharacter(run, [&](Character character, std::size_t) {
        const char32_t code = character.code;
        if (code == static_cast<char32_t>(quote) || code == '\\') result += '\\';
        if (isClass(code, CharClass::Printable)) {
            appendCharacter(result, code);
        } else {
            appendEscape(result, code);
        }
    });
    return result;
}

char quoteFor(std::string_view text) {
    const bool single = text.find('\'') != std::string_view::npos;
    return single && text.find('"') == std::string_view::npos ? '"' : '\'';
}

/// Writes the repr of values; every part is counted, so that shared parts cannot multiply without end.
class Printer {
public:
    explicit Printer(Runtime& runtime) : m_runtime(runtime) {}

    void put(const Value& value) {
        m_runtime.account().steps(1);
        m_runtime.checkSize(m_text.size());
        if (const auto* string = value.asString()) return putString(*string);
        if (const auto* list = value.asList()) return putList(*list);
        if (const auto* dict = value.asDict()) return putDict(*dict);
        if (const auto* object = value.asObject()) return m_text.append(object->print(m_runtime));
        m_text.append(scalar(value));
    }

    [[nodiscard]] static std::string scalar(const Value& value) {
        if (value.isNone()) return "None";
        if (value.isUndefined()) return "Undefined";
        if (const auto* flag = value.asBool()) return *flag ? "True" : "False";
        if (const auto* number = value.asFloat()) return floatText(*number);
        return std::to_string(*value.asInteger());
    }

    [[nodiscard]] MarkedText take() { return std::move(m_text); }

private:
    void putString(const StringData& string) {
        if (string.markup) m_text.append("Markup(");
        m_text.append(quoted(string.text));
        if (string.markup) m_text.append(")");
    }

    void putRange(const std::array<std::int64_t, 3>& range) {
        m_text.append("range(" + std::to_string(range[0]) + ", " + std::to_string(range[1]));
        if (range[2] != 1) m_text.append(", " + std::to_string(range[2]));
        m_text.append(")");
    }

    void putList(const ListData& list) {
        if (list.kind == ListKind::Range) return putRange(list.range);
        const auto [open, close] = brackets(list.kind);
        m_text.append(open);
        bool first = true;
        for (const Value& item : list.items) {
            if (!std::exchange(first, false)) m_text.append(", ");
            put(item);
        }
        const bool tuple = list.kind == ListKind::Tuple || list.kind == ListKind::Group;
        if (tuple && list.items.size() == 1) m_text.append(",");
        m_text.append(close);
    }

    void putDict(const DictData& dict) {
        m_text.append("{");
        bool first = true;
        for (const auto& [key, value] : dict.entries()) {
            if (!std::exchange(first, false)) m_text.append(", ");
            put(key);
            m_text.append(": ");
            put(value);
        }
        m_text.append("}");
    }

    static std::pair<std::string_view, std::string_view> brackets(ListKind kind) {
        switch (kind) {
            case ListKind::Keys:
                return {"dict_keys([", "])"};
            case ListKind::Items:
                return {"dict_items([", "])"};
            case ListKind::Values:
                return {"dict_values([", "])"};
            case ListKind::List:
                return {"[", "]"};
            default:
                return {"(", ")"};
        }
    }

    Runtime& m_runtime;
    MarkedText m_text;
};

}  // namespace

std::string quoted(std::string_view text) {
    const char quote = quoteFor(text);
    return quote + quotedRun(text, quote) + quote;
}

MarkedText quoted(const MarkedText& text) {
    const char quote = quoteFor(text.view());
    const std::string_view mark(&quote, 1);
    MarkedText result{std::string(mark)};
    result.append(text.mapRuns([&](std::string_view run) { return quotedRun(run, quote); }));
    result.append(mark);
    return result;
}

std::string floatText(double number) {
    if (std::isnan(number)) return "nan";
    if (std::isinf(number)) return number < 0 ? "-inf" : "inf";
    std::array<char, 40> buffer;
    const auto written =
        std::to_chars(buffer.data(), buffer.data() + buffer.size(), number, std::chars_format::scientific);
    const std::string text(buffer.data(), written.ptr);
    const std::size_t split = text.find('e');
    const int exponent = std::stoi(text.substr(split + 1));
    if (exponent < -4 || exponent >= 16) return text;
    std::string digits = text.substr(0, split);
    const std::string sign = digits.front() == '-' ? "-" : "";
    std::erase(digits, '-');
    std::erase(digits, '.');
    if (exponent < 0) return sign + "0." + std::string(static_cast<std::size_t>(-exponent - 1), '0') + digits;
    const auto whole = static_cast<std::size_t>(exponent) + 1;
    if (digits.size() <= whole) return sign + digits + std::string(whole - digits.size(), '0') + ".0";
    return sign + digits.substr(0, whole) + "." + digits.substr(whole);
}

MarkedText repr(Runtime& runtime, const Value& value) {
    Printer printer(runtime);
    printer.put(value);
    return printer.take();
}

MarkedText str(Runtime& runtime, const Value& value) {
    if (const auto* string = value.asString()) return string->text;
    if (value.isUndefined()) return {};
    return repr(runtime, value);
}

}  // namespace strata::jinja
