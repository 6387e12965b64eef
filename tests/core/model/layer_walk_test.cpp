// Layers that move while a session answers: one at most between two tokens, by pieces, and with the same answer.
#include "core/base/random.h"
#include "tests/core/model/faulty_device.h"
#include "tests/core/model/session_harness.h"

#include <algorithm>
#include <thread>

namespace strata::test {
namespace {

constexpr std::uint64_t kSmallestPiece = std::uint64_t{256} << 10;

class LayerWalk : public SessionTest {
protected:
    void write(const TinyOptions& options) {
        m_walker.emplace(options);
        ASSERT_TRUE(m_walker->writeStack(m_folder / "walk.strata"));
    }
    [[nodiscard]] std::unique_ptr<Session> open(bool onDevice, SessionOptions options = {}) {
        options.threads = 1;
        if (onDevice) {
            options.makeBackend = [this]() -> Result<std::unique_ptr<Backend>> {
                return std::make_unique<FaultyDevice>(m_pool, m_faults);
            };
        }
        auto session = Session::open(*StackFile::open(m_folder / "walk.strata"), options);
        EXPECT_TRUE(session) << session.error().message();
        return *std::move(session);
    }
    /// The answer, with `each` called after every token with what has moved since the one before.
    struct Moved {
        std::size_t tokens = 0;
        std::uint64_t layers = 0, copiedBytes = 0;
    };
    [[nodiscard]] Generation generate(Session& session, std::span<const TokenId> prompt, std::size_t tokens,
                                      const std::function<void(const Moved&)>& each = {}) {
        std::uint64_t layers = m_faults->layersMoved, copied = m_faults->copiedBytes;
        const auto sink = [&](std::string_view, std::size_t at) {
            if (each && at > 1) each({at, m_faults->layersMoved - layers, m_faults->copiedBytes - copied});
            layers = m_faults->layersMoved;
            copied = m_faults->copiedBytes;
            // The loader, of low priority, is to have its turn on a machine with other work.
            if (!*session.isSettled()) std::this_thread::sleep_for(std::chrono::milliseconds(3));
            return true;
        };
        auto answer = session.generate(prompt, options(tokens), sink);
        EXPECT_TRUE(answer) << answer.error().message();
        return answer ? *std::move(answer) : Generation{};
    }

