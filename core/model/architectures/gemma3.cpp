// Gemma 3, its text part: as Gemma 2, with norms of query and key heads instead of soft caps, and five layers with a
// sliding window and rotary frequencies of their own before each that attends to everything.
#include "core/model/architectures.h"
#include "core/model/config_reader.h"
#include "core/model/rope_scaling.h"

#include <cmath>

namespace strata::architectures_detail {
namespace {

constexpr std::size_t kPeriod = 6;
constexpr double kLocalBase = 10000;
constexpr std::size_t kLayersOf27B = 62;

/// Layers with a window rotate by a base of their own, which the scaling of the others does not touch.
Result<void> readLocalRope(const ConfigReader& reader, ModelConfig& config) {
    STRATA_TRY(const double base, reader.numberOr("rope.freq_base_swa", kLocalBase));
    if (base <= 0) return fail(ErrorCode::Corrupt, "key 'gemma3.rope.freq_base_swa' is not positive");
    config.localRope.interleaved = false;
    config.localRope.inverseFrequencies = ropeFrequencies(base, 2 * config.rope.inverseFrequencies.size());
    for (LayerConfig& layer : config.layers) layer.localRope = layer.slidingWindow > 0;
    return {};
}

}  // namespace

Result<void> describeGemma3(const GgufFile& file, ModelConfig& config) {
    const ConfigReader reader(file, config.architecture);
    STRATA_CHECK(reader.readSizes(config));
    STRATA_CHECK(reader.readLayers(config));
    STRATA_TRY(const std::size_t window, reader.sizeOr("attention.sliding_window", 0));
    STRATA_CHECK(reader.readWindows(config, window, kPeriod));
    STRATA_TRY(const double logitCap, reader.numberOr("final_logit_softcapping", 0));
    config.logitSoftcap = static_cast<float>(logitCap);
    config.embeddingScale = std::sqrt(static_cast<float>(config.embeddingLength));
    // The largest model scales scores by the width of the model instead of that of a head; its file does not say so.
    if (config.layers.size() == kLayersOf27B)
        config.attentionScale =
            1 / std::sqrt(static_cast<float>(config.embeddingLength) / static_cast<float>(config.layers[0].heads));
    config.activation = Activation::GeluTanh;
    config.queryKeyNorms = true;
    config.postNorms = true;
    config.rope.interleaved = false;
    STRATA_CHECK(reader.readRope(config));
    return readLocalRope(reader, config);
}

}  // namespace strata::architectures_detail
