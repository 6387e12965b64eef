// Qwen 3: as Qwen 2, without its biases and with a norm of every query and key head before they are rotated.
#include "core/model/architectures.h"
#include "core/model/config_reader.h"

namespace strata::architectures_detail {

Result<void> describeQwen3(const GgufFile& file, ModelConfig& config) {
    const ConfigReader reader(file, config.architecture);
    STRATA_CHECK(reader.readSizes(config));
    STRATA_CHECK(reader.readLayers(config));
    config.queryKeyNorms = true;
    config.activation = Activation::Silu;
    config.rope.interleaved = false;
    return reader.readRope(config);
}

}  // namespace strata::architectures_detail
