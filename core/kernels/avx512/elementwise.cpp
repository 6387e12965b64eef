// Norm, rotary embedding, activations and conversions, AVX-512.
#include "core/kernels/avx512/exponential.inc"
#include "core/kernels/operators.h"

namespace strata::avx512 {
namespace {

constexpr std::size_t kLanes = 16;

inline __m512 load(const float* x, std::size_t index, std::size_t n) {
    return _mm512_maskz_loadu_ps(lanes(n - index), x + index);
}
inline void store(float* x, std::size_t index, std::size_t n, __m512 value) {
    _mm512_mask_storeu_ps(x + index, lanes(n - index), value);
}

/// x / (1 + exp(-t)): the logistic function of t, times x.
inline __m512 timesLogistic(__m512 x, __m512 t) {
    const __m512 negated = _mm512_sub_ps(_mm512_setzero_ps(), t);
    return _mm512_div_ps(x, _mm512_add_ps(_mm512_set1_ps(1.0F), exponential(negated)));
}

}  // namespace

#include "core/kernels/shared/elementwise.inc"

void rmsNorm(const float* x, const float* weight, float epsilon, float* y, std::size_t n) {
    __m512 squares[2] = {_mm512_setzero_ps(), _mm512_setzero_ps()};
    for (std::size_t index = 0; index < n; index += kLanes) {
        const __m512 value = load(x, index, n);
        __m512& sum = squares[index / kLanes % 2];
        sum = _mm512_fmadd_ps(value, value, sum);
    }
    const float mean = _mm512_reduce_add_ps(_mm512_add_ps(squares[0], squares[1])) / static_cast<float>(n);
    const __m512 inverse = _mm512_set1_ps(1.0F / __builtin_sqrtf(mean + epsilon));
    for (std::size_t index = 0; index < n; index += kLanes)
        store(y, index, n, _mm512_mul_ps(_mm512_mul_ps(load(x, index, n), inverse), load(weight, index, n)));
}

void siluMultiply(const float* gate, const float* up, float* out, std::size_t n) {
    for (std::size_t index = 0; index < n; index += kLanes) {
        const __m512 g = load(gate, index, n);
        store(out, index, n, _mm512_mul_ps(timesLogistic(g, g), load(up, index, n)));
    }
}

/// 0.5 x (1 + tanh(z)) = x logistic(2 z), z = sqrt(2 / pi) (x + 0.044715 x^3).
void geluMultiply(const float* gate, const float* up, float* out, std::size_t n) {
    for (std::size_t index = 0; index < n; index += kLanes) {
        const __m512 g = load(gate, index, n);
        const __m512 cubic = _mm512_fmadd_ps(_mm512_mul_ps(g, g), _mm512_set1_ps(0.044715F), _mm512_set1_ps(1.0F));
        const __m512 twice = _mm512_mul_ps(_mm512_mul_ps(g, cubic), _mm512_set1_ps(1.59576912F));
        store(out, index, n, _mm512_mul_ps(timesLogistic(g, twice), load(up, index, n)));
    }
}

void toHalf(const float* x, Half* out, std::size_t n) {
    for (std::size_t index = 0; index < n; index += kLanes) {
        const __m256i half = _mm512_cvtps_ph(load(x, index, n), _MM_FROUND_TO_NEAREST_INT);
        _mm256_mask_storeu_epi16(out + index, lanes(n - index), half);
    }
}

double logSumExp(const float* x, std::size_t n) {
    __m512 most = _mm512_set1_ps(-__builtin_inff());
    for (std::size_t index = 0; index < n; index += kLanes)
        most = _mm512_max_ps(most, _mm512_mask_loadu_ps(most, lanes(n - index), x + index));
    const float largest = _mm512_reduce_max_ps(most);
    __m512d sum = _mm512_setzero_pd();
    for (std::size_t index = 0; index < n; index += kLanes) {
        const __m512 shifted = _mm512_sub_ps(load(x, index, n), _mm512_set1_ps(largest));
        const __m512 terms = _mm512_maskz_mov_ps(lanes(n - index), exponential(shifted));
        sum = _mm512_add_pd(sum, _mm512_cvtps_pd(_mm512_castps512_ps256(terms)));
        sum = _mm512_add_pd(sum, _mm512_cvtps_pd(_mm512_extractf32x8_ps(terms, 1)));
    }
    return static_cast<double>(largest) + __builtin_log(_mm512_reduce_add_pd(sum));
}

float dot(const float* a, const float* b, std::size_t n) {
    __m512 sums = _mm512_setzero_ps();
    for (std::size_t index = 0; index < n; index += kLanes)
        sums = _mm512_add_ps(sums, _mm512_mul_ps(load(a, index, n), load(b, index, n)));
    const __m256 eight = _mm256_add_ps(_mm512_castps512_ps256(sums), _mm512_extractf32x8_ps(sums, 1));
    const __m128 four = _mm_add_ps(_mm256_castps256_ps128(eight), _mm256_extractf128_ps(eight, 1));
    const __m128 two = _mm_add_ps(four, _mm_movehl_ps(four, four));
    return _mm_cvtss_f32(_mm_add_ss(two, _mm_movehdup_ps(two)));
}

}  // namespace strata::avx512
