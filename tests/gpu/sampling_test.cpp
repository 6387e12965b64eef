// Answers of a session on the device: what is read back for a token, and which tokens they are.
#include "core/model/sampler.h"
#include "tests/core/model/session_harness.h"
#include "tests/gpu/device_fixture.h"

namespace strata::test {
namespace {

constexpr std::size_t kTokens = 24;

struct SamplingCase {
    const char* name;
    SamplingOptions sampling;
    bool ranked;  ///< the largest logits decide
};
const SamplingCase kCases[] = {
    {"greedy", {.temperature = 0}, true},
    {"top_40", {.seed = 5}, true},
    {"top_3_hot", {.temperature = 2, .topK = 3, .seed = 6}, true},
    {"all", {.temperature = 1, .topP = 1, .topK = 0, .minP = 0, .seed = 7}, false},
    {"penalties", {.temperature = 0, .repetitionPenalty = 1.3F}, false},
};

class GpuSampling : public DeviceTest, public testing::WithParamInterface<SamplingCase> {
protected:
    GpuSampling() { EXPECT_TRUE(m_model.writeStack(m_folder / "tiny.strata")); }
    [[nodiscard]] std::unique_ptr<Session> open() {
        SessionOptions options;
        options.threads = 1;
        options.speculation = Speculation::Off;
        options.makeBackend = [this]() -> Result<std::unique_ptr<Backend>> {
            auto backend = openBackend();
            m_backend = backend.get();
            return std::unique_ptr<Backend>(std::move(backend));
        };
        auto session = Session::open(*StackFile::open(m_folder / "tiny.strata"), options);
        EXPECT_TRUE(session) << session.error().message();
        return *std::move(session);
    }
    /// What a sampler chooses that sees every logit of every position.
    [[nodiscard]] std::vector<TokenId> chosenFromAll(Session& session, std::span<const TokenId> prompt,
                                                     std::span<const TokenId> answer) const {
        std::vector<TokenId> sequence(prompt.begin(), prompt.end()), chosen;
        sequence.insert(sequence.end(), answer.begin(), answer.end());
        session.reset();
        auto logits = session.logits(sequence);
        EXPECT_TRUE(logits) << logits.error().message();
        Sampler sampler(GetParam().sampling);
        for (const TokenId id : prompt) sampler.accept(id);
        const std::size_t row = session.config().vocabularySize, vocabulary = session.tokenizer().vocabularySize();
        for (std::size_t at = prompt.size() - 1; at + 1 < sequence.size(); ++at) {
            chosen.push_back(sampler.sample(std::span(*logits).subspan(at * row, vocabulary)));
            sampler.accept(chosen.back());
        }
        return chosen;
    }

    TinyModel m_model{sessionModel()};
    TemporaryFolder m_folder;
    gpu::VulkanBackend* m_backend = nullptr;
};

TEST_P(GpuSampling, ATokenIsOneSubmissionOneWaitAndItsCandidates) {
    const auto session = open();
    const std::vector<TokenId> prompt{3, 1, 4, 1, 5};
    const gpu::StreamCounts before = m_backend->counts();
    const auto answer = session->generate(
        prompt,
        {.sampling = GetParam().sampling, .maximumTokens = kTokens, .stopStrings = {}, .ignoreEndOfTurn = true});
    ASSERT_TRUE(answer) << answer.error().message();
    ASSERT_EQ(answer->tokens.size(), kTokens);
    const gpu::StreamCounts after = m_backend->counts();
    EXPECT_EQ(after.submissions - before.submissions, kTokens);
    EXPECT_EQ(after.waits - before.waits, kTokens);
    const std::uint64_t row = session->config().vocabularySize * sizeof(float);
    EXPECT_EQ(after.readBytes - before.readBytes, kTokens * (GetParam().ranked ? gpu::kRankListBytes : row));
    EXPECT_EQ(answer->tokens, chosenFromAll(*session, prompt, answer->tokens));
}

INSTANTIATE_TEST_SUITE_P(Options, GpuSampling, testing::ValuesIn(kCases),
                         [](const auto& chosen) { return std::string(chosen.param.name); });

}  // namespace
}  // namespace strata::test
