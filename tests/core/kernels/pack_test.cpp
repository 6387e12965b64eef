#include "core/kernels/pack.h"

#include "core/base/random.h"

#include <cstring>
#include <vector>

#include <gtest/gtest.h>

namespace strata {
namespace {

struct Packed {
    std::vector<std::vector<std::byte>> planes;
    Packed(const std::vector<std::uint8_t>& codes, std::size_t rows, std::size_t columns, unsigned count)
        : planes(count, std::vector<std::byte>(planeBytes(rows, columns), std::byte{0xAA})) {
        std::vector<std::byte*> out;
        for (auto& plane : planes) out.push_back(plane.data());
        packPlanes(codes.data(), rows, columns, out);
    }
    [[nodiscard]] unsigned bit(unsigned plane, BitPlace place) const {
        std::uint32_t word = 0;
        std::memcpy(&word, planes[plane].data() + place.word * 4, 4);
        return (word >> place.bit) & 1U;
    }
};

std::vector<std::uint8_t> randomCodes(std::size_t count, unsigned bits) {
    Random random(count + bits);
    std::vector<std::uint8_t> codes(count);
    for (std::uint8_t& code : codes) code = static_cast<std::uint8_t>(random.next() >> (64 - bits));
    return codes;
}

TEST(PackPlanes, PutsEveryBitWhereTheLayoutSays) {
    constexpr std::size_t rows = 45;
    constexpr std::size_t columns = 70;
    const std::vector<std::uint8_t> codes = randomCodes(rows * columns, 5);
    const Packed packed(codes, rows, columns, 5);
    for (std::size_t row = 0; row < rows; ++row)
        for (std::size_t column = 0; column < columns; ++column)
            for (unsigned plane = 0; plane < 5; ++plane)
                ASSERT_EQ(packed.bit(plane, bitPlace(columns, row, column)),
                          (codes[row * columns + column] >> (4 - plane)) & 1U);
}

TEST(PackPlanes, WritesZeroPadding) {
    const Packed packed(std::vector<std::uint8_t>(33 * 40, 0xFF), 33, 40, 8);
    for (unsigned plane = 0; plane < 8; ++plane) {
        std::size_t ones = 0;
        for (const std::byte byte : packed.planes[plane])
            ones += static_cast<std::size_t>(__builtin_popcount(std::to_integer<unsigned>(byte)));
        EXPECT_EQ(ones, 33U * 40U);
    }
}

TEST(UnpackPlanes, GivesBackPrefixesOfTheCodes) {
    for (const std::size_t columns : {1U, 31U, 32U, 576U, 2080U}) {
        const std::vector<std::uint8_t> codes = randomCodes(37 * columns, 8);
        const Packed packed(codes, 37, columns, 8);
        for (unsigned planes = 1; planes <= 8; ++planes) {
            std::vector<const std::byte*> in;
            for (unsigned plane = 0; plane < planes; ++plane) in.push_back(packed.planes[plane].data());
            std::vector<std::uint8_t> back(codes.size() + 1, 0xEE);
            unpackPlanes(in, 37, columns, back.data());
            for (std::size_t at = 0; at < codes.size(); ++at) ASSERT_EQ(back[at], codes[at] >> (8 - planes));
            EXPECT_EQ(back.back(), 0xEE);
        }
    }
}

}  // namespace
}  // namespace strata
