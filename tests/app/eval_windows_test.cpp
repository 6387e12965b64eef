#include "app/cli/eval_windows.h"

#include "core/io/gguf.h"
#include "tests/support/temporary_folder.h"
#include "tests/support/tiny_model.h"

#include <cmath>

#include <gtest/gtest.h>

namespace strata::cli {
namespace {

class EvalWindows : public testing::Test {
protected:
    void SetUp() override {
        ASSERT_TRUE(test::TinyModel().writeGguf(m_folder / "tiny.gguf"));
        auto file = GgufFile::open(m_folder / "tiny.gguf");
        ASSERT_TRUE(file);
        auto tokenizer = Tokenizer::fromGguf(*file);
        ASSERT_TRUE(tokenizer) << tokenizer.error().message();
        m_tokenizer = *tokenizer;
    }
    test::TemporaryFolder m_folder;
    std::shared_ptr<const Tokenizer> m_tokenizer;
};

TEST(FirstCharacters, CountsCodePoints) {
    EXPECT_EQ(firstCharacters("abc", 2), "ab");
    EXPECT_EQ(firstCharacters("a\xC3\xA4\xE2\x82\xAC\xF0\x9F\x98\x80z", 3), "a\xC3\xA4\xE2\x82\xAC");
    EXPECT_EQ(firstCharacters("a\xC3\xA4", 0), "");
    EXPECT_EQ(firstCharacters("a\xC3\xA4", 9), "a\xC3\xA4");
}

TEST_F(EvalWindows, AreTheFirstTokensOfTheText) {
    std::string text;
    for (int word = 0; word < 200; ++word) text += "word" + std::to_string(word) + " ";
    const std::vector<TokenId> all = m_tokenizer->encode(text, SpecialTokens::Ignore);
    const auto windows = evaluationWindows(text, *m_tokenizer, 16, 3, false);
    ASSERT_TRUE(windows);
    ASSERT_EQ(windows->size(), 3u);
    for (std::size_t index = 0; index < 48; ++index) EXPECT_EQ((*windows)[index / 16][index % 16], all[index]);
}

TEST_F(EvalWindows, WithoutACountTakeAllFullWindows) {
    const std::string text(100, 'q');
    const std::size_t tokens = m_tokenizer->encode(text, SpecialTokens::Ignore).size();
    const auto windows = evaluationWindows(text, *m_tokenizer, 8, std::nullopt, false);
    ASSERT_TRUE(windows);
    EXPECT_EQ(windows->size(), tokens / 8);
}

TEST_F(EvalWindows, CutTheTextAfterEightCharactersPerToken) {
    // A token per character: the cut leaves 8 times what is needed, and the rest of the text changes nothing.
    const std::string text(10'000, 'q');
    const auto windows = evaluationWindows(text + "zzz", *m_tokenizer, 8, 2, false);
    ASSERT_TRUE(windows);
    const std::vector<TokenId> cut = m_tokenizer->encode(std::string(128, 'q'), SpecialTokens::Ignore);
    EXPECT_EQ((*windows)[1].back(), cut[15]);
}

TEST_F(EvalWindows, SpecialTokensOfTheTextAreText) {
    const auto windows =
        evaluationWindows("<|im_start|> and <|im_end|> and so on", *m_tokenizer, 4, std::nullopt, false);
    ASSERT_TRUE(windows);
    for (const auto& window : *windows)
        for (const TokenId id : window) EXPECT_NE(m_tokenizer->kind(id), TokenKind::Control);
}

TEST_F(EvalWindows, UndoWikitextSpacing) {
    const auto spaced = evaluationWindows("a @-@ b , c", *m_tokenizer, 2, 1, true);
    const auto plain = evaluationWindows("a-b, c", *m_tokenizer, 2, 1, false);
    ASSERT_TRUE(spaced && plain);
    EXPECT_EQ(*spaced, *plain);
}

TEST_F(EvalWindows, ShortTextsAreRefused) {
    const auto none = evaluationWindows("ab", *m_tokenizer, 64, std::nullopt, false);
    ASSERT_FALSE(none);
    EXPECT_EQ(none.error().code, ErrorCode::InvalidArgument);
    EXPECT_NE(none.error().message().find("gives 0 windows of 64"), std::string::npos) << none.error().message();
    EXPECT_FALSE(evaluationWindows(std::string(20, 'q'), *m_tokenizer, 8, 100, false));
    EXPECT_FALSE(evaluationWindows("", *m_tokenizer, 8, std::nullopt, false));
}

TEST(PerplexityMeter, IsTheExponentialOfTheMean) {
    PerplexityMeter meter;
    EXPECT_TRUE(std::isnan(meter.perplexity()));
    meter.add({std::log(0.5F), std::log(0.25F)});
    meter.add({std::log(0.125F)});
    EXPECT_EQ(meter.count(), 3u);
    EXPECT_NEAR(meter.perplexity(), 4, 1e-6);
}

}  // namespace
}  // namespace strata::cli
