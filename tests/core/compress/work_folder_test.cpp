#include "core/compress/work_folder.h"

#include "core/base/random.h"
#include "tests/core/compress/compress_support.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace strata::test {
namespace {

using nlohmann::json;
using testing::HasSubstr;

EncodedMatrix sampleMatrix(const std::string& name, std::size_t rows, std::size_t tileRows, std::uint64_t seed) {
    Random random(seed);
    EncodedMatrix matrix;
    matrix.info = {name, Codec::Nested, rows, 96, tileRows, 3, 0};
    for (std::size_t tile = 0; tile < matrix.info.tileCount(); ++tile) {
        matrix.relativeError.push_back({1, 0.1 + random.uniform(), 1.0 / 3, 1e-17 * random.uniform()});
        for (unsigned level = 0; level < 3; ++level) {
            std::vector<std::byte> block(matrix.info.blockBytes(tile));
            for (std::byte& byte : block) byte = static_cast<std::byte>(random.next());
            matrix.blocks.push_back(std::move(block));
            matrix.checksums.push_back(random.next());
        }
    }
    matrix.channelScales = {0.1F, 1e-30F, 3};
    return matrix;
}

class WorkFolderTest : public testing::Test {
protected:
    [[nodiscard]] Result<WorkFolder> open(const std::string& fingerprint, bool resume = false, bool overwrite = false) {
        return WorkFolder::open(m_output, fingerprint, resume, overwrite);
    }
    void leaveAPiece() {
        auto folder = open("job A");
        ASSERT_TRUE(folder) << folder.error().message();
        ASSERT_TRUE(folder->savePiece("piece", m_matrices));
    }
    TemporaryFolder m_folder;
    std::filesystem::path m_output = m_folder / "out.strata";
    std::filesystem::path m_partial = m_folder / "out.strata.partial";
    std::vector<EncodedMatrix> m_matrices{sampleMatrix("a", 200, 64, 1), sampleMatrix("b", 40, 64, 2)};
};

TEST_F(WorkFolderTest, KeepsAPieceExactly) {
    leaveAPiece();
    const auto folder = open("job A", true);
    ASSERT_TRUE(folder);
    EXPECT_TRUE(folder->resumed());
    EXPECT_TRUE(folder->hasPiece("piece"));
    EXPECT_FALSE(folder->hasPiece("another"));
    const auto loaded = folder->loadPiece("piece");
    ASSERT_TRUE(loaded) << loaded.error().message();
    ASSERT_EQ(loaded->size(), 2U);
    for (std::size_t index = 0; index < 2; ++index) {
        const EncodedMatrix& was = m_matrices[index];
        const EncodedMatrix& is = (*loaded)[index];
        EXPECT_EQ(is.info, was.info);
        EXPECT_EQ(is.relativeError, was.relativeError);
        EXPECT_EQ(is.checksums, was.checksums);
        EXPECT_EQ(is.channelScales, was.channelScales);
        for (std::size_t block = 0; block < was.blocks.size(); ++block) {
            std::vector<std::byte> bytes;
            ASSERT_TRUE(folder->readBlock(is, block, bytes));
            EXPECT_EQ(bytes, was.blocks[block]) << index << " " << block;
        }
    }
}

/// A run that is gone on with on a disk that has become narrow: what it has written already need not be free again.
TEST_F(WorkFolderTest, WhatIsHeldAlreadyCountsAsRoom) {
    EXPECT_TRUE(WorkFolder::checkSpace(m_output, 10'000'000, 10'000'000));
    const auto refused = WorkFolder::checkSpace(m_output, 10'000'000, 9'999'999);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::DiskFull);
    EXPECT_THAT(refused.error().message(), HasSubstr("out.strata"));
    EXPECT_THAT(refused.error().message(), HasSubstr("10.0 MB"));
    leaveAPiece();
    std::uint64_t held = 0;
    for (const auto& entry : std::filesystem::directory_iterator(m_partial)) held += entry.file_size();
    ASSERT_GT(held, 1000U);
    EXPECT_TRUE(WorkFolder::checkSpace(m_output, 10'000'000, 10'000'000 - held));
    EXPECT_FALSE(WorkFolder::checkSpace(m_output, 10'000'000, 10'000'000 - held - 1));
    EXPECT_TRUE(WorkFolder::checkSpace(m_output, held / 2, 0));
}

