// BitStack blocks, AVX-512 VNNI: the reference's integers and its order of float operations, 16 rows to a register.
#include "core/kernels/operators.h"

#include <immintrin.h>

namespace strata::avx512 {
namespace {

constexpr std::size_t kQuads = kColumnBlock / 4;
constexpr std::size_t kItemsTogether = 64;  ///< (token, rank) pairs whose partial sums, 8 KiB, stay in L1

inline __mmask16 lanes(std::size_t left) {
    return left >= 16 ? __mmask16{0xFFFF} : static_cast<__mmask16>((1U << left) - 1);
}

inline __m512 loadHalf(const Half* x) {
    return _mm512_cvtph_ps(_mm256_loadu_si256(reinterpret_cast<const __m256i*>(x)));
}

inline __m512 scaled(const Half* v, const float* x, std::size_t left) {
    const __mmask16 mask = lanes(left);
    return _mm512_maskz_mul_ps(mask, loadHalf(v), _mm512_maskz_loadu_ps(mask, x));
}

inline void quantizeColumns(__m512 first, __m512 second, std::int8_t* values, float* scale, std::int32_t* negatedSum) {
    const float largest = _mm512_reduce_max_ps(_mm512_max_ps(_mm512_abs_ps(first), _mm512_abs_ps(second)));
    const bool usable = largest > 1e-30F && largest < 1e30F;
    const __m512 inverse = _mm512_set1_ps(usable ? 127.0F / largest : 0.0F);
    const __mmask16 mask = usable ? __mmask16{0xFFFF} : __mmask16{0};
    const __m512i a = _mm512_maskz_cvtps_epi32(mask, _mm512_mul_ps(first, inverse));
    const __m512i b = _mm512_maskz_cvtps_epi32(mask, _mm512_mul_ps(second, inverse));
    _mm_storeu_si128(reinterpret_cast<__m128i*>(values), _mm512_cvtepi32_epi8(a));
    _mm_storeu_si128(reinterpret_cast<__m128i*>(values + 16), _mm512_cvtepi32_epi8(b));
    *scale = usable ? largest / 127.0F : 0.0F;
    *negatedSum = -_mm512_reduce_add_epi32(_mm512_add_epi32(a, b));
}

inline std::int32_t quadAt(const std::int8_t* values) {
    std::int32_t quad;
    __builtin_memcpy(&quad, values, sizeof quad);
    return quad;
}

/// Sign bits of 16 rows as u8 of 0 or 2, by quad.
inline void spreadSigns(const std::uint32_t* words, __m512i (&signs)[kQuads]) {
    const __m512i word = _mm512_loadu_si512(words);
    const __m512i two = _mm512_set1_epi8(2);
    signs[0] = _mm512_and_si512(_mm512_slli_epi32(word, 1), two);
    signs[1] = _mm512_and_si512(word, two);
    _Pragma("GCC unroll 6") for (unsigned quad = 2; quad < kQuads; ++quad) signs[quad] =
        _mm512_and_si512(_mm512_srli_epi32(word, quad - 1), two);
}

/// partial[item][32 rows] of one block over all its column blocks.
void multiplyItems(const std::uint32_t* words, const BitstackScratch& s, std::size_t block, std::size_t firstItem,
                   std::size_t items, float (*partial)[kRowBlock]) {
    for (std::size_t item = 0; item < items; ++item)
        for (std::size_t row = 0; row < kRowBlock; row += 16) _mm512_store_ps(partial[item] + row, _mm512_setzero_ps());
    for (std::size_t columnBlock = 0; columnBlock < s.columnBlocks; ++columnBlock, words += kRowBlock) {
        __m512i signs[2][kQuads];
        spreadSigns(words, signs[0]);
        spreadSigns(words + 16, signs[1]);
        const std::size_t record = (block * s.columnBlocks + columnBlock) * s.items + firstItem;
        for (std::size_t item = 0; item < items; ++item) {
            const std::int8_t* values = s.values + (record + item) * kColumnBlock;
            __m512i sums[2];
            sums[0] = sums[1] = _mm512_set1_epi32(s.negatedSums[record + item]);
            _Pragma("GCC unroll 8") for (unsigned quad = 0; quad < kQuads; ++quad) {
                const __m512i x = _mm512_set1_epi32(quadAt(values + 4 * quad));
                sums[0] = _mm512_dpbusd_epi32(sums[0], signs[0][quad], x);
                sums[1] = _mm512_dpbusd_epi32(sums[1], signs[1][quad], x);
            }
            const __m512 scale = _mm512_set1_ps(s.scales[record + item]);
            for (unsigned half = 0; half < 2; ++half) {
                float* at = partial[item] + 16 * half;
                _mm512_store_ps(
                    at, _mm512_add_ps(_mm512_load_ps(at), _mm512_mul_ps(_mm512_cvtepi32_ps(sums[half]), scale)));
            }
        }
    }
}

/// total[token][32 rows] += u_k * partial, ranks in rising order. Items start at `firstItem` of the token group.
void addRanks(const BitstackTile& tile, const SignBlock& block, std::size_t rowBlock, std::size_t firstItem,
              std::size_t items, const float (*partial)[kRowBlock], float (*total)[kRowBlock]) {
    for (std::size_t item = 0; item < items; ++item) {
        const std::size_t token = (firstItem + item) / tile.rank;
        const Half* u = block.u + (firstItem + item) % tile.rank * paddedRows(tile.rows) + rowBlock * kRowBlock;
        for (std::size_t row = 0; row < kRowBlock; row += 16) {
            const __m512 product = _mm512_mul_ps(loadHalf(u + row), _mm512_load_ps(partial[item] + row));
            _mm512_store_ps(total[token] + row, _mm512_add_ps(_mm512_load_ps(total[token] + row), product));
        }
    }
}

/// The first min(left, 32) of 32 rows.
void storeRows(const float* rows, std::size_t left, float* y) {
    for (std::size_t row = 0; row < kRowBlock && row < left; row += 16)
        _mm512_mask_storeu_ps(y + row, lanes(left - row), _mm512_load_ps(rows + row));
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
            const std::size_t at = columnBlock * kColumnBlock;
            const std::size_t left = tile.columns - at;
            const __m512 first = scaled(v + at, token + at, left);
            const __m512 second = scaled(v + at + 16, token + at + 16, left > 16 ? left - 16 : 0);
            const std::size_t record = (block * s.columnBlocks + columnBlock) * s.items + item;
            quantizeColumns(first, second, s.values + record * kColumnBlock, s.scales + record, s.negatedSums + record);
        }
    }
}

#include "core/kernels/shared/bitstack_product.inc"

}  // namespace strata::avx512
