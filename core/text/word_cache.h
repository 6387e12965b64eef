// Ids of words that were encoded before, within one call: most words of a text are repetitions.
#pragma once

#include "core/text/tokenizer.h"

#include <cstdint>
#include <cstring>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace strata {

/// Open addressing over copies of the words; empties itself when full, so its memory is bounded (about 10 MB).
class WordCache {
public:
    static constexpr std::size_t kLongestWord = 48;
    static constexpr std::size_t kMostWords = 1u << 17;

    /// Cost without any word: one small allocation.
    WordCache() : m_slots(64) {}

    /// Empty where the word is not known. A word that has no ids is never known.
    [[nodiscard]] std::span<const TokenId> find(std::string_view word) {
        m_hash = std::hash<std::string_view>{}(word);
        const Slot& slot = m_slots[slotOf(word, m_hash)];
        return {m_ids.data() + slot.ids, slot.idCount};
    }
    /// Remembers the word that find() was last asked for and did not know.
    void insert(std::string_view word, std::span<const TokenId> ids) {
        if (m_count == kMostWords) clear();
        if ((m_count + 1) * 2 > m_slots.size()) grow();
        Slot& slot = m_slots[slotOf(word, m_hash)];
        slot = {m_hash, static_cast<std::uint32_t>(m_text.size()), static_cast<std::uint32_t>(word.size()),
                static_cast<std::uint32_t>(m_ids.size()), static_cast<std::uint32_t>(ids.size())};
        m_text.append(word);
        m_ids.insert(m_ids.end(), ids.begin(), ids.end());
        ++m_count;
    }

private:
    struct Slot {
        std::size_t hash = 0;
        std::uint32_t text = 0;
        std::uint32_t length = 0;  ///< 0: free
        std::uint32_t ids = 0;
        std::uint32_t idCount = 0;
    };

    [[nodiscard]] std::size_t slotOf(std::string_view word, std::size_t hash) const {
        const std::size_t mask = m_slots.size() - 1;
        std::size_t place = hash & mask;
        while (m_slots[place].length != 0 && !isWord(m_slots[place], word, hash)) place = (place + 1) & mask;
        return place;
    }
    [[nodiscard]] bool isWord(const Slot& slot, std::string_view word, std::size_t hash) const {
        return slot.hash == hash && slot.length == word.size() &&
               std::memcmp(m_text.data() + slot.text, word.data(), word.size()) == 0;
    }
    void grow() {
        std::vector<Slot> old(m_slots.size() * 2);
        old.swap(m_slots);
        for (const Slot& slot : old) {
            if (slot.length != 0)
                m_slots[slotOf(std::string_view(m_text).substr(slot.text, slot.length), slot.hash)] = slot;
        }
    }
    void clear() {
        m_slots.assign(64, {});
        m_text.clear();
        m_ids.clear();
        m_count = 0;
    }

    std::vector<Slot> m_slots;
    std::string m_text;
    std::vector<TokenId> m_ids;
    std::size_t m_count = 0;
    std::size_t m_hash = 0;
};

}  // namespace strata
