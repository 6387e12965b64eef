// R32C32: how one plane of bits of a matrix [out, in] stands in memory, in files and on devices.
//
//   [row block of 32][column block of 32][32 rows][u32]
//
// Byte j, bit k of a u32 is column 32 cb + 4 k + j of its row. A SIMD lane is one row, so a product needs no horizontal
// sums; (word >> k) & 0x01010101 puts four neighbouring columns into four bytes. Rows and columns are padded to 32.
#pragma once

#include <cstddef>
#include <cstdint>

namespace strata {

inline constexpr std::size_t kRowBlock = 32;
inline constexpr std::size_t kColumnBlock = 32;

[[nodiscard]] constexpr std::size_t padTo(std::size_t count, std::size_t multiple) noexcept {
    return (count + multiple - 1) / multiple * multiple;
}
[[nodiscard]] constexpr std::size_t paddedRows(std::size_t rows) noexcept {
    return padTo(rows, kRowBlock);
}
[[nodiscard]] constexpr std::size_t paddedColumns(std::size_t columns) noexcept {
    return padTo(columns, kColumnBlock);
}

/// Bytes of one plane of a [rows, columns] matrix.
[[nodiscard]] constexpr std::size_t planeBytes(std::size_t rows, std::size_t columns) noexcept {
    return paddedRows(rows) * paddedColumns(columns) / 8;
}

/// Index of the u32 that holds (row, column), and the bit within it.
struct BitPlace {
    std::size_t word;
    unsigned bit;
};
[[nodiscard]] constexpr BitPlace bitPlace(std::size_t columns, std::size_t row, std::size_t column) noexcept {
    const std::size_t columnBlocks = paddedColumns(columns) / kColumnBlock;
    const std::size_t word = ((row / kRowBlock) * columnBlocks + column / kColumnBlock) * kRowBlock + row % kRowBlock;
    const std::size_t within = column % kColumnBlock;
    return {word, static_cast<unsigned>((within % 4) * 8 + within / 4)};
}

}  // namespace strata
