// What the matrices of one expert read: the calibration tokens that its router sends to it.
#pragma once

#include "core/base/thread_pool.h"
#include "core/compress/source_model.h"

#include <cstdint>
#include <filesystem>
#include <vector>

namespace strata {

/// Which calibration tokens of a layer go to which expert, and the file that holds what the experts read.
struct ExpertTokens {
    std::vector<std::vector<std::uint32_t>> tokens;  ///< [experts], in rising order
    std::size_t tokenCount = 0;                      ///< all calibration tokens
    std::filesystem::path inputs;                    ///< float32 [tokenCount, embeddingLength]
};

/// E[x x^T], upper triangles: at gate and up [embeddingLength squared], and at down [length squared].
struct ExpertHessians {
    std::vector<float> in, out;
};

/// Statistics over the tokens of one expert, blended with those over all: beside its own tokens every expert sees 256
/// that are evenly spread over the text, wherever the router sends them, which together count as 64. So an expert of a
/// few tokens, or of none, is encoded for what any token would make of it, and one of thousands for its own. Its own
/// gate and up make the inputs of its down, here and now: those of another expert say nothing about them.
/// Memory: its gate and up as float32, both results, inputs of 512 tokens. Results do not depend on the number of
/// threads. Errors: those of the source and of the file.
[[nodiscard]] Result<ExpertHessians> expertHessians(const SourceModel& source, std::size_t layer, std::size_t expert,
                                                    const ExpertTokens& tokens, ThreadPool& pool);

}  // namespace strata
