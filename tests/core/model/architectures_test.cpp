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

TEST(Architectures, AreListedInOrderWhenAnotherIsRefused) {
    EXPECT_TRUE(std::ranges::is_sorted(architectures(), {}, &Architecture::name));
    const auto config = FamilyFile("rwkv7").config();
    ASSERT_FALSE(config);
    EXPECT_EQ(config.error().code, ErrorCode::Unsupported);
    std::string known;
    for (const Architecture& architecture : architectures())
        known += (known.empty() ? "" : ", ") + std::string(architecture.name);
    EXPECT_THAT(known, AllOf(HasSubstr("gemma2, llama, mistral, "), HasSubstr("qwen3")));
    EXPECT_THAT(config.error().message(), HasSubstr("models of the family 'rwkv7' (known: " + known + ")"));
}

class FamilyShapes : public testing::Test {
protected:
    static GgufFile file(const std::string& name) {
        return GgufFile::open(std::filesystem::path(STRATA_TEST_DATA) / "families" / (name + ".gguf")).value();
    }
};

TEST_F(FamilyShapes, NormsOfHeadsAreNeededWhereTheFamilyHasThem) {
    const GgufFile withNorms = file("qwen3");
    auto config = ModelConfig::fromGguf(withNorms);
    ASSERT_TRUE(config && checkShapes(*config, withNorms));
    EXPECT_TRUE(config->queryKeyNorms);
    const GgufFile source = file("llama");
    config = ModelConfig::fromGguf(source);
    ASSERT_TRUE(config);
    config->queryKeyNorms = true;
    const auto missing = checkShapes(*config, source);
    ASSERT_FALSE(missing);
    EXPECT_EQ(missing.error().code, ErrorCode::NotFound);
    EXPECT_THAT(missing.error().message(), HasSubstr("blk.0.attn_q_norm.weight"));
}

}  // namespace
}  // namespace strata::test
