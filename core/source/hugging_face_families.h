// The families of Hugging Face models: how their configuration and tensor names become GGUF's.
#pragma once

#include "core/base/result.h"
#include "core/source/memory_header.h"

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include <nlohmann/json_fwd.hpp>

namespace strata {

class GgufWriter;

/// A tensor's name within a decoder block, without ".weight" or ".bias".
struct TensorName {
    std::string_view theirs;  ///< "self_attn.q_proj"; "{}" stands for an expert's number
    std::string_view ours;    ///< "attn_q"
};

struct HuggingFaceFamily {
    std::string_view modelType;     ///< `model_type` in config.json
    std::string_view architecture;  ///< `general.architecture` in GGUF
    /// Rows of queries and keys go from the two halves of a head to neighbouring pairs, as GGUF files of this family
    /// hold them.
    bool interleaveRotary = false;
    bool normsAddOne = false;  ///< norms are stored as their difference from one
    std::span<const TensorName> names;
    std::string_view defaults = "{}";  ///< JSON: what published configurations leave out
};

/// Sorted by model type.
[[nodiscard]] std::span<const HuggingFaceFamily> huggingFaceFamilies() noexcept;
/// Errors: Unsupported with the list of known ones; Corrupt (no model_type).
[[nodiscard]] Result<const HuggingFaceFamily*> findHuggingFaceFamily(const nlohmann::json& config);

/// Where a tensor belongs, and what kind of change its values need.
struct TensorPlace {
    std::string name;  ///< GGUF's, with ".weight" or ".bias"; of a BitStack buffer, of the matrix that it is a part of
    std::string stem;  ///< within its decoder block: "attn_q"; or "token_embd", "output_norm", "output"
};

/// GGUF's name of `module`, e.g. "model.layers.3.self_attn.q_proj", with `suffix` ("weight" or "bias").
/// nullopt: not a tensor of this family.
[[nodiscard]] std::optional<TensorPlace> placeOf(const HuggingFaceFamily& family, std::string_view module,
                                                 std::string_view suffix);

/// Adds general.architecture and every `<arch>.*` key. `config` is config.json, or its `text_config` where a model of
/// several modes has one. Errors: Corrupt naming the key; Unsupported (quantized weights, unknown rotary scaling).
[[nodiscard]] Result<void> describeConfig(const HuggingFaceFamily& family, const nlohmann::json& config,
                                          GgufWriter& writer);

/// Factors of the rotary frequencies as GGUF's tensors have them: `rope_factors_short.weight` and its like, of
/// `longrope`. Errors: Corrupt.
[[nodiscard]] Result<std::vector<MemoryHeader::Values>> rotaryFactors(const nlohmann::json& config);

/// The part of config.json that describes the language model.
[[nodiscard]] const nlohmann::json& languageModel(const nlohmann::json& config);

}  // namespace strata
