// One backend made of two: some layers of a model on a device, the others on the host, in the same token.
#pragma once

#include "core/backend.h"
#include "core/hybrid/placement.h"

#include <array>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace strata {

/// Both know all matrices; each is given the blocks of its own by use(), and the KV cache of its layers. An operator
/// runs where its matrix is, or else on the side of the layer that was entered last. A buffer is copied over when an
/// operator needs it on the side where it was not written, and then only. Works with any two backends and any
/// placement; a model without layers on a side leaves that one without buffers.
class SplitBackend final : public Backend {
public:
    /// Everything is on the device at first. Both compute models of `layers` layers.
    SplitBackend(std::unique_ptr<Backend> device, std::unique_ptr<Backend> host, std::size_t layers);

    [[nodiscard]] const Placement& placement() const noexcept { return m_placement; }
    /// Null once it has been let go.
    [[nodiscard]] Backend* device() const noexcept { return m_device.get(); }
    /// Moves what stands elsewhere; keys and values of positions [0, cachedTokens) go along, layer by layer by way of
    /// the process's memory, and those of other layers stay where they are. use() has to follow before anything is
    /// computed; buffers lose their contents. Errors: those of either side; the cache holds nothing sure then.
    [[nodiscard]] Result<void> place(Placement placement, std::size_t cachedTokens);
    /// From the next use() on the device also takes, of matrices with a mark, the blocks of the prefix before `blocks`:
    /// so that they are there, piece by piece, when place() puts there what computes with them. Until the next call, or
    /// place().
    void prepare(std::vector<bool> matrices, std::size_t blocks);
    /// Goes on without the device, whatever state it is in: everything is on the host, and the KV cache is empty. use()
    /// has to follow. Errors: OutOfMemory.
    [[nodiscard]] Result<void> dropDevice();
    /// The first error of the device since the last call, and before dropDevice().
    [[nodiscard]] std::optional<Error> takeDeviceFailure();
    /// Marks the matrices that are on a side, by their number in the stack.
    [[nodiscard]] std::shared_ptr<const std::vector<bool>> matricesOn(Side side) const;
    /// What scratchBytesFor(), kvBytesFor() and kvGrowthTokens() are at most under any placement.
    [[nodiscard]] std::uint64_t mostScratchBytesFor(std::size_t tokens, std::size_t outputTokens) const noexcept;
    [[nodiscard]] std::uint64_t mostKvBytesFor(std::size_t tokens) const noexcept;
    [[nodiscard]] std::size_t mostKvGrowthTokens() const noexcept;
    /// Copies of buffers from one side to the other so far.
    [[nodiscard]] std::uint64_t crossings() const noexcept { return m_crossings; }

    [[nodiscard]] std::string_view name() const noexcept override { return m_name; }
    [[nodiscard]] Result<MatrixId> addMatrix(const StackFile& stack, std::size_t index) override;
    [[nodiscard]] Result<VectorId> addVector(std::span<const float> values) override;
    [[nodiscard]] Result<RouterId> addRouter(std::span<const float> weights, const RouterShape& shape) override;
    [[nodiscard]] Result<ExpertsId> addExperts(std::span<const MatrixId> matrices) override;
    [[nodiscard]] Result<void> use(std::shared_ptr<const BlockSchedule> schedule) override;
    [[nodiscard]] DeviceMemory deviceMemory() const noexcept override;
    [[nodiscard]] bool keepsWeights() const noexcept override { return m_device && m_device->keepsWeights(); }
    [[nodiscard]] std::uint64_t deviceBytesFor(const std::vector<bool>& matrices,
                                               std::size_t blocks) const noexcept override {
        return m_device ? m_device->deviceBytesFor(matrices, blocks) : 0;
    }

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

    void enterLayer(std::size_t layer) override { m_current = m_placement.layers[layer]; }
    void enterHead() override { m_current = m_placement.head; }
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

private:
    template <class Id>
    using Pair = std::array<Id, 2>;  ///< by Side

    struct Matrix {
        Pair<MatrixId> ids;
        std::size_t index = 0;             ///< in the stack
        std::optional<std::size_t> layer;  ///< nullopt: embedding or head
        bool isEmbedding = false;
    };
    struct Buffer {
        Pair<BufferId> ids;
        std::size_t width = 0;
        BufferRows kind = BufferRows::Tokens;
        std::size_t rows = 0;                      ///< that hold something
        std::array<bool, 2> valid = {true, true};  ///< where they stand
    };

    /// Null for the device once it has been let go.
    [[nodiscard]] Backend* backend(Side side) const noexcept {
        return side == Side::Device ? m_device.get() : m_host.get();
    }
    [[nodiscard]] Side sideOf(const Matrix& matrix) const;
    [[nodiscard]] Side sideOf(MatrixId id) const { return sideOf(m_matrices[std::size_t(id)]); }
    [[nodiscard]] std::size_t outputsOn(Side side, std::size_t outputTokens) const noexcept;
    /// Adds to both sides; add(backend, side) gives an id.
    template <class Id, class Add>
    [[nodiscard]] Result<Pair<Id>> addToBoth(Add&& add);
    /// apply(backend, side) on both sides that are there, until one fails.
    template <class Apply>
    [[nodiscard]] Result<void> onBoth(Apply&& apply);
    /// The sum of of(backend, side).
    template <class Of>
    [[nodiscard]] std::uint64_t sum(Of&& of) const;
    [[nodiscard]] std::uint64_t crossingBytes() const noexcept;
    [[nodiscard]] std::shared_ptr<const std::vector<std::size_t>> reachOn(Side side) const;
    [[nodiscard]] KvShape shapeOf(Side side) const;
    [[nodiscard]] Result<void> moveLayer(std::size_t layer, std::size_t cachedTokens);
    [[nodiscard]] std::size_t kvElements(std::size_t layer, std::size_t tokens) const noexcept;
    [[nodiscard]] Result<Side> readingSide(const Buffer& buffer);
    void note(Side side, const Error& error);

    /// The buffer's id on the side, with its rows there.
    [[nodiscard]] BufferId input(BufferId id, Side side);
    /// The same of a buffer whose first `rows` rows are about to be written there, and nothing else in it counts.
    [[nodiscard]] BufferId output(BufferId id, Side side, std::size_t rows);
    /// Of one that is changed where it stands.
    [[nodiscard]] BufferId changed(BufferId id, Side side);
    void cross(Buffer& buffer, Side to);

    std::unique_ptr<Backend> m_device;
    std::unique_ptr<Backend> m_host;
    Placement m_placement;
    std::vector<bool> m_prepared;  ///< [matrices of the stack], or none
    std::size_t m_preparedBlocks = 0;
    Side m_current = Side::Device;
    std::string m_name;
    const StackFile* m_stack = nullptr;
    bool m_isTied = true;  ///< no matrix of the head alone has been added
    std::vector<Matrix> m_matrices;
    std::vector<Pair<VectorId>> m_vectors;
    std::vector<Pair<RouterId>> m_routers;
    std::vector<std::pair<Pair<ExpertsId>, MatrixId>> m_experts;  ///< with the first one's matrix
    std::vector<Pair<RopeId>> m_ropes;
    std::vector<Buffer> m_buffers;
    std::vector<float> m_crossing;  ///< rows on their way
    std::uint64_t m_crossings = 0;
    std::size_t m_tokens = 0, m_outputTokens = 0;
    KvShape m_kvShape;
    std::size_t m_widest = 0;              ///< of the buffers
    std::optional<Error> m_failure;        ///< of a copy; for the next read()
    std::optional<Error> m_deviceFailure;  ///< for takeDeviceFailure()
};

}  // namespace strata
