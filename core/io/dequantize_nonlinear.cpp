// IQ4_NL and IQ4_XS (nibbles that index a table), TQ1_0 and TQ2_0 (ternary).
#include "core/io/dequantize_blocks.h"

namespace strata::blocks {

namespace {

// The 16 levels of the format, denser near zero.
constexpr float kLevels[16] = {-127, -104, -83, -65, -49, -35, -22, -10, 1, 13, 25, 38, 53, 69, 89, 113};

void expandNibbles(const std::uint8_t* nibbles, float scale, float* into) noexcept {
    for (int index = 0; index < 16; ++index) {
        into[index] = scale * kLevels[nibbles[index] & 0x0F];
        into[index + 16] = scale * kLevels[nibbles[index] >> 4];
    }
}

/// `bytes` bytes of base-3 digits, most significant first: digit n of all bytes, then digit n + 1. A byte is the
/// number scaled to 256ths, so multiplying by a power of 3 modulo 256 drops leading digits, and by 3 / 256 yields one.
float* expandTernary(const std::uint8_t* packed, int bytes, int digits, float scale, float* into) noexcept {
    int power = 1;
    for (int digit = 0; digit < digits; ++digit, power *= 3)
        for (int index = 0; index < bytes; ++index) {
            const int rest = (packed[index] * power) & 0xFF;
            *into++ = scale * static_cast<float>(((rest * 3) >> 8) - 1);
        }
    return into;
}

}  // namespace

// [half scale][16 bytes of nibbles]
void expandIQ4_NL(const std::uint8_t* from, std::size_t count, float* into) {
    for (std::size_t block = 0; block < count; ++block, from += 18, into += 32)
        expandNibbles(from + 2, loadHalf(from), into);
}

// [half scale][16 bits: top two bits of 8 scales][4 bytes: their low nibbles][128 bytes of nibbles]
void expandIQ4_XS(const std::uint8_t* from, std::size_t count, float* into) {
    for (std::size_t block = 0; block < count; ++block, from += 136) {
        const float scale = loadHalf(from);
        const int high = load16(from + 2);
        for (int group = 0; group < 8; ++group, into += 32) {
            const int low = (from[4 + group / 2] >> (4 * (group % 2))) & 0x0F;
            const int code = low | (((high >> (2 * group)) & 3) << 4);
            expandNibbles(from + 8 + 16 * group, scale * static_cast<float>(code - 32), into);
        }
    }
}

// [48 bytes of 5 digits, as 32 and 16][4 bytes of 4 digits][half scale]
void expandTQ1_0(const std::uint8_t* from, std::size_t count, float* into) {
    for (std::size_t block = 0; block < count; ++block, from += 54) {
        const float scale = loadHalf(from + 52);
        into = expandTernary(from, 32, 5, scale, into);
        into = expandTernary(from + 32, 16, 5, scale, into);
        into = expandTernary(from + 48, 4, 4, scale, into);
    }
}

// [64 bytes of 2-bit codes][half scale]
void expandTQ2_0(const std::uint8_t* from, std::size_t count, float* into) {
    for (std::size_t block = 0; block < count; ++block, from += 66) {
        const float scale = loadHalf(from + 64);
        for (int group = 0; group < 8; ++group, into += 32) {
            const std::uint8_t* codes = from + 32 * (group / 4);
            for (int index = 0; index < 32; ++index)
                into[index] = scale * static_cast<float>(((codes[index] >> (2 * (group % 4))) & 3) - 1);
        }
    }
}

}  // namespace strata::blocks
