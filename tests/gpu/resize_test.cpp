// Changing the memory of a session on the device while it answers: blocks come and go, answers are those of the
// schedule in force, and device memory falls with the budget.
#include "core/base/random.h"
#include "core/base/system_info.h"
#include "core/model/session.h"
#include "tests/gpu/device_fixture.h"
#include "tests/support/temporary_folder.h"
#include "tests/support/tiny_model.h"

#include <algorithm>
#include <atomic>
#include <set>
#include <thread>

#include <malloc.h>

namespace strata::test {
namespace {

class GpuResize : public DeviceTest, public testing::WithParamInterface<PathCase> {
protected:
    GpuResize() { EXPECT_TRUE(m_model.writeStack(m_folder / "tiny.strata")); }

    [[nodiscard]] std::unique_ptr<Session> open(
        std::uint64_t memoryLimitBytes = std::numeric_limits<std::uint64_t>::max(), bool fromFloor = false) {
        SessionOptions options;
        options.threads = 1;
        options.makeBackend = [this, memoryLimitBytes]() -> Result<std::unique_ptr<Backend>> {
            const auto context = openContext({.paths = GetParam().paths, .memoryLimitBytes = memoryLimitBytes});
            STRATA_TRY(std::unique_ptr<gpu::VulkanBackend> backend, gpu::VulkanBackend::create(context));
            m_backend = backend.get();
            return std::unique_ptr<Backend>(std::move(backend));
        };
        if (fromFloor) options.budgetBytes = m_floorBytes;
        auto session = Session::open(*StackFile::open(m_folder / "tiny.strata"), options);
        EXPECT_TRUE(session) << session.error().message();
        return *std::move(session);
    }
    [[nodiscard]] static GenerateOptions sampled(std::size_t tokens) {
        return {.sampling = {.temperature = 1, .topP = 1, .topK = 0, .minP = 0, .seed = 11},
                .maximumTokens = tokens,
                .stopStrings = {},
                .ignoreEndOfTurn = true};
    }

