// Qwen 3 MoE: Qwen 2's attention without biases and with norms of query and key heads (which a file brings itself), and
// experts whose weights are normalised; no shared expert.
#include "core/model/architectures.h"
#include "core/model/config_reader.h"

namespace strata::architectures_detail {

Result<void> describeQwen3Moe(const GgufFile& file, ModelConfig& config) {
    STRATA_CHECK(describeQwen2(file, config));
    const ConfigReader reader(file, config.architecture);
    STRATA_TRY(const std::size_t used, reader.size("expert_used_count"));
    STRATA_CHECK(reader.readExperts(config, config.layers[0].feedForwardLength / used, true));
    for (LayerConfig& layer : config.layers) layer.feedForwardLength = 0;
    return {};
}

}  // namespace strata::architectures_detail
