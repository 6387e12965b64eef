#include "core/base/half.h"
#include "core/io/dequantize_blocks.h"

#include <bit>

namespace strata::blocks {

float loadHalf(const std::uint8_t* from) noexcept {
    return toFloat(static_cast<Half>(load16(from)));
}

void expandF32(const std::uint8_t* from, std::size_t count, float* into) {
    if (count > 0) std::memcpy(into, from, count * sizeof(float));
}

void expandF16(const std::uint8_t* from, std::size_t count, float* into) {
    for (std::size_t element = 0; element < count; ++element) into[element] = loadHalf(from + 2 * element);
}

void expandBf16(const std::uint8_t* from, std::size_t count, float* into) {
    for (std::size_t element = 0; element < count; ++element)
        into[element] = std::bit_cast<float>(std::uint32_t{load16(from + 2 * element)} << 16);
}

void expandF64(const std::uint8_t* from, std::size_t count, float* into) {
    for (std::size_t element = 0; element < count; ++element) {
        double value;
        std::memcpy(&value, from + sizeof value * element, sizeof value);
        into[element] = static_cast<float>(value);
    }
}

}  // namespace strata::blocks
