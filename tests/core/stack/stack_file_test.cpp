#include "core/stack/stack_file.h"

#include "core/base/file.h"
#include "core/stack/block_schedule.h"
#include "core/stack/memory_budget.h"
#include "tests/core/stack/sample_contents.h"
#include "tests/support/temporary_folder.h"

#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace strata {
namespace {

using test::makeSampleStack;
using test::SampleStack;
using test::TemporaryFolder;
using ::testing::HasSubstr;

std::string slurp(const std::filesystem::path& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

void spill(const std::filesystem::path& path, std::string_view bytes) {
    std::ofstream(path, std::ios::binary).write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
}

class StackFileTest : public ::testing::Test {
protected:
    void SetUp() override {
        ASSERT_TRUE(writeStack(file, false, sample.contents, sample.source()));
        auto opened = StackFile::open(file);
        ASSERT_TRUE(opened) << opened.error().message();
        stack = *opened;
    }
    TemporaryFolder folder;
    std::filesystem::path file = folder / "sample.strata";
    SampleStack sample = makeSampleStack();
    std::shared_ptr<const StackFile> stack;
};

TEST_F(StackFileTest, ReturnsWhatWasWritten) {
    EXPECT_TRUE(std::ranges::equal(stack->matrices(), sample.contents.matrices));
    ASSERT_EQ(stack->blocks().size(), sample.contents.order.size());
    EXPECT_EQ(stack->floorBlocks(), 6U);  // four tiles of the embedding, one of each other matrix
    EXPECT_EQ(stack->availableBlocks(), stack->blocks().size());
    EXPECT_EQ(stack->dense("output_norm.weight")->at(5), 1.5F);
    EXPECT_EQ(stack->rotation(96)->storedSigns(), sample.contents.rotations[0].storedSigns());
    EXPECT_EQ(stack->rotation(64), nullptr);
    EXPECT_EQ(stack->channelScales(2).size(), 96U);
    EXPECT_TRUE(stack->channelScales(1).empty());
    EXPECT_EQ(stack->tables(4)[2].high, sample.contents.tables[4][2].high);
    ASSERT_EQ(stack->curve().size(), 4U);
    EXPECT_FLOAT_EQ(stack->curve()[1].perplexity, 23.0F);
    for (std::size_t block = 0; block < stack->blocks().size(); ++block) {
        std::vector<std::byte> bytes(stack->blocks()[block].sizeBytes);
        ASSERT_TRUE(stack->readBlocks(block, 1, bytes));
        EXPECT_EQ(bytes, sample.blocks[block]) << stack->blockName(block);
    }
}

TEST_F(StackFileTest, FindsMatricesByName) {
    for (std::size_t index = 0; index < stack->matrices().size(); ++index)
        EXPECT_EQ(stack->findMatrix(stack->matrices()[index].name), static_cast<int>(index));
    EXPECT_EQ(stack->findMatrix("blk.0.attn_v.weight"), -1);
}

TEST_F(StackFileTest, KeepsTheShapeOfDenseMatrices) {
    std::vector<float> router(4 * 96);
    for (std::size_t at = 0; at < router.size(); ++at) router[at] = static_cast<float>(at);
    sample.contents.dense.push_back({"blk.0.ffn_gate_inp.weight", router, 4});
    ASSERT_TRUE(writeStack(file, true, sample.contents, sample.source()));
    const auto opened = StackFile::open(file);
    ASSERT_TRUE(opened) << opened.error().message();
    EXPECT_EQ(*(*opened)->dense("blk.0.ffn_gate_inp.weight"), router);
    EXPECT_EQ((*opened)->gguf().findTensor("blk.0.ffn_gate_inp.weight")->shape, (std::vector<std::uint64_t>{96, 4}));
    EXPECT_EQ((*opened)->gguf().findTensor("output_norm.weight")->shape, std::vector<std::uint64_t>{96});
}

TEST_F(StackFileTest, BlocksStandWithoutGapsAtTheirAlignment) {
    for (std::size_t block = 1; block < stack->blocks().size(); ++block) {
        EXPECT_EQ(stack->blocks()[block].offset,
                  stack->blocks()[block - 1].offset + stack->blocks()[block - 1].sizeBytes);
        EXPECT_EQ(stack->blocks()[block].offset % 64, 0U);
    }
    std::vector<std::byte> all(stack->blocks()[1].sizeBytes + stack->blocks()[2].sizeBytes);
    EXPECT_TRUE(stack->readBlocks(1, 2, all));
}

TEST_F(StackFileTest, FitsTheLongestPrefix) {
    for (std::size_t blocks = stack->floorBlocks(); blocks <= stack->blocks().size(); ++blocks) {
        EXPECT_EQ(stack->fit(stack->weightBytes(blocks)), blocks);
        if (blocks > stack->floorBlocks()) {
            EXPECT_EQ(stack->fit(stack->weightBytes(blocks) - 1), blocks - 1);
        }
    }
    EXPECT_EQ(stack->fit(0), stack->floorBlocks());
    EXPECT_EQ(stack->fit(std::uint64_t{1} << 60), stack->blocks().size());
}

TEST_F(StackFileTest, BudgetBelowTheFloorNamesTheFloor) {
    const std::uint64_t floor = stack->weightBytes(stack->floorBlocks()) + 300;
    const auto refused = MemoryBudget(floor - 1).blocksFor(*stack, 100, 200);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::BudgetTooSmall);
    EXPECT_THAT(refused.error().message(), HasSubstr("floor of"));
    EXPECT_EQ(MemoryBudget(floor).blocksFor(*stack, 100, 200).value(), stack->floorBlocks());
    EXPECT_EQ(MemoryBudget().blocksFor(*stack, 100, 200).value(), stack->blocks().size());
}

TEST_F(StackFileTest, LevelsOfAPrefixCountItsBlocks) {
    const auto levels = BlockSchedule::prefixLevels(*stack, 8);
    EXPECT_EQ(levels[stack->tileIndex(0, 0)], 2);
    EXPECT_EQ(levels[stack->tileIndex(0, 1)], 2);
    EXPECT_EQ(levels[stack->tileIndex(0, 2)], 1);
    EXPECT_EQ(levels[stack->tileIndex(1, 0)], 1);
    const auto uniform = BlockSchedule::uniformLevels(*stack, 2);
    EXPECT_EQ(uniform[stack->tileIndex(0, 3)], 3) << "the embedding stands at its highest";
    EXPECT_EQ(uniform[stack->tileIndex(1, 0)], 2);
}

TEST_F(StackFileTest, AFlippedBitFailsItsBlockAndNoOther) {
    std::string bytes = slurp(file);
    bytes[stack->blocks()[7].offset + 10] ^= 4;
    spill(file, bytes);
    const auto damaged = StackFile::open(file);
    ASSERT_TRUE(damaged);
    std::vector<std::byte> into(stack->blocks()[7].sizeBytes);
    const auto status = (*damaged)->readBlocks(7, 1, into);
    ASSERT_FALSE(status);
    EXPECT_EQ(status.error().code, ErrorCode::ChecksumMismatch);
    EXPECT_THAT(status.error().message(), HasSubstr(stack->blockName(7)));
    EXPECT_THAT(status.error().message(), HasSubstr(file.string()));
    into.resize(stack->blocks()[8].sizeBytes);
    EXPECT_TRUE((*damaged)->readBlocks(8, 1, into));
}

TEST_F(StackFileTest, AFlippedBitInADenseTensorIsSeenAtOnce) {
    std::string bytes = slurp(file);
    bytes[stack->gguf().dataOffset() + 2] ^= 1;
    spill(file, bytes);
    const auto damaged = StackFile::open(file);
    ASSERT_FALSE(damaged);
    EXPECT_EQ(damaged.error().code, ErrorCode::ChecksumMismatch);
    EXPECT_THAT(damaged.error().message(), HasSubstr("output_norm.weight"));
}

TEST_F(StackFileTest, APartialFileOffersTheBlocksThatLieWhollyInsideIt) {
    const std::string bytes = slurp(file);
    const BlockInfo& last = stack->blocks()[9];
    spill(file, bytes.substr(0, last.offset + last.sizeBytes - 1));
    EXPECT_FALSE(StackFile::open(file));
    const auto partial = StackFile::open(file, {.allowPartial = true});
    ASSERT_TRUE(partial) << partial.error().message();
    EXPECT_EQ((*partial)->availableBlocks(), 9U);
    EXPECT_EQ((*partial)->fit(std::uint64_t{1} << 40), 9U);
    std::vector<std::byte> into(last.sizeBytes);
    EXPECT_EQ((*partial)->readBlocks(9, 1, into).error().code, ErrorCode::Truncated);
    (*partial)->expectBlocks(8, 2);  // what is not there yet is not asked for
    (*partial)->expectBlocks(9, 1);
    spill(file, bytes.substr(0, stack->blocks()[3].offset));
    EXPECT_EQ(StackFile::open(file, {.allowPartial = true}).error().code, ErrorCode::Truncated);
}

TEST_F(StackFileTest, ATruncationAtAnyPlaceIsAnErrorAndNeverACrash) {
    const std::string bytes = slurp(file);
    for (std::size_t length = 0; length < bytes.size(); length += 1 + length / 40) {
        spill(file, bytes.substr(0, length));
        const auto opened = StackFile::open(file);
        ASSERT_FALSE(opened) << length;
        EXPECT_THAT(opened.error().message(), HasSubstr("sample.strata"));
    }
}

TEST_F(StackFileTest, AGgufModelIsNotAStack) {
    GgufWriter writer;
    writer.add("general.architecture", std::string_view("llama"));
    const std::vector<std::byte> header = writer.header();
    spill(file, {reinterpret_cast<const char*>(header.data()), header.size()});
    const auto opened = StackFile::open(file);
    ASSERT_FALSE(opened);
    EXPECT_EQ(opened.error().code, ErrorCode::Unsupported);
    EXPECT_THAT(opened.error().message(), HasSubstr("compress it first"));
}

TEST(StackWriter, RefusesABlockOfTheWrongSizeAndLeavesNothing) {
    const TemporaryFolder folder;
    SampleStack sample = makeSampleStack();
    sample.blocks[4].pop_back();
    const auto status = writeStack(folder / "bad.strata", false, sample.contents, sample.source());
    ASSERT_FALSE(status);
    EXPECT_TRUE(std::filesystem::is_empty(folder.path()));
}

TEST(StackWriter, AnOrderThatPutsALaterLevelFirstIsRefusedByTheReader) {
    const TemporaryFolder folder;
    SampleStack sample = makeSampleStack();
    std::swap(sample.contents.order[4], sample.contents.order[10]);  // blk.0.attn_q p0 and p1
    std::swap(sample.blocks[4], sample.blocks[10]);
    ASSERT_TRUE(writeStack(folder / "bad.strata", false, sample.contents, sample.source()));
    const auto opened = StackFile::open(folder / "bad.strata");
    ASSERT_FALSE(opened);
    EXPECT_THAT(opened.error().message(), HasSubstr("strata.order"));
}

}  // namespace
}  // namespace strata
