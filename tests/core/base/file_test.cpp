#include "core/base/file.h"

#include "tests/core/base/folder_test.h"

#include <array>
#include <fstream>
#include <limits>
#include <thread>
#include <vector>

#include <gmock/gmock.h>
#include <sys/stat.h>

namespace strata {
namespace {

using ::testing::HasSubstr;

class FileTest : public test::FolderTest {
protected:
    [[nodiscard]] std::filesystem::path existing(std::string_view text = "0123456789") const {
        std::ofstream(folder() / "file") << text;
        return folder() / "file";
    }
};

std::span<const std::byte> bytesOf(std::string_view text) {
    return std::as_bytes(std::span(text));
}

std::string readBack(const File& file, std::uint64_t offset, std::size_t sizeBytes) {
    std::string text(sizeBytes, '?');
    const auto read = file.readExact(offset, std::as_writable_bytes(std::span(text)));
    return read ? text : std::string(errorCodeName(read.error().code));
}

TEST_F(FileTest, MissingFileNamesItselfAndARemedy) {
    const auto file = File::open(folder() / "absent", File::Mode::Read);
    ASSERT_FALSE(file);
    EXPECT_EQ(file.error().code, ErrorCode::NotFound);
    EXPECT_THAT(file.error().message(), HasSubstr("absent: cannot open (No such file or directory); check the path"));
}

TEST_F(FileTest, RefusesWhatIsNoFile) {
    ASSERT_EQ(::mkfifo((folder() / "pipe").c_str(), 0600), 0);
    EXPECT_EQ(File::open(folder(), File::Mode::Read).error().code, ErrorCode::InvalidArgument);
    EXPECT_EQ(File::open(folder(), File::Mode::ReadWrite).error().code, ErrorCode::InvalidArgument);
    EXPECT_EQ(File::open(folder() / "pipe", File::Mode::Read).error().code, ErrorCode::InvalidArgument);
    EXPECT_EQ(File::open(existing() / "below", File::Mode::Read).error().code, ErrorCode::NotFound);
    EXPECT_EQ(File::open("", File::Mode::Read).error().code, ErrorCode::NotFound);
    EXPECT_EQ(File::open(folder() / std::string(300, 'x'), File::Mode::CreateNew).error().code,
              ErrorCode::InvalidArgument);
}

TEST_F(FileTest, CreateNewNeverTouchesAnExistingFile) {
    const auto path = existing("precious");
    EXPECT_EQ(File::open(path, File::Mode::CreateNew).error().code, ErrorCode::AlreadyExists);
    EXPECT_EQ(readTextFile(path).value(), "precious");
}

TEST_F(FileTest, ReadsExactlyOrReportsTheEnd) {
    const auto file = File::open(existing(), File::Mode::Read);
    ASSERT_TRUE(file);
    EXPECT_EQ(file->sizeBytes().value(), 10u);
    EXPECT_EQ(readBack(*file, 3, 4), "3456");
    EXPECT_EQ(readBack(*file, 10, 0), "");
    EXPECT_EQ(readBack(*file, 7, 4), "truncated");
    EXPECT_EQ(readBack(*file, 11, 1), "truncated");
    EXPECT_EQ(readBack(*file, std::numeric_limits<std::uint64_t>::max(), 4), "truncated");
    EXPECT_EQ(readBack(*file, std::uint64_t{1} << 63, 4), "truncated");
}

TEST_F(FileTest, WritesAtPositionsAndResizes) {
    auto file = File::open(folder() / "new", File::Mode::CreateOrOpen);
    ASSERT_TRUE(file);
    ASSERT_TRUE(file->resize(6));
    ASSERT_TRUE(file->writeExact(2, bytesOf("abcdef")));
    ASSERT_TRUE(file->sync());
    EXPECT_EQ(readBack(*file, 0, 8), std::string_view("\0\0abcdef", 8));
    ASSERT_TRUE(file->resize(3));
    EXPECT_EQ(file->sizeBytes().value(), 3u);
    file->expect(0, 3);
    file->expect(std::numeric_limits<std::uint64_t>::max(), 3);
    file->dropCache(0, 3);
    file->dropCache(std::numeric_limits<std::uint64_t>::max(), 3);
    EXPECT_EQ(readBack(*file, 2, 1), "a");
    EXPECT_FALSE(file->resize(std::numeric_limits<std::uint64_t>::max()));
    EXPECT_FALSE(file->writeExact(std::uint64_t{1} << 63, bytesOf("x")));
}

TEST_F(FileTest, ReadOnlyFileRefusesWrites) {
    auto file = File::open(existing(), File::Mode::Read);
    ASSERT_TRUE(file);
    EXPECT_FALSE(file->writeExact(0, bytesOf("x")));
    EXPECT_EQ(readTextFile(folder() / "file").value(), "0123456789");
}

TEST_F(FileTest, MovedFileStaysOpenOnce) {
    auto first = File::open(existing(), File::Mode::Read);
    ASSERT_TRUE(first);
    File second = std::move(*first);
    File third;
    third = std::move(second);
    EXPECT_EQ(readBack(third, 0, 2), "01");
    EXPECT_EQ(third.path(), folder() / "file");
}

TEST_F(FileTest, ThreadsReadAtOnce) {
    std::string text(1 << 16, ' ');
    for (std::size_t at = 0; at < text.size(); ++at) text[at] = static_cast<char>('a' + at % 23);
    const auto file = File::open(existing(text), File::Mode::Read);
    ASSERT_TRUE(file);
    const auto check = [&](std::size_t start) {
        for (std::size_t at = start; at + 100 < text.size(); at += 331)
            ASSERT_EQ(readBack(*file, at, 100), text.substr(at, 100));
    };
    std::thread other(check, 0);
    check(7);
    other.join();
}

TEST(FileErrors, FullDiskIsToldFromOtherFailures) {
    auto full = File::open("/dev/full", File::Mode::ReadWrite);
    if (!full) GTEST_SKIP() << "this system has no /dev/full";
    const auto written = full->writeExact(0, bytesOf("x"));
    ASSERT_FALSE(written);
    EXPECT_EQ(written.error().code, ErrorCode::DiskFull);
    EXPECT_THAT(written.error().message(), HasSubstr("/dev/full: cannot write (No space left on device); free some"));
}

TEST_F(FileTest, MapsTheWholeFile) {
    auto mapped = MappedFile::open(existing());
    ASSERT_TRUE(mapped);
    MappedFile moved = std::move(*mapped);
    EXPECT_TRUE(mapped->bytes().empty());
    ASSERT_EQ(moved.bytes().size(), 10u);
    EXPECT_EQ(moved.bytes()[9], std::byte{'9'});
    moved.release(0, 10);
    moved.release(3, std::numeric_limits<std::uint64_t>::max());
    moved.release(100, 1);
    EXPECT_EQ(moved.bytes()[0], std::byte{'0'});
}

TEST_F(FileTest, MappingReportsWhatItCannotMap) {
    EXPECT_EQ(MappedFile::open(folder() / "absent").error().code, ErrorCode::NotFound);
    EXPECT_EQ(MappedFile::open(folder()).error().code, ErrorCode::InvalidArgument);
    const auto empty = MappedFile::open(existing(""));
    ASSERT_TRUE(empty);
    EXPECT_TRUE(empty->bytes().empty());
}

TEST_F(FileTest, TextFilesHaveALimit) {
    EXPECT_EQ(readTextFile(existing(), 10).value(), "0123456789");
    const auto tooLarge = readTextFile(existing(), 9);
    ASSERT_FALSE(tooLarge);
    EXPECT_EQ(tooLarge.error().code, ErrorCode::Unsupported);
    EXPECT_THAT(tooLarge.error().message(), HasSubstr("holds 10 bytes"));
    EXPECT_EQ(readTextFile(existing("")).value(), "");
}

TEST_F(FileTest, FreeSpaceOfAPathThatIsNotThereYet) {
    const auto here = freeDiskBytes(folder());
    const auto below = freeDiskBytes(folder() / "not" / "yet.strata");
    ASSERT_TRUE(here && below);
    EXPECT_GT(*here, 0u);
    EXPECT_NEAR(static_cast<double>(*below), static_cast<double>(*here), 0.5 * static_cast<double>(*here) + 1e9);
    EXPECT_TRUE(freeDiskBytes("relative.strata"));
    EXPECT_TRUE(freeDiskBytes(existing() / "below"));
}

}  // namespace
}  // namespace strata
