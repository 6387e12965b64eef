#include "core/text/pre_tokenizer.h"

#include "core/text/utf8.h"

#include <algorithm>

namespace strata {
namespace {

struct Range {
    std::size_t begin = 0;
    std::size_t end = 0;
    bool isMatch = false;
};

// Joins ranges as `behavior` asks; the rules are those of SplitDelimiterBehavior in the `tokenizers` package.
class RangeJoiner {
public:
    explicit RangeJoiner(PreTokenizer::Behavior behavior) : m_behavior(behavior) {}

    template <class Emit>
    void add(Range range, const Emit& emit) {
        if (range.begin == range.end) return;
        switch (m_behavior) {
            case PreTokenizer::Behavior::Isolated:
                emit(range.begin, range.end);
                break;
            case PreTokenizer::Behavior::Removed:
                if (!range.isMatch) emit(range.begin, range.end);
                break;
            case PreTokenizer::Behavior::Contiguous:
                hold(range, m_any && range.isMatch == m_held.isMatch, emit);
                break;
            case PreTokenizer::Behavior::MergedWithPrevious:
                hold(range, m_any && range.isMatch && !m_last, emit);
                break;
            case PreTokenizer::Behavior::MergedWithNext:
                hold(range, m_any && m_last && !range.isMatch, emit);
                break;
        }
        m_last = range.isMatch;
    }
    template <class Emit>
    void finish(const Emit& emit) {
        if (m_any) emit(m_held.begin, m_held.end);
        m_any = false;
    }

private:
    template <class Emit>
    void hold(Range range, bool join, const Emit& emit) {
        if (join) {
            m_held.end = range.end;
            return;
        }
        finish(emit);
        m_held = range;
        m_any = true;
    }

