#include "app/cli/progress_bar.h"

#include <algorithm>
#include <sstream>

#include <gmock/gmock.h>

namespace strata::cli {
namespace {

using testing::HasSubstr;
using testing::Not;

/// A bar or lines with a clock of its own.
struct Harness {
    explicit Harness(ProgressStyle style, bool colour = false, std::size_t columns = 80)
        : bar(out, {style, colour, columns, [this] { return now; }}), sink(bar.sink()) {}
    void report(double seconds, double fraction, std::string detail = {}) {
        now = seconds;
        sink({"Working", fraction, std::move(detail)});
    }
    [[nodiscard]] std::size_t lines() const {
        const std::string text = out.str();
        return static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
    }
    double now = 0;
    std::ostringstream out;
    ProgressBar bar;
    ProgressSink sink;
};

TEST(RemainingTime, IsKnownAfterTwoReports) {
    RemainingTime time;
    EXPECT_FALSE(time.secondsLeft());
    time.update(0, 0);
    EXPECT_FALSE(time.secondsLeft());
    time.update(10, 0.1);
    ASSERT_TRUE(time.secondsLeft());
    EXPECT_NEAR(*time.secondsLeft(), 90, 1e-6);
}

TEST(RemainingTime, CountsAResumedJobFromWhereItBegan) {
    RemainingTime time;
    time.update(0, 0.8);
    time.update(10, 0.9);
    EXPECT_NEAR(*time.secondsLeft(), 10, 1e-6);
}

TEST(RemainingTime, FollowsAChangeOfSpeed) {
    RemainingTime time;
    for (int second = 0; second <= 100; ++second) time.update(second, 0.001 * second);
    for (int second = 1; second <= 60; ++second) time.update(100 + second, 0.1 + 0.01 * second);
    // 0.3 is left at 0.01 a second; the slow beginning has faded but for e^-2.
    EXPECT_NEAR(*time.secondsLeft(), 30, 6);
}

TEST(ProgressBar, LinesComeOnceASecondAtMost) {
    Harness harness(ProgressStyle::Lines);
    for (int step = 0; step <= 100; ++step) harness.report(0.05 * step, 0.01 * step);
    harness.bar.finish();
    EXPECT_EQ(harness.lines(), 6u);
    EXPECT_THAT(harness.out.str(), HasSubstr("Working 0%\n"));
    EXPECT_THAT(harness.out.str(), HasSubstr("Working 100%"));
    EXPECT_THAT(harness.out.str(), Not(HasSubstr("\x1b")));
    EXPECT_THAT(harness.out.str(), Not(HasSubstr("\r")));
}

TEST(ProgressBar, LinesStateTimeAndDetail) {
    Harness harness(ProgressStyle::Lines);
    harness.report(0, 0);
    harness.report(10, 0.25, "layer 3 of 12");
    EXPECT_THAT(harness.out.str(), HasSubstr("Working 25% ETA 0:30: layer 3 of 12\n"));
}

TEST(ProgressBar, TheLastReportIsNotLost) {
    Harness harness(ProgressStyle::Lines);
    harness.report(0, 0);
    harness.report(0.1, 1, "done");
    EXPECT_EQ(harness.lines(), 1u);
    harness.bar.finish();
    EXPECT_THAT(harness.out.str(), HasSubstr("Working 100%: done\n"));
}

TEST(ProgressBar, NeverRunsBackwards) {
    Harness harness(ProgressStyle::Lines);
    harness.report(0, 0.5);
    harness.report(2, 0.2);
    EXPECT_THAT(harness.out.str(), Not(HasSubstr("20%")));
}

TEST(ProgressBar, ABarRedrawsItsLineAndRemovesIt) {
    Harness harness(ProgressStyle::Bar);
    harness.report(0, 0.5, "half");
    EXPECT_EQ(harness.out.str(), "\r\x1b[KWorking [############------------]  50%  half");
    harness.bar.finish();
    EXPECT_THAT(harness.out.str(), testing::EndsWith("\r\x1b[K"));
}

TEST(ProgressBar, ABarFitsTheTerminal) {
    Harness harness(ProgressStyle::Bar, false, 60);
    harness.report(0, 0.5, std::string(200, 'x'));
    EXPECT_LT(harness.out.str().size(), 60u + 4);
}

TEST(ProgressBar, ColourIsAnOption) {
    Harness coloured(ProgressStyle::Bar, true);
    coloured.report(0, 0.5);
    EXPECT_THAT(coloured.out.str(), HasSubstr("\x1b[32m"));
    Harness plain(ProgressStyle::Bar, false);
    plain.report(0, 0.5);
    EXPECT_THAT(plain.out.str(), Not(HasSubstr("\x1b[32m")));
}

TEST(ProgressBar, SilentSaysNothing) {
    Harness harness(ProgressStyle::Silent);
    harness.report(0, 0);
    harness.report(5, 1);
    harness.bar.finish();
    EXPECT_EQ(harness.out.str(), "");
}

}  // namespace
}  // namespace strata::cli
