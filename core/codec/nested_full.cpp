// Search under a full H: GPTQ feedback and coordinate descent, both in blocks of two sizes. Within an inner block the
// kernels couple the columns themselves; an inner block reaches the rest of its outer block, and an outer block the
// rest of the matrix, by one matrix product over all rows and planes.
#include "core/codec/linear_algebra.h"
#include "core/codec/nested_search.h"

#include <algorithm>
#include <functional>

namespace strata::search {
namespace {

constexpr std::size_t kInnerColumns = 32;
constexpr std::size_t kOuterColumns = 256;
constexpr std::size_t kSliceTiles = 4;  ///< tiles whose residuals are expanded at a time
static_assert(kInnerColumns <= kMaximumColumns);

class FullSearch final : public ColumnSearch {
public:
    FullSearch(Chunk& chunk, const InputStatistics& statistics)
        : m_chunk(chunk),
          m_statistics(statistics),
          m_kernels(searchKernels()),
          m_state(std::make_unique_for_overwrite<float[]>(chunk.columns * chunk.stride())) {}

    void chooseCodes(std::span<const float> planeWeights) override;
    std::vector<double> startGradient() override;
    std::vector<double> moments() override;
    void changeGains(std::span<const float> ratio) override;
    void descend(std::span<const float> weight) override;
    void finishGradient() override;

private:
    void solveGradient();
    void multiplyGradient();
    void feedBack(std::span<const float> planeWeights, std::size_t first, std::size_t last, std::size_t outerLast);
    void chooseNearest(std::span<const float> planeWeights);
    void descendBlock(std::span<const float> weight, std::size_t first, std::size_t last);
    void spreadErrors(std::size_t first, std::size_t last, std::size_t end);
    void spreadSteps(std::size_t first, std::size_t last, std::size_t rowFirst, std::size_t rowLast,
                     const float* steps);
    [[nodiscard]] float* state(std::size_t column) const { return m_state.get() + column * m_chunk.stride(); }
    [[nodiscard]] std::uint8_t* codes(std::size_t column) { return &m_chunk.codes[column * m_chunk.paddedRows()]; }
    [[nodiscard]] const float* hessian(std::size_t row, std::size_t column) const {
        return &m_statistics.hessian[row * m_chunk.columns + column];
    }
    [[nodiscard]] const float* factor(std::size_t row, std::size_t column) const {
        return &m_statistics.feedbackFactor[row * m_chunk.columns + column];
    }

