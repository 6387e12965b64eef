// Special tokens: only templates make them, text of a user never does.
#include "core/io/gguf.h"
#include "core/text/tokenizer_data.h"
#include "core/text/tokenizer_files.h"
#include "tests/core/text/golden.h"

#include <algorithm>
#include <filesystem>

#include <gtest/gtest.h>

namespace strata::test {
namespace {

using Ids = std::vector<TokenId>;

constexpr auto kParse = SpecialTokens::Parse;
constexpr auto kIgnore = SpecialTokens::Ignore;

class Specials : public testing::Test {
protected:
    Specials() {
        TokenizerData data = sharedVocabulary();
        m_begin = add(data, "<|im_start|>", TokenKind::Control);
        m_end = add(data, "<|im_end|>", TokenKind::Control);
        m_longer = add(data, "<|im_end|>>", TokenKind::Control);
        m_tool = add(data, "<tool>", TokenKind::UserDefined);
        m_marker = add(data, "<|tool|>", TokenKind::UserDefined);
        addSpecialTokens(data);
        data.specials.eos = m_end;
        auto named = namedPreTokenizer("smollm");
        data.preTokenizer = std::move(named->steps);
        m_tokenizer = *makeTokenizer(std::move(data));
    }

    static TokenId add(TokenizerData& data, const char* spelling, TokenKind kind) {
        data.tokens.emplace_back(spelling);
        data.kinds.push_back(kind);
        return static_cast<TokenId>(data.tokens.size() - 1);
    }
    [[nodiscard]] bool hasSpecial(const Ids& ids) const {
        return std::any_of(ids.begin(), ids.end(), [&](TokenId id) { return id >= m_begin && id != m_tool; });
    }

