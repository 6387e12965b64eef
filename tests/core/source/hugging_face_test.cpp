// Folders made by tests/oracles/hugging_face_folders.py: what is read, and what is refused.
#include "core/source/hugging_face_families.h"
#include "tests/core/source/folder_fixture.h"

namespace strata::test {
namespace {

using nlohmann::json;

class HuggingFace : public FolderFixture {
protected:
    HuggingFace() : FolderFixture("hugging_face/llama") {}
};

TEST_F(HuggingFace, DescribesShardsAsOneModel) {
    const auto files = ModelFiles::open(m_path).value();
    EXPECT_EQ(files->format(), SourceFormat::HuggingFace);
    EXPECT_EQ(files->parts(), 3U);
    const GgufFile& header = files->header();
    EXPECT_EQ(header.getString("general.architecture").value(), "llama");
    EXPECT_EQ(header.getUnsigned("llama.block_count").value(), 2U);
    EXPECT_EQ(header.getUnsigned("llama.attention.head_count_kv").value(), 2U);
    EXPECT_EQ(header.getString("llama.rope.scaling.type").value(), "llama3");
    EXPECT_EQ(header.getString("general.license").value(), "apache-2.0");
    EXPECT_EQ(header.getIntegers("strata.source.end_of_turn").value(), (std::vector<std::int64_t>{1, 2}));
    EXPECT_FLOAT_EQ(static_cast<float>(header.getFloat("strata.source.generation.temperature").value()), 0.6F);
    EXPECT_TRUE(header.getString("tokenizer.chat_template").value().starts_with("{% for message"));
    EXPECT_EQ(files->findTensor("token_embd.weight")->shape, (std::vector<std::uint64_t>{64, 260}));
    EXPECT_EQ(files->tensors().size(), 3 + 2 * 9U);
}

TEST_F(HuggingFace, RowsOfAMatrixAreReadInAnyPieces) {
    const auto files = ModelFiles::open(m_path).value();
    for (const char* name : {"blk.0.attn_q.weight", "blk.1.ffn_down.weight"}) {
        const GgufTensor& tensor = *files->findTensor(name);
        const std::vector<float> whole = valuesOf(*files, name);
        std::vector<float> part(3 * tensor.shape[0]);
        ASSERT_TRUE(files->rows(tensor, 5, 3, part));
        EXPECT_TRUE(std::equal(part.begin(), part.end(), whole.begin() + 5 * std::ptrdiff_t(tensor.shape[0])));
    }
}

TEST_F(HuggingFace, AHubCacheIsAFolderOfLinks) {
    // models--MAKER--NAME/blobs/HASH, and snapshots/REVISION/FILE -> ../../blobs/HASH
    const std::filesystem::path repository = m_root / "models--maker--Tiny-Llama";
    const std::filesystem::path snapshot = repository / "snapshots" / "0a1b2c";
    std::filesystem::create_directories(snapshot);
    std::filesystem::create_directories(repository / "blobs");
    int number = 0;
    for (const auto& entry : std::filesystem::directory_iterator(m_path)) {
        const std::string blob = "blob" + std::to_string(number++);
        std::filesystem::copy(entry.path(), repository / "blobs" / blob);
        std::filesystem::create_symlink(std::filesystem::path("../../blobs") / blob,
                                        snapshot / entry.path().filename());
    }
    const auto files = ModelFiles::open(snapshot);
    ASSERT_TRUE(files) << files.error().message();
    EXPECT_EQ((*files)->header().getString("general.name").value(), "Tiny-Llama");
    EXPECT_EQ(valuesOf(**files, "blk.0.attn_q.weight"),
              valuesOf(*ModelFiles::open(m_path).value(), "blk.0.attn_q.weight"));
    std::filesystem::remove(repository / "blobs" / "blob0");
    EXPECT_FALSE(ModelFiles::open(snapshot));
}

TEST_F(HuggingFace, TheDigestFollowsEveryFile) {
    const std::string before = ModelFiles::open(m_path).value()->sha256({}).value();
    EXPECT_EQ(before.size(), 64U);
    edit("config.json", [](json& config) { config["rms_norm_eps"] = 0.001; });
    EXPECT_NE(ModelFiles::open(m_path).value()->sha256({}).value(), before);
}

TEST_F(HuggingFace, NamesWhatIsMissingAndWhatItIsFor) {
    remove("tokenizer.json");
    expectRefused(ErrorCode::NotFound, "tokenizer.json or tokenizer.model (how text becomes tokens)");
    remove("config.json");
    expectRefused(ErrorCode::NotFound, "config.json (what kind of model it is)");
}

TEST_F(HuggingFace, NamesAMissingShard) {
    remove("model-00002-of-00003.safetensors");
    expectRefused(ErrorCode::NotFound, "model-00002-of-00003.safetensors");
}

TEST_F(HuggingFace, AFolderOfPicturesIsNoModel) {
    m_path = m_root / "holiday";
    std::filesystem::create_directory(m_path);
    write("beach.jpg", "\xFF\xD8\xFF");
    expectRefused(ErrorCode::NotFound, "is no model folder");
}

TEST_F(HuggingFace, PicklesAreNamedAndNotRead) {
    for (const char* name : {"model-00001-of-00003.safetensors", "model-00002-of-00003.safetensors",
                             "model-00003-of-00003.safetensors", "model.safetensors.index.json"})
        remove(name);
    write("pytorch_model.bin", "PK");
    expectRefused(ErrorCode::NotFound, "can run programs and are not read");
}

TEST_F(HuggingFace, UnknownFamiliesAreNamedWithTheKnownOnes) {
    edit("config.json", [](json& config) { config["model_type"] = "mystery"; });
    expectRefused(ErrorCode::Unsupported, "'mystery' (known: gemma2, gemma3,");
}

TEST_F(HuggingFace, QuantizedWeightsAreNamed) {
    edit("config.json", [](json& config) { config["quantization_config"] = {{"quant_method", "awq"}}; });
    expectRefused(ErrorCode::Unsupported, "quantized by the method 'awq'");
}

TEST_F(HuggingFace, UnknownRotaryScalingIsNamed) {
    edit("config.json", [](json& config) { config["rope_scaling"]["rope_type"] = "spiral"; });
    expectRefused(ErrorCode::Unsupported, "'rope_scaling' is of a type that is not known");
}

TEST_F(HuggingFace, ATensorOfAnotherFamilyIsNamed) {
    edit("config.json", [](json& config) { config["model_type"] = "phi3"; });
    expectRefused(ErrorCode::Unsupported, "is not known in models of the family 'phi3'");
}

/// A damaged configuration, and words of the message.
struct Damage {
    const char* name;
    const char* json;
    ErrorCode code;
    const char* words;
};

class DamagedConfig : public FolderFixture, public testing::WithParamInterface<Damage> {
protected:
    DamagedConfig() : FolderFixture("hugging_face/llama") {}
};

TEST_P(DamagedConfig, IsRefused) {
    remove("config.json");
    write("config.json", GetParam().json);
    expectRefused(GetParam().code, GetParam().words);
}

INSTANTIATE_TEST_SUITE_P(
    HuggingFace, DamagedConfig,
    testing::Values(
        Damage{"Empty", "", ErrorCode::Corrupt, "config.json"}, Damage{"NoObject", "[1]", ErrorCode::Corrupt, "object"},
        Damage{"NoType", "{}", ErrorCode::Corrupt, "'model_type'"},
        Damage{"TypeIsANumber", R"({"model_type": 3})", ErrorCode::Corrupt, "'model_type'"},
        Damage{"NoSizes", R"({"model_type": "llama"})", ErrorCode::Corrupt, "'max_position_embeddings' is missing"},
        Damage{"NegativeSize", R"({"model_type": "llama", "max_position_embeddings": -1})", ErrorCode::Corrupt,
               "'max_position_embeddings' is no whole number"},
        Damage{"HeadsAreText",
               R"({"model_type": "llama", "max_position_embeddings": 9, "hidden_size": 64, "num_hidden_layers": 2,
                   "intermediate_size": 96, "num_attention_heads": "four"})",
               ErrorCode::Corrupt, "'num_attention_heads' is no whole number"},
        Damage{"TooManyHeads",
               R"({"model_type": "llama", "max_position_embeddings": 9, "hidden_size": 64, "num_hidden_layers": 2,
                   "intermediate_size": 96, "num_attention_heads": 4000000000})",
               ErrorCode::Corrupt, "does not fit 4000000000 attention heads"}),
    [](const auto& tested) { return std::string(tested.param.name); });

