// Q2_K .. Q6_K: super-blocks of 256 elements in groups of 16 or 32, whose scales are themselves quantized.
#include "core/io/dequantize_blocks.h"

namespace strata::blocks {

namespace {

/// Scales and minimums of Q4_K and Q5_K, 6 bits each, in 12 bytes: the first four of each stand in the low six bits
/// of bytes 0-3 and 4-7; the last four have their low nibbles in bytes 8-11 and their top bits in the first eight.
struct ScalesAndMinimums {
    float scales[8];
    float minimums[8];
    ScalesAndMinimums(const std::uint8_t* packed, float scale, float minimum) noexcept {
        for (int group = 0; group < 4; ++group) {
            const std::uint8_t low = packed[group];
            const std::uint8_t mid = packed[4 + group];
            const std::uint8_t both = packed[8 + group];
            scales[group] = scale * static_cast<float>(low & 0x3F);
            minimums[group] = minimum * static_cast<float>(mid & 0x3F);
            scales[4 + group] = scale * static_cast<float>((both & 0x0F) | ((low >> 2) & 0x30));
            minimums[4 + group] = minimum * static_cast<float>((both >> 4) | ((mid >> 2) & 0x30));
        }
    }
};

/// The 16 six-bit scales of Q3_K: nibbles in bytes 0-7 (low nibbles first), top two bits in bytes 8-11.
int q3Scale(const std::uint8_t* packed, int group) noexcept {
    const int low = group < 8 ? packed[group] & 0x0F : packed[group - 8] >> 4;
    const int high = (packed[8 + group % 4] >> (2 * (group / 4))) & 3;
    return (low | (high << 4)) - 32;
}

}  // namespace

// [16 scale/minimum nibbles][64 bytes of 2-bit codes][half scale][half minimum]
void expandQ2_K(const std::uint8_t* from, std::size_t count, float* into) {
    for (std::size_t block = 0; block < count; ++block, from += 84) {
        const float scale = loadHalf(from + 80);
        const float minimum = loadHalf(from + 82);
        for (int group = 0; group < 16; ++group, into += 16) {
            const float groupScale = scale * static_cast<float>(from[group] & 0x0F);
            const float groupMinimum = minimum * static_cast<float>(from[group] >> 4);
            const std::uint8_t* codes = from + 16 + 32 * (group / 8) + 16 * (group % 2);
            const int shift = 2 * (group / 2 % 4);
            for (int index = 0; index < 16; ++index)
                into[index] = groupScale * static_cast<float>((codes[index] >> shift) & 3) - groupMinimum;
        }
    }
}

// [32 bytes of third bits][64 bytes of 2-bit codes][12 bytes of scales][half scale]
void expandQ3_K(const std::uint8_t* from, std::size_t count, float* into) {
    for (std::size_t block = 0; block < count; ++block, from += 110) {
        const float scale = loadHalf(from + 108);
        for (int group = 0; group < 16; ++group, into += 16) {
            const float groupScale = scale * static_cast<float>(q3Scale(from + 96, group));
            const std::uint8_t* third = from + 16 * (group % 2);
            const std::uint8_t* codes = from + 32 + 32 * (group / 8) + 16 * (group % 2);
            const int shift = 2 * (group / 2 % 4);
            const int bit = group / 2;
            for (int index = 0; index < 16; ++index) {
                const int offset = ((third[index] >> bit) & 1) ? 0 : 4;
                into[index] = groupScale * static_cast<float>(((codes[index] >> shift) & 3) - offset);
            }
        }
    }
}

// [half scale][half minimum][12 bytes of scales and minimums][128 bytes of nibbles]
void expandQ4_K(const std::uint8_t* from, std::size_t count, float* into) {
    for (std::size_t block = 0; block < count; ++block, from += 144) {
        const ScalesAndMinimums groups(from + 4, loadHalf(from), loadHalf(from + 2));
        for (int group = 0; group < 8; ++group, into += 32) {
            const std::uint8_t* codes = from + 16 + 32 * (group / 2);
            const int shift = 4 * (group % 2);
            for (int index = 0; index < 32; ++index)
                into[index] =
                    groups.scales[group] * static_cast<float>((codes[index] >> shift) & 0x0F) - groups.minimums[group];
        }
    }
}

// As Q4_K, with 32 bytes of fifth bits before the nibbles.
void expandQ5_K(const std::uint8_t* from, std::size_t count, float* into) {
    for (std::size_t block = 0; block < count; ++block, from += 176) {
        const ScalesAndMinimums groups(from + 4, loadHalf(from), loadHalf(from + 2));
        const std::uint8_t* fifth = from + 16;
        for (int group = 0; group < 8; ++group, into += 32) {
            const std::uint8_t* codes = from + 48 + 32 * (group / 2);
            const int shift = 4 * (group % 2);
            for (int index = 0; index < 32; ++index) {
                const int code = ((codes[index] >> shift) & 0x0F) | (((fifth[index] >> group) & 1) << 4);
                into[index] = groups.scales[group] * static_cast<float>(code) - groups.minimums[group];
            }
        }
    }
}

// [128 bytes of low nibbles][64 bytes of top two bits][16 int8 scales][half scale]
void expandQ6_K(const std::uint8_t* from, std::size_t count, float* into) {
    for (std::size_t block = 0; block < count; ++block, from += 210) {
        const float scale = loadHalf(from + 208);
        for (int group = 0; group < 16; ++group, into += 16) {
            const float groupScale = scale * static_cast<float>(static_cast<std::int8_t>(from[192 + group]));
            const int half = group / 8;         // of 128 elements
            const int quarter = group / 2 % 4;  // of 32 elements within it
            const std::uint8_t* low = from + 64 * half + 32 * (quarter % 2) + 16 * (group % 2);
            const std::uint8_t* high = from + 128 + 32 * half + 16 * (group % 2);
            for (int index = 0; index < 16; ++index) {
                const int code =
                    ((low[index] >> (4 * (quarter / 2))) & 0x0F) | (((high[index] >> (2 * quarter)) & 3) << 4);
                into[index] = groupScale * static_cast<float>(code - 32);
            }
        }
    }
}

}  // namespace strata::blocks
