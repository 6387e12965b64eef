#include "core/text/jinja/lexer.h"

#include "core/text/jinja/failure.h"
#include "core/text/jinja/print.h"
#include "core/text/jinja/string_literal.h"
#include "core/text/jinja/unicode.h"

#include <algorithm>
#include <utility>

namespace strata::jinja {
namespace {

struct Operator {
    std::string_view text;
    TokenType type;
};
// Longer operators first.
constexpr Operator kOperators[] = {
    {"//", TokenType::FloorDiv},   {"**", TokenType::Pow},          {"==", TokenType::Equal},
    {"!=", TokenType::NotEqual},   {">=", TokenType::GreaterEqual}, {"<=", TokenType::LessEqual},
    {"+", TokenType::Add},         {"-", TokenType::Sub},           {"/", TokenType::Div},
    {"*", TokenType::Mul},         {"%", TokenType::Mod},           {"~", TokenType::Tilde},
    {"[", TokenType::LeftBracket}, {"]", TokenType::RightBracket},  {"(", TokenType::LeftParen},
    {")", TokenType::RightParen},  {"{", TokenType::LeftBrace},     {"}", TokenType::RightBrace},
    {">", TokenType::Greater},     {"<", TokenType::Less},          {"=", TokenType::Assign},
    {".", TokenType::Dot},         {":", TokenType::Colon},         {"|", TokenType::Pipe},
    {",", TokenType::Comma},       {";", TokenType::Semicolon},
};

/// Line ends become \n, and one at the very end goes.
std::string normalized(std::string_view source) {
    std::string result;
    result.reserve(source.size());
    for (std::size_t at = 0; at < source.size(); ++at) {
        const bool carriage = source[at] == '\r';
        if (carriage && at + 1 < source.size() && source[at + 1] == '\n') ++at;
        result += carriage ? '\n' : source[at];
    }
    if (result.ends_with('\n')) result.pop_back();
    return result;
}

bool isAsciiDigit(char character) {
    return character >= '0' && character <= '9';
}

class Lexer {
public:
    explicit Lexer(std::string source) : m_source(std::move(source)) {}

    [[nodiscard]] std::vector<Token> run() {
        try {
            while (m_at < m_source.size()) root();
            m_tokens.push_back({TokenType::End, m_tokens.empty() ? 1 : m_tokens.back().line, {}});
        } catch (const Failure& failure) {
            m_tokens.push_back({TokenType::Error, failure.line, failure.reason});
        }
        return std::move(m_tokens);
    }

private:
    [[nodiscard]] std::string_view rest() const { return std::string_view(m_source).substr(m_at); }
    [[nodiscard]] bool at(std::string_view text) const { return rest().starts_with(text); }

    void add(TokenType type, std::string text) { m_tokens.push_back({type, m_line, std::move(text)}); }

    void advance(std::size_t count) {
        const std::string_view passed = rest().substr(0, count);
        m_line += static_cast<int>(std::ranges::count(passed, '\n'));
        m_at += passed.size();
        if (!passed.empty()) m_lineStarting = passed.back() == '\n';
    }

    void skipSpace() {
        while (m_at < m_source.size()) {
            const Character character = characterAt(m_source, m_at);
            if (!isSpace(character.code)) return;
            advance(character.length);
        }
    }

    /// Data up to the next tag, then the tag.
    void root() {
        std::size_t begin = m_at;
        while (true) {
            begin = m_source.find('{', begin);
            if (begin == std::string::npos || begin + 1 >= m_source.size()) return plainRest();
            const char kind = m_source[begin + 1];
            if (kind == '%' || kind == '{' || kind == '#') break;
            ++begin;
        }
        const std::size_t signAt = begin + 2;
        const char sign = signAt < m_source.size() ? m_source[signAt] : '\0';
        const bool print = m_source[begin + 1] == '{';
        data(begin, sign, !print);
        advance(sign == '-' || sign == '+' ? 3 : 2);
        if (print) return expression(TokenType::VariableBegin, TokenType::VariableEnd);
        if (m_source[begin + 1] == '#') return comment();
        if (const std::size_t length = keywordTag("raw", false)) return raw(length);
        expression(TokenType::BlockBegin, TokenType::BlockEnd);
    }

