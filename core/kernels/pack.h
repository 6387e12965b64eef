// Between codes, one byte per weight, and planes, one bit per weight in R32C32 (layout.h).
#pragma once

#include "core/kernels/layout.h"

#include <cstddef>
#include <cstdint>
#include <span>

namespace strata {

/// codes [rows][columns], unpadded, each below 2^planes.size(); planes[0] receives the most significant bit.
/// Every plane holds planeBytes(rows, columns); padding is written as zero. No alignment needed.
/// Cost: about planes.size() instructions per weight.
void packPlanes(const std::uint8_t* codes, std::size_t rows, std::size_t columns, std::span<std::byte* const> planes);

/// The inverse for the first planes.size() planes: codes of that many bits.
void unpackPlanes(std::span<const std::byte* const> planes, std::size_t rows, std::size_t columns, std::uint8_t* codes);

}  // namespace strata
