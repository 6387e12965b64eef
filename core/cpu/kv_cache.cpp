#include "core/cpu/kv_cache.h"

#include <algorithm>
#include <cassert>
#include <utility>

namespace strata {
namespace {

std::size_t pagesFor(std::size_t tokens) noexcept {
    return (tokens + kKvPageTokens - 1) / kKvPageTokens;
}

}  // namespace

void KvCache::Layer::setHeld(bool isHeld) noexcept {
    shape.isHeld = isHeld;
    pageBytes = isHeld ? PageMemory::roundedBytes(2 * elements() * sizeof(Half)) : 0;
    if (!isHeld) shrink(0);
}

Result<void> KvCache::Layer::grow(std::size_t count) {
    while (shape.isHeld && pages.size() < count) {
        STRATA_TRY(PageMemory page, PageMemory::allocate(pageBytes, true));
        keys.push_back(page.as<Half>());
        values.push_back(keys.back() + elements());
        pages.push_back(std::move(page));
    }
    return {};
}

void KvCache::Layer::shrink(std::size_t count) noexcept {
    const std::size_t kept = std::min(count, pages.size());
    pages.resize(kept);
    keys.resize(kept);
    values.resize(kept);
}

bool KvCache::isOfShape(const KvShape& shape) const noexcept {
    return std::ranges::equal(m_layers, shape.layers, [](const Layer& mine, const KvShape::Layer& other) {
        return mine.shape.kvHeads == other.kvHeads && mine.shape.headDim == other.headDim;
    });
}

Result<void> KvCache::setShape(const KvShape& shape) {
    if (!isOfShape(shape)) {
        m_layers.clear();
        m_pageCount = 0;
        for (const KvShape::Layer& layer : shape.layers) m_layers.push_back({layer, 0, {}, {}, {}});
    }
    for (std::size_t layer = 0; layer < m_layers.size(); ++layer) m_layers[layer].setHeld(shape.layers[layer].isHeld);
    auto status = growTo(m_pageCount);
    if (!status) truncate(0);
    return status;
}

Result<void> KvCache::growTo(std::size_t count) {
    for (Layer& layer : m_layers) STRATA_CHECK(layer.grow(count));
    m_pageCount = count;
    return {};
}

Result<void> KvCache::reserve(std::size_t tokens) {
    const std::size_t wanted = pagesFor(tokens);
    if (wanted <= m_pageCount) return {};
    auto status = growTo(wanted);
    for (Layer& layer : m_layers) layer.shrink(m_pageCount);
    return status;
}

void KvCache::truncate(std::size_t tokens) noexcept {
    m_pageCount = std::min(m_pageCount, pagesFor(tokens));
    for (Layer& layer : m_layers) layer.shrink(m_pageCount);
}

std::uint64_t KvCache::bytes() const noexcept {
    return bytesFor(capacity());
}

std::uint64_t KvCache::bytesFor(std::size_t tokens) const noexcept {
    std::uint64_t bytes = 0;
    for (const Layer& layer : m_layers) bytes += layer.pageBytes;
    return std::uint64_t{pagesFor(tokens)} * bytes;
}

KvPages KvCache::pages(std::size_t layer) const noexcept {
    const Layer& entry = m_layers[layer];
    return {entry.keys.data(), entry.values.data(), entry.shape.kvHeads, entry.shape.headDim};
}

Half* KvCache::Layer::row(const std::vector<Half*>& from, std::size_t head, std::size_t position) const noexcept {
    assert(position / kKvPageTokens < from.size());
    return from[position / kKvPageTokens] + (head * kKvPageTokens + position % kKvPageTokens) * shape.headDim;
}

Half* KvCache::key(std::size_t layer, std::size_t head, std::size_t position) noexcept {
    return m_layers[layer].row(m_layers[layer].keys, head, position);
}

Half* KvCache::value(std::size_t layer, std::size_t head, std::size_t position) noexcept {
    return m_layers[layer].row(m_layers[layer].values, head, position);
}

}  // namespace strata
