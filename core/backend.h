// The one interface that every compute device implements. The CPU implementation (core/cpu/cpu_backend.h) is the
// reference for the others. Weights, activations and caches are opaque handles; operators are recorded or run in the
// order of the calls, and their results are visible to read() afterwards.
#pragma once

#include "core/base/half.h"
#include "core/base/result.h"
#include "core/stack/block_schedule.h"
#include "core/text/tokenizer.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace strata {

enum class MatrixId : std::uint32_t {};
enum class VectorId : std::uint32_t {};
enum class BufferId : std::uint32_t {};  ///< activations [tokens, width], float32
enum class RopeId : std::uint32_t {};
enum class RouterId : std::uint32_t {};
enum class ExpertsId : std::uint32_t {};  ///< the same matrix of every expert of a layer

/// How many rows a buffer has room for: one per token of a batch, one per token whose logits are wanted, or one per
/// route (a token and one of its experts; their order is the backend's own).
enum class BufferRows : std::uint8_t { Tokens, Outputs, Routes };

enum class Activation : std::uint8_t { Silu, GeluTanh };

/// Rotary embedding of one kind: angle of pair i at position t = t * inverseFrequencies[i]; cos and sin are multiplied
/// by `magnitude` (YaRN). interleaved: pairs (2i, 2i+1); else (i, i + pairs). Only the first 2 * pairs of a head are
/// rotated.
struct RopeDescription {
    std::vector<double> inverseFrequencies;
    double magnitude = 1;
    bool interleaved = true;
};

/// Shape of a KV cache: per layer, since layers may differ.
struct KvShape {
    struct Layer {
        std::size_t kvHeads = 0;
        std::size_t headDim = 0;
        std::size_t heads = 0;  ///< query heads, if known: scratch for attention() is then set aside at once
        bool isHeld = true;     ///< else its keys and values are elsewhere, and take no room here (scratch is as if)
    };
    std::vector<Layer> layers;
};

struct AttentionShape {
    std::size_t layer = 0;
    std::size_t heads = 0;   ///< query heads; KV heads and headDim are the cache's
    std::size_t window = 0;  ///< 0 = everything before
    float scale = 1;
    float softcap = 0;
};

/// One matrix of several that read the same input.
struct ProductJob {
    MatrixId matrix;
    BufferId y;
};

/// What of a backend stands in memory of a device's own, which is none of the process's.
struct DeviceMemory {
    std::uint64_t weightBytes = 0;  ///< copies of blocks
    std::uint64_t totalBytes = 0;   ///< the same with what of scratch and KV cache is there
};

/// What a device says now of its own memory: of its largest part.
struct DeviceRoom {
    std::uint64_t budgetBytes = 0;  ///< that this process may use, what it uses included
    std::uint64_t usedBytes = 0;    ///< by all of this process
    std::uint64_t heldBytes = 0;    ///< of these, the backend's, by its own count at the same time
    /// What the backend may hold, what it holds included.
    [[nodiscard]] constexpr std::uint64_t allowedBytes() const noexcept {
        return budgetBytes + heldBytes > usedBytes ? budgetBytes + heldBytes - usedBytes : 0;
    }
};

/// Asks the device of a backend for its room. Any thread, also while the backend computes or goes.
class DeviceGauge {
public:
    virtual ~DeviceGauge() = default;
    /// Nullopt once the backend has gone.
    [[nodiscard]] virtual std::optional<DeviceRoom> room() const = 0;
};

/// One matrix of every expert, of several that read the same input.
struct ExpertJob {
    ExpertsId experts;
    BufferId y;  ///< of BufferRows::Routes
};

/// One of the largest values of a row.
struct RankedValue {
    float value = 0;
    std::uint32_t index = 0;
};
/// Larger values first, equal ones by index. Neither is NaN.
[[nodiscard]] inline bool ranksBefore(const RankedValue& a, const RankedValue& b) noexcept {
    return a.value != b.value ? a.value > b.value : a.index < b.index;
}
/// Most that Backend::largest() is asked for.
inline constexpr std::size_t kMostRanked = 64;

/// Thread contract: one caller at a time. `tokens` never exceeds reserveTokens().
class Backend {
public:
    virtual ~Backend() = default;
    [[nodiscard]] virtual std::string_view name() const noexcept = 0;

