// Unicode as Python's str sees it: code points, character classes and case.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace strata::jinja {

enum class CharClass : std::uint16_t {
    Space = 1,
    Alpha = 2,
    Decimal = 4,
    Digit = 8,
    Numeric = 16,
    Printable = 32,
    Lower = 64,
    Upper = 128,
    Title = 256,
    Identifier = 512,
};
[[nodiscard]] bool isClass(char32_t code, CharClass which) noexcept;
[[nodiscard]] bool isCased(char32_t code) noexcept;
[[nodiscard]] inline bool isSpace(char32_t code) noexcept {
    return isClass(code, CharClass::Space);
}

/// One character of UTF-8. A byte that is no valid UTF-8 counts as one character, U+DC80 + (byte - 0x80), and is
/// written back as that byte: text passes through unchanged whatever it holds.
struct Character {
    char32_t code = 0;
    std::size_t length = 0;
};
/// `at` must lie within the text.
[[nodiscard]] Character characterAt(std::string_view text, std::size_t at) noexcept;
/// The character that ends before `end` (> 0).
[[nodiscard]] Character characterBefore(std::string_view text, std::size_t end) noexcept;
void appendCharacter(std::string& text, char32_t code);

[[nodiscard]] std::size_t characterCount(std::string_view text) noexcept;
/// Byte offset of character `index`; the size of the text when there are fewer.
[[nodiscard]] std::size_t byteOffset(std::string_view text, std::size_t index) noexcept;

[[nodiscard]] std::string upper(std::string_view text);
[[nodiscard]] std::string lower(std::string_view text);
void appendUpper(std::string& into, char32_t code);
void appendLower(std::string& into, char32_t code);
void appendTitle(std::string& into, char32_t code);

/// visit(Character, offset) for each character.
template <class F>
void forEachCharacter(std::string_view text, F&& visit) {
    for (std::size_t at = 0; at < text.size();) {
        const Character character = characterAt(text, at);
        visit(character, at);
        at += character.length;
    }
}

}  // namespace strata::jinja
