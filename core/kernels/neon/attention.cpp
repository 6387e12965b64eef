// Causal attention over binary16 pages, NEON.
//
// Rows of work are (token, query head) pairs of one kv head. Page by page, keys are turned to [dim][64 keys] floats
// once for a block of rows; then, six rows at a time: scores with keys in the lanes, a running softmax, and the
// weighted sum of values with dims in the lanes. For one row the order of operations depends on its position alone:
// dims in rising order within a score, pages in rising order, keys in rising order within a page; a page without a
// visible key is not touched. So a token's result does not depend on the batch it comes in.
#include "core/kernels/neon/common.inc"
#include "core/kernels/operators.h"

namespace strata::neon {
namespace {

constexpr std::size_t kKeys = kKvPageTokens;
constexpr std::size_t kKeyVectors = kKeys / kLanes;
constexpr std::size_t kBlockRows = 96;  ///< rows that share one turned page
constexpr std::size_t kTileRows = 6;    ///< x 4 registers of keys or dims: 24 accumulators of 32 registers
constexpr std::size_t kStep = 4 * kLanes;

static_assert(kKeys == 64);

std::size_t blockTokens(const AttentionJob& job) {
    const std::size_t fitting = job.groupHeads < kBlockRows ? kBlockRows / job.groupHeads : 1;
    return fitting < job.tokens ? fitting : job.tokens;
}

/// The running softmax of one row and its sum of values [headDim].
struct Row {
    float* sums;     ///< [4] lanes: sum of weights of keys = lane mod 4
    float* largest;  ///< [1]
    float* values;   ///< [headDim]
    const float* query;
    std::size_t position;
};

struct Scratch {
    float* keys;  ///< [headDim][64]
    float* rows;  ///< [block rows][rowStride]
    std::size_t rowStride;

