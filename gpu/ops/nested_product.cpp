// Products and rows of nested planes.
#include "gpu/ops/block_bindings.h"

#include <bit>
#include <cmath>

namespace strata::gpu {
namespace {

constexpr std::size_t kThreadsPerRow = 8;  // where rows are split

struct ProductPush {
    std::uint32_t block[kBlocksPerDispatch];
    std::uint32_t columnBlocks, rows, planeWords, wordStride, firstRow, tokens, yStride, yFirst, table;
    float unit;
};
static_assert(sizeof(ProductPush) == 72);

struct RowsPush {
    std::uint32_t block[kBlocksPerDispatch];
    std::uint32_t columnBlocks, columns, planeWords, blockSize, outStride, table;
    float step, scale, factor;
    std::uint32_t firstWanted;
};
static_assert(sizeof(RowsPush) == 72);

/// Tokens that share one reading of the weights.
std::uint32_t tokensTogether(std::size_t tokens) {
    return tokens == 1 ? 1 : tokens < 8 ? 4 : 8;
}

std::uint32_t planeWords(const NestedPlace& tile) {
    return word(planeBytes(tile.rows, tile.columns) / 4);
}

}  // namespace

void recordNestedProduct(const Recorder& recorder, const NestedPlace& tile, const QuantizedRows& x,
                         std::size_t firstRow, std::size_t rows, const Rows& y, std::size_t firstColumn) {
    const std::size_t columnBlocks = paddedColumns(tile.columns) / kColumnBlock;
    const bool fine = tile.level >= kFineLevel;
    ProductPush push{{},
                     word(columnBlocks),
                     tile.rows,
                     planeWords(tile),
                     x.wordStride,
                     word(firstRow),
                     word(rows),
                     y.stride,
                     word(firstRow * y.stride + firstColumn),
                     tile.tableWord,
                     fine ? tile.step : tile.step * 256.0F};
    std::vector<Bound> bound = bindBlocks({tile.planes.data(), tile.level}, push);
    bound.insert(bound.end(), {reads(x.values), fine ? reads(x.fine) : Bound{}, reads(x.scales), constant(tile.tables),
                               writes(y.slice)});
    const std::uint32_t together = tokensTogether(rows);
    const auto threads =
        word(recorder.features.useSplitRows ? std::min(kThreadsPerRow, std::bit_floor(columnBlocks)) : 1);
    const ShaderId shader = recorder.features.useIntegerDot ? ShaderId::NestedProductDot : ShaderId::NestedProduct;
    recorder.stream.dispatch(shader, {tile.level, together, threads}, bound, push,
                             {paddedRows(tile.rows) / kRowBlock, groupsOf(rows, together)},
                             {tile.rows, tile.columns, tile.level,
                              tile.level * planeBytes(tile.rows, tile.columns)});
}

void recordNestedRows(const Recorder& recorder, const NestedPlace& tile, const RotationPlace& rotation,
                      BufferSlice wanted, std::size_t firstWanted, std::size_t count, float factor, const Rows& out) {
    RowsPush push{{},
                  word(paddedColumns(tile.columns) / kColumnBlock),
                  tile.columns,
                  planeWords(tile),
                  rotation.blockSize,
                  out.stride,
                  tile.tableWord,
                  tile.step,
                  1.0F / std::sqrt(static_cast<float>(rotation.blockSize)),
                  factor,
                  word(firstWanted)};
    std::vector<Bound> bound = bindBlocks({tile.planes.data(), tile.level}, push);
    bound.insert(bound.end(), {constant(wanted), constant(tile.tables), constant(rotation.signs), writes(out.slice)});
    recorder.stream.dispatch(ShaderId::NestedRows, {tile.level}, bound, push, {count});
}

}  // namespace strata::gpu
