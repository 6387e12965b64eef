#include "core/compress/divergence.h"

#include "core/base/random.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include <gtest/gtest.h>

namespace strata {
namespace {

constexpr std::size_t kVocabulary = 301;
constexpr std::size_t kWindow = 8;
constexpr std::size_t kTokens = 3 * kWindow;

using Matrix = std::vector<float>;  // [kTokens, kVocabulary]

Matrix randomLogits(std::uint64_t seed, double spread) {
    Random random(seed);
    Matrix logits(kTokens * kVocabulary);
    for (float& value : logits) value = static_cast<float>(spread * random.normal());
    return logits;
}

Matrix disturbed(Matrix logits, std::uint64_t seed, double spread) {
    Random random(seed);
    for (float& value : logits) value += static_cast<float>(spread * random.normal());
    return logits;
}

std::vector<TokenId> randomIds() {
    Random random(99);
    std::vector<TokenId> ids(kTokens);
    for (TokenId& id : ids) id = static_cast<TokenId>(random.next() % kVocabulary);
    return ids;
}

/// Natural logarithms of the softmax, in double precision.
std::vector<double> logSoftmax(const float* row) {
    const double largest = static_cast<double>(*std::max_element(row, row + kVocabulary));
    double sum = 0;
    for (std::size_t id = 0; id < kVocabulary; ++id) sum += std::exp(static_cast<double>(row[id]) - largest);
    std::vector<double> result;
    for (std::size_t id = 0; id < kVocabulary; ++id)
        result.push_back(static_cast<double>(row[id]) - largest - std::log(sum));
    return result;
}

double plainDivergence(const float* reference, const float* other) {
    const auto p = logSoftmax(reference), q = logSoftmax(other);
    double sum = 0;
    for (std::size_t id = 0; id < kVocabulary; ++id) sum += std::exp(p[id]) * (p[id] - q[id]);
    return sum;
}

StreamScore plainScore(const Matrix& reference, const Matrix& other, std::span<const TokenId> ids) {
    StreamScore score;
    double loss = 0;
    std::size_t labels = 0;
    for (std::size_t token = 0; token < kTokens; ++token) {
        const float* expected = reference.data() + token * kVocabulary;
        const float* actual = other.data() + token * kVocabulary;
        score.divergence += plainDivergence(expected, actual) / kTokens;
        const bool agree = std::max_element(expected, expected + kVocabulary) - expected ==
                           std::max_element(actual, actual + kVocabulary) - actual;
        score.agreement += agree ? 1.0 / kTokens : 0.0;
        if (token % kWindow == kWindow - 1) continue;
        loss -= logSoftmax(actual)[static_cast<std::size_t>(ids[token + 1])];
        ++labels;
    }
    score.perplexity = std::exp(loss / static_cast<double>(labels));
    return score;
}

class DivergenceMeterTest : public testing::Test {
protected:
    /// In chunks that divide neither the windows nor the text.
    std::vector<StreamScore> measure(std::span<const Matrix> streams, std::size_t chunk, std::size_t threads) {
        ThreadPool pool(threads);
        DivergenceMeter meter(kVocabulary, streams.size(), kWindow, ids, pool);
        for (std::size_t first = 0; first < kTokens; first += chunk) {
            const auto rows = [&](const Matrix& matrix) {
                return [&matrix, first](std::size_t token) { return matrix.data() + (first + token) * kVocabulary; };
            };
            meter.setReference(first, std::min(chunk, kTokens - first), rows(reference));
            for (std::size_t stream = 0; stream < streams.size(); ++stream) meter.add(stream, rows(streams[stream]));
        }
        return meter.scores();
    }
    Matrix reference = randomLogits(1, 3);
    std::vector<TokenId> ids = randomIds();
};

TEST_F(DivergenceMeterTest, AgreesWithPlainDoubles) {
    const std::vector<Matrix> streams{disturbed(reference, 2, 0.01), disturbed(reference, 3, 0.3),
                                      disturbed(reference, 4, 3), randomLogits(5, 8)};
    const auto scores = measure(streams, 5, 2);
    for (std::size_t stream = 0; stream < streams.size(); ++stream) {
        const StreamScore expected = plainScore(reference, streams[stream], ids);
        EXPECT_NEAR(scores[stream].divergence, expected.divergence, 1e-5 * (1 + expected.divergence));
        EXPECT_NEAR(scores[stream].perplexity, expected.perplexity, 1e-4 * expected.perplexity);
        EXPECT_DOUBLE_EQ(scores[stream].agreement, expected.agreement);
    }
    EXPECT_LT(scores[3].agreement, 0.5);
}

TEST_F(DivergenceMeterTest, TheReferenceAgreesWithItself) {
    const std::vector<Matrix> same{reference};
    const auto scores = measure(same, kTokens, 1);
    EXPECT_NEAR(scores[0].divergence, 0, 1e-6);
    EXPECT_EQ(scores[0].agreement, 1);
}

TEST_F(DivergenceMeterTest, AShiftOfAllLogitsChangesNothing) {
    std::vector<Matrix> streams{reference};
    for (float& value : streams[0]) value += 4;
    const auto scores = measure(streams, 7, 1);
    EXPECT_NEAR(scores[0].divergence, 0, 1e-5);
    EXPECT_NEAR(scores[0].perplexity, plainScore(reference, reference, ids).perplexity, 1e-2);
}

TEST_F(DivergenceMeterTest, NeitherChunksNorThreadsChangeABit) {
    const std::vector<Matrix> streams{disturbed(reference, 3, 0.3)};
    const StreamScore once = measure(streams, kTokens, 1)[0];
    for (const std::size_t chunk : {1, 5, 24})
        for (const std::size_t threads : {1, 2, 3}) {
            const StreamScore again = measure(streams, chunk, threads)[0];
            EXPECT_EQ(again.divergence, once.divergence);
            EXPECT_EQ(again.perplexity, once.perplexity);
        }
}

TEST_F(DivergenceMeterTest, LogitsFarApartStayFinite) {
    std::vector<Matrix> streams{reference};
    for (std::size_t token = 0; token < kTokens; ++token) streams[0][token * kVocabulary + token] = 90;
    const StreamScore score = measure(streams, 4, 2)[0];
    EXPECT_NEAR(score.divergence, plainScore(reference, streams[0], ids).divergence, 1e-3);
}

TEST_F(DivergenceMeterTest, ATilesDivergenceIsThatOfReplacingItsLogits) {
    constexpr std::size_t kTileRows = 64;  // the last tile is shorter
    constexpr std::size_t kTiles = (kVocabulary + kTileRows - 1) / kTileRows;
    const Matrix other = disturbed(reference, 8, 0.5);
    ThreadPool pool(2);
    DivergenceMeter meter(kVocabulary, 1, kWindow, ids, pool);
    const auto rows = [](const Matrix& matrix) {
        return [&matrix](std::size_t token) { return matrix.data() + token * kVocabulary; };
    };
    meter.setReference(0, kTokens, rows(reference));
    std::vector<double> sums(kTiles, 0.0);
    meter.addTiles(rows(other), kTileRows, sums);
    for (std::size_t tile = 0; tile < kTiles; ++tile) {
        double expected = 0;
        for (std::size_t token = 0; token < kTokens; ++token) {
            const std::size_t row = token * kVocabulary;
            std::vector<float> mixed(reference.begin() + row, reference.begin() + row + kVocabulary);
            const std::size_t first = tile * kTileRows, last = std::min(first + kTileRows, kVocabulary);
            std::copy(other.begin() + row + first, other.begin() + row + last, mixed.begin() + first);
            expected += plainDivergence(reference.data() + row, mixed.data());
        }
        EXPECT_NEAR(sums[tile], expected, 1e-4 * (expected + 1)) << "tile " << tile;
        EXPECT_GT(sums[tile], 0);
    }
}

}  // namespace
}  // namespace strata
