#include "core/model/transformer.h"

#include <array>
#include <cmath>
#include <string>

namespace strata {
namespace {

/// Finds the tensors of one decoder block.
class BlockBinder {
public:
    BlockBinder(WeightBinder& binder, std::size_t layer)
        : m_binder(binder), m_prefix("blk." + std::to_string(layer) + ".") {}

    [[nodiscard]] Result<MatrixId> matrix(std::string_view stem) {
        return m_binder.matrix(m_prefix + std::string(stem) + ".weight");
    }
    [[nodiscard]] Result<VectorId> norm(std::string_view stem) {
        const std::string name = m_prefix + std::string(stem) + ".weight";
        STRATA_TRY(const std::optional<VectorId> found, m_binder.vector(name));
        if (!found) return fail(ErrorCode::NotFound, "tensor '" + name + "' is missing");
        return *found;
    }
    [[nodiscard]] Result<std::optional<VectorId>> optional(std::string_view name) {
        return m_binder.vector(m_prefix + std::string(name));
    }

private:
    WeightBinder& m_binder;
    std::string m_prefix;
};

void addBias(Backend& backend, const std::optional<VectorId>& bias, BufferId into, std::size_t tokens) {
    if (bias) backend.addBias(into, *bias, tokens);
}

}  // namespace

Result<MatrixId> StackBinder::matrix(std::string_view name) {
    // A tied head asks for the embedding again: one matrix, one place.
    if (const auto found = m_matrices.find(name); found != m_matrices.end()) return found->second;
    const int index = m_stack.findMatrix(name);
    if (index < 0) return fail(ErrorCode::NotFound, "matrix '" + std::string(name) + "' is missing");
    STRATA_TRY(const MatrixId id, m_backend.addMatrix(m_stack, static_cast<std::size_t>(index)));
    m_matrices.emplace(name, id);
    return id;
}

Result<std::optional<VectorId>> StackBinder::vector(std::string_view name) {
    const std::vector<float>* values = m_stack.dense(name);
    if (!values) return std::nullopt;
    STRATA_TRY(const VectorId id, m_backend.addVector(*values));
    return id;
}

Result<DecoderBlock> DecoderBlock::bind(const ModelConfig& config, std::size_t layer, std::size_t kvLayer,
                                        WeightBinder& binder) {
    BlockBinder tensors(binder, layer);
    DecoderBlock block;
    block.m_shape = config.layers[layer];
    block.m_epsilon = config.rmsEpsilon;
    block.m_activation = config.activation;
    block.m_kvLayer = kvLayer;
    block.m_attentionSoftcap = config.attentionSoftcap;
    block.m_attentionScale =
        config.attentionScale != 0 ? config.attentionScale : 1 / std::sqrt(static_cast<float>(block.m_shape.headDim));
    Weights& weights = block.m_weights;
    STRATA_TRY(weights.attentionNorm, tensors.norm("attn_norm"));
    STRATA_TRY(weights.feedForwardNorm, tensors.norm("ffn_norm"));
    if (config.postNorms) {
        STRATA_TRY(weights.attentionPostNorm, tensors.norm("post_attention_norm"));
        STRATA_TRY(weights.feedForwardPostNorm, tensors.norm("post_ffw_norm"));
    }
    STRATA_TRY(weights.q, tensors.matrix("attn_q"));
    STRATA_TRY(weights.k, tensors.matrix("attn_k"));
    STRATA_TRY(weights.v, tensors.matrix("attn_v"));
    STRATA_TRY(weights.output, tensors.matrix("attn_output"));
    STRATA_TRY(weights.gate, tensors.matrix("ffn_gate"));
    STRATA_TRY(weights.up, tensors.matrix("ffn_up"));
    STRATA_TRY(weights.down, tensors.matrix("ffn_down"));
    STRATA_TRY(weights.qBias, tensors.optional("attn_q.bias"));
    STRATA_TRY(weights.kBias, tensors.optional("attn_k.bias"));
    STRATA_TRY(weights.vBias, tensors.optional("attn_v.bias"));
    STRATA_TRY(weights.outputBias, tensors.optional("attn_output.bias"));
    STRATA_TRY(weights.qNorm, tensors.optional("attn_q_norm.weight"));
    STRATA_TRY(weights.kNorm, tensors.optional("attn_k_norm.weight"));
    STRATA_TRY(weights.gateBias, tensors.optional("ffn_gate.bias"));
    STRATA_TRY(weights.upBias, tensors.optional("ffn_up.bias"));
    STRATA_TRY(weights.downBias, tensors.optional("ffn_down.bias"));
    return block;
}

void DecoderBlock::forward(Backend& backend, const ActivationBuffers& buffers, std::size_t firstPosition,
                           std::size_t tokens) const {
    attend(backend, buffers, firstPosition, tokens);
    feedForward(backend, buffers, tokens);
}

void DecoderBlock::attend(Backend& backend, const ActivationBuffers& buffers, std::size_t firstPosition,
                          std::size_t tokens) const {
    backend.rmsNorm(buffers.hidden, m_weights.attentionNorm, m_epsilon, buffers.normed, tokens);
    const std::array jobs{ProductJob{m_weights.q, buffers.q}, ProductJob{m_weights.k, buffers.k},
                          ProductJob{m_weights.v, buffers.v}};
    backend.products(jobs, buffers.normed, tokens);
    addBias(backend, m_weights.qBias, buffers.q, tokens);
    addBias(backend, m_weights.kBias, buffers.k, tokens);
    addBias(backend, m_weights.vBias, buffers.v, tokens);
    if (m_weights.qNorm) backend.rmsNorm(buffers.q, *m_weights.qNorm, m_epsilon, buffers.q, tokens);
    if (m_weights.kNorm) backend.rmsNorm(buffers.k, *m_weights.kNorm, m_epsilon, buffers.k, tokens);
    backend.rope(buffers.rope, buffers.q, m_shape.heads, m_shape.headDim, firstPosition, tokens);
    backend.rope(buffers.rope, buffers.k, m_shape.kvHeads, m_shape.headDim, firstPosition, tokens);
    backend.storeKv(m_kvLayer, buffers.k, buffers.v, firstPosition, tokens);
    const AttentionShape shape{.layer = m_kvLayer,
                               .heads = m_shape.heads,
                               .window = m_shape.slidingWindow,
                               .scale = m_attentionScale,
                               .softcap = m_attentionSoftcap};
    backend.attention(shape, buffers.q, buffers.attention, firstPosition, tokens);
    const ProductJob output{m_weights.output, buffers.projected};
    backend.products({&output, 1}, buffers.attention, tokens);
    addBias(backend, m_weights.outputBias, buffers.projected, tokens);
    addProjected(backend, buffers, m_weights.attentionPostNorm, tokens);
}

void DecoderBlock::feedForward(Backend& backend, const ActivationBuffers& buffers, std::size_t tokens) const {
    backend.rmsNorm(buffers.hidden, m_weights.feedForwardNorm, m_epsilon, buffers.normed, tokens);
    const std::array jobs{ProductJob{m_weights.gate, buffers.gate}, ProductJob{m_weights.up, buffers.up}};
    backend.products(jobs, buffers.normed, tokens);
    addBias(backend, m_weights.gateBias, buffers.gate, tokens);
    addBias(backend, m_weights.upBias, buffers.up, tokens);
    backend.gate(m_activation, buffers.gate, buffers.up, buffers.gate, tokens);
    const ProductJob down{m_weights.down, buffers.projected};
    backend.products({&down, 1}, buffers.gate, tokens);
    addBias(backend, m_weights.downBias, buffers.projected, tokens);
    addProjected(backend, buffers, m_weights.feedForwardPostNorm, tokens);
}

void DecoderBlock::addProjected(Backend& backend, const ActivationBuffers& buffers,
                                const std::optional<VectorId>& postNorm, std::size_t tokens) const {
    if (postNorm) backend.rmsNorm(buffers.projected, *postNorm, m_epsilon, buffers.projected, tokens);
    backend.add(buffers.hidden, buffers.projected, tokens);
}

}  // namespace strata
