// A dense model to compress: its description, tokenizer and tensors as float32, whatever they are stored as.
#pragma once

#include "core/model/model_config.h"
#include "core/source/model_files.h"
#include "core/text/tokenizer.h"

#include <filesystem>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

namespace strata {

/// Immutable after open(); concurrent reads are safe. Tensors are dequantized when asked for and not kept.
class SourceModel {
public:
    /// Errors: those of ModelFiles, ModelConfig, Tokenizer.
    [[nodiscard]] static Result<std::unique_ptr<SourceModel>> open(const std::filesystem::path& path);

    [[nodiscard]] const ModelConfig& config() const noexcept { return m_config; }
    [[nodiscard]] const Tokenizer& tokenizer() const noexcept { return *m_tokenizer; }
    [[nodiscard]] const ModelFiles& files() const noexcept { return *m_files; }
    /// An expert's matrix "blk.3.ffn_gate.17.weight" is there, too, where all experts' stand in one tensor.
    [[nodiscard]] bool has(std::string_view tensor) const { return find(tensor).tensor != nullptr; }

    // A name may be that of a linear layer which the file stores within another tensor (ModelConfig::slices).
    /// A whole tensor. Errors: NotFound; Corrupt when it holds NaN or infinity.
    [[nodiscard]] Result<std::vector<float>> tensor(std::string_view name) const;
    /// Rows [first, first + count) of a matrix [rows, columns] into `into` [count, columns].
    [[nodiscard]] Result<void> rows(std::string_view name, std::size_t first, std::size_t count,
                                    std::span<float> into) const;

    /// Copies the metadata that a stack keeps: general.*, <arch>.*, tokenizer.*.
    void describe(GgufWriter& writer) const;

private:
    /// Rows [firstRow, firstRow + rows) of a tensor; null when it is missing.
    struct Place {
        const GgufTensor* tensor = nullptr;
        std::size_t firstRow = 0, rows = 0;
    };
    SourceModel() = default;
    [[nodiscard]] Result<void> describeModel();
    [[nodiscard]] Place find(std::string_view name) const;
    std::unique_ptr<ModelFiles> m_files;
    ModelConfig m_config;
    std::shared_ptr<const Tokenizer> m_tokenizer;
};

}  // namespace strata
