#include "core/model/rope_scaling.h"

#include "core/io/gguf.h"
#include "core/model/config_reader.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace strata {

std::vector<double> ropeFrequencies(double base, std::size_t dimensions) {
    std::vector<double> frequencies(dimensions / 2);
    for (std::size_t pair = 0; pair < frequencies.size(); ++pair)
        frequencies[pair] = std::pow(base, -2.0 * static_cast<double>(pair) / static_cast<double>(dimensions));
    return frequencies;
}

void scaleLlama3(std::vector<double>& frequencies, const Llama3Scaling& scaling) {
    const double range = scaling.highFrequencyFactor - scaling.lowFrequencyFactor;
    for (double& frequency : frequencies) {
        const double turns = scaling.originalContext * frequency / (2 * std::numbers::pi);
        const double kept = std::clamp((turns - scaling.lowFrequencyFactor) / range, 0.0, 1.0);
        frequency = (1 - kept) * frequency / scaling.factor + kept * frequency;
    }
}

void scaleYarn(RopeDescription& rope, double base, const YarnScaling& scaling) {
    const auto dimensions = static_cast<double>(2 * rope.inverseFrequencies.size());
    auto dimensionOf = [&](double turns) {
        return dimensions * std::log(scaling.originalContext / (turns * 2 * std::numbers::pi)) / (2 * std::log(base));
    };
    const double low = std::max(std::floor(dimensionOf(scaling.betaFast)), 0.0);
    const double high = std::min(std::ceil(dimensionOf(scaling.betaSlow)), dimensions - 1);
    for (std::size_t pair = 0; pair < rope.inverseFrequencies.size(); ++pair) {
        const double place = (static_cast<double>(pair) - low) / std::max(high - low, 0.001);
        const double kept = (1 - std::clamp(place, 0.0, 1.0)) * scaling.extrapolation;
        rope.inverseFrequencies[pair] *= (1 - kept) / scaling.factor + kept;
    }
    rope.magnitude = scaling.attentionFactor * (scaling.extrapolation > 0 ? 1 + 0.1 * std::log(scaling.factor) : 1);
}

namespace {

/// Divisors of the frequencies that the file brings along in tensor `name`; empty when it has none.
Result<std::vector<float>> frequencyFactors(const GgufFile& file, std::string_view name) {
    const GgufTensor* tensor = file.findTensor(name);
    if (!tensor) return std::vector<float>{};
    STRATA_TRY(const auto bytes, file.tensorBytes(*tensor));
    std::vector<float> factors(tensor->elementCount());
    STRATA_CHECK(dequantize(tensor->type, bytes, factors));
    return factors;
}

/// Divides by the factors of tensor `name`.
Result<void> divideBy(std::vector<double>& frequencies, const std::vector<float>& factors, std::string_view name) {
    const std::string tensor = "tensor '" + std::string(name) + "'";
    if (factors.size() != frequencies.size())
        return fail(ErrorCode::Corrupt, tensor + " has " + std::to_string(factors.size()) + " entries instead of " +
                                            std::to_string(frequencies.size()));
    for (std::size_t pair = 0; pair < factors.size(); ++pair) {
        if (!(factors[pair] > 0) || !std::isfinite(factors[pair]))
            return fail(ErrorCode::Corrupt, tensor + " holds a factor that is not positive");
        frequencies[pair] /= static_cast<double>(factors[pair]);
    }
    return {};
}

Result<void> applyLlama3(const ConfigReader& reader, double factor, RopeDescription& rope) {
    Llama3Scaling scaling{.factor = factor};
    STRATA_TRY(scaling.lowFrequencyFactor, reader.numberOr("rope.scaling.low_freq_factor", scaling.lowFrequencyFactor));
    STRATA_TRY(scaling.highFrequencyFactor,
               reader.numberOr("rope.scaling.high_freq_factor", scaling.highFrequencyFactor));
    STRATA_TRY(scaling.originalContext,
               reader.numberOr("rope.scaling.original_context_length", scaling.originalContext));
    if (scaling.highFrequencyFactor <= scaling.lowFrequencyFactor)
        return fail(ErrorCode::Corrupt,
                    "key 'rope.scaling.high_freq_factor' is not above 'rope.scaling.low_freq_factor'");
    scaleLlama3(rope.inverseFrequencies, scaling);
    return {};
}

Result<void> applyYarn(const ConfigReader& reader, double base, double factor, std::size_t context,
                       RopeDescription& rope) {
    YarnScaling scaling{.factor = factor};
    STRATA_TRY(scaling.originalContext,
               reader.numberOr("rope.scaling.original_context_length", static_cast<double>(context)));
    STRATA_TRY(scaling.betaFast, reader.numberOr("rope.scaling.yarn_beta_fast", scaling.betaFast));
    STRATA_TRY(scaling.betaSlow, reader.numberOr("rope.scaling.yarn_beta_slow", scaling.betaSlow));
    STRATA_TRY(scaling.extrapolation, reader.numberOr("rope.scaling.yarn_ext_factor", scaling.extrapolation));
    STRATA_TRY(scaling.attentionFactor, reader.numberOr("rope.scaling.attn_factor", scaling.attentionFactor));
    STRATA_TRY(scaling.attentionFactor, reader.numberOr("rope.scaling.yarn_attn_factor", scaling.attentionFactor));
    const bool positive = scaling.originalContext > 0 && scaling.betaFast > 0 && scaling.betaSlow > 0;
    if (!positive || base == 1) return fail(ErrorCode::Corrupt, "the keys 'rope.scaling.yarn_*' are out of range");
    scaleYarn(rope, base, scaling);
    return {};
}

constexpr double kLongestContext = 1e9;

/// Factors of short and of long contexts, and a magnitude for both.
Result<void> applyLongRope(const ConfigReader& reader, const GgufFile& file, ModelConfig& config) {
    STRATA_TRY(const auto shortFactors, frequencyFactors(file, kShortRopeFactorsName));
    STRATA_TRY(const auto longFactors, frequencyFactors(file, kLongRopeFactorsName));
    const auto context = static_cast<double>(config.contextLength);
    STRATA_TRY(const double original, reader.numberOr("rope.scaling.original_context_length", context));
    if (original < 2 || original > kLongestContext)
        return fail(ErrorCode::Corrupt, "key 'rope.scaling.original_context_length' is out of range");
    STRATA_TRY(config.rope.magnitude,
               reader.numberOr("rope.scaling.attn_factor", longRopeMagnitude(context / original, original)));
    if (config.rope.magnitude <= 0) return fail(ErrorCode::Corrupt, "key 'rope.scaling.attn_factor' is not positive");
    LongContextRope longer{static_cast<std::size_t>(original), config.rope.inverseFrequencies};
    STRATA_CHECK(divideBy(longer.inverseFrequencies, longFactors, kLongRopeFactorsName));
    STRATA_CHECK(divideBy(config.rope.inverseFrequencies, shortFactors, kShortRopeFactorsName));
    config.longContextRope = std::move(longer);
    return {};
}

}  // namespace

