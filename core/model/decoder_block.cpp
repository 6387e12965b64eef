#include "core/model/transformer.h"

#include <array>
#include <cmath>
#include <string>

namespace strata {

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
    [[nodiscard]] Result<RouterId> router(std::string_view stem, const RouterShape& shape) {
        return m_binder.router(m_prefix + std::string(stem) + ".weight", shape);
    }
    [[nodiscard]] Result<ExpertsId> experts(std::string_view stem, std::size_t count) {
        std::vector<MatrixId> matrices;
        for (std::size_t expert = 0; expert < count; ++expert) {
            STRATA_TRY(const MatrixId id, matrix(std::string(stem) + "." + std::to_string(expert)));
            matrices.push_back(id);
        }
        return m_binder.experts(matrices);
    }

private:
    WeightBinder& m_binder;
    std::string m_prefix;
};

namespace {

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

Result<RouterId> StackBinder::router(std::string_view name, const RouterShape& shape) {
    const std::vector<float>* values = m_stack.dense(name);
    if (!values) return fail(ErrorCode::NotFound, "tensor '" + std::string(name) + "' is missing");
    return m_backend.addRouter(*values, shape);
}

Result<ExpertsId> StackBinder::experts(std::span<const MatrixId> matrices) {
    return m_backend.addExperts(matrices);
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
    STRATA_TRY(weights.qBias, tensors.optional("attn_q.bias"));
    STRATA_TRY(weights.kBias, tensors.optional("attn_k.bias"));
    STRATA_TRY(weights.vBias, tensors.optional("attn_v.bias"));
    STRATA_TRY(weights.outputBias, tensors.optional("attn_output.bias"));
    STRATA_TRY(weights.qNorm, tensors.optional("attn_q_norm.weight"));
    STRATA_TRY(weights.kNorm, tensors.optional("attn_k_norm.weight"));
    STRATA_CHECK(block.bindFeedForward(tensors));
    return block;
}

Result<void> DecoderBlock::bindFeedForward(BlockBinder& tensors) {
    const RouterShape& router = m_shape.experts.router;
    if (router.experts > 0) {
        STRATA_TRY(m_weights.router, tensors.router("ffn_gate_inp", router));
        STRATA_TRY(m_weights.expertGate, tensors.experts("ffn_gate", router.experts));
        STRATA_TRY(m_weights.expertUp, tensors.experts("ffn_up", router.experts));
        STRATA_TRY(m_weights.expertDown, tensors.experts("ffn_down", router.experts));
        STRATA_TRY(m_weights.sharedGate, tensors.optional("ffn_gate_inp_shexp.weight"));
    }
    if (m_shape.feedForwardLength == 0) return {};
    const std::string suffix = router.experts > 0 ? "_shexp" : "";
    STRATA_TRY(m_weights.gate, tensors.matrix("ffn_gate" + suffix));
    STRATA_TRY(m_weights.up, tensors.matrix("ffn_up" + suffix));
    STRATA_TRY(m_weights.down, tensors.matrix("ffn_down" + suffix));
    STRATA_TRY(m_weights.gateBias, tensors.optional("ffn_gate" + suffix + ".bias"));
    STRATA_TRY(m_weights.upBias, tensors.optional("ffn_up" + suffix + ".bias"));
    STRATA_TRY(m_weights.downBias, tensors.optional("ffn_down" + suffix + ".bias"));
    return {};
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
    const RopeId rope = m_shape.localRope ? buffers.localRope : buffers.rope;
    backend.rope(rope, buffers.q, m_shape.heads, m_shape.headDim, firstPosition, tokens);
    backend.rope(rope, buffers.k, m_shape.kvHeads, m_shape.headDim, firstPosition, tokens);
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
    if (m_shape.experts.router.experts > 0) {
        mixExperts(backend, buffers, tokens);
        addProjected(backend, buffers, m_weights.feedForwardPostNorm, tokens);
    }
    if (m_shape.feedForwardLength > 0) {
        passThrough(backend, buffers, tokens);
        addProjected(backend, buffers, m_weights.feedForwardPostNorm, tokens);
    }
}

void DecoderBlock::mixExperts(Backend& backend, const ActivationBuffers& buffers, std::size_t tokens) const {
    backend.route(m_weights.router, buffers.normed, tokens);
    const std::array jobs{ExpertJob{m_weights.expertGate, buffers.expertGate},
                          ExpertJob{m_weights.expertUp, buffers.expertUp}};
    backend.expertProducts(jobs, buffers.normed, tokens);
    backend.gate(m_activation, buffers.expertGate, buffers.expertUp, buffers.expertGate,
                 tokens * m_shape.experts.router.used);
    const ExpertJob down{m_weights.expertDown, buffers.expertDown};
    backend.expertProducts({&down, 1}, buffers.expertGate, tokens);
    backend.combineRoutes(buffers.expertDown, buffers.projected, tokens);
}

void DecoderBlock::passThrough(Backend& backend, const ActivationBuffers& buffers, std::size_t tokens) const {
    const std::array jobs{ProductJob{m_weights.gate, buffers.gate}, ProductJob{m_weights.up, buffers.up}};
    backend.products(jobs, buffers.normed, tokens);
    addBias(backend, m_weights.gateBias, buffers.gate, tokens);
    addBias(backend, m_weights.upBias, buffers.up, tokens);
    backend.gate(m_activation, buffers.gate, buffers.up, buffers.gate, tokens);
    const ProductJob down{m_weights.down, buffers.projected};
    backend.products({&down, 1}, buffers.gate, tokens);
    addBias(backend, m_weights.downBias, buffers.projected, tokens);
    if (m_weights.sharedGate) backend.scaleByGate(buffers.projected, *m_weights.sharedGate, buffers.normed, tokens);
}

void DecoderBlock::addProjected(Backend& backend, const ActivationBuffers& buffers,
                                const std::optional<VectorId>& postNorm, std::size_t tokens) const {
    if (postNorm) backend.rmsNorm(buffers.projected, *postNorm, m_epsilon, buffers.projected, tokens);
    backend.add(buffers.hidden, buffers.projected, tokens);
}

}  // namespace strata
