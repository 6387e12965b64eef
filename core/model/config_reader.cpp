#include "core/model/config_reader.h"

#include <cmath>

namespace strata {
namespace {

// Far above any model, far below what overflows a product of three sizes.
constexpr std::uint64_t kMaximumSize = std::uint64_t{1} << 24;
constexpr std::size_t kMaximumLayers = 4096;
constexpr std::size_t kMaximumExperts = 1024;
constexpr std::size_t kSoftmaxGating = 1;  // as files number the ways of choosing experts

std::unexpected<Error> unusable(std::string_view key, std::string_view why) {
    return fail(ErrorCode::Corrupt, "key '" + std::string(key) + "' " + std::string(why),
                "the file is damaged or was converted wrongly; get it again");
}

}  // namespace

Result<std::size_t> ConfigReader::size(std::string_view key) const {
    STRATA_TRY(const std::uint64_t value, m_file.getUnsigned(full(key)));
    if (value == 0 || value > kMaximumSize)
        return unusable(full(key), "holds the impossible size " + std::to_string(value));
    return static_cast<std::size_t>(value);
}

Result<std::size_t> ConfigReader::sizeOr(std::string_view key, std::size_t fallback) const {
    if (!has(key)) return fallback;
    STRATA_TRY(const std::uint64_t value, m_file.getUnsigned(full(key)));
    if (value > kMaximumSize) return unusable(full(key), "holds the impossible size " + std::to_string(value));
    return static_cast<std::size_t>(value);
}

Result<double> ConfigReader::number(std::string_view key) const {
    // Converters write the same key as an integer or as a float.
    const GgufValue* found = m_file.find(full(key));
    if (found)
        if (const auto* integer = std::get_if<std::uint64_t>(&found->value)) return static_cast<double>(*integer);
    STRATA_TRY(const double value, m_file.getFloat(full(key)));
    if (!std::isfinite(value)) return unusable(full(key), "is not a number");
    return value;
}

Result<double> ConfigReader::numberOr(std::string_view key, double fallback) const {
    if (!has(key)) return fallback;
    return number(key);
}

Result<std::vector<std::size_t>> ConfigReader::sizes(std::string_view key, std::size_t layers) const {
    const GgufValue* value = m_file.find(full(key));
    if (!value || value->type != GgufType::Array) {
        STRATA_TRY(const std::size_t one, size(key));
        return std::vector<std::size_t>(layers, one);
    }
    STRATA_TRY(const std::vector<std::int64_t> numbers, m_file.getIntegers(full(key)));
    if (numbers.size() != layers)
        return unusable(full(key),
                        "has " + std::to_string(numbers.size()) + " entries for " + std::to_string(layers) + " layers");
    std::vector<std::size_t> result;
    for (const std::int64_t number : numbers) {
        if (number <= 0 || static_cast<std::uint64_t>(number) > kMaximumSize)
            return unusable(full(key), "holds the impossible size " + std::to_string(number));
        result.push_back(static_cast<std::size_t>(number));
    }
    return result;
}

Result<void> ConfigReader::readSizes(ModelConfig& config) const {
    STRATA_TRY(config.contextLength, size("context_length"));
    STRATA_TRY(config.embeddingLength, size("embedding_length"));
    STRATA_TRY(const std::size_t layers, size("block_count"));
    if (layers > kMaximumLayers) return unusable(full("block_count"), "is too large");
    config.layers.resize(layers);
    STRATA_TRY(const double epsilon, number("attention.layer_norm_rms_epsilon"));
    if (epsilon < 0 || epsilon > 1) return unusable(full("attention.layer_norm_rms_epsilon"), "is out of range");
    config.rmsEpsilon = static_cast<float>(epsilon);
    return {};
}

Result<void> ConfigReader::readLayers(ModelConfig& config) const {
    const std::size_t count = config.layers.size();
    STRATA_TRY(const auto heads, sizes("attention.head_count", count));
    auto kvHeads = heads;
    if (has("attention.head_count_kv")) {
        STRATA_TRY(kvHeads, sizes("attention.head_count_kv", count));
    }
    STRATA_TRY(const auto feedForward, sizes("feed_forward_length", count));
    for (std::size_t layer = 0; layer < count; ++layer) {
        STRATA_TRY(const std::size_t headDim, sizeOr("attention.key_length", config.embeddingLength / heads[layer]));
        STRATA_TRY(const std::size_t valueDim, sizeOr("attention.value_length", headDim));
        if (valueDim != headDim)
            return fail(ErrorCode::Unsupported, "keys of " + std::to_string(headDim) + " and values of " +
                                                    std::to_string(valueDim) + " dimensions");
        if (headDim == 0 || headDim > kMaximumHeadDim || headDim % 2 != 0)
            return fail(ErrorCode::Unsupported, "attention heads of " + std::to_string(headDim) + " dimensions");
        if (heads[layer] % kvHeads[layer] != 0)
            return unusable(full("attention.head_count_kv"), "does not divide the number of heads");
        config.layers[layer] = {heads[layer], kvHeads[layer], headDim, feedForward[layer], 0};
    }
    return {};
}

Result<void> ConfigReader::readExperts(ModelConfig& config, std::size_t length, bool normalised) const {
    ExpertsConfig experts;
    STRATA_TRY(experts.router.experts, size("expert_count"));
    STRATA_TRY(experts.router.used, size("expert_used_count"));
    if (experts.router.experts > kMaximumExperts) return unusable(full("expert_count"), "is too large");
    if (experts.router.used > experts.router.experts)
        return unusable(full("expert_used_count"), "is larger than the number of experts");
    STRATA_TRY(const std::size_t gating, sizeOr("expert_gating_func", kSoftmaxGating));
    if (gating != kSoftmaxGating)
        return fail(ErrorCode::Unsupported, "experts chosen by anything but a softmax (key '" +
                                                full("expert_gating_func") + "' is " + std::to_string(gating) + ")");
    STRATA_TRY(const double scale, numberOr("expert_weights_scale", 1));
    if (scale != 0 && scale != 1) return fail(ErrorCode::Unsupported, "experts whose weights are scaled");
    STRATA_TRY(experts.length, sizeOr("expert_feed_forward_length", length));
    if (experts.length == 0) return unusable(full("expert_feed_forward_length"), "is zero");
    experts.router.normalised = normalised;
    if (has("expert_weights_norm")) {
        STRATA_TRY(experts.router.normalised, m_file.getBool(full("expert_weights_norm")));
    }
    for (LayerConfig& layer : config.layers) layer.experts = experts;
    return {};
}

Result<void> ConfigReader::readWindows(ModelConfig& config, std::size_t window, std::size_t period) const {
    constexpr std::string_view kPattern = "attention.sliding_window_pattern";
    const GgufValue* pattern = m_file.find(full(kPattern));
    const auto* named = pattern ? std::get_if<GgufArray>(&pattern->value) : nullptr;
    if (named) {
        const std::vector<GgufValue> layers = ggufElements(*named);
        if (layers.size() != config.layers.size()) return unusable(full(kPattern), "does not have one entry per layer");
        for (std::size_t layer = 0; layer < layers.size(); ++layer) {
            const bool* slides = std::get_if<bool>(&layers[layer].value);
            if (!slides) return unusable(full(kPattern), "does not say yes or no for every layer");
            config.layers[layer].slidingWindow = *slides ? window : 0;
        }
        return {};
    }
    if (pattern) {
        STRATA_TRY(period, size(kPattern));
    }
    for (std::size_t layer = 0; layer < config.layers.size(); ++layer)
        config.layers[layer].slidingWindow = (layer + 1) % period != 0 ? window : 0;
    return {};
}

}  // namespace strata
