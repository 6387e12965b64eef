// The llama family: RMS norms, rotary embeddings on interleaved pairs (files hold query and key rows permuted for
// that), grouped-query attention, gated SiLU feed-forward, optional biases.
#include "core/model/architectures.h"
#include "core/model/config_reader.h"

namespace strata::architectures_detail {

Result<void> describeLlama(const GgufFile& file, ModelConfig& config) {
    const ConfigReader reader(file, config.architecture);
    STRATA_TRY(const std::uint64_t experts, reader.sizeOr("expert_count", 0));
    if (experts > 0)
        return fail(ErrorCode::Unsupported, "a mixture of " + std::to_string(experts) + " experts",
                    "choose a model without experts");
    STRATA_CHECK(reader.readSizes(config));
    STRATA_CHECK(reader.readLayers(config));
    STRATA_TRY(const std::size_t window, reader.sizeOr("attention.sliding_window", 0));
    for (LayerConfig& layer : config.layers) layer.slidingWindow = window;
    config.activation = Activation::Silu;
    config.rope.interleaved = true;
    return reader.readRope(config);
}

}  // namespace strata::architectures_detail
