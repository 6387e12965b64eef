#include "core/model/transformer.h"

#include <algorithm>
#include <cassert>
#include <string>

namespace strata {

Result<ActivationBuffers> ActivationBuffers::create(const ModelConfig& config, Backend& backend, bool withLogits) {
    std::size_t queries = 0, keys = 0, inner = 0, expert = 0;
    for (const LayerConfig& layer : config.layers) {
        queries = std::max(queries, layer.heads * layer.headDim);
        keys = std::max(keys, layer.kvHeads * layer.headDim);
        inner = std::max(inner, layer.feedForwardLength);
        expert = std::max(expert, layer.experts.length);
    }
    const std::size_t width = config.embeddingLength;
    ActivationBuffers buffers{};
    STRATA_TRY(buffers.hidden, backend.addBuffer(width, BufferRows::Tokens));
    STRATA_TRY(buffers.normed, backend.addBuffer(width, BufferRows::Tokens));
    STRATA_TRY(buffers.q, backend.addBuffer(queries, BufferRows::Tokens));
    STRATA_TRY(buffers.k, backend.addBuffer(keys, BufferRows::Tokens));
    STRATA_TRY(buffers.v, backend.addBuffer(keys, BufferRows::Tokens));
    STRATA_TRY(buffers.attention, backend.addBuffer(queries, BufferRows::Tokens));
    STRATA_TRY(buffers.projected, backend.addBuffer(width, BufferRows::Tokens));
    STRATA_TRY(buffers.gate, backend.addBuffer(inner, BufferRows::Tokens));
    STRATA_TRY(buffers.up, backend.addBuffer(inner, BufferRows::Tokens));
    if (expert > 0) {
        STRATA_TRY(buffers.expertGate, backend.addBuffer(expert, BufferRows::Routes));
        STRATA_TRY(buffers.expertUp, backend.addBuffer(expert, BufferRows::Routes));
        STRATA_TRY(buffers.expertDown, backend.addBuffer(width, BufferRows::Routes));
    }
    if (withLogits) {
        STRATA_TRY(buffers.lastHidden, backend.addBuffer(width, BufferRows::Outputs));
        STRATA_TRY(buffers.logits, backend.addBuffer(config.vocabularySize, BufferRows::Outputs));
    }
    STRATA_TRY(buffers.rope, backend.addRope(config.rope));
    buffers.localRope = buffers.rope;
    if (!config.localRope.inverseFrequencies.empty()) {
        STRATA_TRY(buffers.localRope, backend.addRope(config.localRope));
    }
    return buffers;
}

Result<OutputHead> OutputHead::bind(const ModelConfig& config, WeightBinder& binder) {
    OutputHead head;
    STRATA_TRY(const std::optional<VectorId> norm, binder.vector(kOutputNormName));
    if (!norm) return fail(ErrorCode::NotFound, "tensor 'output_norm.weight' is missing");
    head.m_norm = *norm;
    STRATA_TRY(head.m_head, binder.matrix(config.tiedEmbedding ? kEmbeddingName : kOutputName));
    head.m_epsilon = config.rmsEpsilon;
    head.m_softcap = config.logitSoftcap;
    return head;
}

void OutputHead::forward(Backend& backend, const ActivationBuffers& buffers, std::size_t first,
                         std::size_t tokens) const {
    backend.copyRows(buffers.hidden, first, buffers.lastHidden, tokens);
    backend.rmsNorm(buffers.lastHidden, m_norm, m_epsilon, buffers.lastHidden, tokens);
    const ProductJob job{m_head, buffers.logits};
    backend.products({&job, 1}, buffers.lastHidden, tokens);
    if (m_softcap > 0) backend.softcap(buffers.logits, m_softcap, tokens);
}

Result<Transformer> Transformer::create(ModelConfig config, Backend& backend, WeightBinder& binder) {
    Transformer model;
    model.m_backend = &backend;
    STRATA_CHECK(backend.setKvShape(config.kvShape()));
    STRATA_TRY(model.m_buffers, ActivationBuffers::create(config, backend, true));
    STRATA_TRY(model.m_embedding, binder.matrix(kEmbeddingName));
    for (std::size_t layer = 0; layer < config.layers.size(); ++layer) {
        STRATA_TRY(DecoderBlock block, DecoderBlock::bind(config, layer, layer, binder));
        model.m_blocks.push_back(std::move(block));
    }
    STRATA_TRY(model.m_head, OutputHead::bind(config, binder));
    model.m_config = std::move(config);
    return model;
}

bool Transformer::forward(std::span<const TokenId> ids, std::size_t firstPosition,
                          const std::function<bool()>& isInterrupted) {
    assert(!ids.empty());
    m_backend->embed(m_embedding, ids, m_config.embeddingScale, m_buffers.hidden);
    for (std::size_t layer = 0; layer < m_blocks.size(); ++layer) {
        if (isInterrupted && isInterrupted()) return false;
        m_backend->enterLayer(layer);
        m_blocks[layer].forward(*m_backend, m_buffers, firstPosition, ids.size());
    }
    return true;
}

void Transformer::computeLogits(std::size_t first, std::size_t tokens) {
    m_backend->enterHead();
    m_head->forward(*m_backend, m_buffers, first, tokens);
}

Result<void> Transformer::readLogits(std::size_t row, std::span<float> into) const {
    return m_backend->read(m_buffers.logits, row, into);
}

Result<std::vector<RankedValue>> Transformer::largestLogits(std::size_t row, std::size_t tokens, std::size_t count,
                                                            std::span<float> room) const {
    return m_backend->largest(m_buffers.logits, row, tokens, count, room);
}

}  // namespace strata
