// Products and rows of bitstack blocks, eight blocks per dispatch.
#include "gpu/ops/block_bindings.h"

namespace strata::gpu {
namespace {

constexpr std::size_t kThreads = 64;
constexpr std::size_t kThreadsPerRow = 8;  // where rows are split

struct PreparePush {
    std::uint32_t block[kBlocksPerDispatch];
    std::uint32_t columnBlocks, columns, vFirst, rank, tokens, xStride, firstRow, flags, firstBlock;
};
struct ProductPush {
    std::uint32_t block[kBlocksPerDispatch];
    std::uint32_t columnBlocks, rows, paddedRows, planeWords, blocks, tokens, yStride, yFirst, accumulate, firstBlock;
};
struct RowsPush {
    std::uint32_t block[kBlocksPerDispatch];
    std::uint32_t columnBlocks, columns, planeWords, paddedRows, outStride, blocks, rank, flags;
    float factor;
    std::uint32_t firstWanted;
};
static_assert(sizeof(PreparePush) == 68 && sizeof(ProductPush) == 72 && sizeof(RowsPush) == 72);

struct Piece {
    std::size_t firstRow, rows;
};

std::uint32_t planeWords(const BitstackPlace& tile) {
    return word(planeBytes(tile.rows, tile.columns) / 4);
}

std::span<const BlockPlace> blocksFrom(const BitstackPlace& tile, std::size_t first) {
    return tile.blocks.subspan(first, std::min(kBlocksPerDispatch, tile.blocks.size() - first));
}

void prepare(const Recorder& recorder, const BitstackPlace& tile, std::size_t firstBlock, const Rows& x,
             BufferSlice gather, const BitstackRoom& room, const Piece& piece) {
    const std::span<const BlockPlace> blocks = blocksFrom(tile, firstBlock);
    const std::size_t columnBlocks = paddedColumns(tile.columns) / kColumnBlock;
    const std::uint32_t flags = (gather.buffer != nullptr ? 1U : 0U) | (tile.channels.buffer != nullptr ? 2U : 0U);
    PreparePush push{
        {},        word(columnBlocks), tile.columns, planeWords(tile) + word(tile.rank * paddedRows(tile.rows) / 2),
        tile.rank, word(piece.rows),   x.stride,     word(piece.firstRow),
        flags,     word(firstBlock)};
    std::vector<Bound> bound = bindBlocks(blocks, push);
    bound.insert(bound.end(),
                 {reads(x.slice), constant(tile.channels), reads(gather), writes(room.values), writes(room.scales)});
    recorder.stream.dispatch(ShaderId::BitstackPrepare, {}, bound, push,
                             {groupsOf(columnBlocks * piece.rows * tile.rank, kThreads), blocks.size()});
}

void multiply(const Recorder& recorder, const BitstackPlace& tile, std::size_t firstBlock, const BitstackRoom& room,
              const Piece& piece, const Rows& y, std::size_t firstColumn) {
    const std::span<const BlockPlace> blocks = blocksFrom(tile, firstBlock);
    ProductPush push{{},
                     word(paddedColumns(tile.columns) / kColumnBlock),
                     tile.rows,
                     word(paddedRows(tile.rows)),
                     planeWords(tile),
                     word(blocks.size()),
                     word(piece.rows),
                     y.stride,
                     word(piece.firstRow * y.stride + firstColumn),
                     firstBlock > 0 ? 1U : 0U,
                     word(firstBlock)};
    std::vector<Bound> bound = bindBlocks(blocks, push);
    bound.insert(bound.end(), {reads(room.values), reads(room.scales), writes(y.slice)});
    const auto threads = word(recorder.features.useSplitRows ? std::min<std::size_t>(kThreadsPerRow, tile.rank) : 1);
    const ShaderId shader = recorder.features.useIntegerDot ? ShaderId::BitstackProductDot : ShaderId::BitstackProduct;
    recorder.stream.dispatch(shader, {tile.rank, 0, threads}, bound, push,
                             {paddedRows(tile.rows) / kRowBlock, piece.rows});
}

}  // namespace

std::size_t bitstackRecords(std::size_t blocks, std::size_t columns, std::size_t rank) noexcept {
    return blocks * paddedColumns(columns) / kColumnBlock * rank;
}

void recordBitstackProduct(const Recorder& recorder, const BitstackPlace& tile, const Rows& x, BufferSlice gather,
                           const BitstackRoom& room, std::size_t firstRow, std::size_t rows, const Rows& y,
                           std::size_t firstColumn) {
    const std::size_t perToken = bitstackRecords(tile.blocks.size(), tile.columns, tile.rank);
    const std::size_t together = std::max<std::size_t>(room.records / perToken, 1);
    for (std::size_t done = 0; done < rows; done += together) {
        const Piece piece{firstRow + done, std::min(together, rows - done)};
        for (std::size_t block = 0; block < tile.blocks.size(); block += kBlocksPerDispatch)
            prepare(recorder, tile, block, x, gather, room, piece);
        for (std::size_t block = 0; block < tile.blocks.size(); block += kBlocksPerDispatch)
            multiply(recorder, tile, block, room, piece, y, firstColumn);
    }
}

void recordBitstackRows(const Recorder& recorder, const BitstackPlace& tile, BufferSlice wanted,
                        std::size_t firstWanted, std::size_t count, float factor, const Rows& out) {
    for (std::size_t block = 0; block < tile.blocks.size(); block += kBlocksPerDispatch) {
        const std::span<const BlockPlace> blocks = blocksFrom(tile, block);
        const bool last = block + blocks.size() == tile.blocks.size();
        const std::uint32_t flags =
            (block == 0 ? 1U : 0U) | (last ? 2U : 0U) | (tile.channels.buffer != nullptr ? 4U : 0U);
        RowsPush push{{},
                      word(paddedColumns(tile.columns) / kColumnBlock),
                      tile.columns,
                      planeWords(tile),
                      word(paddedRows(tile.rows)),
                      out.stride,
                      word(blocks.size()),
                      tile.rank,
                      flags,
                      factor,
                      word(firstWanted)};
        std::vector<Bound> bound = bindBlocks(blocks, push);
        bound.insert(bound.end(), {constant(wanted), constant(tile.channels), writes(out.slice)});
        recorder.stream.dispatch(ShaderId::BitstackRows, {}, bound, push, {count});
    }
}

}  // namespace strata::gpu