    std::shared_ptr<const Tokenizer> m_tokenizer;
    TokenId m_begin = -1, m_end = -1, m_longer = -1, m_tool = -1, m_marker = -1;
};

TEST_F(Specials, AreRecognisedInTemplatesOnly) {
    const std::string text = "<|im_start|>a<|im_end|>";
    const Ids parsed = m_tokenizer->encode(text, kParse);
    EXPECT_EQ(parsed, (Ids{m_begin, 'a', m_end}));
    const Ids ignored = m_tokenizer->encode(text, kIgnore);
    EXPECT_FALSE(hasSpecial(ignored));
    EXPECT_EQ(m_tokenizer->decode(ignored), text);
}

TEST_F(Specials, TheLongestWins) {
    EXPECT_EQ(m_tokenizer->encode("<|im_end|>>", kParse), Ids{m_longer});
    EXPECT_EQ(m_tokenizer->encode("<|im_end|><|im_end|>>", kParse), (Ids{m_end, m_longer}));
}

TEST_F(Specials, UserDefinedTokensAreTextUnlessTheyMarkTheChat) {
    EXPECT_EQ(m_tokenizer->encode("<tool>", kIgnore), Ids{m_tool});
    EXPECT_EQ(m_tokenizer->encode("<|tool|>", kParse), Ids{m_marker});
    EXPECT_FALSE(hasSpecial(m_tokenizer->encode("<|tool|>", kIgnore)));
}

TEST_F(Specials, PiecesKeepTheirOwnRule) {
    const std::vector<PromptPiece> pieces{
        {"<|im_start|>user\n", kParse}, {"<|im_end|> he", kIgnore}, {"llo<|im_end|>", kParse}};
    const Ids ids = m_tokenizer->encode(pieces);
    EXPECT_EQ(std::count(ids.begin(), ids.end(), m_end), 1);
    EXPECT_EQ(ids.front(), m_begin);
    EXPECT_EQ(ids.back(), m_end);
}

TEST_F(Specials, DoNotReachAcrossTheBordersOfUserText) {
    const std::vector<PromptPiece> split{
        {"<|im", kParse}, {"_end|>", kIgnore}, {"<|im_st", kIgnore}, {"art|>", kParse}};
    EXPECT_FALSE(hasSpecial(m_tokenizer->encode(split)));
    const std::vector<PromptPiece> joined{{"<|im", kParse}, {"_end|>", kParse}};
    EXPECT_EQ(m_tokenizer->encode(joined), Ids{m_end});
}

TEST_F(Specials, PiecesMergeAsOneText) {
    const std::vector<PromptPiece> pieces{{"The kee", kParse}, {"per climb", kIgnore}, {"ed", kParse}};
    EXPECT_EQ(m_tokenizer->encode(pieces), m_tokenizer->encode("The keeper climbed", kIgnore));
}

TEST_F(Specials, EndOfTurnTokensAreFound) {
    EXPECT_EQ(m_tokenizer->specials().endOfTurn, Ids{m_end});
}

TEST(EndOfTurn, TakesNamedTokensAndKnownSpellings) {
    TokenizerData data = sharedVocabulary();
    const auto first = static_cast<TokenId>(data.tokens.size());
    for (const char* spelling : {"<|eot_id|>", "<|eom_id|>", "<end_of_turn>", "</s>", "<|reserved|>"}) {
        data.tokens.emplace_back(spelling);
        data.kinds.push_back(TokenKind::Control);
    }
    data.tokens.emplace_back("<|im_end|>");
    data.kinds.push_back(TokenKind::Normal);
    data.specials.eos = 7;
    data.specials.endOfTurn = {9, 9};
    const auto tokenizer = makeTokenizer(std::move(data));
    ASSERT_TRUE(tokenizer.has_value());
    EXPECT_EQ((*tokenizer)->specials().endOfTurn, (Ids{7, 9, first, first + 1, first + 2, first + 3}));
}

TEST(JsonAddedTokens, FollowTheirFlags) {
    auto data = tokenizerDataFromJson(readData("json_byte_level.json"));
    ASSERT_TRUE(data.has_value()) << data.error().message();
    const auto tokenizer = *makeTokenizer(std::move(*data));
    const auto id = [&](const char* spelling) { return tokenizer->find(spelling); };
    EXPECT_EQ(tokenizer->encode("<|end|> \n <|end|>", kParse), (Ids{id("<|end|>"), id("<|end|>")}));
    EXPECT_EQ(tokenizer->encode(" \n<|left|>", kParse), Ids{id("<|left|>")});
    EXPECT_EQ(tokenizer->encode("<tool>s", kIgnore), Ids{id("<tool>s")});
    const Ids keepers = tokenizer->encode("keeper keepers", kIgnore);
    EXPECT_EQ(std::count(keepers.begin(), keepers.end(), id("keeper")), 1);
    EXPECT_EQ(tokenizer->encode("  lamp\n\nlamp ", kIgnore), (Ids{id("lamp"), id("lamp")}));
}

TEST(JsonPostProcessor, NamesTheFirstToken) {
    auto data = tokenizerDataFromJson(readData("json_llama.json"),
                                      R"({"eos_token": {"content": "</s>"}, "add_eos_token": false})");
    ASSERT_TRUE(data.has_value()) << data.error().message();
    EXPECT_EQ(data->specials.bos, 1);
    EXPECT_EQ(data->specials.eos, 2);
    EXPECT_TRUE(data->specials.addBos);
    EXPECT_FALSE(data->specials.addEos);
    EXPECT_EQ(data->specials.unknown, 0);
}

TEST(SentencePieceSpecials, ControlPiecesAreNeverText) {
    const std::string model = readData("spm_llama.model");
    auto data = tokenizerDataFromSentencePiece(std::as_bytes(std::span(model)));
    ASSERT_TRUE(data.has_value()) << data.error().message();
    const auto tokenizer = *makeTokenizer(std::move(*data));
    const TokenId end = tokenizer->find("<|im_end|>");
    ASSERT_GE(end, 0);
    EXPECT_EQ(tokenizer->kind(end), TokenKind::Control);
    const Ids ignored = tokenizer->encode("<s><|im_end|></s><0x41>", kIgnore);
    for (const TokenId id : ignored) EXPECT_NE(tokenizer->kind(id), TokenKind::Control);
    EXPECT_EQ(tokenizer->decode(ignored), "<s><|im_end|></s><0x41>");
    EXPECT_EQ(tokenizer->encode("<s><|im_end|>", kParse), (Ids{1, end}));
    EXPECT_EQ(tokenizer->specials().endOfTurn, (Ids{2, end}));
}

TEST(ByteFallback, PassesOverControlTokens) {
    for (const SubwordModel model : {SubwordModel::SentencePieceBpe, SubwordModel::Unigram}) {
        TokenizerData data;
        data.model = model;
        data.tokens = {"<unk>", "a", "<0x62>", "<0x63>"};
        data.kinds = {TokenKind::Unknown, TokenKind::Normal, TokenKind::Byte, TokenKind::Control};
        data.scores = {0, -1, 0, 0};
        data.byteFallback = data.unknownIsToken = true;
        data.specials.unknown = 0;
        EXPECT_EQ((*makeTokenizer(std::move(data)))->encode("abc", kIgnore), (Ids{1, 2, 0}));
    }
}

// Every style of file, and in each every token that only a template may make.
class UserText : public testing::TestWithParam<std::string> {};

Result<std::shared_ptr<const Tokenizer>> tokenizerOf(const std::string& file) {
    if (file.ends_with(".gguf")) {
        STRATA_TRY(const GgufFile gguf, GgufFile::open(std::filesystem::path(STRATA_TEST_DATA) / "tokenizer" / file));
        return Tokenizer::fromGguf(gguf);
    }
    const std::string text = readData(file);
    const bool isJson = file.ends_with(".json");
    STRATA_TRY(TokenizerData data,
               isJson ? tokenizerDataFromJson(text) : tokenizerDataFromSentencePiece(std::as_bytes(std::span(text))));
    return makeTokenizer(std::move(data));
}

TEST_P(UserText, NeverBecomesASpecialToken) {
    const auto tokenizer = tokenizerOf(GetParam());
    ASSERT_TRUE(tokenizer.has_value()) << tokenizer.error().message();
    const auto mayNotBe = [&](TokenId id) {
        const bool isMarker = isMarkerSpelling((*tokenizer)->spelling(id));
        return (*tokenizer)->kind(id) == TokenKind::Control || isMarker;
    };
    std::size_t specials = 0;
    for (TokenId token = 0; token < static_cast<TokenId>((*tokenizer)->vocabularySize()); ++token) {
        if (!mayNotBe(token)) continue;
        ++specials;
        const std::string spelling((*tokenizer)->spelling(token));
        for (const std::string& text : {spelling, "a" + spelling + "b", " " + spelling + spelling + "\n"}) {
            const Ids user = (*tokenizer)->encode(text, kIgnore);
            EXPECT_TRUE(std::ranges::none_of(user, mayNotBe)) << text;
            const std::vector<PromptPiece> pieces{{"x ", kParse}, {text, kIgnore}, {" y", kParse}};
            EXPECT_TRUE(std::ranges::none_of((*tokenizer)->encode(pieces), mayNotBe)) << text;
            const Ids parsed = (*tokenizer)->encode(text, kParse);
            EXPECT_TRUE(std::ranges::find(parsed, token) != parsed.end()) << text;
        }
    }
    EXPECT_GT(specials, 0u);
}

INSTANTIATE_TEST_SUITE_P(Files, UserText,
                         testing::Values("spm_llama.model", "spm_gemma.model", "spm_words.model", "spm_t5.model",
                                         "spm_unigram_bytes.model", "spm_llama.gguf", "spm_gemma.gguf", "spm_t5.gguf",
                                         "json_llama.json", "json_metaspace.json", "json_gemma.json",
                                         "json_byte_level.json"),
                         [](const auto& file) {
                             std::string name = file.param;
                             std::ranges::replace(name, '.', '_');
                             return name;
                         });

}  // namespace
}  // namespace strata::test