TEST_F(WorkFolderTest, DataWithoutItsDescriptionIsNoPiece) {
    leaveAPiece();
    std::filesystem::remove(m_partial / "piece.json");
    const auto folder = open("job A", true);
    ASSERT_TRUE(folder);
    EXPECT_FALSE(folder->hasPiece("piece"));
    EXPECT_FALSE(folder->loadPiece("piece"));
}

TEST_F(WorkFolderTest, AnInterruptedJobIsNotLostByAccident) {
    leaveAPiece();
    const auto refused = open("job A");
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::AlreadyExists);
    EXPECT_THAT(refused.error().message(), HasSubstr("--resume"));
    EXPECT_THAT(refused.error().message(), HasSubstr(m_partial.string()));
    EXPECT_TRUE(std::filesystem::exists(m_partial / "piece.json"));
}

TEST_F(WorkFolderTest, AnotherJobIsNotContinued) {
    leaveAPiece();
    const auto refused = open("job B", true);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::InvalidArgument);
    EXPECT_THAT(refused.error().message(), HasSubstr(m_partial.string()));
    EXPECT_TRUE(std::filesystem::exists(m_partial / "piece.json"));
}

TEST_F(WorkFolderTest, ForceStartsAfresh) {
    for (const bool resume : {false, true}) {
        std::filesystem::remove_all(m_partial);
        leaveAPiece();
        const auto folder = open("job B", resume, true);
        ASSERT_TRUE(folder) << folder.error().message();
        EXPECT_FALSE(folder->resumed());
        EXPECT_FALSE(folder->hasPiece("piece"));
    }
}

TEST_F(WorkFolderTest, ForceAndResumeGoOnWithTheSameJob) {
    leaveAPiece();
    const auto folder = open("job A", true, true);
    ASSERT_TRUE(folder);
    EXPECT_TRUE(folder->resumed());
    EXPECT_TRUE(folder->hasPiece("piece"));
}

TEST_F(WorkFolderTest, ResumingWithoutAFolderStarts) {
    const auto folder = open("job A", true);
    ASSERT_TRUE(folder);
    EXPECT_FALSE(folder->resumed());
}

TEST_F(WorkFolderTest, AFolderWithoutAJobHoldsNothingToLose) {
    std::filesystem::create_directory(m_partial);
    const auto folder = open("job A", true);
    ASSERT_TRUE(folder) << folder.error().message();
    EXPECT_FALSE(folder->resumed());
}

TEST_F(WorkFolderTest, DamagedDescriptionsAreErrors) {
    leaveAPiece();
    const auto folder = open("job A", true);
    ASSERT_TRUE(folder);
    const std::string good = bytesOf(m_partial / "piece.json");
    const auto without = [&](const char* key) {
        json value = json::parse(good);
        value[0].erase(key);
        return value.dump();
    };
    const auto with = [&](const char* key, const json& entry) {
        json value = json::parse(good);
        value[0][key] = entry;
        return value.dump();
    };
    for (const std::string& bad :
         {std::string(), std::string("{"), good.substr(0, good.size() / 2), std::string("7"), std::string("[7]"),
          std::string("{}x"), without("checksums"), without("name"), with("rows", "many"), with("rows", -1),
          with("levels", 0), with("tile_rows", 0), with("checksums", json::array({1, 2})),
          with("relative_error", json::array()), with("relative_error", json::array({json::array({1})})),
          with("codec", 9), with("file_offset", nullptr)}) {
        ASSERT_TRUE(writeFileAtomically(m_partial / "piece.json", bad));
        const auto loaded = folder->loadPiece("piece");
        ASSERT_FALSE(loaded) << bad;
        EXPECT_EQ(loaded.error().code, ErrorCode::Corrupt);
        EXPECT_THAT(loaded.error().message(), HasSubstr("piece.json"));
        EXPECT_FALSE(loaded.error().remedy.empty());
    }
}

