// Ids of the sample model's tokenizer on the evaluation texts, 2.4 MB of English.
#include "core/io/gguf.h"
#include "tests/core/text/golden.h"
#include "tests/support/sample_source.h"

#include <gtest/gtest.h>

namespace strata::test {
namespace {

TEST(WikitextIds, AreThoseOfTokenizers) {
    const auto folder = std::filesystem::path(STRATA_SOURCE_DIR).parent_path() / "shared" / "data";
    if (!std::filesystem::exists(folder / "wikitext2_test.txt")) GTEST_SKIP() << "the evaluation texts are not here";
    const auto sample = sampleSource();
    if (!sample) GTEST_SKIP() << "the sample model is not here";
    const auto file = GgufFile::open(*sample);
    ASSERT_TRUE(file.has_value()) << file.error().message();
    const auto tokenizer = Tokenizer::fromGguf(*file);
    ASSERT_TRUE(tokenizer.has_value()) << tokenizer.error().message();
    for (const auto& [name, checksums] : golden()["wikitext"].items()) {
        const auto chunks = fileChunks(folder / name);
        ASSERT_EQ(chunks.size(), checksums.size()) << name;
        for (std::size_t chunk = 0; chunk < chunks.size(); ++chunk)
            EXPECT_EQ(checksum((*tokenizer)->encode(chunks[chunk], SpecialTokens::Ignore)),
                      checksums[chunk].get<std::string>())
                << name << " " << chunk;
    }
}

}  // namespace
}  // namespace strata::test
