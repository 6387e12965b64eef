// What a device tells of its memory, and what it can bind: a session on the device follows other programs, and models
// are cut to pieces that fit.
#include "core/hybrid/split_backend.h"
#include "core/model/device_governor.h"
#include "tests/core/model/transformer_harness.h"
#include "tests/gpu/device_fixture.h"

#include <atomic>
#include <chrono>
#include <limits>
#include <thread>

namespace strata::test {
namespace {

using std::chrono::milliseconds;
using testing::HasSubstr;

/// The heaps of a graphics card that others use too.
struct Card {
    std::atomic<std::uint64_t> budgetBytes{std::uint64_t{6} << 30};
    std::atomic<std::uint64_t> besideBytes{0};  ///< of this process, and not the backend's
    std::weak_ptr<const gpu::Context> context;  ///< set before the card is asked

    [[nodiscard]] std::vector<gpu::MemoryHeap> heaps() const {
        const auto opened = context.lock();
        const std::uint64_t used = besideBytes + (opened ? opened->allocatedBytes() : 0);
        const std::uint64_t mega = std::uint64_t{1} << 20;
        return {{64 * 1024 * mega, 60 * 1024 * mega, 7 * mega, false},
                {256 * mega, 200 * mega, 3 * mega, true},
                {8 * 1024 * mega, budgetBytes, used, true}};
    }
};

class GpuRoom : public DeviceTest {
protected:
    [[nodiscard]] std::unique_ptr<gpu::VulkanBackend> onCard(const gpu::PathOptions& paths) {
        const auto context =
            openContext({.paths = paths, .lostAtSubmission = m_lostAtSubmission, .heaps = [card = m_card] {
                             return card->heaps();
                         }});
        m_card->context = context;
        auto backend = gpu::VulkanBackend::create(context);
        EXPECT_TRUE(backend) << backend.error().message();
        return *std::move(backend);
    }
    [[nodiscard]] static GenerateOptions greedy(std::size_t tokens) {
        return {.sampling = {.temperature = 0}, .maximumTokens = tokens, .stopStrings = {}, .ignoreEndOfTurn = true};
    }
    std::shared_ptr<Card> m_card = std::make_shared<Card>();
    std::uint64_t m_lostAtSubmission = std::numeric_limits<std::uint64_t>::max();
};

TEST_F(GpuRoom, IsToldExactlyWhereTheFeaturesSaySo) {
    for (const PathCase& entry : kPathCases) {
        SCOPED_TRACE(entry.name);
        for (const bool hidden : {false, true}) {
            gpu::PathOptions paths = entry.paths;
            paths.noMemoryBudget = paths.noMemoryBudget || hidden;
            const auto real = openBackend(paths);
            const gpu::DeviceFeatures& features = real->context().features();
            EXPECT_EQ(features.useMemoryBudget, features.hasMemoryBudget && !features.useHostImport &&
                                                    !paths.noMemoryBudget &&
                                                    real->context().info().kind != gpu::DeviceKind::Integrated);
            EXPECT_EQ(real->deviceGauge() != nullptr, features.useMemoryBudget);
            if (const auto gauge = real->deviceGauge()) {
                ASSERT_TRUE(gauge->room());
                EXPECT_GT(gauge->room()->budgetBytes, 0U);
            }
            if (hidden) {
                for (const gpu::MemoryHeap& heap : real->context().heaps()) {
                    EXPECT_EQ(heap.budgetBytes, heap.sizeBytes);
                    EXPECT_EQ(heap.usedBytes, 0U);
                }
            }
            const auto card = onCard(paths);
            EXPECT_EQ(card->context().features().useMemoryBudget,
                      !card->context().features().useHostImport && !paths.noMemoryBudget);
            EXPECT_EQ(card->deviceGauge() != nullptr, card->context().features().useMemoryBudget);
        }
    }
}

TEST_F(GpuRoom, IsThatOfTheLargestHeapOfItsOwnAndEndsWithTheBackend) {
    m_card->besideBytes = 1000;
    auto backend = onCard({.noHostImport = true});
    const auto gauge = backend->deviceGauge();
    ASSERT_TRUE(gauge);
    const auto room = gauge->room();
    ASSERT_TRUE(room);
    EXPECT_EQ(room->budgetBytes, m_card->budgetBytes);
    EXPECT_EQ(room->heldBytes, backend->context().allocatedBytes());
    EXPECT_EQ(room->usedBytes, room->heldBytes + 1000);
    EXPECT_EQ(room->allowedBytes(), m_card->budgetBytes - 1000);
    backend.reset();
    closeContexts();
    EXPECT_FALSE(gauge->room());
}

class GpuRoomPaths : public GpuRoom, public testing::WithParamInterface<PathCase> {
protected:
    [[nodiscard]] Result<std::unique_ptr<Session>> open(const TinyModel& model) {
        STRATA_CHECK(model.writeStack(m_folder / "tiny.strata"));
        SessionOptions options;
        options.threads = 1;
        options.makeBackend = [this]() -> Result<std::unique_ptr<Backend>> {
            auto backend = onCard(GetParam().paths);
            m_backend = backend.get();
            return backend;
        };
        STRATA_TRY(auto stack, StackFile::open(m_folder / "tiny.strata"));
        return Session::open(std::move(stack), options);
    }
    TemporaryFolder m_folder;
    const gpu::VulkanBackend* m_backend = nullptr;
};

TEST_P(GpuRoomPaths, LayersLeaveForOtherProgramsAndComeBackWhileItAnswers) {
    const TinyModel model({.layers = 6,
                           .embedding = 256,
                           .heads = 4,
                           .kvHeads = 2,
                           .headDim = 64,
                           .feedForward = 1024,
                           .tied = false,
                           .seed = 3});
    const auto opened = open(model);
    ASSERT_TRUE(opened) << opened.error().message();
    const std::unique_ptr<Session>& session = *opened;
    const std::uint64_t all = session->use().deviceBytes, full = session->deviceFullBytes();
    ASSERT_GT(all, std::uint64_t{4} << 20) << "worth moving";
    EXPECT_GE(full, all);
    const auto context = m_card->context.lock();
    const std::uint64_t allocated = context->allocatedBytes();
    DeviceGovernor governor(MemoryBudget::kUnlimited, {.emergencyBytes = 0,
                                                       .deadBandBytes = 1024,
                                                       .growStepBytes = all / 2,
                                                       .calm = milliseconds(1000),
                                                       .growInterval = milliseconds(100)});
    milliseconds now{0};
    const auto answer =
        session->generate(model.randomIds(20, 4), greedy(40), [&](std::string_view, std::size_t tokens) {
            // Elsewhere a program begins with the tenth token, and ends with the twentieth.
            if (tokens == 10) m_card->budgetBytes = all / 2;
            if (tokens == 20) m_card->budgetBytes = std::uint64_t{6} << 30;
            const MemoryDecision decision = governor.look(now += milliseconds(250), *session);
            EXPECT_TRUE(session->applyBudget());
            const std::uint64_t used = session->use().deviceBytes;
            if (tokens < 10) {
                EXPECT_GE(used, all) << tokens;
            } else if (tokens <= 23) {
                EXPECT_EQ(decision.reason, tokens == 10 ? MemoryReason::LowMemory : MemoryReason::Unchanged) << tokens;
                EXPECT_LE(used, all / 2) << tokens;
                EXPECT_LT(context->allocatedBytes(), allocated - all / 4) << "really given back";
            }
            return true;
        });
    ASSERT_TRUE(answer) << answer.error().message();
    EXPECT_EQ(answer->tokens.size(), 40U);
    EXPECT_EQ(answer->trace.residentBlocks.size(), 20U + 39U) << "nothing was evaluated twice";
    EXPECT_TRUE(session->takeNotices().empty());
    EXPECT_GE(session->use().deviceBytes, all) << "all of it came back";
    EXPECT_EQ(session->deviceBudget(), MemoryBudget::kUnlimited);
}

TEST_P(GpuRoomPaths, AModelThatFindsTheCardInUseTakesWhatThereIs) {
    const TinyModel model({.layers = 6, .embedding = 256, .feedForward = 1024, .tied = false, .seed = 3});
    std::uint64_t all = 0;
    {
        const auto opened = open(model);
        ASSERT_TRUE(opened) << opened.error().message();
        all = (*opened)->use().deviceBytes;
    }
    const std::uint64_t room = all / 2;
    m_card->budgetBytes = GovernorOptions::forDevice().emergencyBytes + room;
    const auto opened = open(model);
    ASSERT_TRUE(opened) << opened.error().message();
    EXPECT_LE((*opened)->deviceBudget(), room);
    EXPECT_LE((*opened)->use().deviceBytes, room);
    const auto notices = (*opened)->takeNotices();
    ASSERT_EQ(notices.size(), 1U) << "nothing was refused";
    EXPECT_EQ(notices[0].kind, SessionNotice::Kind::DeviceBusy);
}

TEST_P(GpuRoomPaths, ADeviceThatIsLostIsAskedNoMore) {
    const TinyModel model({.layers = 3, .tied = false, .seed = 3});
    std::uint64_t opening = 0;
    {
        const auto opened = open(model);
        ASSERT_TRUE(opened) << opened.error().message();
        opening = m_backend->counts().submissions;
    }
    for (const std::uint64_t after : {1, 7, 20}) {
        SCOPED_TRACE(after);
        m_lostAtSubmission = opening + after;
        const auto opened = open(model);
        ASSERT_TRUE(opened) << opened.error().message();
        const std::unique_ptr<Session>& session = *opened;
        ASSERT_TRUE(session->deviceRoom());
        std::jthread watch([&](const std::stop_token& stop) {
            DeviceGovernor governor;
            for (int ms = 0; !stop.stop_requested(); ms += 100) {
                static_cast<void>(governor.look(milliseconds(ms), *session));
                std::this_thread::sleep_for(milliseconds(1));
            }
        });
        const auto answer = session->generate(model.randomIds(20, 4), greedy(24));
        ASSERT_TRUE(answer) << answer.error().message();
        EXPECT_EQ(answer->tokens.size(), 24U);
        const auto notices = session->takeNotices();
        ASSERT_EQ(notices.size(), 1U);
        EXPECT_EQ(notices[0].kind, SessionNotice::Kind::DeviceLost);
        EXPECT_FALSE(session->deviceRoom());
        EXPECT_EQ(session->deviceFullBytes(), 0U);
    }
}

INSTANTIATE_TEST_SUITE_P(Paths, GpuRoomPaths,
                         testing::Values(PathCase{"copied", {.noHostImport = true}},
                                         PathCase{"staged", {.noHostImport = true, .noMappedWrites = true}}),
                         [](const auto& chosen) { return std::string(chosen.param.name); });

class GpuBindings : public GpuRoom, public testing::WithParamInterface<PathCase> {
protected:
    [[nodiscard]] std::unique_ptr<gpu::VulkanBackend> binding(std::uint64_t bytes) {
        auto backend =
            gpu::VulkanBackend::create(openContext({.paths = GetParam().paths, .bufferRangeLimitBytes = bytes}));
        EXPECT_TRUE(backend) << backend.error().message();
        return *std::move(backend);
    }
    // Its KV cache takes less than a block.
    TinyModel m_model{{.layers = 3, .embedding = 256, .kvHeads = 1, .feedForward = 512, .tied = false, .seed = 5}};
};

TEST_P(GpuBindings, SmallOnesGiveTheSameModel) {
    const std::vector<TokenId> ids = m_model.randomIds(40, 6);
    TransformerHarness whole(m_model, openBackend(GetParam().paths));
    for (const std::uint64_t kilobytes : {48, 100, 1000}) {
        SCOPED_TRACE(kilobytes);
        auto backend = binding(kilobytes << 10);
        EXPECT_EQ(backend->context().features().maximumBufferRange, kilobytes << 10);
        TransformerHarness harness(m_model, std::move(backend));
        for (const unsigned level : {2U, 6U}) EXPECT_EQ(harness.logits(ids, level, 8), whole.logits(ids, level, 8));
    }
}

TEST_P(GpuBindings, ABlockThatIsLargerIsRefusedByName) {
    TemporaryFolder folder;
    ASSERT_TRUE(m_model.writeStack(folder / "tiny.strata"));
    const auto stack = StackFile::open(folder / "tiny.strata");
    ASSERT_TRUE(stack);
    const auto backend = binding(std::uint64_t{16} << 10);
    const auto refused = backend->addMatrix(**stack, 0);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::Unsupported);
    EXPECT_THAT(refused.error().message(), HasSubstr("larger than the"));
    EXPECT_THAT(refused.error().message(), HasSubstr("--device cpu"));
    std::size_t named = 0;
    for (std::size_t block = 0; block < (*stack)->blocks().size(); ++block)
        if (refused.error().message().find("'" + (*stack)->blockName(block) + "'") != std::string::npos) ++named;
    EXPECT_EQ(named, 1U) << refused.error().message();
    // A session goes on without the device, and says why.
    SessionOptions options;
    options.threads = 1;
    options.makeBackend = [this]() -> Result<std::unique_ptr<Backend>> { return binding(std::uint64_t{16} << 10); };
    const auto session = Session::open(*stack, options);
    ASSERT_TRUE(session) << session.error().message();
    const auto notices = (*session)->takeNotices();
    ASSERT_EQ(notices.size(), 1U);
    EXPECT_EQ(notices[0].kind, SessionNotice::Kind::DeviceLost);
    EXPECT_EQ(notices[0].error.message(), refused.error().message());
    EXPECT_TRUE((*session)->generate(m_model.randomIds(10, 7), greedy(3)));
}

INSTANTIATE_TEST_SUITE_P(Paths, GpuBindings,
                         testing::Values(PathCase{"imported", {}}, PathCase{"copied", {.noHostImport = true}},
                                         PathCase{"staged", {.noHostImport = true, .noMappedWrites = true}}),
                         [](const auto& chosen) { return std::string(chosen.param.name); });

}  // namespace
}  // namespace strata::test
