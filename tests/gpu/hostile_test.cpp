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
    const auto good = gpu::PathOptions::parse("subgroup,+dot");
    ASSERT_TRUE(good);
    EXPECT_TRUE(good->noSubgroups && good->anyIntegerDot && !good->noHostImport);
}

TEST_F(Hostile, MemoryThatIsRefusedIsAnErrorAndTheSessionGoesOn) {
    // Room for a short cache and small batches, and for no more.
    auto probe = open({});
    ASSERT_TRUE(probe);
    const std::uint64_t taken = m_context->allocatedBytes();
    probe->reset();
    auto session = open({.memoryLimitBytes = taken + 2 * 256 * 1024});
    ASSERT_TRUE(session) << session.error().message();
    const auto expected = (*session)->generate(m_model.randomIds(20, 2), greedy(5));
    ASSERT_TRUE(expected) << expected.error().message();
    const auto refused = (*session)->generate(m_model.randomIds(3000, 3), greedy(5));
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::OutOfMemory);
    EXPECT_THAT(refused.error().message(), HasSubstr("the device refuses memory"));
    const auto again = (*session)->generate(m_model.randomIds(20, 2), greedy(5));
    ASSERT_TRUE(again) << again.error().message();
    EXPECT_EQ(again->tokens, expected->tokens);
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
