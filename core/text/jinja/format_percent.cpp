#include "core/text/jinja/access.h"
#include "core/text/jinja/format.h"
#include "core/text/jinja/operators.h"
#include "core/text/jinja/print.h"
#include "core/text/jinja/string_operations.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace strata::jinja {
namespace {

constexpr std::int64_t kMostWidth = std::int64_t{1} << 40;

/// Reads a format string with % directives and takes values for them in turn.
class PercentFormatter {
public:
    PercentFormatter(Runtime& runtime, const StringData& format, const Value& values)
        : m_runtime(runtime), m_format(format), m_values(values) {
        const auto* list = values.asList();
        m_positional = list && (list->kind == ListKind::Tuple || list->kind == ListKind::Group) ? list : nullptr;
    }

    [[nodiscard]] Value run() {
        const std::string_view text = m_format.text.view();
        while (m_at < text.size()) {
            const std::size_t percent = std::min(text.find('%', m_at), text.size());
            m_result.append(m_format.text, m_at, percent);
            m_at = percent;
            if (m_at == text.size()) break;
            ++m_at;
            directive();
            m_runtime.checkSize(m_result.size());
        }
        const bool leftOver =
            m_positional ? m_taken < m_positional->items.size() : m_taken == 0 && !m_named && !takesNone();
        if (leftOver) raise("not all arguments converted during string formatting");
        return m_runtime.text(std::move(m_result), m_format.markup);
    }

private:
    /// A mapping (or anything with items that is no tuple or string) need not be used.
    [[nodiscard]] bool takesNone() const {
        return m_values.asDict() || (m_values.asList() && !m_positional) || m_values.isUndefined();
    }

    char next() {
        if (m_at == m_format.text.size()) raise("incomplete format");
        return m_format.text.view()[m_at++];
    }

    Value take() {
        if (m_key) return *std::exchange(m_key, std::nullopt);
        if (m_positional) {
            if (m_taken == m_positional->items.size()) raise("not enough arguments for format string");
            return m_positional->items[m_taken++];
        }
        if (m_taken++ > 0) raise("not enough arguments for format string");
        return m_values;
    }

    void readKey() {
        const std::string_view text = m_format.text.view();
        const std::size_t end = text.find(')', m_at);
        if (end == text.npos) raise("incomplete format key");
        if (!m_values.asDict()) raise("format requires a mapping");
        const std::string_view name = text.substr(m_at, end - m_at);
        const Value* found = m_values.asDict()->find(name);
        if (!found) raise("KeyError: " + quoted(name));
        m_key = *found;
        m_named = true;
        m_at = end + 1;
    }

    std::int64_t readCount(char& character) {
        if (character == '*') {
            const auto count = take().asInteger();
            if (!count) raise("* wants int");
            character = next();
            return std::clamp(*count, -kMostWidth, kMostWidth);
        }
        std::int64_t count = 0;
        for (; character >= '0' && character <= '9'; character = next()) {
            count = std::min(count * 10 + (character - '0'), kMostWidth);
        }
        return count;
    }

    void directive() {
        char character = next();
        if (character == '%') return m_result.append("%");
        if (character == '(') {
            readKey();
            character = next();
        }
        FormatSpec spec;
        spec.align = '>';
        bool zero = false;
        for (;; character = next()) {
            if (character == '-')
                spec.align = '<';
            else if (character == '+')
                spec.sign = '+';
            else if (character == ' ')
                spec.sign = spec.sign == '+' ? '+' : ' ';
            else if (character == '#')
                spec.alternate = true;
            else if (character == '0')
                zero = true;
            else
                break;
        }
        spec.width = readCount(character);
        if (spec.width < 0) {
            spec.align = '<';
            spec.width = -spec.width;
        }
        if (character == '.') {
            character = next();
            spec.precision = std::max<std::int64_t>(0, readCount(character));
        }
        while (character == 'l' || character == 'h' || character == 'L') character = next();
        if (character == '%') return m_result.append("%");
        spec.type = character;
        convert(spec, zero);
    }

