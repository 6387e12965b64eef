// Addresses that are backed by memory only where they are committed, in pages of either size.
#include "core/stack/reserved_range.h"

#include "core/base/system_info.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include <gtest/gtest.h>

namespace strata::test {
namespace {

constexpr std::size_t kMegabyte = std::size_t{1} << 20;

class ReservedRangeTest : public testing::TestWithParam<PageSize> {
protected:
    [[nodiscard]] static ReservedRange reserve(std::size_t sizeBytes) {
        auto range = ReservedRange::reserve(sizeBytes, GetParam());
        EXPECT_TRUE(range) << range.error().message();
        return *std::move(range);
    }
};

TEST_P(ReservedRangeTest, ReservesWithoutTakingMemory) {
    const std::uint64_t before = processMemory().anonymousBytes;
    const ReservedRange range = reserve(4096 * kMegabyte + 12345);
    EXPECT_GE(range.sizeBytes(), 4096 * kMegabyte + 12345);
    EXPECT_EQ(range.committedBytes(), 0U);
    EXPECT_EQ(reinterpret_cast<std::uintptr_t>(range.data()) % range.stepBytes(), 0U);
    EXPECT_LT(processMemory().anonymousBytes, before + kMegabyte);
}

TEST_P(ReservedRangeTest, ContentsStayWhereTheRangeGrowsAndShrinks) {
    ReservedRange range = reserve(24 * kMegabyte);
    const auto fill = [&](std::size_t from, std::size_t to) {
        for (std::size_t at = from; at < to; ++at) range.data()[at] = static_cast<std::byte>(at * 31 + at / 4096);
    };
    const auto holds = [&](std::size_t from, std::size_t to) {
        for (std::size_t at = from; at < to; ++at)
            if (range.data()[at] != static_cast<std::byte>(at * 31 + at / 4096)) return false;
        return true;
    };
    std::size_t filled = 0;
    for (const std::size_t size : {3 * kMegabyte + 5, 7 * kMegabyte, 20 * kMegabyte + 4097}) {
        ASSERT_TRUE(range.commit(size));
        EXPECT_GE(range.committedBytes(), size);
        fill(filled, size);
        filled = size;
        EXPECT_TRUE(holds(0, filled));
    }
    // In the middle of a page of either size, and up again.
    for (const std::size_t size : {19 * kMegabyte + 100, 5 * kMegabyte + 70000, std::size_t{1}}) {
        range.shrink(size);
        EXPECT_LT(range.committedBytes(), size + 65536);
        EXPECT_TRUE(holds(0, size));
    }
    ASSERT_TRUE(range.commit(8 * kMegabyte));
    EXPECT_TRUE(std::all_of(range.data() + kMegabyte, range.data() + 8 * kMegabyte, [](std::byte byte) {
        return byte == std::byte{0};
    })) << "what comes back is fresh";
}

TEST_P(ReservedRangeTest, MemoryFallsByWhatIsGivenBack) {
    ReservedRange range = reserve(64 * kMegabyte);
    const std::uint64_t before = processMemory().anonymousBytes;
    ASSERT_TRUE(range.commit(64 * kMegabyte));
    std::memset(range.data(), 1, 64 * kMegabyte);
    const auto taken = [&] { return static_cast<double>(processMemory().anonymousBytes - before) / kMegabyte; };
    EXPECT_NEAR(taken(), 64, 1);
    range.shrink(33 * kMegabyte + 4096);
    EXPECT_NEAR(taken(), 33, 1);
    EXPECT_EQ(range.discard(kMegabyte + 1, 8 * kMegabyte), 8 * kMegabyte - 4096);
    EXPECT_NEAR(taken(), 25, 1);
}

TEST_P(ReservedRangeTest, MovesTakeEverythingAlong) {
    ReservedRange first = reserve(8 * kMegabyte);
    ASSERT_TRUE(first.commit(kMegabyte));
    first.data()[5] = std::byte{7};
    const std::size_t step = first.stepBytes();
    ReservedRange second = std::move(first);
    EXPECT_EQ(second.data()[5], std::byte{7});
    EXPECT_EQ(second.stepBytes(), step);
    EXPECT_EQ(second.committedBytes(), kMegabyte);
}

INSTANTIATE_TEST_SUITE_P(Pages, ReservedRangeTest, testing::Values(PageSize::Base, PageSize::Huge),
                         [](const auto& chosen) { return chosen.param == PageSize::Base ? "base" : "huge"; });

}  // namespace
}  // namespace strata::test
