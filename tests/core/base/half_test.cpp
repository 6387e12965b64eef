#include "core/base/half.h"

#include <bit>
#include <cmath>
#include <limits>

#include <gtest/gtest.h>

namespace strata {
namespace {

std::uint16_t bits(Half value) {
    return static_cast<std::uint16_t>(value);
}

/// The definition of binary16, by arithmetic instead of bits.
double halfByDefinition(std::uint16_t pattern) {
    const int exponent = pattern >> 10 & 31;
    const int mantissa = pattern & 1023;
    const double sign = pattern >> 15 != 0 ? -1 : 1;
    if (exponent == 31) return mantissa == 0 ? sign * HUGE_VAL : std::numeric_limits<double>::quiet_NaN();
    return sign * (exponent == 0 ? std::ldexp(mantissa, -24) : std::ldexp(1024 + mantissa, exponent - 25));
}

TEST(Half, EveryPatternConvertsByDefinitionAndBack) {
    for (unsigned pattern = 0; pattern < 65536; ++pattern) {
        const auto half = static_cast<Half>(pattern);
        const double expected = halfByDefinition(static_cast<std::uint16_t>(pattern));
        const float value = toFloat(half);
        if (std::isnan(expected)) {
            ASSERT_TRUE(std::isnan(value)) << pattern;
            ASSERT_EQ(bits(toHalf(value)), pattern | 0x0200u) << "NaN stays NaN, quiet, with its sign and payload";
            continue;
        }
        ASSERT_EQ(value, expected) << pattern;
        ASSERT_EQ(std::signbit(value), pattern >= 0x8000) << pattern;
        ASSERT_EQ(bits(toHalf(value)), pattern);
    }
}

TEST(Half, RoundsToTheNearestAndTiesToEven) {
    for (unsigned pattern = 0; pattern < 0x7c00; ++pattern) {
        const double low = halfByDefinition(static_cast<std::uint16_t>(pattern));
        const double high = pattern == 0x7bff ? 65536.0 : halfByDefinition(static_cast<std::uint16_t>(pattern + 1));
        const auto middle = static_cast<float>((low + high) / 2);  // exact: one bit more than a half has
        const unsigned even = pattern % 2 == 0 ? pattern : pattern + 1;
        ASSERT_EQ(bits(toHalf(middle)), even) << pattern;
        ASSERT_EQ(bits(toHalf(std::nextafter(middle, 0.0f))), pattern);
        ASSERT_EQ(bits(toHalf(std::nextafter(middle, 1e9f))), pattern + 1);
        ASSERT_EQ(bits(toHalf(-middle)), even | 0x8000u);
    }
}

TEST(Half, ExtremesOfFloat) {
    EXPECT_EQ(bits(toHalf(std::numeric_limits<float>::infinity())), 0x7c00);
    EXPECT_EQ(bits(toHalf(-std::numeric_limits<float>::max())), 0xfc00);
    EXPECT_EQ(bits(toHalf(65504.0f)), 0x7bff);
    EXPECT_EQ(bits(toHalf(std::numeric_limits<float>::denorm_min())), 0);
    EXPECT_EQ(bits(toHalf(-0.0f)), 0x8000);
}

TEST(BFloat16, IsTheUpperHalfOfAFloat) {
    EXPECT_EQ(toFloat(BFloat16{0x3f80}), 1.0f);
    EXPECT_EQ(toFloat(BFloat16{0xc0a0}), -5.0f);
    EXPECT_TRUE(std::isinf(toFloat(BFloat16{0x7f80})));
    EXPECT_TRUE(std::isnan(toFloat(BFloat16{0x7fc0})));
    for (unsigned pattern = 0; pattern < 65536; ++pattern) {
        ASSERT_EQ(std::bit_cast<std::uint32_t>(toFloat(static_cast<BFloat16>(pattern))), pattern << 16);
    }
}

}  // namespace
}  // namespace strata
