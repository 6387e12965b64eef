// Qwen 2 and 2.5: the llama family with rotary embeddings on the two halves of a head, and biases on queries, keys and
// values.
#include "core/model/architectures.h"
#include "core/model/config_reader.h"

namespace strata::architectures_detail {

Result<void> describeQwen2(const GgufFile& file, ModelConfig& config) {
    const ConfigReader reader(file, config.architecture);
    STRATA_CHECK(reader.readSizes(config));
    STRATA_CHECK(reader.readLayers(config));
    config.activation = Activation::Silu;
    config.rope.interleaved = false;
    return reader.readRope(config);
}

}  // namespace strata::architectures_detail
