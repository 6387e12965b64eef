#include "core/stack/memory_governor.h"

#include "core/base/random.h"

#include <algorithm>

#include <gtest/gtest.h>

namespace strata {
namespace {

using std::chrono::milliseconds;

constexpr std::uint64_t kMb = 1'000'000;
constexpr std::uint64_t kFloor = 500 * kMb;
constexpr std::uint64_t kFull = 4000 * kMb;

GovernorOptions options() {
    return {.emergencyBytes = 250 * kMb,
            .deadBandBytes = 60 * kMb,
            .growStepBytes = 500 * kMb,
            .calm = milliseconds(10'000),
            .growInterval = milliseconds(1'000),
            .somePressure = 20,
            .fullPressure = 5,
            .pressureInterval = milliseconds(3'000)};
}

/// A computer with one other program, whose model obeys at once.
class Machine {
public:
    std::uint64_t totalBytes = 16'000 * kMb;
    std::uint64_t othersBytes = 4'000 * kMb;
    std::optional<std::uint64_t> limitBytes;  // of a control group that holds us alone
    MemoryPressure pressure;
    std::uint64_t fullBytes = kFull;
    MemoryGovernor governor{options()};
    milliseconds now{0};
    std::uint64_t held = 0;

    MemoryDecision step(int ms = 250) {
        now += milliseconds(ms);
        const std::uint64_t used = othersBytes + held;
        MemorySample sample{totalBytes > used ? totalBytes - used : 0, {}, pressure};
        if (limitBytes) sample.limitLeavesBytes = *limitBytes > held ? *limitBytes - held : 0;
        const MemoryDecision decision = governor.decide(now, sample, {held, kFloor, fullBytes});
        EXPECT_EQ(decision.isChange(),
                  decision.targetBytes != decision.beforeBytes || decision.reason == MemoryReason::UserChoice);
        EXPECT_EQ(decision.beforeBytes, m_last);
        EXPECT_GE(decision.targetBytes, kFloor);
        EXPECT_LE(decision.targetBytes, std::max(kFloor, std::min(governor.policy().capBytes, fullBytes)));
        held = m_last = decision.targetBytes;
        return decision;
    }
    /// As the machine settles: what is overcommitted shows as nothing available, so that it takes several looks.
    std::uint64_t settle() {
        for (int look = 0; look < 40; ++look) step();
        return held;
    }
    /// The next change within `ms`; Unchanged when there is none.
    MemoryDecision nextChange(int ms) {
        for (const milliseconds end = now + milliseconds(ms); now < end;)
            if (const MemoryDecision decision = step(); decision.isChange()) return decision;
        return {m_last, MemoryReason::Unchanged, m_last, false};
    }

private:
    std::uint64_t m_last = 0;
};

TEST(MemoryGovernor, AnUnlimitedModelIsLoadedWhole) {
    Machine machine;
    const MemoryDecision first = machine.step();
    EXPECT_EQ(first.targetBytes, kFull);
    EXPECT_EQ(first.reason, MemoryReason::UserChoice);
    EXPECT_EQ(machine.nextChange(60'000).reason, MemoryReason::Unchanged);
}

TEST(MemoryGovernor, TheUsersSizeIsKeptInBothDirections) {
    Machine machine;
    machine.step();
    for (const std::uint64_t cap : {1'000 * kMb, 999 * kMb, 3'000 * kMb, 3'000 * kMb + 1}) {
        machine.governor.setPolicy({.capBytes = cap});
        const MemoryDecision decision = machine.step();
        EXPECT_EQ(decision.targetBytes, cap);
        EXPECT_EQ(decision.reason, MemoryReason::UserChoice);
        EXPECT_EQ(machine.nextChange(30'000).reason, MemoryReason::Unchanged) << "with room for more";
    }
}

TEST(MemoryGovernor, BelowTheFloorMeansTheFloor) {
    Machine machine;
    machine.governor.setPolicy({.capBytes = 1});
    EXPECT_EQ(machine.step().targetBytes, kFloor);
}

TEST(MemoryGovernor, AFixedSizeYieldsOnlyInNeedAndSaysSo) {
    Machine machine;
    machine.governor.setPolicy({.capBytes = 3'000 * kMb});
    machine.step();
    machine.othersBytes = 12'700 * kMb;  // leaves 300 beside us: more than the emergency needs
    EXPECT_EQ(machine.nextChange(20'000).reason, MemoryReason::Unchanged);
    machine.othersBytes = 12'900 * kMb;
    const MemoryDecision decision = machine.step();
    EXPECT_EQ(decision.reason, MemoryReason::LowMemory);
    EXPECT_EQ(decision.targetBytes, 2'850 * kMb) << "16,000 less 12,900 less 250";
    EXPECT_FALSE(decision.atFloor);
    machine.othersBytes = 14'500 * kMb;
    EXPECT_EQ(machine.settle(), 1'250 * kMb);
}

TEST(MemoryGovernor, MoreThanThereIsIsRefusedWithAReason) {
    Machine machine;
    machine.othersBytes = 14'000 * kMb;
    machine.governor.setPolicy({.capBytes = 3'000 * kMb});
    const MemoryDecision decision = machine.step();
    EXPECT_EQ(decision.targetBytes, 1'750 * kMb);
    EXPECT_EQ(decision.reason, MemoryReason::LowMemory);
}

TEST(MemoryGovernor, LeavesFreeWhatWasAskedFor) {
    Machine machine;
    machine.governor.setPolicy({.mode = MemoryMode::LeaveFree, .leaveFreeBytes = 10'000 * kMb});
    const MemoryDecision first = machine.step();
    EXPECT_EQ(first.targetBytes, 2'000 * kMb);
    EXPECT_EQ(first.reason, MemoryReason::UserChoice);
    machine.othersBytes += 700 * kMb;
    EXPECT_EQ(machine.step().targetBytes, 1'300 * kMb) << "at once";
    machine.othersBytes += 5'000 * kMb;
    EXPECT_EQ(machine.step().targetBytes, kFloor);
    const MemoryDecision least = machine.step();
    EXPECT_EQ(least.reason, MemoryReason::Unchanged);
    EXPECT_TRUE(least.atFloor);
}

TEST(MemoryGovernor, NeverAboveTheCapHoweverMuchIsFree) {
    Machine machine;
    machine.governor.setPolicy({.mode = MemoryMode::LeaveFree, .capBytes = 1'500 * kMb, .leaveFreeBytes = 1'000 * kMb});
    EXPECT_EQ(machine.step().targetBytes, 1'500 * kMb);
    machine.othersBytes = 0;
    EXPECT_EQ(machine.nextChange(60'000).reason, MemoryReason::Unchanged);
}

TEST(MemoryGovernor, GrowsSlowlyAndAfterACalmTime) {
    Machine machine;
    machine.step();
    machine.othersBytes = 14'000 * kMb;
    EXPECT_EQ(machine.settle(), 1'750 * kMb);
    machine.othersBytes = 4'000 * kMb;
    const milliseconds relieved = machine.now;
    EXPECT_EQ(machine.nextChange(9'500).reason, MemoryReason::Unchanged);
    const MemoryDecision step = machine.nextChange(2'000);
    EXPECT_EQ(step.reason, MemoryReason::Recovered);
    EXPECT_EQ(step.targetBytes, 2'250 * kMb) << "one step of 500";
    EXPECT_GE(machine.now - relieved, milliseconds(9'750));
    const milliseconds begun = machine.now;
    EXPECT_EQ(machine.nextChange(5'000).targetBytes, 2'750 * kMb);
    EXPECT_EQ(machine.now - begun, milliseconds(1'000));
    while (machine.nextChange(5'000).isChange()) {
    }
    EXPECT_EQ(machine.held, kFull) << "the last piece too";
}

TEST(MemoryGovernor, AShortageInBetweenStartsTheCalmAnew) {
    Machine machine;
    machine.step();
    machine.othersBytes = 14'000 * kMb;
    machine.settle();
    machine.othersBytes = 4'000 * kMb;
    EXPECT_FALSE(machine.nextChange(8'000).isChange());
    machine.othersBytes = 14'010 * kMb;  // short again, by less than the dead band
    EXPECT_FALSE(machine.step().isChange());
    machine.othersBytes = 4'000 * kMb;
    EXPECT_FALSE(machine.nextChange(9'500).isChange());
    EXPECT_EQ(machine.nextChange(2'000).reason, MemoryReason::Recovered);
}

TEST(MemoryGovernor, WhatMovesWithinTheDeadBandMovesNothing) {
    Machine machine;
    machine.governor.setPolicy({.mode = MemoryMode::LeaveFree, .leaveFreeBytes = 10'000 * kMb});
    machine.step();
    Random random(5);
    for (int time = 0; time < 2'000; ++time) {
        machine.othersBytes = 4'000 * kMb + random.next() % (60 * kMb);
        EXPECT_FALSE(machine.step().isChange());
    }
}

TEST(MemoryGovernor, ASawtoothCausesFewChanges) {
    Machine machine;
    machine.governor.setPolicy({.mode = MemoryMode::LeaveFree, .leaveFreeBytes = 10'000 * kMb});
    machine.step();
    int changes = 0;
    for (int second = 0; second < 600; ++second) {  // another program takes and returns a gigabyte every five seconds
        machine.othersBytes = (4'000 + (second / 5 % 2 == 0 ? 1'000 : 0)) * kMb;
        for (int quarter = 0; quarter < 4; ++quarter) changes += machine.step().isChange() ? 1 : 0;
    }
    EXPECT_EQ(changes, 1);
    EXPECT_EQ(machine.held, 1'000 * kMb);
}

TEST(MemoryGovernor, GivesWayToPressureThatNoFigureShows) {
    Machine machine;
    machine.step();
    machine.pressure.someAvg10 = 30;
    const MemoryDecision first = machine.step();
    EXPECT_EQ(first.reason, MemoryReason::Pressure);
    EXPECT_EQ(first.targetBytes, kFull - kFull / 10);
    EXPECT_FALSE(machine.nextChange(2'500).isChange());
    EXPECT_EQ(machine.nextChange(1'000).targetBytes, kFull * 81 / 100) << "it has not fallen";
    machine.pressure.someAvg10 = 25;
    EXPECT_FALSE(machine.nextChange(20'000).isChange()) << "it is falling";
    machine.pressure = {.fullAvg10 = 6};
    EXPECT_FALSE(machine.nextChange(20'000).isChange());
    machine.pressure = {};
    EXPECT_FALSE(machine.nextChange(9'500).isChange());
    EXPECT_EQ(machine.nextChange(1'000).reason, MemoryReason::Recovered);
}

TEST(MemoryGovernor, LastingPressureEndsAtTheFloor) {
    Machine machine;
    machine.step();
    machine.pressure = {.someAvg10 = 90, .fullAvg10 = 60};
    MemoryDecision decision;
    for (int time = 0; time < 400; ++time) decision = machine.step();
    EXPECT_EQ(decision.targetBytes, kFloor);
    EXPECT_TRUE(decision.atFloor);
    EXPECT_FALSE(decision.isChange());
}

TEST(MemoryGovernor, TheLimitOfAControlGroupCounts) {
    Machine machine;
    machine.limitBytes = 2'000 * kMb;
    machine.governor.setPolicy({.capBytes = 3'000 * kMb});
    const MemoryDecision decision = machine.step();
    EXPECT_EQ(decision.targetBytes, 1'750 * kMb);
    EXPECT_EQ(decision.reason, MemoryReason::ControlGroup);
    machine.limitBytes = 1'000 * kMb;
    EXPECT_EQ(machine.settle(), 750 * kMb);
    machine.limitBytes.reset();
    EXPECT_EQ(machine.nextChange(20'000).reason, MemoryReason::Recovered);
}

TEST(MemoryGovernor, AConversationThatGrowsIsNoRecovery) {
    Machine machine;
    machine.step();
    for (int page = 0; page < 20; ++page) {
        machine.fullBytes += 3 * kMb;
        const MemoryDecision decision = machine.step();
        EXPECT_EQ(decision.reason, MemoryReason::ModelChanged);
        EXPECT_EQ(decision.targetBytes, machine.fullBytes);
    }
    machine.governor.setPolicy({.capBytes = 2'000 * kMb});
    machine.step();
    machine.fullBytes += 3 * kMb;
    EXPECT_FALSE(machine.step().isChange()) << "the cap is the cap";
}

TEST(MemoryGovernor, AnotherModelHasOtherBounds) {
    Machine machine;
    machine.step();
    machine.fullBytes = 900 * kMb;
    EXPECT_EQ(machine.step().targetBytes, 900 * kMb);
    machine.fullBytes = 100 * kMb;  // less than its floor: a model without a range
    EXPECT_EQ(machine.step().targetBytes, kFloor);
}

TEST(MemoryGovernor, TheSameCallsGiveTheSameDecisions) {
    const auto run = [] {
        std::vector<std::uint64_t> targets;
        Machine machine;
        Random random(11);
        for (int time = 0; time < 3'000; ++time) {
            if (random.next() % 50 == 0) machine.othersBytes = random.next() % (16'500 * kMb);
            if (random.next() % 90 == 0) machine.pressure.someAvg10 = static_cast<double>(random.next() % 60);
            if (random.next() % 200 == 0)
                machine.governor.setPolicy({.mode = random.next() % 2 == 0 ? MemoryMode::Fixed : MemoryMode::LeaveFree,
                                            .capBytes = random.next() % (5'000 * kMb),
                                            .leaveFreeBytes = random.next() % (12'000 * kMb)});
            targets.push_back(machine.step().targetBytes);
        }
        return targets;
    };
    EXPECT_EQ(run(), run());
}

TEST(MemoryGovernor, NumbersAtTheEdgeDoNotOverflow) {
    constexpr std::uint64_t kMost = std::numeric_limits<std::uint64_t>::max();
    MemoryGovernor governor;
    governor.setPolicy({.mode = MemoryMode::LeaveFree, .capBytes = kMost, .leaveFreeBytes = kMost});
    EXPECT_EQ(governor.decide(milliseconds(0), {0, {}, {}}, {0, 10, 20}).targetBytes, 10u);
    governor.setPolicy({.capBytes = kMost});
    EXPECT_EQ(governor.decide(milliseconds(1), {kMost / 2, {}, {}}, {kMost / 4, 10, kMost / 2}).targetBytes, kMost / 2);
    EXPECT_EQ(governor.decide(milliseconds(2), {0, 0, {}}, {0, 0, 0}).targetBytes, 0u);
}

TEST(MemoryGovernor, EveryReasonHasAName) {
    for (int reason = 0; reason <= static_cast<int>(MemoryReason::Recovered); ++reason)
        EXPECT_FALSE(memoryReasonName(static_cast<MemoryReason>(reason)).empty());
    EXPECT_EQ(memoryReasonName(MemoryReason::Recovered), "recovered");
}

}  // namespace
}  // namespace strata
