// The sample model at all eight planes against its own dense evaluation (tests/oracles/logits_golden.py).
#include "core/compress/calibration_text.h"
#include "core/model/session.h"
#include "core/text/wikitext.h"
#include "tests/core/compress/compress_support.h"

#include <algorithm>
#include <cmath>

#include <nlohmann/json.hpp>

namespace strata::test {
namespace {

using nlohmann::json;

/// Greatest difference to any of the stored logits; 0.46 was measured, root mean square 0.10.
constexpr double kLogitBound = 0.7;
constexpr double kProbabilityBound = 0.7;   ///< of a log-probability: a shift common to all logits changes none
constexpr double kPerplexityBound = 0.005;  ///< relative

std::filesystem::path stackPath() {
    const char* named = std::getenv("STRATA_SAMPLE_STACK");
    if (named != nullptr && *named != '\0') return named;
    return std::filesystem::path(STRATA_SAMPLE_FOLDER) / "sample-8-planes.strata";
}

json golden(const char* name) {
    return json::parse(bytesOf(std::filesystem::path(STRATA_TEST_DATA) / "logits" / name));
}

/// Runs first and once per build: the other tests use what it wrote.
TEST(EightPlanesCompress, WritesTheStack) {
    const auto source = sampleSource();
    if (!source) GTEST_SKIP() << "the sample model is missing";
    CompressOptions options;
    options.source = *source;
    options.output = stackPath();
    options.planes = kMaximumPlanes;
    options.overwrite = true;
    std::filesystem::create_directories(options.output.parent_path());
    std::error_code error;
    const auto written = std::filesystem::last_write_time(options.output, error);
    if (!error && written > std::filesystem::last_write_time("/proc/self/exe"))
        GTEST_SKIP() << "the stack is newer than this test";
    const auto report = compress(options);
    ASSERT_TRUE(report) << report.error().message();
    EXPECT_LT(report->curve.back().divergence, 0.01F);
}

class EightPlanes : public testing::Test {
protected:
    void SetUp() override {
        if (!std::filesystem::exists(stackPath())) GTEST_SKIP() << "the sample stack is missing";
        auto stack = StackFile::open(stackPath());
        ASSERT_TRUE(stack) << stack.error().message();
        for (const MatrixInfo& matrix : (*stack)->matrices()) ASSERT_EQ(matrix.levels, kMaximumPlanes) << matrix.name;
        auto session = Session::open(*stack, {.contextLength = 1024});
        ASSERT_TRUE(session) << session.error().message();
        m_session = *std::move(session);
    }
    std::unique_ptr<Session> m_session;
};

TEST_F(EightPlanes, LogitsAreThoseOfTheDenseModel) {
    double worst = 0, worstProbability = 0, square = 0;
    std::size_t count = 0;
    for (const json& prompt : golden("prompts.json")) {
        const auto ids = prompt.at("tokens").get<std::vector<TokenId>>();
        const auto logits = m_session->logits(ids);
        ASSERT_TRUE(logits) << logits.error().message();
        const std::size_t vocabulary = logits->size() / ids.size();
        for (const json& entry : prompt.at("positions")) {
            const auto row =
                std::span(*logits).subspan(entry.at("position").get<std::size_t>() * vocabulary, vocabulary);
            const auto top = entry.at("ids").get<std::vector<std::size_t>>();
            for (std::size_t rank = 0; rank < top.size(); ++rank) {
                const double difference =
                    static_cast<double>(row[top[rank]]) - entry.at("logits").at(rank).get<double>();
                worst = std::max(worst, std::abs(difference));
                square += difference * difference;
                ++count;
            }
            const double least = static_cast<double>(*std::ranges::min_element(row));
            EXPECT_NEAR(least, entry.at("least").get<double>(), kLogitBound);
            double sum = 0;
            for (const float logit : row) sum += std::exp(static_cast<double>(logit - row[top[0]]));
            sum = std::log(sum) + static_cast<double>(row[top[0]]);
            const double shift = sum - entry.at("log_sum_exp").get<double>();
            for (std::size_t rank = 0; rank < top.size(); ++rank) {
                const double difference =
                    static_cast<double>(row[top[rank]]) - entry.at("logits").at(rank).get<double>();
                worstProbability = std::max(worstProbability, std::abs(difference - shift));
            }
        }
    }
    std::printf("largest difference of a logit %.4f, root mean square %.4f; of a log-probability %.4f\n", worst,
                std::sqrt(square / static_cast<double>(count)), worstProbability);
    EXPECT_LE(worst, kLogitBound);
    EXPECT_LE(worstProbability, kProbabilityBound);
}

TEST_F(EightPlanes, PerplexityIsThatOfTheDenseModel) {
    const auto path = std::filesystem::path(STRATA_SOURCE_DIR).parent_path() / "shared/data/wikitext2_test.txt";
    if (!std::filesystem::exists(path)) GTEST_SKIP() << "the evaluation text is missing";
    const json expected = golden("wikitext.json");
    const auto windows = expected.at("windows").get<std::size_t>();
    const auto tokens = expected.at("window_tokens").get<std::size_t>();
    const std::string text = detokeniseWikitext(bytesOf(path));
    std::vector<TokenId> ids =
        m_session->tokenizer().encode(std::string_view(text).substr(0, windows * tokens * 8), SpecialTokens::Ignore);
    ASSERT_GE(ids.size(), windows * tokens);
    ids.resize(windows * tokens);
    std::uint64_t weighted = 0;
    for (std::size_t index = 0; index < ids.size(); ++index)
        weighted += (index + 1) * static_cast<std::uint64_t>(ids[index]);
    ASSERT_EQ(weighted, expected.at("weighted_id_sum").get<std::uint64_t>()) << "other tokens than the oracle's";
    double loss = 0;
    for (std::size_t window = 0; window < windows; ++window) {
        const auto values = m_session->logProbabilities(std::span(ids).subspan(window * tokens, tokens));
        ASSERT_TRUE(values) << values.error().message();
        for (const float value : *values) loss -= static_cast<double>(value);
    }
    const double perplexity = std::exp(loss / static_cast<double>(windows * (tokens - 1)));
    const double dense = expected.at("perplexity");
    std::printf("perplexity %.4f, dense %.4f\n", perplexity, dense);
    EXPECT_NEAR(perplexity, dense, kPerplexityBound * dense);
}

}  // namespace
}  // namespace strata::test
