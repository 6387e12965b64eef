// A CPU backend that expands bitstack matrices to float32 once per level, for measurements that evaluate many tokens.
#pragma once

#include "core/compress/dense_backend.h"

#include <vector>

namespace strata {

/// A product with a bitstack matrix costs rank x blocks sign planes per token: right for a conversation, and most of an
/// hour for the measurements of one small model. Expanded, it is one BLAS product; the difference is the int8 rounding
/// of activations. Nested matrices keep their kernels. Memory: float32 of the bitstack matrices, one level of each.
class ExpandedBackend : public CpuBackend {
public:
    using CpuBackend::CpuBackend;

    [[nodiscard]] Result<MatrixId> addMatrix(const StackFile& stack, std::size_t index) override;
    [[nodiscard]] Result<void> use(std::shared_ptr<const BlockSchedule> schedule) override;
    void products(std::span<const ProductJob> jobs, BufferId x, std::size_t tokens) override;
    void expertProducts(std::span<const ExpertJob> jobs, BufferId x, std::size_t tokens) override;

private:
    struct Expanded {
        CpuMatrix matrix;
        std::vector<unsigned> levels;  ///< of the tiles of `weights`; empty: not expanded
        std::vector<float> weights;    ///< [rows, columns]
    };
    /// Makes `weights` what the matrix is at its present levels.
    void expand(Expanded& entry);
    /// Of an expanded matrix, with `y` from row `firstRow` on.
    [[nodiscard]] DenseProduct productWith(MatrixId matrix, const float* x, std::size_t xStride, std::size_t tokens,
                                           BufferId y, std::size_t firstRow);

    std::vector<Expanded> m_expanded;  ///< by MatrixId
};

}  // namespace strata