    void plainRest() {
        add(TokenType::Data, std::string(rest()));
        advance(rest().size());
    }

    /// The text up to `end`, stripped as the sign of the tag behind it asks.
    void data(std::size_t end, char sign, bool statement) {
        const std::string_view text = std::string_view(m_source).substr(m_at, end - m_at);
        std::size_t keep = text.size();
        if (sign == '-') {
            while (keep > 0 && isSpace(characterBefore(text, keep).code)) keep -= characterBefore(text, keep).length;
        } else if (sign != '+' && statement) {
            keep = strippedLine(text);
        }
        if (keep > 0) add(TokenType::Data, std::string(text.substr(0, keep)));
        advance(text.size());
    }

    /// lstrip_blocks: drops the white space between the line's start and a tag.
    [[nodiscard]] std::size_t strippedLine(std::string_view text) const {
        const std::size_t newLine = text.rfind('\n');
        const std::size_t line = newLine == text.npos ? 0 : newLine + 1;
        if (line == 0 && !m_lineStarting) return text.size();
        bool blank = true;
        forEachCharacter(text.substr(line),
                         [&](Character character, std::size_t) { blank = blank && isSpace(character.code); });
        return blank ? line : text.size();
    }

    /// After `{%`: the length of "keyword %}" when it stands here, else 0. `trim` allows +%} and drops a line end.
    [[nodiscard]] std::size_t keywordTag(std::string_view keyword, bool trim) const {
        std::size_t place = pastSpace(m_at);
        if (!std::string_view(m_source).substr(place).starts_with(keyword)) return 0;
        place = pastSpace(place + keyword.size());
        const std::size_t end = tagEnd(place, "%}", trim, trim);
        return end == 0 ? 0 : end - m_at;
    }

    [[nodiscard]] std::size_t pastSpace(std::size_t place) const {
        while (place < m_source.size() && isSpace(characterAt(m_source, place).code)) {
            place += characterAt(m_source, place).length;
        }
        return place;
    }

    /// Where the tag end that stands at `place` is over, 0 when there is none: "-%}" takes white space along, "%}" one
    /// line end (with `trim`).
    [[nodiscard]] std::size_t tagEnd(std::size_t place, std::string_view end, bool plus, bool trim) const {
        const std::string_view text = std::string_view(m_source).substr(place);
        const bool minus = text.starts_with('-');
        const bool sign = minus || (plus && text.starts_with('+'));
        if (!text.substr(sign ? 1 : 0).starts_with(end)) return 0;
        const std::size_t after = place + end.size() + (sign ? 1 : 0);
        if (minus) return pastSpace(after);
        return trim && !sign && after < m_source.size() && m_source[after] == '\n' ? after + 1 : after;
    }

    void comment() {
        for (std::size_t place = m_at; place < m_source.size(); ++place) {
            const char character = m_source[place];
            if (character != '#' && character != '-' && character != '+') continue;
            if (const std::size_t end = tagEnd(place, "#}", true, true)) return advance(end - m_at);
        }
        raise("Missing end of comment tag", m_line);
    }

    void raw(std::size_t opening) {
        advance(opening);
        const int line = m_line;
        const std::size_t begin = m_at;
        for (std::size_t place = m_source.find("{%", begin); place != std::string::npos;
             place = m_source.find("{%", place + 1)) {
            const char sign = place + 2 < m_source.size() ? m_source[place + 2] : '\0';
            m_at = place + (sign == '-' || sign == '+' ? 3 : 2);
            const std::size_t length = keywordTag("endraw", true);
            const std::size_t end = m_at + length;
            m_at = begin;
            if (length == 0) continue;
            data(place, sign, true);
            return advance(end - m_at);
        }
        raise("Missing end of raw directive", line);
    }

