// Products from nested planes, AVX2 and AVX-VNNI.
#define STRATA_AVX_VNNI 1
#include "core/kernels/avx2/nested_product.inc"

namespace strata::avx2 {

void nestedProductVnni(const NestedTile& tile, const QuantizedTokens& x, float* y, std::size_t yStride,
                       std::size_t begin, std::size_t end) {
    kProducts[tile.level - 1](tile, x, y, yStride, begin, end);
}

}  // namespace strata::avx2