double longRopeMagnitude(double factor, double originalContext) {
    return factor > 1 ? std::sqrt(1 + std::log(factor) / std::log(originalContext)) : 1;
}

Result<void> ConfigReader::readRope(ModelConfig& config) const {
    const std::size_t headDim = config.layers.front().headDim;
    STRATA_TRY(const std::size_t dimensions, sizeOr("rope.dimension_count", headDim));
    if (dimensions == 0 || dimensions % 2 != 0 || dimensions > headDim)
        return fail(ErrorCode::Corrupt, "key '" + full("rope.dimension_count") + "' does not fit heads of " +
                                            std::to_string(headDim) + " dimensions");
    STRATA_TRY(const double base, numberOr("rope.freq_base", 10000));
    STRATA_TRY(const double oldFactor, numberOr("rope.scale_linear", 1));
    STRATA_TRY(const double factor, numberOr("rope.scaling.factor", oldFactor));
    if (base <= 0 || factor <= 0)
        return fail(ErrorCode::Corrupt, "key '" + full("rope.freq_base") + "' or its scaling is not positive");
    config.rope.inverseFrequencies = ropeFrequencies(base, dimensions);
    std::string kind = factor == 1 ? "none" : "linear";
    if (has("rope.scaling.type")) {
        STRATA_TRY(kind, m_file.getString(full("rope.scaling.type")));
    }
    if (hasTensor(kShortRopeFactorsName) || hasTensor(kLongRopeFactorsName) || kind == "longrope")
        return applyLongRope(*this, m_file, config);
    STRATA_TRY(const std::vector<float> factors, frequencyFactors(m_file, kRopeFactorsName));
    if (!factors.empty()) {
        STRATA_CHECK(divideBy(config.rope.inverseFrequencies, factors, kRopeFactorsName));
        if (kind == "llama3") return {};
    }
    if (kind == "none") return {};
    if (kind == "llama3") return applyLlama3(*this, factor, config.rope);
    if (kind == "yarn") return applyYarn(*this, base, factor, config.contextLength, config.rope);
    if (kind != "linear")
        return fail(ErrorCode::Unsupported,
                    "rotary scaling of type '" + kind + "' (known: none, linear, llama3, yarn, longrope)");
    for (double& frequency : config.rope.inverseFrequencies) frequency /= factor;
    return {};
}

}  // namespace strata
