// Whole models on the device, and half there: against plain loops, against the processor, and against themselves in
// other batches.
#include "core/hybrid/split_backend.h"
#include "core/kernels/layout.h"
#include "gpu/device_bandwidth.h"
#include "tests/core/cpu/kv_layers.h"
#include "tests/core/model/forward_cases.h"
#include "tests/core/model/transformer_harness.h"
#include "tests/gpu/device_fixture.h"

#include <chrono>

namespace strata::test {
namespace {

class GpuForward : public DeviceTest, public testing::WithParamInterface<ForwardCase> {};

TEST_P(GpuForward, AgreesWithPlainLoopsAndTheProcessor) {
    const TinyModel model(GetParam().options);
    TransformerHarness device(model, openBackend()), processor(model, 2);
    const std::vector<TokenId> ids = model.randomIds(70, 5);
    for (const unsigned level : {1U, 3U, model.options().planes}) {
        const auto logits = device.logits(ids, level, 32), expected = processor.logits(ids, level, 32);
        for (const std::size_t length : {1UL, 2UL, 33UL, 70UL}) {
            const std::string where = "level " + std::to_string(level) + ", " + std::to_string(length) + " tokens";
            EXPECT_LT(relativeError(logits[length - 1], model.logits(std::span(ids).first(length), level)),
                      forwardBound(model.options()))
                << where;
            EXPECT_LT(relativeError(logits[length - 1], expected[length - 1]), forwardBound(model.options()) / 2)
                << where;
        }
    }
}

TEST_P(GpuForward, BatchEqualsSingleTokensBitForBit) {
    const TinyModel model(GetParam().options);
    TransformerHarness harness(model, openBackend());
    const std::vector<TokenId> ids = model.randomIds(67, 6);
    const auto single = harness.logits(ids, 3, 1);
    for (const std::size_t batch : {2UL, 7UL, 64UL}) EXPECT_EQ(harness.logits(ids, 3, batch), single) << batch;
}

INSTANTIATE_TEST_SUITE_P(Families, GpuForward, testing::ValuesIn(kForwardCases),
                         [](const auto& chosen) { return std::string(chosen.param.name); });

class GpuPaths : public DeviceTest, public testing::WithParamInterface<PathCase> {};

TEST_P(GpuPaths, GiveTheSameModel) {
    for (const ForwardCase& entry : kForwardCases) {
        if (std::string_view(entry.name) != "experts_at_eight_planes" && std::string_view(entry.name) != "bitstack")
            continue;
        const TinyModel model(entry.options);
        TransformerHarness device(model, openBackend(GetParam().paths)), processor(model, 1);
        const std::vector<TokenId> ids = model.randomIds(21, 8);
        for (const unsigned level : {2U, model.options().planes})
            EXPECT_LT(relativeError(device.logits(ids, level, 9).back(), processor.logits(ids, level, 9).back()),
                      forwardBound(model.options()) / 2)
                << entry.name << ", level " << level;
    }
}

INSTANTIATE_TEST_SUITE_P(Paths, GpuPaths, testing::ValuesIn(kPathCases),
                         [](const auto& chosen) { return std::string(chosen.param.name); });

/// Of one group that is laid out anew, and of groups of two layers.
TEST_P(GpuPaths, LayersOfTheCacheComeAndGoAlone) {
    const auto backend = openBackend(GetParam().paths);
    KvLayers(*backend, {.layers = {{2, 64, 4}, {1, 128, 4}, {3, 32, 3}, {4, 64, 4}}}).comeAndGoAlone(300);
    KvLayers(*backend, {.layers = std::vector<KvShape::Layer>(4, {32, 128, 32})}).comeAndGoAlone(260);
}

class GpuSplit : public DeviceTest, public testing::WithParamInterface<PathCase> {};

/// Some layers on the device, the others on the processor, moving between batches with what the cache holds of them.
TEST_P(GpuSplit, AnyCutGivesTheModel) {
    ThreadPool pool(1);
    for (const ForwardCase& entry : kForwardCases) {
        if (entry.options.experts > 0 && entry.options.planes == 8) continue;  // a longer "experts"
        SCOPED_TRACE(entry.name);
        TinyOptions options = entry.options;
        options.layers = 3;
        const TinyModel model(options);
        auto backend = std::make_unique<SplitBackend>(
            openBackend(GetParam().paths), std::make_unique<CpuBackend>(pool, **chooseKernels()), options.layers);
        SplitBackend& split = *backend;
        TransformerHarness harness(model, std::move(backend)), processor(model, 1);
        const std::vector<TokenId> ids = model.randomIds(70, 5);
        const auto expected = processor.logits(ids, 3, 10);
        const auto cutAt = [&](std::size_t cut, Side head) {
            Placement placement = Placement::allOn(Side::Device, options.layers);
            std::fill_n(placement.layers.begin(), cut, Side::Host);
            placement.head = placement.embedding = head;
            return placement;
        };
        harness.beforeBatch([&](std::size_t cached) {
            // 0 | 1 2 on the device, then others: every cut, and heads on either side.
            const std::size_t step = cached / 10;
            EXPECT_TRUE(split.place(cutAt((step + 1) % 4, step % 2 == 0 ? Side::Device : Side::Host), cached));
            harness.use(3);
            EXPECT_TRUE(split.reserveKv(ids.size()));
        });
        const auto logits = harness.logits(ids, 3, 10);
        for (std::size_t at = 0; at < ids.size(); at += 3)
            EXPECT_LT(relativeError(logits[at], expected[at]), forwardBound(options) / 2) << at;
        EXPECT_GT(split.crossings(), 0U);
    }
}

TEST_P(GpuSplit, LayersTakeAndGiveBackDeviceMemoryAlone) {
    ThreadPool pool(1);
    const TinyModel model({.layers = 4, .embedding = 256, .feedForward = 512});
    auto device = openBackend(GetParam().paths);
    const gpu::VulkanBackend& vulkan = *device;
    auto backend =
        std::make_unique<SplitBackend>(std::move(device), std::make_unique<CpuBackend>(pool, **chooseKernels()), 4);
    SplitBackend& split = *backend;
    TransformerHarness harness(model, std::move(backend));
    std::uint64_t before = std::numeric_limits<std::uint64_t>::max();
    for (std::size_t cut = 0; cut <= 4; ++cut) {
        Placement placement = Placement::allOn(Side::Device, 4);
        std::fill_n(placement.layers.begin(), cut, Side::Host);
        if (cut == 4) placement = Placement::allOn(Side::Host, 4);
        ASSERT_TRUE(split.place(placement, 0));
        harness.use(6);
        const std::uint64_t bytes = vulkan.weightBytes();
        EXPECT_EQ(bytes, split.deviceBytesFor(*split.matricesOn(Side::Device), harness.stack().blocks().size()));
        if (vulkan.keepsWeights()) {
            EXPECT_LT(bytes, before) << cut;
        }
        before = bytes;
    }
    EXPECT_EQ(before, 0U);
}

INSTANTIATE_TEST_SUITE_P(
    Paths, GpuSplit,
    testing::Values(PathCase{"imported", {}}, PathCase{"copied", {.noHostImport = true}},
                    PathCase{"staged", {.noHostImport = true, .noMappedWrites = true, .noTransferRing = true}},
                    PathCase{"transferred", {.noHostImport = true, .noMappedWrites = true, .anyTransferRing = true}}),
    [](const auto& chosen) { return std::string(chosen.param.name); });

class GpuSteps : public DeviceTest {};

TEST_F(GpuSteps, ATokenIsOneSubmissionAndOneWait) {
    const TinyModel model;
    auto backend = openBackend();
    const gpu::VulkanBackend& device = *backend;
    TransformerHarness harness(model, std::move(backend));
    const std::vector<TokenId> ids = model.randomIds(40, 5);
    static_cast<void>(harness.logits(ids, 3, 1));
    const gpu::StreamCounts before = device.counts();
    static_cast<void>(harness.logits(ids, 3, 1));
    EXPECT_EQ(device.counts().submissions - before.submissions, ids.size());
    EXPECT_EQ(device.counts().waits - before.waits, ids.size());
}

TEST_F(GpuSteps, EveryDispatchIsTimedOnceAndOnlyWhenAskedFor) {
    const TinyModel model;
    const auto times = std::make_shared<gpu::DispatchTimes>();
    auto backend = gpu::VulkanBackend::create(openContext({.times = times}));
    ASSERT_TRUE(backend) << backend.error().message();
    const gpu::VulkanBackend& device = **backend;
    if (!times->isSupported) GTEST_SKIP() << "the device's queue writes no timestamps";
    TransformerHarness harness(model, *std::move(backend));
    const std::vector<TokenId> ids = model.randomIds(12, 5);
    static_cast<void>(harness.logits(ids, 3, 1));
    EXPECT_TRUE(times->take().empty());
    times->isActive = true;
    const std::uint64_t before = device.counts().dispatches;
    const auto start = std::chrono::steady_clock::now();
    static_cast<void>(harness.logits(ids, 3, 1));
    const double wall = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    std::uint64_t dispatches = 0, weightBytes = 0;
    double seconds = 0;
    for (const gpu::DispatchTime& time : times->take()) {
        EXPECT_GE(time.seconds, 0) << gpu::shaderCode(time.shader).name;
        EXPECT_EQ(time.work.weightBytes, time.work.levels * planeBytes(time.work.rows, time.work.columns));
        dispatches += time.dispatches;
        weightBytes += time.dispatches * time.work.weightBytes;
        seconds += time.seconds;
    }
    EXPECT_EQ(dispatches, device.counts().dispatches - before);
    EXPECT_GT(weightBytes, 0U);
    EXPECT_GT(seconds, 0);
    EXPECT_LT(seconds, wall);
    times->isActive = false;
    static_cast<void>(harness.logits(ids, 3, 1));
    EXPECT_TRUE(times->take().empty());
}

TEST_F(GpuSteps, TheDeviceReadsItsMemoryAtSomeSpeed) {
    const auto speed = gpu::measureDeviceBandwidth(m_device, {});
    ASSERT_TRUE(speed) << speed.error().message();
    EXPECT_GT(*speed, 1e7);
    EXPECT_LT(*speed, 1e14);
    const auto none = gpu::measureDeviceBandwidth(1000, {});
    ASSERT_FALSE(none);
    EXPECT_EQ(none.error().code, ErrorCode::NotFound);
}

TEST_F(GpuSteps, LongContextsReachOverManyChunks) {
    const TinyModel model({.layers = 1, .contextLength = 4096});
    TransformerHarness device(model, openBackend()), processor(model, 2);
    const std::vector<TokenId> ids = model.randomIds(2400, 12);  // more than eight chunks of 256
    const auto logits = device.logits(ids, 2, 240), expected = processor.logits(ids, 2, 240);
    for (const std::size_t at : {255UL, 256UL, 2047UL, 2048UL, 2399UL})
        EXPECT_LT(relativeError(logits[at], expected[at]), kForwardBound / 2) << at;
}

}  // namespace
}  // namespace strata::test
