// The nested codec: P bits per weight whose every prefix is a near-optimal quantizer, chosen under the input
// statistics.
//
// W [out, in] is rotated (Rotation) and its rows scaled to unit variance; a code of P bits per weight indexes a tree of
// centroids of N(0, 1). Codes are chosen column by column with GPTQ/LDLQ feedback (arXiv 2210.17323, 2307.13304),
// one feedback state per prefix, minimising the weighted error of all prefixes together; then improved by coordinate
// descent on sum_p w_p tr(R_p H R_p^T), in sweeps that go forward and backward in turn. Row scales are re-fitted per
// prefix under H.
#pragma once

#include "core/base/result.h"
#include "core/kernels/kernels.h"
#include "core/kernels/rotation.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace strata {

/// levels[p - 1] holds the 2^p centroids of the p-bit prefix cells of N(0, 1): every cell is split in two by a 2-level
/// Lloyd-Max step, so that each prefix is itself a near-optimal quantizer. 1 <= planes <= 8.
[[nodiscard]] std::vector<std::vector<double>> gaussianTree(unsigned planes);

/// The tree as stored and as the kernels use it: one table per level 1..planes, rounded to its integer grid.
[[nodiscard]] std::vector<LevelTable> levelTables(unsigned planes);

/// What a code (or code prefix) of the table's level stands for, in units of N(0, 1).
[[nodiscard]] float levelValue(const LevelTable& table, unsigned code) noexcept;

/// What the inputs of a matrix look like, in the rotated basis. Shared by all matrices that read the same input.
struct InputStatistics {
    std::size_t columns = 0;
    std::vector<float> hessian;         ///< Q E[x x^T] Q^T, [in, in], row-major, symmetric, damped; or its diagonal
                                        ///< alone, [in]; or empty: identity
    std::vector<float> feedbackFactor;  ///< upper Cholesky factor U of the inverse, [in, in]; empty: no feedback
    float damping = 0;                  ///< what was added to the diagonal of `hessian`: 1 % of its mean, or more
                                        ///< where there is no factor then
};

/// Rotates (rows and columns of) H = E[x x^T] [in, in], of which the upper triangle is read, in place; damps and
/// factors it; the damping grows until there is a factor. Memory: the argument and one [in, in] double at the peak.
/// Errors: OutOfMemory; InvalidArgument for a wrong size; Corrupt when H holds NaN or infinity, or has a negative
/// trace.
[[nodiscard]] Result<InputStatistics> prepareStatistics(std::vector<float> hessian, const Rotation& rotation);

/// Coordinate descent: each pass lowers the errors, and costs about a sixth of the encoding.
inline constexpr unsigned kBestDescentPasses = 3;
inline constexpr unsigned kFastDescentPasses = 0;

struct NestedOptions {
    unsigned planes = 6;
    unsigned descentPasses = kBestDescentPasses;
    /// Multiplies each prefix's weight in the choice, [planes]; empty: all 1. The weights of the reference are
    /// 1 / sqrt(expected error) in the first choice and 1 / present error in the descent.
    std::vector<float> prefixWeights;
};

/// A coded run of rows. codes [rows][columns], row-major, `planes` bits used; rowScales [planes][rows] (of each level),
/// rounded to binary16 as stored; error[p] = tr(R_p H R_p^T) with those scales, H undamped, for p = 0..planes.
struct NestedMatrix {
    std::size_t rows = 0;
    std::size_t columns = 0;
    std::vector<std::uint8_t> codes;
    std::vector<float> rowScales;
    std::vector<double> error;  ///< absolute, [planes + 1]; error[0] = tr(W H W^T)
};

/// Encodes rows of a matrix. `rows` [rowCount, in] row-major, unrotated, kept. Deterministic on one type of CPU; rows
/// do not influence each other but for the prefix weights of one call, so callers split matrices into row chunks of
/// fixed shape and run them in parallel, each single-threaded (BLAS set to one thread).
/// Without a feedback factor (embedding, head): nearest codes, then descent under H, which costs little when diagonal.
/// Memory: about (2 planes + 3) floats per weight under a full H, 5 to 6 bytes per weight otherwise. Errors:
/// InvalidArgument; Corrupt for NaN or infinity; Unsupported when a row scale exceeds binary16; OutOfMemory.
[[nodiscard]] Result<NestedMatrix> encodeNested(std::span<const float> rows, std::size_t columns,
                                                const Rotation& rotation, const InputStatistics& statistics,
                                                const NestedOptions& options);

/// W~ at a level, rotated back: out [rows, columns].
void decodeNested(const NestedMatrix& matrix, unsigned level, const std::vector<LevelTable>& tables,
                  const Rotation& rotation, std::span<float> out);

}  // namespace strata