TEST(HuggingFaceNames, AreGgufs) {
    const auto place = [](const char* type, const char* module) {
        const HuggingFaceFamily* family = findHuggingFaceFamily(json{{"model_type", type}}).value();
        const auto found = placeOf(*family, module, "weight");
        return found ? found->name : "none";
    };
    EXPECT_EQ(place("llama", "model.layers.12.self_attn.o_proj"), "blk.12.attn_output.weight");
    EXPECT_EQ(place("gemma3", "language_model.model.layers.0.pre_feedforward_layernorm"), "blk.0.ffn_norm.weight");
    EXPECT_EQ(place("mixtral", "model.layers.1.block_sparse_moe.experts.11.w2"), "blk.1.ffn_down.11.weight");
    EXPECT_EQ(place("qwen2_moe", "model.layers.1.mlp.shared_expert_gate"), "blk.1.ffn_gate_inp_shexp.weight");
    EXPECT_EQ(place("phi3", "model.layers.3.self_attn.qkv_proj"), "blk.3.attn_qkv.weight");
    EXPECT_EQ(place("llama", "model.layers.x.self_attn.o_proj"), "none");
    EXPECT_EQ(place("llama", "model.layers.1"), "none");
    EXPECT_EQ(place("mixtral", "model.layers.1.block_sparse_moe.experts..w2"), "none");
}

}  // namespace
}  // namespace strata::test
