// Rotation and activation quantization, AVX-512. The butterflies of the reference in its order, hence its bits.
#include "core/kernels/operators.h"

#include <immintrin.h>

namespace strata::avx512 {
namespace {

constexpr std::size_t kLanes = 16;

/// a + b in the lower lane of each pair, a - b in the upper, in one rounding: a product with 1 or -1 is exact.
inline __m512 butterfly(__m512 x, __m512 swapped, __mmask16 upper) {
    const __m512 sign = _mm512_mask_blend_ps(upper, _mm512_set1_ps(1.0F), _mm512_set1_ps(-1.0F));
    return _mm512_fmadd_ps(x, sign, swapped);
}

inline __m512 hadamard16(__m512 x) {
    x = butterfly(x, _mm512_permute_ps(x, 0xB1), 0xAAAA);
    x = butterfly(x, _mm512_permute_ps(x, 0x4E), 0xCCCC);
    x = butterfly(x, _mm512_shuffle_f32x4(x, x, 0xB1), 0xF0F0);
    return butterfly(x, _mm512_shuffle_f32x4(x, x, 0x4E), 0xFF00);
}

void hadamard(float* x, std::size_t size, float scale) {
    for (std::size_t column = 0; column < size; column += kLanes)
        _mm512_storeu_ps(x + column, hadamard16(_mm512_loadu_ps(x + column)));
    for (std::size_t distance = kLanes; distance < size; distance *= 2) {
        for (std::size_t start = 0; start < size; start += 2 * distance) {
            for (std::size_t first = start; first < start + distance; first += kLanes) {
                const __m512 a = _mm512_loadu_ps(x + first);
                const __m512 b = _mm512_loadu_ps(x + first + distance);
                _mm512_storeu_ps(x + first, _mm512_add_ps(a, b));
                _mm512_storeu_ps(x + first + distance, _mm512_sub_ps(a, b));
            }
        }
    }
    for (std::size_t column = 0; column < size; column += kLanes)
        _mm512_storeu_ps(x + column, _mm512_mul_ps(_mm512_loadu_ps(x + column), _mm512_set1_ps(scale)));
}

/// What rounding left, in units of 1 / 256.
inline __m512i fineRest(__m512 value, __m512i rounded) {
    const __m512 rest = _mm512_mul_ps(_mm512_sub_ps(value, _mm512_cvtepi32_ps(rounded)), _mm512_set1_ps(256.0F));
    const __m512i fine = _mm512_cvtps_epi32(rest);
    return _mm512_max_epi32(_mm512_min_epi32(fine, _mm512_set1_epi32(127)), _mm512_set1_epi32(-127));
}

inline __mmask16 lanes(std::size_t left) {
    return left >= kLanes ? __mmask16{0xFFFF} : static_cast<__mmask16>((1U << left) - 1);
}

}  // namespace

#include "core/kernels/shared/rotate.inc"

void rotateQuantize(const Rotation& rotation, float* x, const QuantizedRow& out) {
    rotate(rotation, x);
    const std::size_t size = rotation.size();
    __m512 most = _mm512_setzero_ps();
    for (std::size_t column = 0; column < size; column += kLanes)
        most = _mm512_max_ps(_mm512_abs_ps(_mm512_maskz_loadu_ps(lanes(size - column), x + column)), most);
    const float largest = _mm512_reduce_max_ps(most);
    const bool usable = largest > 1e-30F && largest < 1e30F;
    const __m512 inverse = _mm512_set1_ps(usable ? 127.0F / largest : 0.0F);
    __m512i total = _mm512_setzero_si512();
    __m512i fineTotal = _mm512_setzero_si512();
    for (std::size_t column = 0; column < out.stride; column += kLanes) {
        const std::size_t left = usable && column < size ? size - column : 0;
        const __m512 value = _mm512_mul_ps(_mm512_maskz_loadu_ps(lanes(left), x + column), inverse);
        const __m512i rounded = _mm512_cvtps_epi32(value);
        total = _mm512_add_epi32(total, rounded);
        _mm_storeu_si128(reinterpret_cast<__m128i*>(out.values + column), _mm512_cvtepi32_epi8(rounded));
        if (out.fine == nullptr) continue;
        const __m512i fine = fineRest(value, rounded);
        fineTotal = _mm512_add_epi32(fineTotal, fine);
        _mm_storeu_si128(reinterpret_cast<__m128i*>(out.fine + column), _mm512_cvtepi32_epi8(fine));
    }
    *out.scale = usable ? largest / 127.0F : 0.0F;
    *out.sum = _mm512_reduce_add_epi32(total);
    if (out.fine != nullptr) *out.fineSum = _mm512_reduce_add_epi32(fineTotal);
}

}  // namespace strata::avx512
