// A tokenizer written down as lines of text. Formats that count their bytes (GGUF, protocol buffers) break under nearly
// every mutation; a recipe stays one, so that the fuzzers reach what lies behind the container.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace strata::fuzz {

/// A line's first byte says what it is; lines that say nothing are skipped.
///   @MODEL PRE     tokenizer model and pre-tokenizer
///   0..9 TEXT      a token of that type, e.g. "3<s>"
///   =LEFT RIGHT    a merge
///   !NAME NUMBER   a number or a flag of the file
///   >TEXT          text to encode
///   %BYTES         a precompiled character map: all the rest of the input
struct TokenizerRecipe {
    std::string model = "gpt2";
    std::string preTokenizer;
    std::vector<std::string> tokens;
    std::vector<std::int32_t> kinds;
    std::vector<float> scores;  ///< falling in the order of the tokens
    std::vector<std::string> merges;
    std::vector<std::pair<std::string, std::int32_t>> numbers;
    std::string text;
    std::string charsMap;
};

[[nodiscard]] TokenizerRecipe readRecipe(std::string_view input);

}  // namespace strata::fuzz
