#include "core/codec/linear_algebra.h"

#include <cblas.h>
#include <lapacke.h>

namespace strata::blas {
namespace {

blasint narrow(std::size_t size) noexcept {
    return static_cast<blasint>(size);
}

void gemm(CBLAS_TRANSPOSE transA, CBLAS_TRANSPOSE transB, std::size_t m, std::size_t n, std::size_t k, float alpha,
          const float* a, std::size_t aStride, const float* b, std::size_t bStride, float beta, float* c,
          std::size_t cStride) noexcept {
    if (m == 0 || n == 0) return;
    cblas_sgemm(CblasRowMajor, transA, transB, narrow(m), narrow(n), narrow(k), alpha, a, narrow(aStride), b,
                narrow(bStride), beta, c, narrow(cStride));
}

}  // namespace

void useSingleThread() noexcept {
    openblas_set_num_threads(1);
}

const char* coreName() noexcept {
    return openblas_get_corename();
}

void multiplyTransposed(std::size_t m, std::size_t n, std::size_t k, float alpha, const float* a, std::size_t aStride,
                        const float* b, std::size_t bStride, float beta, float* c, std::size_t cStride) noexcept {
    gemm(CblasNoTrans, CblasTrans, m, n, k, alpha, a, aStride, b, bStride, beta, c, cStride);
}

void multiply(std::size_t m, std::size_t n, std::size_t k, float alpha, const float* a, std::size_t aStride,
              const float* b, std::size_t bStride, float beta, float* c, std::size_t cStride) noexcept {
    gemm(CblasNoTrans, CblasNoTrans, m, n, k, alpha, a, aStride, b, bStride, beta, c, cStride);
}

void multiplyLeftTransposed(std::size_t m, std::size_t n, std::size_t k, float alpha, const float* a,
                            std::size_t aStride, const float* b, std::size_t bStride, float beta, float* c,
                            std::size_t cStride) noexcept {
    gemm(CblasTrans, CblasNoTrans, m, n, k, alpha, a, aStride, b, bStride, beta, c, cStride);
}

void solveUpper(std::size_t m, std::size_t n, const float* u, std::size_t uStride, float* b,
                std::size_t bStride) noexcept {
    if (m == 0 || n == 0) return;
    cblas_strsm(CblasRowMajor, CblasLeft, CblasUpper, CblasNoTrans, CblasNonUnit, narrow(m), narrow(n), 1, u,
                narrow(uStride), b, narrow(bStride));
}

void accumulateGram(std::size_t rows, std::size_t n, const float* x, float* c) noexcept {
    if (rows == 0 || n == 0) return;
    cblas_ssyrk(CblasRowMajor, CblasUpper, CblasTrans, narrow(n), narrow(rows), 1, x, narrow(n), 1, c, narrow(n));
}

bool invertCholeskyFactor(std::size_t n, double* a) noexcept {
    const auto size = static_cast<lapack_int>(n);
    // Column-major 'U' is row-major lower: potrf leaves L of A = L L^T there, trtri its inverse.
    if (LAPACKE_dpotrf_work(LAPACK_COL_MAJOR, 'U', size, a, size) != 0) return false;
    return LAPACKE_dtrtri_work(LAPACK_COL_MAJOR, 'U', 'N', size, a, size) == 0;
}

}  // namespace strata::blas
