// The parts below a tokenizer: UTF-8, regular expressions, normalization, the trie.
#include "core/text/byte_trie.h"
#include "core/text/normalizer.h"
#include "core/text/regex.h"
#include "core/text/utf8.h"

#include <gtest/gtest.h>

namespace strata {
namespace {

TEST(Utf8, DecodesEveryCharacter) {
    for (char32_t codePoint = 0; codePoint < 0x110000; ++codePoint) {
        if (codePoint == 0xD800) codePoint = 0xE000;
        std::string text;
        appendUtf8(text, codePoint);
        const Utf8Char character = decodeUtf8(text, 0);
        ASSERT_TRUE(character.valid && character.codePoint == codePoint && character.length == text.size());
        for (std::size_t cut = 1; cut < text.size(); ++cut) {
            ASSERT_FALSE(decodeUtf8(text.substr(0, cut), 0).valid);
            ASSERT_EQ(incompleteUtf8Tail(text.substr(0, cut)), cut);
        }
        ASSERT_EQ(incompleteUtf8Tail(text), 0u);
    }
}

TEST(Utf8, RefusesWhatTheStandardRefuses) {
    for (const char* text : {"\x80", "\xc0\xaf", "\xc1\xbf", "\xe0\x9f\xbf", "\xed\xa0\x80", "\xf0\x8f\xbf\xbf",
                             "\xf4\x90\x80\x80", "\xf5\x80\x80\x80", "\xff", "\xe2\x28\xa1"}) {
        EXPECT_FALSE(decodeUtf8(text, 0).valid) << text;
    }
    EXPECT_EQ(validUtf8Prefix("12345678\u00e9\xff"), 10u);
    EXPECT_EQ(incompleteUtf8Tail("\xed\xa0"), 0u);
}

TEST(Utf8, AlphabetIsABijection) {
    for (int byte = 0; byte < 256; ++byte)
        EXPECT_EQ(byteOfAlphabet(byteAlphabet()[static_cast<std::size_t>(byte)]), byte);
    EXPECT_EQ(byteAlphabet()[' '], U'\u0120');
    EXPECT_EQ(byteOfAlphabet(U' '), -1);
    EXPECT_EQ(byteOfAlphabet(0x10FFFF), -1);
}

bool matches(std::string_view pattern, std::string_view text) {
    auto regex = Regex::compile(pattern);
    if (!regex) return false;
    Regex::Match match;
    return Regex::Matcher(*regex).find(text, 0, match) && match.end == text.size() && match.begin == 0;
}

TEST(Regex, SpacesAreWhiteSpaceOfUnicode) {
    for (char32_t codePoint = 1; codePoint < 0x3100; ++codePoint) {
        std::string text;
        appendUtf8(text, codePoint);
        const bool isSpace = isUnicodeSpace(codePoint);
        ASSERT_EQ(matches(R"(\s)", text), isSpace) << static_cast<std::uint32_t>(codePoint);
        ASSERT_EQ(matches(R"(\S)", text), !isSpace) << static_cast<std::uint32_t>(codePoint);
        ASSERT_EQ(matches(R"([^\s\n])", text), !isSpace) << static_cast<std::uint32_t>(codePoint);
    }
}

TEST(Regex, LiteralsAreTakenAsTheyAre) {
    auto regex = Regex::literal("a.b*[c](d)|\\");
    ASSERT_TRUE(regex.has_value());
    Regex::Match match;
    EXPECT_TRUE(Regex::Matcher(*regex).find("x a.b*[c](d)|\\", 0, match));
    EXPECT_EQ(match.begin, 2u);
    EXPECT_FALSE(Regex::Matcher(*regex).find("aab", 0, match));
}

TEST(Regex, CannotBeMadeToHang) {
    auto regex = Regex::compile("(a+)+b");
    ASSERT_TRUE(regex.has_value());
    Regex::Match match;
    EXPECT_FALSE(Regex::Matcher(*regex).find(std::string(40, 'a'), 0, match));
    EXPECT_FALSE(Regex::compile("(").has_value());
    EXPECT_FALSE(Regex::compile("[[a]b]").has_value());
    EXPECT_FALSE(Regex::compile(std::string(100'000, 'a')).has_value());
}

TEST(Unicode, NormalizesTheStandardsExamples) {
    const auto nfc = [](std::string_view text) { return normalizeUnicode(text, UnicodeForm::Nfc); };
    const auto nfd = [](std::string_view text) { return normalizeUnicode(text, UnicodeForm::Nfd); };
    EXPECT_EQ(nfc("e\u0301"), "\u00e9");
    EXPECT_EQ(nfd("\u1e69"), "s\u0323\u0307");
    EXPECT_EQ(nfc("s\u0307\u0323"), "\u1e69");
    EXPECT_EQ(nfc("\u212b"), "\u00c5");
    EXPECT_EQ(nfc("\u1112\u1161\u11ab"), "\ud55c");
    EXPECT_EQ(nfd("\ud55c"), "\u1112\u1161\u11ab");
    EXPECT_EQ(nfc("\uac00\u11a8"), "\uac01");
    EXPECT_EQ(nfc("\u0958"), "\u0915\u093c") << "excluded from composition";
    EXPECT_EQ(normalizeUnicode("\ufb01\u2460", UnicodeForm::Nfkc), "fi1");
    EXPECT_EQ(nfc("e\xff\u0301\xe2\x82"), "e\xff\u0301\xe2\x82") << "invalid bytes part and stay";
}

TEST(ByteTrie, FindsAllPrefixes) {
    ByteTrie trie;
    EXPECT_TRUE(trie.empty());
    for (int number = 0; number < 1000; ++number) trie.insert(std::to_string(number), number);
    trie.insert("", 7);
    std::vector<int> found;
    trie.visitPrefixes("x1234", 1, [&](std::size_t, std::int32_t value) { found.push_back(value); });
    EXPECT_EQ(found, (std::vector{1, 12, 123}));
    EXPECT_EQ(trie.longestAt("99", 0).value, 99);
    EXPECT_EQ(trie.longestAt("a", 0).length, 0u);
}

}  // namespace
}  // namespace strata