TEST_F(WorkFolderTest, ADamagedJobIsAnErrorOrDiscardedByForce) {
    leaveAPiece();
    ASSERT_TRUE(writeFileAtomically(m_partial / "job.json", "{"));
    EXPECT_FALSE(open("job A", true));
    EXPECT_FALSE(open("job A", false));
    const auto folder = open("job A", true, true);
    ASSERT_TRUE(folder) << "the remedy of the error is --force: " << folder.error().message();
    EXPECT_FALSE(folder->resumed());
}

TEST_F(WorkFolderTest, ShortDataIsAnError) {
    leaveAPiece();
    const auto folder = open("job A", true);
    const auto loaded = folder->loadPiece("piece");
    ASSERT_TRUE(loaded);
    std::filesystem::resize_file(m_partial / "piece.blocks", 1000);
    std::vector<std::byte> bytes;
    EXPECT_TRUE(folder->readBlock((*loaded)[0], 0, bytes));
    EXPECT_FALSE(folder->readBlock((*loaded)[1], 0, bytes));
}

TEST_F(WorkFolderTest, JsonIsKeptOrAbsentOrDamaged) {
    auto folder = open("job A");
    ASSERT_TRUE(folder);
    EXPECT_EQ(folder->loadJson("numbers").value(), std::nullopt);
    ASSERT_TRUE(folder->saveJson("numbers", {{"x", 1.0 / 3}}));
    EXPECT_EQ(folder->loadJson("numbers").value()->at("x").get<double>(), 1.0 / 3);
    ASSERT_TRUE(writeFileAtomically(m_partial / "numbers.json", "{\"x\": 0.3"));
    const auto damaged = folder->loadJson("numbers");
    ASSERT_FALSE(damaged);
    EXPECT_EQ(damaged.error().code, ErrorCode::Corrupt);
}

TEST_F(WorkFolderTest, DiscardLeavesNothing) {
    leaveAPiece();
    open("job A", true)->discard();
    EXPECT_FALSE(std::filesystem::exists(m_partial));
}

TEST_F(WorkFolderTest, AFolderThatCannotBeMadeIsNamed) {
    ASSERT_TRUE(writeFileAtomically(m_folder / "file", "x"));
    const auto folder = WorkFolder::open(m_folder / "file" / "out.strata", "job", false, false);
    ASSERT_FALSE(folder);
    EXPECT_THAT(folder.error().message(), HasSubstr("out.strata.partial"));
    EXPECT_FALSE(folder.error().remedy.empty());
}

TEST_F(WorkFolderTest, KnowsTheOutputThatItPublished) {
    EXPECT_FALSE(WorkFolder::hasPublished(m_output));
    leaveAPiece();
    auto folder = open("job A", true);
    ASSERT_TRUE(folder);
    ASSERT_TRUE(writeFileAtomically(folder->file("finished"), "the stack"));
    EXPECT_FALSE(WorkFolder::hasPublished(m_output));
    ASSERT_TRUE(folder->publish("finished", m_output, false));
    EXPECT_EQ(bytesOf(m_output), "the stack");
    EXPECT_TRUE(WorkFolder::hasPublished(m_output));
    ASSERT_TRUE(writeFileAtomically(m_output, "another stack"));
    EXPECT_FALSE(WorkFolder::hasPublished(m_output));
}

TEST_F(WorkFolderTest, PublishesOverNothingThatMayNotBeReplaced) {
    auto folder = open("job A");
    ASSERT_TRUE(folder);
    ASSERT_TRUE(writeFileAtomically(m_output, "somebody's"));
    ASSERT_TRUE(writeFileAtomically(folder->file("finished"), "the stack"));
    const auto refused = folder->publish("finished", m_output, false);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::AlreadyExists);
    EXPECT_EQ(bytesOf(m_output), "somebody's");
    EXPECT_FALSE(WorkFolder::hasPublished(m_output));
    ASSERT_TRUE(folder->publish("finished", m_output, true));
    EXPECT_EQ(bytesOf(m_output), "the stack");
}

}  // namespace
}  // namespace strata::test
