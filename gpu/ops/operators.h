// The operators of core/backend.h as the device runs them: each function records what it needs into a stream. Shapes
// and results are those of the CPU's kernels (core/kernels/kernels.h); what sums integers gives the reference's bits.
//
// Thread contract: as CommandStream. Failures go to the stream.
#pragma once

#include "core/backend.h"
#include "core/kernels/kernels.h"
#include "gpu/vk/command_stream.h"

#include <array>
#include <cstdint>
#include <span>
#include <vector>

namespace strata::gpu {

struct Recorder {
    CommandStream& stream;
    const DeviceFeatures& features;
};

/// Activations [tokens][stride], of which `width` floats count.
struct Rows {
    BufferSlice slice;
    std::uint32_t width = 0;
    std::uint32_t stride = 0;
};

// --- elementwise ---
void recordAdd(const Recorder& recorder, const Rows& into, const Rows& x, std::size_t tokens);
/// bias [width].
void recordAddBias(const Recorder& recorder, const Rows& into, BufferSlice bias, std::size_t width, std::size_t tokens);
void recordCopyRows(const Recorder& recorder, const Rows& from, std::size_t first, const Rows& to, std::size_t tokens);
void recordSoftcap(const Recorder& recorder, const Rows& x, float cap, std::size_t tokens);
void recordGate(const Recorder& recorder, Activation activation, const Rows& gate, const Rows& up, const Rows& out,
                std::size_t rows);
/// weight [runWidth].
void recordRmsNorm(const Recorder& recorder, const Rows& x, BufferSlice weight, std::size_t runWidth, float epsilon,
                   const Rows& out, std::size_t tokens);

// --- products ---
/// Word offset of a block in its slab.
struct BlockPlace {
    BufferSlice slab;
    std::uint32_t word = 0;
};
inline constexpr std::size_t kBlocksPerDispatch = 8;

/// A rotated and quantized input: rows of `wordStride` words of four signed bytes each.
struct QuantizedRows {
    BufferSlice rotated;  ///< room for [rows][columns] floats
    BufferSlice values, fine, scales;
    std::uint32_t wordStride = 0;  ///< a multiple of 16
    bool hasFine = false;
};
struct RotationPlace {
    BufferSlice signs;  ///< [columns] floats
    std::uint32_t columns = 0, blockSize = 0;
};
/// Row r of `out` from row r of x, or from row gather[r] where `gather` is not empty.
void recordRotateQuantize(const Recorder& recorder, const RotationPlace& rotation, const Rows& x, BufferSlice gather,
                          const QuantizedRows& out, std::size_t rows);

/// One nested tile at its present level.
struct NestedPlace {
    std::array<BlockPlace, kMaximumPlanes> planes;
    unsigned level = 0;
    std::uint32_t rows = 0, columns = 0;
    BufferSlice tables;  ///< 128 words per level: 64 of high bytes, 64 of low ones; then what laneTable() gives
    std::uint32_t tableWord = 0;
    std::uint32_t laneWord = 0;
    float step = 0;
};
/// Levels as products by lanes read them: words of eight lanes, code % 8 being the lane.
[[nodiscard]] std::vector<std::uint32_t> laneTable(const LevelTable& table, unsigned level);
/// Rows [firstRow, firstRow + rows) of x to rows of y from the same number on, columns from firstColumn on.
void recordNestedProduct(const Recorder& recorder, const NestedPlace& tile, const QuantizedRows& x,
                         std::size_t firstRow, std::size_t rows, const Rows& y, std::size_t firstColumn);
/// wanted: pairs of a tile's row and the output's row.
void recordNestedRows(const Recorder& recorder, const NestedPlace& tile, const RotationPlace& rotation,
                      BufferSlice wanted, std::size_t firstWanted, std::size_t count, float factor, const Rows& out);

/// One bitstack tile with its resident blocks.
struct BitstackPlace {
    std::span<const BlockPlace> blocks;
    unsigned rank = 0;
    std::uint32_t rows = 0, columns = 0;
    BufferSlice channels;  ///< [columns] floats; empty: none
};
/// Room for the records of a product: 32 bytes and a scale for each block, column block, token and rank.
struct BitstackRoom {
    BufferSlice values, scales;
    std::size_t records = 0;
};
[[nodiscard]] std::size_t bitstackRecords(std::size_t blocks, std::size_t columns, std::size_t rank) noexcept;
inline constexpr std::size_t kBitstackRecordBytes = 36;
/// As recordNestedProduct; the input's row of output row r is gather[r] where `gather` is not empty.
void recordBitstackProduct(const Recorder& recorder, const BitstackPlace& tile, const Rows& x, BufferSlice gather,
                           const BitstackRoom& room, std::size_t firstRow, std::size_t rows, const Rows& y,
                           std::size_t firstColumn);
void recordBitstackRows(const Recorder& recorder, const BitstackPlace& tile, BufferSlice wanted,
                        std::size_t firstWanted, std::size_t count, float factor, const Rows& out);

// --- attention ---
/// table [tokens][pairs] of cosine and sine.
void recordRope(const Recorder& recorder, const Rows& x, BufferSlice table, std::size_t pairs, bool interleaved,
                std::size_t heads, std::size_t headDim, std::size_t tokens);

/// One layer of the cache: chunks of `chunkTokens` positions, keys [kvHeads][chunkTokens][headDim] from `firstWord` on,
/// then values likewise, binary16.
struct KvPlace {
    std::span<const BufferSlice> chunks;
    std::uint32_t chunkTokens = 0, firstWord = 0, kvHeads = 0, headDim = 0;
};
void recordStoreKv(const Recorder& recorder, const KvPlace& cache, const Rows& k, const Rows& v,
                   std::size_t firstPosition, std::size_t tokens);
/// state: room for [tokens][heads][headDim + 2] floats.
void recordAttention(const Recorder& recorder, const KvPlace& cache, const AttentionShape& shape, const Rows& q,
                     const Rows& out, BufferSlice state, std::size_t firstPosition, std::size_t tokens);

// --- experts ---
/// weights [experts][columns], logits [tokens][experts].
void recordRouterLogits(const Recorder& recorder, BufferSlice weights, std::size_t experts, std::size_t columns,
                        const Rows& x, BufferSlice logits, std::size_t tokens);
/// routes [tokens][used]: a row of x and the bits of its weight.
void recordCombineRoutes(const Recorder& recorder, const Rows& x, BufferSlice routes, std::size_t used, const Rows& out,
                         std::size_t tokens);
/// gate [columns].
void recordScaleByGate(const Recorder& recorder, const Rows& x, BufferSlice gate, std::size_t columns, const Rows& by,
                       std::size_t tokens);

// --- ranking ---
inline constexpr std::size_t kRankGroups = 4096;   ///< at most
inline constexpr std::size_t kRankEntries = 1024;  ///< room in the list
inline constexpr std::size_t kRankListBytes = 8 + kRankEntries * 8;
/// Room for the maxima of groups and a bound, and for the list: its length, which may exceed kRankEntries, a word
/// without meaning, then a value's bits and its index each.
struct RankingRoom {
    BufferSlice maxima, bound, list;
};
/// Lists values of the first `width` of row `row` in no order, the `count` largest among them.
void recordRanking(const Recorder& recorder, const Rows& x, std::size_t row, std::size_t width, std::size_t count,
                   const RankingRoom& room);

// --- shared by the above ---
[[nodiscard]] inline std::uint32_t word(std::size_t value) noexcept {
    return static_cast<std::uint32_t>(value);
}
[[nodiscard]] constexpr std::size_t groupsOf(std::size_t count, std::size_t size) noexcept {
    return (count + size - 1) / size;
}

}  // namespace strata::gpu
