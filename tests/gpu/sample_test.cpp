// The sample model on the device against the processor, over 200 teacher-forced tokens at three budgets.
#include "core/base/file.h"
#include "core/model/session.h"
#include "tests/gpu/device_fixture.h"

#include <algorithm>
#include <cmath>

namespace strata::test {
namespace {

constexpr std::size_t kTokens = 200;

// Activations are rounded to 8 bits before every product. A difference in the last bit of a norm turns some of these
// roundings round, and thirty layers make of it the whole noise of the rounding: the processor's own instruction sets
// differ from each other in the same way. Logits therefore agree within this deviation, and the most likely token
// wherever it leads by six of them.
constexpr double kLogitDeviation = 0.15;
constexpr double kDecidedLead = 6 * kLogitDeviation;

class GpuSample : public DeviceTest {
protected:
    void SetUp() override {
        DeviceTest::SetUp();
        if (!std::filesystem::exists(stackPath())) GTEST_SKIP() << "the sample stack is missing";
    }
    [[nodiscard]] static std::filesystem::path stackPath() {
        return std::filesystem::path(STRATA_SAMPLE_FOLDER) / "sample.strata";
    }
    [[nodiscard]] std::unique_ptr<Session> open(bool onDevice, const gpu::PathOptions& paths = {},
                                                std::size_t contextLength = kTokens) {
        SessionOptions options;
        options.contextLength = contextLength;
        if (onDevice) {
            options.makeBackend = [this, paths]() -> Result<std::unique_ptr<Backend>> {
                auto backend = openBackend(paths);
                m_backend = backend.get();
                return std::unique_ptr<Backend>(std::move(backend));
            };
        }
        auto session = Session::open(*StackFile::open(stackPath()), options);
        EXPECT_TRUE(session) << session.error().message();
        return *std::move(session);
    }
    /// The first tokens of a text that the model has not seen.
    [[nodiscard]] static std::vector<TokenId> heldOut(const Session& session) {
        const auto text =
            readTextFile(std::filesystem::path(STRATA_SOURCE_DIR) / "resources/calibration/held_out_stories.txt");
        EXPECT_TRUE(text);
        std::vector<TokenId> ids =
            session.tokenizer().encode(std::string_view(*text).substr(0, 8 * kTokens), SpecialTokens::Ignore);
        EXPECT_GE(ids.size(), kTokens);
        ids.resize(kTokens);
        return ids;
    }
    gpu::VulkanBackend* m_backend = nullptr;
};

struct Position {
    std::size_t first = 0;      ///< the most likely token
    double lead = 0;            ///< before the second
    double logProbability = 0;  ///< of the token that follows
};

Position positionOf(std::span<const float> logits, std::size_t next) {
    Position position;
    double second = -1e30, sum = 0;
    position.first = static_cast<std::size_t>(std::ranges::max_element(logits) - logits.begin());
    const double largest = static_cast<double>(logits[position.first]);
    for (std::size_t token = 0; token < logits.size(); ++token) {
        sum += std::exp(static_cast<double>(logits[token]) - largest);
        if (token != position.first) second = std::max(second, static_cast<double>(logits[token]));
    }
    position.lead = largest - second;
    position.logProbability = static_cast<double>(logits[next]) - largest - std::log(sum);
    return position;
}

/// Holds logits [ids, vocabulary] to the processor's.
void expectAgreement(std::span<const TokenId> ids, std::span<const float> expected, std::span<const float> logits,
                     const std::string& name) {
    const std::size_t vocabulary = expected.size() / ids.size();
    std::size_t decided = 0;
    double squares = 0, difference = 0, differenceSquares = 0;
    for (std::size_t at = 0; at + 1 < ids.size(); ++at) {
        const auto a = expected.subspan(at * vocabulary, vocabulary), b = logits.subspan(at * vocabulary, vocabulary);
        const auto next = static_cast<std::size_t>(ids[at + 1]);
        const Position want = positionOf(a, next), got = positionOf(b, next);
        if (want.lead > kDecidedLead) {
            ++decided;
            EXPECT_EQ(got.first, want.first) << "position " << at << " leads by " << want.lead;
        }
        double mean = 0, square = 0;
        for (std::size_t token = 0; token < vocabulary; ++token) {
            const double d = static_cast<double>(b[token]) - static_cast<double>(a[token]);
            mean += d / static_cast<double>(vocabulary);
            square += d * d / static_cast<double>(vocabulary);
        }
        squares += square - mean * mean;
        const double d = got.logProbability - want.logProbability;
        difference += d;
        differenceSquares += d * d;
    }
    const double count = static_cast<double>(ids.size() - 1);
    const double bias = difference / count;
    const double error = std::sqrt(differenceSquares / count) / std::sqrt(count);
    std::printf("%s: logits deviate by %.4f, log-probabilities by %.5f +- %.5f, %zu of %zu decided\n", name.c_str(),
                std::sqrt(squares / count), bias, error, decided, ids.size() - 1);
    EXPECT_LT(std::sqrt(squares / count), kLogitDeviation);
    EXPECT_LT(std::abs(bias), 0.001 + 4 * error) << "perplexity is another one";
    EXPECT_LT(error, 0.02);
    EXPECT_GT(decided, ids.size() / 10) << "the test decides nothing";
}

TEST_F(GpuSample, SaysWhatTheProcessorSays) {
    const auto processor = open(false), device = open(true);
    const std::vector<TokenId> ids = heldOut(*processor);
    const StackFile& stack = *processor->stack();
    for (const double share : {0.5, 0.75, 1.0}) {
        const auto weights =
            static_cast<std::uint64_t>(share * static_cast<double>(stack.weightBytes(stack.blocks().size())));
        ASSERT_TRUE(processor->setWeightBudget(weights) && device->setWeightBudget(weights));
        ASSERT_TRUE(processor->waitUntilSettled() && device->waitUntilSettled());
        const auto expected = processor->logits(ids), logits = device->logits(ids);
        ASSERT_TRUE(expected && logits);
        expectAgreement(ids, *expected, *logits, "share " + std::to_string(share));
    }
    EXPECT_GT(m_backend->counts().dispatches, 30U * 200U / 32U) << "the device computed";
}

TEST_F(GpuSample, SaysItWithSomeOfItsLayersToo) {
    const auto processor = open(false), device = open(true, {.noHostImport = true});
    const std::vector<TokenId> ids = heldOut(*processor);
    const auto expected = processor->logits(ids);
    ASSERT_TRUE(expected);
    const std::uint64_t whole = device->use().deviceBytes;
    std::uint64_t before = whole;
    for (const double share : {0.75, 0.4}) {
        const auto budget = static_cast<std::uint64_t>(share * static_cast<double>(whole));
        device->setDeviceBudget(budget);
        const auto logits = device->logits(ids);
        ASSERT_TRUE(logits) << logits.error().message();
        const MemoryUse use = device->use();
        EXPECT_LE(use.deviceBytes, budget);
        EXPECT_LT(use.deviceBytes, before);
        EXPECT_GT(m_backend->weightBytes(), 0U) << "some are there";
        before = use.deviceBytes;
        expectAgreement(ids, *expected, *logits, "device memory " + std::to_string(share));
    }
    EXPECT_TRUE(device->takeNotices().empty());
}

// Windows of the text whose perplexity must agree within 0.1 %. The roundings of activations move a token's
// log-probability by some hundredths either way; what is left of that in the mean is allowed for.
constexpr std::size_t kWindow = 512, kWindows = 6;

TEST_F(GpuSample, ALongTextIsAsPerplexing) {
    const auto path = std::filesystem::path(STRATA_SOURCE_DIR).parent_path() / "shared/data/wikitext2_test.txt";
    const auto text = readTextFile(path);
    if (!text) GTEST_SKIP() << path << " is missing";
    const auto processor = open(false, {}, kWindow), device = open(true, {}, kWindow);
    const std::vector<TokenId> ids =
        processor->tokenizer().encode(std::string_view(*text).substr(0, 8 * kWindow * kWindows), SpecialTokens::Ignore);
    ASSERT_GE(ids.size(), kWindow * kWindows);
    double expected = 0, found = 0, squares = 0, count = 0;
    for (std::size_t window = 0; window < kWindows; ++window) {
        const auto part = std::span(ids).subspan(window * kWindow, kWindow);
        const auto want = processor->logProbabilities(part), got = device->logProbabilities(part);
        ASSERT_TRUE(want && got);
        for (std::size_t at = 0; at < want->size(); ++at) {
            const double a = static_cast<double>((*want)[at]), b = static_cast<double>((*got)[at]);
            expected += a;
            found += b;
            squares += (b - a) * (b - a);
            ++count;
        }
    }
    const double bias = (found - expected) / count, deviation = std::sqrt(squares / count);
    std::printf("perplexity %.4f; log-probabilities on the device differ by %.5f, each by %.4f\n",
                std::exp(-expected / count), bias, deviation);
    EXPECT_LT(std::abs(bias), 0.001 + 2 * deviation / std::sqrt(count)) << "perplexity is another one";
    EXPECT_LT(deviation, 0.1);
}

}  // namespace
}  // namespace strata::test
