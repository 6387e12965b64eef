// 16-bit floating point: IEEE binary16 and bfloat16, by bits. Round to nearest even.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace strata {

enum class Half : std::uint16_t {};      ///< IEEE binary16
enum class BFloat16 : std::uint16_t {};  ///< upper half of a float

[[nodiscard]] float toFloat(Half value) noexcept;
[[nodiscard]] float toFloat(BFloat16 value) noexcept;
/// Overflow becomes infinity, NaN stays NaN.
[[nodiscard]] Half toHalf(float value) noexcept;

}  // namespace strata
