// Search under a diagonal H: every column on its own, so nothing is kept but one block of columns.
#include "core/codec/nested_search.h"

#include <algorithm>

namespace strata::search {
namespace {

class SeparableSearch final : public ColumnSearch {
public:
    SeparableSearch(Chunk& chunk, const InputStatistics& statistics)
        : m_chunk(chunk),
          m_kernels(searchKernels()),
          m_diagonal(statistics.hessian),
          m_block(kMaximumColumns * chunk.stride()),
          m_inputHessian(kMaximumColumns * chunk.paddedRows()) {
        if (m_diagonal.empty()) m_diagonal.assign(chunk.columns, 1.0F);
    }

    void chooseCodes(std::span<const float> planeWeights) override;
    std::vector<double> startGradient() override;
    std::vector<double> moments() override;
    void changeGains(std::span<const float>) override {}  // the gradient is made anew for every block
    void descend(std::span<const float> weight) override;
    void finishGradient() override {}

private:
    /// Residuals of columns [first, first + columns) times the diagonal, for given gains.
    void fillBlock(std::size_t first, std::size_t columns, const float* gain, bool weighted);
    [[nodiscard]] std::uint8_t* codes(std::size_t column) { return &m_chunk.codes[column * m_chunk.paddedRows()]; }
    template <class Action>
    void eachBlock(const Action& action) {
        for (std::size_t first = 0; first < m_chunk.columns; first += kMaximumColumns)
            action(first, std::min(kMaximumColumns, m_chunk.columns - first));
    }

    Chunk& m_chunk;
    const SearchKernels& m_kernels;
    std::vector<float> m_diagonal;
    std::vector<float> m_block;
    std::vector<float> m_inputHessian;
};

void SeparableSearch::fillBlock(std::size_t first, std::size_t columns, const float* gain, bool weighted) {
    m_kernels.residual({.tree = &m_chunk.tree,
                        .gain = gain,
                        .input = &m_chunk.input[first * m_chunk.paddedRows()],
                        .codes = codes(first),
                        .scale = weighted ? &m_diagonal[first] : nullptr,
                        .out = m_block.data(),
                        .columns = columns,
                        .tiles = m_chunk.tiles,
                        .outTiles = m_chunk.tiles});
}

void SeparableSearch::chooseCodes(std::span<const float> planeWeights) {
    constexpr float kOne = 1;
    const std::vector<float> noGain(m_chunk.stride(), 0.0F);
    eachBlock([&](std::size_t first, std::size_t columns) {
        fillBlock(first, columns, noGain.data(), false);
        for (std::size_t column = 0; column < columns; ++column)
            m_kernels.feedback({.tree = &m_chunk.tree,
                                .planeWeights = planeWeights.data(),
                                .state = &m_block[column * m_chunk.stride()],
                                .factor = &kOne,
                                .codes = codes(first + column),
                                .columns = 1,
                                .tiles = m_chunk.tiles});
    });
}

std::vector<double> SeparableSearch::startGradient() {
    const std::size_t rows = m_chunk.paddedRows();
    std::vector<double> energy(rows, 0.0);
    for (std::size_t column = 0; column < m_chunk.columns; ++column)
        for (std::size_t row = 0; row < rows; ++row) {
            const auto value = static_cast<double>(m_chunk.input[column * rows + row]);
            energy[row] += value * value * static_cast<double>(m_diagonal[column]);
        }
    return energy;
}

std::vector<double> SeparableSearch::moments() {
    const std::size_t rows = m_chunk.paddedRows();
    std::vector<double> sums(kMoments * m_chunk.stride(), 0.0);
    eachBlock([&](std::size_t first, std::size_t columns) {
        fillBlock(first, columns, m_chunk.gain.data(), true);
        for (std::size_t column = 0; column < columns; ++column)
            for (std::size_t row = 0; row < rows; ++row)
                m_inputHessian[column * rows + row] =
                    m_chunk.input[(first + column) * rows + row] * m_diagonal[first + column];
        m_kernels.moments({.tree = &m_chunk.tree,
                           .gain = m_chunk.gain.data(),
                           .input = &m_chunk.input[first * rows],
                           .inputHessian = m_inputHessian.data(),
                           .gradient = m_block.data(),
                           .codes = codes(first),
                           .sums = sums.data(),
                           .columns = columns,
                           .tiles = m_chunk.tiles});
    });
    return sums;
}

void SeparableSearch::descend(std::span<const float> weight) {
    constexpr float kOne = 1;  // a column's own factor cancels: its best code does not depend on it
    std::vector<float> steps(m_chunk.stride());
    eachBlock([&](std::size_t first, std::size_t columns) {
        fillBlock(first, columns, m_chunk.gain.data(), false);
        for (std::size_t column = 0; column < columns; ++column)
            m_kernels.descend({.tree = &m_chunk.tree,
                               .gain = m_chunk.gain.data(),
                               .weight = weight.data(),
                               .gradient = &m_block[column * m_chunk.stride()],
                               .steps = steps.data(),
                               .hessian = &kOne,
                               .codes = codes(first + column),
                               .columns = 1,
                               .tiles = m_chunk.tiles});
    });
}

}  // namespace

std::unique_ptr<ColumnSearch> makeSeparableSearch(Chunk& chunk, const InputStatistics& statistics) {
    return std::make_unique<SeparableSearch>(chunk, statistics);
}

}  // namespace strata::search
