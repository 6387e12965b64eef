#include "app/cli/sampling_flags.h"

#include <limits>
#include <random>

#include <nlohmann/json.hpp>

namespace strata::cli {
namespace {

/// The model's value where it lies in [minimum, maximum]: a stack's metadata must not make sampling fail.
template <class T>
T choose(const std::optional<double>& flag, const GgufFile& stack, std::string_view key, double minimum, double maximum,
         T fallback) {
    if (flag) return static_cast<T>(*flag);
    const std::string name = "strata.source.generation." + std::string(key);
    const GgufValue* value = stack.find(name);
    if (value == nullptr) return fallback;
    double number = std::numeric_limits<double>::quiet_NaN();
    if (const auto* real = std::get_if<double>(&value->value)) number = *real;
    if (const auto* whole = std::get_if<std::uint64_t>(&value->value)) number = static_cast<double>(*whole);
    if (const auto* whole = std::get_if<std::int64_t>(&value->value)) number = static_cast<double>(*whole);
    return number >= minimum && number <= maximum ? static_cast<T>(number) : fallback;
}

std::optional<double> asReal(const std::optional<std::uint64_t>& count) {
    return count ? std::optional<double>(static_cast<double>(*count)) : std::nullopt;
}

}  // namespace

void addSampling(CLI::App& app, SamplingFlags& into) {
    constexpr auto kMaximum = std::numeric_limits<std::uint64_t>::max();
    addCount(app, "--seed", into.seed, 0, kMaximum, "Seed of the sampler [random]");
    addReal(app, "--temperature", into.temperature, 0, 100, "0 always takes the most likely token [from the model]");
    addReal(app, "--top-p", into.topP, 0, 1, "Smallest set of tokens with this probability; 1 = off [from the model]");
    addCount(app, "--top-k", into.topK, 0, 1u << 24, "The K most likely tokens only; 0 = off [from the model]");
    addReal(app, "--min-p", into.minP, 0, 1,
            "No token less likely than this share of the best; 0 = off [from the model]");
    addReal(app, "--repetition-penalty", into.repetitionPenalty, 0.01, 100,
            "Makes repeated tokens less likely; 1 = off");
    addReal(app, "--presence-penalty", into.presencePenalty, -100, 100,
            "Taken from the logit of a token seen; 0 = off");
    addReal(app, "--frequency-penalty", into.frequencyPenalty, -100, 100,
            "The same for every time it was seen; 0 = off");
}

SamplingOptions samplingOptions(const SamplingFlags& flags, const GgufFile& stack) {
    SamplingOptions options;
    options.temperature = choose(flags.temperature, stack, "temperature", 0, 100, options.temperature);
    options.topP = choose(flags.topP, stack, "top_p", 0, 1, options.topP);
    options.topK = choose(asReal(flags.topK), stack, "top_k", 0, 1u << 24, options.topK);
    options.minP = choose(flags.minP, stack, "min_p", 0, 1, options.minP);
    options.repetitionPenalty =
        choose(flags.repetitionPenalty, stack, "repetition_penalty", 0.01, 100, options.repetitionPenalty);
    options.presencePenalty = static_cast<float>(flags.presencePenalty.value_or(options.presencePenalty));
    options.frequencyPenalty = static_cast<float>(flags.frequencyPenalty.value_or(options.frequencyPenalty));
    options.seed = flags.seed ? *flags.seed : std::random_device{}();
    return options;
}

Json samplingJson(const SamplingOptions& options) {
    return Json{{"temperature", rounded(options.temperature)},
                {"top_p", rounded(options.topP)},
                {"top_k", options.topK},
                {"min_p", rounded(options.minP)},
                {"repetition_penalty", rounded(options.repetitionPenalty)},
                {"presence_penalty", rounded(options.presencePenalty)},
                {"frequency_penalty", rounded(options.frequencyPenalty)},
                {"seed", options.seed}};
}

}  // namespace strata::cli
