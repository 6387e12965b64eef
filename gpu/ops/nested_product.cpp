// Products and rows of nested planes.
#include "gpu/ops/block_bindings.h"

#include <bit>
#include <cmath>

namespace strata::gpu {
namespace {

constexpr std::size_t kThreadsPerRow = 8;  // where rows are split
constexpr unsigned kLanes = 8;             // of a subgroup that products by lanes run in
constexpr std::uint32_t kTexelWords = 4;

struct ProductPush {
    std::uint32_t block[kBlocksPerDispatch];
    std::uint32_t columnBlocks, rows, planeWords, wordStride, firstRow, tokens, yStride, yFirst, table, laneTable;
    float unit;
};
static_assert(sizeof(ProductPush) == 76);

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

/// Blocks as texels of four words, and their places counted in them; inputs and tables word by word. Blocks stand at
/// multiples of 64 bytes.
void viewAsTexels(std::vector<Bound>& bound, ProductPush& push) {
    for (std::size_t index = 0; index < kBlocksPerDispatch; ++index) bound[index].view = View::Quads;
    for (const std::size_t index : {0, 1, 3}) bound[kBlocksPerDispatch + index].view = View::Words;
    for (std::uint32_t& place : push.block) place /= kTexelWords;
    push.planeWords /= kTexelWords;
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
                     tile.laneWord,
                     fine ? tile.step : tile.step * 256.0F};
    std::vector<Bound> bound = bindBlocks({tile.planes.data(), tile.level}, push);
    bound.insert(bound.end(), {reads(x.values), fine ? reads(x.fine) : Bound{}, reads(x.scales), constant(tile.tables),
                               writes(y.slice)});
    const std::uint32_t together = tokensTogether(rows);
    const Groups groups{paddedRows(tile.rows) / kRowBlock, groupsOf(rows, together)};
    const Work work{tile.rows, tile.columns, tile.level, tile.level * planeBytes(tile.rows, tile.columns)};
    if (recorder.features.useLanes) {
        viewAsTexels(bound, push);
        recorder.stream.dispatch(ShaderId::NestedProductLanes, {tile.level, together}, bound, push, groups, work);
        return;
    }
    const auto threads =
        word(recorder.features.useSplitRows ? std::min(kThreadsPerRow, std::bit_floor(columnBlocks)) : 1);
    const ShaderId shader = recorder.features.useIntegerDot ? ShaderId::NestedProductDot : ShaderId::NestedProduct;
    recorder.stream.dispatch(shader, {tile.level, together, threads}, bound, push, groups, work);
}

std::vector<std::uint32_t> laneTable(const LevelTable& table, unsigned level) {
    // Codes that share the three bits by which a lane is chosen stand in its word, the first in the highest bits.
    const unsigned bits = level <= 3 ? 32 : level == 4 || level >= kFineLevel ? 16 : 8;
    const unsigned together = 32 / bits;
    std::vector<std::uint32_t> words(std::max(8U, (1U << level) / together));
    for (unsigned code = 0; code < 1U << level; ++code) {
        const int value = level >= kFineLevel ? 256 * table.high[code] + table.low[code] : table.high[code];
        const unsigned above = code / kLanes;
        const auto field =
            static_cast<std::uint32_t>(value) & static_cast<std::uint32_t>((std::uint64_t{1} << bits) - 1);
        words[above / together * kLanes + code % kLanes] |= field << (32 - bits * (above % together + 1));
    }
    return words;
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