    // --- weights ---
    /// Announces matrix `index` of a stack, which must outlive the backend; its blocks come with use().
    [[nodiscard]] virtual Result<MatrixId> addMatrix(const StackFile& stack, std::size_t index) = 0;
    [[nodiscard]] virtual Result<VectorId> addVector(std::span<const float> values) = 0;
    /// A router [shape.experts, width of what it reads]; `weights` must outlive the backend. Buffers of
    /// BufferRows::Routes have as many rows per token as the most generous router uses experts.
    [[nodiscard]] virtual Result<RouterId> addRouter(std::span<const float> weights, const RouterShape& shape) = 0;
    /// matrices[e] is expert e's; all of one shape. After the layer's router.
    [[nodiscard]] virtual Result<ExpertsId> addExperts(std::span<const MatrixId> matrices) = 0;
    /// From now on products use these blocks; the previous schedule is let go. Between two tokens only.
    [[nodiscard]] virtual Result<void> use(std::shared_ptr<const BlockSchedule> schedule) = 0;

    /// The processor, and a device that reads all from the process's memory, have none.
    [[nodiscard]] virtual DeviceMemory deviceMemory() const noexcept { return {}; }
    /// Null where there is no such memory, and where the device does not tell what other programs leave of it.
    [[nodiscard]] virtual std::shared_ptr<const DeviceGauge> deviceGauge() const { return nullptr; }
    /// Whether use() copies the blocks of the matrices that a schedule holds, each once: while schedules of the same
    /// matrices are in use that reach as far, it does not look at the process's copies again.
    [[nodiscard]] virtual bool keepsWeights() const noexcept { return false; }
    /// DeviceMemory::weightBytes under a schedule of `blocks` blocks that holds the matrices with a mark; once there
    /// are matrices.
    [[nodiscard]] virtual std::uint64_t deviceBytesFor(const std::vector<bool>& /*matrices*/,
                                                       std::size_t /*blocks*/) const noexcept {
        return 0;
    }

    // --- activations ---
    [[nodiscard]] virtual Result<BufferId> addBuffer(std::size_t width, BufferRows rows) = 0;
    [[nodiscard]] virtual Result<RopeId> addRope(const RopeDescription& rope) = 0;
    /// Room for this many rows in every buffer, by its kind; a change keeps no contents. Gives memory back when it
    /// shrinks. Errors: OutOfMemory.
    [[nodiscard]] virtual Result<void> reserveTokens(std::size_t tokens, std::size_t outputTokens) = 0;
    virtual void write(BufferId into, std::size_t firstToken, std::span<const float> values) = 0;
    /// Errors: that of the first operator that failed since the last read() (memory, a lost device).
    [[nodiscard]] virtual Result<void> read(BufferId from, std::size_t firstToken, std::span<float> values) = 0;
    /// The `count` largest (1 to kMostRanked) of the first `width` values of a row, ranked; NaN is none of them, so
    /// that they may be fewer. `room`, as long as the row, may be clobbered. A device reads back these alone. Errors:
    /// as read().
    [[nodiscard]] virtual Result<std::vector<RankedValue>> largest(BufferId x, std::size_t row, std::size_t width,
                                                                   std::size_t count, std::span<float> room) = 0;
    /// Bytes of buffers and of everything else that operators need beside weights and KV cache.
    [[nodiscard]] virtual std::uint64_t scratchBytes() const noexcept = 0;
    /// Bytes that reserveTokens(tokens, outputTokens) would make it.
    [[nodiscard]] virtual std::uint64_t scratchBytesFor(std::size_t tokens,
                                                        std::size_t outputTokens) const noexcept = 0;

