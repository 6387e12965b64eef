// Compression of a mixture of experts: statistics per expert, shares of sensitivities, and what holds for every model:
// the same bytes for every number of threads and after every interruption.
#include "core/base/random.h"
#include "core/compress/expert_statistics.h"
#include "core/compress/sensitivity.h"
#include "core/model/session.h"
#include "tests/core/compress/compress_support.h"

#include <cmath>

#include <gmock/gmock.h>

namespace strata::test {
namespace {

constexpr std::size_t kExperts = 3;

class CompressExperts : public CompressFixture {
protected:
    CompressExperts() : CompressFixture({.layers = 1, .feedForward = 32, .experts = kExperts, .expertsUsed = 1}) {}

    [[nodiscard]] CompressOptions bitstack(std::string_view output) const {
        CompressOptions result = options(output);
        result.codec = Codec::Bitstack;
        result.rank = 2;
        result.blocks = 3;
        return result;
    }
    /// Stops at every few reports of progress, and goes on with another number of threads.
    static void expectSameBytesAfterStops(CompressOptions options, const std::string& whole, std::size_t every) {
        options.resume = true;
        std::size_t stops = 0;
        for (std::size_t at = every;; at += every) {
            std::stop_source stop;
            std::size_t seen = 0;
            const auto report = compress(options, {[&](const Progress&) {
                                                       if (++seen == at) stop.request_stop();
                                                   },
                                                   stop.get_token()});
            options.threads = 1 + stops % 2;
            if (report) break;
            ASSERT_EQ(report.error().code, ErrorCode::Cancelled) << report.error().message();
            ASSERT_LT(++stops, 100U);
        }
        EXPECT_GE(stops, 3U);
        EXPECT_EQ(bytesOf(options.output), whole);
    }
};

TEST_F(CompressExperts, ThreadsAndStopsDoNotChangeAByte) {
    const std::string whole = compressed(options("whole.strata"));
    CompressOptions two = options("two.strata");
    two.threads = 2;
    EXPECT_EQ(compressed(two), whole);
    expectSameBytesAfterStops(options("stopped.strata"), whole, 3);
}

TEST_F(CompressExperts, TheBitstackCodecWorksAndResumes) {
    const std::string whole = compressed(bitstack("whole.strata"));
    const auto stack = StackFile::open(m_folder / "whole.strata");
    ASSERT_TRUE(stack) << stack.error().message();
    const auto matrix = static_cast<std::size_t>((*stack)->findMatrix("blk.0.ffn_down.2.weight"));
    EXPECT_EQ((*stack)->matrices()[matrix].codec, Codec::Bitstack);
    expectSameBytesAfterStops(bitstack("stopped.strata"), whole, 5);
}

TEST_F(CompressExperts, ExpertsAreMatricesLikeAnyOther) {
    ASSERT_TRUE(compress(options()));
    const auto stack = *StackFile::open(options().output);
    for (const char* kind : {"ffn_gate", "ffn_up", "ffn_down"}) {
        for (std::size_t expert = 0; expert < kExperts; ++expert) {
            const std::string name = "blk.0." + std::string(kind) + "." + std::to_string(expert) + ".weight";
            ASSERT_GE(stack->findMatrix(name), 0) << name;
            EXPECT_EQ(stack->matrices()[static_cast<std::size_t>(stack->findMatrix(name))].levels, 3U);
        }
    }
    EXPECT_EQ(stack->gguf().findTensor("blk.0.ffn_gate_inp.weight")->shape, (std::vector<std::uint64_t>{64, kExperts}));
    const auto estimate = estimateCompression(options());
    ASSERT_TRUE(estimate);
    EXPECT_GT(4 * estimate->stackBytes, std::filesystem::file_size(options().output));
    auto session = Session::open(stack, {.threads = 1});
    ASSERT_TRUE(session) << session.error().message();
    const auto logits = (*session)->logits(m_model.randomIds(20, 3));
    ASSERT_TRUE(logits);
    for (const float logit : *logits) ASSERT_TRUE(std::isfinite(logit));
}

TEST_F(CompressExperts, DiskForProbesDoesNotGrowWithExperts) {
    const auto config = ModelConfig::fromGguf(*GgufFile::open(source()));
    ASSERT_TRUE(config);
    auto many = *config;
    many.layers[0].experts.router.experts = 64;
    EXPECT_EQ(sensitivityDiskBytes(many), sensitivityDiskBytes(*config));
    // The unchanged model, q k v o, the experts' gates, ups and downs, the embedding.
    EXPECT_EQ(sensitivityDiskBytes(many), 9U * 512 * 64 * sizeof(float));
}

/// Inputs of made-up tokens in a file, and the sums over them by plain loops.
class ExpertStatistics : public CompressExperts {
protected:
    static constexpr std::size_t kTokens = 600;
    ExpertStatistics() {
        Random random(11);
        m_inputs.resize(kTokens * width());
        for (float& value : m_inputs) value = static_cast<float>(random.normal());
        std::ofstream(m_folder / "inputs.f32", std::ios::binary)
            .write(reinterpret_cast<const char*>(m_inputs.data()),
                   static_cast<std::streamsize>(m_inputs.size() * sizeof(float)));
        m_tokens = {std::vector<std::vector<std::uint32_t>>(kExperts), kTokens, m_folder / "inputs.f32"};
        for (std::uint32_t token = 0; token < kTokens; ++token) m_tokens.tokens[0].push_back(token);
        for (std::uint32_t token = 5; token < kTokens; token += 60) m_tokens.tokens[1].push_back(token);
    }
    [[nodiscard]] std::size_t width() const { return m_model.options().embedding; }
    [[nodiscard]] std::size_t length() const { return m_model.options().feedForward; }
    [[nodiscard]] ExpertHessians hessians(std::size_t expert, std::size_t threads = 2) const {
        ThreadPool pool(threads);
        const auto model = SourceModel::open(source());
        EXPECT_TRUE(model);
        auto result = expertHessians(**model, 0, expert, m_tokens, pool);
        EXPECT_TRUE(result) << result.error().message();
        return *std::move(result);
    }
    [[nodiscard]] std::vector<double> input(std::size_t token) const {
        return {m_inputs.begin() + static_cast<std::ptrdiff_t>(token * width()),
                m_inputs.begin() + static_cast<std::ptrdiff_t>((token + 1) * width())};
    }
    [[nodiscard]] std::vector<double> inner(std::size_t expert, std::size_t token) const {
        const auto multiply = [&](const std::string& kind) {
            const std::string name = "blk.0." + kind + "." + std::to_string(expert) + ".weight";
            const auto& matrix =
                *std::ranges::find_if(m_model.matrices(), [&](const auto& entry) { return entry.info.name == name; });
            std::vector<double> y(length());
            for (std::size_t at = 0; at < matrix.dense.size(); ++at)
                y[at / width()] += static_cast<double>(matrix.dense[at]) *
                                   static_cast<double>(m_inputs[token * width() + at % width()]);
            return y;
        };
        std::vector<double> gate = multiply("ffn_gate");
        const std::vector<double> up = multiply("ffn_up");
        for (std::size_t at = 0; at < gate.size(); ++at) gate[at] = gate[at] / (1 + std::exp(-gate[at])) * up[at];
        return gate;
    }
    /// The mean of x x^T over an expert's tokens and over those that every expert sees, 256 that count as 64.
    template <class F>
    [[nodiscard]] std::vector<double> expected(std::size_t expert, std::size_t size, const F& valuesOf) const {
        std::vector<double> sum(size * size);
        const auto add = [&](std::size_t token, double weight) {
            const std::vector<double> x = valuesOf(token);
            for (std::size_t row = 0; row < size; ++row)
                for (std::size_t column = row; column < size; ++column)
                    sum[row * size + column] += weight * x[row] * x[column];
        };
        for (const std::uint32_t token : m_tokens.tokens[expert]) add(token, 1);
        for (std::size_t index = 0; index < 256; ++index) add(index * kTokens / 256, 0.25);
        for (double& value : sum) value /= static_cast<double>(m_tokens.tokens[expert].size()) + 64;
        return sum;
    }
    /// Upper triangles alike.
    static void expectNear(const std::vector<float>& found, const std::vector<double>& wanted, std::size_t size) {
        ASSERT_EQ(found.size(), wanted.size());
        for (std::size_t row = 0; row < size; ++row)
            for (std::size_t at = row * size + row; at < (row + 1) * size; ++at)
                ASSERT_NEAR(static_cast<double>(found[at]), wanted[at], 1e-4 + 1e-4 * std::fabs(wanted[at]));
    }
    std::vector<float> m_inputs;
    ExpertTokens m_tokens;
};

TEST_F(ExpertStatistics, BlendAnExpertsTokensWithThoseOfAll) {
    for (std::size_t expert = 0; expert < kExperts; ++expert) {  // of all tokens, of ten, of none
        const ExpertHessians found = hessians(expert);
        expectNear(found.in, expected(expert, width(), [&](std::size_t token) { return input(token); }), width());
        expectNear(found.out, expected(expert, length(), [&](std::size_t token) { return inner(expert, token); }),
                   length());
    }
}

TEST_F(ExpertStatistics, DoNotDependOnThreads) {
    const ExpertHessians one = hessians(0, 1), three = hessians(0, 3);
    EXPECT_EQ(one.in, three.in);
    EXPECT_EQ(one.out, three.out);
}

TEST_F(ExpertStatistics, AMissingFileOfInputsIsNamed) {
    std::filesystem::remove(m_tokens.inputs);
    ThreadPool pool(1);
    const auto model = SourceModel::open(source());
    const auto result = expertHessians(**model, 0, 0, m_tokens, pool);
    ASSERT_FALSE(result);
    EXPECT_THAT(result.error().message(), testing::HasSubstr("inputs.f32"));
}

TEST(ProbeShares, FollowTokensAndErrors) {
    const auto matrix = [](const char* name, std::uint64_t tokens, double error) {
        EncodedMatrix result;
        result.info = {name, Codec::Nested, 32, 32, 32, 3, 0};
        result.relativeError = {{1, 2 * error, error, 0}};
        result.routedTokens = tokens;
        return result;
    };
    const std::vector<EncodedMatrix> matrices{
        matrix("blk.0.attn_q.weight", 0, 0.1),     matrix("blk.0.ffn_gate.0.weight", 299, 0.1),
        matrix("blk.0.ffn_up.0.weight", 299, 0.1), matrix("blk.0.ffn_gate.1.weight", 99, 0.1),
        matrix("blk.0.ffn_up.1.weight", 99, 0.3),  matrix("blk.1.ffn_gate.0.weight", 0, 0.1)};
    const std::vector<double> shares = probeShares(matrices);
    const std::vector<double> expected{1, 0.75, 0.5, 0.25, 0.5, 1};
    for (std::size_t index = 0; index < shares.size(); ++index) EXPECT_NEAR(shares[index], expected[index], 1e-9);
}

}  // namespace
}  // namespace strata::test
