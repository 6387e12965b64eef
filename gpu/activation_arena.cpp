#include "gpu/activation_arena.h"

#include "core/base/size.h"

#include <algorithm>

namespace strata::gpu {
namespace {

constexpr std::size_t kRowFloats = 16;         // rows begin at 64 bytes
constexpr std::size_t kQuantizedColumns = 64;  // likewise, and values are read four words at a time
constexpr std::uint64_t kBitstackBytes = std::uint64_t{4} << 20;

}  // namespace

std::size_t ActivationArena::addBuffer(std::size_t width, BufferRows rows) {
    m_buffers.push_back({width, rows});
    return m_buffers.size() - 1;
}

void ActivationArena::needNested(const MatrixInfo& matrix) {
    m_columns = std::max(m_columns, matrix.columns);
    m_fine = m_fine || matrix.levels >= kFineLevel;
}

void ActivationArena::needBitstack(const MatrixInfo& matrix) {
    m_bitstackRecords = std::max(m_bitstackRecords, bitstackRecords(matrix.levels, matrix.columns, matrix.rank));
}

void ActivationArena::needRouter(const RouterShape& shape) {
    m_experts = std::max(m_experts, shape.experts);
    m_used = std::max(m_used, shape.used);
}

void ActivationArena::needHeads(std::size_t heads, std::size_t headDim) {
    m_stateFloats = std::max(m_stateFloats, heads * (headDim + 2));
}

std::size_t ActivationArena::needRope(std::size_t pairs) {
    m_ropePairs.push_back(pairs);
    return m_ropePairs.size() - 1;
}

ActivationArena::Layout ActivationArena::layoutFor(std::size_t tokens, std::size_t outputTokens) const {
    Layout layout;
    const std::uint64_t alignment = std::max<std::uint64_t>(m_context.features().offsetAlignment, 64);
    const auto place = [&](std::uint64_t bytes) {
        const BufferSlice slice{nullptr, 0, layout.totalBytes, padTo(bytes, 16)};
        layout.totalBytes = padTo(layout.totalBytes + bytes, alignment);
        layout.largestBytes = std::max(layout.largestBytes, slice.sizeBytes);
        return slice;
    };
    const std::size_t routes = tokens * std::max<std::size_t>(m_used, 1);
    for (const Buffer& buffer : m_buffers) {
        const std::size_t stride = padTo(buffer.width, kRowFloats);
        const std::size_t count = buffer.rows == BufferRows::Routes   ? tokens * m_used
                                  : buffer.rows == BufferRows::Tokens ? tokens
                                                                      : outputTokens;
        layout.rows.push_back({place(count * stride * sizeof(float)), word(buffer.width), word(stride)});
    }
    const std::uint64_t values = routes * padTo(m_columns, kQuantizedColumns);
    layout.rotated = place(routes * m_columns * sizeof(float));
    layout.values = place(values);
    layout.fine = place(m_fine ? values : 0);
    layout.scales = place(m_columns > 0 ? routes * sizeof(float) : 0);
    for (const std::size_t pairs : m_ropePairs) layout.ropes.push_back(place(tokens * pairs * 2 * sizeof(float)));
    layout.state = place(tokens * m_stateFloats * sizeof(float));
    layout.logits = place(tokens * m_experts * sizeof(float));
    layout.routes = place(tokens * m_used * 2 * sizeof(std::uint32_t));
    layout.routeTokens = place(tokens * m_used * sizeof(std::uint32_t));
    const std::uint64_t most = std::max<std::uint64_t>(kBitstackBytes / kBitstackRecordBytes, m_bitstackRecords);
    layout.bitstack.records = std::min<std::uint64_t>(most, routes * m_bitstackRecords);
    layout.bitstack.values = place(layout.bitstack.records * (kBitstackRecordBytes - sizeof(float)));
    layout.bitstack.scales = place(layout.bitstack.records * sizeof(float));
    layout.ranking.maxima = place(kRankGroups * sizeof(float));
    layout.ranking.bound = place(sizeof(float));
    layout.ranking.list = place(kRankListBytes);
    return layout;
}

std::uint64_t ActivationArena::bytesFor(std::size_t tokens, std::size_t outputTokens) const {
    return layoutFor(tokens, outputTokens).totalBytes;
}

Result<void> ActivationArena::reserve(std::size_t tokens, std::size_t outputTokens) {
    Layout layout = layoutFor(tokens, outputTokens);
    m_tokens = tokens;
    m_outputTokens = outputTokens;
    if (layout.largestBytes > m_context.features().maximumBufferRange)
        return fail(ErrorCode::Unsupported,
                    "activations of " + formatBytes(layout.largestBytes) + " are larger than the device can bind",
                    "use shorter batches, or run the model on the processor (--device cpu)");
    m_stream.releaseBuffers();
    ++m_generation;
    if (m_buffer.sizeBytes() != layout.totalBytes) {
        m_buffer = DeviceBuffer();  // the old one goes before the new one comes: the peak stays within the budget
        m_layout = Layout();
        STRATA_TRY(m_buffer, DeviceBuffer::allocate(m_context, layout.totalBytes, MemoryKind::Device));
    }
    const auto bind = [&](BufferSlice& slice) {
        slice = slice.sizeBytes == 0 ? BufferSlice{} : m_buffer.slice(slice.offset, slice.sizeBytes);
    };
    for (Rows& rows : layout.rows) bind(rows.slice);
    for (BufferSlice& rope : layout.ropes) bind(rope);
    for (BufferSlice* slice :
         {&layout.rotated, &layout.values, &layout.fine, &layout.scales, &layout.state, &layout.logits, &layout.routes,
          &layout.routeTokens, &layout.bitstack.values, &layout.bitstack.scales, &layout.ranking.maxima,
          &layout.ranking.bound, &layout.ranking.list})
        bind(*slice);
    m_layout = std::move(layout);
    return {};
}

QuantizedRows ActivationArena::quantized(std::size_t columns, bool fine) const noexcept {
    return {m_layout.rotated,
            m_layout.values,
            m_layout.fine,
            m_layout.scales,
            word(padTo(columns, kQuantizedColumns) / 4),
            fine};
}

}  // namespace strata::gpu
