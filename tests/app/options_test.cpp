#include "app/cli/options.h"

#include <algorithm>
#include <limits>

#include <gtest/gtest.h>

namespace strata::cli {
namespace {

constexpr auto kMaximum = std::numeric_limits<std::uint64_t>::max();

TEST(ParseCount, TakesWholeNumbersInRange) {
    EXPECT_EQ(parseCount("17", 1, 100), 17u);
    EXPECT_EQ(parseCount("18446744073709551615", 0, kMaximum), kMaximum);
    for (const char* bad :
         {"", "0", "101", "-1", "+5", " 5", "5 ", "1.5", "1e3", "0x10", "ten", "18446744073709551616"})
        EXPECT_FALSE(parseCount(bad, 1, 100)) << bad;
}

TEST(ParseCount, SaysWhatIsAllowed) {
    EXPECT_EQ(parseCount("9", 1, 8).error().message(), "'9' is not a whole number from 1 to 8");
    EXPECT_EQ(parseCount("x", 0, kMaximum).error().message(), "'x' is not a whole number at least 0");
}

TEST(ParseReal, TakesFiniteNumbersInRange) {
    EXPECT_DOUBLE_EQ(parseReal("0.25", 0, 1).value(), 0.25);
    EXPECT_DOUBLE_EQ(parseReal("1e-2", 0, 1).value(), 0.01);
    for (const char* bad : {"", "nan", "inf", "-0.1", "1.1", "0,5", "half", "0.5x"})
        EXPECT_FALSE(parseReal(bad, 0, 1)) << bad;
}

TEST(ParseMemoryChange, TakesTokenAndSize) {
    const auto share = parseMemoryChange("64=60%");
    ASSERT_TRUE(share);
    EXPECT_EQ(share->token, 64u);
    EXPECT_DOUBLE_EQ(share->size.fraction, 0.6);
    const auto absolute = parseMemoryChange("8=90MB");
    ASSERT_TRUE(absolute);
    EXPECT_EQ(absolute->size.bytes, 90'000'000u);
    for (const char* bad : {"", "64", "=60%", "64=", "0=60%", "-1=60%", "x=60%", "64=60=70", "64=120%"})
        EXPECT_FALSE(parseMemoryChange(bad)) << bad;
}

/// The options of one command line.
struct Parsed {
    std::optional<std::uint64_t> count;
    std::optional<double> real;
    std::optional<SizeSpec> size;
    std::vector<MemoryChange> changes;
    std::vector<std::string> texts;
    std::string positional;

    void parse(std::vector<std::string> arguments) {
        CLI::App app("test");
        addCount(app, "--count", count, 1, 10, "");
        addReal(app, "--real", real, -1, 1, "");
        addSize(app, "--size", size, "");
        addMemoryChanges(app, "--at", changes, "");
        addTexts(app, "--text", texts, "");
        app.add_option("positional", positional, "");
        std::reverse(arguments.begin(), arguments.end());
        app.parse(arguments);
    }
};

TEST(Options, FillWhatWasGiven) {
    Parsed parsed;
    parsed.parse({"--count", "3", "--real", "-0.5", "--size", "60%", "--at", "1=10MB", "file", "--at", "2=50%"});
    EXPECT_EQ(parsed.count, 3u);
    EXPECT_EQ(parsed.real, -0.5);
    EXPECT_TRUE(parsed.size && parsed.size->isFraction());
    ASSERT_EQ(parsed.changes.size(), 2u);
    EXPECT_EQ(parsed.changes[1].token, 2u);
    EXPECT_EQ(parsed.positional, "file");
}

TEST(Options, ARepeatedOptionTakesOneTextEach) {
    Parsed parsed;
    parsed.parse({"--text", "[a,b]", "file", "--text", "--", "--text", "c d"});
    EXPECT_EQ(parsed.texts, (std::vector<std::string>{"[a,b]", "--", "c d"}));
    EXPECT_EQ(parsed.positional, "file");
}

TEST(Options, WrongValuesAreRefused) {
    for (const std::vector<std::string>& bad :
         std::vector<std::vector<std::string>>{{"--count", "11"},
                                               {"--count", "x"},
                                               {"--real", "2"},
                                               {"--size", "12 parsecs"},
                                               {"--at", "5"},
                                               {"--count"},
                                               {"--unknown"},
                                               {"--count", "1", "--count", "2"}}) {
        Parsed parsed;
        EXPECT_THROW(parsed.parse(bad), CLI::ParseError) << bad.front();
    }
}

}  // namespace
}  // namespace strata::cli
