// `tokenizer.ggml.*` metadata, as the ggml project's converters write it, and `tokenizer.huggingface.json`.
#include "core/io/gguf.h"
#include "core/text/subword.h"
#include "core/text/tokenizer_data.h"
#include "core/text/tokenizer_files.h"

#include <algorithm>

namespace strata {
namespace {

// A Hugging Face folder's own files, verbatim: they say more than the other keys can.
constexpr std::string_view kJsonKey = "tokenizer.huggingface.json";
constexpr std::string_view kConfigKey = "tokenizer.huggingface.config";
constexpr std::string_view kSentencePieceKey = "tokenizer.sentencepiece.model";
constexpr std::string_view kEndOfTurnKey = "strata.source.end_of_turn";

std::string keyName(std::string_view name) {
    return "tokenizer.ggml." + std::string(name);
}

/// A value that may be missing; what is there must be of the right type.
template <class T, class Get>
Result<T> optionalValue(const GgufFile& file, std::string_view name, T fallback, const Get& get) {
    if (file.find(keyName(name)) == nullptr) return fallback;
    return get(keyName(name));
}

Result<bool> flag(const GgufFile& file, std::string_view name, bool fallback) {
    return optionalValue<bool>(file, name, fallback, [&](const std::string& key) { return file.getBool(key); });
}

Result<TokenId> tokenId(const GgufFile& file, std::string_view name, std::size_t count, TokenId fallback = -1) {
    if (file.find(keyName(name)) == nullptr) return fallback;
    STRATA_TRY(const std::uint64_t value, file.getUnsigned(keyName(name)));
    // Converters write 2^32 - 1 for "none".
    if (value == 0xFFFFFFFFu) return -1;
    if (value >= count)
        return fail(ErrorCode::Corrupt, keyName(name) + " is " + std::to_string(value) + ", beyond the vocabulary");
    return static_cast<TokenId>(value);
}

Result<void> readTokens(const GgufFile& file, TokenizerData& data) {
    STRATA_TRY(data.tokens, file.getStrings(keyName("tokens")));
    if (file.find(keyName("token_type")) == nullptr) return {};
    STRATA_TRY(const auto kinds, file.getIntegers(keyName("token_type")));
    for (const std::int64_t kind : kinds) {
        // 0 is "undefined"; the converters' own default is "normal".
        if (kind < 0 || kind > 6)
            return fail(ErrorCode::Corrupt, keyName("token_type") + " has the unknown type " + std::to_string(kind));
        data.kinds.push_back(kind == 0 ? TokenKind::Normal : static_cast<TokenKind>(kind));
    }
    if (data.kinds.size() != data.tokens.size())
        return fail(ErrorCode::Corrupt, keyName("token_type") + " has " + std::to_string(data.kinds.size()) +
                                            " entries for " + std::to_string(data.tokens.size()) + " tokens");
    return {};
}

// The source's list of tokens that end an answer.
Result<void> readEndOfTurn(const GgufFile& file, TokenizerData& data) {
    if (file.find(kEndOfTurnKey) == nullptr) return {};
    STRATA_TRY(const auto ids, file.getIntegers(kEndOfTurnKey));
    for (const std::int64_t id : ids) {
        if (id < 0 || id >= static_cast<std::int64_t>(data.tokens.size()))
            return fail(ErrorCode::Corrupt, std::string(kEndOfTurnKey) + " names the token " + std::to_string(id) +
                                                ", beyond the vocabulary");
        data.specials.endOfTurn.push_back(static_cast<TokenId>(id));
    }
    return {};
}

Result<void> readSpecials(const GgufFile& file, TokenizerData& data) {
    const std::size_t count = data.tokens.size();
    STRATA_TRY(data.specials.bos, tokenId(file, "bos_token_id", count, data.specials.bos));
    STRATA_TRY(data.specials.eos, tokenId(file, "eos_token_id", count, data.specials.eos));
    STRATA_TRY(data.specials.padding, tokenId(file, "padding_token_id", count, data.specials.padding));
    for (const std::string_view name : {"eot_token_id", "eom_token_id"}) {
        STRATA_TRY(const TokenId id, tokenId(file, name, count));
        if (id >= 0) data.specials.endOfTurn.push_back(id);
    }
    STRATA_CHECK(readEndOfTurn(file, data));
    STRATA_TRY(data.specials.addBos, flag(file, "add_bos_token", data.specials.addBos));
    STRATA_TRY(data.specials.addEos, flag(file, "add_eos_token", data.specials.addEos));
    return {};
}

// Phi-3's tokenizer.json lets its markers swallow the line break after them; the metadata cannot say so.
void stripAfterMarkers(const GgufFile& file, TokenizerData& data) {
    const auto architecture = file.getString("general.architecture");
    if (!architecture || *architecture != "phi3") return;
    for (AddedToken& added : data.added) {
        const std::string& spelling = data.tokens[static_cast<std::size_t>(added.id)];
        added.stripRight = isMarkerSpelling(spelling) && spelling != "<s>" && spelling != "<|endoftext|>";
    }
}

// Files of before May 2024 do not name their pre-tokenizer. Of the families that were published in such files, two can
// be told apart; for the others the table's "default" is what llama.cpp falls back to.
std::string unnamedPreTokenizer(const GgufFile& file, const TokenizerData& data) {
    const auto architecture = file.getString("general.architecture");
    if (architecture && architecture->starts_with("qwen")) return "qwen2";
    const bool isLlama3 = std::ranges::find(data.tokens, "<|begin_of_text|>") != data.tokens.end();
    return isLlama3 ? "llama-bpe" : "default";
}

Result<std::string> preTokenizerName(const GgufFile& file, const TokenizerData& data) {
    STRATA_TRY(std::string name, optionalValue<std::string>(file, "pre", "default", [&](const std::string& key) {
                   return file.getString(key);
               }));
    return name == "default" ? unnamedPreTokenizer(file, data) : std::move(name);
}

Result<void> readByteLevel(const GgufFile& file, TokenizerData& data) {
    STRATA_TRY(const std::string name, preTokenizerName(file, data));
    STRATA_TRY(NamedPreTokenizer named, namedPreTokenizer(name));
    data.model = SubwordModel::ByteLevelBpe;
    data.preTokenizer = std::move(named.steps);
    data.ignoreMerges = named.ignoreMerges;
    data.specials.addBos = named.addBos;
    if (named.normalizeNfc) data.normalizer.add(UnicodeForm::Nfc);
    STRATA_TRY(const auto merges, file.getStrings(keyName("merges")));
    data.merges.reserve(merges.size());
    for (const std::string& merge : merges) {
        const std::size_t space = merge.find(' ', 1);
        if (space == std::string::npos)
            return fail(ErrorCode::Corrupt,
                        keyName("merges") + " has the entry " + inQuotes(merge) + ", which is no pair");
        data.merges.emplace_back(merge.substr(0, space), merge.substr(space + 1));
    }
    addSpecialTokens(data);
    return {};
}

Result<std::optional<CharsMap>> readCharsMap(const GgufFile& file) {
    if (file.find(keyName("precompiled_charsmap")) == nullptr) return std::nullopt;
    STRATA_TRY(const auto values, file.getIntegers(keyName("precompiled_charsmap")));
    std::vector<std::byte> bytes;
    bytes.reserve(values.size());
    for (const std::int64_t value : values) bytes.push_back(static_cast<std::byte>(value & 0xFF));
    if (bytes.empty()) return std::nullopt;
    STRATA_TRY(CharsMap map, CharsMap::parse(bytes));
    return map;
}

Result<void> readSentencePiece(const GgufFile& file, TokenizerData& data, bool isUnigram) {
    data.model = isUnigram ? SubwordModel::Unigram : SubwordModel::SentencePieceBpe;
    data.specials.addBos = !isUnigram;
    data.specials.addEos = isUnigram;
    STRATA_TRY(const auto scores, file.getFloats(keyName("scores")));
    data.scores.assign(scores.begin(), scores.end());
    Normalizer::SentencePiece normalizer;
    STRATA_TRY(normalizer.addPrefix, flag(file, "add_space_prefix", true));
    STRATA_TRY(normalizer.removeExtraSpaces, flag(file, "remove_extra_whitespaces", isUnigram));
    STRATA_TRY(normalizer.map, readCharsMap(file));
    finishSentencePiece(data, std::move(normalizer));
    stripAfterMarkers(file, data);
    return {};
}

Result<TokenizerData> readSentencePieceFile(const GgufFile& file, std::string_view config) {
    STRATA_TRY(const auto values, file.getIntegers(kSentencePieceKey));
    std::vector<std::byte> bytes;
    bytes.reserve(values.size());
    for (const std::int64_t value : values) bytes.push_back(static_cast<std::byte>(value & 0xFF));
    return tokenizerDataFromSentencePiece(bytes, config);
}

// The other keys still name special tokens.
Result<TokenizerData> readVerbatim(const GgufFile& file) {
    std::string config;
    if (file.find(kConfigKey) != nullptr) {
        STRATA_TRY(config, file.getString(kConfigKey));
    }
    TokenizerData data;
    if (file.find(kJsonKey) != nullptr) {
        STRATA_TRY(const std::string text, file.getString(kJsonKey));
        STRATA_TRY(data, tokenizerDataFromJson(text, config));
    } else {
        STRATA_TRY(data, readSentencePieceFile(file, config));
    }
    STRATA_CHECK(readSpecials(file, data));
    return data;
}

Result<TokenizerData> readGgmlKeys(const GgufFile& file) {
    STRATA_TRY(const std::string model, file.getString(keyName("model")));
    TokenizerData data;
    STRATA_CHECK(readTokens(file, data));
    if (model != "gpt2" && model != "llama" && model != "t5")
        return fail(ErrorCode::Unsupported, "the tokenizer model " + inQuotes(model) + " is not known");
    // The unknown token's id decides how SentencePiece falls back; the model's reader sets defaults that flags
    // override.
    STRATA_TRY(data.specials.unknown, tokenId(file, "unknown_token_id", data.tokens.size()));
    if (model == "gpt2") {
        STRATA_CHECK(readByteLevel(file, data));
    } else {
        STRATA_CHECK(readSentencePiece(file, data, model == "t5"));
    }
    STRATA_CHECK(readSpecials(file, data));
    return data;
}

}  // namespace

Result<TokenizerData> tokenizerDataFromGguf(const GgufFile& file) {
    if (file.find(kJsonKey) == nullptr && file.find(kSentencePieceKey) == nullptr) return readGgmlKeys(file);
    auto data = readVerbatim(file);
    const bool isReadable = data || data.error().code != ErrorCode::Unsupported;
    return isReadable || file.find(keyName("tokens")) == nullptr ? std::move(data) : readGgmlKeys(file);
}

}  // namespace strata
