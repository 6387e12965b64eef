#include "core/text/jinja/string_literal.h"

#include "core/text/jinja/failure.h"
#include "core/text/jinja/unicode.h"

#include <algorithm>

namespace strata::jinja {
namespace {

int digitValue(char character) noexcept {
    if (character >= '0' && character <= '9') return character - '0';
    if (character >= 'a' && character <= 'f') return character - 'a' + 10;
    if (character >= 'A' && character <= 'F') return character - 'A' + 10;
    return 99;
}

char simpleEscape(char letter) noexcept {
    switch (letter) {
        case 'n':
            return '\n';
        case 't':
            return '\t';
        case 'r':
            return '\r';
        case 'a':
            return '\a';
        case 'b':
            return '\b';
        case 'f':
            return '\f';
        case 'v':
            return '\v';
        case '\\':
        case '\'':
        case '"':
            return letter;
        default:
            return '\0';
    }
}

class Unescaper {
public:
    Unescaper(std::string_view text, int line) : m_text(text), m_line(line) {}

    [[nodiscard]] std::string run() {
        while (m_at < m_text.size()) {
            const char character = m_text[m_at++];
            if (character != '\\') {
                m_result += character;
            } else {
                escape();
            }
        }
        return std::move(m_result);
    }

private:
    void escape() {
        if (m_at == m_text.size()) raise("\\ at end of string", m_line);
        const char letter = m_text[m_at++];
        if (letter == '\n') return;
        if (const char simple = simpleEscape(letter)) {
            m_result += simple;
        } else if (letter == 'x' || letter == 'u' || letter == 'U') {
            put(hexadecimal(letter == 'x' ? 2 : letter == 'u' ? 4 : 8));
        } else if (letter >= '0' && letter <= '7') {
            --m_at;
            put(octal());
        } else if (letter == 'N') {
            raise("named characters (\\N) are not supported", m_line);
        } else {
            m_result += '\\';
            m_result += letter;
        }
    }

    char32_t hexadecimal(std::size_t digits) {
        char32_t code = 0;
        for (std::size_t count = 0; count < digits; ++count) {
            const int value = m_at < m_text.size() ? digitValue(m_text[m_at]) : 99;
            if (value > 15) {
                const std::string form = digits == 2 ? "\\xXX" : digits == 4 ? "\\uXXXX" : "\\UXXXXXXXX";
                raise("truncated " + form + " escape", m_line);
            }
            code = code * 16 + static_cast<char32_t>(value);
            ++m_at;
        }
        return code;
    }

    char32_t octal() {
        char32_t code = 0;
        for (int count = 0; count < 3 && m_at < m_text.size() && digitValue(m_text[m_at]) < 8; ++count) {
            code = code * 8 + static_cast<char32_t>(digitValue(m_text[m_at++]));
        }
        return code;
    }

    void put(char32_t code) {
        if (code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff)) raise("illegal Unicode character", m_line);
        appendCharacter(m_result, code);
    }

    std::string_view m_text;
    int m_line;
    std::size_t m_at = 0;
    std::string m_result;
};

/// Digits of `base` with single underscores between them (or before them, where `leading`).
std::size_t digitRun(std::string_view text, int base, bool leading) noexcept {
    std::size_t at = 0;
    while (at < text.size()) {
        const bool separated = text[at] == '_' && (at > 0 || leading) && at + 1 < text.size();
        const std::size_t digit = separated ? at + 1 : at;
        if (digitValue(text[digit]) >= base) break;
        at = digit + 1;
    }
    return at;
}

/// "e+10" and the like; 0 when there is none.
std::size_t exponentLength(std::string_view text) noexcept {
    if (text.empty() || (text[0] != 'e' && text[0] != 'E')) return 0;
    const std::size_t sign = text.size() > 1 && (text[1] == '+' || text[1] == '-') ? 1 : 0;
    const std::size_t digits = digitRun(text.substr(1 + sign), 10, false);
    return digits == 0 ? 0 : 1 + sign + digits;
}

}  // namespace

std::size_t stringLiteralLength(std::string_view text) noexcept {
    for (std::size_t at = 1; at < text.size(); ++at) {
        if (text[at] == '\\') {
            ++at;
        } else if (text[at] == text[0]) {
            return at + 1;
        }
    }
    return 0;
}

std::string unescapeLiteral(std::string_view text, int line) {
    return Unescaper(text, line).run();
}

std::size_t floatLiteralLength(std::string_view text) noexcept {
    const std::size_t whole = digitRun(text, 10, false);
    if (whole == 0) return 0;
    std::size_t fraction = 0;
    if (whole < text.size() && text[whole] == '.') {
        const std::size_t digits = digitRun(text.substr(whole + 1), 10, false);
        fraction = digits == 0 ? 0 : digits + 1;
    }
    const std::size_t exponent = exponentLength(text.substr(whole + fraction));
    return fraction + exponent == 0 ? 0 : whole + fraction + exponent;
}

std::size_t integerLiteralLength(std::string_view text) noexcept {
    if (text.size() > 2 && text[0] == '0') {
        const char letter = static_cast<char>(text[1] | 0x20);
        const int base = letter == 'x' ? 16 : letter == 'o' ? 8 : letter == 'b' ? 2 : 0;
        const std::size_t digits = base == 0 ? 0 : digitRun(text.substr(2), base, true);
        if (digits > 0) return 2 + digits;
    }
    if (!text.empty() && text[0] == '0') {
        std::size_t zeros = 1;
        while (zeros < text.size() &&
               (text[zeros] == '0' || (text[zeros] == '_' && zeros + 1 < text.size() && text[zeros + 1] == '0'))) {
            zeros += text[zeros] == '_' ? 2 : 1;
        }
        return zeros;
    }
    return digitRun(text, 10, false);
}

}  // namespace strata::jinja
