// The CPU implementation of Backend: the reference for every other one.
#pragma once

#include "core/backend.h"
#include "core/base/thread_pool.h"
#include "core/cpu/cpu_matrix.h"
#include "core/cpu/cpu_scratch.h"
#include "core/cpu/kv_cache.h"
#include "core/cpu/page_memory.h"
#include "core/cpu/routing.h"
#include "core/kernels/kernels.h"

#include <functional>
#include <optional>
#include <span>
#include <vector>

namespace strata {

/// Operators run at once, on the pool's threads where that pays. A token's values depend neither on the number of
/// threads nor on the tokens computed with it. Buffers, scratch and KV cache are whole pages, given back when they
/// shrink.
///
/// A subclass may replace addMatrix(), addExperts(), use(), embed(), products() and expertProducts() (weights of
/// another kind) and inherit the rest. It reads and writes activations by row().
class CpuBackend : public Backend {
public:
    /// Both must outlive the backend.
    CpuBackend(ThreadPool& pool, const Kernels& kernels);

    [[nodiscard]] std::string_view name() const noexcept override;
    [[nodiscard]] Result<MatrixId> addMatrix(const StackFile& stack, std::size_t index) override;
    [[nodiscard]] Result<VectorId> addVector(std::span<const float> values) override;
    [[nodiscard]] Result<RouterId> addRouter(std::span<const float> weights, const RouterShape& shape) override;
    [[nodiscard]] Result<ExpertsId> addExperts(std::span<const MatrixId> matrices) override;
    [[nodiscard]] Result<void> use(std::shared_ptr<const BlockSchedule> schedule) override;

    [[nodiscard]] Result<BufferId> addBuffer(std::size_t width, BufferRows rows) override;
    [[nodiscard]] Result<RopeId> addRope(const RopeDescription& rope) override;
    [[nodiscard]] Result<void> reserveTokens(std::size_t tokens, std::size_t outputTokens) override;
    void write(BufferId into, std::size_t firstToken, std::span<const float> values) override;
    [[nodiscard]] Result<void> read(BufferId from, std::size_t firstToken, std::span<float> values) override;
    [[nodiscard]] Result<std::vector<RankedValue>> largest(BufferId x, std::size_t row, std::size_t width,
                                                           std::size_t count, std::span<float> room) override;
    [[nodiscard]] std::uint64_t scratchBytes() const noexcept override;
    [[nodiscard]] std::uint64_t scratchBytesFor(std::size_t tokens, std::size_t outputTokens) const noexcept override;

    [[nodiscard]] Result<void> setKvShape(const KvShape& shape) override;
    [[nodiscard]] Result<void> reserveKv(std::size_t tokens) override;
    void truncateKv(std::size_t tokens) override;
    [[nodiscard]] std::uint64_t kvBytes() const noexcept override;
    [[nodiscard]] std::uint64_t kvBytesFor(std::size_t tokens) const noexcept override;
    [[nodiscard]] Result<void> readKv(std::size_t layer, std::size_t tokens, std::span<Half> values) override;
    [[nodiscard]] Result<void> writeKv(std::size_t layer, std::size_t tokens, std::span<const Half> values) override;

    void embed(MatrixId matrix, std::span<const TokenId> ids, float scale, BufferId out) override;
    void rmsNorm(BufferId x, VectorId weight, float epsilon, BufferId out, std::size_t tokens) override;
    void products(std::span<const ProductJob> jobs, BufferId x, std::size_t tokens) override;
    void addBias(BufferId into, VectorId bias, std::size_t tokens) override;
    void rope(RopeId rope, BufferId x, std::size_t heads, std::size_t headDim, std::size_t firstPosition,
              std::size_t tokens) override;
    void storeKv(std::size_t layer, BufferId k, BufferId v, std::size_t firstPosition, std::size_t tokens) override;
    void attention(const AttentionShape& shape, BufferId q, BufferId out, std::size_t firstPosition,
                   std::size_t tokens) override;
    void route(RouterId router, BufferId x, std::size_t tokens) override;
    void expertProducts(std::span<const ExpertJob> jobs, BufferId x, std::size_t tokens) override;
    void combineRoutes(BufferId x, BufferId out, std::size_t tokens) override;
    void scaleByGate(BufferId x, VectorId gate, BufferId by, std::size_t tokens) override;
    void gate(Activation activation, BufferId gate, BufferId up, BufferId out, std::size_t tokens) override;
    void add(BufferId into, BufferId x, std::size_t tokens) override;
    void softcap(BufferId x, float cap, std::size_t tokens) override;
    void copyRows(BufferId from, std::size_t first, BufferId to, std::size_t tokens) override;

protected:
    /// Row of one token in a buffer: [width], 64-byte aligned. Valid until the next reserveTokens().
    [[nodiscard]] float* row(BufferId buffer, std::size_t token) noexcept;
    /// Floats from one row to the next.
    [[nodiscard]] std::size_t stride(BufferId buffer) const noexcept;
    [[nodiscard]] std::size_t width(BufferId buffer) const noexcept;
    /// Whether a buffer holds a row per route instead of one per token.
    [[nodiscard]] bool isRouted(BufferId buffer) const noexcept;
    /// Of the last route().
    [[nodiscard]] const Routing& routing() const noexcept { return m_routing; }
    /// Remembers which matrices are those of which expert.
    [[nodiscard]] ExpertsId keepExperts(std::span<const MatrixId> matrices);
    [[nodiscard]] std::span<const MatrixId> matricesOf(ExpertsId id) const noexcept {
        return m_experts[std::size_t(id)];
    }
    /// Inputs of all routes in the order of their rows, and the floats from one to the next: those of a buffer with a
    /// row per route where they stand, else gathered into `room`.
    [[nodiscard]] std::pair<const float*, std::size_t> routeInputs(BufferId x, std::vector<float>& room);
    [[nodiscard]] ThreadPool& pool() noexcept { return m_pool; }
    [[nodiscard]] const Kernels& kernels() const noexcept { return m_kernels; }
    /// body(begin, end) over items of `floats` values each: by the pool where that pays, else in the calling thread.
    template <class F>
    void overItems(std::size_t items, std::size_t floats, F&& body) {
        if (items == 1 || items * floats < kParallelFloats) return body(std::size_t{0}, items);
        m_pool.forRange(items, 1, body);
    }
    /// Keeps the first failure of an operator for the next read().
    void noteFailure(Error error);

private:
    static constexpr std::size_t kRowAlignment = 16;  // floats: 64 bytes
    // Below these, waking other threads costs more than they save (a few microseconds).
    static constexpr std::size_t kParallelFloats = 4096;
    static constexpr std::size_t kParallelBytes = 16384;  // of weights, times tokens

