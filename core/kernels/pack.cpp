#include "core/kernels/pack.h"

#include <algorithm>
#include <bit>
#include <cstring>

namespace strata {
namespace {

static_assert(std::endian::native == std::endian::little, "R32C32 is defined, and packed here, in little-endian words");

constexpr std::size_t kQuads = kColumnBlock / 4;
constexpr std::uint32_t kLowBits = 0x01010101U;

/// Four neighbouring columns to a u32: bit b of its bytes, moved to bit k, is their place in plane word bit k.
struct Quads {
    std::uint32_t quad[kQuads] = {};
};

std::uint32_t planeWord(const Quads& codes, unsigned bit) {
    std::uint32_t word = 0;
    for (unsigned k = 0; k < kQuads; ++k) word |= ((codes.quad[k] >> bit) & kLowBits) << k;
    return word;
}

std::size_t blockOffsetBytes(std::size_t columns, std::size_t row, std::size_t columnBlock) {
    return bitPlace(columns, row, columnBlock * kColumnBlock).word * sizeof(std::uint32_t);
}

}  // namespace

void packPlanes(const std::uint8_t* codes, std::size_t rows, std::size_t columns, std::span<std::byte* const> planes) {
    for (std::size_t row = 0; row < paddedRows(rows); ++row) {
        for (std::size_t start = 0; start < columns; start += kColumnBlock) {
            Quads quads;
            if (row < rows)
                std::memcpy(quads.quad, codes + row * columns + start, std::min(kColumnBlock, columns - start));
            const std::size_t offset = blockOffsetBytes(columns, row, start / kColumnBlock);
            for (std::size_t plane = 0; plane < planes.size(); ++plane) {
                const std::uint32_t word = planeWord(quads, static_cast<unsigned>(planes.size() - 1 - plane));
                std::memcpy(planes[plane] + offset, &word, sizeof word);
            }
        }
    }
}

void unpackPlanes(std::span<const std::byte* const> planes, std::size_t rows, std::size_t columns,
                  std::uint8_t* codes) {
    for (std::size_t row = 0; row < rows; ++row) {
        for (std::size_t start = 0; start < columns; start += kColumnBlock) {
            Quads quads;
            const std::size_t offset = blockOffsetBytes(columns, row, start / kColumnBlock);
            for (const std::byte* plane : planes) {
                std::uint32_t word = 0;
                std::memcpy(&word, plane + offset, sizeof word);
                for (unsigned k = 0; k < kQuads; ++k) quads.quad[k] = quads.quad[k] << 1U | ((word >> k) & kLowBits);
            }
            std::memcpy(codes + row * columns + start, quads.quad, std::min(kColumnBlock, columns - start));
        }
    }
}

}  // namespace strata
