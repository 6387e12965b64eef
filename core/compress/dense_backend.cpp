#include "core/compress/dense_backend.h"

#include "core/codec/linear_algebra.h"

namespace strata {
namespace {

/// Tokens of one task: a fixed shape, whatever the number of threads.
constexpr std::size_t kTaskTokens = 128;

}  // namespace

void multiplyDense(ThreadPool& pool, std::span<const DenseProduct> products, const float* x, std::size_t xStride,
                   std::size_t tokens) {
    const std::size_t pieces = (tokens + kTaskTokens - 1) / kTaskTokens;
    pool.forEach(products.size() * pieces, [&](std::size_t task) {
        const DenseProduct& product = products[task / pieces];
        const std::size_t first = task % pieces * kTaskTokens;
        blas::multiplyTransposed(std::min(kTaskTokens, tokens - first), product.rows, product.columns, 1,
                                 x + first * xStride, xStride, product.weights, product.columns, 0,
                                 product.y + first * product.yStride, product.yStride);
    });
}

MatrixId DenseBackend::addDense(std::vector<float> weights, std::size_t rows, std::size_t columns, unsigned input) {
    m_dense.push_back({std::move(weights), rows, columns, input});
    return static_cast<MatrixId>(m_dense.size() - 1);
}

void DenseBackend::products(std::span<const ProductJob> jobs, BufferId x, std::size_t tokens) {
    if (m_observer) m_observer(m_dense[std::size_t(jobs[0].matrix)].input, row(x, 0), stride(x), tokens);
    std::vector<DenseProduct> products;
    for (const ProductJob& job : jobs) {
        const Dense& matrix = m_dense[std::size_t(job.matrix)];
        products.push_back({matrix.weights.data(), matrix.rows, matrix.columns, row(job.y, 0), stride(job.y)});
    }
    multiplyDense(pool(), products, row(x, 0), stride(x), tokens);
}

}  // namespace strata
