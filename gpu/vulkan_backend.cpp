// Weights, buffers and cache of the Vulkan backend; its operators are in vulkan_operators.cpp and vulkan_experts.cpp.
#include "gpu/vulkan_backend.h"

#include <algorithm>
#include <cassert>

namespace strata::gpu {
namespace {

/// Of the largest heap of the device's own. Keeps no device open by itself.
class HeapGauge final : public DeviceGauge {
public:
    explicit HeapGauge(std::weak_ptr<const Context> context) : m_context(std::move(context)) {}
    [[nodiscard]] std::optional<DeviceRoom> room() const override {
        const std::shared_ptr<const Context> context = m_context.lock();
        if (!context) return std::nullopt;
        const std::vector<MemoryHeap> heaps = context->heaps();
        const MemoryHeap* largest = nullptr;
        for (const MemoryHeap& heap : heaps)
            if (heap.deviceLocal && (largest == nullptr || heap.sizeBytes > largest->sizeBytes)) largest = &heap;
        if (largest == nullptr) return std::nullopt;
        return DeviceRoom{largest->budgetBytes, largest->usedBytes, context->allocatedBytes()};
    }

private:
    std::weak_ptr<const Context> m_context;
};

}  // namespace

VulkanBackend::VulkanBackend(std::shared_ptr<Context> context, std::unique_ptr<CommandStream> stream)
    : m_context(std::move(context)),
      m_stream(std::move(stream)),
      m_constants(*m_context, *m_stream),
      m_arena(*m_context, *m_stream),
      m_kv(*m_context, *m_stream),
      m_name("vulkan: " + m_context->info().name) {}

VulkanBackend::~VulkanBackend() {
    m_stream->releaseBuffers();  // before buffers and imported memory go
}

Result<std::unique_ptr<VulkanBackend>> VulkanBackend::create(std::shared_ptr<Context> context) {
    STRATA_TRY(std::unique_ptr<CommandStream> stream, CommandStream::create(*context));
    return std::unique_ptr<VulkanBackend>(new VulkanBackend(std::move(context), std::move(stream)));
}

std::string_view VulkanBackend::name() const noexcept {
    return m_name;
}

Result<void> VulkanBackend::openStack(const StackFile& stack) {
    if (m_stack == &stack) return {};
    if (m_stack != nullptr) return fail(ErrorCode::InvalidArgument, "the matrices of one device come from one stack");
    STRATA_TRY(m_slabs, WeightSlabs::create(*m_context, *m_stream, stack));
    m_tables.emplace(m_constants, stack);
    m_stack = &stack;
    return {};
}

Result<MatrixId> VulkanBackend::addMatrix(const StackFile& stack, std::size_t index) {
    STRATA_CHECK(openStack(stack));
    STRATA_TRY(DeviceMatrix matrix, DeviceMatrix::create(stack, index, *m_tables, m_constants));
    if (matrix.info().codec == Codec::Nested) {
        m_arena.needNested(matrix.info());
    } else {
        m_arena.needBitstack(matrix.info());
    }
    STRATA_CHECK(m_arena.refit());
    if (m_schedule) matrix.use(*m_schedule, *m_slabs);
    m_matrices.push_back(std::move(matrix));
    return MatrixId(m_matrices.size() - 1);
}

Result<VectorId> VulkanBackend::addVector(std::span<const float> values) {
    STRATA_TRY(const BufferSlice slice, m_constants.add(values));
    m_vectors.push_back({slice, values.size()});
    return VectorId(m_vectors.size() - 1);
}

Result<RouterId> VulkanBackend::addRouter(std::span<const float> weights, const RouterShape& shape) {
    assert(shape.used > 0 && shape.used <= shape.experts && weights.size() % shape.experts == 0);
    STRATA_TRY(const BufferSlice slice, m_constants.add(weights));
    m_routers.push_back({slice, weights.size() / shape.experts, shape});
    m_arena.needRouter(shape);
    STRATA_CHECK(m_arena.refit());
    return RouterId(m_routers.size() - 1);
}

Result<ExpertsId> VulkanBackend::addExperts(std::span<const MatrixId> matrices) {
    m_experts.emplace_back(matrices.begin(), matrices.end());
    return ExpertsId(m_experts.size() - 1);
}

Result<void> VulkanBackend::use(std::shared_ptr<const BlockSchedule> schedule) {
    if (schedule == m_schedule && !m_useFailure) return {};
    if (m_slabs) {
        // What reads the old schedule's blocks where they stand must have ended before it goes.
        if (m_context->features().useHostImport) m_stream->waitIdle();
        if (auto status = m_slabs->use(*schedule); !status) {
            m_useFailure = status.error();
            return status;
        }
        m_useFailure.reset();
        for (DeviceMatrix& matrix : m_matrices) matrix.use(*schedule, *m_slabs);
    }
    m_schedule = std::move(schedule);
    return {};
}

DeviceMemory VulkanBackend::deviceMemory() const noexcept {
    return {weightBytes(), weightBytes() + m_constants.sizeBytes() + m_arena.bytes() + m_kv.bytes()};
}

std::shared_ptr<const DeviceGauge> VulkanBackend::deviceGauge() const {
    if (!m_context->features().useMemoryBudget) return nullptr;
    return std::make_shared<HeapGauge>(m_context);
}

bool VulkanBackend::keepsWeights() const noexcept {
    return !m_context->features().useHostImport;
}

std::uint64_t VulkanBackend::deviceBytesFor(const std::vector<bool>& matrices, std::size_t blocks) const noexcept {
    return m_slabs ? m_slabs->bytesFor(matrices, blocks) : 0;
}

Result<BufferId> VulkanBackend::addBuffer(std::size_t width, BufferRows rows) {
    const std::size_t index = m_arena.addBuffer(width, rows);
    STRATA_CHECK(m_arena.refit());
    return BufferId(index);
}

Result<RopeId> VulkanBackend::addRope(const RopeDescription& rope) {
    m_ropes.push_back({rope, m_arena.needRope(rope.inverseFrequencies.size()), 0, 0, 0});
    STRATA_CHECK(m_arena.refit());
    return RopeId(m_ropes.size() - 1);
}

Result<void> VulkanBackend::reserveTokens(std::size_t tokens, std::size_t outputTokens) {
    return m_arena.reserve(tokens, outputTokens);
}

void VulkanBackend::write(BufferId into, std::size_t firstToken, std::span<const float> values) {
    const Rows& target = rows(into);
    for (std::size_t token = 0; token < values.size() / target.width; ++token) {
        const std::uint64_t offset = (firstToken + token) * target.stride * sizeof(float);
        m_stream->write(target.slice.part(offset, target.width * sizeof(float)),
                        std::as_bytes(values.subspan(token * target.width, target.width)));
    }
}

Result<void> VulkanBackend::read(BufferId from, std::size_t firstToken, std::span<float> values) {
    const Rows& source = rows(from);
    const std::size_t tokens = values.size() / source.width;
    if (tokens == 0) return {};
    const std::uint64_t offset = firstToken * source.stride * sizeof(float);
    const std::size_t floats = (tokens - 1) * source.stride + source.width;
    std::vector<float> padded(tokens == 1 ? 0 : floats);
    const std::span<float> into = tokens == 1 ? values : std::span(padded);
    auto status = m_stream->read(source.slice.part(offset, floats * sizeof(float)), std::as_writable_bytes(into));
    if (!status) {
        forgetTables();
        return status;
    }
    for (std::size_t token = 0; token < tokens && tokens > 1; ++token)
        std::copy_n(&padded[token * source.stride], source.width, &values[token * source.width]);
    return {};
}

/// What was to be written to them may not have been.
void VulkanBackend::forgetTables() noexcept {
    for (Rope& rope : m_ropes) rope.tokens = 0;
}

std::uint64_t VulkanBackend::scratchBytes() const noexcept {
    return m_arena.bytes() + sideBytes();
}

std::uint64_t VulkanBackend::scratchBytesFor(std::size_t tokens, std::size_t outputTokens) const noexcept {
    return m_arena.bytesFor(tokens, outputTokens) + sideBytes();
}

/// Scratch that does not depend on the batch.
std::uint64_t VulkanBackend::sideBytes() const noexcept {
    return m_constants.sizeBytes() + m_stream->sizeBytes() + (m_slabs ? m_slabs->stagingBytes() : 0);
}

Result<void> VulkanBackend::setKvShape(const KvShape& shape) {
    STRATA_CHECK(m_kv.setShape(shape));
    for (const KvShape::Layer& layer : shape.layers)
        m_arena.needHeads(std::max(layer.heads, layer.kvHeads), layer.headDim);
    return m_arena.refit();
}

Result<void> VulkanBackend::reserveKv(std::size_t tokens) {
    return m_kv.reserve(tokens);
}

void VulkanBackend::truncateKv(std::size_t tokens) {
    m_kv.truncate(tokens);
}

std::uint64_t VulkanBackend::kvBytes() const noexcept {
    return m_kv.bytes();
}

std::uint64_t VulkanBackend::kvBytesFor(std::size_t tokens) const noexcept {
    return m_kv.bytesFor(tokens);
}

std::size_t VulkanBackend::kvGrowthTokens() const noexcept {
    return m_kv.chunkTokens();
}

Result<void> VulkanBackend::readKv(std::size_t layer, std::size_t tokens, std::span<Half> values) {
    return m_kv.read(layer, tokens, values);
}

Result<void> VulkanBackend::writeKv(std::size_t layer, std::size_t tokens, std::span<const Half> values) {
    m_kv.write(layer, tokens, values);
    if (auto failure = m_stream->takeFailure()) return std::unexpected(*std::move(failure));
    return {};
}

std::uint64_t VulkanBackend::weightBytes() const noexcept {
    return m_slabs ? m_slabs->sizeBytes() : 0;
}

}  // namespace strata::gpu
