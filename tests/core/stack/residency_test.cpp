#include "core/stack/residency.h"

#include "core/base/system_info.h"
#include "tests/core/stack/sample_contents.h"
#include "tests/support/temporary_folder.h"

#include <cstring>
#include <fstream>
#include <future>
#include <thread>

#include <gtest/gtest.h>

namespace strata {
namespace {

using test::makeSampleStack;
using test::SampleStack;
using test::TemporaryFolder;

/// A stack of some megabytes, so that pages count.
SampleStack largeSample() {
    SampleStack sample;
    sample.contents.matrices = {{"blk.0.ffn_up.weight", Codec::Nested, 4096, 4096, 512, 4, 0}};
    sample.contents.rotations = {Rotation::random(4096, 7)};
    for (unsigned level = 1; level <= 4; ++level) sample.contents.tables[4].push_back(test::sampleTable(level));
    Random random(5);
    for (std::uint32_t level = 0; level < 4; ++level)
        for (std::uint32_t tile = 0; tile < 8; ++tile) {
            std::vector<std::byte> bytes(sample.contents.matrices[0].blockBytes(tile));
            for (std::size_t at = 0; at + 8 <= bytes.size(); at += 8) {
                const std::uint64_t word = random.next();
                std::memcpy(&bytes[at], &word, 8);
            }
            sample.contents.order.push_back({0, tile, level, xxh3(bytes)});
            sample.blocks.push_back(std::move(bytes));
        }
    return sample;
}

class ResidencyTest : public ::testing::Test {
protected:
    void SetUp() override {
        ASSERT_TRUE(writeStack(file, false, sample.contents, sample.source()));
        stack = StackFile::open(file).value();
        residency = Residency::create(stack).value();
    }
    void expectContents(const BlockSchedule& schedule) const {
        for (std::size_t block = 0; block < schedule.residentBlocks(); ++block) {
            const BlockInfo& info = stack->blocks()[block];
            if (info.level >= schedule.level(info.matrix, info.tile)) continue;
            const std::byte* bytes = schedule.block(info.matrix, info.tile, info.level);
            EXPECT_EQ(std::memcmp(bytes, sample.blocks[block].data(), info.sizeBytes), 0) << block;
        }
    }
    void damage(std::size_t block) const {
        std::fstream damaged(file, std::ios::in | std::ios::out | std::ios::binary);
        damaged.seekp(static_cast<std::streamoff>(stack->blocks()[block].offset + 100));
        damaged.put('x');
        damaged.put('y');
    }
    TemporaryFolder folder;
    std::filesystem::path file = folder / "large.strata";
    SampleStack sample = largeSample();
    std::shared_ptr<const StackFile> stack;
    std::unique_ptr<Residency> residency;
};

TEST_F(ResidencyTest, LoadsAPrefixAndPublishesIt) {
    EXPECT_EQ(residency->current(), nullptr);
    ASSERT_TRUE(residency->load(20));
    const auto schedule = residency->current();
    ASSERT_NE(schedule, nullptr);
    EXPECT_EQ(schedule->residentBlocks(), 20U);
    EXPECT_EQ(schedule->weightBytes(), stack->weightBytes(20));
    EXPECT_EQ(schedule->level(0, 3), 3U);
    EXPECT_EQ(schedule->level(0, 4), 2U);
    expectContents(*schedule);
}

TEST_F(ResidencyTest, ShrinkingShowsAtOnceAndKeepsWhatAReaderHolds) {
    ASSERT_TRUE(residency->load(32));
    auto held = residency->current();
    const std::uint64_t full = residency->committedBytes();
    residency->setTarget(10);
    EXPECT_EQ(residency->current()->residentBlocks(), 10U);
    EXPECT_EQ(residency->committedBytes(), full) << "a reader still holds the tail";
    expectContents(*held);
    held.reset();
    EXPECT_LT(residency->committedBytes(), full / 2);
    expectContents(*residency->current());
}

TEST_F(ResidencyTest, MemoryReallyFalls) {
    ASSERT_TRUE(residency->load(32));
    const std::uint64_t before = processMemory().anonymousBytes;
    const std::uint64_t committed = residency->committedBytes();
    residency->setTarget(8);
    const std::uint64_t released = committed - residency->committedBytes();
    const std::uint64_t fallen = before - processMemory().anonymousBytes;
    EXPECT_GT(released, 5U << 20);
    EXPECT_NEAR(static_cast<double>(fallen), static_cast<double>(released), 0.1 * static_cast<double>(released));
}

TEST_F(ResidencyTest, WhatIsGivenAwayTakesNoMemoryAndIsReadAgain) {
    ASSERT_TRUE(residency->load(24));
    const auto schedule = residency->current();
    const std::uint64_t before = processMemory().anonymousBytes, committed = residency->committedBytes();
    residency->giveAway({false}, 24);
    EXPECT_EQ(residency->committedBytes(), committed) << "no matrix has a mark";
    residency->giveAway({true}, 16);
    const std::uint64_t given = committed - residency->committedBytes();
    EXPECT_GT(given, 3U << 20);
    EXPECT_NEAR(static_cast<double>(before - processMemory().anonymousBytes), static_cast<double>(given),
                0.1 * static_cast<double>(given));
    // Growth goes on behind the hole; a device that still keeps the first eight needs the others back.
    ASSERT_TRUE(residency->load(32));
    const auto longer = residency->current();
    ASSERT_TRUE(residency->fetch(*longer, {true}, 16));
    EXPECT_LT(residency->committedBytes() + (3U << 20), std::uint64_t{32} * stack->blocks()[0].sizeBytes);
    ASSERT_TRUE(residency->fetch(*longer, {true}, 8));
    ASSERT_TRUE(residency->fetch(*longer, {false}, 0));
    expectContents(*longer);
    EXPECT_GE(residency->committedBytes(), std::uint64_t{32} * stack->blocks()[0].sizeBytes);
}

TEST_F(ResidencyTest, WhatWasGivenAwayAndReleasedIsLoadedLikeAnyOther) {
    ASSERT_TRUE(residency->load(32));
    residency->giveAway({true}, 32);
    EXPECT_LT(residency->committedBytes(), 8192U) << "but for the last page";
    residency->setTarget(8);
    ASSERT_TRUE(residency->load(24));
    const auto schedule = residency->current();
    ASSERT_TRUE(residency->fetch(*schedule, {true}, 8)) << "nothing behind the eighth was given away";
    for (std::size_t block = 8; block < 24; ++block) {
        const BlockInfo& info = stack->blocks()[block];
        EXPECT_EQ(std::memcmp(schedule->block(info.matrix, info.tile, info.level), sample.blocks[block].data(),
                              info.sizeBytes),
                  0);
    }
}

TEST_F(ResidencyTest, TheLoaderReadsAgainWhatWillBeNeeded) {
    ASSERT_TRUE(residency->load(24));
    const std::uint64_t all = residency->committedBytes();
    residency->giveAway({true}, 24);
    EXPECT_EQ(*residency->prefetch({false}, 24), true) << "no matrix has a mark";
    ASSERT_LT(residency->committedBytes(), 8192U);
    residency->setTarget(32);  // it grows meanwhile
    while (!*residency->prefetch({true}, 16)) std::this_thread::yield();
    residency->giveAway({true}, 16);  // wanted: they stay
    ASSERT_TRUE(residency->waitUntilSettled());
    EXPECT_GT(residency->committedBytes(), all * 2 / 3 + (all / 3) - 16384);
    EXPECT_LT(residency->committedBytes(), all + 16384);
    const auto schedule = residency->current();
    for (std::size_t block = 0; block < 16; ++block) {
        const BlockInfo& info = stack->blocks()[block];
        const std::byte* bytes = schedule->block(info.matrix, info.tile, info.level);
        EXPECT_EQ(std::memcmp(bytes, sample.blocks[block].data(), info.sizeBytes), 0) << block;
    }
    EXPECT_TRUE(*residency->prefetch({}, 0));
    residency->giveAway({true}, 32);
    EXPECT_LT(residency->committedBytes(), 8192U) << "no longer";
    ASSERT_TRUE(residency->fetch(*schedule, {false}, 0));
    expectContents(*schedule);
}

TEST_F(ResidencyTest, ADamagedBlockStopsTheReadingAheadAndIsNamed) {
    ASSERT_TRUE(residency->load(32));
    residency->giveAway({true}, 32);
    damage(20);
    for (int attempt = 0; attempt < 2; ++attempt) {
        auto status = residency->prefetch({true}, 32);
        while (status && !*status) status = residency->prefetch({true}, 32);
        ASSERT_FALSE(status);
        EXPECT_EQ(status.error().code, ErrorCode::ChecksumMismatch);
        EXPECT_NE(status.error().message().find(stack->blockName(20)), std::string::npos) << status.error().message();
    }
    EXPECT_TRUE(residency->waitUntilSettled()) << "what is resident is none of it";
    while (!*residency->prefetch({true}, 16)) std::this_thread::yield();
}

/// What is wanted, given away, and asked for at once changes while the loader reads.
TEST_F(ResidencyTest, ReadingAheadSurvivesAChangeOfMind) {
    Random random(17);
    ASSERT_TRUE(residency->load(32));
    for (int round = 0; round < 300; ++round) {
        const auto schedule = residency->current();
        residency->giveAway({true}, random.next() % 33);
        static_cast<void>(residency->prefetch({true}, random.next() % 33));
        std::this_thread::sleep_for(std::chrono::microseconds(random.next() % 1000));
        if (random.next() % 2 == 0) static_cast<void>(residency->prefetch({}, 0));
        if (random.next() % 3 == 0) residency->setTarget(16 + random.next() % 17);
        if (random.next() % 4 != 0) continue;
        ASSERT_TRUE(residency->fetch(*schedule, {false}, 0));
        expectContents(*schedule);
    }
    EXPECT_TRUE(*residency->prefetch({}, 0));
    ASSERT_TRUE(residency->load(32));
    residency->giveAway({true}, 32);
    ASSERT_TRUE(residency->fetch(*residency->current(), {true}, 32));  // waits for nothing that it does not need
    while (residency->committedBytes() > 8192U) {
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
        residency->giveAway({true}, 32);
    }
}

TEST_F(ResidencyTest, ADamagedBlockIsNamedWhenItIsReadAgain) {
    ASSERT_TRUE(residency->load(32));
    residency->giveAway({true}, 32);
    damage(20);
    const auto status = residency->fetch(*residency->current(), {false}, 0);
    ASSERT_FALSE(status);
    EXPECT_EQ(status.error().code, ErrorCode::ChecksumMismatch);
    EXPECT_NE(status.error().message().find(stack->blockName(20)), std::string::npos) << status.error().message();
}

TEST_F(ResidencyTest, GrowsInTheBackgroundAndBelowTheFloorIsTheFloor) {
    residency->setTarget(1);
    ASSERT_TRUE(residency->waitUntilSettled());
    EXPECT_EQ(residency->current()->residentBlocks(), stack->floorBlocks());
    residency->setTarget(1000);
    ASSERT_TRUE(residency->waitUntilSettled());
    EXPECT_EQ(residency->current()->residentBlocks(), 32U);
    expectContents(*residency->current());
}

TEST_F(ResidencyTest, ADamagedBlockStopsGrowthBeforeItAndIsNamed) {
    std::fstream edit(file, std::ios::in | std::ios::out | std::ios::binary);
    edit.seekp(static_cast<std::streamoff>(stack->blocks()[20].offset));
    edit.write("damage", 6);
    edit.close();
    const auto status = residency->load(32);
    ASSERT_FALSE(status);
    EXPECT_EQ(status.error().code, ErrorCode::ChecksumMismatch);
    const auto schedule = residency->current();
    ASSERT_NE(schedule, nullptr);
    EXPECT_LE(schedule->residentBlocks(), 20U);
    EXPECT_GE(schedule->residentBlocks(), stack->floorBlocks());
    expectContents(*schedule);
}

TEST_F(ResidencyTest, ATruncatedFileIsAnErrorAndTheResidentPartGoesOn) {
    ASSERT_TRUE(residency->load(12));
    std::filesystem::resize_file(file, stack->blocks()[14].offset);
    EXPECT_EQ(residency->load(32).error().code, ErrorCode::Truncated);
    expectContents(*residency->current());
    residency->setTarget(8);
    EXPECT_TRUE(residency->waitUntilSettled());
    EXPECT_EQ(residency->current()->residentBlocks(), 8U);
}

TEST_F(ResidencyTest, CustomLevelsNeedResidentBlocks) {
    ASSERT_TRUE(residency->load(16));
    std::vector<std::uint8_t> levels(stack->tileCount(), 2);
    const auto custom = residency->custom(levels);
    ASSERT_TRUE(custom);
    EXPECT_EQ((*custom)->weightBytes(), stack->weightBytes(16));
    levels[3] = 3;
    EXPECT_EQ(residency->custom(levels).error().code, ErrorCode::InvalidArgument);
}

TEST_F(ResidencyTest, AScheduleOutlivesItsResidency) {
    ASSERT_TRUE(residency->load(9));
    const auto schedule = residency->current();
    residency.reset();
    expectContents(*schedule);
}

TEST_F(ResidencyTest, ATargetThatComesDownIntoTheChunkBeingReadSettles) {
    Random random(11);
    const std::size_t all = stack->blocks().size();
    for (int round = 0; round < 200; ++round) {
        residency->setTarget(stack->floorBlocks());
        ASSERT_TRUE(residency->waitUntilSettled());
        residency->setTarget(all);
        std::this_thread::sleep_for(std::chrono::microseconds(random.next() % 3000));
        const std::size_t target = stack->floorBlocks() + random.next() % (all - stack->floorBlocks());
        residency->setTarget(target);
        auto settled = std::async(std::launch::async, [&] { return residency->waitUntilSettled(); });
        const bool inTime = settled.wait_for(std::chrono::seconds(20)) == std::future_status::ready;
        if (!inTime) residency->setTarget(all);  // frees the one who waits
        ASSERT_TRUE(settled.get());
        ASSERT_TRUE(inTime) << "round " << round;
        ASSERT_EQ(residency->current()->residentBlocks(), target);
    }
}

TEST_F(ResidencyTest, SurvivesAStormOfTargetsWithAReaderInTheMiddle) {
    ASSERT_TRUE(residency->load(8));
    std::jthread mover([&](const std::stop_token& stop) {
        Random random(11);
        while (!stop.stop_requested()) {
            residency->setTarget(random.next() % 40);
            std::this_thread::sleep_for(std::chrono::microseconds(random.next() % 2000));
        }
    });
    for (int round = 0; round < 300; ++round) {
        const auto schedule = residency->current();
        ASSERT_NE(schedule, nullptr);
        expectContents(*schedule);
    }
    mover = {};
    residency->setTarget(8);
    ASSERT_TRUE(residency->waitUntilSettled());
    EXPECT_LE(residency->committedBytes(), stack->weightBytes(8) + 65536);
}

}  // namespace
}  // namespace strata
