// Q4_0, Q4_1, Q5_0, Q5_1, Q8_0: blocks of 32. Nibble j of the 16 bytes is element j (low half) and 16 + j (high half).
#include "core/io/dequantize_blocks.h"

namespace strata::blocks {

namespace {

constexpr int kHalfBlock = 16;

/// Five-bit codes: four bits from the nibbles, the fifth from a 32-bit mask.
struct FiveBits {
    const std::uint8_t* nibbles;
    std::uint32_t high;
    [[nodiscard]] int low(int index) const noexcept {
        return (nibbles[index] & 0x0F) | static_cast<int>(((high >> index) & 1u) << 4);
    }
    [[nodiscard]] int upper(int index) const noexcept {
        return (nibbles[index] >> 4) | static_cast<int>(((high >> (index + kHalfBlock)) & 1u) << 4);
    }
};

FiveBits loadFiveBits(const std::uint8_t* mask) noexcept {
    std::uint32_t high;
    std::memcpy(&high, mask, sizeof high);
    return {mask + sizeof high, high};
}

}  // namespace

void expandQ4_0(const std::uint8_t* from, std::size_t count, float* into) {
    for (std::size_t block = 0; block < count; ++block, from += 18, into += 32) {
        const float scale = loadHalf(from);
        for (int index = 0; index < kHalfBlock; ++index) {
            into[index] = scale * static_cast<float>((from[2 + index] & 0x0F) - 8);
            into[index + kHalfBlock] = scale * static_cast<float>((from[2 + index] >> 4) - 8);
        }
    }
}

void expandQ4_1(const std::uint8_t* from, std::size_t count, float* into) {
    for (std::size_t block = 0; block < count; ++block, from += 20, into += 32) {
        const float scale = loadHalf(from);
        const float minimum = loadHalf(from + 2);
        for (int index = 0; index < kHalfBlock; ++index) {
            into[index] = scale * static_cast<float>(from[4 + index] & 0x0F) + minimum;
            into[index + kHalfBlock] = scale * static_cast<float>(from[4 + index] >> 4) + minimum;
        }
    }
}

void expandQ5_0(const std::uint8_t* from, std::size_t count, float* into) {
    for (std::size_t block = 0; block < count; ++block, from += 22, into += 32) {
        const float scale = loadHalf(from);
        const FiveBits codes = loadFiveBits(from + 2);
        for (int index = 0; index < kHalfBlock; ++index) {
            into[index] = scale * static_cast<float>(codes.low(index) - 16);
            into[index + kHalfBlock] = scale * static_cast<float>(codes.upper(index) - 16);
        }
    }
}

void expandQ5_1(const std::uint8_t* from, std::size_t count, float* into) {
    for (std::size_t block = 0; block < count; ++block, from += 24, into += 32) {
        const float scale = loadHalf(from);
        const float minimum = loadHalf(from + 2);
        const FiveBits codes = loadFiveBits(from + 4);
        for (int index = 0; index < kHalfBlock; ++index) {
            into[index] = scale * static_cast<float>(codes.low(index)) + minimum;
            into[index + kHalfBlock] = scale * static_cast<float>(codes.upper(index)) + minimum;
        }
    }
}

void expandQ8_0(const std::uint8_t* from, std::size_t count, float* into) {
    for (std::size_t block = 0; block < count; ++block, from += 34, into += 32) {
        const float scale = loadHalf(from);
        for (int index = 0; index < 32; ++index)
            into[index] = scale * static_cast<float>(static_cast<std::int8_t>(from[2 + index]));
    }
}

}  // namespace strata::blocks
