#include "tests/core/text/golden.h"

#include "core/text/utf8.h"

#include <algorithm>

#include <gtest/gtest.h>

namespace strata::test {

const nlohmann::json& golden() {
    static const nlohmann::json parsed = nlohmann::json::parse(readData("golden.json"));
    return parsed;
}

namespace {

std::vector<TokenId> encode(const Tokenizer& tokenizer, std::string_view text, Unit unit) {
    if (unit == Unit::Text) return tokenizer.encode(text, SpecialTokens::Ignore);
    std::vector<TokenId> ids;
    for (std::size_t begin = 0; begin <= text.size();) {
        const std::size_t end = std::min(text.find('\n', begin), text.size());
        const auto line = tokenizer.encode(text.substr(begin, end - begin), SpecialTokens::Ignore);
        ids.insert(ids.end(), line.begin(), line.end());
        begin = end + 1;
    }
    return ids;
}

}  // namespace

void expectGolden(const Tokenizer& tokenizer, const nlohmann::json& entry, std::size_t chunks, Unit unit) {
    for (const auto& sample : entry["cases"]) {
        const std::string text = sample[0];
        EXPECT_EQ(encode(tokenizer, text, unit), sample[1].get<std::vector<TokenId>>()) << "text: " << text;
    }
    ASSERT_GE(entry["chunks"].size(), chunks);
    StressText text;
    for (std::size_t chunk = 0; chunk < chunks; ++chunk) {
        const std::string part = text.next();
        ASSERT_EQ(checksum(encode(tokenizer, part, unit)), entry["chunks"][chunk].get<std::string>())
            << "chunk " << chunk;
    }
}

void expectGoldenNoise(const Tokenizer& tokenizer, const nlohmann::json& entry, Noise noise, Unit unit) {
    ASSERT_EQ(entry["bytes"].size(), kByteChunks);
    StressText text(kBytesSeed);
    for (std::size_t chunk = 0; chunk < kByteChunks; ++chunk) {
        std::string part = text.nextBytes();
        if (noise == Noise::Characters) part = chunk % 2 == 0 ? latin1ToUtf8(part) : replaceInvalidUtf8(part);
        ASSERT_EQ(checksum(encode(tokenizer, part, unit)), entry["bytes"][chunk].get<std::string>())
            << "chunk " << chunk;
    }
}

void expectGoldenSpecials(const Tokenizer& tokenizer, const nlohmann::json& entry) {
    if (!entry.contains("parsed")) return;
    for (const auto& sample : entry["parsed"]) {
        const std::string text = sample[0];
        EXPECT_EQ(tokenizer.encode(text, SpecialTokens::Parse), sample[1].get<std::vector<TokenId>>())
            << "text: " << text;
    }
}

TokenizerData sharedVocabulary() {
    TokenizerData data;
    for (const char32_t character : byteAlphabet()) appendUtf8(data.tokens.emplace_back(), character);
    const std::string text = readData("merges.txt");
    for (std::size_t begin = 0; begin < text.size();) {
        const std::size_t space = text.find(' ', begin);
        const std::size_t end = text.find('\n', begin);
        data.merges.emplace_back(text.substr(begin, space - begin), text.substr(space + 1, end - space - 1));
        data.tokens.push_back(data.merges.back().first + data.merges.back().second);
        begin = end + 1;
    }
    data.kinds.assign(data.tokens.size(), TokenKind::Normal);
    return data;
}

}  // namespace strata::test
