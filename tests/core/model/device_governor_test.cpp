// Sessions whose device tells what other programs leave of its memory.
#include "core/model/device_governor.h"

#include "core/base/random.h"
#include "tests/core/model/faulty_device.h"
#include "tests/core/model/session_harness.h"

#include <algorithm>
#include <atomic>
#include <set>
#include <thread>

namespace strata::test {
namespace {

using std::chrono::milliseconds;

constexpr std::uint64_t kReserveBytes = std::uint64_t{64} << 20;

class GovernedDevice : public SessionTest {
protected:
    [[nodiscard]] std::unique_ptr<Session> openOnDevice(SessionOptions options = {}) {
        options.makeBackend = [this]() -> Result<std::unique_ptr<Backend>> {
            return std::make_unique<FaultyDevice>(m_pool, m_faults);
        };
        return open(std::move(options));
    }
    [[nodiscard]] SharedMemory& memory() { return *m_faults->memory; }
    [[nodiscard]] static GovernorOptions quick(std::uint64_t stepBytes) {
        return {.emergencyBytes = 0,
                .deadBandBytes = 1024,
                .growStepBytes = stepBytes,
                .calm = milliseconds(1000),
                .growInterval = milliseconds(100)};
    }
    /// What the device needs to be there at all.
    static constexpr std::uint64_t kIdleBytes = 32768;
    static constexpr std::uint64_t kRoomy = std::uint64_t{1} << 40;
    ThreadPool m_pool{1};
    std::shared_ptr<Faults> m_faults = std::make_shared<Faults>(Faults{.memory = std::make_shared<SharedMemory>()});
};

TEST(DeviceRoomTest, WhatIsAllowedCountsWhatIsHeld) {
    EXPECT_EQ((DeviceRoom{.budgetBytes = 100, .usedBytes = 80, .heldBytes = 50}.allowedBytes()), 70U);
    EXPECT_EQ((DeviceRoom{.budgetBytes = 100, .usedBytes = 50, .heldBytes = 50}.allowedBytes()), 100U);
    EXPECT_EQ((DeviceRoom{.budgetBytes = 40, .usedBytes = 80, .heldBytes = 50}.allowedBytes()), 10U);
    EXPECT_EQ((DeviceRoom{.budgetBytes = 10, .usedBytes = 80, .heldBytes = 50}.allowedBytes()), 0U);
}

TEST_F(GovernedDevice, LayersLeaveAtTheNextLookAndComeBackAfterTheCalm) {
    const auto prompt = m_model.randomIds(40, 1);
    const auto expected = generate(*open(), prompt, 80);
    const auto session = openOnDevice();
    const std::uint64_t all = session->use().deviceBytes;
    EXPECT_GE(session->deviceFullBytes(), all);
    ASSERT_TRUE(session->deviceRoom());
    EXPECT_EQ(session->deviceRoom()->heldBytes, all);
    DeviceGovernor governor(MemoryBudget::kUnlimited, quick(all / 4));
    milliseconds now{0}, returned{0};
    std::set<std::uint64_t> seen;
    std::size_t steps = 0;
    const auto answer = session->generate(prompt, options(80), [&](std::string_view, std::size_t tokens) {
        if (tokens == 20) memory().budgetBytes = all / 2;
        if (tokens == 40) memory().budgetBytes = kRoomy;
        now += milliseconds(250);
        const MemoryDecision decision = governor.look(now, *session);
        EXPECT_TRUE(session->applyBudget());
        const std::uint64_t used = session->use().deviceBytes;
        seen.insert(used);
        if (tokens < 20) {
            EXPECT_GE(used, all) << tokens;
        } else if (tokens == 20) {
            EXPECT_EQ(decision.reason, MemoryReason::LowMemory);
            EXPECT_LE(decision.targetBytes, all / 2);
            EXPECT_LE(used, all / 2) << "within one look";
        } else if (tokens <= 43) {
            EXPECT_FALSE(decision.isChange()) << tokens;
            EXPECT_LE(used, all / 2) << tokens;
        }
        if (tokens > 40 && decision.reason == MemoryReason::Recovered) ++steps;
        return true;
    });
    ASSERT_TRUE(answer) << answer.error().message();
    EXPECT_EQ(answer->tokens, expected.tokens);
    EXPECT_EQ(answer->trace.residentBlocks.size(), prompt.size() + 79) << "nothing was evaluated twice";
    EXPECT_GT(steps, 1U) << "it grows in steps";
    EXPECT_GT(seen.size(), 2U);
    EXPECT_GE(session->use().deviceBytes, all) << "all of it came back";
    EXPECT_EQ(session->deviceBudget(), MemoryBudget::kUnlimited);
    EXPECT_TRUE(session->takeNotices().empty());
}

TEST_F(GovernedDevice, WhatAProgramTakesForAMomentMovesNothingBackAndForth) {
    const auto session = openOnDevice();
    const std::uint64_t all = session->use().deviceBytes;
    DeviceGovernor governor(MemoryBudget::kUnlimited, quick(all));
    milliseconds now{0};
    std::size_t changes = 0;
    for (int look = 0; look < 80; ++look) {
        memory().budgetBytes = look % 4 == 1 ? all / 2 : kRoomy;
        now += milliseconds(150);
        const auto reason = governor.look(now, *session).reason;
        if (reason == MemoryReason::LowMemory || reason == MemoryReason::Recovered) ++changes;
    }
    EXPECT_EQ(changes, 1U) << "it goes once, and stays away";
}

TEST_F(GovernedDevice, TheUsersLimitStaysTheCap) {
    const auto session = openOnDevice();
    const std::uint64_t all = session->use().deviceBytes, limit = all / 2;
    DeviceGovernor governor(MemoryBudget::kUnlimited, quick(all));
    milliseconds now{0};
    const auto look = [&] { return governor.look(now += milliseconds(250), *session); };
    static_cast<void>(look());
    EXPECT_EQ(session->deviceBudget(), MemoryBudget::kUnlimited);
    governor.setLimit(limit);
    EXPECT_EQ(look().reason, MemoryReason::UserChoice);
    EXPECT_EQ(session->deviceBudget(), limit);
    EXPECT_LE(session->use().deviceBytes, limit) << "at once";
    memory().budgetBytes = all / 4;
    EXPECT_EQ(look().reason, MemoryReason::LowMemory);
    EXPECT_EQ(session->deviceBudget(), all / 4);
    EXPECT_LE(session->use().deviceBytes, std::max(all / 4, kIdleBytes));
    memory().budgetBytes = kRoomy;
    for (int times = 0; times < 40; ++times) {
        static_cast<void>(look());
        EXPECT_LE(session->deviceBudget(), limit);
    }
    EXPECT_EQ(session->deviceBudget(), limit) << "and no more";
    // Less than the user allows now, and said so, although it is the user who asks.
    memory().budgetBytes = all / 3;
    governor.setLimit(MemoryBudget::kUnlimited);
    EXPECT_EQ(look().reason, MemoryReason::LowMemory);
    EXPECT_EQ(session->deviceBudget(), all / 3);
    memory().budgetBytes = kRoomy;
    governor.setLimit(MemoryBudget::kUnlimited);
    EXPECT_FALSE(look().isChange()) << "the same limit is no choice: the calm has to pass";
    EXPECT_EQ(session->deviceBudget(), all / 3);
    governor.setLimit(limit);
    EXPECT_EQ(look().reason, MemoryReason::UserChoice) << "who chooses need not wait";
    EXPECT_EQ(session->deviceBudget(), limit);
}

TEST_F(GovernedDevice, WhatElseTheProcessHasThereIsNotTheSessions) {
    const auto session = openOnDevice();
    const std::uint64_t all = session->use().deviceBytes;
    memory().besideBytes = all;
    memory().budgetBytes = all + all / 2;
    DeviceGovernor governor(MemoryBudget::kUnlimited, quick(all));
    EXPECT_EQ(governor.look(milliseconds(0), *session).targetBytes, all / 2);
    EXPECT_LE(session->use().deviceBytes, all / 2);
    memory().budgetBytes = all / 2;  // less than is there already: nothing is left
    EXPECT_EQ(governor.look(milliseconds(250), *session).targetBytes, 0U);
    EXPECT_LE(session->use().deviceBytes, kIdleBytes);
}

TEST_F(GovernedDevice, ADriverThatTellsNothingLeavesTheUsersLimitAlone) {
    m_faults->memory.reset();
    const std::uint64_t all = openOnDevice()->use().deviceBytes;
    const auto session = openOnDevice({.deviceBudgetBytes = all / 2});
    EXPECT_FALSE(session->deviceRoom());
    EXPECT_EQ(session->deviceFullBytes(), 0U);
    DeviceGovernor governor(all / 2, quick(all));
    for (int look = 0; look < 10; ++look) {
        EXPECT_FALSE(governor.look(milliseconds(250 * look), *session).isChange());
        EXPECT_EQ(session->deviceBudget(), all / 2);
    }
    governor.setLimit(all / 3);
    EXPECT_FALSE(governor.look(milliseconds(3000), *session).isChange());
    EXPECT_EQ(session->deviceBudget(), all / 3);
    const auto processor = open();
    EXPECT_FALSE(processor->deviceRoom());
    EXPECT_FALSE(DeviceGovernor().look(milliseconds(0), *processor).isChange());
}

TEST_F(GovernedDevice, OpensWithinTheRoom) {
    const std::uint64_t all = openOnDevice()->use().deviceBytes;
    for (const std::uint64_t tenths : {0, 3, 6, 9}) {
        SCOPED_TRACE(tenths);
        m_faults->memory = std::make_shared<SharedMemory>();
        const std::uint64_t room = all * tenths / 10;
        memory().budgetBytes = kReserveBytes + room;
        const auto session = openOnDevice();
        EXPECT_EQ(session->deviceBudget(), room);
        EXPECT_LE(memory().mostBytes, std::max(room, kIdleBytes)) << "it is not filled first and emptied then";
        const auto notices = session->takeNotices();
        ASSERT_EQ(notices.size(), 1U);
        EXPECT_EQ(notices[0].kind, SessionNotice::Kind::DeviceBusy);
        EXPECT_EQ(notices[0].deviceName, "faulty");
        DeviceGovernor governor;
        EXPECT_EQ(governor.look(milliseconds(0), *session).reason, MemoryReason::LowMemory) << "told why";
        EXPECT_EQ(session->deviceBudget(), room) << "and nothing moves";
        EXPECT_EQ(generate(*session, m_model.randomIds(20, 2), 10).tokens,
                  generate(*open(), m_model.randomIds(20, 2), 10).tokens);
    }
    const auto limited = openOnDevice({.deviceBudgetBytes = all / 2});
    EXPECT_EQ(limited->deviceBudget(), all / 2) << "the user's, where it is less";
    EXPECT_TRUE(limited->takeNotices().empty());
    memory().budgetBytes = kRoomy;
    const auto session = openOnDevice();
    EXPECT_EQ(session->deviceBudget(), MemoryBudget::kUnlimited);
    EXPECT_TRUE(session->takeNotices().empty());
}

TEST_F(GovernedDevice, AModelThatShrinksNeedsLess) {
    const auto session = openOnDevice();
    const std::uint64_t full = session->deviceFullBytes();
    DeviceGovernor governor(MemoryBudget::kUnlimited, quick(full));
    static_cast<void>(governor.look(milliseconds(0), *session));
    ASSERT_TRUE(session->setBudget(session->floorBytes()));
    EXPECT_LT(session->deviceFullBytes(), full);
    EXPECT_EQ(governor.look(milliseconds(250), *session).reason, MemoryReason::ModelChanged);
    EXPECT_EQ(session->deviceBudget(), MemoryBudget::kUnlimited);
    // What would not have fitted before does now.
    memory().budgetBytes = session->deviceFullBytes() + 1024;
    EXPECT_FALSE(governor.look(milliseconds(500), *session).isChange());
    ASSERT_TRUE(session->setBudget(MemoryBudget::kUnlimited));
    EXPECT_EQ(governor.look(milliseconds(750), *session).reason, MemoryReason::LowMemory);
    EXPECT_LE(session->use().deviceBytes, memory().budgetBytes);
}

TEST_F(GovernedDevice, LostWhileItIsAskedTheAnswerIsTheSame) {
    const auto prompt = m_model.randomIds(40, 3);
    const auto expected = generate(*open(), prompt, 120);
    for (const std::uint64_t failing : {3, 20, 60}) {
        SCOPED_TRACE(failing);
        *m_faults = {.memory = std::make_shared<SharedMemory>()};
        const auto session = openOnDevice();
        const std::uint64_t all = session->use().deviceBytes;
        const auto shared = m_faults->memory;
        m_faults->failingRead = m_faults->reads + failing;
        std::jthread watch([&](const std::stop_token& stop) {
            DeviceGovernor governor(MemoryBudget::kUnlimited, quick(all));
            Random random(7);
            for (int ms = 0; !stop.stop_requested(); ms += 300) {
                shared->budgetBytes = random.next() % (2 * all);
                static_cast<void>(governor.look(milliseconds(ms), *session));
                std::this_thread::sleep_for(std::chrono::microseconds(random.next() % 500));
            }
        });
        const auto answer = generate(*session, prompt, 120);
        EXPECT_EQ(answer.tokens, expected.tokens);
        // Where no layer was there when it would have failed, it goes with the next answers.
        for (int more = 0; more < 20 && m_faults->devices > 0; ++more) {
            session->reset();
            EXPECT_EQ(generate(*session, prompt, 120).tokens, expected.tokens);
        }
        ASSERT_EQ(m_faults->devices, 0U);
        EXPECT_FALSE(session->deviceRoom());
        EXPECT_EQ(session->deviceFullBytes(), 0U);
        EXPECT_GT(shared->looks, 0U);
    }
}

}  // namespace
}  // namespace strata::test
