#include "core/text/jinja/operators.h"
#include "core/text/jinja/print.h"
#include "core/text/jinja/unicode.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace strata::jinja {
namespace {

/// One UTF-16 unit as a \u escape.
void appendUnit(std::string& into, char32_t unit) {
    constexpr std::string_view kDigits = "0123456789abcdef";
    into += "\\u";
    for (int shift = 12; shift >= 0; shift -= 4) into += kDigits[(unit >> shift) & 0xf];
}

std::string escapedRun(std::string_view run, bool asciiOnly) {
    std::string result;
    forEachCharacter(run, [&](Character character, std::size_t) {
        const char32_t code = character.code;
        switch (code) {
            case '"':
                result += "\\\"";
                return;
            case '\\':
                result += "\\\\";
                return;
            case '\n':
                result += "\\n";
                return;
            case '\r':
                result += "\\r";
                return;
            case '\t':
                result += "\\t";
                return;
            case '\f':
                result += "\\f";
                return;
            case '\b':
                result += "\\b";
                return;
            default:
                break;
        }
        if (code < 0x20 || (asciiOnly && code > 0x7e && code < 0x10000)) {
            appendUnit(result, code);
        } else if (asciiOnly && code >= 0x10000) {
            appendUnit(result, 0xd800 + ((code - 0x10000) >> 10));
            appendUnit(result, 0xdc00 + (code & 0x3ff));
        } else {
            appendCharacter(result, code);
        }
    });
    return result;
}

class JsonWriter {
public:
    JsonWriter(Runtime& runtime, const JsonStyle& style) : m_runtime(runtime), m_style(style) {}

    void put(const Value& value) {
        m_runtime.account().steps(1);
        m_runtime.checkSize(m_text.size());
        if (const auto* string = value.asString()) return putString(string->text);
        if (const auto* dict = value.asDict()) return putDict(*dict);
        if (const auto* list = value.asList(); list && isArray(*list)) return putList(*list);
        if (value.isNone() || value.asNumber()) return m_text.append(scalar(value));
        raise("Object of type " + std::string(typeName(value)) + " is not JSON serializable");
    }

    [[nodiscard]] MarkedText take() { return std::move(m_text); }

private:
    static bool isArray(const ListData& list) {
        return list.kind == ListKind::List || list.kind == ListKind::Tuple || list.kind == ListKind::Group;
    }

    static std::string scalar(const Value& value) {
        if (value.isNone()) return "null";
        if (const auto* flag = value.asBool()) return *flag ? "true" : "false";
        const double* number = value.asFloat();
        if (!number) return std::to_string(*value.asInteger());
        if (std::isnan(*number)) return "NaN";
        if (std::isinf(*number)) return *number < 0 ? "-Infinity" : "Infinity";
        return floatText(*number);
    }

    void putString(const MarkedText& text) {
        m_text.append("\"");
        m_text.append(text.mapRuns([&](std::string_view run) { return escapedRun(run, m_style.asciiOnly); }));
        m_text.append("\"");
    }

    void putKey(const Value& key) {
        if (const auto* string = key.asString()) return putString(string->text);
        if (!key.isNone() && !key.asNumber()) {
            raise("keys must be str, int, float, bool or None, not " + std::string(typeName(key)));
        }
        m_text.append("\"" + scalar(key) + "\"");
    }

    void newLine() {
        if (!m_style.indent) return;
        m_runtime.checkSize(m_text.size() + m_level * m_style.indent->size());
        m_text.append("\n");
        for (std::size_t level = 0; level < m_level; ++level) m_text.append(*m_style.indent);
    }

    void separate(bool& first) {
        if (!std::exchange(first, false)) m_text.append(m_style.itemSeparator);
        newLine();
    }

    void putList(const ListData& list) {
        if (list.items.empty()) return m_text.append("[]");
        m_text.append("[");
        ++m_level;
        bool first = true;
        for (const Value& item : list.items) {
            separate(first);
            put(item);
        }
        --m_level;
        newLine();
        m_text.append("]");
    }

    [[nodiscard]] std::vector<DictData::Entry> ordered(const DictData& dict) const {
        std::vector<DictData::Entry> entries = dict.entries();
        if (m_style.sortKeys) {
            std::ranges::stable_sort(
                entries, [](const auto& left, const auto& right) { return isLess(left.first, right.first); });
        }
        return entries;
    }

    void putDict(const DictData& dict) {
        if (dict.size() == 0) return m_text.append("{}");
        m_text.append("{");
        ++m_level;
        bool first = true;
        for (const auto& [key, value] : ordered(dict)) {
            separate(first);
            putKey(key);
            m_text.append(m_style.keySeparator);
            put(value);
        }
        --m_level;
        newLine();
        m_text.append("}");
    }

    Runtime& m_runtime;
    const JsonStyle& m_style;
    MarkedText m_text;
    std::size_t m_level = 0;
};

}  // namespace

MarkedText json(Runtime& runtime, const Value& value, const JsonStyle& style) {
    JsonWriter writer(runtime, style);
    writer.put(value);
    return writer.take();
}

}  // namespace strata::jinja