    struct Buffer {
        std::size_t width = 0;
        std::size_t stride = 0;
        BufferRows rows = BufferRows::Tokens;
        PageMemory memory;
    };
    struct Rope {
        RopeDescription description;
        std::size_t firstPosition = 0;  ///< of the table in scratch
        std::size_t tokens = 0;         ///< 0: the table holds nothing
    };
    struct Router {
        std::span<const float> weights;
        RouterShape shape;
    };
    /// Row blocks of one tile in a parallel product, and the run of quantized rows that it multiplies.
    struct ProductSpan {
        const NestedTile* tile;
        std::size_t firstRow, rows;  ///< of the quantized input
        float* y;
        std::size_t yStride;
        std::size_t rowBlocks;
        std::size_t blockWork;  ///< weight bytes per row block, times rows
        std::size_t firstWork;  ///< of all spans before it
        [[nodiscard]] std::size_t work() const noexcept { return rowBlocks * blockWork; }
    };
    /// Rows [first, first + count) of a buffer, or those of its rows that `tokens` names there.
    struct InputRows {
        BufferId buffer;
        std::size_t first, count;
        std::span<const std::uint32_t> tokens;
    };
    struct AttentionPlan;

    [[nodiscard]] const CpuMatrix& matrixOf(MatrixId id) const noexcept { return m_matrices[std::size_t(id)]; }
    [[nodiscard]] std::span<const float> vectorOf(VectorId id) const noexcept { return m_vectors[std::size_t(id)]; }
    [[nodiscard]] Result<void> fitScratch();
    [[nodiscard]] std::size_t rowsFor(BufferRows rows, std::size_t tokens, std::size_t outputTokens) const noexcept;
    [[nodiscard]] std::size_t rowsOf(BufferRows rows) const noexcept;

    void addSpans(const CpuMatrix& matrix, BufferId y, std::size_t firstRow, std::size_t rows);
    [[nodiscard]] bool spansAreFine() const noexcept;
    [[nodiscard]] QuantizedTokens quantize(const Rotation& rotation, BufferId x, std::size_t rows, bool fine);
    [[nodiscard]] QuantizedTokens quantizeForRoutes(const Rotation& rotation, BufferId x, std::size_t tokens,
                                                    bool fine);
    void runSpans(const QuantizedTokens& x, std::size_t tokens);
    void runSpanRange(const QuantizedTokens& x, std::size_t firstWork, std::size_t lastWork) const;
    void bitstackProduct(const CpuMatrix& matrix, const InputRows& x, BufferId y);
    [[nodiscard]] std::pair<const float*, std::size_t> scaleInputs(const CpuMatrix& matrix, const InputRows& x);
    [[nodiscard]] const float* ropeTable(RopeId rope, std::size_t firstPosition, std::size_t tokens);
    [[nodiscard]] Result<void> fitAttentionScratch(const AttentionJob& longest);
    [[nodiscard]] Result<void> fitAttentionScratch(const KvShape::Layer& layer);
    void attendUnit(const AttentionPlan& plan, std::size_t unit, float* scratch) const;

    ThreadPool& m_pool;
    const Kernels& m_kernels;
    std::vector<CpuMatrix> m_matrices;
    std::vector<std::vector<float>> m_vectors;
    std::shared_ptr<const BlockSchedule> m_schedule;
    std::vector<Buffer> m_buffers;
    std::vector<Rope> m_ropes;
    std::vector<Router> m_routers;
    std::vector<std::vector<MatrixId>> m_experts;
    Routing m_routing;
    std::size_t m_routesPerToken = 0;
    std::size_t m_tokens = 0;
    std::size_t m_outputTokens = 0;
    CpuScratch m_scratch;
    PageMemory m_attentionScratch;
    std::size_t m_attentionFloats = 0;  ///< per thread
    KvCache m_kv;
    std::vector<ProductSpan> m_spans;
    std::optional<Error> m_failure;
};

}  // namespace strata
