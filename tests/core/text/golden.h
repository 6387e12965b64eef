// What the Python packages made of our texts (tests/data/tokenizer/golden.json), and the comparison with it.
#pragma once

#include "core/text/tokenizer_data.h"
#include "tests/core/text/stress_text.h"

#include <memory>
#include <string>

#include <nlohmann/json.hpp>

namespace strata::test {

inline constexpr std::size_t kAllChunks = 80;   ///< 5 MB
inline constexpr std::size_t kByteChunks = 16;  ///< 1 MB

[[nodiscard]] const nlohmann::json& golden();

/// How much is encoded at once.
enum class Unit { Text, Line };

/// Every short text of the entry, then the checksums of `chunks` chunks of the stress text.
void expectGolden(const Tokenizer& tokenizer, const nlohmann::json& entry, std::size_t chunks = kAllChunks,
                  Unit unit = Unit::Text);

/// What the random bytes are for the package: SentencePiece takes them as they are, `tokenizers` takes characters only
/// (every byte as one, or what is no UTF-8 replaced, in turn).
enum class Noise { Bytes, Characters };

/// The checksums of all chunks of random bytes.
void expectGoldenNoise(const Tokenizer& tokenizer, const nlohmann::json& entry, Noise noise, Unit unit = Unit::Text);

/// Every text of the entry in which special tokens are recognised.
void expectGoldenSpecials(const Tokenizer& tokenizer, const nlohmann::json& entry);

/// Vocabulary of tests/data/tokenizer/merges.txt: the alphabet in byte order, then what the merges make.
[[nodiscard]] TokenizerData sharedVocabulary();

}  // namespace strata::test
