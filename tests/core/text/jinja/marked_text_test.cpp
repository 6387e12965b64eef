#include "core/text/jinja/marked_text.h"

#include "core/text/jinja/unicode.h"

#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace strata::jinja {
namespace {

using testing::ElementsAre;

TEST(MarkedText, JoinsAdjacentUserRuns) {
    MarkedText text("a");
    text.append("bc", true);
    text.append("d", true);
    text.append("");
    text.append("", true);
    text.append("e");
    text.append("f", true);
    EXPECT_EQ(text.view(), "abcdef");
    EXPECT_THAT(text.userRanges(), ElementsAre(ByteRange{1, 4}, ByteRange{5, 6}));
}

TEST(MarkedText, SlicesKeepTheirMarks) {
    MarkedText text("0123");
    text.append("4567", true);
    text.append("89");
    EXPECT_THAT(text.slice(2, 6).userRanges(), ElementsAre(ByteRange{2, 4}));
    EXPECT_THAT(text.slice(5, 10).userRanges(), ElementsAre(ByteRange{0, 3}));
    EXPECT_FALSE(text.slice(0, 4).hasUser());
    EXPECT_FALSE(text.slice(8, 10).hasUser());
    EXPECT_TRUE(text.slice(3, 3).empty());
}

TEST(MarkedText, MapsEachRunWithItsOwnLength) {
    MarkedText text("a");
    text.append("b", true);
    text.append("c");
    const MarkedText doubled = text.mapRuns([](std::string_view run) { return std::string(run) + std::string(run); });
    EXPECT_EQ(doubled.view(), "aabbcc");
    EXPECT_THAT(doubled.userRanges(), ElementsAre(ByteRange{2, 4}));
}

TEST(MarkedText, RunsCoverTheText) {
    MarkedText text("x", true);
    text.append("y");
    text.append("z", true);
    std::vector<std::pair<std::string, bool>> runs;
    text.forEachRun(0, text.size(), [&](std::string_view run, bool user) { runs.emplace_back(run, user); });
    EXPECT_THAT(runs, ElementsAre(std::pair("x", true), std::pair("y", false), std::pair("z", true)));
}

TEST(Unicode, InvalidBytesPassThrough) {
    const std::string bytes = "a\xff\xc3(\xe2\x82\xf0\x9f\x99\x82\xed\xa0\x80";
    std::string copy;
    std::size_t count = 0;
    forEachCharacter(bytes, [&](Character character, std::size_t) {
        appendCharacter(copy, character.code);
        ++count;
    });
    EXPECT_EQ(copy, bytes);
    EXPECT_EQ(count, 10u);
    EXPECT_EQ(characterCount(bytes), count);
    EXPECT_EQ(upper("\xff\x61"), "\xff\x41");
}

TEST(Unicode, WalksBackwards) {
    const std::string text = "aé你🙂\xff";
    std::vector<char32_t> codes;
    for (std::size_t end = text.size(); end > 0; end -= characterBefore(text, end).length) {
        codes.push_back(characterBefore(text, end).code);
    }
    EXPECT_THAT(codes, ElementsAre(0xdcffu, 0x1f642u, 0x4f60u, 0xe9u, U'a'));
}

}  // namespace
}  // namespace strata::jinja
