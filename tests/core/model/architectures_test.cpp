// What the families' descriptions make of the keys that converters write; their arithmetic is tested in
// tests/core/compress/families_test.cpp.
#include "core/model/architectures.h"

#include "core/model/model_config.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include <gmock/gmock.h>

namespace strata::test {
namespace {

using testing::AllOf;
using testing::HasSubstr;

/// A header with the keys that every family has, an embedding, and vectors of its own.
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
    FamilyFile& tensor(const std::string& name, std::vector<float> values) {
        m_tensors[name] = std::move(values);
        return *this;
    }
    /// One matrix of the first layer, whose values do not matter.
    FamilyFile& matrix(const std::string& name) { return tensor(name, std::vector<float>(64)); }
    [[nodiscard]] Result<ModelConfig> config() {
        m_writer.addTensor("token_embd.weight", GgmlType::F32, {64, 300}, 64 * 300 * 4);
        for (const auto& [name, values] : m_tensors)
            m_writer.addTensor(name, GgmlType::F32, {values.size()}, values.size() * 4);
        std::vector<std::byte> bytes = m_writer.header();
        std::size_t index = 1;
        bytes.resize(m_writer.tensorOffset(0) + 64 * 300 * 4);
        for (const auto& [name, values] : m_tensors) {
            bytes.resize(m_writer.tensorOffset(index) + values.size() * 4);
            std::memcpy(&bytes[m_writer.tensorOffset(index++)], values.data(), values.size() * 4);
        }
        STRATA_TRY(const GgufFile file, GgufFile::parse(bytes));
        return ModelConfig::fromGguf(file);
    }

private:
    std::string m_family;
    GgufWriter m_writer;
    std::map<std::string, std::vector<float>> m_tensors;
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
    EXPECT_THAT(known, AllOf(HasSubstr("gemma2, gemma3, llama, mistral, "), HasSubstr("phi3, "), HasSubstr("qwen3")));
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

TEST(Phi3, LinearsAreRowsOfFusedTensors) {
    const auto config = FamilyFile("phi3", 2).config();
    ASSERT_TRUE(config) << config.error().message();
    ASSERT_EQ(config->slices.size(), 10U);
    const auto expectSlice = [&](const char* name, const char* tensor, std::size_t first, std::size_t rows,
                                 std::size_t all) {
        const auto found = config->slices.find(name);
        ASSERT_NE(found, config->slices.end()) << name;
        EXPECT_EQ(found->second.tensor, tensor);
        EXPECT_EQ(found->second.firstRow, first);
        EXPECT_EQ(found->second.rows, rows);
        EXPECT_EQ(found->second.tensorRows, all);
    };
    expectSlice("blk.1.attn_q.weight", "blk.1.attn_qkv.weight", 0, 64, 128);
    expectSlice("blk.1.attn_k.weight", "blk.1.attn_qkv.weight", 64, 32, 128);
    expectSlice("blk.1.attn_v.weight", "blk.1.attn_qkv.weight", 96, 32, 128);
    expectSlice("blk.0.ffn_gate.weight", "blk.0.ffn_up.weight", 0, 96, 192);
    expectSlice("blk.0.ffn_up.weight", "blk.0.ffn_up.weight", 96, 96, 192);
}

TEST(Phi3, TensorsThatStandApartAreLeftSo) {
    const auto config = FamilyFile("phi3", 2).matrix("blk.0.attn_q.weight").matrix("blk.0.ffn_gate.weight").config();
    ASSERT_TRUE(config) << config.error().message();
    EXPECT_TRUE(config->slices.empty());
}

TEST(Phi3, OldFilesOf4096PositionsHaveAWindow) {
    EXPECT_EQ(FamilyFile("phi3", 32, 4096).config()->layers[3].slidingWindow, 2047U);
    EXPECT_EQ(FamilyFile("phi3", 32, 131072).config()->layers[3].slidingWindow, 0U);
    EXPECT_EQ(FamilyFile("phi3", 32, 4096).number("attention.sliding_window", 0).config()->layers[3].slidingWindow, 0U);
    EXPECT_EQ(FamilyFile("phi3").number("attention.sliding_window", 100).config()->layers[3].slidingWindow, 100U);
}

FamilyFile longRopeFile(std::uint32_t originalContext = 4096) {
    FamilyFile file("phi3");
    file.number("rope.dimension_count", 8).number("rope.scaling.original_context_length", originalContext);
    file.tensor("rope_factors_short.weight", {1, 2, 4, 8}).tensor("rope_factors_long.weight", {10, 20, 40, 80});
    return file;
}

TEST(Phi3, TheContextChoosesTheFactors) {
    auto config = longRopeFile().real("rope.scaling.attn_factor", 1.25F).config();
    ASSERT_TRUE(config) << config.error().message();
    EXPECT_FLOAT_EQ(static_cast<float>(config->rope.magnitude), 1.25F);
    for (const auto& [context, factor] : {std::pair{512U, 2.0}, {4096U, 2.0}, {4097U, 20.0}}) {
        ModelConfig chosen = *config;
        chosen.useContext(context);
        ASSERT_EQ(chosen.rope.inverseFrequencies.size(), 4U);
        EXPECT_NEAR(chosen.rope.inverseFrequencies[1], 0.1 / factor, 1e-9) << context;
        EXPECT_FLOAT_EQ(static_cast<float>(chosen.rope.magnitude), 1.25F);
    }
}

TEST(Phi3, TheMagnitudeFollowsFromTheContextsWhenTheFileDoesNotSay) {
    const auto config = longRopeFile().config();
    ASSERT_TRUE(config) << config.error().message();
    EXPECT_NEAR(config->rope.magnitude, 1.1902380714238083, 1e-12);  // 128k Phi-3: sqrt(1 + ln 32 / ln 4096)
}

TEST(Phi3, FactorsThatMakeNoSenseAreNamed) {
    expectRefused(longRopeFile().tensor("rope_factors_long.weight", {1, 2, 3}), ErrorCode::Corrupt,
                  "tensor 'rope_factors_long.weight' has 3 entries instead of 4");
    expectRefused(longRopeFile().tensor("rope_factors_short.weight", {1, 0, 2, 3}), ErrorCode::Corrupt,
                  "tensor 'rope_factors_short.weight' holds a factor that is not positive");
    expectRefused(FamilyFile("phi3").text("rope.scaling.type", "longrope"), ErrorCode::Corrupt,
                  "tensor 'rope_factors_long.weight' has 0 entries");
    expectRefused(FamilyFile("phi3").tensor("rope_factors_long.weight", std::vector<float>(8, 1)), ErrorCode::Corrupt,
                  "tensor 'rope_factors_short.weight' has 0 entries");
    expectRefused(longRopeFile(1).matrix("other"), ErrorCode::Corrupt, "rope.scaling.original_context_length");
    expectRefused(longRopeFile().real("rope.scaling.attn_factor", 0), ErrorCode::Corrupt, "rope.scaling.attn_factor");
}

class FamilyShapes : public testing::Test {
protected:
    static GgufFile file(const std::string& name) {
        return GgufFile::open(std::filesystem::path(STRATA_TEST_DATA) / "families" / (name + ".gguf")).value();
    }
};

TEST_F(FamilyShapes, AFusedTensorOfTheWrongSizeIsNamed) {
    const GgufFile source = file("phi3");
    auto config = ModelConfig::fromGguf(source);
    ASSERT_TRUE(config && checkShapes(*config, source));
    config->slices.find("blk.1.ffn_gate.weight")->second.tensorRows = 200;
    const auto wrong = checkShapes(*config, source);
    ASSERT_FALSE(wrong);
    EXPECT_THAT(wrong.error().message(), AllOf(HasSubstr("phi3.gguf"), HasSubstr("'blk.1.ffn_up.weight' is 192 x 64"),
                                               HasSubstr("ask for 200 x 64")));
}

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
