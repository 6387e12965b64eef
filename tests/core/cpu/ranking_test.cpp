#include "core/cpu/ranking.h"

#include "core/base/random.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include <gtest/gtest.h>

namespace strata {
namespace {

TEST(Ranking, IsTheHeadOfAStableSort) {
    Random random(4);
    for (const std::size_t size : {1UL, 5UL, 64UL, 1000UL}) {
        std::vector<float> values(size);
        for (float& value : values) value = std::round(static_cast<float>(random.normal()) * 4) / 4;
        std::vector<std::uint32_t> order(size);
        std::iota(order.begin(), order.end(), 0U);
        std::ranges::stable_sort(order, std::ranges::greater(), [&](std::uint32_t index) { return values[index]; });
        for (const std::size_t count : {1UL, 3UL, 40UL, 2000UL}) {
            const std::vector<RankedValue> best = largestOf(values, count);
            ASSERT_EQ(best.size(), std::min(count, size));
            for (std::size_t rank = 0; rank < best.size(); ++rank) {
                EXPECT_EQ(best[rank].index, order[rank]) << rank << " of " << size;
                EXPECT_EQ(best[rank].value, values[order[rank]]);
            }
        }
    }
}

TEST(Ranking, LeavesOutWhatIsNoNumber) {
    constexpr float kNan = std::numeric_limits<float>::quiet_NaN(), kInfinity = std::numeric_limits<float>::infinity();
    const std::vector<float> values{kNan, 1, -kInfinity, kNan, kInfinity};
    const std::vector<RankedValue> best = largestOf(values, 5);
    ASSERT_EQ(best.size(), 3U);
    EXPECT_EQ(best[0].index, 4U);
    EXPECT_EQ(best[1].index, 1U);
    EXPECT_EQ(best[2].index, 2U);
    EXPECT_TRUE(largestOf(values, 0).empty());
    EXPECT_TRUE(largestOf({}, 3).empty());
}

}  // namespace
}  // namespace strata
