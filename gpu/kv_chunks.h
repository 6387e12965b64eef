// The KV cache on the device: binary16 keys and values, in chunks of neighbouring positions and neighbouring layers.
#pragma once

#include "core/backend.h"
#include "gpu/ops/operators.h"

#include <vector>

namespace strata::gpu {

/// A chunk holds chunkTokens() positions of a group of layers, as many as make some megabytes: of each that is held its
/// keys [kvHeads][chunkTokens][headDim], then its values. Where a layer comes or goes, only its group is laid out anew,
/// chunk by chunk, by copies on the device. Not synchronised; memory is freed only while the device does nothing.
class KvChunks {
public:
    KvChunks(Context& context, CommandStream& stream) : m_context(context), m_stream(stream) {}

    /// As Backend::setKvShape(); takes one chunk of a group more meanwhile. Errors: also Unsupported for heads that
    /// shaders cannot take.
    [[nodiscard]] Result<void> setShape(const KvShape& shape);
    /// Room for positions [0, tokens). Errors: OutOfMemory (what was there stays).
    [[nodiscard]] Result<void> reserve(std::size_t tokens);
    /// Frees the chunks after the one that holds position tokens - 1.
    void truncate(std::size_t tokens);

    /// As Backend::readKv and writeKv; waits for the device. Errors: those of CommandStream::read().
    [[nodiscard]] Result<void> read(std::size_t layer, std::size_t tokens, std::span<Half> values);
    void write(std::size_t layer, std::size_t tokens, std::span<const Half> values);

    [[nodiscard]] std::uint64_t bytes() const noexcept { return bytesFor(m_chunkCount * m_chunkTokens); }
    [[nodiscard]] std::uint64_t bytesFor(std::size_t tokens) const noexcept;
    [[nodiscard]] std::size_t chunkTokens() const noexcept { return m_chunkTokens; }
    [[nodiscard]] KvPlace layer(std::size_t layer) const noexcept;

private:
    struct Layer {
        std::uint32_t kvHeads = 0, headDim = 0;
        bool isHeld = false;
        std::size_t group = 0;
        std::uint64_t firstElement = 0;  ///< per position of a chunk: elements of the group's layers before
        [[nodiscard]] std::uint64_t elements() const noexcept { return 2 * std::uint64_t{kvHeads} * headDim; }
    };
    struct Group {
        std::size_t firstLayer = 0, endLayer = 0;
        std::uint64_t elements = 0;  ///< per position, of the layers that are held
        std::vector<DeviceBuffer> chunks;
        std::vector<BufferSlice> slices;
    };
    [[nodiscard]] bool isOfShape(const KvShape& shape) const noexcept;
    [[nodiscard]] Result<void> plan(const KvShape& shape);
    [[nodiscard]] Result<void> layOut(Group& group, const KvShape& shape);
    [[nodiscard]] Result<void> grow(Group& group, std::size_t chunks);
    void shrink(Group& group, std::size_t chunks);
    [[nodiscard]] std::uint64_t chunkBytes(const Group& group) const noexcept {
        return m_chunkTokens * group.elements * sizeof(Half);
    }
    [[nodiscard]] BufferSlice part(const BufferSlice& chunk, const Layer& layer) const noexcept;
    /// copy(place in the rows of a whole layer, place in the chunk) for each row of [headDim] of the chunk's positions.
    template <class F>
    void forRows(const Layer& layer, std::size_t chunk, std::size_t tokens, F&& copy) const;

    Context& m_context;
    CommandStream& m_stream;
    std::vector<Layer> m_layers;
    std::vector<Group> m_groups;
    std::size_t m_chunkTokens = kKvPageTokens;
    std::size_t m_chunkCount = 0;  ///< of each group
};

}  // namespace strata::gpu
