#include "core/text/utf8.h"

#include <cstring>

namespace strata {
namespace {

bool isContinuation(unsigned char byte) {
    return (byte & 0xC0u) == 0x80u;
}

// Bytes of a sequence by its first byte; 0 where none starts.
std::uint8_t sequenceLength(unsigned char first) {
    if (first < 0x80) return 1;
    if (first >= 0xC2 && first < 0xE0) return 2;
    if (first >= 0xE0 && first < 0xF0) return 3;
    return first >= 0xF0 && first < 0xF5 ? 4 : 0;
}

// The second byte decides on overlong forms, surrogates and the upper end (Unicode table 3-7).
bool secondByteFits(unsigned char first, unsigned char second) {
    switch (first) {
        case 0xE0:
            return second >= 0xA0 && second <= 0xBF;
        case 0xED:
            return second >= 0x80 && second <= 0x9F;
        case 0xF0:
            return second >= 0x90 && second <= 0xBF;
        case 0xF4:
            return second >= 0x80 && second <= 0x8F;
        default:
            return isContinuation(second);
    }
}

struct Alphabet {
    std::array<char32_t, 256> characters{};
    std::array<std::int16_t, 0x144> bytes{};
};

// Printable Latin-1 stands for itself; the other bytes take U+0100 upwards in order.
Alphabet makeAlphabet() {
    Alphabet alphabet;
    alphabet.bytes.fill(-1);
    char32_t next = 0x100;
    for (unsigned byte = 0; byte < 256; ++byte) {
        const bool printable = (byte >= 0x21 && byte <= 0x7E) || (byte >= 0xA1 && byte <= 0xAC) || byte >= 0xAE;
        const char32_t character = printable ? static_cast<char32_t>(byte) : next++;
        alphabet.characters[byte] = character;
        alphabet.bytes[character] = static_cast<std::int16_t>(byte);
    }
    return alphabet;
}

const Alphabet& alphabet() {
    static const Alphabet instance = makeAlphabet();
    return instance;
}

}  // namespace

Utf8Char decodeUtf8(std::string_view text, std::size_t position) noexcept {
    const auto byteAt = [&](std::size_t offset) { return static_cast<unsigned char>(text[position + offset]); };
    const unsigned char first = byteAt(0);
    const Utf8Char invalid{first, 1, false};
    const std::uint8_t length = sequenceLength(first);
    if (length == 1) return {first, 1, true};
    if (length == 0 || length > text.size() - position || !secondByteFits(first, byteAt(1))) return invalid;
    char32_t value = first & (0x7Fu >> length);
    for (std::size_t index = 1; index < length; ++index) {
        if (!isContinuation(byteAt(index))) return invalid;
        value = (value << 6) | (byteAt(index) & 0x3Fu);
    }
    return {value, length, true};
}

void appendUtf8(std::string& text, char32_t codePoint) {
    const auto put = [&](char32_t byte) { text.push_back(static_cast<char>(byte)); };
    if (codePoint < 0x80) {
        put(codePoint);
    } else if (codePoint < 0x800) {
        put(0xC0 | (codePoint >> 6));
        put(0x80 | (codePoint & 0x3F));
    } else if (codePoint < 0x10000) {
        put(0xE0 | (codePoint >> 12));
        put(0x80 | ((codePoint >> 6) & 0x3F));
        put(0x80 | (codePoint & 0x3F));
    } else {
        put(0xF0 | (codePoint >> 18));
        put(0x80 | ((codePoint >> 12) & 0x3F));
        put(0x80 | ((codePoint >> 6) & 0x3F));
        put(0x80 | (codePoint & 0x3F));
    }
}

std::size_t validUtf8Prefix(std::string_view text) noexcept {
    std::size_t position = 0;
    while (position < text.size()) {
        std::uint64_t eight = 0;
        if (text.size() - position >= sizeof eight) {
            std::memcpy(&eight, text.data() + position, sizeof eight);
            if ((eight & 0x8080808080808080u) == 0) {
                position += sizeof eight;
                continue;
            }
        }
        const Utf8Char character = decodeUtf8(text, position);
        if (!character.valid) break;
        position += character.length;
    }
    return position;
}

std::size_t incompleteUtf8Tail(std::string_view text) noexcept {
    for (std::size_t tail = 1; tail <= 3 && tail <= text.size(); ++tail) {
        const auto first = static_cast<unsigned char>(text[text.size() - tail]);
        if (isContinuation(first)) continue;
        if (sequenceLength(first) <= tail) return 0;
        const bool fits = tail == 1 || secondByteFits(first, static_cast<unsigned char>(text[text.size() - tail + 1]));
        return fits ? tail : 0;
    }
    return 0;
}

std::string replaceInvalidUtf8(std::string_view text) {
    std::string out;
    while (!text.empty()) {
        const std::size_t valid = validUtf8Prefix(text);
        out += text.substr(0, valid);
        text.remove_prefix(valid);
        if (text.empty()) break;
        std::size_t part = 1;
        for (std::size_t length = 2; length <= 3 && length <= text.size(); ++length) {
            if (incompleteUtf8Tail(text.substr(0, length)) == length) part = length;
        }
        out += kReplacementCharacter;
        text.remove_prefix(part);
    }
    return out;
}

const std::array<char32_t, 256>& byteAlphabet() noexcept {
    return alphabet().characters;
}

int byteOfAlphabet(char32_t codePoint) noexcept {
    return codePoint < alphabet().bytes.size() ? alphabet().bytes[codePoint] : -1;
}

bool isUnicodeSpace(char32_t codePoint) noexcept {
    return (codePoint >= 9 && codePoint <= 13) || codePoint == 0x20 || codePoint == 0x85 || codePoint == 0xA0 ||
           codePoint == 0x1680 || (codePoint >= 0x2000 && codePoint <= 0x200A) || codePoint == 0x2028 ||
           codePoint == 0x2029 || codePoint == 0x202F || codePoint == 0x205F || codePoint == 0x3000;
}

}  // namespace strata
