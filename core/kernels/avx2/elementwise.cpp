// Norm, rotary embedding, activations and conversions, AVX2.
#include "core/kernels/avx2/common.inc"
#include "core/kernels/operators.h"

namespace strata::avx2 {
namespace {

/// x / (1 + exp(-t)): the logistic function of t, times x.
inline __m256 timesLogistic(__m256 x, __m256 t) {
    const __m256 negated = _mm256_sub_ps(_mm256_setzero_ps(), t);
    return _mm256_div_ps(x, _mm256_add_ps(_mm256_set1_ps(1.0F), exponential(negated)));
}

}  // namespace

#include "core/kernels/shared/elementwise.inc"

void rmsNorm(const float* x, const float* weight, float epsilon, float* y, std::size_t n) {
    __m256 squares[2] = {_mm256_setzero_ps(), _mm256_setzero_ps()};
    for (std::size_t index = 0; index < n; index += kLanes) {
        const __m256 value = load(x + index, n - index);
        __m256& sum = squares[index / kLanes % 2];
        sum = _mm256_fmadd_ps(value, value, sum);
    }
    const float mean = sumOfLanes(_mm256_add_ps(squares[0], squares[1])) / static_cast<float>(n);
    const __m256 inverse = _mm256_set1_ps(1.0F / __builtin_sqrtf(mean + epsilon));
    for (std::size_t index = 0; index < n; index += kLanes) {
        const __m256 normal = _mm256_mul_ps(load(x + index, n - index), inverse);
        store(y + index, n - index, _mm256_mul_ps(normal, load(weight + index, n - index)));
    }
}

void siluMultiply(const float* gate, const float* up, float* out, std::size_t n) {
    for (std::size_t index = 0; index < n; index += kLanes) {
        const __m256 g = load(gate + index, n - index);
        store(out + index, n - index, _mm256_mul_ps(timesLogistic(g, g), load(up + index, n - index)));
    }
}

/// 0.5 x (1 + tanh(z)) = x logistic(2 z), z = sqrt(2 / pi) (x + 0.044715 x^3).
void geluMultiply(const float* gate, const float* up, float* out, std::size_t n) {
    for (std::size_t index = 0; index < n; index += kLanes) {
        const __m256 g = load(gate + index, n - index);
        const __m256 cubic = _mm256_fmadd_ps(_mm256_mul_ps(g, g), _mm256_set1_ps(0.044715F), _mm256_set1_ps(1.0F));
        const __m256 twice = _mm256_mul_ps(_mm256_mul_ps(g, cubic), _mm256_set1_ps(1.59576912F));
        store(out + index, n - index, _mm256_mul_ps(timesLogistic(g, twice), load(up + index, n - index)));
    }
}

void toHalf(const float* x, Half* out, std::size_t n) {
    for (std::size_t index = 0; index < n; index += kLanes) {
        const std::size_t left = n - index < kLanes ? n - index : kLanes;
        const __m128i half = _mm256_cvtps_ph(load(x + index, left), _MM_FROUND_TO_NEAREST_INT);
        __builtin_memcpy(out + index, &half, left * sizeof(Half));
    }
}

double logSumExp(const float* x, std::size_t n) {
    __m256 most = _mm256_set1_ps(x[0]);
    for (std::size_t index = 0; index < n; index += kLanes) {
        const std::size_t left = n - index;
        const __m256 value = _mm256_blendv_ps(most, load(x + index, left), _mm256_castsi256_ps(lanes(left)));
        most = _mm256_max_ps(most, value);
    }
    const float largest = largestLane(most);
    __m256d sum = _mm256_setzero_pd();
    for (std::size_t index = 0; index < n; index += kLanes) {
        const __m256 shifted = _mm256_sub_ps(load(x + index, n - index), _mm256_set1_ps(largest));
        const __m256 terms = _mm256_and_ps(_mm256_castsi256_ps(lanes(n - index)), exponential(shifted));
        sum = _mm256_add_pd(sum, _mm256_cvtps_pd(_mm256_castps256_ps128(terms)));
        sum = _mm256_add_pd(sum, _mm256_cvtps_pd(_mm256_extractf128_ps(terms, 1)));
    }
    alignas(32) double parts[4];
    _mm256_store_pd(parts, sum);
    return static_cast<double>(largest) + __builtin_log(parts[0] + parts[1] + parts[2] + parts[3]);
}

float dot(const float* a, const float* b, std::size_t n) {
    __m256 sums[2] = {_mm256_setzero_ps(), _mm256_setzero_ps()};
    for (std::size_t index = 0; index < n; index += kLanes) {
        __m256& sum = sums[index / kLanes % 2];
        sum = _mm256_add_ps(sum, _mm256_mul_ps(load(a + index, n - index), load(b + index, n - index)));
    }
    return sumOfLanes(_mm256_add_ps(sums[0], sums[1]));
}

}  // namespace strata::avx2
