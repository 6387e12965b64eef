// Ids identical to the Python packages `tokenizers` and `sentencepiece`: 5 MB of text and 1 MB of random bytes per
// tokenizer.
#include "core/io/gguf.h"
#include "core/text/tokenizer_files.h"
#include "tests/core/text/golden.h"
#include "tests/support/sample_source.h"

#include <algorithm>

#include <gtest/gtest.h>

namespace strata::test {
namespace {

std::shared_ptr<const Tokenizer> make(Result<TokenizerData> data) {
    EXPECT_TRUE(data.has_value()) << data.error().message();
    if (!data) return nullptr;
    auto tokenizer = makeTokenizer(std::move(*data));
    EXPECT_TRUE(tokenizer.has_value()) << tokenizer.error().message();
    return tokenizer ? *tokenizer : nullptr;
}

std::string testName(const testing::TestParamInfo<std::string>& info) {
    std::string name = info.param;
    std::replace(name.begin(), name.end(), '-', '_');
    return name;
}

class NamedPreTokenizerIds : public testing::TestWithParam<std::string> {};

TEST_P(NamedPreTokenizerIds, AreThoseOfTokenizers) {
    TokenizerData data = sharedVocabulary();
    auto named = namedPreTokenizer(GetParam());
    ASSERT_TRUE(named.has_value()) << named.error().message();
    data.preTokenizer = std::move(named->steps);
    data.ignoreMerges = named->ignoreMerges;
    if (named->normalizeNfc) data.normalizer.add(UnicodeForm::Nfc);
    const auto tokenizer = make(std::move(data));
    ASSERT_NE(tokenizer, nullptr);
    expectGolden(*tokenizer, golden()["named"][GetParam()]);
    expectGoldenNoise(*tokenizer, golden()["named"][GetParam()], Noise::Characters);
}

INSTANTIATE_TEST_SUITE_P(Names, NamedPreTokenizerIds,
                         testing::Values("gpt-2", "olmo", "smollm", "command-r", "llama-bpe", "dbrx", "qwen2", "tekken",
                                         "gpt-4o", "deepseek-llm", "deepseek-coder", "deepseek-v3", "falcon", "bloom",
                                         "viking", "qwen35", "default"),
                         testName);

// Unigram sums are floats: see BY_LINE of tests/oracles/tokenizer_styles.py.
Unit unitOf(const std::string& name) {
    return name == "spm_t5" || name == "spm_unigram_bytes" ? Unit::Line : Unit::Text;
}

class SentencePieceIds : public testing::TestWithParam<std::string> {};

TEST_P(SentencePieceIds, AreThoseOfSentencePiece) {
    const std::string model = readData(GetParam() + ".model");
    const auto tokenizer = make(tokenizerDataFromSentencePiece(std::as_bytes(std::span(model))));
    ASSERT_NE(tokenizer, nullptr);
    const nlohmann::json& expected = golden()["styles"][GetParam()];
    expectGolden(*tokenizer, expected, kAllChunks, unitOf(GetParam()));
    expectGoldenNoise(*tokenizer, expected, Noise::Bytes, unitOf(GetParam()));
}

INSTANTIATE_TEST_SUITE_P(Models, SentencePieceIds,
                         testing::Values("spm_llama", "spm_gemma", "spm_words", "spm_t5", "spm_unigram_bytes"),
                         testName);

class GgufIds : public testing::TestWithParam<std::string> {};

TEST_P(GgufIds, AreThoseOfSentencePiece) {
    const auto file = GgufFile::open(std::filesystem::path(STRATA_TEST_DATA) / "tokenizer" / (GetParam() + ".gguf"));
    ASSERT_TRUE(file.has_value()) << file.error().message();
    const auto tokenizer = Tokenizer::fromGguf(*file);
    ASSERT_TRUE(tokenizer.has_value()) << tokenizer.error().message();
    expectGolden(**tokenizer, golden()["styles"][GetParam()], 8, unitOf(GetParam()));
}

INSTANTIATE_TEST_SUITE_P(Files, GgufIds, testing::Values("spm_llama", "spm_gemma", "spm_t5"), testName);

class JsonIds : public testing::TestWithParam<std::string> {};

TEST_P(JsonIds, AreThoseOfTokenizers) {
    const auto tokenizer = make(tokenizerDataFromJson(readData(GetParam() + ".json")));
    ASSERT_NE(tokenizer, nullptr);
    const nlohmann::json& expected = golden()["styles"][GetParam()];
    expectGolden(*tokenizer, expected);
    // The package's tables for StripAccents and NFKC are of an older Unicode: marks assigned since differ.
    if (GetParam() != "json_steps") expectGoldenNoise(*tokenizer, expected, Noise::Characters);
    expectGoldenSpecials(*tokenizer, expected);
}

INSTANTIATE_TEST_SUITE_P(Files, JsonIds,
                         testing::Values("json_llama", "json_metaspace", "json_gemma", "json_byte_level",
                                         "json_gpt2_prefix", "json_no_merges", "json_unigram", "json_unigram_whole",
                                         "json_steps", "json_lower"),
                         testName);

TEST(SampleModelIds, AreThoseOfTokenizers) {
    const auto sample = sampleSource();
    if (!sample) GTEST_SKIP() << "the sample model is not here";
    const auto file = GgufFile::open(*sample);
    ASSERT_TRUE(file.has_value()) << file.error().message();
    const auto tokenizer = Tokenizer::fromGguf(*file);
    ASSERT_TRUE(tokenizer.has_value()) << tokenizer.error().message();
    expectGolden(**tokenizer, golden()["sample"]);
}

}  // namespace
}  // namespace strata::test
