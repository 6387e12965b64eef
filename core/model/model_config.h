// What a model is, read from the metadata of its file: sizes and the choices that distinguish families. A new family is
// a description in core/model/architectures and, at most, an operator; never a second engine.
#pragma once

#include "core/backend.h"
#include "core/base/result.h"
#include "core/io/gguf.h"
#include "core/stack/stack_file.h"

#include <cstddef>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace strata {

/// A mixture of experts: feed-forwards of which a router chooses a few for every token.
struct ExpertsConfig {
    RouterShape router;      ///< experts = 0: none, an ordinary feed-forward
    std::size_t length = 0;  ///< feed-forward length of each
};

struct LayerConfig {
    std::size_t heads = 0;
    std::size_t kvHeads = 0;
    std::size_t headDim = 0;
    std::size_t feedForwardLength = 0;  ///< of what every token passes; beside experts, the shared one's; 0 = none
    std::size_t slidingWindow = 0;      ///< 0 = full attention
    bool localRope = false;             ///< rotates by ModelConfig::localRope instead of rope
    ExpertsConfig experts = {};
};

/// Rows of a tensor of a source: where a family stores several linear layers as one, each is a run of its rows.
struct TensorSlice {
    std::string tensor;
    std::size_t firstRow = 0, rows = 0;
    std::size_t tensorRows = 0;  ///< of the whole tensor
};

/// Frequencies for contexts longer than the one a model was first trained with (longrope).
struct LongContextRope {
    std::size_t aboveTokens = 0;
    std::vector<double> inverseFrequencies;
};

/// A tensor of a decoder block that stays float32: norms (needed), biases (optional), a router [rows, length].
struct VectorShape {
    std::string name;
    std::size_t length = 0;
    bool optional = false;
    std::size_t rows = 1;
};

struct ModelConfig {
    std::string architecture;  ///< "llama"
    std::string name;
    std::size_t contextLength = 0;  ///< what the model was trained for
    std::size_t embeddingLength = 0;
    std::size_t vocabularySize = 0;
    std::vector<LayerConfig> layers;
    float rmsEpsilon = 1e-5F;
    float embeddingScale = 1;
    float attentionScale = 0;    ///< 0 = 1 / sqrt(headDim)
    float attentionSoftcap = 0;  ///< of scores; 0 = none, else cap * tanh(score / cap)
    float logitSoftcap = 0;      ///< of logits, likewise
    bool postNorms = false;      ///< attention and feed-forward are normalised before they are added, too
    bool queryKeyNorms = false;  ///< each head's query and key is normalised before it is rotated; else where a norm is
    Activation activation = Activation::Silu;
    RopeDescription rope;                            ///< frequencies after scaling (linear, llama3, yarn, longrope)
    RopeDescription localRope;                       ///< of layers that say so; without frequencies where none does
    std::optional<LongContextRope> longContextRope;  ///< see useContext()
    /// Linears that a source stores within other tensors, by name.
    std::map<std::string, TensorSlice, std::less<>> slices;
    bool tiedEmbedding = false;    ///< the head is the embedding
    std::uint64_t parameters = 0;  ///< of matrices and norms, a tied matrix once

    /// From `<arch>.*` metadata of a GGUF source or a stack.
    /// Errors: Unsupported (family named, with the list of known ones), NotFound / Corrupt (key named).
    [[nodiscard]] static Result<ModelConfig> fromGguf(const GgufFile& file);

    /// Names of the linear layers of a decoder block, e.g. "blk.3.attn_q.weight", in the order of the forward pass;
    /// each with the index of the input it shares (q, k, v read one input; gate and up another). An expert's gate, up
    /// and down stand together, and its inputs are its own: those of the tokens that are routed to it.
    struct Linear {
        std::string name;
        std::size_t rows, columns;
        unsigned input;  ///< 0 attention in, 1 attention out, 2 feed-forward in, 3 feed-forward out
        std::optional<std::size_t> expert = std::nullopt;
    };
    [[nodiscard]] std::vector<Linear> linears(std::size_t layer) const;
    /// Norms, biases and routers of a decoder block.
    [[nodiscard]] std::vector<VectorShape> vectors(std::size_t layer) const;
    /// Vectors of no decoder block: the last norm, and factors of the rotary frequencies (optional).
    [[nodiscard]] std::vector<VectorShape> sharedVectors() const;
    [[nodiscard]] KvShape kvShape() const;

    /// A source stores the linears `parts` ("attn_q"), one after the other, as rows of the tensor `whole` ("attn_qkv"),
    /// in every layer. Stacks always hold them apart. Needs the layers' sizes.
    void storeTogether(std::string_view whole, std::span<const std::string_view> parts);
    /// Chooses what depends on how long the context may become, before the model is bound to a backend; without it, the
    /// shortest. Never while there are keys in a cache: they are rotated.
    void useContext(std::size_t tokens);
};

inline constexpr std::string_view kEmbeddingName = "token_embd.weight";
inline constexpr std::string_view kOutputName = "output.weight";
inline constexpr std::string_view kOutputNormName = "output_norm.weight";
/// Divisors of the rotary frequencies, [pairs]: of every context (llama3), of short and of long ones (longrope).
inline constexpr std::string_view kRopeFactorsName = "rope_freqs.weight";
inline constexpr std::string_view kShortRopeFactorsName = "rope_factors_short.weight";
inline constexpr std::string_view kLongRopeFactorsName = "rope_factors_long.weight";

/// Where GGUF files keep an expert's matrix "blk.3.ffn_gate.17.weight": in slice 17 of "blk.3.ffn_gate_exps.weight"
/// (old files have it alone, by the first name).
struct ExpertSlice {
    std::string tensor;
    std::size_t expert = 0;
};
/// nullopt for any other name.
[[nodiscard]] std::optional<ExpertSlice> findExpertSlice(std::string_view name);

/// Checks that every matrix and vector of `config` is in the stack with the right shape, so that nothing later has to.
/// Errors: NotFound, Corrupt; tensor, found shape and expected shape are named.
[[nodiscard]] Result<void> checkShapes(const ModelConfig& config, const StackFile& stack);
/// The same for a source model.
[[nodiscard]] Result<void> checkShapes(const ModelConfig& config, const GgufFile& source);

}  // namespace strata
