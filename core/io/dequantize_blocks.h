// Private to core/io: expansion of whole blocks to float32, one function per type. Pure and re-entrant.
// The order of operations is that of the Python package `gguf`, so that values agree bit for bit.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>

namespace strata::blocks {

/// Reads `count` blocks from `from` (no alignment needed) and writes count * (elements per block) floats.
using Expand = void (*)(const std::uint8_t* from, std::size_t count, float* into);

// Plain floating point; a "block" is one element.
void expandF32(const std::uint8_t* from, std::size_t count, float* into);
void expandF16(const std::uint8_t* from, std::size_t count, float* into);
void expandBf16(const std::uint8_t* from, std::size_t count, float* into);
void expandF64(const std::uint8_t* from, std::size_t count, float* into);

// 32 elements with one scale, and a minimum in the _1 types.
void expandQ4_0(const std::uint8_t* from, std::size_t count, float* into);
void expandQ4_1(const std::uint8_t* from, std::size_t count, float* into);
void expandQ5_0(const std::uint8_t* from, std::size_t count, float* into);
void expandQ5_1(const std::uint8_t* from, std::size_t count, float* into);
void expandQ8_0(const std::uint8_t* from, std::size_t count, float* into);

// 256 elements in groups of 16 or 32 with quantized scales.
void expandQ2_K(const std::uint8_t* from, std::size_t count, float* into);
void expandQ3_K(const std::uint8_t* from, std::size_t count, float* into);
void expandQ4_K(const std::uint8_t* from, std::size_t count, float* into);
void expandQ5_K(const std::uint8_t* from, std::size_t count, float* into);
void expandQ6_K(const std::uint8_t* from, std::size_t count, float* into);

// 4 bits that index a non-linear table.
void expandIQ4_NL(const std::uint8_t* from, std::size_t count, float* into);
void expandIQ4_XS(const std::uint8_t* from, std::size_t count, float* into);

// Ternary.
void expandTQ1_0(const std::uint8_t* from, std::size_t count, float* into);
void expandTQ2_0(const std::uint8_t* from, std::size_t count, float* into);

/// A 16-bit number at any address.
[[nodiscard]] inline std::uint16_t load16(const std::uint8_t* from) noexcept {
    std::uint16_t bits;
    std::memcpy(&bits, from, sizeof bits);
    return bits;
}

/// A binary16 number at any address, as float.
[[nodiscard]] float loadHalf(const std::uint8_t* from) noexcept;

}  // namespace strata::blocks
