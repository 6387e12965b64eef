#include "core/compress/dense_backend.h"

#include "core/codec/linear_algebra.h"

#include <algorithm>

namespace strata {
namespace {

/// Tokens of one task: a fixed shape, whatever the number of threads.
constexpr std::size_t kTaskTokens = 128;

struct Task {
    const DenseProduct* product;
    std::size_t first, tokens;
};

}  // namespace

void multiplyDense(ThreadPool& pool, std::span<const DenseProduct> products) {
    std::vector<Task> tasks;
    for (const DenseProduct& product : products)
        for (std::size_t first = 0; first < product.tokens; first += kTaskTokens)
            tasks.push_back({&product, first, std::min(kTaskTokens, product.tokens - first)});
    pool.forEach(tasks.size(), [&](std::size_t index) {
        const auto& [product, first, tokens] = tasks[index];
        blas::multiplyTransposed(tokens, product->rows, product->columns, 1, product->x + first * product->xStride,
                                 product->xStride, product->weights, product->columns, 0,
                                 product->y + first * product->yStride, product->yStride);
    });
}

MatrixId DenseBackend::addDense(std::vector<float> weights, std::size_t rows, std::size_t columns, unsigned input) {
    m_dense.push_back({std::move(weights), rows, columns, input});
    return static_cast<MatrixId>(m_dense.size() - 1);
}

Result<RouterId> DenseBackend::addDenseRouter(std::vector<float> weights, const RouterShape& shape) {
    m_routerWeights.push_back(std::move(weights));
    return addRouter(m_routerWeights.back(), shape);
}

Result<ExpertsId> DenseBackend::addExperts(std::span<const MatrixId> matrices) {
    return keepExperts(matrices);
}

void DenseBackend::products(std::span<const ProductJob> jobs, BufferId x, std::size_t tokens) {
    if (m_observer) m_observer(m_dense[std::size_t(jobs[0].matrix)].input, row(x, 0), stride(x), tokens);
    std::vector<DenseProduct> products;
    for (const ProductJob& job : jobs) {
        const Dense& matrix = m_dense[std::size_t(job.matrix)];
        products.push_back({matrix.weights.data(), matrix.rows, matrix.columns, row(x, 0), stride(x), tokens,
                            row(job.y, 0), stride(job.y)});
    }
    multiplyDense(pool(), products);
}

void DenseBackend::expertProducts(std::span<const ExpertJob> jobs, BufferId x, std::size_t tokens) {
    if (m_routeObserver && !isRouted(x)) m_routeObserver(row(x, 0), stride(x), tokens, routing());
    std::vector<float> gathered;
    const auto [inputs, inputStride] = routeInputs(x, gathered);
    std::vector<DenseProduct> products;
    for (const ExpertJob& job : jobs) {
        for (const Routing::Run& run : routing().runs()) {
            const Dense& matrix = m_dense[std::size_t(matricesOf(job.experts)[run.expert])];
            products.push_back({matrix.weights.data(), matrix.rows, matrix.columns, inputs + run.firstRow * inputStride,
                                inputStride, run.rows, row(job.y, run.firstRow), stride(job.y)});
        }
    }
    multiplyDense(pool(), products);
}

}  // namespace strata
