// Weights, buffers and cache of a backend made of two; its operators are in split_operators.cpp.
#include "core/hybrid/split_backend.h"

#include "core/base/system_info.h"
#include "core/kernels/layout.h"

#include <algorithm>
#include <cassert>
#include <utility>

namespace strata {
namespace {

constexpr std::string_view kEmbedding = "token_embd.weight";
// Rows cross over in pieces of so many floats: room that does not grow with the batch.
constexpr std::size_t kCrossingFloats = 65536;

constexpr std::size_t at(Side side) noexcept {
    return static_cast<std::size_t>(side);
}

constexpr Side other(Side side) noexcept {
    return side == Side::Device ? Side::Host : Side::Device;
}

}  // namespace

SplitBackend::SplitBackend(std::unique_ptr<Backend> device, std::unique_ptr<Backend> host, std::size_t layers)
    : m_device(std::move(device)),
      m_host(std::move(host)),
      m_placement(Placement::allOn(Side::Device, layers)),
      m_name(m_device->name()) {}

template <class Apply>
Result<void> SplitBackend::onBoth(Apply&& apply) {
    for (const Side side : {Side::Device, Side::Host}) {
        if (backend(side) == nullptr) continue;
        if (auto status = apply(*backend(side), side); !status) {
            note(side, status.error());
            return status;
        }
    }
    return {};
}

template <class Of>
std::uint64_t SplitBackend::sum(Of&& of) const {
    std::uint64_t total = 0;
    for (const Side side : {Side::Device, Side::Host})
        if (const Backend* one = backend(side)) total += of(*one, side);
    return total;
}

template <class Id, class Add>
Result<SplitBackend::Pair<Id>> SplitBackend::addToBoth(Add&& add) {
    Pair<Id> ids{};
    STRATA_CHECK(onBoth([&](Backend& one, Side side) -> Result<void> {
        STRATA_TRY(ids[at(side)], add(one, side));
        return {};
    }));
    return ids;
}

void SplitBackend::note(Side side, const Error& error) {
    if (side == Side::Device && !m_deviceFailure) m_deviceFailure = error;
}

std::optional<Error> SplitBackend::takeDeviceFailure() {
    return std::exchange(m_deviceFailure, std::nullopt);
}

// --- weights ---

Result<MatrixId> SplitBackend::addMatrix(const StackFile& stack, std::size_t index) {
    m_stack = &stack;
    const MatrixInfo& info = stack.matrices()[index];
    STRATA_TRY(const Pair<MatrixId> ids,
               addToBoth<MatrixId>([&](Backend& one, Side) { return one.addMatrix(stack, index); }));
    m_matrices.push_back({ids, index, info.layer(), info.name == kEmbedding});
    assert(!info.layer() || *info.layer() < m_placement.layers.size());
    if (!info.layer() && info.name != kEmbedding) m_isTied = false;
    return MatrixId(m_matrices.size() - 1);
}

Result<VectorId> SplitBackend::addVector(std::span<const float> values) {
    STRATA_TRY(const Pair<VectorId> ids,
               addToBoth<VectorId>([&](Backend& one, Side) { return one.addVector(values); }));
    m_vectors.push_back(ids);
    return VectorId(m_vectors.size() - 1);
}

Result<RouterId> SplitBackend::addRouter(std::span<const float> weights, const RouterShape& shape) {
    STRATA_TRY(const Pair<RouterId> ids,
               addToBoth<RouterId>([&](Backend& one, Side) { return one.addRouter(weights, shape); }));
    m_routers.push_back(ids);
    return RouterId(m_routers.size() - 1);
}

Result<ExpertsId> SplitBackend::addExperts(std::span<const MatrixId> matrices) {
    STRATA_TRY(const Pair<ExpertsId> ids, addToBoth<ExpertsId>([&](Backend& one, Side side) {
                   std::vector<MatrixId> there;
                   for (const MatrixId matrix : matrices)
                       there.push_back(m_matrices[std::size_t(matrix)].ids[at(side)]);
                   return one.addExperts(there);
               }));
    m_experts.emplace_back(ids, matrices.front());
    return ExpertsId(m_experts.size() - 1);
}

Side SplitBackend::sideOf(const Matrix& matrix) const {
    if (matrix.layer) return m_placement.layers[*matrix.layer];
    return matrix.isEmbedding ? m_placement.embedding : m_placement.head;
}

std::shared_ptr<const std::vector<bool>> SplitBackend::matricesOn(Side side) const {
    auto marks = std::make_shared<std::vector<bool>>(m_stack == nullptr ? 0 : m_stack->matrices().size(), false);
    for (const Matrix& matrix : m_matrices) (*marks)[matrix.index] = sideOf(matrix) == side;
    return marks;
}

/// Blocks of each matrix that a side needs, by the end of the prefix they are in.
std::shared_ptr<const std::vector<std::size_t>> SplitBackend::reachOn(Side side) const {
    auto reach = std::make_shared<std::vector<std::size_t>>(m_stack->matrices().size(), 0);
    for (const Matrix& matrix : m_matrices) {
        const bool isPrepared = side == Side::Device && !m_prepared.empty() && m_prepared[matrix.index];
        (*reach)[matrix.index] = sideOf(matrix) == side ? m_stack->blocks().size() : isPrepared ? m_preparedBlocks : 0;
    }
    return reach;
}

Result<void> SplitBackend::use(std::shared_ptr<const BlockSchedule> schedule) {
    return onBoth([&](Backend& one, Side side) {
        if (!m_placement.uses(other(side))) return one.use(schedule);
        return one.use(BlockSchedule::restricted(schedule, reachOn(side)));
    });
}

DeviceMemory SplitBackend::deviceMemory() const noexcept {
    return m_device ? m_device->deviceMemory() : DeviceMemory{};
}

// --- placement ---

Result<void> SplitBackend::place(Placement placement, std::size_t cachedTokens) {
    assert(placement.layers.size() == m_placement.layers.size() && m_device);
    if (m_isTied) placement.head = placement.embedding;
    if (placement == m_placement) return {};
    prepare({}, 0);
    truncateKv(cachedTokens);
    for (std::size_t layer = 0; layer < placement.layers.size(); ++layer)
        if (placement.layers[layer] != m_placement.layers[layer]) STRATA_CHECK(moveLayer(layer, cachedTokens));
    m_placement = std::move(placement);
    truncateKv(cachedTokens);  // sides that have layers decide by how much the cache grows
    if (cachedTokens > 0) STRATA_CHECK(reserveKv(cachedTokens));
    return reserveTokens(m_tokens, m_outputTokens);
}

/// Its room on one side goes before it has some on the other: the peak stays within the budget.
Result<void> SplitBackend::moveLayer(std::size_t layer, std::size_t cachedTokens) {
    std::vector<Half> kept(kvElements(layer, cachedTokens));
    if (cachedTokens > 0) STRATA_CHECK(readKv(layer, cachedTokens, kept));
    const Side from = m_placement.layers[layer];
    m_placement.layers[layer] = other(from);
    for (const Side side : {from, other(from)}) {
        auto status = backend(side)->setKvShape(shapeOf(side));
        if (!status) note(side, status.error());
        if (!status) return status;
    }
    if (cachedTokens == 0) return {};
    STRATA_CHECK(reserveKv(cachedTokens));
    return writeKv(layer, cachedTokens, kept);
}

void SplitBackend::prepare(std::vector<bool> matrices, std::size_t blocks) {
    m_prepared = std::move(matrices);
    m_preparedBlocks = blocks;
}

Result<void> SplitBackend::dropDevice() {
    m_device.reset();
    m_deviceFailure.reset();
    m_failure.reset();
    prepare({}, 0);
    m_placement = Placement::allOn(Side::Host, m_placement.layers.size());
    m_current = Side::Host;
    m_name = m_host->name();
    m_host->truncateKv(0);
    STRATA_CHECK(m_host->setKvShape(m_kvShape));
    return reserveTokens(m_tokens, m_outputTokens);
}

// --- activations ---

Result<BufferId> SplitBackend::addBuffer(std::size_t width, BufferRows rows) {
    STRATA_TRY(const Pair<BufferId> ids,
               addToBoth<BufferId>([&](Backend& one, Side) { return one.addBuffer(width, rows); }));
    m_buffers.push_back({ids, width, rows, 0, {true, true}});
    m_widest = std::max(m_widest, width);
    return BufferId(m_buffers.size() - 1);
}

Result<RopeId> SplitBackend::addRope(const RopeDescription& rope) {
    STRATA_TRY(const Pair<RopeId> ids, addToBoth<RopeId>([&](Backend& one, Side) { return one.addRope(rope); }));
    m_ropes.push_back(ids);
    return RopeId(m_ropes.size() - 1);
}

std::size_t SplitBackend::outputsOn(Side side, std::size_t outputTokens) const noexcept {
    return m_placement.head == side ? outputTokens : 0;
}

Result<void> SplitBackend::reserveTokens(std::size_t tokens, std::size_t outputTokens) {
    m_tokens = tokens;
    m_outputTokens = outputTokens;
    for (Buffer& buffer : m_buffers) {
        buffer.rows = 0;
        buffer.valid = {true, true};
    }
    if (crossingBytes() == 0) m_crossing = {};
    return onBoth([&](Backend& one, Side side) {
        return one.reserveTokens(m_placement.uses(side) ? tokens : 0, outputsOn(side, outputTokens));
    });
}

std::uint64_t SplitBackend::crossingBytes() const noexcept {
    const bool isSplit = m_placement.uses(Side::Device) && m_placement.uses(Side::Host);
    return isSplit ? std::max(kCrossingFloats, m_widest) * sizeof(float) : 0;
}

std::uint64_t SplitBackend::scratchBytes() const noexcept {
    return sum([](const Backend& one, Side) { return one.scratchBytes(); }) + m_crossing.capacity() * sizeof(float);
}

std::uint64_t SplitBackend::scratchBytesFor(std::size_t tokens, std::size_t outputTokens) const noexcept {
    return crossingBytes() + sum([&](const Backend& one, Side side) {
               return one.scratchBytesFor(m_placement.uses(side) ? tokens : 0, outputsOn(side, outputTokens));
           });
}

std::uint64_t SplitBackend::mostScratchBytesFor(std::size_t tokens, std::size_t outputTokens) const noexcept {
    return std::max(kCrossingFloats, m_widest) * sizeof(float) +
           sum([&](const Backend& one, Side) { return one.scratchBytesFor(tokens, outputTokens); });
}

void SplitBackend::write(BufferId into, std::size_t firstToken, std::span<const float> values) {
    Buffer& buffer = m_buffers[std::size_t(into)];
    const Side side = m_placement.uses(m_current) ? m_current : other(m_current);
    const std::size_t rows = std::max(buffer.rows, firstToken + values.size() / buffer.width);
    backend(side)->write(changed(into, side), firstToken, values);
    buffer.rows = rows;
}

/// Where a buffer is read, once nothing stands against it.
Result<Side> SplitBackend::readingSide(const Buffer& buffer) {
    if (m_failure) return std::unexpected(*std::exchange(m_failure, std::nullopt));
    if (!buffer.valid[at(Side::Device)] || !m_device) return Side::Host;
    // What the host could not do stands behind what the device says.
    STRATA_CHECK(m_host->read(buffer.ids[at(Side::Host)], 0, {}));
    return Side::Device;
}

Result<void> SplitBackend::read(BufferId from, std::size_t firstToken, std::span<float> values) {
    const Buffer& buffer = m_buffers[std::size_t(from)];
    STRATA_TRY(const Side side, readingSide(buffer));
    auto status = backend(side)->read(buffer.ids[at(side)], firstToken, values);
    if (!status) note(side, status.error());
    return status;
}

Result<std::vector<RankedValue>> SplitBackend::largest(BufferId x, std::size_t row, std::size_t width,
                                                       std::size_t count, std::span<float> room) {
    const Buffer& buffer = m_buffers[std::size_t(x)];
    STRATA_TRY(const Side side, readingSide(buffer));
    auto best = backend(side)->largest(buffer.ids[at(side)], row, width, count, room);
    if (!best) note(side, best.error());
    return best;
}

// --- KV cache ---

KvShape SplitBackend::shapeOf(Side side) const {
    KvShape shape = m_kvShape;
    for (std::size_t layer = 0; layer < shape.layers.size(); ++layer)
        shape.layers[layer].isHeld = m_placement.layers[layer] == side;
    return shape;
}

std::size_t SplitBackend::kvElements(std::size_t layer, std::size_t tokens) const noexcept {
    return 2 * tokens * m_kvShape.layers[layer].kvHeads * m_kvShape.layers[layer].headDim;
}

Result<void> SplitBackend::setKvShape(const KvShape& shape) {
    assert(shape.layers.size() == m_placement.layers.size());
    m_kvShape = shape;
    return onBoth([&](Backend& one, Side side) { return one.setKvShape(shapeOf(side)); });
}

std::size_t SplitBackend::kvGrowthTokens() const noexcept {
    std::size_t tokens = 1;
    for (const Side side : {Side::Device, Side::Host})
        if (std::ranges::find(m_placement.layers, side) != m_placement.layers.end() && backend(side) != nullptr)
            tokens = std::max(tokens, backend(side)->kvGrowthTokens());
    return tokens;
}

Result<void> SplitBackend::reserveKv(std::size_t tokens) {
    const std::size_t rounded = padTo(tokens, kvGrowthTokens());
    return onBoth([&](Backend& one, Side) { return one.reserveKv(rounded); });
}

void SplitBackend::truncateKv(std::size_t tokens) {
    const std::size_t rounded = padTo(tokens, kvGrowthTokens());
    for (const Side side : {Side::Device, Side::Host})
        if (backend(side) != nullptr) backend(side)->truncateKv(rounded);
}

std::uint64_t SplitBackend::kvBytes() const noexcept {
    return sum([](const Backend& one, Side) { return one.kvBytes(); });
}

std::uint64_t SplitBackend::kvBytesFor(std::size_t tokens) const noexcept {
    const std::size_t rounded = padTo(tokens, kvGrowthTokens());
    return sum([&](const Backend& one, Side) { return one.kvBytesFor(rounded); });
}

std::size_t SplitBackend::mostKvGrowthTokens() const noexcept {
    return std::max(m_host->kvGrowthTokens(), m_device ? m_device->kvGrowthTokens() : 1);
}

std::uint64_t SplitBackend::mostKvBytesFor(std::size_t tokens) const noexcept {
    // Every layer begins a page of the process's memory every kKvPageTokens positions.
    std::uint64_t bytes = 0;
    for (std::size_t layer = 0; layer < m_kvShape.layers.size(); ++layer)
        bytes += padTo(kvElements(layer, kKvPageTokens) * sizeof(Half), pageBytes());
    return padTo(tokens, mostKvGrowthTokens()) / kKvPageTokens * bytes;
}

Result<void> SplitBackend::readKv(std::size_t layer, std::size_t tokens, std::span<Half> values) {
    const Side side = m_placement.layers[layer];
    auto status = backend(side)->readKv(layer, tokens, values);
    if (!status) note(side, status.error());
    return status;
}

Result<void> SplitBackend::writeKv(std::size_t layer, std::size_t tokens, std::span<const Half> values) {
    const Side side = m_placement.layers[layer];
    auto status = backend(side)->writeKv(layer, tokens, values);
    if (!status) note(side, status.error());
    return status;
}

// --- copies ---

void SplitBackend::cross(Buffer& buffer, Side to) {
    const Side from = other(to);
    assert(buffer.kind != BufferRows::Routes);
    const std::size_t piece = std::max<std::size_t>(kCrossingFloats / buffer.width, 1);
    m_crossing.resize(std::max(kCrossingFloats, m_widest));
    for (std::size_t row = 0; row < buffer.rows; row += piece) {
        const std::span<float> values = std::span(m_crossing).first(std::min(piece, buffer.rows - row) * buffer.width);
        if (auto status = backend(from)->read(buffer.ids[at(from)], row, values); !status) {
            note(from, status.error());
            if (!m_failure) m_failure = std::move(status).error();
            std::ranges::fill(values, 0.0F);
        }
        backend(to)->write(buffer.ids[at(to)], row, values);
    }
    buffer.valid[at(to)] = true;
    ++m_crossings;
}

BufferId SplitBackend::input(BufferId id, Side side) {
    Buffer& buffer = m_buffers[std::size_t(id)];
    if (!buffer.valid[at(side)]) cross(buffer, side);
    return buffer.ids[at(side)];
}

BufferId SplitBackend::output(BufferId id, Side side, std::size_t rows) {
    Buffer& buffer = m_buffers[std::size_t(id)];
    buffer.valid = {side == Side::Device, side == Side::Host};
    buffer.rows = rows;
    return buffer.ids[at(side)];
}

BufferId SplitBackend::changed(BufferId id, Side side) {
    static_cast<void>(input(id, side));
    return output(id, side, m_buffers[std::size_t(id)].rows);
}

}  // namespace strata
