// BitStack blocks: y = sum over blocks b and ranks k, in this order, of u_bk * d_bk, where
// d_bk = sum over column blocks in rising order of float(S . q) * scale, q = round(127 (v_bk o x) / largest) per 32
// columns. Lanes are rows in every instruction set and nothing is fused, so all of them give the same bits.
#include "core/kernels/operators.h"

#include <algorithm>
#include <cmath>

namespace strata {

BitstackScratch bitstackScratch(const BitstackTile& tile, std::size_t tokens, std::byte* scratch) noexcept {
    const std::size_t items = tokens * tile.rank;
    const std::size_t columnBlocks = paddedColumns(tile.columns) / kColumnBlock;
    const std::size_t records = tile.blocks.size() * columnBlocks * items;
    auto* values = reinterpret_cast<std::int8_t*>(scratch);
    auto* scales = reinterpret_cast<float*>(scratch + records * kColumnBlock);
    auto* sums = reinterpret_cast<std::int32_t*>(scratch + records * (kColumnBlock + sizeof(float)));
    return {values, scales, sums, items, columnBlocks};
}

namespace reference {
namespace {

/// One record: 32 values, their scale and minus their sum.
void quantizeColumns(const float (&product)[kColumnBlock], std::int8_t* values, float* scale,
                     std::int32_t* negatedSum) {
    float largest = 0;
    for (const float value : product) largest = std::max(largest, std::fabs(value));
    const bool usable = largest > 1e-30F && largest < 1e30F;
    const float inverse = usable ? 127.0F / largest : 0.0F;
    std::int32_t sum = 0;
    for (std::size_t column = 0; column < kColumnBlock; ++column) {
        values[column] = static_cast<std::int8_t>(usable ? std::nearbyint(product[column] * inverse) : 0.0F);
        sum += values[column];
    }
    *scale = usable ? largest / 127.0F : 0.0F;
    *negatedSum = -sum;
}

std::int32_t signedDot(std::uint32_t signs, const std::int8_t* values, std::int32_t negatedSum) {
    std::int32_t sum = negatedSum;
    for (unsigned column = 0; column < kColumnBlock; ++column)
        sum += 2 * static_cast<int>((signs >> (column % 4 * 8 + column / 4)) & 1U) * values[column];
    return sum;
}

}  // namespace

std::size_t bitstackScratchBytes(const BitstackTile& tile, std::size_t tokens) {
    const std::size_t columnBlocks = paddedColumns(tile.columns) / kColumnBlock;
    const std::size_t records = tile.blocks.size() * columnBlocks * tokens * tile.rank;
    return records * (kColumnBlock + sizeof(float) + sizeof(std::int32_t));
}

void bitstackPrepare(const BitstackTile& tile, const float* x, std::size_t xStride, std::size_t tokens,
                     std::byte* scratch, std::size_t itemBegin, std::size_t itemEnd) {
    const BitstackScratch s = bitstackScratch(tile, tokens, scratch);
    const std::size_t padded = paddedColumns(tile.columns);
    for (std::size_t index = itemBegin; index < itemEnd; ++index) {
        const std::size_t block = index / s.items;
        const std::size_t item = index % s.items;
        const float* token = x + item / tile.rank * xStride;
        const Half* v = tile.blocks[block].v + item % tile.rank * padded;
        for (std::size_t columnBlock = 0; columnBlock < s.columnBlocks; ++columnBlock) {
            float product[kColumnBlock];
            for (std::size_t column = 0; column < kColumnBlock; ++column) {
                const std::size_t at = columnBlock * kColumnBlock + column;
                product[column] = at < tile.columns ? strata::toFloat(v[at]) * token[at] : 0.0F;
            }
            const std::size_t record = (block * s.columnBlocks + columnBlock) * s.items + item;
            quantizeColumns(product, s.values + record * kColumnBlock, s.scales + record, s.negatedSums + record);
        }
    }
}

void bitstackProduct(const BitstackTile& tile, std::size_t tokens, const std::byte* scratch, float* y,
                     std::size_t yStride, std::size_t begin, std::size_t end) {
    const BitstackScratch s = bitstackScratch(tile, tokens, const_cast<std::byte*>(scratch));
    const std::size_t lastRow = std::min(end * kRowBlock, tile.rows);
    for (std::size_t row = begin * kRowBlock; row < lastRow; ++row) {
        const std::size_t firstWord = row / kRowBlock * s.columnBlocks * kRowBlock + row % kRowBlock;
        for (std::size_t token = 0; token < tokens; ++token) {
            float total = 0;
            for (std::size_t block = 0; block < tile.blocks.size(); ++block) {
                for (unsigned rank = 0; rank < tile.rank; ++rank) {
                    float dot = 0;
                    for (std::size_t columnBlock = 0; columnBlock < s.columnBlocks; ++columnBlock) {
                        const std::size_t record =
                            (block * s.columnBlocks + columnBlock) * s.items + token * tile.rank + rank;
                        const std::uint32_t signs = tile.blocks[block].signs[firstWord + columnBlock * kRowBlock];
                        const std::int32_t sum =
                            signedDot(signs, s.values + record * kColumnBlock, s.negatedSums[record]);
                        dot += static_cast<float>(sum) * s.scales[record];
                    }
                    total += strata::toFloat(tile.blocks[block].u[rank * paddedRows(tile.rows) + row]) * dot;
                }
            }
            y[token * yStride + row] = total;
        }
    }
}

}  // namespace reference
}  // namespace strata
