// The forward pass against plain loops in double precision, and against itself in other batches and thread counts.
#include "tests/core/model/transformer_harness.h"

#include <cmath>

#include <gmock/gmock.h>

namespace strata::test {
namespace {

/// |a - b| / |b|, after taking each side's mean away: only differences between logits matter.
double relativeError(const std::vector<float>& a, const std::vector<double>& b) {
    double meanA = 0, meanB = 0, difference = 0, norm = 0;
    for (std::size_t index = 0; index < b.size(); ++index) {
        meanA += static_cast<double>(a[index]) / static_cast<double>(b.size());
        meanB += b[index] / static_cast<double>(b.size());
    }
    for (std::size_t index = 0; index < b.size(); ++index) {
        difference += std::pow(static_cast<double>(a[index]) - meanA - (b[index] - meanB), 2);
        norm += std::pow(b[index] - meanB, 2);
    }
    return std::sqrt(difference / norm);
}

struct Case {
    const char* name;
    TinyOptions options;
};

class ForwardTest : public testing::TestWithParam<Case> {};

// Activations are rounded to 8 bits four times per layer, each time by about 1 % of an output; errors add up as
// squares. Experts are weighed by a softmax of such an output, which makes twice as much of its error.
constexpr double kBound = 0.05;
double boundOf(const TinyOptions& options) {
    return options.experts > 0 ? 2 * kBound : kBound;
}

TEST_P(ForwardTest, AgreesWithPlainLoops) {
    const TinyModel model(GetParam().options);
    TransformerHarness harness(model, 2);
    const std::vector<TokenId> ids = model.randomIds(70, 5);  // more than one KV page
    for (const unsigned level : {1U, 3U, model.options().planes}) {
        const auto logits = harness.logits(ids, level, 32);
        for (const std::size_t length : {1UL, 2UL, 33UL, 70UL})
            EXPECT_LT(relativeError(logits[length - 1], model.logits(std::span(ids).first(length), level)),
                      boundOf(model.options()))
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

INSTANTIATE_TEST_SUITE_P(
    Families, ForwardTest,
    testing::Values(Case{"grouped", {}}, Case{"untied_biased", {.tied = false, .biases = true}},
                    Case{"window", {.slidingWindow = 20}},
                    Case{"multi_query", {.heads = 6, .kvHeads = 1, .headDim = 8}},
                    Case{"wide_heads", {.embedding = 96, .heads = 3, .kvHeads = 3, .headDim = 32, .feedForward = 72}},
                    Case{"bitstack", {.codec = Codec::Bitstack}}, Case{"eight_planes", {.planes = 8}},
                    Case{"experts", {.experts = 6}}, Case{"experts_at_eight_planes", {.experts = 4, .planes = 8}},
                    Case{"experts_bitstack", {.experts = 5, .expertsUsed = 3, .codec = Codec::Bitstack}}),
    [](const auto& chosen) { return std::string(chosen.param.name); });

TEST(Forward, FullPlanesAreCloseToTheDenseModel) {
    const TinyModel model({.planes = 8});
    TransformerHarness harness(model, 1);
    const std::vector<TokenId> ids = model.randomIds(24, 8);
    EXPECT_LT(relativeError(harness.logits(ids, 8, 24).back(), model.logits(ids, 0)), 2 * kBound);
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
        EXPECT_LT(relativeError(harness.logits(ids, 4, 30).back(), expected), kBound) << kernels->name;
    }
}

}  // namespace
}  // namespace strata::test
