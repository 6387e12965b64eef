// From ids back to text: whole, byte by byte, and never half a character.
#include "core/text/tokenizer_data.h"
#include "core/text/tokenizer_files.h"
#include "core/text/utf8.h"
#include "tests/core/text/golden.h"

#include <gtest/gtest.h>

namespace strata::test {
namespace {

std::shared_ptr<const Tokenizer> byteLevel(bool withMerges) {
    TokenizerData data = sharedVocabulary();
    if (!withMerges) data.merges.clear();
    data.preTokenizer = std::move(namedPreTokenizer("gpt-2")->steps);
    return *makeTokenizer(std::move(data));
}

std::shared_ptr<const Tokenizer> sentencePiece(const char* name) {
    const std::string model = readData(name);
    return *makeTokenizer(std::move(*tokenizerDataFromSentencePiece(std::as_bytes(std::span(model)))));
}

std::string everyByte() {
    std::string text;
    std::uint64_t state = 1;
    for (int count = 0; count < 20000; ++count) {
        state = state * 6364136223846793005u + 1442695040888963407u;
        text += static_cast<char>(state >> 56);
    }
    return text;
}

TEST(Decode, ReturnsAnyBytes) {
    StressText stress;
    for (std::string text :
         {stress.next(), everyByte(), std::string("\xff\xfe half \xe2\x82"), std::string("a\0b", 3)}) {
        const auto tokenizer = byteLevel(true);
        EXPECT_EQ(tokenizer->decode(tokenizer->encode(text, SpecialTokens::Ignore)), text);
        // SentencePiece's mark for a space cannot be told from a space, and what is no UTF-8 is lost to it.
        for (std::size_t mark = text.find(kSpaceMark); mark != std::string::npos; mark = text.find(kSpaceMark))
            text.replace(mark, kSpaceMark.size(), "_");
        text = replaceInvalidUtf8(text);
        const auto withBytes = sentencePiece("spm_llama.model");
        EXPECT_EQ(withBytes->decode(withBytes->encode(text, SpecialTokens::Ignore)), text);
    }
}

TEST(Decode, InvalidBytesDoNotChangeTheTextAroundThem) {
    const auto tokenizer = byteLevel(true);
    const auto before = tokenizer->encode("The keeper", SpecialTokens::Ignore);
    auto ids = tokenizer->encode("The keeper\xff", SpecialTokens::Ignore);
    EXPECT_EQ(ids.back(), 0xFF);
    ids.pop_back();
    EXPECT_EQ(ids, before);
}

TEST(Decode, ControlTokensShowOnRequest) {
    TokenizerData data = sharedVocabulary();
    data.tokens.emplace_back("<|im_end|>");
    data.kinds.push_back(TokenKind::Control);
    const auto end = static_cast<TokenId>(data.tokens.size() - 1);
    const auto tokenizer = *makeTokenizer(std::move(data));
    EXPECT_EQ(tokenizer->bytesOf(end), "");
    EXPECT_EQ(tokenizer->bytesOf(end, true), "<|im_end|>");
    EXPECT_EQ(tokenizer->bytesOf(-1), "");
    EXPECT_EQ(tokenizer->bytesOf(1 << 30), "");
    EXPECT_EQ(tokenizer->spelling(1 << 30), "");
    EXPECT_EQ(tokenizer->kind(-5), TokenKind::Unused);
    EXPECT_EQ(tokenizer->find("no such token"), -1);
}

TEST(Decode, TakesTheDummyPrefixAway) {
    const auto tokenizer = sentencePiece("spm_llama.model");
    const auto ids = tokenizer->encode("the lamp", SpecialTokens::Ignore);
    EXPECT_EQ(tokenizer->decode(ids), "the lamp");
    EXPECT_TRUE(tokenizer->bytesOf(ids.front()).starts_with(' '));
}

TEST(Decode, SentencePieceReplacesEachInvalidByte) {
    const auto tokenizer = sentencePiece("spm_llama.model");
    EXPECT_EQ(tokenizer->decode(tokenizer->encode("a\xff\xe6\x97z", SpecialTokens::Ignore)), "a\uFFFD\uFFFD\uFFFDz");
}

std::string streamed(const std::shared_ptr<const Tokenizer>& tokenizer, std::string_view text, StreamStart start) {
    StreamingDetokenizer stream(tokenizer, start);
    std::string shown;
    for (const TokenId id : tokenizer->encode(text, SpecialTokens::Ignore)) shown += stream.push(id);
    return shown + stream.finish();
}

TEST(StreamingDetokenizer, DropsTheDummyPrefixAtTheStartOfAText) {
    const auto tokenizer = sentencePiece("spm_llama.model");
    EXPECT_EQ(streamed(tokenizer, "the lamp", StreamStart::OfText), "the lamp");
    EXPECT_EQ(streamed(tokenizer, "the lamp", StreamStart::WithinText), " the lamp");
    EXPECT_EQ(streamed(tokenizer, "  two", StreamStart::OfText), "  two") << "one space only";
    EXPECT_EQ(streamed(tokenizer, "\u0001x", StreamStart::OfText), "\u0001x") << "a mark alone, then a byte";
}

TEST(StreamingDetokenizer, KeepsTheSpacesOfModelsThatAddNone) {
    for (const StreamStart start : {StreamStart::OfText, StreamStart::WithinText}) {
        EXPECT_EQ(streamed(byteLevel(true), " a", start), " a");
        EXPECT_EQ(streamed(sentencePiece("spm_gemma.model"), " a", start), " a");
    }
}

TEST(StreamingDetokenizer, DropsOneSpaceBehindControlTokens) {
    const auto tokenizer = sentencePiece("spm_llama.model");
    StreamingDetokenizer stream(tokenizer, StreamStart::OfText);
    EXPECT_EQ(stream.push(tokenizer->specials().bos), "");
    std::string shown;
    for (const TokenId id : tokenizer->encode("the lamp", SpecialTokens::Ignore)) shown += stream.push(id);
    EXPECT_EQ(shown, "the lamp");
}

TEST(StreamingDetokenizer, NeverShowsHalfACharacter) {
    const auto tokenizer = byteLevel(false);
    const std::string text = "a\u00e9\u65e5\U0001F642e\u0301z";
    StreamingDetokenizer stream(tokenizer);
    std::string shown;
    for (const TokenId id : tokenizer->encode(text, SpecialTokens::Ignore)) {
        const std::string part = stream.push(id);
        EXPECT_EQ(validUtf8Prefix(part), part.size());
        EXPECT_FALSE(part.contains("\uFFFD"));
        shown += part;
    }
    EXPECT_EQ(shown + stream.finish(), text);
}

TEST(StreamingDetokenizer, IsTheWholeTextWhateverTheTokens) {
    const auto tokenizer = byteLevel(true);
    StressText stress;
    const std::string text = stress.next();
    StreamingDetokenizer stream(tokenizer);
    std::string shown;
    for (const TokenId id : tokenizer->encode(text, SpecialTokens::Ignore)) shown += stream.push(id);
    EXPECT_EQ(shown + stream.finish(), text);
}

TEST(StreamingDetokenizer, ShowsWhatCannotBecomeACharacterAsReplacement) {
    const auto tokenizer = byteLevel(false);
    const auto show = [&](std::string_view bytes) {
        StreamingDetokenizer stream(tokenizer);
        std::string shown;
        for (const char byte : bytes) shown += stream.push(static_cast<unsigned char>(byte));
        return shown + stream.finish();
    };
    EXPECT_EQ(show("\xffz"), "\uFFFDz");
    EXPECT_EQ(show("\xe6\x97"), "\uFFFD");
    EXPECT_EQ(show("\xe6\x97z"), "\uFFFDz");
    EXPECT_EQ(show("\xf0\x9f\x99"), "\uFFFD");
    EXPECT_EQ(show("\xf0\x9f\x99\xf0\x9f\x99\x82"), "\uFFFD\U0001F642");
    EXPECT_EQ(show("\xc0\x80"), "\uFFFD\uFFFD");
    EXPECT_EQ(show("\xed\xa0\x80"), "\uFFFD\uFFFD\uFFFD");
    EXPECT_EQ(show("\x80\x80"), "\uFFFD\uFFFD");
}

TEST(StreamingDetokenizer, ShowsAnInvalidByteAtOnce) {
    StreamingDetokenizer stream(byteLevel(false));
    EXPECT_EQ(stream.push(0xFF), "\uFFFD");
    EXPECT_EQ(stream.push(0xE6), "");
    EXPECT_EQ(stream.push('z'), "\uFFFDz");
    EXPECT_EQ(stream.finish(), "");
}

}  // namespace
}  // namespace strata::test
