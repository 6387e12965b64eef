// No token waits long for layers that move while a session answers. On a quiet machine only.
#include "core/model/session.h"
#include "tests/gpu/device_fixture.h"
#include "tests/support/temporary_folder.h"
#include "tests/support/tiny_model.h"

#include <algorithm>
#include <chrono>

namespace strata::test {
namespace {

class WalkTiming : public DeviceTest, public testing::WithParamInterface<PathCase> {
protected:
    using Clock = std::chrono::steady_clock;
    struct Gaps {
        double median = 0, longest = 0;  ///< in milliseconds; the longest while layers were moving
        std::size_t moving = 0;          ///< tokens meanwhile
    };
    /// An answer during which most layers leave the device and come back.
    [[nodiscard]] Gaps walk(Session& session, std::span<const TokenId> prompt, std::uint64_t all) const {
        GenerateOptions options{.sampling = {.temperature = 0}, .maximumTokens = 240, .stopStrings = {}};
        options.ignoreEndOfTurn = true;
        std::vector<double> gaps;
        Gaps result;
        Clock::time_point last = Clock::now();
        bool wasMoving = false;
        const auto sink = [&](std::string_view, std::size_t tokens) {
            const double gap = std::chrono::duration<double, std::milli>(Clock::now() - last).count();
            if (tokens > 1) gaps.push_back(gap);
            if (wasMoving) {
                result.longest = std::max(result.longest, gap);
                ++result.moving;
            }
            if (tokens == 40) session.setDeviceBudget(all / 3);
            if (tokens == 140) session.setDeviceBudget(MemoryBudget::kUnlimited);
            wasMoving = !session.isSettled().value_or(true);
            last = Clock::now();
            return true;
        };
        const auto answer = session.generate(prompt, options, sink);
        EXPECT_TRUE(answer) << answer.error().message();
        const auto middle = gaps.begin() + static_cast<std::ptrdiff_t>(gaps.size() / 2);
        std::ranges::nth_element(gaps, middle);
        result.median = *middle;
        return result;
    }
};

TEST_P(WalkTiming, NoTokenTakesTwiceTheMedian) {
    const TinyModel model({.layers = 12, .embedding = 512, .feedForward = 2048, .tied = false, .planes = 8, .seed = 4});
    const TemporaryFolder folder;
    ASSERT_TRUE(model.writeStack(folder / "layers.strata"));
    SessionOptions options{.speculation = Speculation::Off};
    options.makeBackend = [&]() -> Result<std::unique_ptr<Backend>> {
        return gpu::VulkanBackend::create(
            *gpu::Context::open(m_device, {.paths = GetParam().paths}));  // the validation layer takes its time
    };
    const auto session = Session::open(*StackFile::open(folder / "layers.strata"), options);
    ASSERT_TRUE(session) << session.error().message();
    const auto prompt = model.randomIds(200, 3);
    const std::uint64_t all = (*session)->use().deviceBytes;
    static_cast<void>(walk(**session, prompt, all));  // pipelines of either side are made
    const Gaps gaps = walk(**session, prompt, all);
    EXPECT_GT(gaps.moving, 10U);
    EXPECT_LE(gaps.longest, 2 * gaps.median) << "milliseconds, of " << gaps.moving << " tokens while layers moved";
}

INSTANTIATE_TEST_SUITE_P(Paths, WalkTiming,
                         testing::Values(PathCase{"copied", {.noHostImport = true}},
                                         PathCase{"staged", {.noHostImport = true, .noMappedWrites = true}}),
                         [](const auto& chosen) { return std::string(chosen.param.name); });

}  // namespace
}  // namespace strata::test
