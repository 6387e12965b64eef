// What goes wrong with devices: caches that are damaged, memory that is refused, devices that are not there.
#include "core/model/session.h"
#include "gpu/devices.h"
#include "tests/gpu/device_fixture.h"
#include "tests/support/temporary_folder.h"
#include "tests/support/tiny_model.h"

#include <fstream>

namespace strata::test {
namespace {

using testing::HasSubstr;

class Hostile : public DeviceTest {
protected:
    Hostile() { EXPECT_TRUE(m_model.writeStack(m_folder / "tiny.strata")); }

    /// A session on the device; what it was opened with is in m_context.
    [[nodiscard]] Result<std::unique_ptr<Session>> open(const gpu::ContextOptions& options,
                                                        SessionOptions session = {}) {
        m_context = openContext(options);
        session.threads = 1;
        session.makeBackend = [this]() -> Result<std::unique_ptr<Backend>> {
            STRATA_TRY(std::unique_ptr<gpu::VulkanBackend> backend, gpu::VulkanBackend::create(m_context));
            m_backend = backend.get();
            return std::unique_ptr<Backend>(std::move(backend));
        };
        STRATA_TRY(auto stack, StackFile::open(m_folder / "tiny.strata"));
        return Session::open(std::move(stack), session);
    }
    [[nodiscard]] static GenerateOptions greedy(std::size_t tokens) {
        return {.sampling = {.temperature = 0}, .maximumTokens = tokens, .stopStrings = {}, .ignoreEndOfTurn = true};
    }

    struct StatedAnswer {
        std::vector<TokenId> tokens;
        std::ptrdiff_t beforeLoss = 0;  ///< tokens that were shown while there was a device
    };
    /// Notes how much the device had been asked for when the session began to answer.
    [[nodiscard]] StatedAnswer answerOf(Session& session, std::span<const TokenId> prompt, std::ptrdiff_t tokens) {
        if (session.use().deviceBytes > 0) m_openingSubmissions = m_backend->counts().submissions;
        StatedAnswer stated;
        auto answer = session.generate(prompt, greedy(static_cast<std::size_t>(tokens)), [&](auto, std::size_t made) {
            if (session.use().deviceBytes > 0) stated.beforeLoss = static_cast<std::ptrdiff_t>(made);
            return true;
        });
        EXPECT_TRUE(answer) << answer.error().message();
        if (answer) stated.tokens = answer->tokens;
        return stated;
    }

