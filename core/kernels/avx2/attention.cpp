// Causal attention over binary16 pages, AVX2; the way through pages and rows is shared/attention_walk.inc.
#include "core/kernels/avx2/common.inc"
#include "core/kernels/operators.h"

namespace strata::avx2 {
namespace {

#include "core/kernels/shared/attention_rows.inc"
#include "core/kernels/shared/unrolled.inc"

constexpr std::size_t kKeyVectors = kKeys / kLanes;

/// 8 keys x 8 dims -> 8 dims x 8 keys.
inline void transpose(__m256 (&x)[8]) {
    __m256 t[8];
    for (unsigned pair = 0; pair < 4; ++pair) {
        t[2 * pair] = _mm256_unpacklo_ps(x[2 * pair], x[2 * pair + 1]);
        t[2 * pair + 1] = _mm256_unpackhi_ps(x[2 * pair], x[2 * pair + 1]);
    }
    for (unsigned four = 0; four < 2; ++four) {
        x[4 * four] = _mm256_shuffle_ps(t[4 * four], t[4 * four + 2], 0x44);
        x[4 * four + 1] = _mm256_shuffle_ps(t[4 * four], t[4 * four + 2], 0xEE);
        x[4 * four + 2] = _mm256_shuffle_ps(t[4 * four + 1], t[4 * four + 3], 0x44);
        x[4 * four + 3] = _mm256_shuffle_ps(t[4 * four + 1], t[4 * four + 3], 0xEE);
    }
    for (unsigned dim = 0; dim < 4; ++dim) {
        t[dim] = _mm256_permute2f128_ps(x[dim], x[dim + 4], 0x20);
        t[dim + 4] = _mm256_permute2f128_ps(x[dim], x[dim + 4], 0x31);
    }
    for (unsigned dim = 0; dim < 8; ++dim) x[dim] = t[dim];
}

/// keys [64][headDim] halves -> turned [headDim][64] floats; keys from `count` on are not read and become zero.
void turnKeys(const Half* keys, std::size_t headDim, std::size_t count, float* turned) {
    for (std::size_t first = 0; first < kKeys; first += kLanes) {
        for (std::size_t dim = 0; dim < headDim; dim += kLanes) {
            __m256 block[kLanes];
            for (std::size_t key = 0; key < kLanes; ++key)
                block[key] = first + key < count ? loadHalves(keys + (first + key) * headDim + dim, headDim - dim)
                                                 : _mm256_setzero_ps();
            transpose(block);
            const std::size_t dims = headDim - dim < kLanes ? headDim - dim : kLanes;
            for (std::size_t index = 0; index < dims; ++index)
                _mm256_storeu_ps(turned + (dim + index) * kKeys + first, block[index]);
        }
    }
}

template <unsigned Rows>
void scoreTile(const Row* rows, const float* turned, std::size_t headDim, float (*scores)[kKeys]) {
    for (std::size_t first = 0; first < kKeys; first += 2 * kLanes) {
        __m256 sums[Rows][2];
        unrolled<Rows>([&](auto row) STRATA_INLINE_LAMBDA { sums[row][0] = sums[row][1] = _mm256_setzero_ps(); });
        for (std::size_t dim = 0; dim < headDim; ++dim) {
            const __m256 low = _mm256_loadu_ps(turned + dim * kKeys + first);
            const __m256 high = _mm256_loadu_ps(turned + dim * kKeys + first + kLanes);
            unrolled<Rows>([&](auto row) STRATA_INLINE_LAMBDA {
                const __m256 query = _mm256_set1_ps(rows[row].query[dim]);
                sums[row][0] = _mm256_fmadd_ps(query, low, sums[row][0]);
                sums[row][1] = _mm256_fmadd_ps(query, high, sums[row][1]);
            });
        }
        unrolled<Rows>([&](auto row) STRATA_INLINE_LAMBDA {
            _mm256_store_ps(scores[row] + first, sums[row][0]);
            _mm256_store_ps(scores[row] + first + kLanes, sums[row][1]);
        });
    }
}

/// softcap * tanh(x / softcap), tanh(z) = 1 - 2 / (exp(2 z) + 1); absolute error below 3e-7 * softcap.
inline __m256 capped(__m256 x, float softcap) {
    const __m256 power = exponential(_mm256_mul_ps(x, _mm256_set1_ps(2.0F / softcap)));
    const __m256 one = _mm256_set1_ps(1.0F);
    const __m256 ratio = _mm256_div_ps(_mm256_set1_ps(2.0F), _mm256_add_ps(power, one));
    return _mm256_mul_ps(_mm256_sub_ps(one, ratio), _mm256_set1_ps(softcap));
}

/// All bits set in lanes whose key, `first` + lane, lies in the range.
inline __m256 seen(KeyRange range, std::size_t first) {
    const __m256i key =
        _mm256_add_epi32(_mm256_set1_epi32(static_cast<int>(first)), _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7));
    const __m256i from = _mm256_cmpgt_epi32(key, _mm256_set1_epi32(static_cast<int>(range.begin) - 1));
    const __m256i to = _mm256_cmpgt_epi32(_mm256_set1_epi32(static_cast<int>(range.end)), key);
    return _mm256_castsi256_ps(_mm256_and_si256(from, to));
}

/// Turns the raw products of one row into weights in place, and brings the row's running state to this page's maximum.
void softmaxStep(const AttentionJob& job, const Row& row, KeyRange range, std::size_t headDim, float* scores) {
    const __m256 minusInfinity = _mm256_set1_ps(-__builtin_inff());
    __m256 values[kKeyVectors];
    __m256 most = minusInfinity;
    for (std::size_t vector = 0; vector < kKeyVectors; ++vector) {
        values[vector] = _mm256_mul_ps(_mm256_load_ps(scores + kLanes * vector), _mm256_set1_ps(job.scale));
        if (job.softcap > 0) values[vector] = capped(values[vector], job.softcap);
        values[vector] = _mm256_blendv_ps(minusInfinity, values[vector], seen(range, kLanes * vector));
        most = _mm256_max_ps(most, values[vector]);
    }
    const float pageLargest = largestLane(most);
    const float largest = pageLargest > *row.largest ? pageLargest : *row.largest;
    __m256 added = _mm256_setzero_ps();
    for (std::size_t vector = 0; vector < kKeyVectors; ++vector) {
        const __m256 power = exponential(_mm256_sub_ps(values[vector], _mm256_set1_ps(largest)));
        const __m256 weights = _mm256_and_ps(power, seen(range, kLanes * vector));
        _mm256_store_ps(scores + kLanes * vector, weights);
        added = _mm256_add_ps(added, weights);
    }
    const __m256 shrink = exponential(_mm256_set1_ps(*row.largest - largest));
    _mm256_storeu_ps(row.sums, _mm256_fmadd_ps(_mm256_loadu_ps(row.sums), shrink, added));
    for (std::size_t dim = 0; dim < headDim; dim += kLanes)  // the row is padded to 16
        _mm256_storeu_ps(row.values + dim, _mm256_mul_ps(_mm256_loadu_ps(row.values + dim), shrink));
    *row.largest = largest;
}

/// values[dim] += weight * v[key][dim] for 16 dims, or for the last `left` < 16; keys in rising order.
template <unsigned Rows, bool Whole>
void valueTile(const Row* rows, const Half* v, std::size_t headDim, std::size_t dim, std::size_t left, KeyRange range,
               const float (*weights)[kKeys]) {
    __m256 sums[Rows][2];
    unrolled<Rows>([&](auto row) STRATA_INLINE_LAMBDA {
        sums[row][0] = _mm256_loadu_ps(rows[row].values + dim);
        sums[row][1] = _mm256_loadu_ps(rows[row].values + dim + kLanes);
    });
    for (std::size_t key = range.begin; key < range.end; ++key) {
        const Half* at = v + key * headDim + dim;
        const __m256 low = loadHalves(at, Whole ? kLanes : left);
        const __m256 high = Whole           ? loadHalves(at + kLanes, kLanes)
                            : left > kLanes ? loadHalves(at + kLanes, left - kLanes)
                                            : _mm256_setzero_ps();
        unrolled<Rows>([&](auto row) STRATA_INLINE_LAMBDA {
            const __m256 weight = _mm256_set1_ps(weights[row][key]);
            sums[row][0] = _mm256_fmadd_ps(weight, low, sums[row][0]);
            sums[row][1] = _mm256_fmadd_ps(weight, high, sums[row][1]);
        });
    }
    unrolled<Rows>([&](auto row) STRATA_INLINE_LAMBDA {
        _mm256_storeu_ps(rows[row].values + dim, sums[row][0]);
        _mm256_storeu_ps(rows[row].values + dim + kLanes, sums[row][1]);
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
    const __m256 inverse = _mm256_set1_ps(1.0F / sumOfLanes(_mm256_loadu_ps(row.sums)));
    for (std::size_t dim = 0; dim < headDim; dim += kLanes)
        store(out + dim, headDim - dim, _mm256_mul_ps(_mm256_loadu_ps(row.values + dim), inverse));
}

}  // namespace

#include "core/kernels/shared/attention_walk.inc"

}  // namespace strata::avx2
