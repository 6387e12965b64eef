// Memory that changes while a session is idle and while it answers.
#include "core/base/random.h"
#include "core/base/system_info.h"
#include "core/kernels/kernels.h"
#include "tests/core/model/session_harness.h"

#include <atomic>
#include <thread>

namespace strata::test {
namespace {

class ResizeTest : public SessionTest {
protected:
    /// A budget that lies `fraction` of the way from the floor to all blocks beside a few pages of cache.
    [[nodiscard]] static std::uint64_t budgetAt(const Session& session, double fraction) {
        const StackFile& stack = *session.stack();
        const std::uint64_t all = stack.weightBytes(stack.blocks().size()) - stack.weightBytes(stack.floorBlocks());
        return session.floorBytes() + static_cast<std::uint64_t>(fraction * static_cast<double>(all + 4 * pageBytes()));
    }
    [[nodiscard]] static std::uint64_t pageBytes() {
        const TinyOptions o = sessionModel();
        return o.layers * 2 * o.kvHeads * o.headDim * kKvPageTokens * sizeof(Half);
    }
    /// Blocks are committed by whole pages of the system.
    static constexpr std::uint64_t kSlack = 4096;
};

TEST_F(ResizeTest, BelowTheFloorIsRefusedWithTheFloor) {
    const auto session = open({.threads = 1});
    const std::uint64_t before = session->budget();
    const auto refused = session->setBudget(session->floorBytes() - 1);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::BudgetTooSmall);
    EXPECT_THAT(refused.error().message(), testing::HasSubstr("floor"));
    EXPECT_EQ(session->budget(), before);
    EXPECT_TRUE(session->setBudget(session->floorBytes()));
    EXPECT_LE(session->use().total(), session->floorBytes() + kSlack);
    const auto weights = session->setWeightBudget(100);
    ASSERT_FALSE(weights);
    EXPECT_EQ(weights.error().code, ErrorCode::BudgetTooSmall);
    EXPECT_FALSE(Session::open(stack(), {.budgetBytes = session->floorBytes() - 1, .threads = 1}));
    EXPECT_TRUE(Session::open(stack(), {.budgetBytes = session->floorBytes(), .threads = 1}));
}

TEST_F(ResizeTest, TheFloorStillAnswers) {
    const auto session = open({.threads = 1});
    ASSERT_TRUE(session->setBudget(session->floorBytes()));
    const auto answer = generate(*session, m_model.randomIds(30, 1), 200);
    EXPECT_EQ(answer.tokens.size(), 200U);
    EXPECT_FALSE(answer.trace.cuts.empty());  // one page of cache: the context rolls
    EXPECT_LE(session->use().total(), session->floorBytes() + kSlack);
}

TEST_F(ResizeTest, IdleSessionsFollowAtOnce) {
    const auto session = open();
    static_cast<void>(generate(*session, m_model.randomIds(200, 2), 20));
    for (const double fraction : {0.9, 0.5, 0.2, 0.0, 0.7, 0.1, 1.0}) {
        const std::uint64_t budget = budgetAt(*session, fraction);
        ASSERT_TRUE(session->setBudget(budget));
        ASSERT_TRUE(session->waitUntilSettled());
        EXPECT_LE(session->use().total(), budget + kSlack) << fraction;
        EXPECT_EQ(session->budget(), budget);
    }
    ASSERT_TRUE(session->setBudget(MemoryBudget::kUnlimited));
    ASSERT_TRUE(session->waitUntilSettled());
    EXPECT_GE(session->use().weightBytes, session->stack()->weightBytes(session->stack()->blocks().size()));
    session->reset();
    EXPECT_EQ(session->use().kvBytes, 0U);
    EXPECT_EQ(session->cachedTokens(), 0U);
}

TEST_F(ResizeTest, WeightBudgetsHoldThePrefixThatFits) {
    const auto session = open();
    const StackFile& stack = *session->stack();
    for (const std::size_t blocks : {stack.floorBlocks(), stack.blocks().size() / 2, stack.blocks().size()}) {
        ASSERT_TRUE(session->setWeightBudget(stack.weightBytes(blocks)));
        ASSERT_TRUE(session->waitUntilSettled());
        const auto answer = generate(*session, m_model.randomIds(3, 3), 1);
        EXPECT_EQ(answer.trace.residentBlocks.back(), blocks);
        session->reset();
    }
}

TEST_F(ResizeTest, GrowingCacheShedsBlocksThenOverflows) {
    const auto session = open({.threads = 1});
    const std::uint64_t budget = session->floorBytes() + 3 * pageBytes() + 100;  // four pages of cache at the floor
    ASSERT_TRUE(session->setBudget(budget));
    ASSERT_TRUE(session->waitUntilSettled());
    std::uint64_t most = 0;
    const auto answer = session->generate(m_model.randomIds(20, 4), options(400), [&](std::string_view, std::size_t) {
        most = std::max(most, session->use().total());
        return true;
    });
    ASSERT_TRUE(answer);
    EXPECT_LE(most, budget + kSlack);
    EXPECT_EQ(answer->tokens.size(), 400U);
    const auto& blocks = answer->trace.residentBlocks;
    EXPECT_GT(blocks.front(), session->stack()->floorBlocks());
    EXPECT_EQ(*std::ranges::min_element(blocks), session->stack()->floorBlocks());
    ASSERT_FALSE(answer->trace.cuts.empty());
    EXPECT_EQ(answer->trace.cuts[0].evaluated, 256U);
    // Never more blocks with a longer cache, until it is cut.
    EXPECT_TRUE(std::ranges::is_sorted(blocks.begin(), blocks.begin() + 256, std::greater()));

    SessionOptions stopping{.budgetBytes = budget, .threads = 1};
    stopping.overflow = OverflowPolicy::Stop;
    EXPECT_EQ(open(stopping)->generate(m_model.randomIds(20, 4), options(400))->finish, FinishReason::ContextFull);
}

TEST_F(ResizeTest, ShrinkingBelowTheCacheCutsIt) {
    const auto session = open();
    const auto prompt = m_model.randomIds(300, 5);
    static_cast<void>(generate(*session, prompt, 1));
    EXPECT_EQ(session->cachedTokens(), 300U);
    ASSERT_TRUE(session->setBudget(session->floorBytes() + pageBytes()));
    EXPECT_EQ(session->cachedTokens(), 2 * kKvPageTokens);
    EXPECT_LE(session->use().total(), session->floorBytes() + pageBytes() + kSlack);
    EXPECT_EQ(generate(*session, prompt, 5).tokens.size(), 5U);
    const auto stopping = open({.overflow = OverflowPolicy::Stop});
    const auto stopped = stopping->generate(prompt, options(50), [&](std::string_view, std::size_t tokens) {
        if (tokens == 10) {
            EXPECT_TRUE(stopping->setBudget(stopping->floorBytes() + pageBytes()));
        }
        return true;
    });
    ASSERT_TRUE(stopped);
    EXPECT_EQ(stopped->finish, FinishReason::ContextFull);
    EXPECT_EQ(stopped->tokens.size(), 10U);
}

TEST_F(ResizeTest, ASinkThatWaitsCanHaveItsMemoryNow) {
    const auto session = open();
    const std::uint64_t floor = session->stack()->weightBytes(session->stack()->floorBlocks());
    std::vector<std::uint64_t> weights;
    const auto answer = session->generate(m_model.randomIds(20, 7), options(12), [&](std::string_view, std::size_t at) {
        if (at != 4) return true;
        EXPECT_TRUE(session->setBudget(session->floorBytes()));
        EXPECT_FALSE(*session->isSettled());
        weights.push_back(session->use().weightBytes);
        EXPECT_TRUE(session->applyBudget());
        weights.push_back(session->use().weightBytes);
        EXPECT_TRUE(*session->isSettled());
        EXPECT_TRUE(session->setBudget(MemoryBudget::kUnlimited));
        EXPECT_TRUE(session->applyBudget());
        EXPECT_TRUE(session->waitUntilSettled());
        EXPECT_TRUE(*session->isSettled());
        weights.push_back(session->use().weightBytes);
        return true;
    });
    ASSERT_TRUE(answer);
    ASSERT_EQ(weights.size(), 3U);
    EXPECT_LE(weights[1], floor + kSlack);
    EXPECT_EQ(weights[2], weights[0]);
    // No token was made with the floor's weights.
    EXPECT_EQ(*std::ranges::min_element(answer->trace.residentBlocks), session->stack()->blocks().size());
}

TEST_F(ResizeTest, EachAnswerMayKeepABeginningOfItsOwn) {
    const auto session = open({.contextLength = 64});
    GenerateOptions generate = options(40);
    generate.keepTokens = 7;
    const auto answer = session->generate(m_model.randomIds(50, 8), generate);
    ASSERT_TRUE(answer);
    ASSERT_FALSE(answer->trace.cuts.empty());
    EXPECT_EQ(answer->trace.cuts[0].range.begin, 7U);
}

TEST_F(ResizeTest, LongPromptsTellHowFarTheyAre) {
    const auto session = open({.prefillBatch = 32});
    std::vector<std::size_t> seen;
    GenerateOptions generate = options(5);
    generate.onBatch = [&](std::size_t evaluated, std::size_t total) {
        EXPECT_EQ(total, 200U);
        seen.push_back(evaluated);
    };
    ASSERT_TRUE(session->generate(m_model.randomIds(200, 9), generate));
    ASSERT_GE(seen.size(), 200U / 32);
    EXPECT_EQ(seen.front(), 0U);
    EXPECT_TRUE(std::ranges::is_sorted(seen));
}

TEST_F(ResizeTest, ChangesDuringAnAnswerAreRecordedAndReplay) {
    const auto session = open({.budgetBytes = MemoryBudget::kUnlimited});
    const auto prompt = m_model.randomIds(70, 6);
    const std::vector<std::pair<std::size_t, double>> changes{{5, 0.2},  {20, 0.8}, {40, 0.05},
                                                              {60, 1.0}, {61, 0.4}, {100, 0.0}};
    const auto answer = session->generate(prompt, options(160), [&](std::string_view, std::size_t tokens) {
        for (const auto& [token, fraction] : changes) {
            if (token != tokens) continue;
            EXPECT_TRUE(session->setBudget(budgetAt(*session, fraction)));
        }
        return true;
    });
    ASSERT_TRUE(answer) << answer.error().message();
    ASSERT_EQ(answer->resizes.size(), changes.size());
    for (std::size_t change = 0; change < changes.size(); ++change) {
        const ResizeRecord& record = answer->resizes[change];
        EXPECT_EQ(record.token, changes[change].first);
        EXPECT_EQ(record.targetBytes, budgetAt(*session, changes[change].second));
        EXPECT_GT(record.residentBytes, 0U);
        EXPECT_GT(record.longestGapMs, 0);
        EXPECT_GT(record.rssBefore, 0U);
        EXPECT_GT(record.rssAfter, 0U);
        EXPECT_GE(record.appliedMs, 0);
    }
    EXPECT_LE(answer->resizes[0].residentBytes, answer->resizes[0].targetBytes + kSlack);
    const auto replaying = open();
    replaying->replaySchedule(answer->trace);
    const auto replayed = generate(*replaying, prompt, 160);
    EXPECT_EQ(replayed.tokens, answer->tokens);
    EXPECT_EQ(replayed.trace.residentBlocks, answer->trace.residentBlocks);
    // The record matters: without it the answer is another one.
    EXPECT_NE(generate(*open(), prompt, 160).tokens, answer->tokens);
}

TEST_F(ResizeTest, StormFromAnotherThread) {
    const auto session = open({.contextLength = 200});
    std::atomic<bool> done{false};
    std::atomic<std::size_t> changes{0};
    std::jthread storm([&] {
        Random random(99);
        while (!done) {
            const std::uint64_t budget = budgetAt(*session, random.uniform() * 1.2);
            EXPECT_TRUE(session->setBudget(budget));
            EXPECT_FALSE(session->setBudget(session->floorBytes() / 2));
            static_cast<void>(session->use().total());
            ++changes;
            std::this_thread::sleep_for(std::chrono::microseconds(random.next() % 2000));
        }
    });
    for (std::uint64_t round = 0; round < 6; ++round) {
        const auto prompt = m_model.randomIds(30 + 20 * round, 20 + round);
        const auto answer = session->generate(prompt, options(150));
        ASSERT_TRUE(answer) << answer.error().message();
        EXPECT_EQ(answer->tokens.size(), 150U);
        const auto replaying = open({.contextLength = 200});
        if (round > 0) continue;  // later rounds begin with a cache of mixed schedules
        replaying->replaySchedule(answer->trace);
        EXPECT_EQ(generate(*replaying, prompt, 150).tokens, answer->tokens);
    }
    done = true;
    storm.join();
    EXPECT_GT(changes, 5U);
    ASSERT_TRUE(session->setBudget(session->floorBytes()));
    ASSERT_TRUE(session->waitUntilSettled());  // a read that was under way gives its memory back at its end
    EXPECT_LE(session->use().total(), session->floorBytes() + kSlack);
}

TEST_F(ResizeTest, ReplaysFollowCutsAcrossAnswers) {
    const auto session = open({.contextLength = 120});
    const auto replaying = open({.contextLength = 120});
    auto conversation = m_model.randomIds(50, 30);
    Random random(5);
    for (int turn = 0; turn < 4; ++turn) {
        const auto answer = session->generate(conversation, options(60), [&](std::string_view, std::size_t tokens) {
            if (tokens % 13 == 0) {
                EXPECT_TRUE(session->setBudget(budgetAt(*session, random.uniform() * 0.7)));
            }
            return true;
        });
        ASSERT_TRUE(answer) << answer.error().message();
        replaying->replaySchedule(answer->trace);
        EXPECT_EQ(generate(*replaying, conversation, 60).tokens, answer->tokens) << turn;
        conversation = joined(joined(conversation, answer->tokens), m_model.randomIds(5, 31));
    }
}

TEST_F(ResizeTest, BackgroundLoadingEndsAtTheSamePlace) {
    SessionOptions background{.threads = 2};
    background.loadInBackground = true;
    const auto session = open(background);
    static_cast<void>(generate(*session, m_model.randomIds(10, 40), 5));
    ASSERT_TRUE(session->waitUntilSettled());
    session->reset();
    EXPECT_EQ(generate(*session, m_model.randomIds(10, 40), 5).tokens,
              generate(*open(), m_model.randomIds(10, 40), 5).tokens);
}

TEST_F(ResizeTest, ManyChangesLeaveNothingBehind) {
    const auto session = open({.threads = 1});
    const auto prompt = m_model.randomIds(100, 50);
    auto cycle = [&] {
        for (const double fraction : {0.1, 0.9, 0.0}) {
            ASSERT_TRUE(session->setBudget(budgetAt(*session, fraction)));
            static_cast<void>(generate(*session, prompt, 3));
        }
        session->reset();
    };
    for (int warm = 0; warm < 3; ++warm) cycle();
    const std::uint64_t before = processMemory().anonymousBytes;
    for (int round = 0; round < 40; ++round) cycle();
    EXPECT_LT(processMemory().anonymousBytes, before + (std::uint64_t{4} << 20));
}

}  // namespace
}  // namespace strata::test
