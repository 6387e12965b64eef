// Writing a stack file.
#pragma once

#include "core/base/progress.h"
#include "core/stack/stack_file.h"

#include <functional>
#include <string>
#include <vector>

namespace strata {

/// All of a stack but the bytes of its blocks. Plain data.
struct StackContents {
    struct Dense {
        std::string name;
        std::vector<float> values;
        std::size_t rows = 1;  ///< of a matrix that is kept dense
    };
    struct Block {
        std::uint32_t matrix = 0, tile = 0, level = 0;
        std::uint64_t checksum = 0;
    };
    std::vector<MatrixInfo> matrices;
    std::vector<Dense> dense;                            ///< norms, biases, routers, channel scales
    std::vector<Rotation> rotations;                     ///< one per input size
    std::map<unsigned, std::vector<LevelTable>> tables;  ///< by planes
    std::vector<Block> order;                            ///< every block once, in file order
    std::vector<CurvePoint> curve;
    /// Adds general.*, <arch>.*, tokenizer.* and strata.source.* keys.
    std::function<void(GgufWriter&)> metadata;
};

/// Appends the bytes of order[index] to `into` (cleared before the call).
using BlockSource = std::function<Result<void>(std::size_t index, std::vector<std::byte>& into)>;

/// Writes the file under a temporary name, syncs it and renames it. Errors: those of AtomicFile, of `source`; Corrupt
/// when a block has the wrong size; Cancelled.
[[nodiscard]] Result<void> writeStack(const std::filesystem::path& path, bool overwrite, const StackContents& contents,
                                      const BlockSource& source, const JobContext& context = {});

}  // namespace strata
