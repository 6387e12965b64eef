// Products from nested planes, NEON with dotprod and i8mm.
#define STRATA_I8MM 1
#include "core/kernels/neon/nested_product.inc"

namespace strata::neon {

void nestedProductI8mm(const NestedTile& tile, const QuantizedTokens& x, float* y, std::size_t yStride,
                       std::size_t begin, std::size_t end) {
    kProducts[tile.level - 1](tile, x, y, yStride, begin, end);
}

}  // namespace strata::neon