    void expression(TokenType begin, TokenType end) {
        add(begin, {});
        const bool block = end == TokenType::BlockEnd;
        while (true) {
            skipSpace();
            if (m_at >= m_source.size()) return;
            const std::size_t stop = m_open.empty() ? tagEnd(m_at, block ? "%}" : "}}", block, block) : 0;
            if (stop == 0) {
                token();
                continue;
            }
            add(end, {});
            return advance(stop - m_at);
        }
    }

    void token() {
        const char first = m_source[m_at];
        if (isAsciiDigit(first)) return number();
        const Character character = characterAt(m_source, m_at);
        if (isClass(character.code, CharClass::Identifier)) return name();
        if (first == '\'' || first == '"') {
            if (const std::size_t length = stringLiteralLength(rest())) return string(length);
        }
        for (const Operator& candidate : kOperators) {
            if (at(candidate.text)) return symbol(candidate);
        }
        raise("unexpected char " + quoted(rest().substr(0, character.length)) + " at " +
                  std::to_string(characterCount(std::string_view(m_source).substr(0, m_at))),
              m_line);
    }

    void name() {
        std::size_t end = m_at;
        while (end < m_source.size() && isClass(characterAt(m_source, end).code, CharClass::Identifier)) {
            end += characterAt(m_source, end).length;
        }
        add(TokenType::Name, m_source.substr(m_at, end - m_at));
        advance(end - m_at);
    }

    void string(std::size_t length) {
        add(TokenType::String, unescapeLiteral(rest().substr(1, length - 2), m_line));
        advance(length);
    }

    void number() {
        // A number behind a dot is an index ("a.0.1"), never a fraction.
        const bool afterDot = m_at > 0 && m_source[m_at - 1] == '.';
        const std::size_t fraction = afterDot ? 0 : floatLiteralLength(rest());
        const std::size_t length = fraction > 0 ? fraction : integerLiteralLength(rest());
        std::string digits(rest().substr(0, length));
        std::erase(digits, '_');
        add(fraction > 0 ? TokenType::Float : TokenType::Integer, std::move(digits));
        advance(length);
    }

    void symbol(const Operator& found) {
        balance(found.text);
        add(found.type, {});
        advance(found.text.size());
    }

    void balance(std::string_view symbol) {
        if (symbol == "(") m_open += ')';
        if (symbol == "[") m_open += ']';
        if (symbol == "{") m_open += '}';
        if (symbol != ")" && symbol != "]" && symbol != "}") return;
        if (m_open.empty()) raise("unexpected '" + std::string(symbol) + "'", m_line);
        const char expected = m_open.back();
        if (expected != symbol[0]) {
            raise("unexpected '" + std::string(symbol) + "', expected '" + std::string(1, expected) + "'", m_line);
        }
        m_open.pop_back();
    }

    std::string m_source;
    std::size_t m_at = 0;
    int m_line = 1;
    bool m_lineStarting = true;
    std::string m_open;  // the closing brackets still expected
    std::vector<Token> m_tokens;
};

}  // namespace

std::vector<Token> tokenize(std::string_view source) {
    return Lexer(normalized(source)).run();
}

std::string_view describe(TokenType type) noexcept {
    for (const Operator& candidate : kOperators) {
        if (candidate.type == type) return candidate.text;
    }
    switch (type) {
        case TokenType::Data:
            return "template data / text";
        case TokenType::VariableBegin:
            return "begin of print statement";
        case TokenType::VariableEnd:
            return "end of print statement";
        case TokenType::BlockBegin:
            return "begin of statement block";
        case TokenType::BlockEnd:
            return "end of statement block";
        case TokenType::Name:
            return "name";
        case TokenType::String:
            return "string";
        case TokenType::Integer:
            return "integer";
        case TokenType::Float:
            return "float";
        default:
            return "end of template";
    }
}

std::string_view describe(const Token& token) noexcept {
    return token.type == TokenType::Name ? std::string_view(token.text) : describe(token.type);
}

}  // namespace strata::jinja
