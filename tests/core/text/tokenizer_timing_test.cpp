// At least 5 MB/s on English text, on one core. Processor time counts, so that other programs do not.
#include "core/io/gguf.h"
#include "core/text/tokenizer_files.h"
#include "tests/core/text/golden.h"
#include "tests/support/sample_source.h"

#include <algorithm>
#include <ctime>
#include <iostream>

#include <gtest/gtest.h>

namespace strata::test {
namespace {

constexpr double kLeastMegabytesPerSecond = 5;

double processorSeconds() {
    timespec now{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

// The plain English lines of the stress text, in changing order.
std::string englishText() {
    const std::string lines = readData("stress.txt");
    std::string text;
    std::uint64_t state = 3;
    while (text.size() < 4'000'000) {
        state = state * 6364136223846793005u + 1442695040888963407u;
        std::size_t begin = 0;
        for (std::uint64_t skip = (state >> 33) % 6; skip > 0; --skip) begin = lines.find('\n', begin) + 1;
        text += lines.substr(begin, lines.find('\n', begin) + 1 - begin);
        text += "Line " + std::to_string(state >> 50) + " of the story follows here. ";
    }
    return text;
}

void expectFast(const Tokenizer& tokenizer, const std::string& text) {
    double best = 0;
    for (int round = 0; round < 3; ++round) {
        const double start = processorSeconds();
        const auto ids = tokenizer.encode(text, SpecialTokens::Parse);
        const double elapsed = processorSeconds() - start;
        ASSERT_FALSE(ids.empty());
        best = std::max(best, static_cast<double>(text.size()) / 1e6 / elapsed);
    }
    std::cout << "  " << best << " MB/s\n";
    EXPECT_GE(best, kLeastMegabytesPerSecond);
}

TEST(EncodingSpeed, SampleModel) {
    const auto sample = sampleSource();
    if (!sample) GTEST_SKIP() << "the sample model is not here";
    const auto file = GgufFile::open(*sample);
    ASSERT_TRUE(file.has_value());
    const double start = processorSeconds();
    const auto tokenizer = Tokenizer::fromGguf(*file);
    std::cout << "  made in " << processorSeconds() - start << " s\n";
    ASSERT_TRUE(tokenizer.has_value());
    expectFast(**tokenizer, englishText());
    const auto wikitext =
        std::filesystem::path(STRATA_SOURCE_DIR).parent_path() / "shared" / "data" / "wikitext2_valid.txt";
    if (!std::filesystem::exists(wikitext)) return;
    std::string text;
    for (const std::string& chunk : fileChunks(wikitext)) text += chunk;
    expectFast(**tokenizer, text);
}

TEST(EncodingSpeed, SentencePieceModels) {
    for (const char* name : {"spm_llama.model", "spm_gemma.model", "spm_t5.model"}) {
        std::cout << name;
        const std::string model = readData(name);
        auto data = tokenizerDataFromSentencePiece(std::as_bytes(std::span(model)));
        ASSERT_TRUE(data.has_value());
        expectFast(**makeTokenizer(std::move(*data)), englishText());
    }
}

TEST(EncodingSpeed, NamedPreTokenizers) {
    for (const char* name : {"gpt-2", "llama-bpe", "qwen2", "tekken", "gpt-4o", "smollm", "command-r", "deepseek-llm",
                             "deepseek-v3", "falcon", "bloom"}) {
        TokenizerData data = sharedVocabulary();
        auto named = namedPreTokenizer(name);
        ASSERT_TRUE(named.has_value());
        data.preTokenizer = std::move(named->steps);
        data.ignoreMerges = named->ignoreMerges;
        if (named->normalizeNfc) data.normalizer.add(UnicodeForm::Nfc);
        std::cout << name;
        expectFast(**makeTokenizer(std::move(data)), englishText());
    }
}

TEST(EncodingSpeed, JsonFiles) {
    for (const char* name : {"json_byte_level.json", "json_llama.json", "json_metaspace.json", "json_unigram.json",
                             "json_unigram_whole.json", "json_steps.json", "json_lower.json"}) {
        std::cout << name;
        auto data = tokenizerDataFromJson(readData(name));
        ASSERT_TRUE(data.has_value());
        expectFast(**makeTokenizer(std::move(*data)), englishText());
    }
}

}  // namespace
}  // namespace strata::test
