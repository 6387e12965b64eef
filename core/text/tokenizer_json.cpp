// tokenizer.json of the `tokenizers` package: vocabulary, merges, added tokens, special tokens.
#include "core/text/subword.h"
#include "core/text/tokenizer_files.h"
#include "core/text/tokenizer_json_steps.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

namespace strata {
namespace {

using nlohmann::json;

constexpr std::size_t kMostHoles = 65'536;  // ids that no token has: some vocabularies leave a few out

std::unexpected<Error> corrupt(const std::string& what) {
    return fail(ErrorCode::Corrupt, "tokenizer.json: " + what);
}

/// Makes room for a token and puts it there. Holes are Unused tokens without a name.
Result<void> place(TokenizerData& data, const json& id, const std::string& spelling, TokenKind kind, std::size_t most) {
    if (!id.is_number_unsigned() || id.get<std::uint64_t>() >= most)
        return corrupt("the id of " + inQuotes(spelling) + " is out of range");
    const auto index = static_cast<std::size_t>(id.get<std::uint64_t>());
    if (index >= data.tokens.size()) {
        data.tokens.resize(index + 1);
        data.kinds.resize(index + 1, TokenKind::Unused);
    }
    data.tokens[index] = spelling;
    data.kinds[index] = kind;
    return {};
}

Result<void> readVocabulary(const json& vocabulary, TokenizerData& data) {
    if (!vocabulary.is_object()) return corrupt("the model has no vocabulary");
    const std::size_t most = vocabulary.size() * 2 + kMostHoles;
    for (const auto& [spelling, id] : vocabulary.items())
        STRATA_CHECK(place(data, id, spelling, TokenKind::Normal, most));
    return {};
}

Result<void> readMerges(const json& merges, TokenizerData& data) {
    for (const json& merge : merges) {
        if (merge.is_array() && merge.size() == 2 && merge[0].is_string() && merge[1].is_string()) {
            data.merges.emplace_back(merge[0].get<std::string>(), merge[1].get<std::string>());
            continue;
        }
        const std::string text = merge.is_string() ? merge.get<std::string>() : std::string();
        const std::size_t space = text.find(' ');
        if (space == std::string::npos || text.find(' ', space + 1) != std::string::npos)
            return corrupt("merge " + std::to_string(data.merges.size()) + " is no pair");
        data.merges.emplace_back(text.substr(0, space), text.substr(space + 1));
    }
    return {};
}

TokenId findToken(const TokenizerData& data, const std::string& spelling) {
    if (spelling.empty()) return -1;
    const auto found = std::find(data.tokens.begin(), data.tokens.end(), spelling);
    return found == data.tokens.end() ? -1 : static_cast<TokenId>(found - data.tokens.begin());
}

Result<void> readBpe(const json& model, TokenizerData& data) {
    for (const char* option : {"continuing_subword_prefix", "end_of_word_suffix"}) {
        if (!textOf(model, option).empty())
            return fail(ErrorCode::Unsupported,
                        std::string("tokenizer.json: the option '") + option + "' is not supported");
    }
    if (const json& dropout = memberOf(model, "dropout"); dropout.is_number() && dropout.get<double>() != 0)
        return fail(ErrorCode::Unsupported, "tokenizer.json: the option 'dropout' is not supported");
    STRATA_CHECK(readVocabulary(memberOf(model, "vocab"), data));
    STRATA_CHECK(readMerges(memberOf(model, "merges"), data));
    data.ignoreMerges = flagOf(model, "ignore_merges", false);
    data.byteFallback = flagOf(model, "byte_fallback", false);
    data.fuseUnknown = flagOf(model, "fuse_unk", false);
    data.specials.unknown = findToken(data, textOf(model, "unk_token"));
    data.unknownIsToken = data.specials.unknown >= 0;
    data.model = SubwordModel::CharacterBpe;
    for (const auto& step : data.preTokenizer.steps()) {
        if (std::holds_alternative<PreTokenizer::ByteAlphabet>(step)) data.model = SubwordModel::ByteLevelBpe;
    }
    return {};
}

// The package's JSON reader (serde_json without exact floats) takes the digits as an integer and divides by a power of
// ten, which can differ from the nearest double in the last bit; segmentations with equal sums hang on that bit.
double asSerdeReads(double value) {
    std::array<char, 32> text{};
    const auto end =
        std::to_chars(text.data(), text.data() + text.size(), std::fabs(value), std::chars_format::scientific).ptr;
    std::uint64_t digits = 0;
    int exponent = 0;
    const char* at = text.data();
    bool afterPoint = false;
    for (; at != end && *at != 'e'; ++at) {
        if (*at == '.') {
            afterPoint = true;
            continue;
        }
        digits = digits * 10 + static_cast<std::uint64_t>(*at - '0');
        exponent -= afterPoint ? 1 : 0;
    }
    if (at == end) return value;
    int written = 0;
    std::from_chars(at[1] == '+' ? at + 2 : at + 1, end, written);
    exponent += written;
    constexpr int kExactPowers = 22;
    if (exponent < -kExactPowers || exponent > kExactPowers) return value;
    const double power = std::pow(10.0, std::abs(exponent));
    const double magnitude = exponent < 0 ? static_cast<double>(digits) / power : static_cast<double>(digits) * power;
    return std::copysign(magnitude, value);
}

Result<void> readUnigram(const json& model, TokenizerData& data) {
    const json& vocabulary = memberOf(model, "vocab");
    if (!vocabulary.is_array()) return corrupt("the model has no vocabulary");
    for (const json& piece : vocabulary) {
        if (!piece.is_array() || piece.size() != 2 || !piece[0].is_string() || !piece[1].is_number())
            return corrupt("piece " + std::to_string(data.tokens.size()) + " is no pair of text and score");
        data.tokens.push_back(piece[0].get<std::string>());
        data.kinds.push_back(TokenKind::Normal);
        data.scores.push_back(asSerdeReads(piece[1].get<double>()));
    }
    const json& unknown = memberOf(model, "unk_id");
    if (unknown.is_number_unsigned() && unknown.get<std::uint64_t>() < data.tokens.size())
        data.specials.unknown = static_cast<TokenId>(unknown.get<std::uint64_t>());
    data.unknownIsToken = data.specials.unknown >= 0;
    data.byteFallback = flagOf(model, "byte_fallback", false);
    data.fuseUnknown = true;
    data.singlePrecision = false;
    data.model = SubwordModel::Unigram;
    return {};
}

Result<void> readModel(const json& model, TokenizerData& data) {
    const std::string type = textOf(model, "type", model.contains("merges") ? "BPE" : "");
    if (type != "BPE" && type != "Unigram")
        return fail(ErrorCode::Unsupported, "tokenizer.json: the model type " + inQuotes(type) + " is not supported");
    STRATA_CHECK(type == "BPE" ? readBpe(model, data) : readUnigram(model, data));
    if (!data.byteFallback) return {};
    VocabularyIndex index;
    for (std::size_t token = 0; token < data.tokens.size(); ++token)
        index.emplace(data.tokens[token], static_cast<TokenId>(token));
    for (const TokenId token : byteTokens(data, index)) {
        if (token >= 0) data.kinds[static_cast<std::size_t>(token)] = TokenKind::Byte;
    }
    return {};
}

Result<void> readAddedTokens(const json& entries, TokenizerData& data) {
    const std::size_t most = data.tokens.size() + entries.size() + kMostHoles;
    for (const json& entry : entries) {
        const std::string spelling = textOf(entry, "content");
        if (spelling.empty()) return corrupt("an added token has no content");
        const TokenKind kind = flagOf(entry, "special", false) ? TokenKind::Control : TokenKind::UserDefined;
        STRATA_CHECK(place(data, memberOf(entry, "id"), spelling, kind, most));
        data.added.push_back({.id = memberOf(entry, "id").get<TokenId>(),
                              .stripLeft = flagOf(entry, "lstrip", false),
                              .stripRight = flagOf(entry, "rstrip", false),
                              .singleWord = flagOf(entry, "single_word", false),
                              .normalized = flagOf(entry, "normalized", true)});
    }
    if (data.specials.unknown >= 0) {
        auto& kind = data.kinds[static_cast<std::size_t>(data.specials.unknown)];
        if (kind == TokenKind::Control || data.model == SubwordModel::Unigram) kind = TokenKind::Unknown;
    }
    if (!data.scores.empty())
        data.scores.resize(data.tokens.size(), *std::max_element(data.scores.begin(), data.scores.end()));
    return {};
}

// The template of a single sequence: special tokens before and after it are the beginning and the end.
void readPostProcessor(const json& entry, TokenizerData& data, int depth = 0) {
    const std::string type = textOf(entry, "type");
    if (type == "Sequence" && depth < 4) {
        for (const json& step : memberOf(entry, "processors")) readPostProcessor(step, data, depth + 1);
    }
    if (type != "TemplateProcessing") return;
    bool afterText = false;
    for (const json& part : memberOf(entry, "single")) {
        afterText = afterText || part.contains("Sequence");
        const TokenId token = findToken(data, textOf(memberOf(part, "SpecialToken"), "id"));
        if (token < 0) continue;
        (afterText ? data.specials.eos : data.specials.bos) = token;
        (afterText ? data.specials.addEos : data.specials.addBos) = true;
    }
}

// Special tokens stand in tokenizer_config.json as text or as an object with its text in "content".
TokenId configuredToken(const json& config, const char* key, const TokenizerData& data, TokenId fallback) {
    const json& entry = memberOf(config, key);
    const TokenId token = findToken(data, entry.is_object() ? textOf(entry, "content") : textOf(config, key));
    return token >= 0 ? token : fallback;
}

// {"32000": {"content": "<|end|>", "special": true, ...}}: tokens beside a SentencePiece model.
Result<void> readAddedTokensDecoder(const json& entries, TokenizerData& data) {
    if (!entries.is_object()) return {};
    json list = json::array();
    for (const auto& [id, entry] : entries.items()) {
        TokenId token = -1;
        const auto [end, error] = std::from_chars(id.data(), id.data() + id.size(), token);
        if (!entry.is_object() || error != std::errc{} || end != id.data() + id.size() || token < 0)
            return corrupt("tokenizer_config.json: added_tokens_decoder has the entry " + inQuotes(id));
        std::erase_if(data.added, [&](const AddedToken& added) { return added.id == token; });
        list.push_back(entry);
        list.back()["id"] = static_cast<std::uint64_t>(token);
    }
    std::sort(list.begin(), list.end(), [](const json& left, const json& right) { return left["id"] < right["id"]; });
    return readAddedTokens(list, data);
}

// decode() strips the first space where the file's decoder does.
bool stripsFirstSpace(const json& decoder, int depth = 0) {
    const std::string type = textOf(decoder, "type");
    if (type == "Metaspace")
        return textOf(decoder, "prepend_scheme", "always") != "never" && flagOf(decoder, "add_prefix_space", true);
    if (type == "Strip")
        return textOf(decoder, "content") == " " && memberOf(decoder, "start").is_number_unsigned() &&
               memberOf(decoder, "start").get<std::uint64_t>() > 0;
    if (type != "Sequence" || depth == 4) return false;
    const json& steps = memberOf(decoder, "decoders");
    return std::any_of(steps.begin(), steps.end(), [&](const json& step) { return stripsFirstSpace(step, depth + 1); });
}

}  // namespace

Result<void> applyTokenizerConfig(std::string_view text, bool addedTokens, TokenizerData& data) {
    if (text.empty()) return {};
    const json config = json::parse(text, nullptr, false);
    if (!config.is_object()) return fail(ErrorCode::Corrupt, "tokenizer_config.json is no JSON object");
    if (addedTokens) STRATA_CHECK(readAddedTokensDecoder(memberOf(config, "added_tokens_decoder"), data));
    data.specials.bos = configuredToken(config, "bos_token", data, data.specials.bos);
    data.specials.eos = configuredToken(config, "eos_token", data, data.specials.eos);
    data.specials.padding = configuredToken(config, "pad_token", data, data.specials.padding);
    data.specials.unknown = configuredToken(config, "unk_token", data, data.specials.unknown);
    data.specials.addBos = flagOf(config, "add_bos_token", data.specials.addBos) && data.specials.bos >= 0;
    data.specials.addEos = flagOf(config, "add_eos_token", data.specials.addEos) && data.specials.eos >= 0;
    return {};
}

Result<TokenizerData> tokenizerDataFromJson(std::string_view text, std::string_view config) {
    const json root = json::parse(text, nullptr, false);
    if (!root.is_object()) return corrupt("no JSON object");
    const json& model = memberOf(root, "model");
    if (!model.is_object()) return corrupt("no model");
    TokenizerData data;
    STRATA_CHECK(readNormalizerSteps(memberOf(root, "normalizer"), data.normalizer));
    STRATA_CHECK(readPreTokenizerSteps(memberOf(root, "pre_tokenizer"), data.preTokenizer));
    STRATA_CHECK(readModel(model, data));
    STRATA_CHECK(readAddedTokens(memberOf(root, "added_tokens"), data));
    readPostProcessor(memberOf(root, "post_processor"), data);
    STRATA_CHECK(applyTokenizerConfig(config, false, data));
    data.stripFirstSpace = stripsFirstSpace(memberOf(root, "decoder"));
    return data;
}

}  // namespace strata
