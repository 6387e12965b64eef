// Encodes the linear layers of one decoder block, on all threads.
#pragma once

#include "core/base/progress.h"
#include "core/base/thread_pool.h"
#include "core/compress/dense_pass.h"
#include "core/compress/encoded_matrix.h"
#include "core/compress/source_model.h"

#include <map>
#include <vector>

namespace strata {

struct LayerEncoderOptions {
    Codec codec = Codec::Nested;
    unsigned planes = 6;
    unsigned descentPasses = kBestDescentPasses;
    unsigned rank = 16;
    unsigned blocks = 16;
    std::uint64_t seed = 1;
};

using Rotations = std::map<std::size_t, Rotation>;  ///< by input size

/// Shape and levels of an encoded linear. Under Codec::Bitstack, a linear of a published BitStack checkpoint keeps the
/// blocks and the rank that it has there.
[[nodiscard]] MatrixInfo describeEncoded(const SourceModel& source, const ModelConfig::Linear& linear,
                                         const LayerEncoderOptions& options);

/// The linears of block `layer` in the order of ModelConfig::linears. Deterministic whatever the number of threads.
/// Under Codec::Bitstack the blocks of a published checkpoint are taken over as they are. Experts are encoded one after
/// the other, each with statistics of its own. Memory: the largest matrix, its input statistics, and one row chunk per
/// thread; see input_statistics in the codec.
[[nodiscard]] Result<std::vector<EncodedMatrix>> encodeLayer(const SourceModel& source, std::size_t layer,
                                                             BlockStatistics statistics, const Rotations& rotations,
                                                             const LayerEncoderOptions& options, ThreadPool& pool,
                                                             const JobContext& context);

/// Rows of one encoding task: a fixed shape, so that results do not depend on threads.
inline constexpr std::size_t kEncodeRows = 256;

}  // namespace strata
