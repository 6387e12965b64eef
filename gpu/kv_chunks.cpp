#include "gpu/kv_chunks.h"

#include <algorithm>

namespace strata::gpu {
namespace {

// A workgroup of attention holds the weights of one chunk's positions in shared memory.
constexpr std::size_t kMostChunkTokens = 256;
// By which the cache of all layers grows at once.
constexpr std::uint64_t kWantedGrowthBytes = std::uint64_t{32} << 20;
// Drivers allow 4,096 allocations: enough for a cache of many gigabytes, weights beside it.
constexpr std::uint64_t kWantedChunkBytes = std::uint64_t{8} << 20;

}  // namespace

bool KvChunks::isOfShape(const KvShape& shape) const noexcept {
    return std::ranges::equal(m_layers, shape.layers, [](const Layer& mine, const KvShape::Layer& other) {
        return mine.kvHeads == other.kvHeads && mine.headDim == other.headDim;
    });
}

Result<void> KvChunks::setShape(const KvShape& shape) {
    if (!isOfShape(shape)) STRATA_CHECK(plan(shape));
    for (Group& group : m_groups) {
        if (auto status = layOut(group, shape); !status) {
            truncate(0);
            return status;
        }
    }
    return {};
}

/// Whatever is held: where a chunk of positions ends must not depend on it.
Result<void> KvChunks::plan(const KvShape& shape) {
    truncate(0);
    m_layers.clear();
    m_groups.clear();
    std::uint64_t elements = 0, largest = 0;
    for (const KvShape::Layer& layer : shape.layers) {
        if (layer.headDim > kMaximumHeadDim || layer.headDim % 2 != 0)
            return fail(ErrorCode::Unsupported, "heads of " + std::to_string(layer.headDim) + " dimensions",
                        "run the model on the processor (--device cpu)");
        m_layers.push_back({word(layer.kvHeads), word(layer.headDim), false, 0, 0});
        elements += m_layers.back().elements();
        largest = std::max(largest, m_layers.back().elements());
    }
    const DeviceFeatures& features = m_context.features();
    const std::uint64_t most = std::min(features.maximumBufferRange, features.maximumAllocationBytes);
    const auto bytesOf = [&](std::uint64_t perPosition) { return m_chunkTokens * perPosition * sizeof(Half); };
    m_chunkTokens = kMostChunkTokens;
    while (m_chunkTokens > kKvPageTokens && (bytesOf(elements) > kWantedGrowthBytes || bytesOf(largest) > most))
        m_chunkTokens /= 2;
    if (bytesOf(largest) > most)
        return fail(ErrorCode::Unsupported, "a layer's KV cache is larger than the device can bind",
                    "run the model on the processor (--device cpu)");
    std::uint64_t grouped = 0;
    for (std::size_t layer = 0; layer < m_layers.size(); ++layer) {
        grouped += m_layers[layer].elements();
        if (m_groups.empty() || bytesOf(grouped) > std::min(kWantedChunkBytes, most)) {
            m_groups.push_back({layer, layer, 0, {}, {}});
            grouped = m_layers[layer].elements();
        }
        m_groups.back().endLayer = layer + 1;
        m_layers[layer].group = m_groups.size() - 1;
    }
    return {};
}

/// Places the layers of a group that are held one behind the other, and takes along what they hold.
Result<void> KvChunks::layOut(Group& group, const KvShape& shape) {
    const std::vector<Layer> before = m_layers;
    bool changes = false;
    group.elements = 0;
    for (std::size_t layer = group.firstLayer; layer < group.endLayer; ++layer) {
        Layer& entry = m_layers[layer];
        changes = changes || entry.isHeld != shape.layers[layer].isHeld;
        entry.isHeld = shape.layers[layer].isHeld;
        entry.firstElement = group.elements;
        if (entry.isHeld) group.elements += entry.elements();
    }
    if (!changes) return {};
    group.chunks.resize(m_chunkCount);
    group.slices.resize(m_chunkCount);
    for (std::size_t chunk = 0; chunk < m_chunkCount; ++chunk) {
        DeviceBuffer next;
        if (group.elements > 0) {
            STRATA_TRY(next, DeviceBuffer::allocate(m_context, chunkBytes(group), MemoryKind::Device));
        }
        for (std::size_t layer = group.firstLayer; layer < group.endLayer; ++layer)
            if (before[layer].isHeld && m_layers[layer].isHeld)
                m_stream.copy(part(group.slices[chunk], before[layer]), part(next.slice(), m_layers[layer]));
        m_stream.releaseBuffers();
        group.slices[chunk] = next.slice();
        group.chunks[chunk] = std::move(next);
    }
    if (auto failure = m_stream.takeFailure()) return std::unexpected(*std::move(failure));
    return {};
}

Result<void> KvChunks::grow(Group& group, std::size_t chunks) {
    while (group.elements > 0 && group.chunks.size() < chunks) {
        STRATA_TRY(DeviceBuffer chunk, DeviceBuffer::allocate(m_context, chunkBytes(group), MemoryKind::Device));
        group.slices.push_back(chunk.slice());
        group.chunks.push_back(std::move(chunk));
    }
    return {};
}

void KvChunks::shrink(Group& group, std::size_t chunks) {
    group.chunks.resize(std::min(chunks, group.chunks.size()));
    group.slices.resize(group.chunks.size());
}

Result<void> KvChunks::reserve(std::size_t tokens) {
    const std::size_t wanted = groupsOf(tokens, m_chunkTokens);
    if (wanted <= m_chunkCount) return {};
    for (Group& group : m_groups) {
        auto status = grow(group, wanted);
        if (status) continue;
        for (Group& each : m_groups) shrink(each, m_chunkCount);  // no command knows what was added
        return status;
    }
    m_chunkCount = wanted;
    return {};
}

void KvChunks::truncate(std::size_t tokens) {
    const std::size_t kept = groupsOf(tokens, m_chunkTokens);
    if (kept >= m_chunkCount) return;
    m_stream.releaseBuffers();
    for (Group& group : m_groups) shrink(group, kept);
    m_chunkCount = kept;
}

std::uint64_t KvChunks::bytesFor(std::size_t tokens) const noexcept {
    std::uint64_t bytes = 0;
    for (const Group& group : m_groups) bytes += chunkBytes(group);
    return groupsOf(tokens, m_chunkTokens) * bytes;
}

BufferSlice KvChunks::part(const BufferSlice& chunk, const Layer& layer) const noexcept {
    return chunk.part(layer.firstElement * m_chunkTokens * sizeof(Half),
                      layer.elements() * m_chunkTokens * sizeof(Half));
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
        const BufferSlice slice = part(m_groups[entry.group].slices[chunk], entry);
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
        const BufferSlice slice = part(m_groups[entry.group].slices[chunk], entry);
        std::vector<Half> room(slice.sizeBytes / sizeof(Half));
        forRows(entry, chunk, tokens,
                [&](std::size_t row, std::size_t place) { std::copy_n(&values[row], entry.headDim, &room[place]); });
        m_stream.write(slice, std::as_bytes(std::span(room)));
    }
}

KvPlace KvChunks::layer(std::size_t layer) const noexcept {
    const Layer& entry = m_layers[layer];
    return {m_groups[entry.group].slices, word(m_chunkTokens), word(entry.firstElement * m_chunkTokens / 2),
            entry.kvHeads, entry.headDim};
}

}  // namespace strata::gpu
