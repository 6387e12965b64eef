#include "app/cli/speed_sweep.h"

#include "app/cli/generation_json.h"
#include "core/base/random.h"

#include <algorithm>

#include <fmt/format.h>

namespace strata::cli {
namespace {

constexpr std::size_t kStepsPerContext = 32;
constexpr std::size_t kShortestContext = 1024;
constexpr std::size_t kShortestPrompt = 128;
constexpr std::size_t kLongestPrompt = 8192;

}  // namespace

Result<Generation> generateGreedily(Session& session, std::span<const TokenId> prompt, std::size_t tokens,
                                    const JobContext& context) {
    GenerateOptions options;
    options.sampling.temperature = 0;
    options.maximumTokens = tokens;
    options.ignoreEndOfTurn = true;
    STRATA_TRY(Generation generation, session.generate(prompt, options, {}, context.stop));
    if (generation.finish == FinishReason::Cancelled) return fail(ErrorCode::Cancelled, "stopped");
    return generation;
}

std::vector<TokenId> randomPrompt(const Tokenizer& tokenizer, std::size_t length) {
    Random random(1);
    std::vector<TokenId> ids;
    while (ids.size() < length) {
        const auto id = static_cast<TokenId>(random.next() % tokenizer.vocabularySize());
        if (tokenizer.kind(id) != TokenKind::Control) ids.push_back(id);
    }
    return ids;
}

std::vector<std::size_t> contextLengths(std::size_t longest) {
    std::vector<std::size_t> lengths{0};
    for (std::size_t length = kShortestContext; length < longest; length *= 2) lengths.push_back(length);
    if (longest > 0) lengths.push_back(longest);
    return lengths;
}

std::vector<std::size_t> promptLengths(std::size_t longest) {
    std::vector<std::size_t> lengths;
    for (std::size_t length = kShortestPrompt; length <= std::min(longest, kLongestPrompt); length *= 2)
        lengths.push_back(length);
    return lengths;
}

Result<std::vector<SpeedPoint>> decodeOverContext(Session& session, std::size_t longest, const JobContext& context) {
    const std::vector<std::size_t> lengths = contextLengths(longest);
    const std::vector<TokenId> text = randomPrompt(session.tokenizer(), longest + 1);
    std::vector<SpeedPoint> points;
    session.reset();
    for (const std::size_t length : lengths) {
        context.report("Measuring", static_cast<double>(length) / static_cast<double>(longest + 1),
                       fmt::format("decode behind {} tokens", length));
        // What the context before it left in the cache is not computed again.
        const auto prompt = std::span(text).first(std::max<std::size_t>(length, 1));
        STRATA_TRY(const Generation generation, generateGreedily(session, prompt, kStepsPerContext + 1, context));
        points.push_back({length, 1e3 / generation.medianTokenMs});
    }
    return points;
}

Result<std::vector<SpeedPoint>> prefillOverLength(Session& session, std::size_t longest, std::size_t repeats,
                                                  const JobContext& context) {
    std::vector<SpeedPoint> points;
    for (const std::size_t length : promptLengths(longest)) {
        context.report("Measuring", static_cast<double>(length) / static_cast<double>(longest + 1),
                       fmt::format("prefill of {} tokens", length));
        const std::vector<TokenId> prompt = randomPrompt(session.tokenizer(), length);
        std::vector<double> rates;
        for (std::size_t repeat = 0; repeat < repeats; ++repeat) {
            session.reset();
            STRATA_TRY(const Generation generation, generateGreedily(session, prompt, 1, context));
            rates.push_back(prefillRate(generation));
        }
        points.push_back({length, median(std::move(rates))});
    }
    return points;
}

double median(std::vector<double> values) {
    std::sort(values.begin(), values.end());
    const std::size_t middle = values.size() / 2;
    return values.size() % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
}

}  // namespace strata::cli
