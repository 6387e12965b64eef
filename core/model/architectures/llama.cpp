// The llama family: RMS norms, rotary embeddings on interleaved pairs (files hold query and key rows permuted for
// that), grouped-query attention, gated SiLU feed-forward, optional biases. Mixtral: the same with experts instead of
// the feed-forward, their weights normalised.
#include "core/model/architectures.h"
#include "core/model/config_reader.h"

namespace strata::architectures_detail {

Result<void> describeLlama(const GgufFile& file, ModelConfig& config) {
    const ConfigReader reader(file, config.architecture);
    STRATA_CHECK(reader.readSizes(config));
    STRATA_CHECK(reader.readLayers(config));
    STRATA_TRY(const std::size_t experts, reader.sizeOr("expert_count", 0));
    if (experts > 0) {
        STRATA_CHECK(reader.readExperts(config, config.layers[0].feedForwardLength, true));
        for (LayerConfig& layer : config.layers) layer.feedForwardLength = 0;
    }
    STRATA_TRY(const std::size_t window, reader.sizeOr("attention.sliding_window", 0));
    for (LayerConfig& layer : config.layers) layer.slidingWindow = window;
    config.activation = Activation::Silu;
    config.rope.interleaved = true;
    return reader.readRope(config);
}

}  // namespace strata::architectures_detail
