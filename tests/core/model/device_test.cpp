// Sessions on a device that is made of a processor: it has memory of its own, refuses some, and fails when it is told
// to.
#include "core/base/random.h"
#include "tests/core/model/faulty_device.h"
#include "tests/core/model/session_harness.h"

#include <atomic>
#include <set>
#include <thread>

namespace strata::test {
namespace {

using testing::HasSubstr;

class DeviceSession : public SessionTest {
protected:
    [[nodiscard]] std::unique_ptr<Session> openOnDevice(SessionOptions options = {}) {
        options.makeBackend = [this]() -> Result<std::unique_ptr<Backend>> {
            return std::make_unique<FaultyDevice>(m_pool, m_faults);
        };
        return open(std::move(options));
    }
    [[nodiscard]] static GenerateOptions greedy(std::size_t tokens) {
        GenerateOptions generate = options(tokens);
        generate.sampling = {.temperature = 0};
        return generate;
    }
    /// What the device needs to be there at all.
    static constexpr std::uint64_t kIdleBytes = 32768;
    ThreadPool m_pool{1};
    std::shared_ptr<Faults> m_faults = std::make_shared<Faults>();
};

TEST_F(DeviceSession, AnswersAreTheProcessors) {
    const auto prompt = m_model.randomIds(40, 1);
    EXPECT_EQ(generate(*openOnDevice(), prompt, 60).tokens, generate(*open(), prompt, 60).tokens);
    EXPECT_GT(m_faults->products, 0U) << "the device computed";
}

TEST_F(DeviceSession, LostAtAnyOfItsReadsTheAnswerIsTheSame) {
    const auto prompt = m_model.randomIds(40, 2);
    const auto expected = generate(*open(), prompt, 40);
    for (const Speculation speculation : {Speculation::Off, Speculation::On}) {
        for (const std::uint64_t failing : {1, 2, 3, 11, 12, 13, 29, 39}) {
            SCOPED_TRACE(failing);
            *m_faults = {};
            const auto session = openOnDevice({.speculation = speculation});
            m_faults->failingRead = m_faults->reads + failing;
            const auto answer = generate(*session, prompt, 40);
            EXPECT_EQ(answer.tokens, expected.tokens);
            EXPECT_EQ(answer.text, expected.text);
            EXPECT_EQ(m_faults->devices, 0U) << "it was let go";
            const auto notices = session->takeNotices();
            ASSERT_EQ(notices.size(), 1U);
            EXPECT_EQ(notices[0].kind, SessionNotice::Kind::DeviceLost);
            EXPECT_EQ(notices[0].deviceName, "faulty");
            EXPECT_THAT(notices[0].error.message(), HasSubstr("lost"));
            EXPECT_TRUE(session->takeNotices().empty());
            EXPECT_EQ(session->use().deviceBytes, 0U);
            EXPECT_EQ(generate(*session, prompt, 40).tokens, expected.tokens) << "and the next one";
        }
    }
}

TEST_F(DeviceSession, AnAnswerThatLostItsDeviceReplays) {
    const auto prompt = m_model.randomIds(30, 3);
    const auto session = openOnDevice();
    m_faults->failingRead = m_faults->reads + 20;
    const auto answer = session->generate(prompt, options(60), [&](std::string_view, std::size_t tokens) {
        if (tokens == 35) {
            EXPECT_TRUE(session->setBudget(session->floorBytes()));
        }
        return true;
    });
    ASSERT_TRUE(answer) << answer.error().message();
    const auto replaying = open();
    replaying->replaySchedule(answer->trace);
    const auto replayed = generate(*replaying, prompt, 60);
    EXPECT_EQ(replayed.tokens, answer->tokens);
    EXPECT_EQ(replayed.trace.residentBlocks, answer->trace.residentBlocks);
}

TEST_F(DeviceSession, LostWhileTextIsScoredTheScoresAreTheSame) {
    const auto ids = m_model.randomIds(90, 4);
    const auto expected = open()->logProbabilities(ids);
    const auto session = openOnDevice();
    m_faults->failingRead = m_faults->reads + 50;
    const auto scores = session->logProbabilities(ids);
    ASSERT_TRUE(scores) << scores.error().message();
    EXPECT_EQ(*scores, *expected);
    EXPECT_EQ(session->takeNotices().size(), 1U);
    EXPECT_EQ(*session->logits(ids), *open()->logits(ids));
}

TEST_F(DeviceSession, EveryDeviceBudgetGivesTheSameAnswer) {
    const auto prompt = m_model.randomIds(40, 5);
    const auto expected = generate(*open(), prompt, 30);
    const MemoryUse all = openOnDevice()->use();
    ASSERT_GT(all.deviceBytes, 0U);
    std::set<std::uint64_t> seen;
    for (std::uint64_t tenths = 0; tenths <= 12; ++tenths) {
        SessionOptions options;
        options.deviceBudgetBytes = all.deviceBytes * 2 * tenths / 10;
        const auto session = openOnDevice(options);
        EXPECT_EQ(generate(*session, prompt, 30).tokens, expected.tokens);
        EXPECT_LE(session->use().deviceBytes, std::max(options.deviceBudgetBytes, kIdleBytes));
        EXPECT_TRUE(session->takeNotices().empty());
        seen.insert(session->use().deviceBytes);
    }
    EXPECT_GT(seen.size(), 3U) << "budgets in between";
    EXPECT_LE(*seen.begin(), kIdleBytes);
}

TEST_F(DeviceSession, LayersMoveWhileItAnswers) {
    const auto prompt = m_model.randomIds(40, 6);
    const auto expected = generate(*open(), prompt, 100);
    const auto session = openOnDevice();
    const std::uint64_t all = session->use().deviceBytes;
    std::set<std::uint64_t> seen;
    const auto answer = session->generate(prompt, options(100), [&](std::string_view, std::size_t tokens) {
        const MemoryUse use = session->use();
        if (*session->isSettled()) {
            EXPECT_LE(use.deviceBytes, std::max(session->deviceBudget(), kIdleBytes)) << tokens;
        }
        seen.insert(use.deviceBytes);
        if (tokens % 10 == 0) session->setDeviceBudget(all * ((tokens / 10 * 7) % 11) / 6);
        return true;
    });
    ASSERT_TRUE(answer) << answer.error().message();
    EXPECT_EQ(answer->tokens, expected.tokens) << "keys and values went along";
    EXPECT_EQ(answer->trace.residentBlocks.size(), prompt.size() + 99) << "nothing was evaluated twice";
    EXPECT_GT(seen.size(), 3U);
    EXPECT_TRUE(*session->isSettled()) << "and at its end";
    EXPECT_LE(session->use().deviceBytes, std::max(session->deviceBudget(), kIdleBytes));
}

TEST_F(DeviceSession, RefusedMemoryLeavesTheRestToTheProcessor) {
    const auto prompt = m_model.randomIds(100, 7);
    const auto expected = generate(*open(), prompt, 30);
    const std::uint64_t all = openOnDevice()->use().deviceBytes;
    for (std::uint64_t tenths = 3; tenths < 10; tenths += 2) {
        SCOPED_TRACE(tenths);
        *m_faults = {};
        m_faults->memoryLimitBytes = all * tenths / 10;
        const auto session = openOnDevice();
        EXPECT_EQ(generate(*session, prompt, 30).tokens, expected.tokens);
        EXPECT_LE(session->use().deviceBytes, m_faults->memoryLimitBytes);
        const auto notices = session->takeNotices();
        ASSERT_FALSE(notices.empty());
        EXPECT_EQ(notices[0].kind, SessionNotice::Kind::DeviceRefused);
        EXPECT_EQ(notices[0].error.code, ErrorCode::OutOfMemory);
    }
}

TEST_F(DeviceSession, ADeviceThatCannotTakeTheModelLeavesItToTheProcessor) {
    m_faults->refusesMatrices = true;
    const auto session = openOnDevice();
    const auto notices = session->takeNotices();
    ASSERT_EQ(notices.size(), 1U);
    EXPECT_EQ(notices[0].kind, SessionNotice::Kind::DeviceLost);
    EXPECT_EQ(notices[0].deviceName, "faulty");
    EXPECT_EQ(m_faults->devices, 0U);
    const auto prompt = m_model.randomIds(20, 12);
    EXPECT_EQ(generate(*session, prompt, 20).tokens, generate(*open(), prompt, 20).tokens);
}

TEST_F(DeviceSession, AGrowingCacheTakesLayersFromTheDevice) {
    const TinyModel model({.layers = 6, .contextLength = 4096, .seed = 3});
    ASSERT_TRUE(model.writeStack(m_folder / "long.strata"));
    const auto openLong = [&](std::uint64_t deviceBudget, bool onDevice) {
        SessionOptions options{.threads = 1, .deviceBudgetBytes = deviceBudget};
        if (onDevice) {
            options.makeBackend = [this]() -> Result<std::unique_ptr<Backend>> {
                return std::make_unique<FaultyDevice>(m_pool, m_faults);
            };
        }
        return *Session::open(*StackFile::open(m_folder / "long.strata"), options);
    };
    const auto prompt = model.randomIds(2600, 13);
    const auto expected = openLong(MemoryBudget::kUnlimited, false)->generate(prompt, options(20));
    // All weights, and a cache of some 1,500 positions.
    const std::uint64_t position = 6 * 2 * 2 * 16 * sizeof(Half);
    const std::uint64_t budget = openLong(MemoryBudget::kUnlimited, true)->use().deviceBytes + 1500 * position;
    const auto session = openLong(budget, true);
    const std::uint64_t weightsBefore = session->use().deviceBytes - session->use().kvBytes;
    std::vector<std::uint64_t> seen;
    GenerateOptions generate = options(20);
    generate.onBatch = [&](std::size_t, std::size_t) { seen.push_back(session->use().deviceBytes); };
    const auto answer = session->generate(prompt, generate);
    ASSERT_TRUE(answer && expected);
    EXPECT_EQ(answer->tokens, expected->tokens);
    EXPECT_EQ(answer->trace.residentBlocks.size(), prompt.size() + 19) << "nothing was evaluated twice";
    EXPECT_LE(*std::ranges::max_element(seen), budget);
    EXPECT_LE(session->use().deviceBytes, budget);
    EXPECT_LT(session->use().deviceBytes, weightsBefore + session->use().kvBytes) << "some have left";
    EXPECT_GT(session->use().deviceBytes, kIdleBytes) << "some have not";
}

TEST_F(DeviceSession, BlocksOnTheDeviceDoNotStandInTheProcessToo) {
    const auto session = openOnDevice();
    const StackFile& stack = *session->stack();
    const std::uint64_t weights = stack.weightBytes(stack.blocks().size());
    // Pages at the ends of what was given away stay.
    EXPECT_LT(session->use().weightBytes, weights + 2 * 4096);
    EXPECT_GE(session->use().weightBytes, weights);
    session->setDeviceBudget(0);
    EXPECT_LE(session->use().deviceBytes, kIdleBytes) << "an idle session follows at once";
    EXPECT_GE(session->use().weightBytes, weights) << "they were read again";
    EXPECT_LT(session->use().weightBytes, weights + 2 * 4096);
    const auto prompt = m_model.randomIds(20, 8);
    const auto answer = generate(*session, prompt, 20);
    EXPECT_EQ(answer.tokens, generate(*open(), prompt, 20).tokens);
    session->setDeviceBudget(MemoryBudget::kUnlimited);
    session->reset();
    EXPECT_EQ(generate(*session, prompt, 20).tokens, answer.tokens);
    EXPECT_GT(session->use().deviceBytes, kIdleBytes);
}

TEST_F(DeviceSession, GrowthComesOntoTheDeviceInPieces) {
    const TinyModel large({.layers = 3, .embedding = 256, .feedForward = 2048, .tied = false, .planes = 8, .seed = 3});
    ASSERT_TRUE(large.writeStack(m_folder / "large.strata"));
    SessionOptions options;
    options.threads = 1;
    options.makeBackend = [this]() -> Result<std::unique_ptr<Backend>> {
        return std::make_unique<FaultyDevice>(m_pool, m_faults);
    };
    auto session = *Session::open(*StackFile::open(m_folder / "large.strata"), options);
    const StackFile& stack = *session->stack();
    ASSERT_TRUE(session->setBudget(session->floorBytes()));
    const auto answer =
        session->generate(large.randomIds(10, 9), SessionTest::options(30), [&](std::string_view, std::size_t tokens) {
            if (tokens == 5) {
                EXPECT_TRUE(session->setBudget(MemoryBudget::kUnlimited));
                EXPECT_TRUE(session->applyBudget());
                EXPECT_TRUE(session->waitUntilSettled());  // all of it stands in the process
            }
            return true;
        });
    ASSERT_TRUE(answer) << answer.error().message();
    const auto& blocks = answer->trace.residentBlocks;
    const std::set<std::uint32_t> levels(blocks.begin(), blocks.end());
    EXPECT_GT(levels.size(), 3U) << "pieces";
    std::uint64_t least = std::numeric_limits<std::uint64_t>::max();
    for (std::size_t token = 1; token < blocks.size(); ++token)
        if (blocks[token] > blocks[token - 1])
            least = std::min(least, stack.weightBytes(blocks[token]) - stack.weightBytes(blocks[token - 1]));
    EXPECT_LE(least, std::uint64_t{256} << 10) << "the first one is small";
    const auto next = session->generate(large.randomIds(10, 10), SessionTest::options(3));
    EXPECT_EQ(next->trace.residentBlocks.front(), stack.blocks().size()) << "between answers all comes at once";
}

TEST_F(DeviceSession, StormFromAnotherThread) {
    const auto prompt = m_model.randomIds(40, 11);
    const auto expected = generate(*open(), prompt, 150);
    const auto session = openOnDevice();
    const std::uint64_t all = session->use().deviceBytes;
    std::atomic<bool> done{false};
    std::jthread storm([&] {
        Random random(99);
        while (!done) {
            session->setDeviceBudget(random.next() % (2 * all));
            static_cast<void>(session->use().total());
            static_cast<void>(session->takeNotices());
            std::this_thread::sleep_for(std::chrono::microseconds(random.next() % 2000));
        }
    });
    for (int round = 0; round < 4; ++round) {
        session->reset();
        EXPECT_EQ(generate(*session, prompt, 150).tokens, expected.tokens);
    }
    done = true;
}

}  // namespace
}  // namespace strata::test
