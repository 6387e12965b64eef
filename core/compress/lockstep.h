// Many schedules of one model evaluated together, layer by layer: each layer's blocks are read once, hidden states stay
// on disk, and a stream that differs from the first one only from some layer on starts there.
#pragma once

#include "core/base/progress.h"
#include "core/base/thread_pool.h"
#include "core/compress/work_folder.h"
#include "core/cpu/cpu_backend.h"
#include "core/model/model_config.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace strata {

/// One schedule to evaluate.
struct LockstepStream {
    std::size_t firstLayer = 0;            ///< it is stream 0 up to this decoder block
    std::vector<std::uint8_t> levels;      ///< [tiles of the stack]
    std::vector<std::uint8_t> headLevels;  ///< levels for the output head alone; empty: `levels`
};

/// Against reference logits, over all positions.
struct StreamScore {
    double divergence = 0;  ///< mean KL(reference || stream), nats
    double perplexity = 0;  ///< of the next token within each window
    double agreement = 0;   ///< share of positions with the reference's most likely token
};

/// Thread contract: one caller. The stack must hold the blocks of each decoder block, and of each vocabulary matrix, as
/// neighbours (the layer-major order of an unfinished stack).
class Lockstep {
public:
    /// `ids` [windows * windowTokens]; windows are independent. `name` distinguishes files in the work folder.
    Lockstep(std::shared_ptr<const StackFile> stack, const ModelConfig& config, std::vector<TokenId> ids,
             std::size_t windowTokens, WorkFolder& folder, std::string name, ThreadPool& pool);

    /// Runs every stream through all layers; goes on after the last finished layer of an interrupted run.
    [[nodiscard]] Result<void> run(std::span<const LockstepStream> streams, const JobContext& context);

    /// Logits of tokens [first, first + count): [count, vocabulary].
    using Reference = std::function<Result<void>(std::size_t first, std::size_t count, std::span<float> logits)>;
    /// Scores the finished streams; without a reference, against stream 0.
    [[nodiscard]] Result<std::vector<StreamScore>> score(std::span<const LockstepStream> streams,
                                                         const Reference& reference, const JobContext& context);

    /// Mean KL per head tile when this tile alone stands at `level` and all else is stream 0: [tiles of the head].
    [[nodiscard]] Result<std::vector<double>> headTileDivergences(const LockstepStream& base, unsigned level);

    /// Removes the files of the run.
    void forget();

private:
    [[nodiscard]] std::size_t stateFloats() const noexcept { return m_ids.size() * m_config.embeddingLength; }
    [[nodiscard]] std::string fileName(std::size_t layer) const;
    [[nodiscard]] Result<void> embed(std::span<const LockstepStream> streams);
    /// The kernels that will run the stack; for bitstack layers their float32 expansion, which is many times faster.
    [[nodiscard]] std::unique_ptr<CpuBackend> layerBackend(std::size_t layer) const;
    [[nodiscard]] Result<void> runLayer(std::size_t layer, std::span<const LockstepStream> streams,
                                        const JobContext& context);
    [[nodiscard]] Result<std::size_t> finishedLayers() const;

    std::shared_ptr<const StackFile> m_stack;
    const ModelConfig& m_config;
    std::vector<TokenId> m_ids;
    std::size_t m_windowTokens;
    WorkFolder& m_folder;
    std::string m_name;
    ThreadPool& m_pool;
};

}  // namespace strata