    std::optional<TinyModel> m_walker;
    ThreadPool m_pool{1};
    std::shared_ptr<Faults> m_faults = std::make_shared<Faults>();
};

TEST_F(LayerWalk, OneLayerAtMostMovesBetweenTwoTokens) {
    for (const bool tied : {false, true}) {
        for (const Speculation speculation : {Speculation::Off, Speculation::On}) {
            write({.layers = 6, .embedding = 64, .feedForward = 128, .contextLength = 512, .tied = tied, .seed = 3});
            const auto prompt = m_walker->randomIds(40, 6);
            const auto expected = generate(*open(false), prompt, 120);
            const auto session = open(true, {.speculation = speculation});
            const std::uint64_t all = session->use().deviceBytes;
            std::uint64_t moved = 0, most = 0;
            std::size_t settledDown = 0, settledUp = 0;
            const auto answer = generate(*session, prompt, 120, [&](const Moved& since) {
                moved += since.layers;
                most = std::max(most, since.layers);
                const bool isSettled = *session->isSettled();
                if (since.tokens == 5) session->setDeviceBudget(all / 4);
                if (since.tokens > 6 && since.tokens < 60 && isSettled && settledDown == 0) {
                    settledDown = since.tokens;
                    EXPECT_LE(session->use().deviceBytes, all / 4);
                }
                if (since.tokens == 60) session->setDeviceBudget(MemoryBudget::kUnlimited);
                if (since.tokens > 61 && isSettled && settledUp == 0) settledUp = since.tokens;
            });
            EXPECT_EQ(answer.tokens, expected.tokens);
            EXPECT_EQ(answer.trace.residentBlocks.size(), prompt.size() + 119) << "nothing was evaluated twice";
            EXPECT_EQ(most, 1U);
            EXPECT_GE(moved, 6U) << "some left, and came back";
            EXPECT_GT(settledDown, 0U);
            EXPECT_GT(settledUp, 0U);
            EXPECT_TRUE(session->takeNotices().empty());
            EXPECT_GE(session->use().deviceBytes, all) << "all layers, with a longer cache";
        }
    }
}

TEST_F(LayerWalk, ALayerComesInPieces) {
    write({.layers = 3, .embedding = 256, .feedForward = 2048, .tied = false, .planes = 8, .seed = 3});
    const auto prompt = m_walker->randomIds(10, 6);
    const auto expected = generate(*open(false), prompt, 80);
    const auto session = open(true, {.deviceBudgetBytes = 0});
    std::uint64_t before = kSmallestPiece / 2, largestBlock = 0, moves = 0;
    std::size_t pieces = 0, settledAt = 0;
    for (const BlockInfo& block : session->stack()->blocks()) largestBlock = std::max(largestBlock, block.sizeBytes);
    const auto answer = generate(*session, prompt, 80, [&](const Moved& since) {
        if (since.tokens == 5) session->setDeviceBudget(MemoryBudget::kUnlimited);
        if (since.tokens > 6 && settledAt == 0 && *session->isSettled()) settledAt = since.tokens;
        EXPECT_LE(since.layers, 1U);
        moves += since.layers;
        if (since.copiedBytes == 0) return;
        EXPECT_LE(since.copiedBytes, std::max(kSmallestPiece, 2 * before + largestBlock)) << since.tokens;
        before = std::max(before, since.copiedBytes);
        ++pieces;
    });
    EXPECT_EQ(answer.tokens, expected.tokens);
    EXPECT_EQ(moves, 3U);
    EXPECT_GT(pieces, 6U) << "more than there are parts";
    EXPECT_GT(settledAt, 0U);
    EXPECT_LT(session->use().weightBytes,
              session->stack()->weightBytes(session->stack()->blocks().size()) + (std::uint64_t{1} << 16))
        << "nothing stands twice";
}

/// A cache that grows takes layers from the device before it needs their room.
TEST_F(LayerWalk, AGrowingCacheMakesItsRoomInTime) {
    write({.layers = 6, .contextLength = 4096, .seed = 3});
    const auto prompt = m_walker->randomIds(300, 13);
    const auto expected = generate(*open(false), prompt, 900);
    const std::uint64_t position = 6 * 2 * 2 * 16 * sizeof(Half);
    const std::uint64_t budget = open(true)->use().deviceBytes + 1100 * position;
    const auto session = open(true, {.deviceBudgetBytes = budget});
    std::uint64_t moved = 0;
    const auto answer = generate(*session, prompt, 900, [&](const Moved& since) {
        EXPECT_LE(since.layers, 1U) << since.tokens;
        EXPECT_LE(session->use().deviceBytes, budget) << since.tokens;
        moved += since.layers;
    });
    EXPECT_EQ(answer.tokens, expected.tokens);
    EXPECT_GT(moved, 0U);
    EXPECT_TRUE(session->takeNotices().empty());
}

/// Budgets of both kinds that change faster than layers move.
TEST_F(LayerWalk, AStormOfBudgetsGivesTheAnswerOfOneProcessor) {
    write({.layers = 5, .embedding = 64, .feedForward = 128, .contextLength = 512, .tied = false, .seed = 3});
    const auto prompt = m_walker->randomIds(30, 9);
    Random random(5);
    for (int round = 0; round < 4; ++round) {
        const auto session = open(true);
        const std::uint64_t all = session->use().deviceBytes, total = session->use().total();
        std::uint64_t most = 0;
        const auto answer = generate(*session, prompt, 200, [&](const Moved& since) {
            most = std::max(most, since.layers);
            if (random.next() % 4 == 0) session->setDeviceBudget(random.next() % (5 * all / 4));
            if (random.next() % 16 != 0) return;
            const std::uint64_t floor = session->floorBytes();
            EXPECT_TRUE(session->setBudget(floor + random.next() % (5 * total / 4)));
            if (random.next() % 2 == 0) {
                EXPECT_TRUE(session->applyBudget());
                EXPECT_LE(session->use().deviceBytes, std::max(session->deviceBudget(), std::uint64_t{32768}));
            }
        });
        EXPECT_LE(most, 1U);
        const auto processor = open(false);
        processor->replaySchedule(answer.trace);
        EXPECT_EQ(generate(*processor, prompt, 200).tokens, answer.tokens);
        const auto replaying = open(true);
        replaying->replaySchedule(answer.trace);
        EXPECT_EQ(generate(*replaying, prompt, 200).tokens, answer.tokens);
        EXPECT_TRUE(session->takeNotices().empty());
    }
}

TEST_F(LayerWalk, ADeviceThatFailsOnTheWayIsRecoveredFrom) {
    write({.layers = 5, .embedding = 64, .feedForward = 128, .contextLength = 512, .tied = false, .seed = 3});
    const auto prompt = m_walker->randomIds(30, 9);
    const auto expected = generate(*open(false), prompt, 60);
    const std::uint64_t all = open(true)->use().deviceBytes;
    for (const bool isLost : {false, true}) {
        for (std::size_t at = 11; at < 22; ++at) {
            SCOPED_TRACE(at);
            *m_faults = {};
            const auto session = open(true, {.deviceBudgetBytes = all / 3});
            const auto answer = generate(*session, prompt, 60, [&](const Moved& since) {
                if (since.tokens == 10) session->setDeviceBudget(MemoryBudget::kUnlimited);
                if (since.tokens != at) return;
                if (isLost) {
                    m_faults->failingRead = m_faults->reads;
                } else {
                    m_faults->memoryLimitBytes = session->use().deviceBytes;
                }
            });
            EXPECT_EQ(answer.tokens, expected.tokens);
            EXPECT_FALSE(session->takeNotices().empty());
            EXPECT_TRUE(*session->isSettled());
            EXPECT_EQ(m_faults->devices, isLost ? 0U : 1U);
            EXPECT_EQ(generate(*session, prompt, 60).tokens, expected.tokens);
        }
    }
}

}  // namespace
}  // namespace strata::test