    PreTokenizer::Behavior m_behavior;
    Range m_held;
    bool m_any = false;
    bool m_last = false;
};

std::string replaceSpaces(std::string_view text, std::string_view mark, bool prepend) {
    std::string out;
    const bool isMarked = text.starts_with(mark) || text.starts_with(' ');
    if (prepend && !isMarked) out += mark;
    for (const char character : text) {
        if (character == ' ') {
            out += mark;
        } else {
            out += character;
        }
    }
    return out;
}

}  // namespace

Result<void> PreTokenizer::addSplit(std::string_view pattern, Behavior behavior, bool invert) {
    STRATA_TRY(Regex regex, Regex::compile(pattern));
    add(Split{std::move(regex), behavior, invert});
    return {};
}

PreTokenizerRun::PreTokenizerRun(const PreTokenizer& preTokenizer) : m_preTokenizer(preTokenizer) {
    for (const auto& step : preTokenizer.steps()) {
        if (const auto* split = std::get_if<PreTokenizer::Split>(&step)) m_matchers.emplace_back(split->regex);
    }
}

std::span<const std::string_view> PreTokenizerRun::words(std::string_view text, bool atStart) {
    m_texts.clear();
    m_inAlphabet = false;
    cutInvalid(text, atStart);
    std::size_t matcher = 0;
    const auto& steps = m_preTokenizer.steps();
    for (const auto& step : steps) {
        m_next.clear();
        if (const auto* split = std::get_if<PreTokenizer::Split>(&step)) run(*split, m_matchers[matcher++]);
        if (std::holds_alternative<PreTokenizer::PrefixSpace>(step)) addPrefixSpaces();
        if (std::holds_alternative<PreTokenizer::ByteAlphabet>(step)) {
            if (&step == &steps.back()) break;
            toAlphabet();
        }
        if (const auto* metaspace = std::get_if<PreTokenizer::Metaspace>(&step)) run(*metaspace);
        m_pieces.swap(m_next);
    }
    if (m_inAlphabet) undoAlphabet();
    m_words.clear();
    for (const Piece& piece : m_pieces) m_words.push_back(piece.text);
    return m_words;
}

void PreTokenizerRun::cutInvalid(std::string_view text, bool atStart) {
    m_pieces.clear();
    std::size_t position = 0;
    while (position < text.size()) {
        const std::size_t valid = validUtf8Prefix(text.substr(position));
        if (valid > 0) m_pieces.push_back({text.substr(position, valid), true, atStart && position == 0});
        position += valid;
        const std::size_t begin = position;
        while (position < text.size() && !decodeUtf8(text, position).valid) ++position;
        if (position > begin) m_pieces.push_back({text.substr(begin, position - begin), false, atStart && begin == 0});
    }
}

void PreTokenizerRun::emit(const Piece& whole, std::size_t begin, std::size_t end) {
    m_next.push_back({whole.text.substr(begin, end - begin), true, whole.first && begin == 0});
}

void PreTokenizerRun::run(const PreTokenizer::Split& step, Regex::Matcher& matcher) {
    for (const Piece& piece : m_pieces) {
        if (!piece.valid) {
            m_next.push_back(piece);
            continue;
        }
        RangeJoiner joiner(step.behavior);
        const auto out = [&](std::size_t begin, std::size_t end) { emit(piece, begin, end); };
        std::size_t position = 0;
        std::size_t from = 0;
        Regex::Match match;
        while (from <= piece.text.size() && matcher.find(piece.text, from, match)) {
            joiner.add({position, match.begin, step.invert}, out);
            joiner.add({match.begin, match.end, !step.invert}, out);
            position = match.end;
            from = match.end;
            if (match.begin == match.end) from += from < piece.text.size() ? decodeUtf8(piece.text, from).length : 1;
        }
        joiner.add({position, piece.text.size(), step.invert}, out);
        joiner.finish(out);
    }
}

std::string& PreTokenizerRun::keep(std::string text) {
    return m_texts.emplace_back(std::move(text));
}

void PreTokenizerRun::addPrefixSpaces() {
    for (Piece piece : m_pieces) {
        if (!piece.text.starts_with(' ')) piece.text = keep(std::string(1, ' ').append(piece.text));
        m_next.push_back(piece);
    }
}

void PreTokenizerRun::toAlphabet() {
    for (const Piece& piece : m_pieces) {
        std::string spelled;
        for (const char byte : piece.text) appendUtf8(spelled, byteAlphabet()[static_cast<unsigned char>(byte)]);
        m_next.push_back({keep(std::move(spelled)), true, piece.first});
    }
    m_inAlphabet = true;
}

void PreTokenizerRun::run(const PreTokenizer::Metaspace& step) {
    for (const Piece& piece : m_pieces) {
        const bool wanted = step.prepend == PreTokenizer::Prepend::Always ||
                            (step.prepend == PreTokenizer::Prepend::First && piece.first);
        const Piece whole{keep(replaceSpaces(piece.text, step.mark, wanted)), piece.valid, piece.first};
        if (!step.split) {
            m_next.push_back(whole);
            continue;
        }
        std::size_t begin = 0;
        while (begin < whole.text.size()) {
            const std::size_t after =
                whole.text.substr(begin).starts_with(step.mark) ? begin + step.mark.size() : begin;
            const std::size_t end = std::min(whole.text.find(step.mark, after), whole.text.size());
            m_next.push_back({whole.text.substr(begin, end - begin), whole.valid, whole.first && begin == 0});
            begin = end;
        }
    }
}

void PreTokenizerRun::undoAlphabet() {
    for (Piece& piece : m_pieces) {
        std::string raw;
        for (std::size_t position = 0; position < piece.text.size();) {
            const Utf8Char character = decodeUtf8(piece.text, position);
            const int byte = byteOfAlphabet(character.codePoint);
            if (byte >= 0) raw += static_cast<char>(byte);
            position += character.length;
        }
        piece.text = keep(std::move(raw));
    }
}

}  // namespace strata
