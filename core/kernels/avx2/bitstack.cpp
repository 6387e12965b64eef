// BitStack blocks, AVX2: the reference's integers and its order of float operations, 8 rows to a register.
#include "core/kernels/avx2/common.inc"
#include "core/kernels/operators.h"

namespace strata::avx2 {
namespace {

constexpr std::size_t kQuads = kColumnBlock / 4;
constexpr std::size_t kItemsTogether = 64;  ///< (token, rank) pairs whose partial sums, 8 KiB, stay in L1

inline __m256 scaled(const Half* v, const float* x, std::size_t left) {
    return left == 0 ? _mm256_setzero_ps() : _mm256_mul_ps(loadHalves(v, left), load(x, left));
}

inline void quantizeColumns(const __m256 (&products)[4], std::int8_t* values, float* scale, std::int32_t* negatedSum) {
    __m256 most = magnitude(products[0]);
    for (unsigned part = 1; part < 4; ++part) most = _mm256_max_ps(most, magnitude(products[part]));
    const float largest = largestLane(most);
    const bool usable = largest > 1e-30F && largest < 1e30F;
    const __m256 inverse = _mm256_set1_ps(usable ? 127.0F / largest : 0.0F);
    __m256i rounded[4];
    for (unsigned part = 0; part < 4; ++part)
        rounded[part] = usable ? _mm256_cvtps_epi32(_mm256_mul_ps(products[part], inverse)) : _mm256_setzero_si256();
    _mm_storeu_si128(reinterpret_cast<__m128i*>(values), toBytes(rounded[0], rounded[1]));
    _mm_storeu_si128(reinterpret_cast<__m128i*>(values + 16), toBytes(rounded[2], rounded[3]));
    *scale = usable ? largest / 127.0F : 0.0F;
    *negatedSum = -sumOfLanes(
        _mm256_add_epi32(_mm256_add_epi32(rounded[0], rounded[1]), _mm256_add_epi32(rounded[2], rounded[3])));
}

inline std::int32_t quadAt(const std::int8_t* values) {
    std::int32_t quad;
    __builtin_memcpy(&quad, values, sizeof quad);
    return quad;
}

/// partial[item][8 rows at `partial`] += one column block. 16-bit sums: 8 quads of at most 2 * 2 * 127.
inline void multiplyColumns(__m256i word, const std::int8_t* values, const std::int32_t* negatedSums,
                            const float* scales, std::size_t items, float* partial) {
    const __m256i two = _mm256_set1_epi8(2);
    __m256i signs[kQuads];
    signs[0] = _mm256_and_si256(_mm256_slli_epi32(word, 1), two);
    signs[1] = _mm256_and_si256(word, two);
    _Pragma("GCC unroll 6") for (unsigned quad = 2; quad < kQuads; ++quad) signs[quad] =
        _mm256_and_si256(_mm256_srli_epi32(word, static_cast<int>(quad) - 1), two);
    for (std::size_t item = 0; item < items; ++item, values += kColumnBlock, partial += kRowBlock) {
        __m256i pairs = _mm256_maddubs_epi16(signs[0], _mm256_set1_epi32(quadAt(values)));
        _Pragma("GCC unroll 7") for (unsigned quad = 1; quad < kQuads; ++quad) pairs =
            _mm256_add_epi16(pairs, _mm256_maddubs_epi16(signs[quad], _mm256_set1_epi32(quadAt(values + 4 * quad))));
        const __m256i sum =
            _mm256_add_epi32(_mm256_madd_epi16(pairs, _mm256_set1_epi16(1)), _mm256_set1_epi32(negatedSums[item]));
        const __m256 product = _mm256_mul_ps(_mm256_cvtepi32_ps(sum), _mm256_set1_ps(scales[item]));
        _mm256_store_ps(partial, _mm256_add_ps(_mm256_load_ps(partial), product));
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
            multiplyColumns(_mm256_loadu_si256(reinterpret_cast<const __m256i*>(words + row)),
                            s.values + record * kColumnBlock, s.negatedSums + record, s.scales + record, items,
                            partial[0] + row);
    }
}

/// total[token][32 rows] += u_k * partial, ranks in rising order. Items start at `firstItem` of the token group.
void addRanks(const BitstackTile& tile, const SignBlock& block, std::size_t rowBlock, std::size_t firstItem,
              std::size_t items, const float (*partial)[kRowBlock], float (*total)[kRowBlock]) {
    for (std::size_t item = 0; item < items; ++item) {
        const std::size_t token = (firstItem + item) / tile.rank;
        const Half* u = block.u + (firstItem + item) % tile.rank * paddedRows(tile.rows) + rowBlock * kRowBlock;
        for (std::size_t row = 0; row < kRowBlock; row += kLanes) {
            const __m256 product = _mm256_mul_ps(loadHalves(u + row, kLanes), _mm256_load_ps(partial[item] + row));
            _mm256_store_ps(total[token] + row, _mm256_add_ps(_mm256_load_ps(total[token] + row), product));
        }
    }
}

/// The first min(left, 32) of 32 rows.
void storeRows(const float* rows, std::size_t left, float* y) {
    for (std::size_t row = 0; row < kRowBlock && row < left; row += kLanes)
        store(y + row, left - row, _mm256_load_ps(rows + row));
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
            __m256 products[4];
            for (std::size_t part = 0; part < 4; ++part) {
                const std::size_t at = columnBlock * kColumnBlock + part * kLanes;
                products[part] = scaled(v + at, token + at, at < tile.columns ? tile.columns - at : 0);
            }
            const std::size_t record = (block * s.columnBlocks + columnBlock) * s.items + item;
            quantizeColumns(products, s.values + record * kColumnBlock, s.scales + record, s.negatedSums + record);
        }
    }
}

#include "core/kernels/shared/bitstack_product.inc"

}  // namespace strata::avx2
