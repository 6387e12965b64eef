// What the Python packages made of our texts (tests/data/tokenizer/golden.json), and the comparison with it.
#pragma once

#include "core/text/tokenizer_data.h"
#include "tests/core/text/stress_text.h"

#include <memory>
#include <string>

#include <nlohmann/json.hpp>

namespace strata::test {

inline constexpr std::size_t kAllChunks = 80;  ///< 5 MB

[[nodiscard]] const nlohmann::json& golden();

/// How much is encoded at once.
enum class Unit { Text, Line };

/// Every short text of the entry, then the checksums of `chunks` chunks of the stress text.
void expectGolden(const Tokenizer& tokenizer, const nlohmann::json& entry, std::size_t chunks = kAllChunks,
                  Unit unit = Unit::Text);

/// Vocabulary of tests/data/tokenizer/merges.txt: the alphabet in byte order, then what the merges make.
[[nodiscard]] TokenizerData sharedVocabulary();

/// The sample model: $STRATA_SAMPLE_GGUF, or the project's models folder; empty when it is not there.
[[nodiscard]] std::filesystem::path sampleModel();

}  // namespace strata::test
