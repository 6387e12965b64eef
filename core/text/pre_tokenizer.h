// Cuts text into words before the subword model runs: a sequence of steps, as published tokenizers define it.
#pragma once

#include "core/base/result.h"
#include "core/text/regex.h"

#include <deque>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace strata {

/// Immutable once built; concurrent use is safe, each thread with its own PreTokenizerRun.
class PreTokenizer {
public:
    /// What becomes of a match; names and meaning as in the `tokenizers` package.
    enum class Behavior { Isolated, Removed, Contiguous, MergedWithPrevious, MergedWithNext };
    enum class Prepend { Never, First, Always };

    struct Split {
        Regex regex;
        Behavior behavior = Behavior::Isolated;
        bool invert = false;  ///< what the pattern does not match is the match
    };
    /// A space before what does not begin with one.
    struct PrefixSpace {};
    /// Spells bytes in GPT-2's alphabet for the steps that follow; without any, it changes nothing.
    struct ByteAlphabet {};
    /// Spaces become `mark`, which stands at the start of words.
    struct Metaspace {
        std::string mark;
        Prepend prepend = Prepend::Always;
        bool split = true;
    };
    using Step = std::variant<Split, PrefixSpace, ByteAlphabet, Metaspace>;

    template <class T>
    void add(T step) {
        m_steps.emplace_back(std::in_place_type<T>, std::move(step));
    }
    /// Errors: as Regex::compile.
    [[nodiscard]] Result<void> addSplit(std::string_view pattern, Behavior behavior, bool invert = false);
    [[nodiscard]] const std::vector<Step>& steps() const noexcept { return m_steps; }

private:
    std::vector<Step> m_steps;
};

/// Working memory of one thread and one call.
class PreTokenizerRun {
public:
    explicit PreTokenizerRun(const PreTokenizer& preTokenizer);
    /// Words of `text` in order, in raw bytes; they point into `text` or into this object, until the next call.
    /// Invalid bytes are words of their own. `atStart`: nothing stood before `text`.
    [[nodiscard]] std::span<const std::string_view> words(std::string_view text, bool atStart);

private:
    struct Piece {
        std::string_view text;
        bool valid = true;
        bool first = false;
    };
    void cutInvalid(std::string_view text, bool atStart);
    void run(const PreTokenizer::Split& step, Regex::Matcher& matcher);
    void addPrefixSpaces();
    void toAlphabet();
    void run(const PreTokenizer::Metaspace& step);
    void emit(const Piece& whole, std::size_t begin, std::size_t end);
    std::string& keep(std::string text);
    void undoAlphabet();

    const PreTokenizer& m_preTokenizer;
    std::vector<Regex::Matcher> m_matchers;  ///< one per Split step, in order
    std::vector<Piece> m_pieces, m_next;
    std::vector<std::string_view> m_words;
    std::deque<std::string> m_texts;
    bool m_inAlphabet = false;
};

/// The pre-tokenizer that `tokenizer.ggml.pre` names, and what else the name implies.
struct NamedPreTokenizer {
    PreTokenizer steps;
    bool normalizeNfc = false;
    bool ignoreMerges = false;
    bool addBos = false;
};
/// Errors: Unsupported, with the name: a wrong guess would give wrong ids without a sign of it.
[[nodiscard]] Result<NamedPreTokenizer> namedPreTokenizer(std::string_view name);

}  // namespace strata
