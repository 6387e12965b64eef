#include "core/base/random.h"

#include <array>
#include <cmath>

#include <gtest/gtest.h>

namespace strata {
namespace {

// By the authors' reference code (splitmix64 and xoshiro256**, in Python integers): the numbers must never change,
// since calibration and signs derived from them are stored in files.
TEST(Random, SequenceIsFixed) {
    Random random(42);
    constexpr std::array<std::uint64_t, 4> kExpected = {0x15780b2e0c2ec716, 0x6104d9866d113a7e, 0xae17533239e499a1,
                                                        0xecb8ad4703b360a1};
    for (const std::uint64_t expected : kExpected) EXPECT_EQ(random.next(), expected);
}

TEST(Random, SeedsDiffer) {
    EXPECT_NE(Random(0).next(), Random(1).next());
}

TEST(Random, UniformFillsItsRange) {
    Random random(7);
    double sum = 0;
    constexpr int kCount = 100'000;
    for (int draw = 0; draw < kCount; ++draw) {
        const double value = random.uniform();
        ASSERT_GE(value, 0);
        ASSERT_LT(value, 1);
        sum += value;
    }
    EXPECT_NEAR(sum / kCount, 0.5, 0.005);  // five standard errors
}

TEST(Random, NormalHasItsMoments) {
    Random random(7);
    constexpr int kCount = 100'000;
    double sum = 0;
    double squares = 0;
    double fourth = 0;
    for (int draw = 0; draw < kCount; ++draw) {
        const double value = random.normal();
        ASSERT_TRUE(std::isfinite(value));
        sum += value;
        squares += value * value;
        fourth += value * value * value * value;
    }
    EXPECT_NEAR(sum / kCount, 0, 0.016);
    EXPECT_NEAR(squares / kCount, 1, 0.023);
    EXPECT_NEAR(fourth / kCount, 3, 0.16);
}

}  // namespace
}  // namespace strata
