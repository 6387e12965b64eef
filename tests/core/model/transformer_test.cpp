// The forward pass against plain loops in double precision, and against itself in other batches and thread counts.
#include "tests/core/model/forward_cases.h"
#include "tests/core/model/transformer_harness.h"

#include <gmock/gmock.h>

namespace strata::test {
namespace {

class ForwardTest : public testing::TestWithParam<ForwardCase> {};

TEST_P(ForwardTest, AgreesWithPlainLoops) {
    const TinyModel model(GetParam().options);
    TransformerHarness harness(model, 2);
    const std::vector<TokenId> ids = model.randomIds(70, 5);  // more than one KV page
    for (const unsigned level : {1U, 3U, model.options().planes}) {
        const auto logits = harness.logits(ids, level, 32);
        for (const std::size_t length : {1UL, 2UL, 33UL, 70UL})
            EXPECT_LT(relativeError(logits[length - 1], model.logits(std::span(ids).first(length), level)),
                      forwardBound(model.options()))
                << "level " << level << ", " << length << " tokens";
    }
}

TEST_P(ForwardTest, BatchEqualsSingleTokensBitForBit) {
    const TinyModel model(GetParam().options);
    TransformerHarness harness(model, 2);
    const std::vector<TokenId> ids = model.randomIds(67, 6);
    for (const unsigned level : {2U, 5U}) {
        const auto single = harness.logits(ids, level, 1);
        for (const std::size_t batch : {2UL, 7UL, 64UL, 67UL})
            EXPECT_EQ(harness.logits(ids, level, batch), single) << "batches of " << batch;
    }
}

TEST_P(ForwardTest, ThreadsChangeNothing) {
    const TinyModel model(GetParam().options);
    const std::vector<TokenId> ids = model.randomIds(80, 7);
    TransformerHarness one(model, 1), three(model, 3);
    EXPECT_EQ(one.logits(ids, 3, 1), three.logits(ids, 3, 1));
    EXPECT_EQ(one.logits(ids, 3, 80), three.logits(ids, 3, 80));  // large enough that every operator runs in parallel
}

INSTANTIATE_TEST_SUITE_P(Families, ForwardTest, testing::ValuesIn(kForwardCases),
                         [](const auto& chosen) { return std::string(chosen.param.name); });

TEST(Forward, APassThatWasBrokenOffCountsForNothing) {
    const TinyModel model({.layers = 3});
    TransformerHarness harness(model, 1);
    const std::vector<TokenId> ids = model.randomIds(70, 8);
    const auto expected = harness.logits(ids, 3, 70);
    for (const std::size_t layer : {0UL, 1UL, 2UL}) {
        std::size_t asked = 0;
        harness.beforeBatch([&](std::size_t first) {
            if (first != 32) return;
            const auto others = model.randomIds(32, 9 + layer);
            EXPECT_FALSE(harness.transformer().forward(others, first, [&] { return asked++ == layer; }));
        });
        EXPECT_EQ(harness.logits(ids, 3, 32), expected);
        EXPECT_EQ(asked, layer + 1) << "once per layer, until it was true";
    }
}

TEST(Forward, FullPlanesAreCloseToTheDenseModel) {
    const TinyModel model({.planes = 8});
    TransformerHarness harness(model, 1);
    const std::vector<TokenId> ids = model.randomIds(24, 8);
    EXPECT_LT(relativeError(harness.logits(ids, 8, 24).back(), model.logits(ids, 0)), 2 * kForwardBound);
}

TEST(Forward, OneFlippedBitShows) {
    const TinyModel model;
    TransformerHarness clean(model, 1);
    TinyModel changed;
    const_cast<TinyMatrix&>(changed.matrices()[1]).blocks[0][3] ^= std::byte{4};
    TransformerHarness flipped(changed, 1);
    const std::vector<TokenId> ids = model.randomIds(4, 9);
    EXPECT_NE(clean.logits(ids, 1, 4), flipped.logits(ids, 1, 4));
}

TEST(Forward, EveryKernelTableGivesCloseLogits) {
    const TinyModel model;
    const std::vector<TokenId> ids = model.randomIds(30, 10);
    const auto expected = model.logits(ids, 4);
    for (const Kernels* kernels : availableKernels()) {
        TransformerHarness harness(model, 2, kernels);
        EXPECT_LT(relativeError(harness.logits(ids, 4, 30).back(), expected), kForwardBound) << kernels->name;
    }
}

}  // namespace
}  // namespace strata::test
