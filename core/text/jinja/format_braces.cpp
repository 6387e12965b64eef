#include "core/text/jinja/access.h"
#include "core/text/jinja/format.h"
#include "core/text/jinja/operators.h"
#include "core/text/jinja/print.h"

#include <algorithm>

namespace strata::jinja {
namespace {

class BraceFormatter {
public:
    BraceFormatter(Runtime& runtime, const Arguments& arguments) : m_runtime(runtime), m_arguments(arguments) {}

    [[nodiscard]] MarkedText run(const MarkedText& format, int depth) {
        if (depth > 1) raise("Max string recursion exceeded");
        const std::string_view text = format.view();
        MarkedText result;
        std::size_t at = 0;
        while (at < text.size()) {
            const std::size_t brace = std::min(text.find_first_of("{}", at), text.size());
            result.append(format, at, brace);
            at = brace;
            if (at == text.size()) break;
            if (at + 1 < text.size() && text[at + 1] == text[at]) {
                result.append(format, at, at + 1);
                at += 2;
                continue;
            }
            if (text[at] == '}') raise("Single '}' encountered in format string");
            const std::size_t end = closing(text, at);
            result.append(field(format.slice(at + 1, end), depth));
            m_runtime.checkSize(result.size());
            at = end + 1;
        }
        return result;
    }

private:
    static std::size_t closing(std::string_view text, std::size_t open) {
        int level = 0;
        for (std::size_t at = open; at < text.size(); ++at) {
            if (text[at] == '{') ++level;
            if (text[at] == '}' && --level == 0) return at;
        }
        raise("expected '}' before end of string");
    }

    MarkedText field(const MarkedText& field, int depth) {
        const std::string_view text = field.view();
        const std::size_t nameEnd = std::min(text.find_first_of("!:"), text.size());
        Value value = lookUp(text.substr(0, nameEnd));
        std::size_t at = nameEnd;
        if (at < text.size() && text[at] == '!') {
            const char conversion = at + 1 < text.size() ? text[at + 1] : '\0';
            if (conversion == 's')
                value = m_runtime.text(str(m_runtime, value));
            else if (conversion == 'r' || conversion == 'a')
                value = m_runtime.text(repr(m_runtime, value));
            else
                raise("Unknown conversion specifier");
            at += 2;
            if (at < text.size() && text[at] != ':') raise("expected ':' after conversion specifier");
        }
        if (at >= text.size()) return formatValue(m_runtime, value, {});
        const MarkedText spec = run(field.slice(at + 1, text.size()), depth + 1);
        return formatValue(m_runtime, value, parseFormatSpec(spec.view()));
    }

    Value lookUp(std::string_view name) {
        const std::size_t first = std::min(name.find_first_of(".["), name.size());
        Value value = root(name.substr(0, first));
        for (std::size_t at = first; at < name.size();) {
            const bool item = name[at] == '[';
            const std::size_t stop = item ? name.find(']', at) : name.find_first_of(".[", at + 1);
            if (item && stop == name.npos) raise("Missing ']' in format string");
            const std::size_t end = std::min(stop, name.size());
            const std::string_view part = name.substr(at + 1, end - at - 1);
            if (part.empty()) raise("Empty attribute in format string");
            value = item ? getItem(m_runtime, value, key(part)) : getAttribute(m_runtime, value, part);
            at = item ? end + 1 : end;
        }
        return value;
    }

    static bool isNumber(std::string_view text) {
        return !text.empty() && text.size() < 10 && text.find_first_not_of("0123456789") == text.npos;
    }

    Value key(std::string_view part) {
        return isNumber(part) ? Value(std::int64_t{std::stoll(std::string(part))}) : m_runtime.text(part);
    }

    Value root(std::string_view name) {
        if (name.empty() || isNumber(name)) {
            const std::size_t index = name.empty() ? m_next++ : std::stoul(std::string(name));
            if (index >= m_arguments.positional.size())
                raise("Replacement index out of range for positional args tuple");
            return m_arguments.positional[index];
        }
        const auto named = std::ranges::find(m_arguments.keywords, name,
                                             [](const auto& keyword) -> std::string_view { return keyword.first; });
        if (named == m_arguments.keywords.end()) raise("KeyError: " + quoted(name));
        return named->second;
    }

    Runtime& m_runtime;
    const Arguments& m_arguments;
    std::size_t m_next = 0;
};

}  // namespace

Value formatBraces(Runtime& runtime, const StringData& format, const Arguments& arguments) {
    return runtime.text(BraceFormatter(runtime, arguments).run(format.text, 0), format.markup);
}

}  // namespace strata::jinja
