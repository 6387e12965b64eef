#include "core/cpu/kv_cache.h"

#include <cassert>

namespace strata {
namespace {

std::size_t pagesFor(std::size_t tokens) noexcept {
    return (tokens + kKvPageTokens - 1) / kKvPageTokens;
}

}  // namespace

void KvCache::setShape(const KvShape& shape) {
    m_pages.clear();
    m_layers.clear();
    std::size_t elements = 0;
    for (const KvShape::Layer& layer : shape.layers) {
        m_layers.push_back({layer, elements, {}, {}});
        elements += 2 * m_layers.back().elements();
    }
    m_pageBytes = PageMemory::roundedBytes(elements * sizeof(Half));
}

Result<void> KvCache::reserve(std::size_t tokens) {
    while (capacity() < tokens) {
        STRATA_TRY(PageMemory page, PageMemory::allocate(m_pageBytes, true));
        for (Layer& layer : m_layers) {
            layer.keys.push_back(page.as<Half>() + layer.offset);
            layer.values.push_back(layer.keys.back() + layer.elements());
        }
        m_pages.push_back(std::move(page));
    }
    return {};
}

void KvCache::truncate(std::size_t tokens) noexcept {
    const std::size_t kept = pagesFor(tokens);
    if (kept >= m_pages.size()) return;
    m_pages.resize(kept);
    for (Layer& layer : m_layers) {
        layer.keys.resize(kept);
        layer.values.resize(kept);
    }
}

std::uint64_t KvCache::bytes() const noexcept {
    return std::uint64_t{m_pages.size()} * m_pageBytes;
}

std::uint64_t KvCache::bytesFor(std::size_t tokens) const noexcept {
    return std::uint64_t{pagesFor(tokens)} * m_pageBytes;
}

KvPages KvCache::pages(std::size_t layer) const noexcept {
    const Layer& entry = m_layers[layer];
    return {entry.keys.data(), entry.values.data(), entry.shape.kvHeads, entry.shape.headDim};
}

Half* KvCache::Layer::row(const std::vector<Half*>& pages, std::size_t head, std::size_t position) const noexcept {
    assert(position / kKvPageTokens < pages.size());
    return pages[position / kKvPageTokens] + (head * kKvPageTokens + position % kKvPageTokens) * shape.headDim;
}

Half* KvCache::key(std::size_t layer, std::size_t head, std::size_t position) noexcept {
    return m_layers[layer].row(m_layers[layer].keys, head, position);
}

Half* KvCache::value(std::size_t layer, std::size_t head, std::size_t position) noexcept {
    return m_layers[layer].row(m_layers[layer].values, head, position);
}

}  // namespace strata
