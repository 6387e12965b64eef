// The Vulkan implementation of Backend: every operator of core/cpu/cpu_backend.h as a compute shader.
#pragma once

#include "core/backend.h"
#include "core/cpu/routing.h"
#include "gpu/activation_arena.h"
#include "gpu/constant_store.h"
#include "gpu/device_matrix.h"
#include "gpu/kv_chunks.h"
#include "gpu/weight_slabs.h"

#include <memory>
#include <optional>
#include <vector>

namespace strata::gpu {

/// Operators are recorded; write(), embed() of a further batch and read() submit, only read() and route() wait. Integer
/// products give the CPU's bits, the rest differs by rounding. A token's values do not depend on the tokens computed
/// with it. All matrices come from one stack. After an error that read() returned, the KV cache holds nothing sure.
class VulkanBackend final : public Backend {
public:
    /// Errors: OutOfMemory; Io for a lost device.
    [[nodiscard]] static Result<std::unique_ptr<VulkanBackend>> create(std::shared_ptr<Context> context);
    ~VulkanBackend() override;

    [[nodiscard]] std::string_view name() const noexcept override;
    [[nodiscard]] Result<MatrixId> addMatrix(const StackFile& stack, std::size_t index) override;
    [[nodiscard]] Result<VectorId> addVector(std::span<const float> values) override;
    [[nodiscard]] Result<RouterId> addRouter(std::span<const float> weights, const RouterShape& shape) override;
    [[nodiscard]] Result<ExpertsId> addExperts(std::span<const MatrixId> matrices) override;
    [[nodiscard]] Result<void> use(std::shared_ptr<const BlockSchedule> schedule) override;
    [[nodiscard]] DeviceMemory deviceMemory() const noexcept override;
    [[nodiscard]] std::shared_ptr<const DeviceGauge> deviceGauge() const override;
    [[nodiscard]] bool keepsWeights() const noexcept override;
    [[nodiscard]] std::uint64_t deviceBytesFor(const std::vector<bool>& matrices,
                                               std::size_t blocks) const noexcept override;

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
    [[nodiscard]] std::size_t kvGrowthTokens() const noexcept override;
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

    [[nodiscard]] const Context& context() const noexcept { return *m_context; }
    /// What has been recorded and submitted so far.
    [[nodiscard]] const StreamCounts& counts() const noexcept { return m_stream->counts(); }
    /// Whether compiled pipelines came from ContextOptions::pipelineCache.
    [[nodiscard]] bool tookPipelineCache() const noexcept { return m_stream->tookPipelineCache(); }
    /// Device memory that weights take; none where they are read from the process's own.
    [[nodiscard]] std::uint64_t weightBytes() const noexcept;

private:
    struct Vector {
        BufferSlice values;
        std::size_t length = 0;
    };
    struct Rope {
        RopeDescription description;
        std::size_t table = 0;
        std::size_t firstPosition = 0;  ///< of what the table holds
        std::size_t tokens = 0;         ///< 0: it holds nothing
        std::uint64_t generation = 0;   ///< of the arena
    };
    struct Router {
        BufferSlice weights;
        std::size_t columns = 0;
        RouterShape shape;
    };
    VulkanBackend(std::shared_ptr<Context> context, std::unique_ptr<CommandStream> stream);

    [[nodiscard]] Recorder recorder() const noexcept { return {*m_stream, m_context->features()}; }
    [[nodiscard]] const Rows& rows(BufferId id) const noexcept { return m_arena.rows(id); }
    [[nodiscard]] const DeviceMatrix& matrixOf(MatrixId id) const noexcept { return m_matrices[std::size_t(id)]; }
    [[nodiscard]] Result<void> openStack(const StackFile& stack);
    void forgetTables() noexcept;
    [[nodiscard]] std::uint64_t sideBytes() const noexcept;
    [[nodiscard]] BufferSlice ropeTable(Rope& rope, std::size_t firstPosition, std::size_t tokens);
    /// What the nested ones among some matrices that read the same input ask of it.
    struct NestedNeeds {
        const DeviceMatrix* matrix = nullptr;  ///< one of them; null: there is none
        bool fine = false;
        void add(const DeviceMatrix& other) noexcept;
    };
    /// x rotated and quantized, once for all of them; empty where none needs that.
    [[nodiscard]] QuantizedRows quantizedFor(const NestedNeeds& needs, const Rows& x, BufferSlice gather,
                                             std::size_t count);
    void productOf(const DeviceMatrix& matrix, const QuantizedRows& quantized, const Rows& x, BufferSlice gather,
                   std::size_t firstRow, std::size_t count, const Rows& y);

    std::shared_ptr<Context> m_context;
    std::unique_ptr<CommandStream> m_stream;
    ConstantStore m_constants;
    ActivationArena m_arena;
    KvChunks m_kv;
    const StackFile* m_stack = nullptr;
    std::optional<SharedTables> m_tables;
    std::optional<WeightSlabs> m_slabs;
    std::shared_ptr<const BlockSchedule> m_schedule;
    std::optional<Error> m_useFailure;  ///< why the last use() left no blocks to compute with
    std::vector<DeviceMatrix> m_matrices;
    std::vector<Vector> m_vectors;
    std::vector<Rope> m_ropes;
    std::vector<Router> m_routers;
    std::vector<std::vector<MatrixId>> m_experts;
    Routing m_routing;
    std::string m_name;
};

}  // namespace strata::gpu
