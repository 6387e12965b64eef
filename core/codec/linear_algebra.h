// The matrix products and factorizations that compression needs, on BLAS and LAPACK. All row-major, float32 unless said
// otherwise. Single-threaded: callers run several at once on pieces of fixed shape, so results do not depend on
// threads.
#pragma once

#include "core/base/result.h"

#include <cstddef>
#include <span>

namespace strata::blas {

/// Makes the library use the calling thread only. Call once, before any product and before other threads start.
void useSingleThread() noexcept;
/// Name of the core type that the library chose when it was loaded (OPENBLAS_CORETYPE overrides it), for
/// reproducibility notes: results are the same for the same core type and version.
[[nodiscard]] const char* coreName() noexcept;

/// C [m, n] = alpha A [m, k] B^T [n, k] + beta C.
void multiplyTransposed(std::size_t m, std::size_t n, std::size_t k, float alpha, const float* a, std::size_t aStride,
                        const float* b, std::size_t bStride, float beta, float* c, std::size_t cStride) noexcept;
/// C [m, n] = alpha A [m, k] B [k, n] + beta C.
void multiply(std::size_t m, std::size_t n, std::size_t k, float alpha, const float* a, std::size_t aStride,
              const float* b, std::size_t bStride, float beta, float* c, std::size_t cStride) noexcept;
/// C [m, n] = alpha A^T [k, m] B [k, n] + beta C.
void multiplyLeftTransposed(std::size_t m, std::size_t n, std::size_t k, float alpha, const float* a,
                            std::size_t aStride, const float* b, std::size_t bStride, float beta, float* c,
                            std::size_t cStride) noexcept;
/// X [m, n] with U X = B for the upper triangle U [m, m], in place of B.
void solveUpper(std::size_t m, std::size_t n, const float* u, std::size_t uStride, float* b,
                std::size_t bStride) noexcept;
/// Upper triangle of C [n, n] += X^T X for X [rows, n].
void accumulateGram(std::size_t rows, std::size_t n, const float* x, float* c) noexcept;

/// A [n, n] in doubles, symmetric positive definite, of which the lower triangle is read: replaced by the inverse of
/// its lower Cholesky factor (lower triangle; the rest keeps what it held). False when A is not positive definite.
[[nodiscard]] bool invertCholeskyFactor(std::size_t n, double* a) noexcept;

}  // namespace strata::blas
