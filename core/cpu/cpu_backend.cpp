#include "core/cpu/cpu_backend.h"

#include "core/cpu/ranking.h"

#include <algorithm>
#include <cassert>
#include <utility>

namespace strata {

CpuBackend::CpuBackend(ThreadPool& pool, const Kernels& kernels)
    : m_pool(pool), m_kernels(kernels), m_scratch(kernels, pool.threadCount()) {}

std::string_view CpuBackend::name() const noexcept {
    return m_kernels.name;
}

Result<MatrixId> CpuBackend::addMatrix(const StackFile& stack, std::size_t index) {
    STRATA_TRY(CpuMatrix matrix, CpuMatrix::create(stack, index));
    m_scratch.needMatrix(matrix.info());
    m_matrices.push_back(std::move(matrix));
    STRATA_CHECK(fitScratch());
    if (m_schedule) m_matrices.back().use(*m_schedule);
    return MatrixId(m_matrices.size() - 1);
}

Result<VectorId> CpuBackend::addVector(std::span<const float> values) {
    m_vectors.emplace_back(values.begin(), values.end());
    return VectorId(m_vectors.size() - 1);
}

Result<RouterId> CpuBackend::addRouter(std::span<const float> weights, const RouterShape& shape) {
    assert(shape.used > 0 && shape.used <= shape.experts && weights.size() % shape.experts == 0);
    m_routers.push_back({weights, shape});
    m_routesPerToken = std::max(m_routesPerToken, shape.used);
    for (Buffer& buffer : m_buffers)
        STRATA_CHECK(resizePages(buffer.memory, rowsOf(buffer.rows) * buffer.stride * sizeof(float)));
    return RouterId(m_routers.size() - 1);
}

Result<ExpertsId> CpuBackend::addExperts(std::span<const MatrixId> matrices) {
    for (const MatrixId matrix : matrices) m_scratch.needRoutes(matrixOf(matrix).info(), m_routesPerToken);
    STRATA_CHECK(fitScratch());
    return keepExperts(matrices);
}

ExpertsId CpuBackend::keepExperts(std::span<const MatrixId> matrices) {
    m_experts.emplace_back(matrices.begin(), matrices.end());
    return ExpertsId(m_experts.size() - 1);
}

Result<void> CpuBackend::use(std::shared_ptr<const BlockSchedule> schedule) {
    if (schedule == m_schedule) return {};
    for (CpuMatrix& matrix : m_matrices) matrix.use(*schedule);
    m_schedule = std::move(schedule);
    return {};
}

Result<BufferId> CpuBackend::addBuffer(std::size_t width, BufferRows rows) {
    Buffer buffer{width, padTo(width, kRowAlignment), rows, {}};
    STRATA_CHECK(resizePages(buffer.memory, rowsOf(rows) * buffer.stride * sizeof(float)));
    m_buffers.push_back(std::move(buffer));
    return BufferId(m_buffers.size() - 1);
}

Result<RopeId> CpuBackend::addRope(const RopeDescription& rope) {
    m_ropes.push_back({rope, 0, 0});
    m_scratch.needRope(rope.inverseFrequencies.size());
    STRATA_CHECK(fitScratch());
    return RopeId(m_ropes.size() - 1);
}

Result<void> CpuBackend::fitScratch() {
    for (Rope& rope : m_ropes) rope.tokens = 0;
    return m_scratch.reserve(m_tokens);
}

std::size_t CpuBackend::rowsFor(BufferRows rows, std::size_t tokens, std::size_t outputTokens) const noexcept {
    if (rows == BufferRows::Routes) return tokens * m_routesPerToken;
    return rows == BufferRows::Tokens ? tokens : outputTokens;
}

std::size_t CpuBackend::rowsOf(BufferRows rows) const noexcept {
    return rowsFor(rows, m_tokens, m_outputTokens);
}

Result<void> CpuBackend::reserveTokens(std::size_t tokens, std::size_t outputTokens) {
    if (tokens == m_tokens && outputTokens == m_outputTokens) return {};
    m_tokens = tokens;
    m_outputTokens = outputTokens;
    for (Buffer& buffer : m_buffers)
        STRATA_CHECK(resizePages(buffer.memory, rowsOf(buffer.rows) * buffer.stride * sizeof(float)));
    return fitScratch();
}

void CpuBackend::write(BufferId into, std::size_t firstToken, std::span<const float> values) {
    const std::size_t tokens = values.size() / width(into);
    for (std::size_t token = 0; token < tokens; ++token)
        std::ranges::copy(values.subspan(token * width(into), width(into)), row(into, firstToken + token));
}

Result<void> CpuBackend::read(BufferId from, std::size_t firstToken, std::span<float> values) {
    if (m_failure) return std::unexpected(*std::exchange(m_failure, std::nullopt));
    const std::size_t columns = width(from);
    for (std::size_t token = 0; token < values.size() / columns; ++token)
        std::copy_n(row(from, firstToken + token), columns, values.data() + token * columns);
    return {};
}

Result<std::vector<RankedValue>> CpuBackend::largest(BufferId x, std::size_t row, std::size_t width, std::size_t count,
                                                     std::span<float> room) {
    STRATA_CHECK(read(x, row, room));
    return largestOf(room.first(width), count);
}

std::uint64_t CpuBackend::scratchBytes() const noexcept {
    std::uint64_t bytes = m_scratch.bytes() + m_attentionScratch.sizeBytes();
    for (const Buffer& buffer : m_buffers) bytes += buffer.memory.sizeBytes();
    return bytes;
}

std::uint64_t CpuBackend::scratchBytesFor(std::size_t tokens, std::size_t outputTokens) const noexcept {
    std::uint64_t bytes = m_scratch.bytesFor(tokens) + m_attentionScratch.sizeBytes();
    for (const Buffer& buffer : m_buffers) {
        const std::size_t rows = rowsFor(buffer.rows, tokens, outputTokens);
        bytes += PageMemory::roundedBytes(rows * buffer.stride * sizeof(float));
    }
    return bytes;
}

Result<void> CpuBackend::setKvShape(const KvShape& shape) {
    for (const KvShape::Layer& layer : shape.layers) {
        if (layer.headDim > kMaximumHeadDim)
            return fail(ErrorCode::Unsupported, "heads of " + std::to_string(layer.headDim) + " dimensions");
        if (layer.heads > 0) STRATA_CHECK(fitAttentionScratch(layer));
    }
    return m_kv.setShape(shape);
}

Result<void> CpuBackend::reserveKv(std::size_t tokens) {
    return m_kv.reserve(tokens);
}

void CpuBackend::truncateKv(std::size_t tokens) {
    m_kv.truncate(tokens);
}

std::uint64_t CpuBackend::kvBytes() const noexcept {
    return m_kv.bytes();
}

std::uint64_t CpuBackend::kvBytesFor(std::size_t tokens) const noexcept {
    return m_kv.bytesFor(tokens);
}

Result<void> CpuBackend::readKv(std::size_t layer, std::size_t tokens, std::span<Half> values) {
    const KvShape::Layer& shape = m_kv.layer(layer);
    assert(values.size() == 2 * tokens * shape.kvHeads * shape.headDim && tokens <= m_kv.capacity());
    Half* key = values.data();
    Half* value = key + values.size() / 2;
    for (std::size_t row = 0; row < tokens * shape.kvHeads; ++row, key += shape.headDim, value += shape.headDim) {
        std::copy_n(m_kv.key(layer, row % shape.kvHeads, row / shape.kvHeads), shape.headDim, key);
        std::copy_n(m_kv.value(layer, row % shape.kvHeads, row / shape.kvHeads), shape.headDim, value);
    }
    return {};
}

Result<void> CpuBackend::writeKv(std::size_t layer, std::size_t tokens, std::span<const Half> values) {
    const KvShape::Layer& shape = m_kv.layer(layer);
    assert(values.size() == 2 * tokens * shape.kvHeads * shape.headDim && tokens <= m_kv.capacity());
    const Half* key = values.data();
    const Half* value = key + values.size() / 2;
    for (std::size_t row = 0; row < tokens * shape.kvHeads; ++row, key += shape.headDim, value += shape.headDim) {
        std::copy_n(key, shape.headDim, m_kv.key(layer, row % shape.kvHeads, row / shape.kvHeads));
        std::copy_n(value, shape.headDim, m_kv.value(layer, row % shape.kvHeads, row / shape.kvHeads));
    }
    return {};
}

float* CpuBackend::row(BufferId buffer, std::size_t token) noexcept {
    Buffer& entry = m_buffers[std::size_t(buffer)];
    assert(token < rowsOf(entry.rows));
    return entry.memory.as<float>() + token * entry.stride;
}

std::size_t CpuBackend::stride(BufferId buffer) const noexcept {
    return m_buffers[std::size_t(buffer)].stride;
}

std::size_t CpuBackend::width(BufferId buffer) const noexcept {
    return m_buffers[std::size_t(buffer)].width;
}

bool CpuBackend::isRouted(BufferId buffer) const noexcept {
    return m_buffers[std::size_t(buffer)].rows == BufferRows::Routes;
}

void CpuBackend::noteFailure(Error error) {
    if (!m_failure) m_failure = std::move(error);
}

}  // namespace strata
