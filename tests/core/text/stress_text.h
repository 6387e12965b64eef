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
    StressText();
    [[nodiscard]] std::string next();

private:
    [[nodiscard]] std::uint64_t below(std::uint64_t bound);
    [[nodiscard]] std::string part();
    std::vector<std::string> m_lines;
    std::vector<std::string> m_alphabet;
    std::uint64_t m_state = 20240229;
};

/// A file in parts of whole lines, each the shortest of at least 64 kB.
[[nodiscard]] std::vector<std::string> fileChunks(const std::filesystem::path& path);

/// FNV-1a, 32 bits, over the little-endian bytes of the ids, as eight hexadecimal digits.
[[nodiscard]] std::string checksum(std::span<const TokenId> ids);

}  // namespace strata::test
