#include "core/model/sampler.h"

#include "core/cpu/ranking.h"

#include <cmath>
#include <limits>
#include <map>

#include <gmock/gmock.h>

namespace strata {
namespace {

const std::vector<float> kLogits{1, 3, 2, -1, 3, 0.5F};

SamplingOptions plain() {
    return {.temperature = 1, .topP = 1, .topK = 0, .minP = 0, .seed = 7};
}

/// Share of each token in many draws.
std::map<TokenId, double> frequencies(const SamplingOptions& options, const std::vector<float>& logits,
                                      int draws = 40000) {
    Sampler sampler(options);
    std::map<TokenId, double> counts;
    for (int draw = 0; draw < draws; ++draw) {
        std::vector<float> copy = logits;
        counts[sampler.sample(copy)] += 1.0 / draws;
    }
    return counts;
}

std::map<TokenId, double> softmax(const std::vector<float>& logits, double temperature,
                                  const std::vector<TokenId>& kept) {
    std::map<TokenId, double> result;
    double sum = 0;
    for (const TokenId token : kept)
        sum += result[token] = std::exp(static_cast<double>(logits[static_cast<std::size_t>(token)]) / temperature);
    for (auto& [token, value] : result) value /= sum;
    return result;
}

void expectClose(const std::map<TokenId, double>& measured, const std::map<TokenId, double>& expected) {
    for (const auto& [token, share] : measured)
        EXPECT_TRUE(expected.contains(token)) << token << " was drawn " << share;
    // Four standard deviations of the count of 40,000 draws.
    for (const auto& [token, share] : expected) {
        const auto found = measured.find(token);
        EXPECT_NEAR(found == measured.end() ? 0 : found->second, share, 4 * std::sqrt(share * (1 - share) / 40000))
            << token;
    }
}

TEST(Sampler, GreedyTakesTheLargestAndOfEqualsTheFirst) {
    std::vector<float> logits = kLogits;
    EXPECT_EQ(Sampler({.temperature = 0}).sample(logits), 1);
}

TEST(Sampler, DrawsFollowTheSoftmax) {
    expectClose(frequencies(plain(), kLogits), softmax(kLogits, 1, {0, 1, 2, 3, 4, 5}));
    SamplingOptions hot = plain();
    hot.temperature = 2;
    expectClose(frequencies(hot, kLogits), softmax(kLogits, 2, {0, 1, 2, 3, 4, 5}));
}

TEST(Sampler, TopKKeepsTheBest) {
    SamplingOptions options = plain();
    options.topK = 3;
    expectClose(frequencies(options, kLogits), softmax(kLogits, 1, {1, 2, 4}));
    options.topK = 1;
    EXPECT_THAT(frequencies(options, kLogits, 50),
                testing::ElementsAre(testing::Pair(1, testing::DoubleNear(1, 1e-9))));
}

TEST(Sampler, TopPKeepsTheShortestRunThatHoldsTheShare) {
    // Probabilities: 1 and 4 hold 0.384 each, 2 0.141, 0 0.052, 5 0.032, 3 0.007.
    SamplingOptions options = plain();
    options.topP = 0.75F;
    expectClose(frequencies(options, kLogits), softmax(kLogits, 1, {1, 4}));
    options.topP = 0.8F;
    expectClose(frequencies(options, kLogits), softmax(kLogits, 1, {1, 2, 4}));
    options.topP = 0;
    EXPECT_EQ(frequencies(options, kLogits, 50).size(), 1);
}

TEST(Sampler, TopPOverALargeFlatVocabulary) {
    // Needs more candidates than are sorted at once: exactly half of 3,000 equal ones, the lowest ids.
    SamplingOptions options = plain();
    options.topP = 0.5F;
    const std::vector<float> flat(3000, 1.0F);
    for (const auto& [token, share] : frequencies(options, flat, 2000)) EXPECT_LT(token, 1500);
}

TEST(Sampler, MinPIsRelativeToTheBest) {
    SamplingOptions options = plain();
    options.minP = 0.3F;  // exp(2 - 3) = 0.37 stays, exp(1 - 3) = 0.14 goes
    expectClose(frequencies(options, kLogits), softmax(kLogits, 1, {1, 2, 4}));
}

TEST(Sampler, PenaltiesLowerWhatWasSaid) {
    SamplingOptions options{.temperature = 0, .repetitionPenalty = 2, .penaltyWindow = 2};
    Sampler repetition(options);
    repetition.accept(1);
    std::vector<float> logits = kLogits;
    EXPECT_EQ(repetition.sample(logits), 4);
    EXPECT_FLOAT_EQ(logits[1], 1.5F);
    repetition.accept(3);
    repetition.accept(3);  // 1 has left the window
    logits = kLogits;
    EXPECT_EQ(repetition.sample(logits), 1);
    EXPECT_FLOAT_EQ(logits[3], -2);

    Sampler counting({.temperature = 0, .presencePenalty = 0.5F, .frequencyPenalty = 0.25F});
    counting.accept(1);
    counting.accept(1);
    logits = kLogits;
    EXPECT_EQ(counting.sample(logits), 4);
    EXPECT_FLOAT_EQ(logits[1], 2);
}

TEST(Sampler, SeedsDecide) {
    SamplingOptions options = plain();
    auto draw = [](Sampler& sampler) {
        std::vector<TokenId> ids;
        for (int token = 0; token < 50; ++token) {
            std::vector<float> logits = kLogits;
            ids.push_back(sampler.sample(logits));
        }
        return ids;
    };
    Sampler first(options), second(options);
    const auto ids = draw(first);
    EXPECT_EQ(draw(second), ids);
    EXPECT_NE(draw(second), ids);
    second.reset();
    EXPECT_EQ(draw(second), ids);
    options.seed = 8;
    Sampler other(options);
    EXPECT_NE(draw(other), ids);
}

/// Both ways give the same tokens, draw by draw.
TEST(Sampler, TheLargestLogitsDecideWhatAllDo) {
    Random random(17);
    for (const SamplingOptions& options :
         {SamplingOptions{.temperature = 0}, SamplingOptions{.seed = 5}, SamplingOptions{.topK = 64, .seed = 6},
          SamplingOptions{.topP = 0.5F, .topK = 3, .minP = 0, .seed = 7},
          SamplingOptions{.temperature = 3, .seed = 8}}) {
        Sampler whole(options), ranked(options);
        for (int draw = 0; draw < 300; ++draw) {
            std::vector<float> logits(500);
            for (float& logit : logits) logit = std::round(static_cast<float>(random.normal()) * 12) / 4;
            const std::size_t count = ranked.candidatesNeeded(logits.size());
            ASSERT_EQ(count, options.temperature > 0 ? options.topK : 1);
            const auto token = ranked.sampleRanked(largestOf(logits, count));
            ASSERT_EQ(token, whole.sample(logits)) << "draw " << draw << " of top " << count;
            whole.accept(*token);
            ranked.accept(*token);
        }
    }
}

TEST(Sampler, SaysWhenTheLargestLogitsDecideNothing) {
    for (const SamplingOptions& options :
         {SamplingOptions{.topP = 1}, SamplingOptions{.topK = 0}, SamplingOptions{.topK = 65},
          SamplingOptions{.repetitionPenalty = 1.1F}, SamplingOptions{.temperature = 0, .presencePenalty = 1},
          SamplingOptions{.temperature = 0, .frequencyPenalty = 1}})
        EXPECT_EQ(Sampler(options).candidatesNeeded(1000), 0U);
    EXPECT_EQ(Sampler({.topK = 40}).candidatesNeeded(40), 0U);  // all of them
    const float infinity = std::numeric_limits<float>::infinity();
    EXPECT_EQ(Sampler({.temperature = 0}).sampleRanked({}), std::nullopt);
    EXPECT_EQ(Sampler({.topK = 2}).sampleRanked(std::vector<RankedValue>{{1, 3}}), std::nullopt);
    EXPECT_EQ(Sampler({.topK = 2}).sampleRanked(std::vector<RankedValue>{{infinity, 3}, {1, 2}}), std::nullopt);
}

TEST(Sampler, NeverChoosesWhatIsNoNumber) {
    const float nan = std::numeric_limits<float>::quiet_NaN();
    const float infinity = std::numeric_limits<float>::infinity();
    for (const SamplingOptions& options : {plain(), SamplingOptions{}, SamplingOptions{.temperature = 0}}) {
        Sampler sampler(options);
        for (int draw = 0; draw < 20; ++draw) {
            std::vector<float> logits{nan, -infinity, 1, nan, -infinity};
            EXPECT_EQ(sampler.sample(logits), 2);
        }
        std::vector<float> nothing{nan, nan};
        EXPECT_GE(sampler.sample(nothing), 0);
    }
}

}  // namespace
}  // namespace strata
