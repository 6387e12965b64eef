#include "tests/core/text/stress_text.h"

#include "core/text/utf8.h"

#include <array>
#include <cstdio>
#include <fstream>
#include <iterator>

namespace strata::test {
namespace {

constexpr std::size_t kChunkBytes = 65536;
constexpr std::array<std::string_view, 15> kBreaks{"\n",     "\n\n",   " ",      "  ",   "\t",
                                                   "\r\n",   " \n ",   "\n    ", "",     "\u00a0",
                                                   "\u3000", "\u2028", "\x0b",   "\x0c", "\xC2\x85"};

std::string readFile(const std::filesystem::path& path) {
    std::ifstream stream(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), {}};
}

}  // namespace

std::string readData(const std::string& name) {
    return readFile(std::filesystem::path(STRATA_TEST_DATA) / "tokenizer" / name);
}

StressText::StressText(std::uint64_t seed) : m_state(seed) {
    const std::string lines = readData("stress.txt");
    for (std::size_t begin = 0; begin < lines.size();) {
        const std::size_t end = lines.find('\n', begin);
        m_lines.push_back(lines.substr(begin, end - begin));
        begin = end + 1;
    }
    const std::string alphabet = readData("alphabet.txt");
    for (std::size_t position = 0; position < alphabet.size();) {
        const std::size_t length = decodeUtf8(alphabet, position).length;
        m_alphabet.push_back(alphabet.substr(position, length));
        position += length;
    }
}

std::uint64_t StressText::below(std::uint64_t bound) {
    m_state = m_state * 6364136223846793005u + 1442695040888963407u;
    return (m_state >> 33) % bound;
}

std::string StressText::part() {
    const std::uint64_t kind = below(16);
    std::string text;
    if (kind < 10) return m_lines[below(m_lines.size())];
    if (kind < 12) {
        for (std::uint64_t left = 1 + below(24); left > 0; --left) text += m_alphabet[below(m_alphabet.size())];
    } else if (kind < 14) {
        for (std::uint64_t left = 1 + below(24); left > 0; --left) text += static_cast<char>(32 + below(95));
    } else if (kind == 14) {
        std::uint64_t bound = 10;
        for (std::uint64_t digits = below(9); digits > 0; --digits) bound *= 10;
        text = std::to_string(below(bound));
    } else {
        text.assign(1 + below(20), ' ');
    }
    return text;
}

std::string StressText::next() {
    std::string chunk;
    while (chunk.size() < kChunkBytes) {
        chunk += part();
        chunk += kBreaks[below(kBreaks.size())];
    }
    return chunk;
}

std::string StressText::nextBytes() {
    std::string chunk;
    while (chunk.size() < kChunkBytes) {
        if (below(4) == 0) chunk += m_lines[below(m_lines.size())];
        for (std::uint64_t left = 1 + below(40); left > 0; --left) chunk += static_cast<char>(below(256));
    }
    return chunk;
}

std::string latin1ToUtf8(std::string_view bytes) {
    std::string text;
    for (const char byte : bytes) appendUtf8(text, static_cast<unsigned char>(byte));
    return text;
}

std::vector<std::string> fileChunks(const std::filesystem::path& path) {
    const std::string text = readFile(path);
    std::vector<std::string> chunks;
    for (std::size_t begin = 0; begin < text.size();) {
        const std::size_t end = text.find('\n', std::min(begin + kChunkBytes - 1, text.size()));
        const std::size_t next = end == std::string::npos ? text.size() : end + 1;
        chunks.push_back(text.substr(begin, next - begin));
        begin = next;
    }
    return chunks;
}

std::string checksum(std::span<const TokenId> ids) {
    constexpr std::uint32_t kPolynomial = 0xEDB88320u;
    std::uint32_t rest = 0xFFFFFFFFu;
    for (const TokenId id : ids) {
        // The bytes of a number, least significant first, are its bits in the order in which CRC-32 takes them.
        rest ^= static_cast<std::uint32_t>(id);
        for (int bit = 0; bit < 32; ++bit) rest = (rest >> 1) ^ ((rest & 1u) != 0 ? kPolynomial : 0u);
    }
    std::array<char, 9> digits{};
    std::snprintf(digits.data(), digits.size(), "%08x", ~rest);
    return digits.data();
}

}  // namespace strata::test
