// Every family against `transformers`, on tiny random models (tests/oracles/families_golden.py).
#include "core/base/random.h"
#include "core/codec/linear_algebra.h"
#include "core/compress/dense_pass.h"
#include "core/compress/expanded_backend.h"
#include "core/compress/loaded_blocks.h"
#include "core/model/session.h"
#include "core/model/transformer.h"
#include "tests/core/compress/compress_support.h"

#include <algorithm>
#include <cmath>

#include <nlohmann/json.hpp>

namespace strata::test {
namespace {

using nlohmann::json;

constexpr std::size_t kContext = 128;

class Family : public testing::TestWithParam<const char*> {
protected:
    void SetUp() override {
        const auto folder = std::filesystem::path(STRATA_TEST_DATA) / "families";
        m_source = folder / (std::string(GetParam()) + ".gguf");
        m_golden = json::parse(bytesOf(folder / (std::string(GetParam()) + ".json")));
        m_prompt = m_golden.at("prompt").get<std::vector<TokenId>>();
        // The prompts are random characters: so is what calibration sees.
        Random random(7);
        std::string text;
        while (text.size() < 24 * 512) text += static_cast<char>(33 + random.next() % 94);
        ASSERT_TRUE(writeFileAtomically(m_folder / "text.txt", text));
    }
    [[nodiscard]] std::shared_ptr<const StackFile> stack(CompressOptions options) const {
        options.source = m_source;
        options.output = m_folder / "family.strata";
        options.calibration = m_folder / "text.txt";
        options.overwrite = true;
        const auto report = compress(options);
        EXPECT_TRUE(report) << report.error().message();
        return StackFile::open(options.output).value();
    }
    [[nodiscard]] static CompressOptions nested(unsigned planes) {
        CompressOptions options;
        options.planes = planes;
        return options;
    }
    [[nodiscard]] static std::unique_ptr<Session> session(const std::shared_ptr<const StackFile>& stack) {
        auto opened = Session::open(stack, {.contextLength = kContext});
        EXPECT_TRUE(opened) << opened.error().message();
        return *std::move(opened);
    }
    /// Root mean square of the differences to the golden logits, which are those of the prompt's last positions.
    [[nodiscard]] double difference(const Result<std::vector<float>>& logits) const {
        EXPECT_TRUE(logits) << logits.error().message();
        const json& rows = m_golden.at("logits");
        const std::size_t vocabulary = rows[0].size();
        const std::size_t first = logits->size() / vocabulary - rows.size();
        double sum = 0;
        for (std::size_t row = 0; row < rows.size(); ++row)
            for (std::size_t id = 0; id < vocabulary; ++id)
                sum += std::pow(
                    static_cast<double>((*logits)[(first + row) * vocabulary + id]) - rows[row][id].get<double>(), 2);
        const double found = std::sqrt(sum / static_cast<double>(rows.size() * vocabulary));
        std::printf("root mean square difference of a logit: %.5f\n", found);
        return found;
    }
    [[nodiscard]] std::vector<TokenId> greedy(Session& session) const {
        GenerateOptions options;
        options.sampling.temperature = 0;
        options.maximumTokens = m_golden.at("greedy").size();
        options.ignoreEndOfTurn = true;
        const auto answer = session.generate(m_prompt, options);
        EXPECT_TRUE(answer) << answer.error().message();
        return answer->tokens;
    }
    /// Logits of the prompt on a backend, all levels resident, in batches of `batch` tokens.
    [[nodiscard]] std::vector<float> logits(CpuBackend& backend, const std::shared_ptr<const StackFile>& stack,
                                            std::size_t batch) const {
        ModelConfig config = ModelConfig::fromGguf(stack->gguf()).value();
        config.useContext(kContext);
        StackBinder binder(*stack, backend);
        Transformer model = Transformer::create(std::move(config), backend, binder).value();
        const auto blocks = LoadedBlocks::load(stack, 0, stack->blocks().size());
        EXPECT_TRUE(backend.use(blocks->schedule(BlockSchedule::uniformLevels(*stack, 16))));
        EXPECT_TRUE(backend.reserveTokens(batch, batch));
        EXPECT_TRUE(backend.reserveKv(m_prompt.size()));
        const std::size_t vocabulary = model.config().vocabularySize;
        std::vector<float> all(m_prompt.size() * vocabulary);
        for (std::size_t first = 0; first < m_prompt.size(); first += batch) {
            const std::size_t count = std::min(batch, m_prompt.size() - first);
            model.forward(std::span(m_prompt).subspan(first, count), first);
            model.computeLogits(0, count);
            for (std::size_t row = 0; row < count; ++row)
                EXPECT_TRUE(model.readLogits(row, std::span(all).subspan((first + row) * vocabulary, vocabulary)));
        }
        return all;
    }
    /// Logits of the prompt by the pass over the source's own weights that calibration makes.
    [[nodiscard]] Result<std::vector<float>> denseLogits() const {
        STRATA_TRY(const auto source, SourceModel::open(m_source));
        const ModelConfig& config = source->config();
        std::vector<TokenId> window = m_prompt;  // nothing that follows changes what was said of it
        window.resize(CalibrationTokens::kWindow, 'x');
        const CalibrationTokens tokens{window, window};
        STRATA_TRY(WorkFolder folder, WorkFolder::open(m_folder / "dense", "dense", false, true));
        ThreadPool pool(1);
        DensePass pass(*source, tokens, folder, pool);
        STRATA_CHECK(pass.begin());
        for (std::size_t layer = 0; layer < config.layers.size(); ++layer) {
            STRATA_TRY(const BlockStatistics statistics, pass.advance(layer, {}));
            EXPECT_EQ(statistics.hessians[0].size(), config.embeddingLength * config.embeddingLength);
        }
        STRATA_TRY(const std::vector<float> states, pass.heldOutStates());
        STRATA_TRY(const std::vector<float> head, source->tensor(config.tiedEmbedding ? kEmbeddingName : kOutputName));
        std::vector<float> logits(m_prompt.size() * config.vocabularySize);
        blas::multiplyTransposed(m_prompt.size(), config.vocabularySize, config.embeddingLength, 1, states.data(),
                                 config.embeddingLength, head.data(), config.embeddingLength, 0, logits.data(),
                                 config.vocabularySize);
        for (float& logit : logits)
            if (config.logitSoftcap > 0) logit = config.logitSoftcap * std::tanh(logit / config.logitSoftcap);
        return logits;
    }
    /// A router weighs its experts by a softmax: random errors of all weights, of a deviation of 3 %, move the logits
    /// of these models half as much again as those of the others, and up to twice as much (in `transformers`).
    [[nodiscard]] double sensitivity() const {
        const auto config = ModelConfig::fromGguf(GgufFile::open(m_source).value());
        return config.value().layers[0].experts.length > 0 ? 2 : 1;
    }
    TemporaryFolder m_folder;
    std::filesystem::path m_source;
    json m_golden;
    std::vector<TokenId> m_prompt;
};

// Logits have a deviation of 1.2; what a missing bias, window, norm or cap changes is of that size. What remains here
// is the half precision of the KV cache.
TEST_P(Family, IsCalibratedAsTheSourceAnswers) {
    EXPECT_LT(difference(denseLogits()), 0.002);
}

TEST_P(Family, AnswersAsTheSourceWithEightPlanes) {
    const auto opened = session(stack(nested(8)));
    EXPECT_LT(difference(opened->logits(m_prompt)), 0.06 * sensitivity());
    EXPECT_EQ(greedy(*opened), m_golden.at("greedy").get<std::vector<TokenId>>());
}

TEST_P(Family, StaysCloseWithFivePlanes) {
    EXPECT_LT(difference(session(stack(nested(5)))->logits(m_prompt)), 0.35 * sensitivity());
}

TEST_P(Family, EveryKernelTableGivesTheSameInAnyBatch) {
    const auto compressed = stack(nested(8));
    ThreadPool pool(2);
    for (const Kernels* kernels : availableKernels()) {
        SCOPED_TRACE(kernels->name);
        CpuBackend backend(pool, *kernels);
        const std::vector<float> whole = logits(backend, compressed, m_prompt.size());
        EXPECT_LT(difference(whole), 0.06 * sensitivity());
        for (const std::size_t batch : {1U, 5U}) {
            CpuBackend other(pool, *kernels);
            EXPECT_EQ(logits(other, compressed, batch), whole) << "in batches of " << batch;
        }
    }
}

TEST_P(Family, BitstackStaysCloseExpandedOrNot) {
    CompressOptions options;
    options.codec = Codec::Bitstack;
    options.blocks = 12;
    const auto compressed = stack(options);
    ThreadPool pool(2);
    CpuBackend kernels(pool, **chooseKernels());
    EXPECT_LT(difference(logits(kernels, compressed, m_prompt.size())), 0.1 * sensitivity());
    ExpandedBackend expanded(pool, **chooseKernels());
    EXPECT_LT(difference(logits(expanded, compressed, m_prompt.size())), 0.1 * sensitivity());
}

INSTANTIATE_TEST_SUITE_P(Families, Family,
                         testing::Values("gemma2", "gemma3", "gemma3_pattern", "llama", "llama3", "mistral", "mixtral", "phi3",
                                         "phi3_long", "phi3_short", "phi4_mini", "qwen2", "qwen2_untied", "qwen2moe", "qwen3",
                                         "qwen3_untied", "qwen3moe"),
                         [](const auto& tested) { return std::string(tested.param); });

}  // namespace
}  // namespace strata::test
