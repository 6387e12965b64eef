// Published BitStack checkpoints (arXiv 2410.23918, its authors' format): Hugging Face folders whose decoder linears
// hold residual blocks instead of a weight. Block i of a linear [out, in] of rank k is
//   qweight_i  uint8 [out * in / 8]  signs, row-major, most significant bit first, 1 = +1
//   u_i        float16 [out, k]
//   vt_i       float16 [k, in]
// and the weight the sum of sign * (u vt). Activations are divided by scales, which stand in the norm or the linear
// before, or beside it as `scales`. compression_config.json lists, in growing memory, how many blocks of each linear
// are loaded: the universal order.
#pragma once

#include "core/base/result.h"
#include "core/codec/bitstack_codec.h"
#include "core/io/safetensors.h"

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace strata {

/// One linear of a checkpoint. The tensors belong to the checkpoint's files.
struct BitstackLinear {
    struct Block {
        const SafetensorsTensor* signs = nullptr;
        const SafetensorsTensor* u = nullptr;
        const SafetensorsTensor* vt = nullptr;
    };
    std::string module;  ///< as the checkpoint names it, without ".act"
    std::size_t rows = 0;
    std::size_t columns = 0;
    unsigned rank = 0;
    std::size_t rotaryHeads = 0;  ///< rows are to be interleaved within so many heads; 0 = not
    std::vector<Block> blocks;
    const SafetensorsTensor* scales = nullptr;  ///< [columns]; the activation is divided by them; null = none
};

/// One step of a universal order: `name` gains its block `level`.
struct BitstackStep {
    std::string name;  ///< GGUF's
    unsigned level = 0;
    [[nodiscard]] bool operator==(const BitstackStep&) const = default;
};

/// Immutable once it is made; concurrent reads are safe.
class BitstackCheckpoint {
public:
    /// `files` must outlive the checkpoint.
    explicit BitstackCheckpoint(const SafetensorsSet& files) : m_files(files) {}

    /// Takes note of a buffer: `module` without ".act", `buffer` such as "qweight_3".
    /// Errors: Corrupt (a buffer that is none of a block's).
    [[nodiscard]] Result<void> add(const std::string& ggufName, std::string_view module, std::string_view buffer,
                                   const SafetensorsTensor& tensor);
    /// Checks every linear and fills in its sizes. Errors: Corrupt, Unsupported; tensor and reason are named.
    [[nodiscard]] Result<void> finish();

    /// By GGUF name, "blk.3.ffn_up.weight".
    [[nodiscard]] const std::map<std::string, BitstackLinear, std::less<>>& linears() const noexcept {
        return m_linears;
    }
    [[nodiscard]] BitstackLinear& linear(std::string_view ggufName);
    [[nodiscard]] const BitstackLinear* find(std::string_view ggufName) const noexcept;

    /// Rows [first, first + count) of one block, as the codec holds it, in GGUF's order of rows. Errors: Corrupt (a
    /// factor that is no number).
    [[nodiscard]] Result<BitstackBlock> block(const BitstackLinear& linear, std::size_t level, std::size_t first,
                                              std::size_t count) const;
    /// [columns]; empty when the activation is not scaled. Errors: Corrupt.
    [[nodiscard]] Result<std::vector<float>> scales(const BitstackLinear& linear) const;
    /// Rows [first, first + count) of the sum of all blocks, divided by the scales: what the linear does to an
    /// activation. Errors: as block().
    [[nodiscard]] Result<void> rows(const BitstackLinear& linear, std::size_t first, std::size_t count,
                                    std::span<float> into) const;

    /// Steps of compression_config.json, beyond the first block of every linear. Linears that the list does not fill
    /// come at its end. Errors: Corrupt, naming the entry.
    [[nodiscard]] Result<std::vector<BitstackStep>> order(std::string_view compressionConfig) const;
    /// The file's own order; empty when it has none. Set by the reader of the folder.
    [[nodiscard]] const std::vector<BitstackStep>& steps() const noexcept { return m_steps; }
    void setSteps(std::vector<BitstackStep> steps) { m_steps = std::move(steps); }

private:
    [[nodiscard]] Result<void> finishLinear(BitstackLinear& linear) const;
    [[nodiscard]] Result<std::vector<float>> floats(const SafetensorsTensor& tensor) const;

    const SafetensorsSet& m_files;
    std::map<std::string, BitstackLinear, std::less<>> m_linears;
    std::vector<BitstackStep> m_steps;
};

}  // namespace strata