    // --- KV cache: one per backend, grows by pages ---
    /// Where only the layers that are held change, those that stay keep their contents, and those that come have room
    /// for as many positions; else the cache is empty, without room. Errors: Unsupported, OutOfMemory; the cache holds
    /// nothing sure then.
    [[nodiscard]] virtual Result<void> setKvShape(const KvShape& shape) = 0;
    /// Room for positions [0, tokens). Errors: OutOfMemory.
    [[nodiscard]] virtual Result<void> reserveKv(std::size_t tokens) = 0;
    /// Gives back the pages after the one that holds position tokens - 1.
    virtual void truncateKv(std::size_t tokens) = 0;
    [[nodiscard]] virtual std::uint64_t kvBytes() const noexcept = 0;
    /// Bytes that reserveKv(tokens) would make it.
    [[nodiscard]] virtual std::uint64_t kvBytesFor(std::size_t tokens) const noexcept = 0;
    /// Positions by which the cache grows at once; kvBytesFor(1) is what they take.
    [[nodiscard]] virtual std::size_t kvGrowthTokens() const noexcept { return kKvPageTokens; }

    /// Keys, then values, of positions [0, tokens) of a layer: [2][tokens][kvHeads][headDim], in either direction. What
    /// is written has been reserved. Errors: as read(); Unsupported where a backend has no such road.
    [[nodiscard]] virtual Result<void> readKv(std::size_t /*layer*/, std::size_t /*tokens*/,
                                              std::span<Half> /*values*/) {
        return fail(ErrorCode::Unsupported, "this backend's KV cache cannot be read");
    }
    [[nodiscard]] virtual Result<void> writeKv(std::size_t /*layer*/, std::size_t /*tokens*/,
                                               std::span<const Half> /*values*/) {
        return fail(ErrorCode::Unsupported, "this backend's KV cache cannot be written");
    }

    // --- operators ---
    /// What follows belongs to decoder block `layer`, or to what comes behind the last one. For backends that are made
    /// of several.
    virtual void enterLayer(std::size_t /*layer*/) {}
    virtual void enterHead() {}
    /// out[t] = scale * row ids[t] of the matrix.
    virtual void embed(MatrixId matrix, std::span<const TokenId> ids, float scale, BufferId out) = 0;
    /// Each row of [tokens, width] cut into runs of the weight's length, each normalised alone (whole rows, or heads).
    virtual void rmsNorm(BufferId x, VectorId weight, float epsilon, BufferId out, std::size_t tokens) = 0;
    /// y = W x for every job; all read the same x (rotated and quantized once).
    virtual void products(std::span<const ProductJob> jobs, BufferId x, std::size_t tokens) = 0;
    virtual void addBias(BufferId into, VectorId bias, std::size_t tokens) = 0;
    virtual void rope(RopeId rope, BufferId x, std::size_t heads, std::size_t headDim, std::size_t firstPosition,
                      std::size_t tokens) = 0;
    virtual void storeKv(std::size_t layer, BufferId k, BufferId v, std::size_t firstPosition, std::size_t tokens) = 0;
    virtual void attention(const AttentionShape& shape, BufferId q, BufferId out, std::size_t firstPosition,
                           std::size_t tokens) = 0;
    /// Chooses each token's experts by the softmax of router * x. Holds for what follows, until the next route().
    virtual void route(RouterId router, BufferId x, std::size_t tokens) = 0;
    /// Row of y = W_e x for every route of the tokens; x holds a row per token, or a row per route. Of the matrices
    /// only those of experts with a route are read, each once.
    virtual void expertProducts(std::span<const ExpertJob> jobs, BufferId x, std::size_t tokens) = 0;
    /// out[token] = sum of weight * x[route] over its routes, most likely expert first.
    virtual void combineRoutes(BufferId x, BufferId out, std::size_t tokens) = 0;
    /// x[token] *= 1 / (1 + exp(-gate . by[token])).
    virtual void scaleByGate(BufferId x, VectorId gate, BufferId by, std::size_t tokens) = 0;
    /// out = activation(gate) * up. Of buffers with a row per route, `tokens` counts routes.
    virtual void gate(Activation activation, BufferId gate, BufferId up, BufferId out, std::size_t tokens) = 0;
    virtual void add(BufferId into, BufferId x, std::size_t tokens) = 0;
    /// x = cap * tanh(x / cap).
    virtual void softcap(BufferId x, float cap, std::size_t tokens) = 0;
    /// Rows [first, first + tokens) of `from` to rows [0, tokens) of `to`.
    virtual void copyRows(BufferId from, std::size_t first, BufferId to, std::size_t tokens) = 0;
};

}  // namespace strata