    Chunk& m_chunk;
    const InputStatistics& m_statistics;
    const SearchKernels& m_kernels;
    std::unique_ptr<float[]> m_state;   ///< per column, row and plane: feedback states, then errors, then the gradient
    std::vector<float> m_inputHessian;  ///< X H, per column and row
    std::vector<float> m_steps;         ///< of one outer block
    std::vector<float> m_pending;       ///< per column, row and plane: steps that columns behind have not seen yet
    bool m_forward = false;             ///< direction of the last sweep
};

void FullSearch::chooseCodes(std::span<const float> planeWeights) {
    // Every plane's state starts as X itself: the residual for gains of 0.
    const std::vector<float> noGain(m_chunk.stride(), 0.0F);
    m_kernels.residual({.tree = &m_chunk.tree,
                        .gain = noGain.data(),
                        .input = m_chunk.input.data(),
                        .codes = m_chunk.codes.data(),
                        .out = m_state.get(),
                        .columns = m_chunk.columns,
                        .tiles = m_chunk.tiles,
                        .outTiles = m_chunk.tiles});
    if (m_statistics.feedbackFactor.empty()) return chooseNearest(planeWeights);
    for (std::size_t outer = 0; outer < m_chunk.columns; outer += kOuterColumns) {
        const std::size_t outerLast = std::min(outer + kOuterColumns, m_chunk.columns);
        for (std::size_t first = outer; first < outerLast; first += kInnerColumns)
            feedBack(planeWeights, first, std::min(first + kInnerColumns, outerLast), outerLast);
        spreadErrors(outer, outerLast, m_chunk.columns);
    }
}

void FullSearch::feedBack(std::span<const float> planeWeights, std::size_t first, std::size_t last,
                          std::size_t outerLast) {
    m_kernels.feedback({.tree = &m_chunk.tree,
                        .planeWeights = planeWeights.data(),
                        .state = state(first),
                        .factor = factor(first, first),
                        .factorStride = m_chunk.columns,
                        .codes = codes(first),
                        .columns = last - first,
                        .tiles = m_chunk.tiles});
    spreadErrors(first, last, outerLast);
}

/// Takes the errors of columns [first, last) into account in the states of columns [last, end).
void FullSearch::spreadErrors(std::size_t first, std::size_t last, std::size_t end) {
    if (last == end) return;
    const std::size_t stride = m_chunk.stride();
    blas::multiplyLeftTransposed(end - last, stride, last - first, -1, factor(first, last), m_chunk.columns,
                                 state(first), stride, 1, state(last), stride);
}

void FullSearch::chooseNearest(std::span<const float> planeWeights) {
    constexpr float kOne = 1;
    for (std::size_t column = 0; column < m_chunk.columns; ++column)
        m_kernels.feedback({.tree = &m_chunk.tree,
                            .planeWeights = planeWeights.data(),
                            .state = state(column),
                            .factor = &kOne,
                            .factorStride = 0,
                            .codes = codes(column),
                            .columns = 1,
                            .tiles = m_chunk.tiles});
}

std::vector<double> FullSearch::startGradient() {
    const std::size_t columns = m_chunk.columns, rows = m_chunk.paddedRows();
    m_inputHessian.resize(columns * rows);
    blas::multiply(columns, rows, columns, 1, hessian(0, 0), columns, m_chunk.input.data(), rows, 0,
                   m_inputHessian.data(), rows);
    if (m_statistics.feedbackFactor.empty())
        multiplyGradient();
    else
        solveGradient();
    std::vector<double> energy(rows, 0.0);
    for (std::size_t column = 0; column < columns; ++column)
        for (std::size_t row = 0; row < rows; ++row)
            energy[row] += static_cast<double>(m_inputHessian[column * rows + row]) *
                           static_cast<double>(m_chunk.input[column * rows + row]);
    return energy;
}

/// The feedback left errors E with R = U^T E, and H is (U^T U)^-1: so R H is the solution of U G = E, at half the cost
/// of the product.
void FullSearch::solveGradient() {
    blas::solveUpper(m_chunk.columns, m_chunk.stride(), factor(0, 0), m_chunk.columns, state(0), m_chunk.stride());
}

void FullSearch::multiplyGradient() {
    const std::size_t columns = m_chunk.columns, tileFloats = m_chunk.tree.planes * kLanes;
    const auto residuals = std::make_unique_for_overwrite<float[]>(columns * kSliceTiles * tileFloats);
    for (std::size_t tile = 0; tile < m_chunk.tiles; tile += kSliceTiles) {
        const std::size_t count = std::min(kSliceTiles, m_chunk.tiles - tile);
        m_kernels.residual({.tree = &m_chunk.tree,
                            .gain = m_chunk.gain.data(),
                            .input = m_chunk.input.data(),
                            .codes = m_chunk.codes.data(),
                            .out = residuals.get(),
                            .columns = columns,
                            .tiles = m_chunk.tiles,
                            .firstTile = tile,
                            .outTiles = count});
        blas::multiply(columns, count * tileFloats, columns, 1, hessian(0, 0), columns, residuals.get(),
                       count * tileFloats, 0, state(0) + tile * tileFloats, m_chunk.stride());
    }
}

std::vector<double> FullSearch::moments() {
    std::vector<double> sums(kMoments * m_chunk.stride(), 0.0);
    const std::size_t rows = m_chunk.paddedRows();
    for (std::size_t first = 0; first < m_chunk.columns; first += kMaximumColumns)
        m_kernels.moments({.tree = &m_chunk.tree,
                           .gain = m_chunk.gain.data(),
                           .input = &m_chunk.input[first * rows],
                           .inputHessian = &m_inputHessian[first * rows],
                           .gradient = state(first),
                           .codes = codes(first),
                           .sums = sums.data(),
                           .columns = std::min(kMaximumColumns, m_chunk.columns - first),
                           .tiles = m_chunk.tiles});
    return sums;
}

void FullSearch::changeGains(std::span<const float> ratio) {
    m_kernels.rescale({.planes = m_chunk.tree.planes,
                       .ratio = ratio.data(),
                       .inputHessian = m_inputHessian.data(),
                       .gradient = m_state.get(),
                       .columns = m_chunk.columns,
                       .tiles = m_chunk.tiles});
}

/// Sweeps go forward and backward in turn. A block's steps are carried over to the columns still ahead only, together
/// with those that they have not seen of the sweep before: two sweeps together cost a quarter less than with an update
/// of all columns each, three a third less.
void FullSearch::descend(std::span<const float> weight) {
    const std::size_t columns = m_chunk.columns, stride = m_chunk.stride();
    m_steps.resize(std::min(kOuterColumns, columns) * stride);
    m_pending.resize(columns * stride);
    m_forward = !m_forward;
    const std::size_t blocks = (columns + kOuterColumns - 1) / kOuterColumns;
    for (std::size_t index = 0; index < blocks; ++index) {
        const std::size_t first = (m_forward ? index : blocks - 1 - index) * kOuterColumns;
        const std::size_t last = std::min(first + kOuterColumns, columns);
        descendBlock(weight, first, last);
        const std::span pending(&m_pending[first * stride], (last - first) * stride);
        std::ranges::transform(pending, m_steps, pending.begin(), std::plus());
        spreadSteps(first, last, m_forward ? last : 0, m_forward ? columns : first, pending.data());
        std::copy_n(m_steps.begin(), pending.size(), pending.begin());
    }
}

void FullSearch::finishGradient() {
    const std::size_t columns = m_chunk.columns, stride = m_chunk.stride();
    if (m_pending.empty()) return;
    for (std::size_t first = 0; first < columns; first += kOuterColumns) {
        const std::size_t last = std::min(first + kOuterColumns, columns);
        const std::size_t from = m_forward ? last : 0, to = m_forward ? columns : first;
        spreadSteps(from, to, first, last, m_pending.data() + from * stride);
    }
    m_pending.clear();
}

void FullSearch::descendBlock(std::span<const float> weight, std::size_t outer, std::size_t outerLast) {
    for (std::size_t first = outer; first < outerLast; first += kInnerColumns) {
        const std::size_t last = std::min(first + kInnerColumns, outerLast);
        float* steps = &m_steps[(first - outer) * m_chunk.stride()];
        m_kernels.descend({.tree = &m_chunk.tree,
                           .gain = m_chunk.gain.data(),
                           .weight = weight.data(),
                           .gradient = state(first),
                           .steps = steps,
                           .hessian = hessian(first, first),
                           .hessianStride = m_chunk.columns,
                           .codes = codes(first),
                           .columns = last - first,
                           .tiles = m_chunk.tiles});
        spreadSteps(first, last, outer, outerLast, steps);
    }
}

/// Takes the steps of columns [first, last) into account in the gradient of columns [targetFirst, targetLast).
void FullSearch::spreadSteps(std::size_t first, std::size_t last, std::size_t targetFirst, std::size_t targetLast,
                             const float* steps) {
    if (targetFirst == targetLast || first == last) return;
    const std::size_t stride = m_chunk.stride();
    blas::multiply(targetLast - targetFirst, stride, last - first, -1, hessian(targetFirst, first), m_chunk.columns,
                   steps, stride, 1, state(targetFirst), stride);
}

}  // namespace

std::unique_ptr<ColumnSearch> makeFullSearch(Chunk& chunk, const InputStatistics& statistics) {
    return std::make_unique<FullSearch>(chunk, statistics);
}

}  // namespace strata::search
