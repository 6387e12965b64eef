// Causal attention over binary16 pages, AVX-512; the way through pages and rows is shared/attention_walk.inc.
#include "core/kernels/avx512/exponential.inc"
#include "core/kernels/operators.h"

namespace strata::avx512 {
namespace {

#include "core/kernels/shared/attention_rows.inc"
#include "core/kernels/shared/unrolled.inc"

constexpr unsigned kKeyVectors = kKeys / 16;

inline __m512 loadHalves(const Half* x, __mmask16 mask) {
    return _mm512_cvtph_ps(_mm256_maskz_loadu_epi16(mask, x));
}

/// 16 keys x 16 dims -> 16 dims x 16 keys.
inline void transpose(__m512 (&x)[16]) {
    __m512 t[16];
    for (unsigned pair = 0; pair < 8; ++pair) {
        t[2 * pair] = _mm512_unpacklo_ps(x[2 * pair], x[2 * pair + 1]);
        t[2 * pair + 1] = _mm512_unpackhi_ps(x[2 * pair], x[2 * pair + 1]);
    }
    const auto lowPair = [](__m512 a, __m512 b) {
        return _mm512_castpd_ps(_mm512_unpacklo_pd(_mm512_castps_pd(a), _mm512_castps_pd(b)));
    };
    const auto highPair = [](__m512 a, __m512 b) {
        return _mm512_castpd_ps(_mm512_unpackhi_pd(_mm512_castps_pd(a), _mm512_castps_pd(b)));
    };
    for (unsigned four = 0; four < 4; ++four) {
        x[4 * four] = lowPair(t[4 * four], t[4 * four + 2]);
        x[4 * four + 1] = highPair(t[4 * four], t[4 * four + 2]);
        x[4 * four + 2] = lowPair(t[4 * four + 1], t[4 * four + 3]);
        x[4 * four + 3] = highPair(t[4 * four + 1], t[4 * four + 3]);
    }
    for (unsigned dim = 0; dim < 4; ++dim) {
        t[dim] = _mm512_shuffle_f32x4(x[dim], x[dim + 4], 0x88);
        t[dim + 4] = _mm512_shuffle_f32x4(x[dim], x[dim + 4], 0xDD);
        t[dim + 8] = _mm512_shuffle_f32x4(x[dim + 8], x[dim + 12], 0x88);
        t[dim + 12] = _mm512_shuffle_f32x4(x[dim + 8], x[dim + 12], 0xDD);
    }
    for (unsigned dim = 0; dim < 8; ++dim) {
        x[dim] = _mm512_shuffle_f32x4(t[dim], t[dim + 8], 0x88);
        x[dim + 8] = _mm512_shuffle_f32x4(t[dim], t[dim + 8], 0xDD);
    }
}

/// keys [64][headDim] halves -> turned [headDim][64] floats; keys from `count` on are not read and become zero.
void turnKeys(const Half* keys, std::size_t headDim, std::size_t count, float* turned) {
    for (std::size_t first = 0; first < kKeys; first += 16) {
        for (std::size_t dim = 0; dim < headDim; dim += 16) {
            const __mmask16 mask = lanes(headDim - dim);
            __m512 block[16];
            for (std::size_t key = 0; key < 16; ++key)
                block[key] =
                    first + key < count ? loadHalves(keys + (first + key) * headDim + dim, mask) : _mm512_setzero_ps();
            transpose(block);
            const std::size_t dims = headDim - dim < 16 ? headDim - dim : 16;
            for (std::size_t index = 0; index < dims; ++index)
                _mm512_storeu_ps(turned + (dim + index) * kKeys + first, block[index]);
        }
    }
}

template <unsigned Rows>
void scoreTile(const Row* rows, const float* turned, std::size_t headDim, float (*scores)[kKeys]) {
    __m512 sums[Rows][kKeyVectors];
    unrolled<Rows>([&](auto row) STRATA_INLINE_LAMBDA {
        unrolled<kKeyVectors>([&](auto vector) STRATA_INLINE_LAMBDA { sums[row][vector] = _mm512_setzero_ps(); });
    });
    for (std::size_t dim = 0; dim < headDim; ++dim, turned += kKeys) {
        __m512 keys[kKeyVectors];
        unrolled<kKeyVectors>([&](auto vector)
                                  STRATA_INLINE_LAMBDA { keys[vector] = _mm512_loadu_ps(turned + 16 * vector); });
        unrolled<Rows>([&](auto row) STRATA_INLINE_LAMBDA {
            const __m512 query = _mm512_set1_ps(rows[row].query[dim]);
            unrolled<kKeyVectors>([&](auto vector) STRATA_INLINE_LAMBDA {
                sums[row][vector] = _mm512_fmadd_ps(query, keys[vector], sums[row][vector]);
            });
        });
    }
    unrolled<Rows>([&](auto row) STRATA_INLINE_LAMBDA {
        unrolled<kKeyVectors>(
            [&](auto vector) STRATA_INLINE_LAMBDA { _mm512_store_ps(scores[row] + 16 * vector, sums[row][vector]); });
    });
}

/// softcap * tanh(x / softcap), tanh(z) = 1 - 2 / (exp(2 z) + 1); absolute error below 3e-7 * softcap.
inline __m512 capped(__m512 x, float softcap) {
    const __m512 power = exponential(_mm512_mul_ps(x, _mm512_set1_ps(2.0F / softcap)));
    const __m512 one = _mm512_set1_ps(1.0F);
    const __m512 ratio = _mm512_div_ps(_mm512_set1_ps(2.0F), _mm512_add_ps(power, one));
    return _mm512_mul_ps(_mm512_sub_ps(one, ratio), _mm512_set1_ps(softcap));
}

/// Turns the raw products of one row into weights in place, and brings the row's running state to this page's maximum.
void softmaxStep(const AttentionJob& job, const Row& row, KeyRange range, std::size_t headDim, float* scores) {
    const std::uint64_t below = range.end == 64 ? ~std::uint64_t{0} : (std::uint64_t{1} << range.end) - 1;
    const std::uint64_t seen = below & ~((std::uint64_t{1} << range.begin) - 1);
    const __m512 minusInfinity = _mm512_set1_ps(-__builtin_inff());
    __m512 values[kKeyVectors];
    __m512 most = minusInfinity;
    for (unsigned vector = 0; vector < kKeyVectors; ++vector) {
        values[vector] = _mm512_mul_ps(_mm512_load_ps(scores + 16 * vector), _mm512_set1_ps(job.scale));
        if (job.softcap > 0) values[vector] = capped(values[vector], job.softcap);
        values[vector] =
            _mm512_mask_mov_ps(minusInfinity, static_cast<__mmask16>(seen >> (16 * vector)), values[vector]);
        most = _mm512_max_ps(most, values[vector]);
    }
    const float pageLargest = _mm512_reduce_max_ps(most);
    const float largest = pageLargest > *row.largest ? pageLargest : *row.largest;
    const __m512 shift = _mm512_set1_ps(largest);
    for (unsigned vector = 0; vector < kKeyVectors; ++vector) {
        const auto mask = static_cast<__mmask16>(seen >> (16 * vector));
        values[vector] = _mm512_maskz_mov_ps(mask, exponential(_mm512_sub_ps(values[vector], shift)));
        _mm512_store_ps(scores + 16 * vector, values[vector]);
    }
    const __m512 shrink = exponential(_mm512_set1_ps(*row.largest - largest));
    const __m512 added = _mm512_add_ps(_mm512_add_ps(values[0], values[1]), _mm512_add_ps(values[2], values[3]));
    _mm512_storeu_ps(row.sums, _mm512_fmadd_ps(_mm512_loadu_ps(row.sums), shrink, added));
    for (std::size_t dim = 0; dim < headDim; dim += 16)  // the row is padded to 16
        _mm512_storeu_ps(row.values + dim, _mm512_mul_ps(_mm512_loadu_ps(row.values + dim), shrink));
    *row.largest = largest;
}

/// values[dim] += weight * v[key][dim] for dims of `Vectors` registers, keys in rising order. `last` masks the last
/// one.
template <unsigned Rows, unsigned Vectors, bool Whole>
void valueTile(const Row* rows, const Half* v, std::size_t headDim, std::size_t dim, __mmask16 last, KeyRange range,
               const float (*weights)[kKeys]) {
    __m512 sums[Rows][Vectors];
    unrolled<Rows>([&](auto row) STRATA_INLINE_LAMBDA {
        unrolled<Vectors>([&](auto vector) STRATA_INLINE_LAMBDA {
            sums[row][vector] = _mm512_loadu_ps(rows[row].values + dim + 16 * vector);
        });
    });
    for (std::size_t key = range.begin; key < range.end; ++key) {
        const Half* at = v + key * headDim + dim;
        __m512 values[Vectors];
        unrolled<Vectors>([&](auto vector) STRATA_INLINE_LAMBDA {
            values[vector] =
                Whole ? _mm512_cvtph_ps(_mm256_loadu_si256(reinterpret_cast<const __m256i*>(at + 16 * vector)))
                      : loadHalves(at + 16 * vector, vector + 1 == Vectors ? last : __mmask16{0xFFFF});
        });
        unrolled<Rows>([&](auto row) STRATA_INLINE_LAMBDA {
            const __m512 weight = _mm512_set1_ps(weights[row][key]);
            unrolled<Vectors>([&](auto vector) STRATA_INLINE_LAMBDA {
                sums[row][vector] = _mm512_fmadd_ps(weight, values[vector], sums[row][vector]);
            });
        });
    }
    unrolled<Rows>([&](auto row) STRATA_INLINE_LAMBDA {
        unrolled<Vectors>([&](auto vector) STRATA_INLINE_LAMBDA {
            _mm512_storeu_ps(rows[row].values + dim + 16 * vector, sums[row][vector]);
        });
    });
}

template <unsigned Rows>
void addValues(const Row* rows, const Half* v, std::size_t headDim, KeyRange range, const float (*weights)[kKeys]) {
    if (range.begin >= range.end) return;
    std::size_t dim = 0;
    for (; dim + 64 <= headDim; dim += 64) valueTile<Rows, 4, true>(rows, v, headDim, dim, 0, range, weights);
    const std::size_t left = headDim - dim;
    const __mmask16 last = lanes(left % 16 == 0 ? 16 : left % 16);
    switch ((left + 15) / 16) {
        case 1:
            return valueTile<Rows, 1, false>(rows, v, headDim, dim, last, range, weights);
        case 2:
            return valueTile<Rows, 2, false>(rows, v, headDim, dim, last, range, weights);
        case 3:
            return valueTile<Rows, 3, false>(rows, v, headDim, dim, last, range, weights);
        case 4:
            return valueTile<Rows, 4, false>(rows, v, headDim, dim, last, range, weights);
        default:
            return;
    }
}

void finishRow(const Row& row, std::size_t headDim, float* out) {
    const __m512 inverse = _mm512_set1_ps(1.0F / _mm512_reduce_add_ps(_mm512_loadu_ps(row.sums)));
    for (std::size_t dim = 0; dim < headDim; dim += 16)
        _mm512_mask_storeu_ps(out + dim, lanes(headDim - dim),
                              _mm512_mul_ps(_mm512_loadu_ps(row.values + dim), inverse));
}

}  // namespace

#include "core/kernels/shared/attention_walk.inc"

}  // namespace strata::avx512
