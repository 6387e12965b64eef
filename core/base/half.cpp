#include "core/base/half.h"

#include <bit>

namespace strata {
namespace {

constexpr std::uint32_t kFloatInfinity = 0x7f800000;
constexpr std::uint32_t kHalfOverflow = 0x47800000;        // 2^16: everything from here on is infinite
constexpr std::uint32_t kHalfSmallestNormal = 0x38800000;  // 2^-14
constexpr std::uint32_t kExponentShift = (127 - 15) << 23;

}  // namespace

float toFloat(Half value) noexcept {
    const std::uint32_t bits = static_cast<std::uint16_t>(value);
    const std::uint32_t sign = (bits & 0x8000u) << 16;
    const std::uint32_t exponent = bits & 0x7c00u;
    const std::uint32_t mantissa = bits & 0x03ffu;
    if (exponent == 0x7c00u) return std::bit_cast<float>(sign | kFloatInfinity | mantissa << 13);
    if (exponent == 0) {
        const float magnitude = static_cast<float>(mantissa) * 0x1p-24f;
        return std::bit_cast<float>(sign | std::bit_cast<std::uint32_t>(magnitude));
    }
    return std::bit_cast<float>(sign | (((bits & 0x7fffu) << 13) + kExponentShift));
}

float toFloat(BFloat16 value) noexcept {
    return std::bit_cast<float>(std::uint32_t{static_cast<std::uint16_t>(value)} << 16);
}

Half toHalf(float value) noexcept {
    const auto bits = std::bit_cast<std::uint32_t>(value);
    const std::uint32_t sign = bits >> 16 & 0x8000u;
    const std::uint32_t magnitude = bits & 0x7fffffffu;
    const auto make = [sign](std::uint32_t half) { return static_cast<Half>(static_cast<std::uint16_t>(sign | half)); };
    if (magnitude > kFloatInfinity) return make(0x7e00u | (magnitude >> 13 & 0x03ffu));
    if (magnitude >= kHalfOverflow) return make(0x7c00u);
    if (magnitude < kHalfSmallestNormal) {
        // The last bit of a float in [0.5, 1) weighs 2^-24, as that of a subnormal half: the addition rounds.
        const float shifted = std::bit_cast<float>(magnitude) + 0.5f;
        return make(std::bit_cast<std::uint32_t>(shifted) - std::bit_cast<std::uint32_t>(0.5f));
    }
    const std::uint32_t lastBit = magnitude >> 13 & 1u;
    return make((magnitude - kExponentShift + 0x0fffu + lastBit) >> 13);
}

}  // namespace strata
