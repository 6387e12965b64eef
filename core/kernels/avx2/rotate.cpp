// Rotation and activation quantization, AVX2. The butterflies of the reference in its order, hence its bits.
#include "core/kernels/avx2/common.inc"
#include "core/kernels/operators.h"

namespace strata::avx2 {
namespace {

/// a + b in the lower lane of each pair, a - b in the upper, in one rounding: a product with 1 or -1 is exact.
inline __m256 butterfly(__m256 x, __m256 swapped, __m256 sign) {
    return _mm256_fmadd_ps(x, sign, swapped);
}

inline __m256 hadamard8(__m256 x) {
    x = butterfly(x, _mm256_permute_ps(x, 0xB1), _mm256_setr_ps(1, -1, 1, -1, 1, -1, 1, -1));
    x = butterfly(x, _mm256_permute_ps(x, 0x4E), _mm256_setr_ps(1, 1, -1, -1, 1, 1, -1, -1));
    return butterfly(x, _mm256_permute2f128_ps(x, x, 1), _mm256_setr_ps(1, 1, 1, 1, -1, -1, -1, -1));
}

void hadamard(float* x, std::size_t size, float scale) {
    for (std::size_t column = 0; column < size; column += kLanes)
        _mm256_storeu_ps(x + column, hadamard8(_mm256_loadu_ps(x + column)));
    for (std::size_t distance = kLanes; distance < size; distance *= 2) {
        for (std::size_t start = 0; start < size; start += 2 * distance) {
            for (std::size_t first = start; first < start + distance; first += kLanes) {
                const __m256 a = _mm256_loadu_ps(x + first);
                const __m256 b = _mm256_loadu_ps(x + first + distance);
                _mm256_storeu_ps(x + first, _mm256_add_ps(a, b));
                _mm256_storeu_ps(x + first + distance, _mm256_sub_ps(a, b));
            }
        }
    }
    for (std::size_t column = 0; column < size; column += kLanes)
        _mm256_storeu_ps(x + column, _mm256_mul_ps(_mm256_loadu_ps(x + column), _mm256_set1_ps(scale)));
}

/// What rounding left, in units of 1 / 256.
inline __m256i fineRest(__m256 value, __m256i rounded) {
    const __m256 rest = _mm256_mul_ps(_mm256_sub_ps(value, _mm256_cvtepi32_ps(rounded)), _mm256_set1_ps(256.0F));
    const __m256i fine = _mm256_cvtps_epi32(rest);
    return _mm256_max_epi32(_mm256_min_epi32(fine, _mm256_set1_epi32(127)), _mm256_set1_epi32(-127));
}

}  // namespace

#include "core/kernels/shared/rotate.inc"

void rotateQuantize(const Rotation& rotation, float* x, const QuantizedRow& out) {
    rotate(rotation, x);
    const std::size_t size = rotation.size();
    __m256 most = _mm256_setzero_ps();
    for (std::size_t column = 0; column < size; column += kLanes)
        most = _mm256_max_ps(magnitude(load(x + column, size - column)), most);
    const float largest = largestLane(most);
    const bool usable = largest > 1e-30F && largest < 1e30F;
    const __m256 inverse = _mm256_set1_ps(usable ? 127.0F / largest : 0.0F);
    __m256i total = _mm256_setzero_si256();
    __m256i fineTotal = _mm256_setzero_si256();
    for (std::size_t column = 0; column < out.stride; column += 2 * kLanes) {
        __m256i rounded[2] = {_mm256_setzero_si256(), _mm256_setzero_si256()};
        __m256i fine[2] = {_mm256_setzero_si256(), _mm256_setzero_si256()};
        for (std::size_t part = 0; part < 2; ++part) {
            const std::size_t at = column + part * kLanes;
            if (!usable || at >= size) continue;
            const __m256 value = _mm256_mul_ps(load(x + at, size - at), inverse);
            rounded[part] = _mm256_cvtps_epi32(value);
            fine[part] = fineRest(value, rounded[part]);
            total = _mm256_add_epi32(total, rounded[part]);
            fineTotal = _mm256_add_epi32(fineTotal, fine[part]);
        }
        _mm_storeu_si128(reinterpret_cast<__m128i*>(out.values + column), toBytes(rounded[0], rounded[1]));
        if (out.fine != nullptr)
            _mm_storeu_si128(reinterpret_cast<__m128i*>(out.fine + column), toBytes(fine[0], fine[1]));
    }
    *out.scale = usable ? largest / 127.0F : 0.0F;
    *out.sum = sumOfLanes(total);
    if (out.fine != nullptr) *out.fineSum = sumOfLanes(fineTotal);
}

}  // namespace strata::avx2
