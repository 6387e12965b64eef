// Descriptions and files that contradict themselves end in an error that names the entry.
#include "core/io/gguf.h"
#include "core/text/tokenizer_files.h"
#include "tests/core/text/golden.h"

#include <limits>

#include <gtest/gtest.h>

namespace strata::test {
namespace {

void expectError(const auto& result, ErrorCode code, std::string_view part) {
    ASSERT_FALSE(result.has_value());
    EXPECT_EQ(result.error().code, code);
    EXPECT_TRUE(result.error().detail.contains(part)) << result.error().detail;
}

TokenizerData pieces(SubwordModel model) {
    TokenizerData data;
    data.model = model;
    data.tokens = {"<unk>", "a", "b", "ab"};
    data.scores = {0, -1, -2, -3};
    return data;
}

TEST(MakeTokenizer, RefusesAnEmptyVocabulary) {
    expectError(makeTokenizer({}), ErrorCode::Corrupt, "empty");
}

TEST(MakeTokenizer, RefusesMergesOfUnknownTokens) {
    for (const auto& merge : {std::pair{"x", "a"}, std::pair{"a", "x"}, std::pair{"b", "a"}, std::pair{"", ""}}) {
        TokenizerData data = pieces(SubwordModel::CharacterBpe);
        data.merges.emplace_back(merge);
        expectError(makeTokenizer(std::move(data)), ErrorCode::Corrupt, "merge 0");
    }
}

TEST(MakeTokenizer, RefusesDuplicates) {
    TokenizerData data = pieces(SubwordModel::CharacterBpe);
    data.tokens[3] = "a";
    expectError(makeTokenizer(std::move(data)), ErrorCode::Corrupt, "token 3");
}

TEST(MakeTokenizer, RefusesTablesOfOtherLengths) {
    TokenizerData data = pieces(SubwordModel::Unigram);
    data.scores.pop_back();
    expectError(makeTokenizer(std::move(data)), ErrorCode::Corrupt, "scores");
    data = pieces(SubwordModel::SentencePieceBpe);
    data.kinds.assign(3, TokenKind::Normal);
    expectError(makeTokenizer(std::move(data)), ErrorCode::Corrupt, "types");
}

TEST(MakeTokenizer, RefusesScoresThatAreNoNumbers) {
    for (const double score : {std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::infinity()}) {
        TokenizerData data = pieces(SubwordModel::Unigram);
        data.scores[2] = score;
        expectError(makeTokenizer(std::move(data)), ErrorCode::Corrupt, "token 2");
    }
}

TEST(MakeTokenizer, RefusesIdsOutOfRange) {
    const auto with = [](auto change) {
        TokenizerData data = pieces(SubwordModel::Unigram);
        change(data);
        return makeTokenizer(std::move(data));
    };
    expectError(with([](auto& data) { data.specials.bos = 4; }), ErrorCode::Corrupt, "bos");
    expectError(with([](auto& data) { data.specials.eos = -2; }), ErrorCode::Corrupt, "eos");
    expectError(with([](auto& data) { data.specials.endOfTurn = {1 << 30}; }), ErrorCode::Corrupt, "end-of-turn");
    expectError(with([](auto& data) { data.added.push_back({.id = 9}); }), ErrorCode::Corrupt, "added");
    expectError(with([](auto& data) { data.added.push_back({.id = -1}); }), ErrorCode::Corrupt, "added");
    expectError(with([](auto& data) { data.unknownIsToken = true; }), ErrorCode::Corrupt, "unknown");
}

TEST(MakeTokenizer, RefusesByteTokensThatAreNone) {
    for (const char* spelling : {"<0x4>", "<0xGG>", "x", "<0xab>"}) {
        TokenizerData data = pieces(SubwordModel::Unigram);
        data.kinds.assign(4, TokenKind::Normal);
        data.kinds[1] = TokenKind::Byte;
        data.tokens[1] = spelling;
        expectError(makeTokenizer(std::move(data)), ErrorCode::Corrupt, "token 1");
    }
}

TEST(MakeTokenizer, RefusesAVocabularyWithoutNormalTokens) {
    TokenizerData data = pieces(SubwordModel::Unigram);
    data.kinds.assign(4, TokenKind::Control);
    expectError(makeTokenizer(std::move(data)), ErrorCode::Corrupt, "normal");
}

TEST(MakeTokenizer, TextWithoutTokensVanishesOrIsUnknown) {
    TokenizerData data = pieces(SubwordModel::CharacterBpe);
    data.merges.emplace_back("a", "b");
    EXPECT_EQ((*makeTokenizer(data))->encode("a?b\xff", SpecialTokens::Ignore), std::vector<TokenId>{3});
    data.specials.unknown = 0;
    data.unknownIsToken = true;
    EXPECT_EQ((*makeTokenizer(data))->encode("a??b", SpecialTokens::Ignore), (std::vector<TokenId>{1, 0, 0, 2}));
    data.specials.eos = 0;
    EXPECT_EQ((*makeTokenizer(data))->encode("a??b", SpecialTokens::Ignore), std::vector<TokenId>{3})
        << "never the end";
    data.specials.eos = -1;
    data.fuseUnknown = true;
    EXPECT_EQ((*makeTokenizer(data))->encode("a??b", SpecialTokens::Ignore), (std::vector<TokenId>{1, 0, 2}));
}

TEST(LongText, TakesNoQuadraticTime) {
    TokenizerData data = sharedVocabulary();
    data.preTokenizer = std::move(namedPreTokenizer("llama-bpe")->steps);
    const auto tokenizer = *makeTokenizer(std::move(data));
    for (const char* unit : {"a", " ", "\n", "\t ", "1", "!", "'", "\u0301", "\xff", "ab "}) {
        std::string text;
        while (text.size() < 1'000'000) text += unit;
        EXPECT_EQ(tokenizer->decode(tokenizer->encode(text, SpecialTokens::Ignore)), text);
    }
}

// --- files
// ---------------------------------------------------------------------------------------------------------------

struct Metadata {
    std::string model = "gpt2", pre = "smollm";
    std::vector<std::string> tokens = {"a", "b", "ab"};
    std::vector<std::string> merges = {"a b"};
    std::vector<std::int32_t> kinds = {1, 1, 1};
    std::vector<float> scores = {0, -1, -2};
    std::uint32_t bos = 0;
    std::string architecture = "llama";
};

Result<std::shared_ptr<const Tokenizer>> fromMetadata(const Metadata& metadata) {
    GgufWriter writer;
    writer.add("tokenizer.ggml.model", std::string_view(metadata.model));
    writer.add("general.architecture", std::string_view(metadata.architecture));
    if (!metadata.pre.empty()) writer.add("tokenizer.ggml.pre", std::string_view(metadata.pre));
    writer.add("tokenizer.ggml.tokens", std::span<const std::string>(metadata.tokens));
    writer.add("tokenizer.ggml.merges", std::span<const std::string>(metadata.merges));
    writer.add("tokenizer.ggml.token_type", std::span<const std::int32_t>(metadata.kinds));
    writer.add("tokenizer.ggml.scores", std::span<const float>(metadata.scores));
    writer.add("tokenizer.ggml.bos_token_id", metadata.bos);
    const std::vector<std::byte> header = writer.header();
    STRATA_TRY(const GgufFile file, GgufFile::parse(header));
    return Tokenizer::fromGguf(file);
}

TEST(GgufTokenizer, ReadsWhatItShould) {
    const auto tokenizer = fromMetadata({});
    ASSERT_TRUE(tokenizer.has_value()) << tokenizer.error().message();
    EXPECT_EQ((*tokenizer)->encode("abba", SpecialTokens::Ignore), (std::vector<TokenId>{2, 1, 0}));
    EXPECT_EQ((*tokenizer)->specials().bos, 0);
    EXPECT_FALSE((*tokenizer)->specials().addBos);
    EXPECT_TRUE((*fromMetadata({.pre = "llama-bpe"}))->specials().addBos);
    EXPECT_EQ((*fromMetadata({.bos = 0xFFFFFFFFu}))->specials().bos, -1);
}

// "12345" tells the patterns apart: digit by digit (Qwen), by three from the left (Llama 3; llama.cpp's own).
TEST(GgufTokenizer, ChoosesAPreTokenizerForFilesThatNameNone) {
    Metadata metadata{.pre = "",
                      .tokens = {"1", "2", "3", "12", "123", "<|begin_of_text|>", "x"},
                      .merges = {"1 2", "12 3"},
                      .kinds = {1, 1, 1, 1, 1, 3, 1},
                      .scores = {0, 0, 0, 0, 0, 0, 0}};
    const auto ids = [&] { return (*fromMetadata(metadata))->encode("1231", SpecialTokens::Ignore); };
    EXPECT_EQ(ids(), (std::vector<TokenId>{4, 0}));
    EXPECT_TRUE((*fromMetadata(metadata))->specials().addBos) << "Llama 3";
    metadata.tokens[5] = "<s>";
    EXPECT_FALSE((*fromMetadata(metadata))->specials().addBos);
    EXPECT_EQ(ids(), (std::vector<TokenId>{4, 0}));
    metadata.pre = "default";
    metadata.architecture = "qwen2";
    EXPECT_EQ(ids(), (std::vector<TokenId>{0, 1, 2, 0}));
}

Result<std::shared_ptr<const Tokenizer>> fromVerbatim(std::string_view json, std::uint32_t eos,
                                                      const std::vector<std::string>& tokens = {}) {
    GgufWriter writer;
    writer.add("tokenizer.ggml.model", "gpt2");
    writer.add("tokenizer.ggml.pre", "smollm");
    if (!tokens.empty()) writer.add("tokenizer.ggml.tokens", std::span(tokens));
    writer.add("tokenizer.ggml.merges", std::span<const std::string>());
    writer.add("tokenizer.huggingface.json", json);
    writer.add("tokenizer.ggml.eos_token_id", eos);
    const std::vector<std::byte> header = writer.header();
    STRATA_TRY(const GgufFile file, GgufFile::parse(header));
    return Tokenizer::fromGguf(file);
}

TEST(GgufTokenizer, TakesTheVerbatimJsonWhereThereIsOne) {
    const std::string json = readData("json_llama.json");
    const auto tokenizer = fromVerbatim(json, 5);
    ASSERT_TRUE(tokenizer.has_value()) << tokenizer.error().message();
    const auto expected = makeTokenizer(*tokenizerDataFromJson(json));
    const std::string text = StressText().next();
    EXPECT_EQ((*tokenizer)->encode(text, SpecialTokens::Ignore), (*expected)->encode(text, SpecialTokens::Ignore));
    EXPECT_EQ((*tokenizer)->specials().bos, (*expected)->specials().bos) << "the file's own";
    EXPECT_EQ((*tokenizer)->specials().eos, 5) << "as the other keys name it";
    expectError(fromVerbatim("{", 5), ErrorCode::Corrupt, "JSON");
    expectError(fromVerbatim(json, 1 << 20), ErrorCode::Corrupt, "eos_token_id");
    const char* words = R"({"model":{"type":"WordLevel"}})";
    expectError(fromVerbatim(words, 0), ErrorCode::Unsupported, "WordLevel");
    const auto other = fromVerbatim(words, 0, {"a", "b"});
    ASSERT_TRUE(other.has_value()) << other.error().message();
    EXPECT_EQ((*other)->encode("ba", SpecialTokens::Ignore), (std::vector<TokenId>{1, 0})) << "by the other keys";
}

TEST(GgufTokenizer, NamesWhatIsWrong) {
    expectError(fromMetadata({.model = "rwkv"}), ErrorCode::Unsupported, "rwkv");
    expectError(fromMetadata({.pre = "no-such-pre"}), ErrorCode::Unsupported, "no-such-pre");
    expectError(fromMetadata({.merges = {"ab"}}), ErrorCode::Corrupt, "merges");
    expectError(fromMetadata({.merges = {"a c"}}), ErrorCode::Corrupt, "merge 0");
    expectError(fromMetadata({.kinds = {1, 1}}), ErrorCode::Corrupt, "token_type");
    expectError(fromMetadata({.kinds = {1, 1, 77}}), ErrorCode::Corrupt, "token_type");
    expectError(fromMetadata({.bos = 3}), ErrorCode::Corrupt, "bos_token_id");
    expectError(fromMetadata({.model = "llama", .scores = {0, 1}}), ErrorCode::Corrupt, "scores");
    expectError(fromMetadata({.tokens = {"a", "a", "ab"}}), ErrorCode::Corrupt, "twice");
}

TEST(GgufTokenizer, NamesTheMissingKey) {
    const std::vector<std::byte> header = GgufWriter().header();
    const auto file = GgufFile::parse(header);
    ASSERT_TRUE(file.has_value());
    expectError(Tokenizer::fromGguf(*file), ErrorCode::NotFound, "tokenizer.ggml.model");
}

TEST(JsonTokenizer, NamesWhatIsWrong) {
    const auto read = [](std::string_view text) { return tokenizerDataFromJson(text); };
    expectError(read("{"), ErrorCode::Corrupt, "JSON");
    expectError(read("[]"), ErrorCode::Corrupt, "JSON");
    expectError(read("{}"), ErrorCode::Corrupt, "model");
    expectError(read(R"({"model":{"type":"WordPiece"}})"), ErrorCode::Unsupported, "WordPiece");
    expectError(read(R"({"model":{"type":"BPE"}})"), ErrorCode::Corrupt, "vocabulary");
    expectError(read(R"({"model":{"type":"BPE","vocab":{"a":-1}}})"), ErrorCode::Corrupt, "'a'");
    expectError(read(R"({"model":{"type":"BPE","vocab":{"a":4000000000}}})"), ErrorCode::Corrupt, "'a'");
    expectError(read(R"({"model":{"type":"BPE","vocab":{"a":0},"merges":["a"]}})"), ErrorCode::Corrupt, "merge 0");
    expectError(read(R"({"model":{"type":"BPE","vocab":{},"end_of_word_suffix":"</w>"}})"), ErrorCode::Unsupported,
                "end_of_word");
    expectError(read(R"({"model":{"type":"BPE","vocab":{},"dropout":0.1}})"), ErrorCode::Unsupported, "dropout");
    expectError(read(R"({"model":{"type":"Unigram","vocab":[["a"]]}})"), ErrorCode::Corrupt, "piece 0");
    expectError(read(R"({"normalizer":{"type":"Nmt"},"model":{}})"), ErrorCode::Unsupported, "Nmt");
    expectError(read(R"({"pre_tokenizer":{"type":"UnicodeScripts"},"model":{}})"), ErrorCode::Unsupported,
                "UnicodeScripts");
    expectError(read(R"({"pre_tokenizer":{"type":"Split","pattern":{"Regex":"("}},"model":{}})"),
                ErrorCode::Unsupported, "'('");
    expectError(read(R"({"pre_tokenizer":{"type":"Split","pattern":{"Regex":"[a&&b]"}},"model":{}})"),
                ErrorCode::Unsupported, "class");
    expectError(read(R"({"pre_tokenizer":{"type":"Split"},"model":{}})"), ErrorCode::Corrupt, "pattern");
    expectError(read(R"({"normalizer":{"type":"Precompiled","precompiled_charsmap":"AAAA"},"model":{}})"),
                ErrorCode::Corrupt, "map");
    expectError(read(R"({"model":{"type":"BPE","vocab":{"a":0}},"added_tokens":[{"id":1}]})"), ErrorCode::Corrupt,
                "content");
    expectError(tokenizerDataFromJson(R"({"model":{"type":"BPE","vocab":{"a":0}}})", "["), ErrorCode::Corrupt,
                "config");
    std::string deep = R"({"type":"NFC"})";
    for (int depth = 0; depth < 20; ++depth) deep = R"({"type":"Sequence","normalizers":[)" + deep + "]}";
    expectError(read(R"({"model":{},"normalizer":)" + deep + "}"), ErrorCode::Unsupported, "Sequence");
}

TEST(SentencePieceFile, EveryPrefixIsRefusedOrRead) {
    const std::string model = readData("spm_t5.model");
    for (std::size_t size = 0; size < model.size(); size += 1 + size / 64) {
        auto data = tokenizerDataFromSentencePiece(std::as_bytes(std::span(model).first(size)));
        if (data) static_cast<void>(makeTokenizer(std::move(*data)));
    }
    expectError(tokenizerDataFromSentencePiece({}), ErrorCode::Corrupt, "no pieces");
    expectError(tokenizerDataFromSentencePiece(std::as_bytes(std::span(model).first(100))), ErrorCode::Truncated,
                "SentencePiece");
}

}  // namespace
}  // namespace strata::test
