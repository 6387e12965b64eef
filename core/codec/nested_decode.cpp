#include "core/codec/nested_codec.h"
#include "core/codec/row_lanes.h"

#include <algorithm>
#include <array>
#include <cassert>

namespace strata {

float levelValue(const LevelTable& table, unsigned code) noexcept {
    return table.step * static_cast<float>(256 * table.high[code] + table.low[code]);
}

void decodeNested(const NestedMatrix& matrix, unsigned level, const std::vector<LevelTable>& tables,
                  const Rotation& rotation, std::span<float> out) {
    assert(out.size() == matrix.rows * matrix.columns && level <= tables.size());
    std::ranges::fill(out, 0.0F);
    if (level == 0) return;
    const auto planes = static_cast<unsigned>(matrix.rowScales.size() / matrix.rows);
    std::array<float, 256> values{};
    for (unsigned code = 0; code < 1U << planes; ++code)
        values[code] = levelValue(tables[level - 1], code >> (planes - level));

    std::vector<float> tile(matrix.columns * kRowLanes);
    const float* scales = &matrix.rowScales[(level - 1) * matrix.rows];
    for (std::size_t first = 0; first < matrix.rows; first += kRowLanes) {
        const std::size_t count = std::min(kRowLanes, matrix.rows - first);
        for (std::size_t lane = 0; lane < count; ++lane)
            for (std::size_t column = 0; column < matrix.columns; ++column)
                tile[column * kRowLanes + lane] =
                    scales[first + lane] * values[matrix.codes[(first + lane) * matrix.columns + column]];
        rotateTileInverse(rotation, tile.data());
        scatterRows(tile.data(), matrix.columns, count, matrix.columns, &out[first * matrix.columns]);
    }
}

}  // namespace strata
