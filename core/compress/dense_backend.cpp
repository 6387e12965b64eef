#include "core/compress/dense_backend.h"

#include "core/codec/linear_algebra.h"

namespace strata {
namespace {

/// Tokens of one task: a fixed shape, whatever the number of threads.
constexpr std::size_t kTaskTokens = 128;

}  // namespace

MatrixId DenseBackend::addDense(std::vector<float> weights, std::size_t rows, std::size_t columns, unsigned input) {
    m_dense.push_back({std::move(weights), rows, columns, input});
    return static_cast<MatrixId>(m_dense.size() - 1);
}

void DenseBackend::products(std::span<const ProductJob> jobs, BufferId x, std::size_t tokens) {
    if (m_observer) m_observer(m_dense[std::size_t(jobs[0].matrix)].input, row(x, 0), stride(x), tokens);
    const std::size_t pieces = (tokens + kTaskTokens - 1) / kTaskTokens;
    pool().forEach(jobs.size() * pieces, [&](std::size_t task) {
        const ProductJob& job = jobs[task / pieces];
        const Dense& matrix = m_dense[std::size_t(job.matrix)];
        const std::size_t first = task % pieces * kTaskTokens;
        blas::multiplyTransposed(std::min(kTaskTokens, tokens - first), matrix.rows, matrix.columns, 1, row(x, first),
                                 stride(x), matrix.weights.data(), matrix.columns, 0, row(job.y, first), stride(job.y));
    });
}

}  // namespace strata
