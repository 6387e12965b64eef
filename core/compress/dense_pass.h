// The source model's own forward pass over the calibration text, one decoder block at a time: hidden states stay on
// disk, one block's weights and one window's activations in memory.
#pragma once

#include "core/base/progress.h"
#include "core/base/thread_pool.h"
#include "core/compress/calibration_text.h"
#include "core/compress/expert_statistics.h"
#include "core/compress/source_model.h"
#include "core/compress/work_folder.h"

#include <array>
#include <cstdint>
#include <string>
#include <vector>

namespace strata {

/// Sums of x x^T (upper triangle, [in, in]) over the calibration tokens at the four inputs of a decoder block, divided
/// by the number of tokens: attention in, attention out, feed-forward in, feed-forward out.
/// Empty where no matrix reads the input, as in a feed-forward of experts alone.
using BlockHessians = std::array<std::vector<float>, 4>;

/// What is known of the inputs of a decoder block's matrices.
struct BlockStatistics {
    BlockHessians hessians;  ///< of all matrices but the experts'
    ExpertTokens experts;    ///< empty without experts; its file stays until forget()
};

/// Thread contract: one caller.
class DensePass {
public:
    DensePass(const SourceModel& source, const CalibrationTokens& tokens, WorkFolder& folder, ThreadPool& pool)
        : m_source(source), m_tokens(tokens), m_folder(folder), m_pool(pool) {}

    /// Writes the embeddings of all tokens: the hidden states before decoder block 0.
    [[nodiscard]] Result<void> begin();
    /// Runs block `layer` on the hidden states before it, writes those after it, and returns the statistics of its
    /// inputs. The file of the states before it is left for forget().
    [[nodiscard]] Result<BlockStatistics> advance(std::size_t layer, const JobContext& context);
    /// Removes the states before `layer` and the inputs of its experts, once what came of them is saved.
    void forget(std::size_t layer);
    /// Whether the states before `layer` are there, whole.
    [[nodiscard]] bool has(std::size_t layer) const;

    /// E[h h^T] (upper triangle) of the normed final states of the calibration tokens: what the output head reads.
    [[nodiscard]] Result<std::vector<float>> headHessian();
    /// Final states of the held-out tokens, normed: [heldOut tokens, embeddingLength].
    [[nodiscard]] Result<std::vector<float>> heldOutStates();

private:
    [[nodiscard]] std::size_t windowCount() const noexcept { return m_tokens.windows() + m_tokens.heldOutWindows(); }
    [[nodiscard]] std::size_t windowFloats() const noexcept {
        return CalibrationTokens::kWindow * m_source.config().embeddingLength;
    }
    [[nodiscard]] std::string fileName(std::size_t layer) const;
    [[nodiscard]] Result<std::vector<float>> normedWindow(std::size_t window, std::span<const float> weight);

    const SourceModel& m_source;
    const CalibrationTokens& m_tokens;
    WorkFolder& m_folder;
    ThreadPool& m_pool;
};

}  // namespace strata