    // Two slabs: they hold four megabytes.
    TinyModel m_model{{.layers = 1,
                       .embedding = 512,
                       .heads = 8,
                       .kvHeads = 4,
                       .headDim = 64,
                       .feedForward = 4096,
                       .tied = false,
                       .planes = 8,
                       .seed = 3}};
    TemporaryFolder m_folder;
    gpu::VulkanBackend* m_backend = nullptr;
    std::uint64_t m_floorBytes = 0;
};

TEST_P(GpuResize, ChangesDuringAnAnswerReplay) {
    const auto session = open();
    const auto prompt = m_model.randomIds(30, 6);
    const std::uint64_t floor = session->stack()->weightBytes(session->stack()->floorBlocks());
    const std::uint64_t full = session->stack()->weightBytes(session->stack()->blocks().size());
    std::vector<std::uint64_t> deviceBytes;
    const auto answer = session->generate(prompt, sampled(24), [&](std::string_view, std::size_t tokens) {
        const double fraction = tokens == 4 ? 0.1 : tokens == 12 ? 1.0 : tokens == 18 ? 0.9 : -1;
        if (fraction < 0) return true;
        EXPECT_TRUE(
            session->setWeightBudget(floor + static_cast<std::uint64_t>(fraction * static_cast<double>(full - floor))));
        EXPECT_TRUE(session->applyBudget());
        EXPECT_TRUE(session->waitUntilSettled());
        deviceBytes.push_back(m_backend->weightBytes());
        return true;
    });
    ASSERT_TRUE(answer) << answer.error().message();
    const auto& blocks = answer->trace.residentBlocks;
    EXPECT_LT(*std::ranges::min_element(blocks), *std::ranges::max_element(blocks)) << "nothing changed";
    if (!m_backend->context().features().useHostImport) {
        EXPECT_LT(deviceBytes[0], m_backend->weightBytes()) << "slabs go and come back";
    }
    const auto replaying = open();
    replaying->replaySchedule(answer->trace);
    const auto replayed = replaying->generate(prompt, sampled(24));
    ASSERT_TRUE(replayed) << replayed.error().message();
    EXPECT_EQ(replayed->tokens, answer->tokens);
}

TEST_P(GpuResize, ShrinkingGivesDeviceMemoryBack) {
    const auto session = open();
    ASSERT_TRUE(session->generate(m_model.randomIds(10, 7), sampled(2)));
    const std::uint64_t full = m_backend->context().allocatedBytes();
    ASSERT_TRUE(session->setBudget(session->floorBytes()));
    const std::uint64_t low = m_backend->context().allocatedBytes();
    if (m_backend->context().features().useHostImport) {
        EXPECT_EQ(m_backend->weightBytes(), 0U);
    } else {
        EXPECT_LT(low, full - (std::uint64_t{2} << 20));
    }
    const auto answer = session->generate(m_model.randomIds(10, 8), sampled(2));
    ASSERT_TRUE(answer) << answer.error().message();
}

TEST_P(GpuResize, TheDevicesOwnMemoryHasABudget) {
    const auto session = open();
    ASSERT_TRUE(session->generate(m_model.randomIds(10, 7), sampled(2)));
    const MemoryUse full = session->use();
    EXPECT_GE(full.deviceBytes, m_backend->weightBytes() + full.kvBytes);
    EXPECT_LE(full.deviceBytes, full.total());
    const std::uint64_t budget = full.deviceBytes - (std::uint64_t{1} << 20);
    session->setDeviceBudget(budget);
    EXPECT_EQ(session->deviceBudget(), budget);
    ASSERT_TRUE(session->generate(m_model.randomIds(10, 8), sampled(2)));
    EXPECT_TRUE(session->takeNotices().empty());
    if (m_backend->context().features().useHostImport) return;
    EXPECT_LE(session->use().deviceBytes, budget);
    session->setDeviceBudget(MemoryBudget::kUnlimited);
    ASSERT_TRUE(session->waitUntilSettled());
    ASSERT_TRUE(session->generate(m_model.randomIds(10, 8), sampled(2)));
    EXPECT_EQ(session->use().deviceBytes, full.deviceBytes);
}

TEST_P(GpuResize, WhereTheDeviceRefusesBlocksTheProcessorTakesThem) {
    const auto prompt = m_model.randomIds(10, 8);
    std::uint64_t taken = 0;
    std::vector<TokenId> expected;
    {
        const auto session = open();
        m_floorBytes = session->floorBytes();
        ASSERT_TRUE(session->setBudget(m_floorBytes));
        ASSERT_TRUE(session->generate(prompt, sampled(3)));
        taken = m_backend->context().allocatedBytes();
        session->reset();
        ASSERT_TRUE(session->setWeightBudget(session->stack()->weightBytes(session->stack()->floorBlocks())));
        const auto answer = session->generate(prompt, sampled(3));
        ASSERT_TRUE(answer);
        expected = answer->tokens;
    }
    // Room for the slab that the floor is in, longer batches, and no second slab.
    const auto session = open(taken + (std::uint64_t{1} << 20), true);
    ASSERT_TRUE(session->setBudget(MemoryBudget::kUnlimited));
    static_cast<void>(session->waitUntilSettled());
    const auto refused = session->generate(prompt, sampled(3));
    ASSERT_TRUE(refused) << refused.error().message();
    EXPECT_EQ(refused->trace.residentBlocks.back(), session->stack()->blocks().size()) << "no block is given up";
    const auto notices = session->takeNotices();
    if (m_backend->context().features().useHostImport) {
        EXPECT_TRUE(notices.empty()) << "imported blocks take no device memory";
    } else {
        ASSERT_FALSE(notices.empty());
        EXPECT_EQ(notices[0].kind, SessionNotice::Kind::DeviceRefused);
        EXPECT_EQ(notices[0].error.code, ErrorCode::OutOfMemory);
        EXPECT_EQ(notices[0].deviceName, m_backend->name());
        EXPECT_LE(session->use().deviceBytes, taken + (std::uint64_t{1} << 20));
    }
    session->reset();
    ASSERT_TRUE(session->setWeightBudget(session->stack()->weightBytes(session->stack()->floorBlocks())));
    const auto again = session->generate(prompt, sampled(3));
    ASSERT_TRUE(again) << again.error().message();
    EXPECT_EQ(again->tokens, expected);
}

TEST_P(GpuResize, StormFromAnotherThread) {
    const TinyModel layered({.layers = 4, .embedding = 256, .feedForward = 1024, .planes = 8, .seed = 4});
    ASSERT_TRUE(layered.writeStack(m_folder / "tiny.strata"));
    const auto session = open();
    std::atomic<bool> done{false};
    std::jthread storm([&] {
        Random random(99);
        const std::uint64_t floor = session->floorBytes();
        while (!done) {
            EXPECT_TRUE(session->setBudget(floor + random.next() % (std::uint64_t{12} << 20)));
            session->setDeviceBudget(random.next() % (std::uint64_t{16} << 20));
            std::this_thread::sleep_for(std::chrono::milliseconds(random.next() % 20));
        }
    });
    for (std::uint64_t round = 0; round < 2; ++round) {
        const auto answer = session->generate(layered.randomIds(20 + 10 * round, 20 + round), sampled(20));
        ASSERT_TRUE(answer) << answer.error().message();
        EXPECT_EQ(answer->tokens.size(), 20U);
    }
    done = true;
}

/// Layers of a model that moves part by part; answers go on, and what is allowed in the end is kept to.
TEST_P(GpuResize, LayersMoveWhileItAnswers) {
    const TinyModel layered({.layers = 5, .embedding = 256, .feedForward = 512, .tied = false, .planes = 8, .seed = 4});
    ASSERT_TRUE(layered.writeStack(m_folder / "tiny.strata"));
    const auto session = open();
    const std::uint64_t all = session->use().deviceBytes;
    Random random(7);
    std::vector<std::uint64_t> seen;
    const auto answer =
        session->generate(layered.randomIds(20, 7), sampled(120), [&](std::string_view, std::size_t tokens) {
            const bool isSettled = *session->isSettled();
            if (isSettled && !m_backend->context().features().useHostImport) {
                EXPECT_LE(session->use().deviceBytes, std::max(session->deviceBudget(), all / 2)) << tokens;
            }
            seen.push_back(session->use().deviceBytes);
            if (tokens % 20 == 5) session->setDeviceBudget(all / 2 + random.next() % all);
            if (tokens % 20 == 15) session->setDeviceBudget(tokens < 60 ? all / 2 : MemoryBudget::kUnlimited);
            if (!isSettled) std::this_thread::sleep_for(std::chrono::milliseconds(2));
            return true;
        });
    ASSERT_TRUE(answer) << answer.error().message();
    EXPECT_EQ(answer->tokens.size(), 120U);
    EXPECT_TRUE(*session->isSettled());
    EXPECT_TRUE(session->takeNotices().empty());
    EXPECT_GT(std::set<std::uint64_t>(seen.begin(), seen.end()).size(), 3U) << "something moved";
    const MemoryUse use = session->use();
    EXPECT_LT(use.weightBytes, session->stack()->weightBytes(session->stack()->blocks().size()) + (8U << 20));
}

// The memory of a device in software is the process's: what stands twice, or is not given back, shows in its RSS.
TEST_P(GpuResize, NothingStandsTwiceAndWhatGoesReallyGoes) {
    const TinyModel large({.layers = 4,
                           .embedding = 512,
                           .heads = 8,
                           .kvHeads = 4,
                           .headDim = 64,
                           .feedForward = 4096,
                           .tied = false,
                           .planes = 8,
                           .seed = 4});
    ASSERT_TRUE(large.writeStack(m_folder / "tiny.strata"));
    const auto prompt = large.randomIds(4, 7);
    const auto session = open();
    const std::uint64_t floorBytes = session->floorBytes();
    const auto turn = [&](std::uint64_t budget) {
        ASSERT_TRUE(session->setBudget(budget));
        ASSERT_TRUE(session->waitUntilSettled());
        ASSERT_TRUE(session->generate(prompt, sampled(2)));
        session->reset();
    };
    for (int warm = 0; warm < 2; ++warm) {  // the driver compiles shaders for every level
        turn(MemoryBudget::kUnlimited);
        turn(floorBytes);
    }
    const std::uint64_t weights = session->stack()->weightBytes(session->stack()->blocks().size());
    const std::uint64_t floor = session->stack()->weightBytes(session->stack()->floorBlocks());
    const double grown = static_cast<double>(weights - floor);
    ASSERT_GT(weights, std::uint64_t{20} << 20);
    const auto measured = [] {
        ::malloc_trim(0);  // the driver takes its memory from the process's allocator, which keeps some
        return static_cast<double>(processMemory().residentBytes);
    };
    const double atFloor = measured();
    for (int round = 0; round < 2; ++round) {
        SCOPED_TRACE(round);
        turn(MemoryBudget::kUnlimited);
        const MemoryUse use = session->use();
        // What drivers and allocators keep is some of it; a second copy would be all of it.
        EXPECT_LT(use.weightBytes, weights + (std::uint64_t{1} << 20));
        EXPECT_GT(measured() - atFloor, 0.85 * grown);
        EXPECT_LT(measured() - atFloor, 1.4 * grown) << "not twice";
        if (m_backend->keepsWeights()) {
            EXPECT_GT(use.deviceBytes, weights - (std::uint64_t{1} << 20));
        }
        turn(floorBytes);
        EXPECT_LT(measured() - atFloor, 0.25 * grown) << "it is given back";
    }
}

INSTANTIATE_TEST_SUITE_P(
    Paths, GpuResize,
    testing::Values(PathCase{"imported", {}}, PathCase{"copied", {.noHostImport = true}},
                    PathCase{"staged", {.noHostImport = true, .noMappedWrites = true, .noTransferRing = true}},
                    PathCase{"transferred", {.noHostImport = true, .noMappedWrites = true, .anyTransferRing = true}}),
    [](const auto& chosen) { return std::string(chosen.param.name); });

}  // namespace
}  // namespace strata::test
