#include "core/base/hash.h"

#include "tests/core/base/folder_test.h"

#include <fstream>

namespace strata {
namespace {

std::span<const std::byte> bytesOf(std::string_view text) {
    return std::as_bytes(std::span(text));
}

constexpr std::string_view kSha256OfNothing = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
constexpr std::string_view kSha256OfAbc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
constexpr std::string_view kSha256OfAMillionA = "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0";

TEST(Xxh3, KnownValues) {
    EXPECT_EQ(xxh3({}), 0x2d06800538d394c2u);
    EXPECT_EQ(xxh3(bytesOf("abc")), 0x78af5f94892f3950u);
    EXPECT_NE(xxh3(bytesOf("abd")), xxh3(bytesOf("abc")));
}

// FIPS 180-2, appendix B, and the digest of nothing.
TEST(Sha256, KnownValues) {
    EXPECT_EQ(sha256Of({}), kSha256OfNothing);
    EXPECT_EQ(sha256Of(bytesOf("abc")), kSha256OfAbc);
    EXPECT_EQ(sha256Of(bytesOf(std::string(1'000'000, 'a'))), kSha256OfAMillionA);
}

class Sha256OfFile : public test::FolderTest {
protected:
    [[nodiscard]] std::filesystem::path existing(std::string_view text) const {
        std::ofstream(folder() / "file") << text;
        return folder() / "file";
    }
};

TEST_F(Sha256OfFile, AgreesWithTheBytes) {
    EXPECT_EQ(sha256OfFile(existing("")).value(), kSha256OfNothing);
    EXPECT_EQ(sha256OfFile(existing("abc")).value(), kSha256OfAbc);
    const std::string severalChunks((std::size_t{9} << 20) + 17, 'q');
    EXPECT_EQ(sha256OfFile(existing(severalChunks)).value(), sha256Of(bytesOf(severalChunks)));
}

TEST_F(Sha256OfFile, ReportsProgressThatNeverFalls) {
    double last = 0;
    JobContext context;
    context.progress = [&](const Progress& progress) {
        EXPECT_GE(progress.fraction, last);
        last = progress.fraction;
    };
    ASSERT_TRUE(sha256OfFile(existing(std::string(std::size_t{9} << 20, 'q')), context));
    EXPECT_EQ(last, 1.0);
}

TEST_F(Sha256OfFile, FailuresAreErrors) {
    EXPECT_EQ(sha256OfFile(folder() / "absent").error().code, ErrorCode::NotFound);
    std::stop_source stop;
    stop.request_stop();
    EXPECT_EQ(sha256OfFile(existing("abc"), {{}, stop.get_token()}).error().code, ErrorCode::Cancelled);
}

}  // namespace
}  // namespace strata
