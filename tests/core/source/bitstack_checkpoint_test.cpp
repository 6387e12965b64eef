// Checkpoints made by tests/oracles/hugging_face_folders.py: blocks, order, and what is refused.
#include "core/source/bitstack_checkpoint.h"

#include "tests/core/source/folder_fixture.h"

#include <cstring>
#include <map>

namespace strata::test {
namespace {

using nlohmann::json;

class Bitstack : public FolderFixture {
protected:
    Bitstack() : FolderFixture("bitstack/mistral") {}

    /// Renames or retypes a tensor in the header of model.safetensors, keeping its length by padding with spaces.
    void editHeader(const std::function<void(json&)>& change) {
        std::string bytes = readTextFile(m_path / "model.safetensors").value();
        std::uint64_t length = 0;
        std::memcpy(&length, bytes.data(), sizeof length);
        json header = json::parse(bytes.substr(8, length));
        change(header);
        std::string text = header.dump();
        const std::uint64_t newLength = text.size();
        bytes.replace(8, length, text);
        std::memcpy(bytes.data(), &newLength, sizeof newLength);
        remove("model.safetensors");
        write("model.safetensors", bytes);
    }
    static void rename(json& header, const std::string& from, const std::string& to) {
        header[to] = header.at(from);
        header.erase(from);
    }
};

TEST_F(Bitstack, HasEveryLinearsBlocks) {
    const auto files = ModelFiles::open(m_path).value();
    EXPECT_EQ(files->format(), SourceFormat::Bitstack);
    ASSERT_NE(files->bitstack(), nullptr);
    EXPECT_EQ(files->bitstack()->linears().size(), 14U);
    const BitstackLinear& linear = *files->bitstack()->find("blk.1.ffn_down.weight");
    EXPECT_EQ(linear.rows, 64U);
    EXPECT_EQ(linear.columns, 96U);
    EXPECT_EQ(linear.rank, 4U);
    EXPECT_EQ(linear.blocks.size(), 6U);
    // Its activation is divided by what stands beside the layer before it.
    EXPECT_EQ(files->bitstack()->scales(linear).value().size(), 96U);
}

TEST_F(Bitstack, AWeightIsTheSumOfItsBlocks) {
    const auto files = ModelFiles::open(m_path).value();
    const BitstackCheckpoint& checkpoint = *files->bitstack();
    for (const char* name : {"blk.0.attn_q.weight", "blk.0.ffn_down.weight"}) {
        const BitstackLinear& linear = *checkpoint.find(name);
        const std::vector<float> scales = checkpoint.scales(linear).value();
        std::vector<double> sum(linear.rows * linear.columns);
        for (std::size_t level = 0; level < linear.blocks.size(); ++level) {
            const BitstackBlock block = checkpoint.block(linear, level, 0, linear.rows).value();
            for (std::size_t at = 0; at < sum.size(); ++at) {
                double magnitude = 0;
                for (unsigned k = 0; k < linear.rank; ++k)
                    magnitude += double{block.u[k * linear.rows + at / linear.columns]} *
                                 double{block.v[k * linear.columns + at % linear.columns]};
                sum[at] += block.signs[at] != 0 ? magnitude : -magnitude;
            }
        }
        const std::vector<float> weights = valuesOf(*files, name);
        for (std::size_t at = 0; at < sum.size(); ++at)
            ASSERT_NEAR(double{weights[at]}, sum[at] / (scales.empty() ? 1.0 : double{scales[at % linear.columns]}),
                        1e-4);
    }
}

TEST_F(Bitstack, TheOrderNamesEveryBlockOnce) {
    const auto files = ModelFiles::open(m_path).value();
    std::map<std::string, unsigned> next;
    for (const BitstackStep& step : files->bitstack()->steps()) {
        auto& level = next.try_emplace(step.name, 1).first->second;
        EXPECT_EQ(step.level, level++);
    }
    EXPECT_EQ(next.size(), 14U);
    for (const auto& [name, level] : next) EXPECT_EQ(level, 6U) << name;
}

TEST_F(Bitstack, AShortListIsFilledUp) {
    edit("compression_config.json", [](json& list) { list = json::array({list[0]}); });
    const auto files = ModelFiles::open(m_path).value();
    const auto& steps = files->bitstack()->steps();
    ASSERT_EQ(steps.size(), 14 * 5U);
    for (std::size_t index = 0; index < steps.size(); ++index) EXPECT_EQ(steps[index].level, 1 + index / 14);
}

TEST_F(Bitstack, ConfigurationsAreSortedByMemory) {
    const auto before = ModelFiles::open(m_path).value()->bitstack()->steps();
    edit("compression_config.json", [](json& list) { std::reverse(list.begin(), list.end()); });
    EXPECT_EQ(ModelFiles::open(m_path).value()->bitstack()->steps(), before);
}

TEST_F(Bitstack, WithoutAListThereIsNoOrder) {
    remove("compression_config.json");
    EXPECT_TRUE(ModelFiles::open(m_path).value()->bitstack()->steps().empty());
}

TEST_F(Bitstack, BadListsAreRefused) {
    const auto tryList = [&](const char* text, const char* words) {
        std::filesystem::remove(m_path / "compression_config.json");
        write("compression_config.json", text);
        expectRefused(ErrorCode::Corrupt, words);
    };
    tryList("{", "is no list");
    tryList("[]", "is no list");
    tryList("[3]", "without 'memory' and 'layers'");
    tryList(R"([{"memory": 1, "layers": []}])", "without 'memory' and 'layers'");
    tryList(R"([{"memory": 1, "layers": {"layer.0.self_attn.q_proj": -1}}])", "no number of blocks");
    tryList(R"([{"memory": 1, "layers": {}}])", "does not mention 'layer.");
}

TEST_F(Bitstack, AMissingFactorIsNamed) {
    editHeader(
        [](json& header) { rename(header, "model.layers.0.mlp.down_proj.u_2", "model.layers.0.mlp.down_proj.u_9"); });
    expectRefused(ErrorCode::Corrupt, "block 2 of 'model.layers.0.mlp.down_proj' lacks a factor");
}

TEST_F(Bitstack, BlocksWithoutSignsAreNamed) {
    editHeader([](json& header) {
        for (int block = 0; block < 6; ++block)
            rename(header, "model.layers.0.mlp.down_proj.qweight_" + std::to_string(block),
                   "vision_tower." + std::to_string(block));
    });
    expectRefused(ErrorCode::Unsupported, "has no signs");
}

TEST_F(Bitstack, AFactorOfAnotherShapeIsNamed) {
    editHeader([](json& header) { header["model.layers.1.self_attn.q_proj.vt_3"]["shape"] = {64, 4}; });
    expectRefused(ErrorCode::Corrupt, "'model.layers.1.self_attn.q_proj.vt_3' [64, 4] does not fit");
}

TEST_F(Bitstack, AnUnknownBufferIsNamed) {
    editHeader([](json& header) {
        rename(header, "model.layers.1.self_attn.q_proj.vt_3", "model.layers.1.self_attn.q_proj.bias_3");
    });
    expectRefused(ErrorCode::Corrupt, "'model.layers.1.self_attn.q_proj.bias_3' is no part of a block");
}

TEST_F(Bitstack, ScalesOfALayerThatNothingFollowsAreNamed) {
    editHeader([](json& header) { rename(header, "model.layers.0.mlp.up_proj.scales", "model.embed_tokens.scales"); });
    expectRefused(ErrorCode::Unsupported, "'model.embed_tokens.scales' scales a layer that none is known to follow");
}

}  // namespace
}  // namespace strata::test
