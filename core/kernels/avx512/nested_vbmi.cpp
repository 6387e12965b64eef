// Products from nested planes, AVX-512 VNNI and VBMI.
#define STRATA_VBMI 1
#include "core/kernels/avx512/nested_product.inc"

namespace strata::avx512 {

void nestedProductVbmi(const NestedTile& tile, const QuantizedTokens& x, float* y, std::size_t yStride,
                       std::size_t begin, std::size_t end) {
    kProducts[tile.level - 1](tile, x, y, yStride, begin, end);
}

}  // namespace strata::avx512
