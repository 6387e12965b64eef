#include "core/text/byte_trie.h"

namespace strata {
namespace {

constexpr std::uint64_t kMix = 0x9E3779B97F4A7C15u;

}  // namespace

ByteTrie::ByteTrie() : m_values(1, -1), m_edges(64) {}

std::size_t ByteTrie::slotOf(std::uint64_t key) const noexcept {
    const std::size_t mask = m_edges.size() - 1;
    const std::uint64_t mixed = key * kMix;
    std::size_t slot = static_cast<std::size_t>(mixed ^ (mixed >> 32)) & mask;
    while (m_edges[slot].key != 0 && m_edges[slot].key != key) slot = (slot + 1) & mask;
    return slot;
}

std::uint32_t ByteTrie::child(std::uint32_t node, unsigned char byte) const noexcept {
    return m_edges[slotOf((std::uint64_t{node} << 8) | byte)].node;
}

void ByteTrie::grow() {
    std::vector<Edge> old(m_edges.size() * 2);
    old.swap(m_edges);
    for (const Edge& edge : old) {
        if (edge.key != 0) m_edges[slotOf(edge.key)] = edge;
    }
}

std::uint32_t ByteTrie::makeChild(std::uint32_t node, unsigned char byte) {
    const std::uint64_t key = (std::uint64_t{node} << 8) | byte;
    std::uint32_t& known = node == 0 ? m_first[byte] : m_edges[slotOf(key)].node;
    if (known != 0) return known;
    const auto fresh = static_cast<std::uint32_t>(m_values.size());
    m_values.push_back(-1);
    known = fresh;
    if (node != 0) {
        m_edges[slotOf(key)].key = key;
        if (++m_edgeCount * 2 > m_edges.size()) grow();
    }
    return fresh;
}

void ByteTrie::insert(std::string_view key, std::int32_t value) {
    if (key.empty()) return;
    std::uint32_t node = 0;
    for (const char byte : key) node = makeChild(node, static_cast<unsigned char>(byte));
    m_values[node] = value;
}

ByteTrie::Found ByteTrie::longestAt(std::string_view text, std::size_t position) const {
    Found found;
    visitPrefixes(text, position, [&](std::size_t length, std::int32_t value) { found = {length, value}; });
    return found;
}

}  // namespace strata
