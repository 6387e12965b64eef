#include "core/base/hash.h"
#include "core/io/gguf.h"
#include "tests/core/io/io_support.h"

#include <bit>
#include <cmath>
#include <fstream>
#include <map>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace strata {
namespace {

using testing::HasSubstr;

struct NamedType {
    const char* name;
    GgmlType type;
};

constexpr NamedType kTypes[] = {
    {"F32", GgmlType::F32},     {"F16", GgmlType::F16},     {"BF16", GgmlType::BF16},     {"F64", GgmlType::F64},
    {"Q4_0", GgmlType::Q4_0},   {"Q4_1", GgmlType::Q4_1},   {"Q5_0", GgmlType::Q5_0},     {"Q5_1", GgmlType::Q5_1},
    {"Q8_0", GgmlType::Q8_0},   {"Q2_K", GgmlType::Q2_K},   {"Q3_K", GgmlType::Q3_K},     {"Q4_K", GgmlType::Q4_K},
    {"Q5_K", GgmlType::Q5_K},   {"Q6_K", GgmlType::Q6_K},   {"IQ4_NL", GgmlType::IQ4_NL}, {"IQ4_XS", GgmlType::IQ4_XS},
    {"TQ1_0", GgmlType::TQ1_0}, {"TQ2_0", GgmlType::TQ2_0},
};

std::uint64_t splitmix64(std::uint64_t& state) {
    std::uint64_t mixed = state += 0x9E3779B97F4A7C15;
    mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9;
    mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB;
    return mixed ^ (mixed >> 31);
}

std::vector<std::byte> randomBytes(std::uint64_t seed, std::size_t count) {
    std::vector<std::byte> bytes((count + 7) / 8 * 8);
    for (std::size_t position = 0; position < bytes.size(); position += 8) {
        const std::uint64_t word = splitmix64(seed);
        std::memcpy(bytes.data() + position, &word, sizeof word);
    }
    bytes.resize(count);
    return bytes;
}

std::uint32_t bitsOf(float value) {
    return std::isnan(value) ? 0x7FC00000u : std::bit_cast<std::uint32_t>(value);
}

class DequantizeGolden : public testing::TestWithParam<NamedType> {};

TEST_P(DequantizeGolden, ExtremeBlocksAgreeBitForBit) {
    const GgmlTypeSize size = *ggmlTypeSize(GetParam().type);
    std::string name = GetParam().name;
    for (char& letter : name) letter = static_cast<char>(std::tolower(letter));
    const std::vector<std::byte> golden = readBytes(dataPath("gguf/" + name + ".bin"));
    std::uint32_t count = 0;
    ASSERT_GE(golden.size(), sizeof count);
    std::memcpy(&count, golden.data(), sizeof count);
    std::vector<float> expected(count * size.elements);
    const std::size_t blockBytes = std::size_t{count} * size.bytes;
    ASSERT_EQ(golden.size(), sizeof count + blockBytes + expected.size() * sizeof(float));
    std::memcpy(expected.data(), golden.data() + sizeof count + blockBytes, expected.size() * sizeof(float));

    std::vector<float> values(expected.size());
    ASSERT_TRUE(dequantize(GetParam().type, std::span(golden).subspan(sizeof count, blockBytes), values));
    for (std::size_t element = 0; element < values.size(); ++element)
        ASSERT_EQ(bitsOf(values[element]), bitsOf(expected[element]))
            << "element " << element << ": " << values[element] << " instead of " << expected[element];
}

TEST_P(DequantizeGolden, ThousandsOfRandomBlocksAgreeBitForBit) {
    std::ifstream list(dataPath("gguf/random_blocks.txt"));
    std::map<std::string, std::string> digests;
    for (std::string name, digest; list >> name >> digest;) digests[name] = digest;
    constexpr std::size_t kBlocks = 2048;
    const GgmlTypeSize size = *ggmlTypeSize(GetParam().type);
    const auto bytes = randomBytes(static_cast<std::uint32_t>(GetParam().type), kBlocks * size.bytes);
    std::vector<float> values(kBlocks * size.elements);
    ASSERT_TRUE(dequantize(GetParam().type, bytes, values));
    for (float& value : values) value = std::bit_cast<float>(bitsOf(value));
    EXPECT_EQ(sha256Of(std::as_bytes(std::span(values))), digests.at(GetParam().name));
}

TEST_P(DequantizeGolden, PiecesAtOddAddressesEqualTheWhole) {
    const GgmlTypeSize size = *ggmlTypeSize(GetParam().type);
    const auto bytes = randomBytes(7, 1 + 4 * std::size_t{size.bytes});
    const auto blocks = std::span(bytes).subspan(1);
    std::vector<float> whole(4 * size.elements);
    std::vector<float> pieces(whole.size());
    ASSERT_TRUE(dequantize(GetParam().type, blocks, whole));
    for (std::size_t block = 0; block < 4; ++block)
        ASSERT_TRUE(dequantize(GetParam().type, blocks.subspan(block * size.bytes, size.bytes),
                               std::span(pieces).subspan(block * size.elements, size.elements)));
    for (std::size_t element = 0; element < whole.size(); ++element)
        ASSERT_EQ(bitsOf(whole[element]), bitsOf(pieces[element]));
}

TEST_P(DequantizeGolden, WrongSizesAreRefused) {
    const GgmlTypeSize size = *ggmlTypeSize(GetParam().type);
    const std::vector<std::byte> bytes(2 * size.bytes);
    std::vector<float> values(2 * size.elements);
    const auto refused = [&](std::span<const std::byte> from, std::span<float> into) {
        const auto result = dequantize(GetParam().type, from, into);
        return !result && result.error().code == ErrorCode::Corrupt;
    };
    EXPECT_TRUE(refused(std::span(bytes).first(bytes.size() - 1), values));
    EXPECT_TRUE(refused(std::span(bytes).first(size.bytes), values));
    EXPECT_TRUE(refused(bytes, std::span(values).first(values.size() - 1)));
    EXPECT_TRUE(dequantize(GetParam().type, {}, {}));
}

INSTANTIATE_TEST_SUITE_P(AllTypes, DequantizeGolden, testing::ValuesIn(kTypes),
                         [](const auto& instance) { return std::string(instance.param.name); });

TEST(Dequantize, ATypeThatIsNotReadIsNamedWithThoseThatAre) {
    for (const GgmlType type : {GgmlType::IQ2_XXS, GgmlType::Q8_K, GgmlType::I8, static_cast<GgmlType>(77)}) {
        EXPECT_FALSE(canDequantize(type));
        const auto result = dequantize(type, {}, {});
        ASSERT_FALSE(result);
        EXPECT_EQ(result.error().code, ErrorCode::Unsupported);
        EXPECT_THAT(result.error().detail, HasSubstr(ggmlTypeName(type)));
        EXPECT_THAT(result.error().detail, HasSubstr("Q4_K"));
    }
}

}  // namespace
}  // namespace strata
