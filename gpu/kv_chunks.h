// The KV cache on the device: binary16 keys and values of all layers, in chunks of neighbouring positions.
#pragma once

#include "core/backend.h"
#include "gpu/ops/operators.h"

#include <vector>

namespace strata::gpu {

/// A chunk holds chunkTokens() positions of every layer: its keys [kvHeads][chunkTokens][headDim], then its values. Not
/// synchronised; memory is freed only while the device does nothing.
class KvChunks {
public:
    KvChunks(Context& context, CommandStream& stream) : m_context(context), m_stream(stream) {}

    /// Forgets everything. Errors: Unsupported for heads that shaders cannot take.
    [[nodiscard]] Result<void> setShape(const KvShape& shape);
    /// Room for positions [0, tokens). Errors: OutOfMemory (what was there stays).
    [[nodiscard]] Result<void> reserve(std::size_t tokens);
    /// Frees the chunks after the one that holds position tokens - 1.
    void truncate(std::size_t tokens);

    /// As Backend::readKv and writeKv; waits for the device. Errors: those of CommandStream::read().
    [[nodiscard]] Result<void> read(std::size_t layer, std::size_t tokens, std::span<Half> values);
    void write(std::size_t layer, std::size_t tokens, std::span<const Half> values);

    [[nodiscard]] std::uint64_t bytes() const noexcept { return m_chunks.size() * m_chunkBytes; }
    [[nodiscard]] std::uint64_t bytesFor(std::size_t tokens) const noexcept;
    [[nodiscard]] std::size_t chunkTokens() const noexcept { return m_chunkTokens; }
    [[nodiscard]] KvPlace layer(std::size_t layer) const noexcept;

private:
    struct Layer {
        std::uint32_t kvHeads = 0, headDim = 0;
        std::uint64_t firstElement = 0;  ///< per position of a chunk: elements of the layers before
    };
    [[nodiscard]] BufferSlice part(const Layer& layer, std::size_t chunk) const noexcept;
    /// copy(place in the rows of a whole layer, place in the chunk) for each row of [headDim] of the chunk's positions.
    template <class F>
    void forRows(const Layer& layer, std::size_t chunk, std::size_t tokens, F&& copy) const;

    Context& m_context;
    CommandStream& m_stream;
    std::vector<Layer> m_layers;
    std::size_t m_chunkTokens = kKvPageTokens;
    std::uint64_t m_chunkBytes = 0;
    std::vector<DeviceBuffer> m_chunks;
    std::vector<BufferSlice> m_slices;
};

}  // namespace strata::gpu