    Scratch(float* memory, std::size_t headDim)
        : keys(memory), rows(memory + headDim * kKeys), rowStride((headDim + 15) / 16 * 16 + 32) {}
    [[nodiscard]] Row row(const AttentionJob& job, std::size_t headDim, std::size_t firstToken,
                          std::size_t index) const {
        float* at = rows + index * rowStride;
        const std::size_t token = firstToken + index / job.groupHeads;
        return {at, at + 16, at + 32, job.q + token * job.qStride + index % job.groupHeads * headDim,
                job.firstPosition + token};
    }
};

/// Keys of the page at `pageStart` that a row at `position` sees: [begin, end), relative to the page.
struct KeyRange {
    std::size_t begin;
    std::size_t end;
};
KeyRange visible(const AttentionJob& job, std::size_t position, std::size_t pageStart) {
    const std::size_t first = job.window > 0 && position + 1 > job.window ? position + 1 - job.window : 0;
    const std::size_t begin = first > pageStart ? first - pageStart : 0;
    const std::size_t stop = position + 1 > pageStart ? position + 1 - pageStart : 0;
    const std::size_t end = stop < kKeys ? stop : kKeys;
    return {begin < end ? begin : end, end};
}

/// 4 keys x 4 dims -> 4 dims x 4 keys.
inline void transpose(float32x4_t (&x)[4]) {
    const float64x2_t low[2] = {vreinterpretq_f64_f32(vtrn1q_f32(x[0], x[1])),
                                vreinterpretq_f64_f32(vtrn1q_f32(x[2], x[3]))};
    const float64x2_t high[2] = {vreinterpretq_f64_f32(vtrn2q_f32(x[0], x[1])),
                                 vreinterpretq_f64_f32(vtrn2q_f32(x[2], x[3]))};
    x[0] = vreinterpretq_f32_f64(vtrn1q_f64(low[0], low[1]));
    x[1] = vreinterpretq_f32_f64(vtrn1q_f64(high[0], high[1]));
    x[2] = vreinterpretq_f32_f64(vtrn2q_f64(low[0], low[1]));
    x[3] = vreinterpretq_f32_f64(vtrn2q_f64(high[0], high[1]));
}

/// keys [64][headDim] halves -> turned [headDim][64] floats; keys from `count` on are not read and become zero.
void turnKeys(const Half* keys, std::size_t headDim, std::size_t count, float* turned) {
    for (std::size_t first = 0; first < kKeys; first += kLanes) {
        for (std::size_t dim = 0; dim < headDim; dim += kLanes) {
            float32x4_t block[kLanes];
            for (std::size_t key = 0; key < kLanes; ++key)
                block[key] = first + key < count ? loadHalves(keys + (first + key) * headDim + dim, headDim - dim)
                                                 : vdupq_n_f32(0);
            transpose(block);
            const std::size_t dims = headDim - dim < kLanes ? headDim - dim : kLanes;
            for (std::size_t index = 0; index < dims; ++index)
                vst1q_f32(turned + (dim + index) * kKeys + first, block[index]);
        }
    }
}

template <unsigned Rows>
void scoreTile(const Row* rows, const float* turned, std::size_t headDim, float (*scores)[kKeys]) {
    for (std::size_t first = 0; first < kKeys; first += kStep) {
        float32x4_t sums[Rows][4];
        unrolled<Rows>([&](auto row) STRATA_INLINE_LAMBDA {
            unrolled<4>([&](auto part) STRATA_INLINE_LAMBDA { sums[row][part] = vdupq_n_f32(0); });
        });
        for (std::size_t dim = 0; dim < headDim; ++dim) {
            float32x4_t keys[4];
            unrolled<4>([&](auto part) STRATA_INLINE_LAMBDA {
                keys[part] = vld1q_f32(turned + dim * kKeys + first + part * kLanes);
            });
            unrolled<Rows>([&](auto row) STRATA_INLINE_LAMBDA {
                const float32x4_t query = vdupq_n_f32(rows[row].query[dim]);
                unrolled<4>([&](auto part) STRATA_INLINE_LAMBDA {
                    sums[row][part] = vfmaq_f32(sums[row][part], query, keys[part]);
                });
            });
        }
        unrolled<Rows>([&](auto row) STRATA_INLINE_LAMBDA {
            unrolled<4>([&](auto part)
                            STRATA_INLINE_LAMBDA { vst1q_f32(scores[row] + first + part * kLanes, sums[row][part]); });
        });
    }
}

/// softcap * tanh(x / softcap), tanh(z) = 1 - 2 / (exp(2 z) + 1); absolute error below 3e-7 * softcap.
inline float32x4_t capped(float32x4_t x, float softcap) {
    const float32x4_t power = exponential(vmulq_f32(x, vdupq_n_f32(2.0F / softcap)));
    const float32x4_t one = vdupq_n_f32(1.0F);
    const float32x4_t ratio = vdivq_f32(vdupq_n_f32(2.0F), vaddq_f32(power, one));
    return vmulq_f32(vsubq_f32(one, ratio), vdupq_n_f32(softcap));
}

/// All bits set in lanes whose key, `first` + lane, lies in the range.
inline uint32x4_t seen(KeyRange range, std::size_t first) {
    const std::uint32_t number[kLanes] = {0, 1, 2, 3};
    const uint32x4_t key = vaddq_u32(vdupq_n_u32(static_cast<std::uint32_t>(first)), vld1q_u32(number));
    return vandq_u32(vcgeq_u32(key, vdupq_n_u32(static_cast<std::uint32_t>(range.begin))),
                     vcltq_u32(key, vdupq_n_u32(static_cast<std::uint32_t>(range.end))));
}

/// Turns the raw products of one row into weights in place, and brings the row's running state to this page's maximum.
void softmaxStep(const AttentionJob& job, const Row& row, KeyRange range, std::size_t headDim, float* scores) {
    const float32x4_t minusInfinity = vdupq_n_f32(-__builtin_inff());
    float32x4_t values[kKeyVectors];
    float32x4_t most = minusInfinity;
    for (std::size_t vector = 0; vector < kKeyVectors; ++vector) {
        values[vector] = vmulq_f32(vld1q_f32(scores + kLanes * vector), vdupq_n_f32(job.scale));
        if (job.softcap > 0) values[vector] = capped(values[vector], job.softcap);
        values[vector] = vbslq_f32(seen(range, kLanes * vector), values[vector], minusInfinity);
        most = vmaxq_f32(most, values[vector]);
    }
    const float pageLargest = vmaxvq_f32(most);
    const float largest = pageLargest > *row.largest ? pageLargest : *row.largest;
    float32x4_t added = vdupq_n_f32(0);
    for (std::size_t vector = 0; vector < kKeyVectors; ++vector) {
        const float32x4_t power = exponential(vsubq_f32(values[vector], vdupq_n_f32(largest)));
        const float32x4_t weights = vbslq_f32(seen(range, kLanes * vector), power, vdupq_n_f32(0));
        vst1q_f32(scores + kLanes * vector, weights);
        added = vaddq_f32(added, weights);
    }
    const float32x4_t shrink = exponential(vdupq_n_f32(*row.largest - largest));
    vst1q_f32(row.sums, vfmaq_f32(added, vld1q_f32(row.sums), shrink));
    for (std::size_t dim = 0; dim < headDim; dim += kLanes)  // the row is padded to 16
        vst1q_f32(row.values + dim, vmulq_f32(vld1q_f32(row.values + dim), shrink));
    *row.largest = largest;
}

/// values[dim] += weight * v[key][dim] for 16 dims, or for the last `left` < 16; keys in rising order.
template <unsigned Rows, bool Whole>
void valueTile(const Row* rows, const Half* v, std::size_t headDim, std::size_t dim, std::size_t left, KeyRange range,
               const float (*weights)[kKeys]) {
    float32x4_t sums[Rows][4];
    unrolled<Rows>([&](auto row) STRATA_INLINE_LAMBDA {
        unrolled<4>([&](auto part)
                        STRATA_INLINE_LAMBDA { sums[row][part] = vld1q_f32(rows[row].values + dim + part * kLanes); });
    });
    for (std::size_t key = range.begin; key < range.end; ++key) {
        const Half* at = v + key * headDim + dim;
        float32x4_t some[4];
        unrolled<4>([&](auto part) STRATA_INLINE_LAMBDA {
            const std::size_t before = part * kLanes;
            some[part] = Whole           ? loadHalves(at + before, kLanes)
                         : left > before ? loadHalves(at + before, left - before)
                                         : vdupq_n_f32(0);
        });
        unrolled<Rows>([&](auto row) STRATA_INLINE_LAMBDA {
            const float32x4_t weight = vdupq_n_f32(weights[row][key]);
            unrolled<4>([&](auto part)
                            STRATA_INLINE_LAMBDA { sums[row][part] = vfmaq_f32(sums[row][part], weight, some[part]); });
        });
    }
    unrolled<Rows>([&](auto row) STRATA_INLINE_LAMBDA {
        unrolled<4>([&](auto part)
                        STRATA_INLINE_LAMBDA { vst1q_f32(rows[row].values + dim + part * kLanes, sums[row][part]); });
    });
}

template <unsigned Rows>
void addValues(const Row* rows, const Half* v, std::size_t headDim, KeyRange range, const float (*weights)[kKeys]) {
    if (range.begin >= range.end) return;
    std::size_t dim = 0;
    for (; dim + 16 <= headDim; dim += 16) valueTile<Rows, true>(rows, v, headDim, dim, 16, range, weights);
    if (dim < headDim) valueTile<Rows, false>(rows, v, headDim, dim, headDim - dim, range, weights);
}

/// One page against up to six rows. Rows that see nothing of it are not handed in.
template <unsigned Rows>
void tileStep(const AttentionJob& job, const Row* rows, const float* turned, const Half* v, std::size_t headDim,
              std::size_t pageStart) {
    alignas(64) float scores[Rows][kKeys];
    scoreTile<Rows>(rows, turned, headDim, scores);
    KeyRange ranges[Rows];
    KeyRange common = {0, kKeys};
    for (unsigned row = 0; row < Rows; ++row) {
        ranges[row] = visible(job, rows[row].position, pageStart);
        softmaxStep(job, rows[row], ranges[row], headDim, scores[row]);
        common.begin = ranges[row].begin > common.begin ? ranges[row].begin : common.begin;
        common.end = ranges[row].end < common.end ? ranges[row].end : common.end;
    }
    // Keys that only some rows see are added row by row, before and after the common ones: a hidden key takes no part.
    if (common.begin >= common.end) common = {kKeys, kKeys};
    for (unsigned row = 0; row < Rows; ++row) {
        const std::size_t stop = ranges[row].end < common.begin ? ranges[row].end : common.begin;
        addValues<1>(rows + row, v, headDim, {ranges[row].begin, stop}, scores + row);
    }
    addValues<Rows>(rows, v, headDim, common, scores);
    for (unsigned row = 0; row < Rows; ++row)
        addValues<1>(rows + row, v, headDim, {common.end, ranges[row].end}, scores + row);
}

using TileFn = void (*)(const AttentionJob&, const Row*, const float*, const Half*, std::size_t, std::size_t);
constexpr TileFn kTileSteps[kTileRows] = {tileStep<1>, tileStep<2>, tileStep<3>, tileStep<4>, tileStep<5>, tileStep<6>};

void pageStep(const AttentionJob& job, const KvPages& cache, const Scratch& scratch, std::size_t page,
              std::size_t firstToken, std::size_t tokens) {
    const std::size_t pageStart = page * kKeys;
    const std::size_t offset = job.kvHead * kKeys * cache.headDim;
    const std::size_t lastPosition = job.firstPosition + firstToken + tokens - 1;
    const std::size_t count = lastPosition + 1 - pageStart < kKeys ? lastPosition + 1 - pageStart : kKeys;
    turnKeys(cache.keys[page] + offset, cache.headDim, count, scratch.keys);
    Row tile[kTileRows];
    unsigned filled = 0;
    for (std::size_t index = 0; index < tokens * job.groupHeads; ++index) {
        tile[filled] = scratch.row(job, cache.headDim, firstToken, index);
        const KeyRange range = visible(job, tile[filled].position, pageStart);
        if (range.begin < range.end && ++filled == kTileRows) {
            kTileSteps[filled - 1](job, tile, scratch.keys, cache.values[page] + offset, cache.headDim, pageStart);
            filled = 0;
        }
    }
    if (filled > 0)
        kTileSteps[filled - 1](job, tile, scratch.keys, cache.values[page] + offset, cache.headDim, pageStart);
}

void finishRow(const Row& row, std::size_t headDim, float* out) {
    const float32x4_t inverse = vdupq_n_f32(1.0F / vaddvq_f32(vld1q_f32(row.sums)));
    for (std::size_t dim = 0; dim < headDim; dim += kLanes)
        store(out + dim, headDim - dim, vmulq_f32(vld1q_f32(row.values + dim), inverse));
}

}  // namespace

void attention(const AttentionJob& job, const KvPages& cache, float* memory) {
    const Scratch scratch(memory, cache.headDim);
    for (std::size_t firstToken = 0; firstToken < job.tokens; firstToken += blockTokens(job)) {
        const std::size_t left = job.tokens - firstToken;
        const std::size_t tokens = left < blockTokens(job) ? left : blockTokens(job);
        for (std::size_t index = 0; index < tokens * job.groupHeads; ++index) {
            const Row row = scratch.row(job, cache.headDim, firstToken, index);
            for (std::size_t at = 0; at < scratch.rowStride; ++at) row.sums[at] = 0;
            *row.largest = -__builtin_inff();
        }
        const std::size_t firstPosition = job.firstPosition + firstToken;
        const std::size_t firstKey =
            job.window > 0 && firstPosition + 1 > job.window ? firstPosition + 1 - job.window : 0;
        for (std::size_t page = firstKey / kKeys; page <= (firstPosition + tokens - 1) / kKeys; ++page)
            pageStep(job, cache, scratch, page, firstToken, tokens);
        for (std::size_t index = 0; index < tokens * job.groupHeads; ++index) {
            const std::size_t token = firstToken + index / job.groupHeads;
            finishRow(scratch.row(job, cache.headDim, firstToken, index), cache.headDim,
                      job.out + token * job.qStride + index % job.groupHeads * cache.headDim);
        }
    }
}

std::size_t attentionScratch(const AttentionJob& job) {
    const std::size_t fitting = job.qStride / job.groupHeads;
    const std::size_t headDim = fitting < kMaximumHeadDim ? fitting : kMaximumHeadDim;
    const std::size_t rowStride = (headDim + 15) / 16 * 16 + 32;
    return headDim * kKeys + blockTokens(job) * job.groupHeads * rowStride;
}

}  // namespace strata::neon
