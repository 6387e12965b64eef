// The forward pass of a decoder-only transformer, on any backend, whole or one decoder block at a time.
#pragma once

#include "core/backend.h"
#include "core/model/model_config.h"

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace strata {

/// Hands a model's tensors to a backend by name. A stack, a dense source being calibrated, and tests each have one.
class WeightBinder {
public:
    virtual ~WeightBinder() = default;
    /// Errors: NotFound when the tensor is missing.
    [[nodiscard]] virtual Result<MatrixId> matrix(std::string_view name) = 0;
    /// nullopt when the model has no such tensor (biases, optional norms).
    [[nodiscard]] virtual Result<std::optional<VectorId>> vector(std::string_view name) = 0;
    /// Errors: NotFound when the tensor is missing.
    [[nodiscard]] virtual Result<RouterId> router(std::string_view name, const RouterShape& shape) = 0;
    /// One matrix of every expert of a layer, by what matrix() gave.
    [[nodiscard]] virtual Result<ExpertsId> experts(std::span<const MatrixId> matrices) = 0;
};

/// Binds from a stack.
class StackBinder : public WeightBinder {
public:
    StackBinder(const StackFile& stack, Backend& backend) : m_stack(stack), m_backend(backend) {}
    [[nodiscard]] Result<MatrixId> matrix(std::string_view name) override;
    [[nodiscard]] Result<std::optional<VectorId>> vector(std::string_view name) override;
    [[nodiscard]] Result<RouterId> router(std::string_view name, const RouterShape& shape) override;
    [[nodiscard]] Result<ExpertsId> experts(std::span<const MatrixId> matrices) override;

private:
    const StackFile& m_stack;
    Backend& m_backend;
    std::map<std::string, MatrixId, std::less<>> m_matrices;
};

class BlockBinder;

/// The activation buffers that every layer shares; allocated once per backend.
struct ActivationBuffers {
    BufferId hidden, normed, q, k, v, attention, projected, gate, up, lastHidden, logits;
    BufferId expertGate, expertUp, expertDown;  ///< a row per route; only of models with experts
    RopeId rope, localRope;
    /// `withLogits` false: no room for logits (layer-wise passes).
    [[nodiscard]] static Result<ActivationBuffers> create(const ModelConfig& config, Backend& backend, bool withLogits);
};

/// One decoder block: x += attention(norm(x)); x += feedForward(norm(x)); some families normalise again before they
/// add. The feed-forward is one that every token passes, experts of which a router chooses some, or both.
class DecoderBlock {
public:
    /// `kvLayer` is the layer's place in the backend's KV cache (0 when layers are streamed through one).
    [[nodiscard]] static Result<DecoderBlock> bind(const ModelConfig& config, std::size_t layer, std::size_t kvLayer,
                                                   WeightBinder& binder);
    /// Works on buffers.hidden, positions [firstPosition, firstPosition + tokens).
    void forward(Backend& backend, const ActivationBuffers& buffers, std::size_t firstPosition,
                 std::size_t tokens) const;

private:
    // weights and shapes by id
    struct Weights {
        VectorId attentionNorm, feedForwardNorm;
        MatrixId q, k, v, output, gate, up, down;
        RouterId router;
        ExpertsId expertGate, expertUp, expertDown;
        std::optional<VectorId> attentionPostNorm, feedForwardPostNorm, sharedGate;
        std::optional<VectorId> qBias, kBias, vBias, outputBias, qNorm, kNorm, gateBias, upBias, downBias;
    };
    [[nodiscard]] Result<void> bindFeedForward(BlockBinder& tensors);
    void attend(Backend& backend, const ActivationBuffers& buffers, std::size_t firstPosition,
                std::size_t tokens) const;
    void feedForward(Backend& backend, const ActivationBuffers& buffers, std::size_t tokens) const;
    /// Both read buffers.normed and leave their answer in buffers.projected.
    void mixExperts(Backend& backend, const ActivationBuffers& buffers, std::size_t tokens) const;
    void passThrough(Backend& backend, const ActivationBuffers& buffers, std::size_t tokens) const;
    void addProjected(Backend& backend, const ActivationBuffers& buffers, const std::optional<VectorId>& postNorm,
                      std::size_t tokens) const;
    LayerConfig m_shape;
    float m_epsilon = 0;
    float m_attentionScale = 0;
    float m_attentionSoftcap = 0;
    Activation m_activation = Activation::Silu;
    std::size_t m_kvLayer = 0;
    Weights m_weights{};
};

/// Final norm and output head.
class OutputHead {
public:
    [[nodiscard]] static Result<OutputHead> bind(const ModelConfig& config, WeightBinder& binder);
    /// Rows [first, first + tokens) of buffers.hidden to buffers.logits rows [0, tokens).
    void forward(Backend& backend, const ActivationBuffers& buffers, std::size_t first, std::size_t tokens) const;

private:
    VectorId m_norm{};
    MatrixId m_head{};
    float m_epsilon = 0;
    float m_softcap = 0;
};

/// The whole model on one backend.
class Transformer {
public:
    /// `backend` must outlive the transformer. Sets the backend's KV shape.
    [[nodiscard]] static Result<Transformer> create(ModelConfig config, Backend& backend, WeightBinder& binder);

    /// Runs `ids` at positions [firstPosition, ...). The caller has reserved tokens (reserveTokens) and the KV cache
    /// that far (reserveKv); ids lie in the vocabulary. A batch gives the same values as its tokens one by one.
    /// isInterrupted is asked before every decoder block; true ends the pass, of which nothing counts then: false is
    /// returned, and these positions are to be run again.
    bool forward(std::span<const TokenId> ids, std::size_t firstPosition,
                 const std::function<bool()>& isInterrupted = {});
    /// Logits of tokens [first, first + tokens) of the last batch; at most as many as the reserved output tokens.
    void computeLogits(std::size_t first, std::size_t tokens);
    /// Logits of token first + row of the last computeLogits(): [vocabularySize].
    /// Errors: what an operator met since the last read.
    [[nodiscard]] Result<void> readLogits(std::size_t row, std::span<float> into) const;
    /// Of the same logits, those of the first `tokens` ids: the `count` largest, as Backend::largest(). `room` as for
    /// readLogits().
    [[nodiscard]] Result<std::vector<RankedValue>> largestLogits(std::size_t row, std::size_t tokens, std::size_t count,
                                                                 std::span<float> room) const;
    [[nodiscard]] const ModelConfig& config() const noexcept { return m_config; }

private:
    ModelConfig m_config;
    Backend* m_backend = nullptr;
    ActivationBuffers m_buffers{};
    MatrixId m_embedding{};
    std::vector<DecoderBlock> m_blocks;
    std::optional<OutputHead> m_head;
};

}  // namespace strata
