// The text that tokenizers are compared on; the same bytes as tests/oracles/tokenizer_text.py makes.
#pragma once

#include "core/text/tokenizer.h"

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

namespace strata::test {

/// A file of tests/data/tokenizer, whole.
[[nodiscard]] std::string readData(const std::string& name);

/// Draws chunks of about 64 kB one after another.
class StressText {
public:
    explicit StressText(std::uint64_t seed = 20240229);
    [[nodiscard]] std::string next();
    /// Random bytes between lines of text: most of it is no UTF-8.
    [[nodiscard]] std::string nextBytes();

private:
    [[nodiscard]] std::uint64_t below(std::uint64_t bound);
    [[nodiscard]] std::string part();
    std::vector<std::string> m_lines;
    std::vector<std::string> m_alphabet;
    std::uint64_t m_state;
};

inline constexpr std::uint64_t kBytesSeed = 19990523;

/// Each byte as the character of its number.
[[nodiscard]] std::string latin1ToUtf8(std::string_view bytes);

/// A file in parts of whole lines, each the shortest of at least 64 kB.
[[nodiscard]] std::vector<std::string> fileChunks(const std::filesystem::path& path);

/// CRC-32 over the little-endian bytes of the ids, as eight hexadecimal digits.
[[nodiscard]] std::string checksum(std::span<const TokenId> ids);

}  // namespace strata::test
