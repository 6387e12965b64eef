// Stop strings and context overflow.
#include "core/model/context_overflow.h"
#include "core/model/stop_strings.h"

#include <gmock/gmock.h>

namespace strata {
namespace {

struct Shown {
    std::string text;
    bool stopped = false;
};

Shown feed(const std::vector<std::string>& stops, const std::vector<std::string>& pieces) {
    StopStrings filter(stops);
    Shown shown;
    for (const std::string& piece : pieces) {
        const auto output = filter.push(piece);
        shown.text += output.text;
        shown.stopped = output.stopped;
        if (shown.stopped) return shown;
    }
    shown.text += filter.finish();
    return shown;
}

TEST(StopStrings, EndTheTextBeforeThem) {
    const Shown shown = feed({"STOP"}, {"one ST", "OP two"});
    EXPECT_TRUE(shown.stopped);
    EXPECT_EQ(shown.text, "one ");
}

TEST(StopStrings, HoldBackNoMoreThanNeeded) {
    StopStrings filter({"\nUser:", "###"});
    EXPECT_EQ(filter.push("hello").text, "hello");
    EXPECT_EQ(filter.push("\nUs").text, "");
    EXPECT_EQ(filter.push("age #").text, "\nUsage ");
    EXPECT_EQ(filter.push("#").text, "");
    EXPECT_EQ(filter.push("2").text, "##2");
    EXPECT_EQ(filter.finish(), "");
}

TEST(StopStrings, OverlappingBeginnings) {
    const Shown shown = feed({"aab"}, {"a", "a", "a", "b", "c"});
    EXPECT_TRUE(shown.stopped);
    EXPECT_EQ(shown.text, "a");
}

TEST(StopStrings, TheFirstInTheTextCounts) {
    const Shown shown = feed({"late", "early"}, {"x early late"});
    EXPECT_EQ(shown.text, "x ");
}

TEST(StopStrings, EndOfTextFreesWhatWasHeld) {
    EXPECT_EQ(feed({"###"}, {"a ##"}).text, "a ##");
    EXPECT_EQ(feed({""}, {"abc"}).text, "abc");
}

TEST(ContextOverflow, StopNeverCuts) {
    EXPECT_EQ(planCut(OverflowPolicy::Stop, 101, 100, 10), std::nullopt);
}

TEST(ContextOverflow, RollForgetsTheOldestAfterTheKept) {
    EXPECT_EQ(planCut(OverflowPolicy::Roll, 101, 100, 10), (ContextRange{10, 36}));
    EXPECT_EQ(planCut(OverflowPolicy::Roll, 101, 100, 0), (ContextRange{0, 26}));
}

TEST(ContextOverflow, TruncateMiddleKeepsBothEnds) {
    EXPECT_EQ(planCut(OverflowPolicy::TruncateMiddle, 101, 100, 10), (ContextRange{37, 63}));
    EXPECT_EQ(planCut(OverflowPolicy::TruncateMiddle, 101, 100, 50), (ContextRange{50, 76}));
}

TEST(ContextOverflow, AlwaysLeavesRoomAndTheLastToken) {
    for (const OverflowPolicy policy : {OverflowPolicy::Roll, OverflowPolicy::TruncateMiddle}) {
        for (std::size_t capacity = 4; capacity < 40; ++capacity) {
            for (std::size_t keep = 0; keep < 50; ++keep) {
                for (const std::size_t length : {capacity + 1, capacity * 3}) {
                    const auto range = planCut(policy, length, capacity, keep);
                    ASSERT_TRUE(range);
                    ASSERT_LT(range->begin, range->end);
                    ASSERT_LT(range->end, length);
                    ASSERT_LT(length - (range->end - range->begin), capacity + 1);
                }
            }
        }
    }
}

}  // namespace
}  // namespace strata
