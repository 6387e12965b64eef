#include "core/text/tokenizer_json_steps.h"

#include "core/text/tokenizer_data.h"
#include "core/text/utf8.h"

#include <array>

namespace strata {
namespace {

using nlohmann::json;
using Behavior = PreTokenizer::Behavior;

constexpr int kDeepestSequence = 8;
constexpr std::size_t kLongestReplacement = 1024;  // it may stand for every character of a text
// \w of Rust's regex crate, by which the Whitespace pre-tokenizer is defined.
constexpr std::string_view kNotWhitespaceWords = R"([\p{Alphabetic}\p{M}\p{Nd}\p{Pc}\x{200C}\x{200D}]+)"
                                                 R"(|[^\p{Alphabetic}\p{M}\p{Nd}\p{Pc}\x{200C}\x{200D}\s]+)";
constexpr std::string_view kGpt2 = R"('s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+)";
constexpr std::string_view kPunctuation = R"([!-/:-@\[-`{-~\p{P}])";

std::unexpected<Error> unsupported(std::string_view what, const std::string& type) {
    return fail(ErrorCode::Unsupported,
                "tokenizer.json: the " + std::string(what) + " " + inQuotes(type) + " is not supported");
}

Result<Regex> readPattern(const json& entry) {
    const json& pattern = memberOf(entry, "pattern");
    if (const json& text = memberOf(pattern, "String"); text.is_string())
        return Regex::literal(text.get<std::string>());
    if (const json& text = memberOf(pattern, "Regex"); text.is_string()) return Regex::compile(text.get<std::string>());
    return fail(ErrorCode::Corrupt, "tokenizer.json: a step has no pattern");
}

Result<std::vector<std::byte>> decodeBase64(std::string_view text) {
    std::vector<std::byte> bytes;
    std::uint32_t bits = 0;
    int count = 0;
    while (text.ends_with('=')) text.remove_suffix(1);
    for (const char character : text) {
        constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
        const std::size_t value = kAlphabet.find(character);
        if (value == std::string_view::npos)
            return fail(ErrorCode::Corrupt, "tokenizer.json: a character map is no base64");
        bits = bits << 6 | static_cast<std::uint32_t>(value);
        count += 6;
        if (count < 8) continue;
        count -= 8;
        bytes.push_back(static_cast<std::byte>(bits >> count & 0xFF));
    }
    return bytes;
}

Result<void> readPrecompiled(const json& entry, Normalizer& out) {
    const std::string text = textOf(entry, "precompiled_charsmap");
    if (text.empty()) return {};
    STRATA_TRY(const auto bytes, decodeBase64(text));
    STRATA_TRY(CharsMap map, CharsMap::parse(bytes));
    STRATA_TRY(Regex grapheme, Regex::compile(R"(\X)"));
    out.add(Normalizer::Precompiled{std::move(map), std::move(grapheme)});
    return {};
}

Result<void> readReplace(const json& entry, Normalizer& out) {
    STRATA_TRY(Regex pattern, readPattern(entry));
    std::string content = textOf(entry, "content");
    if (content.size() > kLongestReplacement) return unsupported("replacement", content);
    out.add(Normalizer::Replace{std::move(pattern), std::move(content)});
    return {};
}

bool readPlainNormalizer(const std::string& type, const json& entry, Normalizer& out) {
    if (type == "NFC") {
        out.add(UnicodeForm::Nfc);
    } else if (type == "NFD") {
        out.add(UnicodeForm::Nfd);
    } else if (type == "NFKC") {
        out.add(UnicodeForm::Nfkc);
    } else if (type == "NFKD") {
        out.add(UnicodeForm::Nfkd);
    } else if (type == "Lowercase") {
        out.add(Normalizer::Lowercase{});
    } else if (type == "StripAccents") {
        out.add(Normalizer::StripAccents{});
    } else if (type == "Strip") {
        out.add(Normalizer::Strip{flagOf(entry, "strip_left", true), flagOf(entry, "strip_right", true)});
    } else if (type == "Prepend") {
        out.add(Normalizer::Prepend{textOf(entry, "prepend")});
    } else {
        return false;
    }
    return true;
}

Result<Behavior> readBehavior(const json& entry, Behavior fallback) {
    struct Name {
        std::string_view name;
        Behavior behavior;
    };
    constexpr std::array kNames{Name{"Isolated", Behavior::Isolated}, Name{"Removed", Behavior::Removed},
                                Name{"Contiguous", Behavior::Contiguous},
                                Name{"MergedWithPrevious", Behavior::MergedWithPrevious},
                                Name{"MergedWithNext", Behavior::MergedWithNext}};
    const std::string behavior = textOf(entry, "behavior");
    if (behavior.empty()) return fallback;
    for (const Name& known : kNames) {
        if (known.name == behavior) return known.behavior;
    }
    return unsupported("behavior", behavior);
}

Result<void> readSplit(const json& entry, PreTokenizer& out) {
    STRATA_TRY(Regex pattern, readPattern(entry));
    STRATA_TRY(const Behavior behavior, readBehavior(entry, Behavior::Isolated));
    out.add(PreTokenizer::Split{std::move(pattern), behavior, flagOf(entry, "invert", false)});
    return {};
}

Result<void> readByteLevel(const json& entry, PreTokenizer& out) {
    if (flagOf(entry, "add_prefix_space", true)) out.add(PreTokenizer::PrefixSpace{});
    if (flagOf(entry, "use_regex", true)) STRATA_CHECK(out.addSplit(kGpt2, Behavior::Isolated));
    out.add(PreTokenizer::ByteAlphabet{});
    return {};
}

Result<void> readMetaspace(const json& entry, PreTokenizer& out) {
    const std::string scheme =
        textOf(entry, "prepend_scheme", flagOf(entry, "add_prefix_space", true) ? "always" : "never");
    PreTokenizer::Metaspace step{textOf(entry, "replacement", std::string(kSpaceMark)), PreTokenizer::Prepend::Always,
                                 flagOf(entry, "split", true)};
    if (step.mark.empty()) return fail(ErrorCode::Corrupt, "tokenizer.json: Metaspace has no replacement");
    if (scheme == "never") step.prepend = PreTokenizer::Prepend::Never;
    if (scheme == "first") step.prepend = PreTokenizer::Prepend::First;
    out.add(std::move(step));
    return {};
}

Result<void> readDelimiter(const json& entry, PreTokenizer& out) {
    STRATA_TRY(Regex pattern, Regex::literal(textOf(entry, "delimiter")));
    out.add(PreTokenizer::Split{std::move(pattern), Behavior::Removed, false});
    return {};
}

Result<void> readPunctuation(const json& entry, PreTokenizer& out) {
    STRATA_TRY(const Behavior behavior, readBehavior(entry, Behavior::Isolated));
    return out.addSplit(kPunctuation, behavior);
}

Result<void> readBert(PreTokenizer& out) {
    STRATA_CHECK(out.addSplit(R"(\s)", Behavior::Removed));
    return out.addSplit(kPunctuation, Behavior::Isolated);
}

}  // namespace

Result<void> readNormalizerSteps(const json& entry, Normalizer& out, int depth) {
    if (entry.is_null()) return {};
    const std::string type = textOf(entry, "type");
    if (const std::string text = textOf(entry, "prepend"); text.size() > kLongestReplacement)
        return unsupported("prefix", text);
    if (readPlainNormalizer(type, entry, out)) return {};
    if (type == "Replace") return readReplace(entry, out);
    if (type == "Precompiled") return readPrecompiled(entry, out);
    if (type != "Sequence" || depth == kDeepestSequence) return unsupported("normalizer", type);
    for (const json& step : memberOf(entry, "normalizers")) STRATA_CHECK(readNormalizerSteps(step, out, depth + 1));
    return {};
}

Result<void> readPreTokenizerSteps(const json& entry, PreTokenizer& out, int depth) {
    if (entry.is_null()) return {};
    const std::string type = textOf(entry, "type");
    if (type == "Split") return readSplit(entry, out);
    if (type == "ByteLevel") return readByteLevel(entry, out);
    if (type == "Metaspace") return readMetaspace(entry, out);
    if (type == "Digits")
        return out.addSplit(R"(\p{N})",
                            flagOf(entry, "individual_digits", false) ? Behavior::Isolated : Behavior::Contiguous);
    if (type == "Punctuation") return readPunctuation(entry, out);
    if (type == "Whitespace") return out.addSplit(kNotWhitespaceWords, Behavior::Removed, true);
    if (type == "WhitespaceSplit") return out.addSplit(R"(\s)", Behavior::Removed);
    if (type == "CharDelimiterSplit") return readDelimiter(entry, out);
    if (type == "BertPreTokenizer") return readBert(out);
    if (type != "Sequence" || depth == kDeepestSequence) return unsupported("pre-tokenizer", type);
    for (const json& step : memberOf(entry, "pretokenizers")) STRATA_CHECK(readPreTokenizerSteps(step, out, depth + 1));
    return {};
}

}  // namespace strata
