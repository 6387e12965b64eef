// A mixture of experts on the CPU backend: values against plain sums, whatever the batch and the number of threads, and
// no block of an expert that nothing was routed to.
#include "core/base/random.h"
#include "core/cpu/cpu_backend.h"
#include "tests/support/temporary_folder.h"
#include "tests/support/tiny_model.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>

#include <gtest/gtest.h>

namespace strata::test {
namespace {

constexpr std::size_t kExperts = 6;
constexpr std::size_t kUsed = 2;
constexpr std::size_t kTokens = 9;

/// The feed-forward matrices of a tiny model's layers stand for those of as many experts.
class Experts : public testing::TestWithParam<Codec> {
protected:
    Experts() : m_model({.layers = kExperts, .codec = GetParam(), .planes = 5}) {
        EXPECT_TRUE(m_model.writeStack(m_folder / "tiny.strata"));
        m_stack = *StackFile::open(m_folder / "tiny.strata");
        m_bytes.resize(m_stack->weightBytes(m_stack->blocks().size()) - m_stack->denseBytes());
        EXPECT_TRUE(m_stack->readBlocks(0, m_stack->blocks().size(), m_bytes));
        Random random(5);
        m_router.resize(kExperts * m_model.options().embedding);
        for (float& value : m_router) value = static_cast<float>(random.normal());
        m_gate.resize(m_model.options().embedding);
        for (float& value : m_gate) value = static_cast<float>(random.normal()) / 4;
        m_inputs.resize(kTokens * m_model.options().embedding);
        for (float& value : m_inputs) value = static_cast<float>(random.normal());
    }

    /// A whole expert feed-forward on tokens [first, first + count): the sum of the experts' answers, and that scaled
    /// by the gate.
    struct Answer {
        std::vector<float> combined, scaled;
        [[nodiscard]] bool operator==(const Answer&) const = default;
    };
    [[nodiscard]] Answer run(std::size_t threads, std::size_t first, std::size_t count, const Kernels* kernels,
                             bool normalised = true) const {
        ThreadPool pool(threads);
        CpuBackend backend(pool, *kernels);
        const std::size_t width = m_model.options().embedding;
        const std::size_t inner = m_model.options().feedForward;
        const BufferId x = *backend.addBuffer(width, BufferRows::Tokens);
        const BufferId gate = *backend.addBuffer(inner, BufferRows::Routes);
        const BufferId up = *backend.addBuffer(inner, BufferRows::Routes);
        const BufferId down = *backend.addBuffer(width, BufferRows::Routes);
        const BufferId out = *backend.addBuffer(width, BufferRows::Tokens);
        const RouterId router = *backend.addRouter(m_router, {kExperts, kUsed, normalised});
        const ExpertsId gates = addExperts(backend, "ffn_gate");
        const ExpertsId ups = addExperts(backend, "ffn_up");
        const ExpertsId downs = addExperts(backend, "ffn_down");
        const VectorId shared = *backend.addVector(m_gate);
        EXPECT_TRUE(backend.reserveTokens(count, 0));
        EXPECT_EQ(backend.scratchBytes(), backend.scratchBytesFor(count, 0));
        EXPECT_TRUE(backend.use(schedule()));
        backend.write(x, 0, std::span(m_inputs).subspan(first * width, count * width));
        backend.route(router, x, count);
        const std::array jobs{ExpertJob{gates, gate}, ExpertJob{ups, up}};
        backend.expertProducts(jobs, x, count);
        backend.gate(Activation::Silu, gate, up, gate, count * kUsed);
        const ExpertJob last{downs, down};
        backend.expertProducts({&last, 1}, gate, count);
        backend.combineRoutes(down, out, count);
        Answer answer{std::vector<float>(count * width), std::vector<float>(count * width)};
        EXPECT_TRUE(backend.read(out, 0, answer.combined));
        backend.scaleByGate(out, shared, x, count);
        EXPECT_TRUE(backend.read(out, 0, answer.scaled));
        return answer;
    }
    [[nodiscard]] Answer run() const { return run(2, 0, kTokens, *chooseKernels()); }

