#include "core/base/size.h"

#include <limits>

#include <gmock/gmock.h>

namespace strata {
namespace {

using ::testing::HasSubstr;

std::uint64_t bytes(std::string_view text) {
    const auto size = parseSize(text);
    EXPECT_TRUE(size) << text << ": " << size.error().message();
    EXPECT_TRUE(!size || !size->isFraction());
    return size ? size->bytes : 0;
}

TEST(ParseSize, UnderstandsUnits) {
    EXPECT_EQ(bytes("0"), 0u);
    EXPECT_EQ(bytes("12345"), 12345u);
    EXPECT_EQ(bytes("64kB"), 64'000u);
    EXPECT_EQ(bytes("120MiB"), 120u << 20);
    EXPECT_EQ(bytes("1.5GB"), 1'500'000'000u);
    EXPECT_EQ(bytes("1.5 gib"), 1'610'612'736u);
    EXPECT_EQ(bytes(" 2 TB "), 2'000'000'000'000u);
    EXPECT_EQ(bytes("1tIb"), std::uint64_t{1} << 40);
    EXPECT_EQ(bytes("18446744073709551615"), std::numeric_limits<std::uint64_t>::max());
    EXPECT_EQ(bytes("0.0005 kB"), 1u);
}

TEST(ParseSize, UnderstandsShares) {
    const auto share = parseSize("60%");
    ASSERT_TRUE(share);
    EXPECT_TRUE(share->isFraction());
    EXPECT_EQ(share->resolve(1000), 600u);
    EXPECT_EQ(parseSize("100%")->resolve(std::numeric_limits<std::uint64_t>::max()),
              std::numeric_limits<std::uint64_t>::max());
    EXPECT_EQ(parseSize("12.5 %")->resolve(800), 100u);
    EXPECT_EQ(parseSize("5kB")->resolve(1), 5000u) << "an absolute size is not a share of anything";
}

class BadSize : public ::testing::TestWithParam<std::string_view> {};
INSTANTIATE_TEST_SUITE_P(Texts, BadSize,
                         ::testing::Values("", " ", "GB", "12 parsecs", "-1", "-1MB", "+1MB", "1e9", "0x10", "nan",
                                           "inf", "1.2.3", ".", "1,5GB", "1GB2", "5 G", "0%", "101%", "-3%", "1.5",
                                           "1.5B", "18446744073709551616", "99999999999TB", "1.0e3MB", "20000000.5TB",
                                           std::string_view("1\0GB", 4)));

TEST_P(BadSize, IsAnErrorThatListsWhatIsUnderstood) {
    const auto size = parseSize(GetParam());
    ASSERT_FALSE(size) << GetParam() << " became " << size->bytes;
    EXPECT_EQ(size.error().code, ErrorCode::InvalidArgument);
    EXPECT_THAT(size.error().message(), HasSubstr("MiB"));
}

TEST(FormatBytes, ThreeDigits) {
    EXPECT_EQ(formatBytes(0), "0 B");
    EXPECT_EQ(formatBytes(512), "512 B");
    EXPECT_EQ(formatBytes(999), "999 B");
    EXPECT_EQ(formatBytes(1000), "1.00 kB");
    EXPECT_EQ(formatBytes(9'994), "9.99 kB");
    EXPECT_EQ(formatBytes(9'996), "10.0 kB");
    EXPECT_EQ(formatBytes(99'960), "100 kB");
    EXPECT_EQ(formatBytes(999'600), "1.00 MB");
    EXPECT_EQ(formatBytes(118'400'000), "118 MB");
    EXPECT_EQ(formatBytes(1'240'000'000), "1.24 GB");
    EXPECT_EQ(formatBytes(std::numeric_limits<std::uint64_t>::max()), "18.4 EB");
}

TEST(FormatDuration, MinutesAndHours) {
    EXPECT_EQ(formatDuration(0), "0:00");
    EXPECT_EQ(formatDuration(3.6), "0:04");
    EXPECT_EQ(formatDuration(59.7), "1:00");
    EXPECT_EQ(formatDuration(187), "3:07");
    EXPECT_EQ(formatDuration(3729), "1:02:09");
    EXPECT_EQ(formatDuration(100 * 3600), "100:00:00");
    EXPECT_EQ(formatDuration(-5), "0:00");
    EXPECT_EQ(formatDuration(std::numeric_limits<double>::quiet_NaN()), "0:00");
    EXPECT_FALSE(formatDuration(std::numeric_limits<double>::infinity()).empty());
}

}  // namespace
}  // namespace strata
