#include "app/cli/weight_traffic.h"

#include "app/cli/read_bandwidth.h"
#include "app/cli/session_setup.h"
#include "core/stack/block_schedule.h"
#include "tests/support/temporary_folder.h"
#include "tests/support/tiny_model.h"

#include <gtest/gtest.h>

namespace strata::cli {
namespace {

std::shared_ptr<const StackFile> makeStack(const test::TemporaryFolder& folder, const test::TinyOptions& options) {
    const auto written = test::TinyModel(options).writeStack(folder / "tiny.strata");
    EXPECT_TRUE(written) << written.error().message();
    return StackFile::open(folder / "tiny.strata").value();
}

TEST(WeightTraffic, FollowsThePrefix) {
    const test::TemporaryFolder folder;
    const auto stack = makeStack(folder, {});
    for (const std::size_t blocks : {stack->floorBlocks(), stack->floorBlocks() + 5, stack->blocks().size()})
        EXPECT_EQ(weightBytesOf(*stack, BlockSchedule::prefixLevels(*stack, blocks)), stack->weightBytes(blocks));
}

TEST(WeightTraffic, ATiedEmbeddingIsReadAsTheHead) {
    const test::TemporaryFolder folder;
    const auto stack = makeStack(folder, {.tied = true});
    const auto levels = BlockSchedule::uniformLevels(*stack, 2);
    EXPECT_EQ(weightBytesPerToken(*stack, levels), weightBytesOf(*stack, levels));
}

TEST(WeightTraffic, OfAnUntiedEmbeddingOneRowIsRead) {
    const test::TemporaryFolder folder;
    const auto stack = makeStack(folder, {.tied = false});
    const auto levels = BlockSchedule::uniformLevels(*stack, 2);
    const auto embedding = static_cast<std::size_t>(stack->findMatrix("token_embd.weight"));
    const MatrixInfo& info = stack->matrices()[embedding];
    std::uint64_t all = 0;
    for (std::size_t tile = 0; tile < info.tileCount(); ++tile) all += info.levels * info.blockBytes(tile);
    EXPECT_EQ(weightBytesPerToken(*stack, levels), weightBytesOf(*stack, levels) - all + all / info.rows);
}

TEST(WeightTraffic, LevelsAreChecked) {
    const test::TemporaryFolder folder;
    const auto stack = makeStack(folder, {.planes = 3});
    EXPECT_EQ(highestLevel(*stack), 3u);
    EXPECT_TRUE(levelsFor(*stack, 3));
    EXPECT_FALSE(levelsFor(*stack, 0));
    const auto tooHigh = levelsFor(*stack, 4);
    ASSERT_FALSE(tooHigh);
    EXPECT_EQ(tooHigh.error().code, ErrorCode::InvalidArgument);
}

TEST(WeightBudget, BelowTheFloorIsRefusedWithTheFloor) {
    const test::TemporaryFolder folder;
    const auto stack = makeStack(folder, {});
    const auto refused = weightBudget(*stack, SizeSpec{1, 0});
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::BudgetTooSmall);
    EXPECT_NE(refused.error().message().find(formatBytes(floorWeightBytes(*stack))), std::string::npos);
    EXPECT_EQ(weightBudget(*stack, SizeSpec{0, 1.0}).value(), fullWeightBytes(*stack));
}

TEST(ReadBandwidth, IsThatOfMemory) {
    const auto bandwidth = measureReadBandwidth(2);
    ASSERT_TRUE(bandwidth);
    EXPECT_GT(*bandwidth, 1e8);
    EXPECT_LT(*bandwidth, 1e13);
}

}  // namespace
}  // namespace strata::cli