    void convert(FormatSpec& spec, bool zero) {
        const bool number = std::string_view("diuoxXeEfFgG").find(spec.type) != std::string_view::npos;
        if (zero && number && spec.align != '<') {
            spec.fill = "0";
            spec.align = '=';
        }
        switch (spec.type) {
            case 's':
                return putText(str(m_runtime, m_last = take()), spec);
            case 'r':
            case 'a':
                return putText(repr(m_runtime, m_last = take()), spec);
            case 'c':
                return putCharacter(spec);
            case 'd':
            case 'i':
            case 'u':
            case 'o':
            case 'x':
            case 'X':
                return putInteger(spec);
            case 'e':
            case 'E':
            case 'f':
            case 'F':
            case 'g':
            case 'G':
                return putFloat(spec);
            default:
                raise(std::string("unsupported format character '") + spec.type + "'");
        }
    }

    void putText(const MarkedText& text, FormatSpec& spec) {
        spec.type = 's';
        const bool escape = m_format.markup && !(m_last.asString() && m_last.asString()->markup);
        m_result.append(formatValue(m_runtime, m_runtime.text(escape ? escapeHtml(text) : text), spec));
    }

    void putCharacter(FormatSpec& spec) {
        m_last = take();
        if (m_last.asString()) return putText(m_last.asString()->text, spec);
        const auto code = m_last.asInteger();
        if (!code) raise("%c requires int or char");
        m_result.append(formatValue(m_runtime, Value(*code), spec));
    }

    void putInteger(FormatSpec& spec) {
        const Value value = take();
        requireDefined(value);
        const bool decimal = spec.type == 'd' || spec.type == 'i' || spec.type == 'u';
        auto integer = value.asInteger();
        if (!integer && decimal && value.asFloat() && std::fabs(*value.asFloat()) < 9e18) {
            integer = static_cast<std::int64_t>(*value.asFloat());
        }
        if (!integer)
            raise(std::string("%") + spec.type + " format: a number is required, not " + std::string(typeName(value)));
        if (decimal) spec.type = 'd';
        m_result.append(spec.precision < 0 ? formatValue(m_runtime, Value(*integer), spec)
                                           : withDigits(*integer, spec));
    }

    /// An integer of at least `precision` digits.
    MarkedText withDigits(std::int64_t integer, const FormatSpec& outer) {
        FormatSpec digits = outer;
        const bool sign = integer < 0 || outer.sign != '-';
        const bool prefix = outer.alternate && outer.type != 'd';
        digits.fill = "0";
        digits.align = '=';
        digits.precision = -1;
        digits.width = std::min(outer.precision, kMostWidth) + (sign ? 1 : 0) + (prefix ? 2 : 0);
        const MarkedText text = formatValue(m_runtime, Value(integer), digits);
        FormatSpec placing;
        placing.width = outer.width;
        placing.align = outer.align == '<' ? '<' : '>';
        return formatValue(m_runtime, m_runtime.text(text), placing);
    }

    void putFloat(const FormatSpec& spec) {
        const Value value = take();
        requireDefined(value);
        if (!value.asNumber()) raise("must be real number, not " + std::string(typeName(value)));
        m_result.append(formatValue(m_runtime, Value(*value.asNumber()), spec));
    }

    Runtime& m_runtime;
    const StringData& m_format;
    const Value& m_values;
    const ListData* m_positional = nullptr;
    std::optional<Value> m_key;
    Value m_last;
    MarkedText m_result;
    std::size_t m_at = 0;
    std::size_t m_taken = 0;
    bool m_named = false;
};

}  // namespace

Value formatPercent(Runtime& runtime, const StringData& format, const Value& values) {
    return PercentFormatter(runtime, format, values).run();
}

}  // namespace strata::jinja
