#include "gpu/kv_chunks.h"

#include <algorithm>

namespace strata::gpu {
namespace {

// A workgroup of attention holds the weights of one chunk's positions in shared memory.
constexpr std::size_t kMostChunkTokens = 256;
constexpr std::uint64_t kWantedChunkBytes = std::uint64_t{32} << 20;

}  // namespace

Result<void> KvChunks::setShape(const KvShape& shape) {
    truncate(0);
    m_layers.clear();
    std::uint64_t elements = 0;
    for (const KvShape::Layer& layer : shape.layers) {
        if (layer.headDim > kMaximumHeadDim || layer.headDim % 2 != 0)
            return fail(ErrorCode::Unsupported, "heads of " + std::to_string(layer.headDim) + " dimensions",
                        "run the model on the processor (--device cpu)");
        m_layers.push_back({word(layer.kvHeads), word(layer.headDim), elements});
        elements += 2 * std::uint64_t{layer.kvHeads} * layer.headDim;
    }
    const DeviceFeatures& features = m_context.features();
    const std::uint64_t most =
        std::min({kWantedChunkBytes, features.maximumBufferRange, features.maximumAllocationBytes});
    m_chunkTokens = kMostChunkTokens;
    while (m_chunkTokens > kKvPageTokens && m_chunkTokens * elements * sizeof(Half) > most) m_chunkTokens /= 2;
    m_chunkBytes = m_chunkTokens * elements * sizeof(Half);
    if (m_chunkBytes > std::min(features.maximumBufferRange, features.maximumAllocationBytes))
        return fail(ErrorCode::Unsupported, "the KV cache has more layers than the device can bind",
                    "run the model on the processor (--device cpu)");
    return {};
}

Result<void> KvChunks::reserve(std::size_t tokens) {
    while (m_chunks.size() * m_chunkTokens < tokens) {
        STRATA_TRY(DeviceBuffer chunk, DeviceBuffer::allocate(m_context, m_chunkBytes, MemoryKind::Device));
        m_slices.push_back(chunk.slice());
        m_chunks.push_back(std::move(chunk));
    }
    return {};
}

void KvChunks::truncate(std::size_t tokens) {
    const std::size_t kept = groupsOf(tokens, m_chunkTokens);
    if (kept >= m_chunks.size()) return;
    m_stream.releaseBuffers();
    m_chunks.resize(kept);
    m_slices.resize(kept);
}

std::uint64_t KvChunks::bytesFor(std::size_t tokens) const noexcept {
    return groupsOf(tokens, m_chunkTokens) * m_chunkBytes;
}

BufferSlice KvChunks::part(const Layer& layer, std::size_t chunk) const noexcept {
    const std::uint64_t elements = 2 * std::uint64_t{layer.kvHeads} * layer.headDim * m_chunkTokens;
    return m_slices[chunk].part(layer.firstElement * m_chunkTokens * sizeof(Half), elements * sizeof(Half));
}

template <class F>
void KvChunks::forRows(const Layer& layer, std::size_t chunk, std::size_t tokens, F&& copy) const {
    const std::size_t first = chunk * m_chunkTokens, count = std::min(m_chunkTokens, tokens - first);
    for (std::size_t kind = 0; kind < 2; ++kind)
        for (std::size_t head = 0; head < layer.kvHeads; ++head)
            for (std::size_t position = 0; position < count; ++position)
                copy(((kind * tokens + first + position) * layer.kvHeads + head) * layer.headDim,
                     ((kind * layer.kvHeads + head) * m_chunkTokens + position) * layer.headDim);
}

Result<void> KvChunks::read(std::size_t layer, std::size_t tokens, std::span<Half> values) {
    const Layer& entry = m_layers[layer];
    for (std::size_t chunk = 0; chunk * m_chunkTokens < tokens; ++chunk) {
        const BufferSlice slice = part(entry, chunk);
        std::vector<Half> room(slice.sizeBytes / sizeof(Half));
        STRATA_CHECK(m_stream.read(slice, std::as_writable_bytes(std::span(room))));
        forRows(entry, chunk, tokens,
                [&](std::size_t row, std::size_t place) { std::copy_n(&room[place], entry.headDim, &values[row]); });
    }
    return {};
}

void KvChunks::write(std::size_t layer, std::size_t tokens, std::span<const Half> values) {
    const Layer& entry = m_layers[layer];
    for (std::size_t chunk = 0; chunk * m_chunkTokens < tokens; ++chunk) {
        const BufferSlice slice = part(entry, chunk);
        std::vector<Half> room(slice.sizeBytes / sizeof(Half));
        forRows(entry, chunk, tokens,
                [&](std::size_t row, std::size_t place) { std::copy_n(&values[row], entry.headDim, &room[place]); });
        m_stream.write(slice, std::as_bytes(std::span(room)));
    }
}

KvPlace KvChunks::layer(std::size_t layer) const noexcept {
    const Layer& entry = m_layers[layer];
    return {m_slices, word(m_chunkTokens), word(entry.firstElement * m_chunkTokens / 2), entry.kvHeads, entry.headDim};
}

}  // namespace strata::gpu
