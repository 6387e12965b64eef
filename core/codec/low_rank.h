// Truncated SVD by a randomised range finder (Halko, Martinsson, Tropp, arXiv 0909.4061, algorithms 4.4 and 5.1).
#pragma once

#include "core/base/random.h"
#include "core/base/result.h"

#include <cstddef>
#include <vector>

namespace strata {

/// A ~ sum_k u[k] v[k]^T. The singular values are shared out so that u and v have equal root mean squares: both then
/// sit well inside binary16's range.
struct LowRank {
    std::vector<float> u;  ///< [rank][rows]
    std::vector<float> v;  ///< [rank][columns]
};

/// matrix [rows, columns] row-major. A rank above min(rows, columns) leaves the superfluous vectors zero.
/// Oversampling 4. Errors: Corrupt when the factorization fails (NaN or infinity in the matrix). May throw
/// std::bad_alloc.
[[nodiscard]] Result<LowRank> truncatedSvd(const std::vector<float>& matrix, std::size_t rows, std::size_t columns,
                                           std::size_t rank, unsigned powerIterations, Random& random);

}  // namespace strata
