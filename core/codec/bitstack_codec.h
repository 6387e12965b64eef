// BitStack (arXiv 2410.23918): iterative absolute value decomposition. The residual's signs, times a rank-k
// approximation of its absolute values (truncated SVD, algorithm 1), block after block, on activation-scaled weights.
#pragma once

#include "core/base/result.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace strata {

struct BitstackOptions {
    unsigned rank = 16;
    unsigned blocks = 16;
    std::uint64_t seed = 1;  ///< of the randomised range finder
    unsigned powerIterations = 4;
};

/// One block of a [rows, columns] matrix: value = sign * sum_k u[k][row] v[k][column]. Factors are the binary16 values
/// that are stored (the next block's residual is taken against them).
struct BitstackBlock {
    std::vector<std::uint8_t> signs;  ///< [rows][columns], 1 = +1
    std::vector<float> u;             ///< [rank][rows]
    std::vector<float> v;             ///< [rank][columns]
};

struct BitstackMatrix {
    std::vector<float>
        channelScales;  ///< [columns]; the activation is divided by them: W x = sum of blocks (x / scale)
    std::vector<BitstackBlock> blocks;
    std::vector<double> error;  ///< tr(R_b H R_b^T), b = 0..blocks, if H was given, else squared norms
};

/// `weights` [rows, columns] row-major; `hessian` E[x x^T] [columns, columns] undamped (its diagonal gives the channel
/// scales sqrt(diag) / mean, as in the reference). Deterministic; single-threaded.
[[nodiscard]] Result<BitstackMatrix> encodeBitstack(std::span<const float> weights, std::size_t rows,
                                                    std::size_t columns, std::span<const float> hessian,
                                                    const BitstackOptions& options);

/// into [rows, columns] += sign * (u v).
void addBitstackBlock(const BitstackBlock& block, std::size_t rows, std::size_t columns, std::span<float> into);

/// tr(R H R^T) of a residual [rows, columns] of scaled weights, or its squared norm where there is no `hessian`
/// [columns, columns]. `scales` [columns]; empty: not scaled.
[[nodiscard]] double bitstackError(std::span<const float> residual, std::size_t rows, std::size_t columns,
                                   std::span<const float> scales, std::span<const float> hessian);

/// Sum of the first `level` blocks, divided by the channel scales: out [rows, columns].
void decodeBitstack(const BitstackMatrix& matrix, std::size_t rows, std::size_t columns, unsigned level,
                    std::span<float> out);

}  // namespace strata
