// Attention over paged keys and values: every table against double arithmetic, and a token against its batch.
#include "tests/core/kernels/kernel_fixture.h"

#include <algorithm>
#include <cstring>

namespace strata::test {
namespace {

struct Cache {
    std::size_t kvHeads;
    std::size_t headDim;
    std::vector<std::vector<Half>> keyPages;
    std::vector<std::vector<Half>> valuePages;
    std::vector<const Half*> keys;
    std::vector<const Half*> values;

    Cache(std::size_t heads, std::size_t dims, std::size_t positions, std::uint64_t seed)
        : kvHeads(heads), headDim(dims) {
        Random random(seed);
        for (std::size_t start = 0; start < positions; start += kKvPageTokens) {
            keyPages.push_back(randomHalves(random, heads * kKvPageTokens * dims));
            valuePages.push_back(randomHalves(random, heads * kKvPageTokens * dims));
        }
        spoil(positions);
        for (const auto& page : keyPages) keys.push_back(page.data());
        for (const auto& page : valuePages) values.push_back(page.data());
    }
    /// Positions not written yet hold NaN: none may reach a result.
    void spoil(std::size_t from) {
        for (std::size_t position = from; position < keyPages.size() * kKvPageTokens; ++position)
            for (std::size_t head = 0; head < kvHeads; ++head)
                for (std::size_t dim = 0; dim < headDim; ++dim)
                    keyPages[position / kKvPageTokens][at(head, position, dim)] =
                        valuePages[position / kKvPageTokens][at(head, position, dim)] = Half{0x7E00};
    }
    [[nodiscard]] std::size_t at(std::size_t head, std::size_t position, std::size_t dim) const {
        return (head * kKvPageTokens + position % kKvPageTokens) * headDim + dim;
    }
    [[nodiscard]] double key(std::size_t head, std::size_t position, std::size_t dim) const {
        return static_cast<double>(toFloat(keyPages[position / kKvPageTokens][at(head, position, dim)]));
    }
    [[nodiscard]] double value(std::size_t head, std::size_t position, std::size_t dim) const {
        return static_cast<double>(toFloat(valuePages[position / kKvPageTokens][at(head, position, dim)]));
    }
    [[nodiscard]] KvPages view() const { return {keys.data(), values.data(), kvHeads, headDim}; }
};

/// Queries of `tokens` tokens, `heads` heads in all.
struct Batch {
    std::size_t heads;
    std::size_t tokens;
    std::size_t stride;
    std::vector<float> q;
    Batch(std::size_t headCount, std::size_t headDim, std::size_t count, std::uint64_t seed)
        : heads(headCount), tokens(count), stride(headCount * headDim) {
        Random random(seed);
        q = randomFloats(random, count * stride);
    }
};

struct Setting {
    std::size_t window = 0;
    float softcap = 0;
    float scale = 0.125F;
};

std::vector<float> attend(const Kernels& kernels, const Cache& cache, const Batch& batch, std::size_t firstPosition,
                          std::size_t firstToken, std::size_t tokens, const Setting& setting) {
    std::vector<float> out(tokens * batch.stride, 99.0F);
    const std::size_t group = batch.heads / cache.kvHeads;
    for (std::size_t kvHead = 0; kvHead < cache.kvHeads; ++kvHead) {
        const std::size_t offset = kvHead * group * cache.headDim;
        AttentionJob job;
        job.q = batch.q.data() + firstToken * batch.stride + offset;
        job.out = out.data() + offset;
        job.qStride = batch.stride;
        job.groupHeads = group;
        job.kvHead = kvHead;
        job.firstPosition = firstPosition + firstToken;
        job.tokens = tokens;
        job.window = setting.window;
        job.scale = setting.scale;
        job.softcap = setting.softcap;
        std::vector<float> scratch(kernels.attentionScratch(job), std::nanf(""));
        kernels.attention(job, cache.view(), scratch.data());
    }
    return out;
}

std::vector<double> attendExactly(const Cache& cache, const Batch& batch, std::size_t position, std::size_t token,
                                  std::size_t head, const Setting& setting) {
    const std::size_t kvHead = head / (batch.heads / cache.kvHeads);
    const std::size_t first = setting.window > 0 && position + 1 > setting.window ? position + 1 - setting.window : 0;
    std::vector<double> out(cache.headDim);
    std::vector<double> scores;
    for (std::size_t key = first; key <= position; ++key) {
        double score = 0;
        for (std::size_t dim = 0; dim < cache.headDim; ++dim)
            score += static_cast<double>(batch.q[token * batch.stride + head * cache.headDim + dim]) *
                     cache.key(kvHead, key, dim);
        score *= static_cast<double>(setting.scale);
        const auto cap = static_cast<double>(setting.softcap);
        scores.push_back(cap > 0 ? cap * std::tanh(score / cap) : score);
    }
    const double largest = *std::max_element(scores.begin(), scores.end());
    double sum = 0;
    for (double& score : scores) sum += score = std::exp(score - largest);
    for (std::size_t dim = 0; dim < cache.headDim; ++dim)
        for (std::size_t key = first; key <= position; ++key)
            out[dim] += scores[key - first] / sum * cache.value(kvHead, key, dim);
    return out;
}

using Attention = EveryKernel;

void expectExact(const Kernels& kernels, std::size_t kvHeads, std::size_t group, std::size_t headDim,
                 std::size_t firstPosition, std::size_t tokens, const Setting& setting) {
    const Cache cache(kvHeads, headDim, firstPosition + tokens, firstPosition + headDim);
    const Batch batch(kvHeads * group, headDim, tokens, 5);
    const std::vector<float> out = attend(kernels, cache, batch, firstPosition, 0, tokens, setting);
    for (std::size_t token = 0; token < tokens; token += 1 + tokens / 7) {
        for (std::size_t head = 0; head < batch.heads; ++head) {
            const std::vector<double> expected =
                attendExactly(cache, batch, firstPosition + token, token, head, setting);
            for (std::size_t dim = 0; dim < headDim; ++dim)
                ASSERT_NEAR(out[token * batch.stride + head * headDim + dim], expected[dim], 1e-5)
                    << "dim " << dim << " head " << head << " token " << token << " from " << firstPosition
                    << " headDim " << headDim;
        }
    }
}

TEST_P(Attention, OfOneTokenAtAnyPosition) {
    for (const std::size_t position : {0U, 1U, 15U, 16U, 62U, 63U, 64U, 65U, 200U, 1000U})
        expectExact(kernels(), 2, 3, 64, position, 1, {});
}

TEST_P(Attention, OfAnyHeadDimension) {
    for (const std::size_t headDim : {1U, 4U, 8U, 12U, 16U, 20U, 32U, 48U, 64U, 72U, 80U, 96U, 100U, 128U, 256U})
        expectExact(kernels(), 1, 2, headDim, 60, 10, {.scale = 1.0F / std::sqrt(static_cast<float>(headDim))});
}

TEST_P(Attention, OfAnyGroupAndBatch) {
    for (const std::size_t group : {1U, 2U, 3U, 4U, 7U, 8U, 100U})
        for (const std::size_t tokens : {1U, 2U, 5U, 33U, 130U}) expectExact(kernels(), 2, group, 32, 70, tokens, {});
}

TEST_P(Attention, WithAWindow) {
    for (const std::size_t window : {1U, 2U, 17U, 64U, 100U, 1000U}) {
        expectExact(kernels(), 1, 3, 32, 0, 150, {.window = window});
        expectExact(kernels(), 1, 3, 32, 333, 1, {.window = window});
    }
}

TEST_P(Attention, WithASoftcap) {
    expectExact(kernels(), 1, 2, 64, 100, 20, {.softcap = 2.0F, .scale = 0.5F});
}

TEST_P(Attention, OfATokenDoesNotDependOnItsBatch) {
    for (const std::size_t window : {0U, 50U}) {
        for (const std::size_t headDim : {64U, 40U}) {
            const Cache cache(2, headDim, 260, 1);
            const Batch batch(6, headDim, 200, 2);
            const Setting setting{.window = window};
            const std::vector<float> together = attend(kernels(), cache, batch, 60, 0, 200, setting);
            for (const std::size_t size : {1U, 7U, 64U}) {
                for (std::size_t token = 0; token + size <= 200; token += size) {
                    const std::vector<float> some = attend(kernels(), cache, batch, 60, token, size, setting);
                    ASSERT_EQ(0, std::memcmp(some.data(), together.data() + token * batch.stride,
                                             some.size() * sizeof(float)))
                        << size << " tokens at " << token;
                }
            }
        }
    }
}

TEST_P(Attention, SurvivesLargeScores) {
    const Cache cache(1, 32, 100, 3);
    Batch batch(1, 32, 1, 4);
    for (float& value : batch.q) value *= 1000.0F;
    const std::vector<float> out = attend(kernels(), cache, batch, 99, 0, 1, {});
    const std::vector<double> expected = attendExactly(cache, batch, 99, 0, 0, {});
    for (std::size_t dim = 0; dim < 32; ++dim) EXPECT_NEAR(out[dim], expected[dim], 1e-3);
}

STRATA_FOR_EVERY_KERNEL(Attention);

}  // namespace
}  // namespace strata::test