    std::uint64_t m_openingSubmissions = 0;
    TinyModel m_model{{.contextLength = 4096}};
    TemporaryFolder m_folder;
    std::shared_ptr<gpu::Context> m_context;
    gpu::VulkanBackend* m_backend = nullptr;
};

TEST_F(Hostile, PipelineCachesAreKeptAndDamagedOnesDiscarded) {
    const auto file = m_folder / "caches" / "device.pipelines";
    const auto prompt = m_model.randomIds(5, 1);
    const auto run = [&] {
        auto session = open({.pipelineCache = file});
        EXPECT_TRUE(session) << session.error().message();
        const bool took = m_backend->tookPipelineCache();
        EXPECT_TRUE((*session)->generate(prompt, greedy(3)));
        return took;
    };
    EXPECT_FALSE(run()) << "there was none";
    ASSERT_TRUE(std::filesystem::exists(file));
    EXPECT_TRUE(run());
    const auto size = std::filesystem::file_size(file);
    {
        std::fstream stream(file, std::ios::in | std::ios::out | std::ios::binary);
        stream.seekp(static_cast<std::streamoff>(size - 1));
        stream.put('\x5a');
    }
    EXPECT_FALSE(run()) << "one byte is another";
    EXPECT_TRUE(run()) << "and a good one was written over it";
    std::filesystem::resize_file(file, 10);
    EXPECT_FALSE(run()) << "truncated";
    std::ofstream(file, std::ios::trunc) << "not a cache at all, but long enough to hold a header of one";
    EXPECT_FALSE(run());
}

TEST_F(Hostile, DevicesThatAreNotThereAreNamed) {
    const auto missing = gpu::Context::open(99, {});
    ASSERT_FALSE(missing);
    EXPECT_EQ(missing.error().code, ErrorCode::NotFound);
    EXPECT_THAT(missing.error().message(), HasSubstr("no device 99"));
    EXPECT_THAT(missing.error().message(), HasSubstr("--device cpu"));
}

TEST_F(Hostile, UnknownPathsAreRefused) {
    const auto paths = gpu::PathOptions::parse("subgroup,colour");
    ASSERT_FALSE(paths);
    EXPECT_THAT(paths.error().message(), HasSubstr("'colour'"));
    const auto good = gpu::PathOptions::parse("subgroup,lanes,transfer,budget,+dot");
    ASSERT_TRUE(good);
    EXPECT_TRUE(good->noSubgroups && good->noLanes && good->noTransferRing && good->noMemoryBudget &&
                good->anyIntegerDot);
    EXPECT_FALSE(good->noHostImport || good->anyTransferRing);
}

TEST_F(Hostile, WhereMemoryIsRefusedTheSessionGoesOnWithLessOfIt) {
    // Room for a short cache and small batches, and for no more.
    auto probe = open({});
    ASSERT_TRUE(probe);
    const std::uint64_t taken = m_context->allocatedBytes();
    probe->reset();
    auto session = open({.memoryLimitBytes = taken + 2 * 256 * 1024});
    ASSERT_TRUE(session) << session.error().message();
    const auto expected = (*session)->generate(m_model.randomIds(20, 2), greedy(5));
    ASSERT_TRUE(expected) << expected.error().message();
    EXPECT_TRUE((*session)->takeNotices().empty());
    const auto longer = (*session)->generate(m_model.randomIds(3000, 3), greedy(5));
    ASSERT_TRUE(longer) << longer.error().message();
    EXPECT_EQ(longer->tokens.size(), 5U);
    const auto notices = (*session)->takeNotices();
    ASSERT_FALSE(notices.empty());
    EXPECT_EQ(notices[0].error.code, ErrorCode::OutOfMemory);
    EXPECT_THAT(notices[0].error.message(), HasSubstr("the device refuses memory"));
    EXPECT_TRUE((*session)->takeNotices().empty()) << "told once";
    const auto again = (*session)->generate(m_model.randomIds(20, 2), greedy(5));
    ASSERT_TRUE(again) << again.error().message();
    EXPECT_EQ(again->tokens, expected->tokens);
}

TEST_F(Hostile, AnAnswerGoesOnWhereItsDeviceIsLost) {
    const auto prompt = m_model.randomIds(20, 2);
    StatedAnswer whole;
    {
        auto session = open({});
        ASSERT_TRUE(session);
        whole = answerOf(**session, prompt, 24);
    }
    for (const std::uint64_t lostAt : {0, 1, 5, 20, 24}) {
        SCOPED_TRACE(lostAt);
        auto session = open({.lostAtSubmission = m_openingSubmissions + lostAt});
        ASSERT_TRUE(session) << session.error().message();
        const StatedAnswer answer = answerOf(**session, prompt, 24);
        EXPECT_EQ(answer.tokens.size(), 24U);
        const auto notices = (*session)->takeNotices();
        ASSERT_EQ(notices.size(), 1U);
        EXPECT_EQ(notices[0].kind, SessionNotice::Kind::DeviceLost);
        EXPECT_THAT(notices[0].error.message(), HasSubstr("lost"));
        EXPECT_EQ((*session)->use().deviceBytes, 0U);
        // From there on it is what the processor says to what there was.
        SessionOptions options;
        options.threads = 1;
        auto processor = Session::open(*StackFile::open(m_folder / "tiny.strata"), options);
        ASSERT_TRUE(processor);
        auto asked = prompt;
        asked.insert(asked.end(), answer.tokens.begin(), answer.tokens.begin() + answer.beforeLoss);
        EXPECT_EQ(answerOf(**processor, asked, 24 - answer.beforeLoss).tokens,
                  std::vector(answer.tokens.begin() + answer.beforeLoss, answer.tokens.end()));
        EXPECT_TRUE(std::equal(answer.tokens.begin(), answer.tokens.begin() + answer.beforeLoss, whole.tokens.begin()))
            << "what was shown stays";
    }
}

TEST_F(Hostile, ADeviceTooSmallForTheModelSaysSo) {
    const auto session = open({.memoryLimitBytes = 1 << 20});
    ASSERT_FALSE(session);
    EXPECT_EQ(session.error().code, ErrorCode::OutOfMemory);
    EXPECT_THAT(session.error().message(), HasSubstr("--device cpu"));
}

TEST_F(Hostile, AutomaticNeverMeansASoftwareDevice) {
    std::vector<gpu::DeviceInfo> devices(4);
    for (std::size_t index = 0; index < devices.size(); ++index) devices[index].index = index;
    devices[0].kind = gpu::DeviceKind::Software;
    devices[1].kind = gpu::DeviceKind::Integrated;
    devices[2].kind = gpu::DeviceKind::Discrete;
    devices[3].kind = gpu::DeviceKind::Discrete;
    EXPECT_EQ(gpu::bestDevice(devices), 2U);
    devices[2].unusable = devices[3].unusable = "it is too old";
    EXPECT_EQ(gpu::bestDevice(devices), 1U);
    EXPECT_EQ(gpu::bestDevice(std::span(devices).first(1)), std::nullopt);
}

}  // namespace
}  // namespace strata::test
