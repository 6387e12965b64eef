// Unicode normalization forms: UAX 15, with Hangul by the arithmetic of the Unicode standard, section 3.12.
#include "core/text/normalizer.h"
#include "core/text/unicode_tables.h"
#include "core/text/utf8.h"

#include <algorithm>

namespace strata {
namespace {

constexpr char32_t kHangulBase = 0xAC00, kLeadBase = 0x1100, kVowelBase = 0x1161, kTailBase = 0x11A7;
constexpr char32_t kLeadCount = 19, kVowelCount = 21, kTailCount = 28, kHangulCount = 11172;

struct Character {
    char32_t codePoint;
    std::uint8_t combining;
    bool valid;
};

std::uint8_t combiningClass(char32_t codePoint) {
    if (codePoint < 0x300) return 0;
    const auto table = unicode::combiningClasses();
    const auto* entry = std::upper_bound(table.data(), table.data() + table.size(), codePoint,
                                         [](char32_t value, const auto& range) { return value < range.begin; });
    return entry != table.data() && codePoint <= entry[-1].end ? entry[-1].value : std::uint8_t{0};
}

std::span<const char32_t> lookUp(std::span<const unicode::Decomposition> table, char32_t codePoint) {
    const auto found = std::lower_bound(table.begin(), table.end(), codePoint,
                                        [](const auto& entry, char32_t value) { return entry.character < value; });
    if (found == table.end() || found->character != codePoint) return {};
    return unicode::decompositionPool().subspan(found->offset, found->length);
}

char32_t compose(char32_t first, char32_t second) {
    if (first - kLeadBase < kLeadCount && second - kVowelBase < kVowelCount)
        return kHangulBase + ((first - kLeadBase) * kVowelCount + (second - kVowelBase)) * kTailCount;
    if (first - kHangulBase < kHangulCount && (first - kHangulBase) % kTailCount == 0 &&
        second - kTailBase - 1 < kTailCount - 1)
        return first + (second - kTailBase);
    const auto table = unicode::compositions();
    const auto found =
        std::lower_bound(table.begin(), table.end(), std::pair(first, second),
                         [](const auto& e, const auto& pair) { return std::pair(e.first, e.second) < pair; });
    return found != table.end() && found->first == first && found->second == second ? found->composed : 0;
}

class Chunk {
public:
    explicit Chunk(UnicodeForm form)
        : m_compatible(form == UnicodeForm::Nfkc || form == UnicodeForm::Nfkd),
          m_composes(form == UnicodeForm::Nfc || form == UnicodeForm::Nfkc) {}

    void add(Utf8Char character) {
        if (!character.valid) {
            m_characters.push_back({character.codePoint, 0, false});
        } else {
            decompose(character.codePoint);
        }
    }

    void flush(std::string& out) {
        order();
        if (m_composes) composeAll();
        for (const Character& character : m_characters) {
            if (character.valid) {
                appendUtf8(out, character.codePoint);
            } else {
                out += static_cast<char>(character.codePoint);
            }
        }
        m_characters.clear();
    }

private:
    void push(char32_t codePoint) { m_characters.push_back({codePoint, combiningClass(codePoint), true}); }

    void decompose(char32_t codePoint) {
        if (codePoint - kHangulBase < kHangulCount) {
            const char32_t index = codePoint - kHangulBase;
            push(kLeadBase + index / (kVowelCount * kTailCount));
            push(kVowelBase + index % (kVowelCount * kTailCount) / kTailCount);
            if (index % kTailCount != 0) push(kTailBase + index % kTailCount);
            return;
        }
        auto parts =
            m_compatible ? lookUp(unicode::compatibilityDecompositions(), codePoint) : std::span<const char32_t>{};
        if (parts.empty()) parts = lookUp(unicode::canonicalDecompositions(), codePoint);
        if (parts.empty()) push(codePoint);
        for (const char32_t part : parts) push(part);
    }

    // Marks between two starters stand in the order of their classes.
    void order() {
        const auto isStarter = [](const Character& c) { return c.combining == 0; };
        for (auto begin = m_characters.begin(); begin != m_characters.end();) {
            const auto end = std::find_if(begin, m_characters.end(), isStarter);
            std::stable_sort(begin, end, [](const auto& a, const auto& b) { return a.combining < b.combining; });
            begin = end == m_characters.end() ? end : end + 1;
        }
    }

    void composeAll() {
        std::size_t kept = 0;
        std::size_t starter = m_characters.size();
        int lastClass = -1;
        for (const Character character : m_characters) {
            const bool blocked = lastClass >= static_cast<int>(character.combining) && lastClass != -1;
            if (starter < kept && !blocked && character.valid && m_characters[starter].valid) {
                if (const char32_t whole = compose(m_characters[starter].codePoint, character.codePoint)) {
                    m_characters[starter].codePoint = whole;
                    continue;
                }
            }
            if (character.combining == 0) {
                starter = kept;
                lastClass = -1;
            } else {
                lastClass = character.combining;
            }
            m_characters[kept++] = character;
        }
        m_characters.resize(kept);
    }

    bool m_compatible;
    bool m_composes;
    std::vector<Character> m_characters;
};

bool isAscii(char byte) {
    return static_cast<unsigned char>(byte) < 0x80;
}

}  // namespace

// No form changes ASCII, and nothing composes with an ASCII character after it: only a run of other characters, with
// the ASCII character before it, needs work.
std::string normalizeUnicode(std::string_view text, UnicodeForm form) {
    std::string out;
    out.reserve(text.size());
    Chunk chunk(form);
    std::size_t position = 0;
    while (position < text.size()) {
        std::size_t end = position;
        while (end < text.size() && isAscii(text[end])) ++end;
        if (end == text.size()) {
            out += text.substr(position);
            break;
        }
        if (end > position) out += text.substr(position, end - 1 - position);
        if (end > position) chunk.add({static_cast<unsigned char>(text[end - 1]), 1, true});
        for (position = end; position < text.size() && !isAscii(text[position]);) {
            const Utf8Char character = decodeUtf8(text, position);
            chunk.add(character);
            position += character.length;
        }
        chunk.flush(out);
    }
    return out;
}

}  // namespace strata
