// Matrix products from nested planes, scalar: the definition that every other implementation equals bit for bit.
#include "core/kernels/operators.h"

#include <algorithm>
#include <cassert>

namespace strata::reference {
namespace {

unsigned codeAt(const NestedTile& tile, std::size_t row, std::size_t column) {
    const BitPlace place = bitPlace(tile.columns, row, column);
    unsigned code = 0;
    for (unsigned plane = 0; plane < tile.level; ++plane)
        code = code * 2 + ((tile.planes[plane][place.word] >> place.bit) & 1U);
    return code;
}

/// Below kFineLevel the 16-bit centroid is 256 * high, so that half alone is summed and the 256 goes into the step.
bool isFine(unsigned level) {
    return level >= kFineLevel;
}

constexpr std::size_t kTokensTogether = 32;

/// sums[token] for one row and up to kTokensTogether tokens.
void rowDots(const NestedTile& tile, std::size_t row, const QuantizedTokens& x, std::size_t firstToken,
             std::size_t tokens, std::int64_t (&sums)[kTokensTogether]) {
    for (std::int64_t& sum : sums) sum = 0;
    for (std::size_t column = 0; column < tile.columns; ++column) {
        const unsigned code = codeAt(tile, row, column);
        const int high = tile.table->high[code];
        const int level = isFine(tile.level) ? 256 * high + tile.table->low[code] : high;
        for (std::size_t token = 0; token < tokens; ++token) {
            const std::size_t at = (firstToken + token) * x.stride + column;
            sums[token] += level * x.values[at];
            if (isFine(tile.level)) sums[token] += high * x.fine[at];
        }
    }
}

}  // namespace

void nestedProduct(const NestedTile& tile, const QuantizedTokens& x, float* y, std::size_t yStride, std::size_t begin,
                   std::size_t end) {
    assert(tile.level >= 1 && tile.level <= kMaximumPlanes);
    const float unit = isFine(tile.level) ? tile.table->step : tile.table->step * 256.0F;
    const std::size_t lastRow = std::min(end * kRowBlock, tile.rows);
    for (std::size_t row = begin * kRowBlock; row < lastRow; ++row) {
        const float rowScale = strata::toFloat(tile.rowScales[row]);
        for (std::size_t start = 0; start < x.tokens; start += kTokensTogether) {
            const std::size_t tokens = std::min(kTokensTogether, x.tokens - start);
            std::int64_t sums[kTokensTogether];
            rowDots(tile, row, x, start, tokens, sums);
            for (std::size_t token = start; token < start + tokens; ++token)
                y[token * yStride + row] = static_cast<float>(sums[token - start]) * unit * x.scales[token] * rowScale;
        }
    }
}

void nestedRow(const NestedTile& tile, std::size_t row, float* out) {
    const float rowScale = toFloat(tile.rowScales[row]);
    for (std::size_t column = 0; column < tile.columns; ++column) {
        const unsigned code = codeAt(tile, row, column);
        const int value = 256 * tile.table->high[code] + (isFine(tile.level) ? tile.table->low[code] : 0);
        out[column] = static_cast<float>(value) * tile.table->step * rowScale;
    }
}

}  // namespace strata::reference
