// UTF-8 by hand, for text that may be invalid: lengths, decoding, valid runs; and GPT-2's printable byte alphabet.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace strata {

/// One decoded character. `length` is 1..4; an invalid byte gives valid = false, length 1 and the byte as code point.
struct Utf8Char {
    char32_t codePoint = 0;
    std::uint8_t length = 1;
    bool valid = false;
};

/// Decodes the character at `position` (< text.size()). Overlong forms, surrogates and values above U+10FFFF are
/// invalid.
[[nodiscard]] Utf8Char decodeUtf8(std::string_view text, std::size_t position) noexcept;

/// Appends a code point (< 0x110000).
void appendUtf8(std::string& text, char32_t codePoint);

/// Length of the longest prefix that is valid UTF-8.
[[nodiscard]] std::size_t validUtf8Prefix(std::string_view text) noexcept;

/// Bytes at the end of `text` that may still become a character with more bytes after them: 0..3.
[[nodiscard]] std::size_t incompleteUtf8Tail(std::string_view text) noexcept;

/// Valid text as it is, every maximal part of invalid bytes as one U+FFFD (Unicode 3.9, "substitution of maximal
/// subparts"; what Python's decode(errors="replace") does).
[[nodiscard]] std::string replaceInvalidUtf8(std::string_view text);

/// GPT-2's alphabet, by which byte-level vocabularies spell their tokens: every byte has a printable character.
[[nodiscard]] const std::array<char32_t, 256>& byteAlphabet() noexcept;
/// The byte that a character of the alphabet stands for, -1 for any other character.
[[nodiscard]] int byteOfAlphabet(char32_t codePoint) noexcept;

/// White_Space of Unicode.
[[nodiscard]] bool isUnicodeSpace(char32_t codePoint) noexcept;

inline constexpr std::string_view kReplacementCharacter = "\xEF\xBF\xBD";  ///< U+FFFD

/// U+2581, by which SentencePiece writes a space.
inline constexpr std::string_view kSpaceMark = "\xE2\x96\x81";

}  // namespace strata
