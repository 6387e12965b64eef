// A CPU backend whose matrices are dense float32: the source model as it is, while its activations are observed.
#pragma once

#include "core/cpu/cpu_backend.h"

#include <functional>
#include <vector>

namespace strata {

/// A product with dense weights: y [tokens, rows] = x [tokens, columns] W^T. Strides in floats.
struct DenseProduct {
    const float* weights = nullptr;  ///< [rows, columns]
    std::size_t rows = 0, columns = 0;
    const float* x = nullptr;
    std::size_t xStride = 0, tokens = 0;
    float* y = nullptr;
    std::size_t yStride = 0;
};
/// On BLAS in pieces of fixed shape: results do not depend on the number of threads.
void multiplyDense(ThreadPool& pool, std::span<const DenseProduct> products);

/// Products run on BLAS in pieces of fixed shape, so results do not depend on the number of threads.
class DenseBackend : public CpuBackend {
public:
    using CpuBackend::CpuBackend;

    /// Called before the products of one input: the input group given to addDense(), x [tokens, columns] with `stride`.
    using Observer = std::function<void(unsigned input, const float* x, std::size_t stride, std::size_t tokens)>;
    void observe(Observer observer) { m_observer = std::move(observer); }
    /// Called before the products of experts' common input, with where each token goes.
    using RouteObserver =
        std::function<void(const float* x, std::size_t stride, std::size_t tokens, const Routing& routing)>;
    void observeRoutes(RouteObserver observer) { m_routeObserver = std::move(observer); }

    /// Takes weights [rows, columns]; `input` names what they read, for the observer.
    [[nodiscard]] MatrixId addDense(std::vector<float> weights, std::size_t rows, std::size_t columns, unsigned input);
    /// As addRouter(), but the weights are kept here.
    [[nodiscard]] Result<RouterId> addDenseRouter(std::vector<float> weights, const RouterShape& shape);

    [[nodiscard]] Result<ExpertsId> addExperts(std::span<const MatrixId> matrices) override;
    void products(std::span<const ProductJob> jobs, BufferId x, std::size_t tokens) override;
    void expertProducts(std::span<const ExpertJob> jobs, BufferId x, std::size_t tokens) override;

private:
    struct Dense {
        std::vector<float> weights;
        std::size_t rows, columns;
        unsigned input;
    };
    std::vector<Dense> m_dense;
    std::vector<std::vector<float>> m_routerWeights;
    Observer m_observer;
    RouteObserver m_routeObserver;
};

}  // namespace strata
