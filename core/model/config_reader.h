// Reads what families have in common from `<arch>.*` metadata. For core/model/architectures.
#pragma once

#include "core/model/model_config.h"

#include <string>
#include <string_view>
#include <vector>

namespace strata {

/// `file` must outlive the reader. Errors everywhere: NotFound, Corrupt (wrong type, out of range); the key is named.
class ConfigReader {
public:
    ConfigReader(const GgufFile& file, std::string_view architecture)
        : m_file(file), m_prefix(std::string(architecture) + ".") {}

    /// Context, embedding, layer count, epsilon.
    [[nodiscard]] Result<void> readSizes(ModelConfig& config) const;
    /// Heads, head size and feed-forward length of every layer (each one number, or an array with one per layer).
    [[nodiscard]] Result<void> readLayers(ModelConfig& config) const;
    /// Experts of every layer: expert_count, expert_used_count, and what a file may say about their weights.
    /// `length` is the feed-forward length of each where the file does not say; `normalised` likewise. Errors too:
    /// Unsupported for a way of choosing that is not a softmax.
    [[nodiscard]] Result<void> readExperts(ModelConfig& config, std::size_t length, bool normalised) const;
    /// Rotary frequencies with their scaling: none, linear, llama3 (factors from the file's tensor, else from
    /// metadata), yarn, longrope (factors from the file's tensors).
    [[nodiscard]] Result<void> readRope(ModelConfig& config) const;
    /// Gives layers the sliding window `window` (0 = none): all but every `period`-th, or those that the file names.
    [[nodiscard]] Result<void> readWindows(ModelConfig& config, std::size_t window, std::size_t period) const;

    [[nodiscard]] bool has(std::string_view key) const { return m_file.find(m_prefix + std::string(key)) != nullptr; }
    [[nodiscard]] bool hasTensor(std::string_view name) const { return m_file.findTensor(name) != nullptr; }
    /// In [1, 2^24].
    [[nodiscard]] Result<std::size_t> size(std::string_view key) const;
    [[nodiscard]] Result<std::size_t> sizeOr(std::string_view key, std::size_t fallback) const;
    /// Finite.
    [[nodiscard]] Result<double> number(std::string_view key) const;
    [[nodiscard]] Result<double> numberOr(std::string_view key, double fallback) const;
    /// One entry per layer.
    [[nodiscard]] Result<std::vector<std::size_t>> sizes(std::string_view key, std::size_t layers) const;

private:
    [[nodiscard]] std::string full(std::string_view key) const { return m_prefix + std::string(key); }
    const GgufFile& m_file;
    std::string m_prefix;
};

}  // namespace strata
