// The nested encoder's view of a run of rows, and the two ways to search codes over its columns: under a full H, where
// columns are coupled, and under a diagonal one, where they are not.
#pragma once

#include "core/codec/nested_codec.h"
#include "core/codec/search_kernels.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

namespace strata::search {

/// Rows rotated and scaled to unit variance, in the arrangement of search_kernels.h; rows are padded to whole tiles.
struct Chunk {
    std::size_t rows = 0;
    std::size_t columns = 0;
    std::size_t tiles = 0;
    Tree tree;
    std::vector<float> input;         ///< X, per column and row
    std::vector<std::uint8_t> codes;  ///< per column and row
    std::vector<float> norms;         ///< [tiles * kLanes], root mean square of a row; 0: a zero row or padding
    std::vector<float> gain;          ///< scale of Q towards X, per row and plane

    [[nodiscard]] std::size_t paddedRows() const noexcept { return tiles * kLanes; }
    [[nodiscard]] std::size_t stride() const noexcept { return paddedRows() * tree.planes; }
    [[nodiscard]] std::size_t place(std::size_t row, unsigned plane) const noexcept {
        return (row / kLanes * tree.planes + plane) * kLanes + row % kLanes;
    }
};

/// One search over a chunk, which outlives it. The calls come in the order of declaration, the last three repeatedly.
/// May throw std::bad_alloc.
class ColumnSearch {
public:
    virtual ~ColumnSearch() = default;
    /// First codes, for gains of 1. `planeWeights` [planes] weigh the squared errors of the prefixes.
    virtual void chooseCodes(std::span<const float> planeWeights) = 0;
    /// Starts the gradient R H, for gains of 1, and returns tr(x H x^T) of every padded row, H damped.
    virtual std::vector<double> startGradient() = 0;
    /// Moments over all columns: [kMoments][per row and plane], under the damped H. The gradient is finished.
    virtual std::vector<double> moments() = 0;
    /// Carries the gradient over to chunk.gain, which has just been multiplied by 1 + ratio.
    virtual void changeGains(std::span<const float> ratio) = 0;
    /// One pass of coordinate descent; `weight` per row and plane. Leaves the gradient unfinished.
    virtual void descend(std::span<const float> weight) = 0;
    /// Takes into account in the gradient what descend() has put off.
    virtual void finishGradient() = 0;
};

/// `statistics` with a full hessian; feedback where it has a factor.
[[nodiscard]] std::unique_ptr<ColumnSearch> makeFullSearch(Chunk& chunk, const InputStatistics& statistics);
/// `statistics` with a diagonal hessian or none.
[[nodiscard]] std::unique_ptr<ColumnSearch> makeSeparableSearch(Chunk& chunk, const InputStatistics& statistics);

}  // namespace strata::search
