// Which of many strings start at a place in a text: added tokens, user-defined pieces, Unigram vocabularies.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

namespace strata {

/// A set of byte strings with a number (>= 0) each. Immutable once built; concurrent use is safe.
class ByteTrie {
public:
    ByteTrie();
    /// An empty key is ignored; a key given again keeps its latest value.
    void insert(std::string_view key, std::int32_t value);
    [[nodiscard]] bool empty() const noexcept { return m_values.size() == 1; }

    /// visit(length, value) for every key that starts at text[position], shortest first.
    template <class Visit>
    void visitPrefixes(std::string_view text, std::size_t position, const Visit& visit) const {
        std::uint32_t node = m_first[static_cast<unsigned char>(text[position])];
        for (std::size_t end = position + 1; node != 0; ++end) {
            if (m_values[node] >= 0) visit(end - position, m_values[node]);
            if (end == text.size()) return;
            node = child(node, static_cast<unsigned char>(text[end]));
        }
    }
    struct Found {
        std::size_t length = 0;  ///< 0: none
        std::int32_t value = -1;
    };
    [[nodiscard]] Found longestAt(std::string_view text, std::size_t position) const;

private:
    struct Edge {
        std::uint64_t key = 0;  ///< parent << 8 | byte; no edge has key 0, for the root's edges stand in m_first
        std::uint32_t node = 0;
    };
    [[nodiscard]] std::uint32_t child(std::uint32_t node, unsigned char byte) const noexcept;
    std::uint32_t makeChild(std::uint32_t node, unsigned char byte);
    [[nodiscard]] std::size_t slotOf(std::uint64_t key) const noexcept;
    void grow();

    std::array<std::uint32_t, 256> m_first{};
    std::vector<std::int32_t> m_values;  ///< by node; node 0 is the root
    std::vector<Edge> m_edges;           ///< open addressing, a power of two
    std::size_t m_edgeCount = 0;
};

}  // namespace strata
