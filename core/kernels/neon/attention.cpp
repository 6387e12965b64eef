// Causal attention over binary16 pages, NEON; the way through pages and rows is shared/attention_walk.inc.
#include "core/kernels/neon/common.inc"
#include "core/kernels/operators.h"

namespace strata::neon {
namespace {

#include "core/kernels/shared/attention_rows.inc"

constexpr std::size_t kKeyVectors = kKeys / kLanes;
constexpr std::size_t kStep = 4 * kLanes;  ///< with six rows, 24 accumulators of 32 registers

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

void finishRow(const Row& row, std::size_t headDim, float* out) {
    const float32x4_t inverse = vdupq_n_f32(1.0F / vaddvq_f32(vld1q_f32(row.sums)));
    for (std::size_t dim = 0; dim < headDim; dim += kLanes)
        store(out + dim, headDim - dim, vmulq_f32(vld1q_f32(row.values + dim), inverse));
}

}  // namespace

#include "core/kernels/shared/attention_walk.inc"

}  // namespace strata::neon
