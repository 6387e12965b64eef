// The KV cache of the CPU: binary16 keys and values of all layers, grown and given back page by page.
#pragma once

#include "core/backend.h"
#include "core/cpu/page_memory.h"
#include "core/kernels/kernels.h"

#include <cstdint>
#include <vector>

namespace strata {

/// A page is a mapping of kKvPageTokens positions of one layer: its keys [kvHeads][kKvPageTokens][headDim], then its
/// values likewise. Not synchronised.
class KvCache {
public:
    /// As Backend::setKvShape().
    [[nodiscard]] Result<void> setShape(const KvShape& shape);
    /// Room for positions [0, tokens). Errors: OutOfMemory (what was there stays).
    [[nodiscard]] Result<void> reserve(std::size_t tokens);
    /// Unmaps the pages after the one that holds position tokens - 1.
    void truncate(std::size_t tokens) noexcept;

    [[nodiscard]] std::uint64_t bytes() const noexcept;
    [[nodiscard]] std::uint64_t bytesFor(std::size_t tokens) const noexcept;
    /// Positions there is room for.
    [[nodiscard]] std::size_t capacity() const noexcept { return m_pageCount * kKvPageTokens; }
    [[nodiscard]] const KvShape::Layer& layer(std::size_t layer) const noexcept { return m_layers[layer].shape; }
    /// Valid until the next reserve() or truncate().
    [[nodiscard]] KvPages pages(std::size_t layer) const noexcept;
    /// Row of one position and KV head: [headDim].
    [[nodiscard]] Half* key(std::size_t layer, std::size_t head, std::size_t position) noexcept;
    [[nodiscard]] Half* value(std::size_t layer, std::size_t head, std::size_t position) noexcept;

private:
    struct Layer {
        KvShape::Layer shape;
        std::size_t pageBytes = 0;  ///< 0 where it is not held
        std::vector<PageMemory> pages;
        std::vector<Half*> keys, values;
        void setHeld(bool isHeld) noexcept;
        [[nodiscard]] Result<void> grow(std::size_t count);
        void shrink(std::size_t count) noexcept;
        [[nodiscard]] std::size_t elements() const noexcept { return shape.kvHeads * kKvPageTokens * shape.headDim; }
        [[nodiscard]] Half* row(const std::vector<Half*>& from, std::size_t head, std::size_t position) const noexcept;
    };
    [[nodiscard]] bool isOfShape(const KvShape& shape) const noexcept;
    [[nodiscard]] Result<void> growTo(std::size_t count);
    std::vector<Layer> m_layers;
    std::size_t m_pageCount = 0;  ///< of each layer that is held
};

}  // namespace strata
