#include "core/compress/calibration_text.h"

#include "core/base/file.h"
#include "core/io/gguf.h"
#include "core/text/wikitext.h"
#include "tests/core/compress/compress_support.h"

#include <algorithm>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace strata::test {
namespace {

using testing::HasSubstr;

constexpr std::size_t kWindow = CalibrationTokens::kWindow;

class CalibrationText : public testing::Test {
protected:
    void SetUp() override {
        ASSERT_TRUE(m_model.writeGguf(m_folder / "tiny.gguf"));
        const auto gguf = GgufFile::open(m_folder / "tiny.gguf");
        ASSERT_TRUE(gguf) << gguf.error().message();
        const auto opened = Tokenizer::fromGguf(*gguf);
        ASSERT_TRUE(opened) << opened.error().message();
        m_tokenizer = *opened;
    }
    [[nodiscard]] std::filesystem::path write(const std::string& text) const {
        const auto path = m_folder / "text.txt";
        EXPECT_TRUE(writeFileAtomically(path, text));
        return path;
    }
    /// `count` characters, each of which is one token of the tiny tokenizer, and no window like another.
    [[nodiscard]] static std::string characters(std::size_t count) {
        std::string text;
        for (std::size_t at = 0; at < count; ++at) text += static_cast<char>('0' + at / kWindow % 70 + at % 7);
        for (char& character : text) character = character >= 'a' ? '!' : character;
        return text;
    }
    TinyModel m_model;
    TemporaryFolder m_folder;
    std::shared_ptr<const Tokenizer> m_tokenizer;
};

TEST_F(CalibrationText, TheBuiltInTextFillsAllWindows) {
    const auto tokens = calibrationTokens(*m_tokenizer, {}, false);
    ASSERT_TRUE(tokens) << tokens.error().message();
    EXPECT_EQ(tokens->windows(), CalibrationTokens::kWindows);
    EXPECT_EQ(tokens->heldOutWindows(), CalibrationTokens::kHeldOutWindows);
    EXPECT_EQ(tokens->calibration.size(), CalibrationTokens::kWindows * kWindow);
    EXPECT_GE(tokens->calibration.size(), 24'000U);
}

/// Runs of tokens that both parts share; a long one would be text that stands in both.
std::size_t longestSharedRun(const CalibrationTokens& tokens, std::size_t length) {
    std::size_t shared = 0;
    for (std::size_t at = 0; at + length <= tokens.heldOut.size(); ++at) {
        const auto begin = tokens.heldOut.begin() + static_cast<std::ptrdiff_t>(at);
        const std::boyer_moore_horspool_searcher run(begin, begin + static_cast<std::ptrdiff_t>(length));
        const bool found =
            std::search(tokens.calibration.begin(), tokens.calibration.end(), run) != tokens.calibration.end();
        shared += found;
    }
    return shared;
}

TEST_F(CalibrationText, TheBuiltInHeldOutTextIsNotCalibratedOn) {
    const auto tokens = calibrationTokens(*m_tokenizer, {}, false);
    ASSERT_TRUE(tokens);
    EXPECT_EQ(longestSharedRun(*tokens, 80), 0U);
}

TEST_F(CalibrationText, TheBuiltInTextIsLongEnoughForTheSampleTokenizer) {
    const auto sample = sampleSource();
    if (!sample) GTEST_SKIP() << "the sample model is missing";
    const auto gguf = GgufFile::open(*sample);
    ASSERT_TRUE(gguf) << gguf.error().message();
    const auto tokenizer = Tokenizer::fromGguf(*gguf);
    ASSERT_TRUE(tokenizer);
    const auto tokens = calibrationTokens(**tokenizer, {}, false);
    ASSERT_TRUE(tokens) << tokens.error().message();
    EXPECT_GE(tokens->calibration.size(), 24'000U);
    EXPECT_EQ(tokens->heldOutWindows(), CalibrationTokens::kHeldOutWindows);
    EXPECT_EQ(longestSharedRun(*tokens, 24), 0U);
}

TEST_F(CalibrationText, ALongFileCalibratesWithItsBeginningAndHoldsOutWhatFollows) {
    const std::string text = characters(60 * kWindow);
    const auto tokens = calibrationTokens(*m_tokenizer, write(text), false);
    ASSERT_TRUE(tokens) << tokens.error().message();
    EXPECT_EQ(tokens->windows(), CalibrationTokens::kWindows);
    EXPECT_EQ(tokens->heldOutWindows(), CalibrationTokens::kHeldOutWindows);
    const std::vector<TokenId> all = m_tokenizer->encode(text, SpecialTokens::Ignore);
    ASSERT_GE(all.size(), 52 * kWindow);
    EXPECT_TRUE(std::equal(tokens->calibration.begin(), tokens->calibration.end(), all.begin()));
    EXPECT_TRUE(std::equal(tokens->heldOut.begin(), tokens->heldOut.end(),
                           all.begin() + static_cast<std::ptrdiff_t>(tokens->calibration.size())));
}

TEST_F(CalibrationText, AShortFileIsSplitNineToOne) {
    for (const auto& [windows, heldOut] : {std::pair{10, 1}, {19, 1}, {20, 2}, {35, 3}, {40, 4}, {50, 4}}) {
        const auto tokens = calibrationTokens(
            *m_tokenizer, write(characters(static_cast<std::size_t>(windows) * kWindow + 100)), false);
        ASSERT_TRUE(tokens) << tokens.error().message();
        EXPECT_EQ(tokens->heldOutWindows(), static_cast<std::size_t>(heldOut)) << windows;
        EXPECT_EQ(tokens->windows(), static_cast<std::size_t>(windows - heldOut)) << windows;
    }
}

TEST_F(CalibrationText, ATooShortFileIsRefused) {
    for (const std::size_t count : {std::size_t{0}, std::size_t{100}, 10 * kWindow - 1}) {
        const auto path = write(characters(count));
        const auto tokens = calibrationTokens(*m_tokenizer, path, false);
        ASSERT_FALSE(tokens) << count;
        EXPECT_EQ(tokens.error().code, ErrorCode::InvalidArgument);
        EXPECT_THAT(tokens.error().message(), HasSubstr(path.string()));
        EXPECT_FALSE(tokens.error().remedy.empty());
    }
}

TEST_F(CalibrationText, AMissingFileIsNamed) {
    const auto tokens = calibrationTokens(*m_tokenizer, m_folder / "nowhere.txt", false);
    ASSERT_FALSE(tokens);
    EXPECT_EQ(tokens.error().code, ErrorCode::NotFound);
    EXPECT_THAT(tokens.error().message(), HasSubstr("nowhere.txt"));
}

TEST_F(CalibrationText, TheSpacingOfWikitextIsUndoneOnlyWhereAsked) {
    std::string line;
    while (line.size() < 12 * kWindow * 4) line += "a well @-@ known town , with 3 @,@ 000 people .\n";
    const auto plain = calibrationTokens(*m_tokenizer, write(line), false);
    const auto undone = calibrationTokens(*m_tokenizer, write(line), true);
    ASSERT_TRUE(plain && undone);
    const auto beginning = [&](const CalibrationTokens& tokens) {
        return m_tokenizer->decode(std::span(tokens.calibration).first(60));
    };
    EXPECT_THAT(beginning(*plain), HasSubstr("well @-@ known town ,"));
    EXPECT_THAT(beginning(*undone), HasSubstr("well-known town, with 3,000 people.\n"));
}

TEST(DetokeniseWikitext, HandExamples) {
    const std::pair<const char*, const char*> examples[] = {
        {"", ""},
        {" = Robert Boulter = \n", " = Robert Boulter = \n"},
        {"a two @-@ part episode", "a two-part episode"},
        {"1 @,@ 234 @.@ 5", "1,234.5"},
        {"the <unk> of", "the unk of"},
        {"end . Next ; and : so ! what ? 5 % ' q", "end. Next; and: so! what? 5%' q"},
        {"( born 1976 ) [ sic ]", "(born 1976) [sic]"},
        {"he did n't see Tom 's hat", "he didn't see Tom's hat"},
        {"\" quoted \"", "\" quoted \""},
        {"a  , b", "a , b"},  // one space is taken away, as by a pattern of one space and a mark
        {"(  x", "( x"},
        {"x ,", "x,"},
        {" ", " "},
        {"( ( x", "((x"},
        {"@-@", "@-@"},
    };
    for (const auto& [spaced, plain] : examples) EXPECT_EQ(detokeniseWikitext(spaced), plain) << spaced;
}

}  // namespace
}  // namespace strata::test
