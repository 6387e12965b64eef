// A model on two backends: of two processors it gives the bits of one, wherever it is cut.
#include "core/hybrid/split_backend.h"

#include "tests/core/model/forward_cases.h"
#include "tests/core/model/transformer_harness.h"

namespace strata::test {
namespace {

constexpr std::size_t kLayers = 5;

TinyOptions withLayers(TinyOptions options) {
    options.layers = kLayers;
    return options;
}

/// Layers [0, cut) on the host; and cuts of other kinds.
std::vector<Placement> placements() {
    std::vector<Placement> all;
    for (std::size_t cut = 0; cut <= kLayers; ++cut) {
        for (const Side head : {Side::Device, Side::Host}) {
            Placement placement = Placement::allOn(Side::Device, kLayers);
            std::fill_n(placement.layers.begin(), cut, Side::Host);
            placement.head = placement.embedding = head;
            all.push_back(placement);
            placement.embedding = Side::Host;
            all.push_back(placement);
        }
    }
    Placement odd = Placement::allOn(Side::Host, kLayers), even = Placement::allOn(Side::Device, kLayers);
    for (std::size_t layer = 1; layer < kLayers; layer += 2) {
        odd.layers[layer] = Side::Device;
        even.layers[layer] = Side::Host;
    }
    all.insert(all.end(), {odd, even, Placement::allOn(Side::Host, kLayers)});
    return all;
}

class Split : public testing::TestWithParam<ForwardCase> {
protected:
    [[nodiscard]] std::unique_ptr<SplitBackend> twoProcessors() {
        const Kernels& kernels = **chooseKernels();
        return std::make_unique<SplitBackend>(std::make_unique<CpuBackend>(m_pool, kernels),
                                              std::make_unique<CpuBackend>(m_pool, kernels), kLayers);
    }
    ThreadPool m_pool{1};
};

TEST_P(Split, GivesTheBitsOfOneProcessorWhereverItIsCut) {
    const TinyModel model(withLayers(GetParam().options));
    auto backend = twoProcessors();
    SplitBackend& split = *backend;
    TransformerHarness harness(model, std::move(backend)), one(model, 1);
    const std::vector<TokenId> ids = model.randomIds(70, 5);
    const auto expected = one.logits(ids, 3, 32);
    for (const Placement& placement : placements()) {
        ASSERT_TRUE(split.place(placement, 0));
        EXPECT_EQ(harness.logits(ids, 3, 32), expected);
    }
}

TEST_P(Split, LayersMoveBetweenTokensWithTheirCache) {
    const TinyModel model(withLayers(GetParam().options));
    auto backend = twoProcessors();
    SplitBackend& split = *backend;
    TransformerHarness harness(model, std::move(backend)), one(model, 1);
    const std::vector<Placement> all = placements();
    harness.beforeBatch([&](std::size_t cached) {
        ASSERT_TRUE(split.place(all[cached % all.size()], cached));
        harness.use(4);
        ASSERT_TRUE(split.reserveKv(70));
    });
    const std::vector<TokenId> ids = model.randomIds(70, 6);
    EXPECT_EQ(harness.logits(ids, 4, 1), one.logits(ids, 4, 1));
}

/// Counts what of its cache is read and written from outside.
class CountedCache final : public CpuBackend {
public:
    using CpuBackend::CpuBackend;
    [[nodiscard]] Result<void> readKv(std::size_t layer, std::size_t tokens, std::span<Half> values) override {
        readElements += values.size();
        return CpuBackend::readKv(layer, tokens, values);
    }
    [[nodiscard]] Result<void> writeKv(std::size_t layer, std::size_t tokens, std::span<const Half> values) override {
        writtenElements += values.size();
        return CpuBackend::writeKv(layer, tokens, values);
    }
    std::size_t readElements = 0, writtenElements = 0;
};

TEST_P(Split, OfTheCacheOnlyTheLayerThatMovesCrosses) {
    const TinyModel model(withLayers(GetParam().options));
    const Kernels& kernels = **chooseKernels();
    auto device = std::make_unique<CountedCache>(m_pool, kernels),
         host = std::make_unique<CountedCache>(m_pool, kernels);
    CountedCache &onDevice = *device, &onHost = *host;
    auto backend = std::make_unique<SplitBackend>(std::move(device), std::move(host), kLayers);
    SplitBackend& split = *backend;
    TransformerHarness harness(model, std::move(backend)), one(model, 1);
    Placement placement = Placement::allOn(Side::Device, kLayers);
    std::size_t moves = 0;
    harness.beforeBatch([&](std::size_t cached) {
        if (cached == 0) return;
        // One layer to the processor with every batch, then back.
        const std::size_t layer = moves % kLayers;
        const bool leaves = moves++ < kLayers;
        placement.layers[layer] = leaves ? Side::Host : Side::Device;
        ASSERT_TRUE(split.place(placement, cached));
        const std::size_t elements = 2 * cached * model.options().kvHeads * model.options().headDim;
        EXPECT_EQ(leaves ? onDevice.readElements : onHost.readElements, elements);
        EXPECT_EQ(leaves ? onHost.writtenElements : onDevice.writtenElements, elements);
        EXPECT_EQ(leaves ? onHost.readElements : onDevice.readElements, 0U);
        onDevice.readElements = onDevice.writtenElements = onHost.readElements = onHost.writtenElements = 0;
        harness.use(4);
        ASSERT_TRUE(split.reserveKv(81));
    });
    const std::vector<TokenId> ids = model.randomIds(81, 6);
    EXPECT_EQ(harness.logits(ids, 4, 8), one.logits(ids, 4, 8));
    EXPECT_EQ(moves, 2 * kLayers);
}

TEST_P(Split, ActivationsCrossOnlyWhereTheModelIsCut) {
    const TinyModel model(withLayers(GetParam().options));
    auto backend = twoProcessors();
    SplitBackend& split = *backend;
    TransformerHarness harness(model, std::move(backend));
    const std::vector<TokenId> ids = model.randomIds(8, 5);
    const auto crossings = [&](const Placement& placement) {
        EXPECT_TRUE(split.place(placement, 0));
        const std::uint64_t before = split.crossings();
        static_cast<void>(harness.logits(ids, 2, 1));
        return split.crossings() - before;
    };
    EXPECT_EQ(crossings(Placement::allOn(Side::Host, kLayers)), 0U);
    EXPECT_EQ(crossings(Placement::allOn(Side::Device, kLayers)), 0U);
    Placement lastTwo = Placement::allOn(Side::Host, kLayers);
    lastTwo.layers[3] = lastTwo.layers[4] = Side::Device;
    EXPECT_EQ(crossings(lastTwo), 2 * ids.size()) << "there, and back to the head";
    lastTwo.head = Side::Device;
    const bool isTied = GetParam().options.tied;  // the head stays with the embedding then
    EXPECT_EQ(crossings(lastTwo), isTied ? 2 * ids.size() : ids.size());
}

TEST_P(Split, GoesOnWithoutItsDevice) {
    const TinyModel model(withLayers(GetParam().options));
    auto backend = twoProcessors();
    SplitBackend& split = *backend;
    TransformerHarness harness(model, std::move(backend)), one(model, 1);
    const std::vector<TokenId> ids = model.randomIds(20, 7);
    static_cast<void>(harness.logits(ids, 2, 5));
    ASSERT_TRUE(split.dropDevice());
    EXPECT_EQ(split.device(), nullptr);
    EXPECT_EQ(harness.logits(ids, 2, 5), one.logits(ids, 2, 5));
    EXPECT_EQ(split.kvBytes(), one.backend().kvBytes());
}

TEST_P(Split, ASideWithoutLayersTakesNothing) {
    const TinyModel model(withLayers(GetParam().options));
    auto backend = twoProcessors();
    SplitBackend& split = *backend;
    TransformerHarness harness(model, std::move(backend)), one(model, 1);
    const std::vector<TokenId> ids = model.randomIds(20, 7);
    static_cast<void>(one.logits(ids, 2, 5));
    for (const Side side : {Side::Device, Side::Host}) {
        ASSERT_TRUE(split.place(Placement::allOn(side, kLayers), 0));
        static_cast<void>(harness.logits(ids, 2, 5));
        EXPECT_EQ(split.kvBytes(), one.backend().kvBytes());
        EXPECT_EQ(split.scratchBytes(), split.scratchBytesFor(5, 5));
        EXPECT_LE(split.scratchBytes(), split.mostScratchBytesFor(5, 5));
        EXPECT_LE(split.kvBytesFor(1), split.mostKvBytesFor(1));
    }
}

INSTANTIATE_TEST_SUITE_P(Families, Split, testing::ValuesIn(kForwardCases),
                         [](const auto& chosen) { return std::string(chosen.param.name); });

}  // namespace
}  // namespace strata::test
