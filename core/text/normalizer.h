// Rewrites text before it is cut and encoded: the normalizers of `tokenizers` and of SentencePiece.
#pragma once

#include "core/base/result.h"
#include "core/text/byte_trie.h"
#include "core/text/regex.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace strata {

/// SentencePiece's precompiled character map: a double array (Darts) of prefixes and their replacements.
/// Format: u32 size of the array in bytes, the array's u32 units, then strings that end in NUL. Little-endian.
class CharsMap {
public:
    /// Errors: Corrupt.
    [[nodiscard]] static Result<CharsMap> parse(std::span<const std::byte> bytes);

    struct Found {
        std::size_t length = 0;  ///< bytes of the prefix; 0: none
        std::string_view replacement;
    };
    [[nodiscard]] Found longestAt(std::string_view text, std::size_t position) const;
    [[nodiscard]] Found shortestAt(std::string_view text, std::size_t position) const;

private:
    template <class Visit>
    void visitPrefixes(std::string_view text, std::size_t position, const Visit& visit) const;
    [[nodiscard]] std::string_view replacementAt(std::uint32_t offset) const;
    std::vector<std::uint32_t> m_units;
    std::string m_replacements;
};

enum class UnicodeForm { Nfc, Nfd, Nfkc, Nfkd };

/// Unicode normalization (UAX 15) by the tables of Unicode 14. Invalid bytes stay as they are.
[[nodiscard]] std::string normalizeUnicode(std::string_view text, UnicodeForm form);

/// A sequence of steps. Immutable once built; concurrent use is safe.
class Normalizer {
public:
    struct Prepend {
        std::string text;
    };
    struct Replace {
        Regex regex;
        std::string with;
    };
    struct Strip {
        bool left = true;
        bool right = true;
    };
    struct Lowercase {};
    struct StripAccents {};  ///< drops every mark, spacing ones too
    /// A character map as `tokenizers` applies it, by grapheme.
    struct Precompiled {
        CharsMap map;
        Regex grapheme;
    };
    /// All that SentencePiece does to a sentence before it is cut into pieces.
    struct SentencePiece {
        std::optional<CharsMap> map;
        bool addPrefix = true;           ///< a space before the first word
        bool removeExtraSpaces = false;  ///< none at the ends, single ones between words
        bool markSpaces = true;          ///< write U+2581 for a space
        ByteTrie userDefined;            ///< pieces that stay as they are
    };
    using Step =
        std::variant<UnicodeForm, Prepend, Replace, Strip, Lowercase, StripAccents, Precompiled, SentencePiece>;

    template <class T>
    void add(T step) {
        m_steps.emplace_back(std::in_place_type<T>, std::move(step));
    }
    [[nodiscard]] bool empty() const noexcept { return m_steps.empty(); }
    [[nodiscard]] std::vector<Step>& steps() noexcept { return m_steps; }
    [[nodiscard]] const std::vector<Step>& steps() const noexcept { return m_steps; }
    [[nodiscard]] std::string apply(std::string_view text) const;

private:
    std::vector<Step> m_steps;
};

}  // namespace strata
