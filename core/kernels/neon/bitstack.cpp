// BitStack blocks, NEON with dotprod: the reference's integers and its order of float operations, 4 rows to a register.
#include "core/kernels/neon/common.inc"
#include "core/kernels/operators.h"

namespace strata::neon {
namespace {

constexpr std::size_t kQuads = kColumnBlock / 4;
constexpr std::size_t kItemsTogether = 64;  ///< (token, rank) pairs whose partial sums, 8 KiB, stay in L1
constexpr std::size_t kParts = kColumnBlock / kLanes;

inline void quantizeColumns(const float32x4_t (&products)[kParts], std::int8_t* values, float* scale,
                            std::int32_t* negatedSum) {
    float32x4_t most = vdupq_n_f32(0);
    for (const float32x4_t product : products) most = vmaxnmq_f32(most, vabsq_f32(product));
    const float largest = vmaxnmvq_f32(most);
    const bool usable = largest > 1e-30F && largest < 1e30F;
    const float32x4_t inverse = vdupq_n_f32(usable ? 127.0F / largest : 0.0F);
    int32x4_t total = vdupq_n_s32(0);
    for (std::size_t half = 0; half < 2; ++half) {
        int32x4_t rounded[4];
        for (std::size_t part = 0; part < 4; ++part) {
            rounded[part] = usable ? vcvtnq_s32_f32(vmulq_f32(products[4 * half + part], inverse)) : vdupq_n_s32(0);
            total = vaddq_s32(total, rounded[part]);
        }
        vst1q_s8(values + 16 * half, toBytes(rounded));
    }
    *scale = usable ? largest / 127.0F : 0.0F;
    *negatedSum = -vaddvq_s32(total);
}

/// partial[item][4 rows at `partial`] += one column block: bits as bytes of 0 or 2, so that sum(S q) = 2 sum(bits q) -
/// sum(q).
inline void multiplyColumns(uint32x4_t word, const std::int8_t* values, const std::int32_t* negatedSums,
                            const float* scales, std::size_t items, float* partial) {
    const uint8x16_t two = vdupq_n_u8(2);
    int8x16_t signs[kQuads];
    signs[0] = vreinterpretq_s8_u8(vandq_u8(vreinterpretq_u8_u32(vshlq_n_u32(word, 1)), two));
    signs[1] = vreinterpretq_s8_u8(vandq_u8(vreinterpretq_u8_u32(word), two));
    unrolled<kQuads - 2>([&](auto index) STRATA_INLINE_LAMBDA {
        constexpr int kShift = static_cast<int>(decltype(index)::value) + 1;
        signs[index + 2] = vreinterpretq_s8_u8(vandq_u8(vreinterpretq_u8_u32(vshrq_n_u32(word, kShift)), two));
    });
    for (std::size_t item = 0; item < items; ++item, values += kColumnBlock, partial += kRowBlock) {
        const int8x16_t x[2] = {vld1q_s8(values), vld1q_s8(values + 16)};
        int32x4_t sums[2] = {vdupq_n_s32(negatedSums[item]), vdupq_n_s32(0)};
        unrolled<kQuads>([&](auto quad) STRATA_INLINE_LAMBDA {
            constexpr unsigned kHalf = decltype(quad)::value / 4;
            constexpr int kLane = decltype(quad)::value % 4;
            sums[kHalf] = vdotq_laneq_s32(sums[kHalf], signs[quad], x[kHalf], kLane);
        });
        const float32x4_t product = vmulq_f32(vcvtq_f32_s32(vaddq_s32(sums[0], sums[1])), vdupq_n_f32(scales[item]));
        vst1q_f32(partial, vaddq_f32(vld1q_f32(partial), product));
    }
}

/// partial[item][32 rows] of one block over all its column blocks.
void multiplyItems(const std::uint32_t* words, const BitstackScratch& s, std::size_t block, std::size_t firstItem,
                   std::size_t items, float (*partial)[kRowBlock]) {
    for (std::size_t item = 0; item < items; ++item)
        for (std::size_t row = 0; row < kRowBlock; ++row) partial[item][row] = 0;
    for (std::size_t columnBlock = 0; columnBlock < s.columnBlocks; ++columnBlock, words += kRowBlock) {
        const std::size_t record = (block * s.columnBlocks + columnBlock) * s.items + firstItem;
        for (std::size_t row = 0; row < kRowBlock; row += kLanes)
            multiplyColumns(vld1q_u32(words + row), s.values + record * kColumnBlock, s.negatedSums + record,
                            s.scales + record, items, partial[0] + row);
    }
}

/// total[token][32 rows] += u_k * partial, ranks in rising order. Items start at `firstItem` of the token group.
void addRanks(const BitstackTile& tile, const SignBlock& block, std::size_t rowBlock, std::size_t firstItem,
              std::size_t items, const float (*partial)[kRowBlock], float (*total)[kRowBlock]) {
    for (std::size_t item = 0; item < items; ++item) {
        const std::size_t token = (firstItem + item) / tile.rank;
        const Half* u = block.u + (firstItem + item) % tile.rank * paddedRows(tile.rows) + rowBlock * kRowBlock;
        for (std::size_t row = 0; row < kRowBlock; row += kLanes) {
            const float32x4_t product = vmulq_f32(loadHalves(u + row, kLanes), vld1q_f32(partial[item] + row));
            vst1q_f32(total[token] + row, vaddq_f32(vld1q_f32(total[token] + row), product));
        }
    }
}

/// The first min(left, 32) of 32 rows.
void storeRows(const float* rows, std::size_t left, float* y) {
    for (std::size_t row = 0; row < kRowBlock && row < left; row += kLanes)
        store(y + row, left - row, vld1q_f32(rows + row));
}

}  // namespace

void bitstackPrepare(const BitstackTile& tile, const float* x, std::size_t xStride, std::size_t tokens,
                     std::byte* scratch, std::size_t itemBegin, std::size_t itemEnd) {
    const BitstackScratch s = bitstackScratch(tile, tokens, scratch);
    const SignBlock* blocks = tile.blocks.data();
    const std::size_t padded = paddedColumns(tile.columns);
    for (std::size_t index = itemBegin; index < itemEnd; ++index) {
        const std::size_t block = index / s.items;
        const std::size_t item = index % s.items;
        const float* token = x + item / tile.rank * xStride;
        const Half* v = blocks[block].v + item % tile.rank * padded;
        for (std::size_t columnBlock = 0; columnBlock < s.columnBlocks; ++columnBlock) {
            float32x4_t products[kParts];
            for (std::size_t part = 0; part < kParts; ++part) {
                const std::size_t at = columnBlock * kColumnBlock + part * kLanes;
                const std::size_t left = at < tile.columns ? tile.columns - at : 0;
                products[part] =
                    left == 0 ? vdupq_n_f32(0) : vmulq_f32(loadHalves(v + at, left), load(token + at, left));
            }
            const std::size_t record = (block * s.columnBlocks + columnBlock) * s.items + item;
            quantizeColumns(products, s.values + record * kColumnBlock, s.scales + record, s.negatedSums + record);
        }
    }
}

#include "core/kernels/shared/bitstack_product.inc"

}  // namespace strata::neon
