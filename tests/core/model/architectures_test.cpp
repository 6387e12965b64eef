// What the families' descriptions make of the keys that converters write; their arithmetic is tested in
// tests/core/compress/families_test.cpp.
#include "core/model/architectures.h"

#include "core/model/model_config.h"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <string>
#include <vector>

#include <gmock/gmock.h>

namespace strata::test {
namespace {

using testing::AllOf;
using testing::HasSubstr;

/// A header with the keys that every family has, and an embedding.
class FamilyFile {
public:
    explicit FamilyFile(const std::string& family, std::uint32_t layers = 12, std::uint32_t context = 131072)
        : m_family(family), m_writer(32) {
        m_writer.add("general.architecture", std::string_view(family));
        number("block_count", layers).number("context_length", context).number("embedding_length", 64);
        number("feed_forward_length", 96).number("attention.head_count", 4).number("attention.head_count_kv", 2);
        m_writer.add(m_family + ".attention.layer_norm_rms_epsilon", 1e-6F);
    }
    FamilyFile& number(const std::string& key, std::uint32_t value) {
        m_writer.add(m_family + "." + key, value);
        return *this;
    }
    FamilyFile& real(const std::string& key, float value) {
        m_writer.add(m_family + "." + key, value);
        return *this;
    }
    FamilyFile& text(const std::string& key, std::string_view value) {
        m_writer.add(m_family + "." + key, value);
        return *this;
    }
    [[nodiscard]] Result<ModelConfig> config() {
        m_writer.addTensor("token_embd.weight", GgmlType::F32, {64, 300}, 64 * 300 * 4);
        std::vector<std::byte> bytes = m_writer.header();
        bytes.resize(bytes.size() + 64 * 300 * 4);
        STRATA_TRY(const GgufFile file, GgufFile::parse(bytes));
        return ModelConfig::fromGguf(file);
    }

private:
    std::string m_family;
    GgufWriter m_writer;
};

std::vector<std::size_t> windows(const ModelConfig& config) {
    std::vector<std::size_t> result;
    for (const LayerConfig& layer : config.layers) {
        result.push_back(layer.slidingWindow);
        EXPECT_EQ(layer.localRope, layer.slidingWindow > 0);
    }
    return result;
}

void expectRefused(FamilyFile& file, ErrorCode code, const std::string& named) {
    const auto config = file.config();
    ASSERT_FALSE(config) << named;
    EXPECT_EQ(config.error().code, code) << config.error().message();
    EXPECT_THAT(config.error().message(), HasSubstr(named));
}

TEST(Architectures, AreListedInOrderWhenAnotherIsRefused) {
    EXPECT_TRUE(std::ranges::is_sorted(architectures(), {}, &Architecture::name));
    const auto config = FamilyFile("rwkv7").config();
    ASSERT_FALSE(config);
    EXPECT_EQ(config.error().code, ErrorCode::Unsupported);
    std::string known;
    for (const Architecture& architecture : architectures())
        known += (known.empty() ? "" : ", ") + std::string(architecture.name);
    EXPECT_THAT(known, AllOf(HasSubstr("gemma2, gemma3, llama, mistral, "), HasSubstr("qwen3")));
    EXPECT_THAT(config.error().message(), HasSubstr("models of the family 'rwkv7' (known: " + known + ")"));
}

TEST(Gemma3, GivesFiveLayersOfSixAWindowAndTheirOwnRope) {
    const auto config = FamilyFile("gemma3", 8)
                            .number("attention.sliding_window", 512)
                            .real("rope.freq_base", 1e6F)
                            .text("rope.scaling.type", "linear")
                            .real("rope.scaling.factor", 8)
                            .config();
    ASSERT_TRUE(config) << config.error().message();
    EXPECT_EQ(windows(*config), (std::vector<std::size_t>{512, 512, 512, 512, 512, 0, 512, 512}));
    ASSERT_EQ(config->rope.inverseFrequencies.size(), 8U);
    ASSERT_EQ(config->localRope.inverseFrequencies.size(), 8U);
    EXPECT_NEAR(config->rope.inverseFrequencies[4], 1e-3 / 8, 1e-9);
    EXPECT_NEAR(config->localRope.inverseFrequencies[4], 1e-2, 1e-9) << "a base of its own, and no scaling";
    EXPECT_FALSE(config->localRope.interleaved);
    EXPECT_FLOAT_EQ(config->embeddingScale, 8);
    EXPECT_TRUE(config->queryKeyNorms && config->postNorms);
    EXPECT_FLOAT_EQ(config->attentionScale, 0);
}

TEST(Gemma3, TakesPatternAndLocalBaseFromTheFile) {
    const auto config = FamilyFile("gemma3", 4)
                            .number("attention.sliding_window", 512)
                            .number("attention.sliding_window_pattern", 2)
                            .real("rope.freq_base_swa", 100)
                            .config();
    ASSERT_TRUE(config) << config.error().message();
    EXPECT_EQ(windows(*config), (std::vector<std::size_t>{512, 0, 512, 0}));
    EXPECT_NEAR(config->localRope.inverseFrequencies[4], 0.1, 1e-9);
}

TEST(Gemma3, WithoutAWindowEveryLayerIsTheSame) {
    const auto config = FamilyFile("gemma3").config();
    ASSERT_TRUE(config) << config.error().message();
    EXPECT_EQ(windows(*config), std::vector<std::size_t>(12, 0));
}

TEST(Gemma3, TheLargestScalesByTheModelsWidth) {
    const auto config = FamilyFile("gemma3", 62).number("attention.key_length", 32).config();
    ASSERT_TRUE(config) << config.error().message();
    EXPECT_FLOAT_EQ(config->attentionScale, 1 / std::sqrt(64.0F / 4));
}

TEST(Gemma3, BadKeysAreNamed) {
    expectRefused(FamilyFile("gemma3").real("rope.freq_base_swa", -1), ErrorCode::Corrupt, "gemma3.rope.freq_base_swa");
    expectRefused(FamilyFile("gemma3").number("attention.sliding_window_pattern", 0), ErrorCode::Corrupt,
                  "gemma3.attention.sliding_window_pattern");
    expectRefused(FamilyFile("gemma3").text("attention.sliding_window_pattern", "every sixth"), ErrorCode::Corrupt,
                  "gemma3.attention.sliding_window_pattern");
}

class FamilyShapes : public testing::Test {
protected:
    static GgufFile file(const std::string& name) {
        return GgufFile::open(std::filesystem::path(STRATA_TEST_DATA) / "families" / (name + ".gguf")).value();
    }
};

TEST_F(FamilyShapes, NormsOfHeadsAreNeededWhereTheFamilyHasThem) {
    for (const char* name : {"qwen3", "gemma3"}) {
        const GgufFile source = file(name);
        const auto config = ModelConfig::fromGguf(source);
        ASSERT_TRUE(config && checkShapes(*config, source)) << name;
        EXPECT_TRUE(config->queryKeyNorms) << name;
    }
    const GgufFile source = file("llama");
    auto config = ModelConfig::fromGguf(source);
    ASSERT_TRUE(config);
    config->queryKeyNorms = true;
    const auto missing = checkShapes(*config, source);
    ASSERT_FALSE(missing);
    EXPECT_EQ(missing.error().code, ErrorCode::NotFound);
    EXPECT_THAT(missing.error().message(), HasSubstr("blk.0.attn_q_norm.weight"));
}

}  // namespace
}  // namespace strata::test
