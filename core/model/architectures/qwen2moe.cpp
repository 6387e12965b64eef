// Qwen 1.5 MoE, Qwen 2 MoE: Qwen 2 with experts, whose weights are their probabilities as they are, beside a shared
// expert that every token passes and a gate weighs.
#include "core/model/architectures.h"
#include "core/model/config_reader.h"

namespace strata::architectures_detail {

Result<void> describeQwen2Moe(const GgufFile& file, ModelConfig& config) {
    STRATA_CHECK(describeQwen2(file, config));
    const ConfigReader reader(file, config.architecture);
    const std::size_t length = config.layers[0].feedForwardLength;
    STRATA_TRY(const std::size_t used, reader.size("expert_used_count"));
    STRATA_CHECK(reader.readExperts(config, length / used, false));
    STRATA_TRY(const std::size_t shared, reader.sizeOr("expert_shared_feed_forward_length", length));
    for (LayerConfig& layer : config.layers) layer.feedForwardLength = shared;
    return {};
}

}  // namespace strata::architectures_detail
