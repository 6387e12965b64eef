// Phi-3, 3.5 and 4: queries, keys and values in one tensor, gate and up in another; rotary embeddings on the two halves
// of a head, or of its first part, with factors for short and for long contexts; a sliding window in some models.
#include "core/model/architectures.h"
#include "core/model/config_reader.h"

#include <array>

namespace strata::architectures_detail {
namespace {

using namespace std::string_view_literals;

constexpr std::array kAttention{"attn_q"sv, "attn_k"sv, "attn_v"sv};
constexpr std::array kFeedForward{"ffn_gate"sv, "ffn_up"sv};

/// The first files do not say that the models of 4,096 positions have a window.
constexpr std::size_t kUnsaidWindow = 2047;
constexpr std::size_t kContextOfUnsaidWindow = 4096;

}  // namespace

Result<void> describePhi3(const GgufFile& file, ModelConfig& config) {
    const ConfigReader reader(file, config.architecture);
    STRATA_CHECK(reader.readSizes(config));
    STRATA_CHECK(reader.readLayers(config));
    const std::size_t unsaid = config.contextLength == kContextOfUnsaidWindow ? kUnsaidWindow : 0;
    STRATA_TRY(const std::size_t window, reader.sizeOr("attention.sliding_window", unsaid));
    for (LayerConfig& layer : config.layers) layer.slidingWindow = window;
    if (!reader.hasTensor("blk.0.attn_q.weight")) config.storeTogether("attn_qkv", kAttention);
    if (!reader.hasTensor("blk.0.ffn_gate.weight")) config.storeTogether("ffn_up", kFeedForward);
    config.activation = Activation::Silu;
    config.rope.interleaved = false;
    return reader.readRope(config);
}

}  // namespace strata::architectures_detail