    /// All blocks at their highest level, from m_bytes.
    [[nodiscard]] std::shared_ptr<const BlockSchedule> schedule() const {
        return std::make_shared<BlockSchedule>(m_stack, BlockSchedule::uniformLevels(*m_stack, 5), m_bytes.data(),
                                               m_stack->blocks()[0].offset, m_stack->blocks().size(), [] {});
    }
    [[nodiscard]] ExpertsId addExperts(Backend& backend, const std::string& name) const {
        std::vector<MatrixId> ids;
        for (std::size_t expert = 0; expert < kExperts; ++expert)
            ids.push_back(*backend.addMatrix(*m_stack, matrixIndex(name, expert)));
        return *backend.addExperts(ids);
    }
    [[nodiscard]] std::size_t matrixIndex(const std::string& name, std::size_t expert) const {
        return static_cast<std::size_t>(m_stack->findMatrix("blk." + std::to_string(expert) + "." + name + ".weight"));
    }
    /// Experts of a token, most likely first, with their weights.
    [[nodiscard]] std::vector<std::pair<std::size_t, double>> choose(std::size_t token, bool normalised) const {
        const std::size_t width = m_model.options().embedding;
        std::vector<std::pair<std::size_t, double>> all;
        double sum = 0;
        for (std::size_t expert = 0; expert < kExperts; ++expert) {
            double logit = 0;
            for (std::size_t column = 0; column < width; ++column)
                logit += static_cast<double>(m_router[expert * width + column]) *
                         static_cast<double>(m_inputs[token * width + column]);
            all.emplace_back(expert, std::exp(logit));
            sum += all.back().second;
        }
        std::ranges::sort(all, std::greater(), &std::pair<std::size_t, double>::second);
        all.resize(kUsed);
        if (normalised) sum = all[0].second + all[1].second;
        for (auto& [expert, weight] : all) weight /= sum;
        return all;
    }
    [[nodiscard]] std::vector<double> multiply(const std::string& name, std::size_t expert,
                                               const std::vector<double>& x) const {
        const auto& wanted = m_stack->matrices()[matrixIndex(name, expert)].name;
        const auto& matrix =
            *std::ranges::find_if(m_model.matrices(), [&](const auto& entry) { return entry.info.name == wanted; });
        std::vector<double> y(matrix.info.rows);
        for (std::size_t row = 0; row < y.size(); ++row)
            for (std::size_t column = 0; column < x.size(); ++column)
                y[row] += matrix.decoded.back()[row * x.size() + column] * x[column];
        return y;
    }
    /// What the sum of a token's experts should be.
    [[nodiscard]] std::vector<double> expected(std::size_t token, bool normalised) const {
        const std::size_t width = m_model.options().embedding;
        const std::vector<double> x(m_inputs.begin() + static_cast<std::ptrdiff_t>(token * width),
                                    m_inputs.begin() + static_cast<std::ptrdiff_t>((token + 1) * width));
        std::vector<double> sum(width);
        for (const auto& [expert, weight] : choose(token, normalised)) {
            auto inner = multiply("ffn_gate", expert, x);
            const auto up = multiply("ffn_up", expert, x);
            for (std::size_t at = 0; at < inner.size(); ++at)
                inner[at] = inner[at] / (1 + std::exp(-inner[at])) * up[at];
            const auto answer = multiply("ffn_down", expert, inner);
            for (std::size_t at = 0; at < width; ++at) sum[at] += weight * answer[at];
        }
        return sum;
    }
    /// Overwrites every block of an expert with ones: its scales are not numbers then.
    void poison(std::size_t expert) {
        for (const char* name : {"ffn_gate", "ffn_up", "ffn_down"}) {
            for (const BlockInfo& block : m_stack->blocks())
                if (block.matrix == matrixIndex(name, expert))
                    std::memset(&m_bytes[block.offset - m_stack->blocks()[0].offset], 0xFF, block.sizeBytes);
        }
    }

    TinyModel m_model;
    TemporaryFolder m_folder;
    std::shared_ptr<const StackFile> m_stack;
    std::vector<std::byte> m_bytes;
    std::vector<float> m_router, m_gate, m_inputs;
};

TEST_P(Experts, AnswersWithTheSumOfTheChosen) {
    const std::size_t width = m_model.options().embedding;
    for (const bool normalised : {false, true}) {
        const Answer answer = run(2, 0, kTokens, *chooseKernels(), normalised);
        for (std::size_t token = 0; token < kTokens; ++token) {
            const std::vector<double> wanted = expected(token, normalised);
            double logit = 0, difference = 0, norm = 0;
            for (std::size_t at = 0; at < width; ++at) {
                logit += static_cast<double>(m_gate[at]) * static_cast<double>(m_inputs[token * width + at]);
                difference += std::pow(static_cast<double>(answer.combined[token * width + at]) - wanted[at], 2);
                norm += wanted[at] * wanted[at];
            }
            EXPECT_LT(std::sqrt(difference / norm), 0.03) << token;
            for (std::size_t at = token * width; at < (token + 1) * width; ++at)
                EXPECT_NEAR(static_cast<double>(answer.scaled[at]),
                            static_cast<double>(answer.combined[at]) / (1 + std::exp(-logit)), 1e-5);
        }
    }
}

TEST_P(Experts, SameForEveryBatchAndNumberOfThreads) {
    const std::size_t width = m_model.options().embedding;
    const Answer all = run();
    EXPECT_EQ(run(1, 0, kTokens, *chooseKernels()), all);
    EXPECT_EQ(run(3, 0, kTokens, *chooseKernels()), all);
    for (std::size_t token = 0; token < kTokens; ++token) {
        const Answer one = run(2, token, 1, *chooseKernels());
        for (std::size_t at = 0; at < width; ++at) {
            ASSERT_EQ(one.combined[at], all.combined[token * width + at]) << token;
            ASSERT_EQ(one.scaled[at], all.scaled[token * width + at]) << token;
        }
    }
}

TEST_P(Experts, ReadsNoBlockOfAnExpertWithoutARoute) {
    for (std::size_t token = 0; token < kTokens; ++token) {
        const Answer before = run(2, token, 1, *chooseKernels());
        const auto kept = m_bytes;
        const auto chosen = choose(token, true);
        for (std::size_t expert = 0; expert < kExperts; ++expert)
            if (expert != chosen[0].first && expert != chosen[1].first) poison(expert);
        EXPECT_EQ(run(2, token, 1, *chooseKernels()), before) << token;
        poison(chosen[1].first);  // the proof that poison shows
        const Answer after = run(2, token, 1, *chooseKernels());
        EXPECT_NE(after, before) << token;
        m_bytes = kept;
    }
}

TEST_P(Experts, RoutesAlikeOnEveryInstructionSet) {
    const Answer reference = run(1, 0, kTokens, findKernels("reference"));
    for (const Kernels* kernels : availableKernels()) {
        const Answer found = run(2, 0, kTokens, kernels);
        for (std::size_t at = 0; at < found.combined.size(); ++at)
            ASSERT_NEAR(found.combined[at], reference.combined[at], 0.05) << kernels->name;
    }
}

INSTANTIATE_TEST_SUITE_P(Codecs, Experts, testing::Values(Codec::Nested, Codec::Bitstack),
                         [](const auto& chosen) { return std::string(codecName(chosen.param)); });

}  // namespace
}  // namespace strata::test
