// The families of models this engine runs. A family is one description: a function that fills a ModelConfig from the
// metadata of a file, in a file of its own in core/model/architectures.
#pragma once

#include "core/model/model_config.h"

#include <span>
#include <string_view>

namespace strata {

struct Architecture {
    std::string_view name;    ///< as `general.architecture` spells it
    std::string_view models;  ///< for people
    /// Fills everything but name, vocabulary, tied embedding and parameter count.
    Result<void> (*describe)(const GgufFile& file, ModelConfig& config);
};

/// Sorted by name.
[[nodiscard]] std::span<const Architecture> architectures() noexcept;
/// Errors: Unsupported; the message lists the known ones.
[[nodiscard]] Result<const Architecture*> findArchitecture(std::string_view name);

namespace architectures_detail {
Result<void> describeGemma2(const GgufFile& file, ModelConfig& config);
Result<void> describeGemma3(const GgufFile& file, ModelConfig& config);
Result<void> describeLlama(const GgufFile& file, ModelConfig& config);
Result<void> describePhi3(const GgufFile& file, ModelConfig& config);
Result<void> describeQwen2(const GgufFile& file, ModelConfig& config);
Result<void> describeQwen2Moe(const GgufFile& file, ModelConfig& config);
Result<void> describeQwen3Moe(const GgufFile& file, ModelConfig& config);
Result<void> describeQwen3(const GgufFile& file, ModelConfig& config);
}  // namespace architectures_detail

}  // namespace strata
