// Routing: the dot product of a router, and the choice of experts, against a full sort in double precision.
#include "tests/core/kernels/kernel_fixture.h"

#include <algorithm>
#include <limits>
#include <numeric>
#include <set>

namespace strata::test {
namespace {

using Routing = EveryKernel;

struct Choice {
    std::vector<std::size_t> experts;
    std::vector<double> weights;
};

Choice sortedChoice(const std::vector<float>& logits, const RouterShape& shape) {
    Choice choice;
    choice.experts.resize(logits.size());
    std::iota(choice.experts.begin(), choice.experts.end(), 0);
    std::ranges::stable_sort(choice.experts, std::greater(), [&](std::size_t expert) { return logits[expert]; });
    double all = 0;
    for (const float logit : logits) all += std::exp(static_cast<double>(logit));
    choice.experts.resize(shape.used);
    for (const std::size_t expert : choice.experts)
        choice.weights.push_back(std::exp(static_cast<double>(logits[expert])) / all);
    const double chosen = std::accumulate(choice.weights.begin(), choice.weights.end(), 0.0);
    for (double& weight : choice.weights) weight /= shape.normalised ? chosen : 1;
    return choice;
}

TEST_P(Routing, DotIsTheReferencesFloat) {
    for (const std::size_t n : {1U, 7U, 8U, 9U, 15U, 16U, 17U, 31U, 33U, 576U, 2049U}) {
        Random random(n);
        const std::vector<float> a = randomFloats(random, n, 3);
        const std::vector<float> b = randomFloats(random, n);
        double sum = 0, size = 0;
        for (std::size_t index = 0; index < n; ++index) {
            const double product = static_cast<double>(a[index]) * static_cast<double>(b[index]);
            sum += product;
            size += std::fabs(product);
        }
        const float found = kernels().dot(a.data(), b.data(), n);
        EXPECT_EQ(found, reference().dot(a.data(), b.data(), n)) << n;
        EXPECT_NEAR(static_cast<double>(found), sum, 1e-6 * size) << n;
    }
}

TEST_P(Routing, SelectsWhatAFullSortSelects) {
    Random random(3);
    for (const std::size_t experts : {1U, 2U, 8U, 60U, 128U}) {
        for (const std::size_t used : {std::size_t{1}, std::size_t{2}, std::size_t{8}, experts}) {
            if (used > experts) continue;
            for (const bool normalised : {false, true}) {
                const RouterShape shape{experts, used, normalised};
                const std::vector<float> logits = randomFloats(random, experts, 3);
                const Choice expected = sortedChoice(logits, shape);
                std::vector<RoutedExpert> found(used + 1, RoutedExpert{77, 99.0F});
                kernels().selectExperts(logits.data(), shape, found.data());
                for (std::size_t place = 0; place < used; ++place) {
                    EXPECT_EQ(found[place].expert, expected.experts[place]);
                    EXPECT_NEAR(static_cast<double>(found[place].weight), expected.weights[place],
                                1e-6 * expected.weights[place]);
                }
                EXPECT_EQ(found[used].expert, 77U);
            }
        }
    }
}

TEST_P(Routing, EqualLogitsRankByExpert) {
    const std::vector<float> logits{1, 2, 2, 0, 2, 1};
    std::vector<RoutedExpert> found(4);
    kernels().selectExperts(logits.data(), {6, 4, true}, found.data());
    const std::vector<std::uint32_t> expected{1, 2, 4, 0};
    for (std::size_t place = 0; place < 4; ++place) EXPECT_EQ(found[place].expert, expected[place]);
    EXPECT_EQ(found[0].weight, found[2].weight);
}

TEST_P(Routing, LargeLogitsDoNotOverflow) {
    const std::vector<float> logits{3e4F, -3e4F, 2.9999e4F, 0};
    std::vector<RoutedExpert> found(2);
    kernels().selectExperts(logits.data(), {4, 2, false}, found.data());
    EXPECT_EQ(found[0].expert, 0U);
    EXPECT_EQ(found[1].expert, 2U);
    EXPECT_NEAR(found[0].weight + found[1].weight, 1, 1e-6);
}

TEST_P(Routing, LogitsThatAreNoNumbersStillGiveDifferentExperts) {
    const float none = std::numeric_limits<float>::quiet_NaN();
    for (const std::vector<float>& logits :
         {std::vector<float>{none, none, none, none}, {1, none, 3, none}, {none, 1, none, 2}}) {
        std::vector<RoutedExpert> found(3);
        kernels().selectExperts(logits.data(), {4, 3, true}, found.data());
        std::set<std::uint32_t> experts;
        for (const RoutedExpert& routed : found) experts.insert(routed.expert);
        EXPECT_EQ(experts.size(), 3U);
        EXPECT_LT(*experts.rbegin(), 4U);
    }
}

STRATA_FOR_EVERY_KERNEL(Routing);

}  // namespace
}  // namespace strata::test
