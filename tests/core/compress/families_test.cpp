// Every family against `transformers`, on tiny random models (tests/oracles/families_golden.py).
#include "core/base/random.h"
#include "core/model/session.h"
#include "tests/core/compress/compress_support.h"

#include <algorithm>
#include <cmath>

#include <nlohmann/json.hpp>

namespace strata::test {
namespace {

using nlohmann::json;

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
    [[nodiscard]] std::unique_ptr<Session> session(unsigned planes) const {
        CompressOptions options;
        options.source = m_source;
        options.output = m_folder / "family.strata";
        options.calibration = m_folder / "text.txt";
        options.planes = planes;
        options.overwrite = true;
        const auto report = compress(options);
        EXPECT_TRUE(report) << report.error().message();
        auto opened = Session::open(StackFile::open(options.output).value(), {.contextLength = 128});
        EXPECT_TRUE(opened) << opened.error().message();
        return *std::move(opened);
    }
    /// Root mean square of the differences to the golden logits.
    [[nodiscard]] double difference(Session& session) const {
        const auto logits = session.logits(m_prompt);
        EXPECT_TRUE(logits) << logits.error().message();
        const json& rows = m_golden.at("logits");
        const std::size_t vocabulary = rows[0].size();
        const std::size_t first = m_prompt.size() - rows.size();
        double sum = 0;
        for (std::size_t row = 0; row < rows.size(); ++row)
            for (std::size_t id = 0; id < vocabulary; ++id)
                sum += std::pow(
                    static_cast<double>((*logits)[(first + row) * vocabulary + id]) - rows[row][id].get<double>(), 2);
        return std::sqrt(sum / static_cast<double>(rows.size() * vocabulary));
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
    TemporaryFolder m_folder;
    std::filesystem::path m_source;
    json m_golden;
    std::vector<TokenId> m_prompt;
};

// Logits have a deviation of 2; what a missing bias, window, norm or cap changes is of that size.
TEST_P(Family, AnswersAsTheSourceWithEightPlanes) {
    const auto opened = session(8);
    const double found = difference(*opened);
    std::printf("root mean square difference of a logit: %.4f\n", found);
    EXPECT_LT(found, 0.06);
    EXPECT_EQ(greedy(*opened), m_golden.at("greedy").get<std::vector<TokenId>>());
}

TEST_P(Family, StaysCloseWithFivePlanes) {
    const auto opened = session(5);
    const double found = difference(*opened);
    std::printf("root mean square difference of a logit: %.4f\n", found);
    EXPECT_LT(found, 0.35);
}

INSTANTIATE_TEST_SUITE_P(Families, Family, testing::Values("gemma2", "llama", "mistral", "qwen2"),
                         [](const auto& tested) { return std::string(tested.param); });

}  // namespace
}  // namespace strata::test
