// Gemma 2: scaled embeddings, a norm before and after each half of a block, GELU, rotary embeddings on the two halves
// of a head, soft caps on scores and logits, and a sliding window in every other layer, beginning with the first.
#include "core/model/architectures.h"
#include "core/model/config_reader.h"

#include <cmath>

namespace strata::architectures_detail {
namespace {

constexpr std::size_t kWindow = 4096;
constexpr std::size_t kLayersOf27B = 46;

}  // namespace

Result<void> describeGemma2(const GgufFile& file, ModelConfig& config) {
    const ConfigReader reader(file, config.architecture);
    STRATA_CHECK(reader.readSizes(config));
    STRATA_CHECK(reader.readLayers(config));
    STRATA_TRY(const std::size_t window, reader.sizeOr("attention.sliding_window", kWindow));
    STRATA_CHECK(reader.readWindows(config, window, 2));
    STRATA_TRY(const double attentionCap, reader.numberOr("attn_logit_softcapping", 50));
    STRATA_TRY(const double logitCap, reader.numberOr("final_logit_softcapping", 30));
    config.attentionSoftcap = static_cast<float>(attentionCap);
    config.logitSoftcap = static_cast<float>(logitCap);
    config.embeddingScale = std::sqrt(static_cast<float>(config.embeddingLength));
    // The largest model scales scores by the width of the model instead of that of a head; its file does not say so.
    if (config.layers.size() == kLayersOf27B)
        config.attentionScale =
            1 / std::sqrt(static_cast<float>(config.embeddingLength) / static_cast<float>(config.layers[0].heads));
    config.activation = Activation::GeluTanh;
    config.postNorms = true;
    config.rope.interleaved = false;
    return reader.readRope(config);
}

}  // namespace strata::architectures_detail
