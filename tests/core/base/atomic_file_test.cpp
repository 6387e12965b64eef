#include "core/base/file.h"
#include "tests/core/base/folder_test.h"

#include <fstream>
#include <utility>

#include <gmock/gmock.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

namespace strata {
namespace {

using ::testing::HasSubstr;

std::span<const std::byte> bytesOf(std::string_view text) {
    return std::as_bytes(std::span(text));
}

class AtomicFileTest : public test::FolderTest {
protected:
    [[nodiscard]] std::filesystem::path target() const { return folder() / "model.strata"; }
    void putOld() const { std::ofstream(target()) << "old"; }
    [[nodiscard]] std::string content() const { return readTextFile(target()).value_or("<missing>"); }
};

TEST_F(AtomicFileTest, AppearsWholeOnCommit) {
    auto file = AtomicFile::create(target(), false);
    ASSERT_TRUE(file);
    ASSERT_TRUE(file->write(bytesOf("some ")));
    ASSERT_TRUE(file->write(bytesOf("text")));
    EXPECT_EQ(file->position(), 9u);
    EXPECT_EQ(content(), "<missing>");
    ASSERT_TRUE(file->commit());
    EXPECT_EQ(content(), "some text");
    EXPECT_EQ(entries(), 1u);
    EXPECT_FALSE(file->commit()) << "a second commit has nothing to commit";
    EXPECT_EQ(content(), "some text");
}

TEST_F(AtomicFileTest, SmallAndLargeWritesKeepTheirOrder) {
    std::string expected;
    auto file = AtomicFile::create(target(), false);
    ASSERT_TRUE(file);
    for (const std::size_t sizeBytes : {1u, 1u << 20, 3u, 1u << 18, 0u, (1u << 18) + 1, 200'000u, 200'000u}) {
        const std::string piece(sizeBytes, static_cast<char>('a' + expected.size() % 26));
        ASSERT_TRUE(file->write(bytesOf(piece)));
        expected += piece;
        ASSERT_EQ(file->position(), expected.size());
    }
    ASSERT_TRUE(file->commit());
    EXPECT_EQ(content(), expected);
}

TEST_F(AtomicFileTest, WithoutCommitNothingChanges) {
    putOld();
    {
        auto file = AtomicFile::create(target(), true);
        ASSERT_TRUE(file);
        ASSERT_TRUE(file->write(bytesOf(std::string(1 << 20, 'x'))));
        AtomicFile moved = std::move(*file);
        EXPECT_EQ(entries(), 2u);
    }
    EXPECT_EQ(content(), "old");
    EXPECT_EQ(entries(), 1u);
}

TEST_F(AtomicFileTest, AssignmentDiscardsTheReplacedFile) {
    auto first = AtomicFile::create(folder() / "a", false);
    auto second = AtomicFile::create(folder() / "b", false);
    ASSERT_TRUE(first && second);
    *first = std::move(*second);
    EXPECT_EQ(entries(), 1u);
    ASSERT_TRUE(first->commit());
    EXPECT_TRUE(std::filesystem::exists(folder() / "b"));
}

TEST_F(AtomicFileTest, ReplacesOnlyWhenAllowed) {
    putOld();
    const auto refused = AtomicFile::create(target(), false);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::AlreadyExists);
    EXPECT_THAT(refused.error().message(), HasSubstr("model.strata: cannot write (File exists); choose another name"));
    ASSERT_TRUE(writeFileAtomically(target(), "new"));
    EXPECT_EQ(content(), "new");
    EXPECT_EQ(entries(), 1u);
}

TEST_F(AtomicFileTest, TargetThatAppearsMeanwhileIsKept) {
    {
        auto file = AtomicFile::create(target(), false);
        ASSERT_TRUE(file);
        putOld();
        const auto committed = file->commit();
        ASSERT_FALSE(committed);
        EXPECT_EQ(committed.error().code, ErrorCode::AlreadyExists);
    }
    EXPECT_EQ(content(), "old");
    EXPECT_EQ(entries(), 1u);
}

TEST_F(AtomicFileTest, TwoWritersOfOneTargetDoNotMix) {
    auto first = AtomicFile::create(target(), true);
    auto second = AtomicFile::create(target(), true);
    ASSERT_TRUE(first && second);
    ASSERT_TRUE(first->write(bytesOf("first")));
    ASSERT_TRUE(second->write(bytesOf("second")));
    ASSERT_TRUE(first->commit());
    EXPECT_EQ(content(), "first");
    ASSERT_TRUE(second->commit());
    EXPECT_EQ(content(), "second");
}

TEST_F(AtomicFileTest, FoldersThatCannotBeWrittenAreErrors) {
    EXPECT_EQ(AtomicFile::create(folder() / "absent" / "x", true).error().code, ErrorCode::NotFound);
    EXPECT_EQ(AtomicFile::create(folder(), true).error().code, ErrorCode::InvalidArgument);
    putOld();
    const auto below = AtomicFile::create(target() / "x", true);
    ASSERT_FALSE(below);
    EXPECT_EQ(below.error().code, ErrorCode::NotFound);
    EXPECT_EQ(below.error().file, (target() / "x").string()) << "the temporary name is nobody's business";
}

TEST_F(AtomicFileTest, ReadOnlyFolderIsAnError) {
    if (::geteuid() == 0) GTEST_SKIP() << "root may write everywhere";
    std::filesystem::permissions(folder(), std::filesystem::perms::owner_read | std::filesystem::perms::owner_exec);
    EXPECT_EQ(AtomicFile::create(target(), true).error().code, ErrorCode::PermissionDenied);
    std::filesystem::permissions(folder(), std::filesystem::perms::owner_all);
}

TEST(AtomicFileErrors, SystemFoldersRefuse) {
    EXPECT_FALSE(AtomicFile::create("/proc/strata-test", true));
}

/// Runs body in a child of its own; its exit status, or minus the signal that ended it.
template <class F>
int inChild(F body) {
    const pid_t child = ::fork();
    if (child == 0) ::_exit(body());
    int status = 0;
    ::waitpid(child, &status, 0);
    return WIFSIGNALED(status) ? -WTERMSIG(status) : WEXITSTATUS(status);
}

TEST_F(AtomicFileTest, KilledWriterLeavesTheOldFile) {
    putOld();
    const int status = inChild([&] {
        auto file = AtomicFile::create(target(), true);
        if (!file || !file->write(bytesOf(std::string(1 << 20, 'x')))) return 1;
        ::raise(SIGKILL);
        return 2;
    });
    ASSERT_EQ(status, -SIGKILL);
    EXPECT_EQ(content(), "old");
    ASSERT_TRUE(writeFileAtomically(target(), "new")) << "what the dead one left must not be in the way";
    EXPECT_EQ(content(), "new");
}

TEST_F(AtomicFileTest, FileThatCannotGrowLeavesTheOldOne) {
    putOld();
    const int status = inChild([&] {
        const rlimit limit{1 << 16, 1 << 16};
        ::signal(SIGXFSZ, SIG_IGN);
        if (::setrlimit(RLIMIT_FSIZE, &limit) != 0) return 1;
        auto file = AtomicFile::create(target(), true);
        if (!file || !file->write(bytesOf(std::string(1 << 17, 'x')))) return 2;  // fits the buffer
        const auto committed = file->commit();
        return !committed && committed.error().code == ErrorCode::DiskFull ? 0 : 3;
    });
    EXPECT_EQ(status, 0);
    EXPECT_EQ(content(), "old");
    EXPECT_EQ(entries(), 1u);
}

}  // namespace
}  // namespace strata
