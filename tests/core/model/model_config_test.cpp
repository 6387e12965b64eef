// Goldens of rotary scaling: tests/oracles/rope_scaling.py.
#include "core/model/model_config.h"

#include "core/model/architectures.h"
#include "tests/support/temporary_folder.h"
#include "tests/support/tiny_model.h"

#include <gmock/gmock.h>

namespace strata::test {
namespace {

/// A header with `llama.*` keys and an embedding, without data: `change` adds or breaks keys.
class HeaderFile {
public:
    using Change = std::function<void(GgufWriter&)>;
    explicit HeaderFile(const std::string& family, const Change& change, const std::string& skipped = {}) {
        GgufWriter writer(32);
        writer.add("general.architecture", std::string_view(family));
        const auto number = [&](const std::string& key, std::uint32_t value) {
            if (key != skipped) writer.add("llama." + key, value);
        };
        number("block_count", 2);
        number("context_length", 512);
        number("embedding_length", 64);
        number("feed_forward_length", 96);
        number("attention.head_count", 4);
        writer.add("llama.attention.layer_norm_rms_epsilon", 1e-5F);
        change(writer);
        writer.addTensor("token_embd.weight", GgmlType::F32, {64, 300}, 64 * 300 * 4);
        m_bytes = writer.header();
        m_bytes.resize(m_bytes.size() + 64 * 300 * 4);
    }
    [[nodiscard]] Result<ModelConfig> config() const {
        STRATA_TRY(const GgufFile file, GgufFile::parse(m_bytes));
        return ModelConfig::fromGguf(file);
    }

private:
    std::vector<std::byte> m_bytes;
};

Result<ModelConfig> configWith(const HeaderFile::Change& change) {
    return HeaderFile("llama", change).config();
}

void expectFrequencies(const Result<ModelConfig>& config, const std::vector<double>& expected) {
    ASSERT_TRUE(config) << config.error().message();
    ASSERT_EQ(config->rope.inverseFrequencies.size(), expected.size());
    for (std::size_t pair = 0; pair < expected.size(); ++pair)
        EXPECT_NEAR(config->rope.inverseFrequencies[pair], expected[pair], expected[pair] * 1e-8) << pair;
}

TEST(ModelConfig, ReadsTheFamilysKeys) {
    const auto config = configWith([](GgufWriter& writer) {
        writer.add("llama.attention.head_count_kv", 2U);
        writer.add("llama.attention.sliding_window", 128U);
    });
    ASSERT_TRUE(config) << config.error().message();
    EXPECT_EQ(config->layers.size(), 2U);
    EXPECT_EQ(config->layers[1].heads, 4U);
    EXPECT_EQ(config->layers[1].kvHeads, 2U);
    EXPECT_EQ(config->layers[1].headDim, 16U);
    EXPECT_EQ(config->layers[1].slidingWindow, 128U);
    EXPECT_EQ(config->vocabularySize, 300U);
    EXPECT_TRUE(config->tiedEmbedding);
    EXPECT_TRUE(config->rope.interleaved);
    const std::uint64_t layer = 64 * 64 * 2 + 32 * 64 * 2 + 96 * 64 * 3 + 2 * 64;
    EXPECT_EQ(config->parameters, 300U * 64U + 64U + 2 * layer);
}

HeaderFile::Change withExperts(std::uint32_t count, std::uint32_t used, const HeaderFile::Change& more = {}) {
    return [=](GgufWriter& writer) {
        writer.add("llama.expert_count", count);
        writer.add("llama.expert_used_count", used);
        if (more) more(writer);
    };
}

TEST(ModelConfig, ExpertsStandForTheFeedForward) {
    const auto config = configWith(withExperts(8, 2));
    ASSERT_TRUE(config) << config.error().message();
    const LayerConfig& layer = config->layers[1];
    EXPECT_EQ(layer.experts.router.experts, 8U);
    EXPECT_EQ(layer.experts.router.used, 2U);
    EXPECT_TRUE(layer.experts.router.normalised);
    EXPECT_EQ(layer.experts.length, 96U);
    EXPECT_EQ(layer.feedForwardLength, 0U);
    const auto linears = config->linears(1);
    ASSERT_EQ(linears.size(), 4U + 3 * 8);
    EXPECT_EQ(linears[4].name, "blk.1.ffn_gate.0.weight");
    EXPECT_EQ(linears.back().name, "blk.1.ffn_down.7.weight");
    EXPECT_EQ(linears.back().rows, 64U);
    EXPECT_EQ(linears.back().columns, 96U);
    EXPECT_EQ(linears.back().expert, 7U);
    const std::uint64_t parameters = 64 * 64 * 4 + 8 * 3 * 96 * 64 + 8 * 64 + 2 * 64;
    EXPECT_EQ(config->parameters, 300U * 64U + 64U + 2 * parameters);
    EXPECT_FALSE(
        configWith(withExperts(8, 2, [](GgufWriter& writer) { writer.add("llama.expert_weights_norm", false); }))
            ->layers[0]
            .experts.router.normalised);
}

TEST(ModelConfig, NamesOfExpertsLeadToTheirSlices) {
    const auto slice = findExpertSlice("blk.3.ffn_gate.17.weight");
    ASSERT_TRUE(slice);
    EXPECT_EQ(slice->tensor, "blk.3.ffn_gate_exps.weight");
    EXPECT_EQ(slice->expert, 17U);
    for (const char* name : {"blk.3.ffn_gate.weight", "blk.3.ffn_gate.17.bias", "blk.3.weight", "output.17.weight",
                             "blk.3.ffn_gate.-1.weight", "blk.3.ffn_gate.99999999999999999999999.weight"})
        EXPECT_FALSE(findExpertSlice(name)) << name;
}

TEST(ModelConfig, DefaultsOfKeysThatMayBeMissing) {
    const auto config = configWith([](GgufWriter&) {});
    ASSERT_TRUE(config);
    EXPECT_EQ(config->layers[0].kvHeads, 4U);
    EXPECT_EQ(config->layers[0].slidingWindow, 0U);
    EXPECT_EQ(config->rope.inverseFrequencies.size(), 8U);
    EXPECT_DOUBLE_EQ(config->rope.inverseFrequencies[4], 0.01);
    EXPECT_DOUBLE_EQ(config->rope.magnitude, 1);
}

TEST(ModelConfig, LinearScalingDivides) {
    const auto config = configWith([](GgufWriter& writer) {
        writer.add("llama.rope.scaling.type", "linear");
        writer.add("llama.rope.scaling.factor", 4.0F);
        writer.add("llama.rope.dimension_count", 8U);
    });
    expectFrequencies(config, {0.25, 0.025, 0.0025, 0.00025});
}

TEST(ModelConfig, Llama3ScalingFromMetadata) {
    expectFrequencies(configWith([](GgufWriter& writer) {
                          writer.add("llama.rope.scaling.type", "llama3");
                          writer.add("llama.rope.scaling.factor", 8.0F);
                          writer.add("llama.rope.scaling.original_context_length", 512U);
                      }),
                      {1.000000000e+00, 3.162277660e-01, 1.000000000e-01, 1.849667540e-02, 1.250000000e-03,
                       3.952847075e-04, 1.250000000e-04, 3.952847075e-05});
}

TEST(ModelConfig, YarnScaling) {
    const auto config = configWith([](GgufWriter& writer) {
        writer.add("llama.rope.scaling.type", "yarn");
        writer.add("llama.rope.scaling.factor", 4.0F);
        writer.add("llama.rope.scaling.original_context_length", 256U);
    });
    expectFrequencies(config, {1.000000000e+00, 2.569350599e-01, 6.250000000e-02, 1.383496476e-02, 2.500000000e-03,
                               7.905694150e-04, 2.500000000e-04, 7.905694150e-05});
    EXPECT_NEAR(config->rope.magnitude, 1.138629436111989, 1e-12);
}

TEST(ModelConfig, UnknownFamiliesAreRefusedByName) {
    const auto config = HeaderFile("mamba", [](GgufWriter&) {}).config();
    ASSERT_FALSE(config);
    EXPECT_EQ(config.error().code, ErrorCode::Unsupported);
    EXPECT_THAT(config.error().message(), testing::AllOf(testing::HasSubstr("mamba"), testing::HasSubstr("llama"),
                                                         testing::HasSubstr("mistral")));
}

TEST(ModelConfig, MissingKeysAreNamed) {
    for (const std::string key :
         {"block_count", "context_length", "embedding_length", "feed_forward_length", "attention.head_count"}) {
        const auto config = HeaderFile("llama", [](GgufWriter&) {}, key).config();
        ASSERT_FALSE(config) << key;
        EXPECT_EQ(config.error().code, ErrorCode::NotFound) << key;
        EXPECT_THAT(config.error().message(), testing::HasSubstr("llama." + key));
    }
}

TEST(ModelConfig, BadValuesAreRefused) {
    const std::vector<std::pair<const char*, HeaderFile::Change>> cases{
        {"no heads", [](GgufWriter& writer) { writer.add("llama.attention.head_count_kv", 0U); }},
        {"heads not divided", [](GgufWriter& writer) { writer.add("llama.attention.head_count_kv", 3U); }},
        {"huge", [](GgufWriter& writer) { writer.add("llama.attention.key_length", 4000000000U); }},
        {"odd head", [](GgufWriter& writer) { writer.add("llama.attention.key_length", 15U); }},
        {"two head sizes", [](GgufWriter& writer) { writer.add("llama.attention.value_length", 8U); }},
        {"text", [](GgufWriter& writer) { writer.add("llama.attention.head_count_kv", "two"); }},
        {"rope", [](GgufWriter& writer) { writer.add("llama.rope.dimension_count", 18U); }},
        {"scaling", [](GgufWriter& writer) { writer.add("llama.rope.scaling.type", "spiral"); }},
        {"negative", [](GgufWriter& writer) { writer.add("llama.rope.freq_base", -1.0F); }},
        {"per layer",
         [](GgufWriter& writer) {
             const std::vector<std::uint32_t> three{2, 2, 2};
             writer.add("llama.attention.head_count_kv", std::span<const std::uint32_t>(three));
         }},
        {"more experts used than there are", withExperts(4, 5)},
        {"no experts used", withExperts(4, 0)},
        {"far too many experts", withExperts(100000, 2)},
        {"experts of no length",
         withExperts(4, 2, [](GgufWriter& writer) { writer.add("llama.expert_feed_forward_length", 0U); })},
        {"experts chosen otherwise",
         withExperts(4, 2, [](GgufWriter& writer) { writer.add("llama.expert_gating_func", 2U); })},
        {"experts whose weights are scaled",
         withExperts(4, 2, [](GgufWriter& writer) { writer.add("llama.expert_weights_scale", 2.5F); })}};
    for (const auto& [name, change] : cases) {
        const auto config = configWith(change);
        ASSERT_FALSE(config) << name;
        EXPECT_TRUE(config.error().code == ErrorCode::Corrupt || config.error().code == ErrorCode::Unsupported) << name;
    }
}

TEST(ModelConfig, ArraysGiveEveryLayerItsOwn) {
    const auto config = configWith([](GgufWriter& writer) {
        const std::vector<std::uint32_t> two{1, 4};
        writer.add("llama.attention.head_count_kv", std::span<const std::uint32_t>(two));
    });
    ASSERT_TRUE(config) << config.error().message();
    EXPECT_EQ(config->layers[0].kvHeads, 1U);
    EXPECT_EQ(config->layers[1].kvHeads, 4U);
}

TEST(ModelConfig, SourceAndStackGiveTheSame) {
    const TemporaryFolder folder;
    const TinyModel model({.tied = false, .biases = true});
    ASSERT_TRUE(model.writeGguf(folder / "tiny.gguf"));
    ASSERT_TRUE(model.writeStack(folder / "tiny.strata"));
    const auto source = GgufFile::open(folder / "tiny.gguf");
    const auto stack = StackFile::open(folder / "tiny.strata");
    ASSERT_TRUE(source && stack);
    const auto fromSource = ModelConfig::fromGguf(*source);
    const auto fromStack = ModelConfig::fromGguf((*stack)->gguf());
    ASSERT_TRUE(fromSource && fromStack);
    EXPECT_FALSE(fromStack->tiedEmbedding);
    EXPECT_EQ(fromSource->parameters, fromStack->parameters);
    EXPECT_EQ(fromSource->vocabularySize, fromStack->vocabularySize);
    EXPECT_TRUE(checkShapes(*fromSource, *source));
    EXPECT_TRUE(checkShapes(*fromStack, **stack));
}

TEST(ModelConfig, ShapesOfExpertsAreChecked) {
    const TemporaryFolder folder;
    const TinyModel model({.experts = 3});
    ASSERT_TRUE(model.writeGguf(folder / "tiny.gguf"));
    ASSERT_TRUE(model.writeStack(folder / "tiny.strata"));
    const auto source = GgufFile::open(folder / "tiny.gguf");
    const auto stack = StackFile::open(folder / "tiny.strata");
    ASSERT_TRUE(source && stack);
    auto config = ModelConfig::fromGguf(*source);
    ASSERT_TRUE(config);
    EXPECT_EQ(config->parameters, ModelConfig::fromGguf((*stack)->gguf())->parameters);
    EXPECT_TRUE(checkShapes(*config, *source));
    EXPECT_TRUE(checkShapes(*config, **stack));
    config->layers[1].experts.router.experts = 4;
    for (const auto& missing : {checkShapes(*config, *source), checkShapes(*config, **stack)}) {
        ASSERT_FALSE(missing);
        EXPECT_EQ(missing.error().code, ErrorCode::NotFound);
        EXPECT_THAT(missing.error().message(), testing::HasSubstr("blk.1.ffn_gate.3.weight"));
    }
    config->layers[1].experts.router.experts = 2;
    for (const auto& wrong : {checkShapes(*config, *source), checkShapes(*config, **stack)}) {
        ASSERT_FALSE(wrong);
        EXPECT_THAT(wrong.error().message(), testing::HasSubstr("'blk.1.ffn_gate_inp.weight' is 3 x 64"));
    }
}

TEST(ModelConfig, WrongShapesAreNamed) {
    const TemporaryFolder folder;
    const TinyModel model;
    ASSERT_TRUE(model.writeStack(folder / "tiny.strata"));
    const auto stack = StackFile::open(folder / "tiny.strata");
    ASSERT_TRUE(stack);
    auto config = ModelConfig::fromGguf((*stack)->gguf());
    ASSERT_TRUE(config);
    config->layers[1].feedForwardLength = 95;
    const auto wrong = checkShapes(*config, **stack);
    ASSERT_FALSE(wrong);
    EXPECT_THAT(wrong.error().message(), testing::HasSubstr("blk.1.ffn_gate.weight"));
    config->layers[1].feedForwardLength = 96;
    config->layers.push_back(config->layers[0]);
    const auto missing = checkShapes(*config, **stack);
    ASSERT_FALSE(missing);
    EXPECT_EQ(missing.error().code, ErrorCode::NotFound);
    EXPECT_THAT(missing.error().message(), testing::HasSubstr("blk.2.attn_q.weight"));
}

}  // namespace
}  // namespace strata::test
