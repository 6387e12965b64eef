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
    float* y = nullptr;
    std::size_t yStride = 0;
};
/// All products of one input, on BLAS in pieces of fixed shape: results do not depend on the number of threads.
void multiplyDense(ThreadPool& pool, std::span<const DenseProduct> products, const float* x, std::size_t xStride,
                   std::size_t tokens);

/// Products run on BLAS in pieces of fixed shape, so results do not depend on the number of threads.
class DenseBackend : public CpuBackend {
public:
    using CpuBackend::CpuBackend;

    /// Called before the products of one input: the input group given to addDense(), x [tokens, columns] with `stride`.
    using Observer = std::function<void(unsigned input, const float* x, std::size_t stride, std::size_t tokens)>;
    void observe(Observer observer) { m_observer = std::move(observer); }

    /// Takes weights [rows, columns]; `input` names what they read, for the observer.
    [[nodiscard]] MatrixId addDense(std::vector<float> weights, std::size_t rows, std::size_t columns, unsigned input);

    void products(std::span<const ProductJob> jobs, BufferId x, std::size_t tokens) override;

private:
    struct Dense {
        std::vector<float> weights;
        std::size_t rows, columns;
        unsigned input;
    };
    std::vector<Dense> m_dense;
    Observer m_observer;
};

}  // namespace strata
