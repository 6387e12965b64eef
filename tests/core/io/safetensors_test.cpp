#include "core/io/safetensors.h"

#include "tests/core/io/io_support.h"

#include <functional>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace strata {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

std::vector<float> valuesOf(const SafetensorsSet& set, std::string_view name) {
    const SafetensorsTensor* tensor = set.findTensor(name);
    if (!tensor) return {};
    std::vector<float> values(tensor->elementCount());
    EXPECT_TRUE(expandToFloat(tensor->type, set.tensorBytes(*tensor), values));
    return values;
}

TEST(Safetensors, ReadsAFileByThePythonPackage) {
    const auto set = SafetensorsSet::open(dataPath("safetensors/single.safetensors"));
    ASSERT_TRUE(set) << set.error().message();
    EXPECT_EQ(set->tensors().size(), 9u);
    const auto values = ElementsAre(0.0f, -1.5f, 3.25f, 1e-3f, 1000.0f, -2.0f);
    EXPECT_THAT(valuesOf(*set, "f32"), values);
    EXPECT_THAT(valuesOf(*set, "f64"), values);
    EXPECT_THAT(valuesOf(*set, "f16"), ElementsAre(0.0f, -1.5f, 3.25f, 0x1.064p-10f, 1000.0f, -2.0f));
    EXPECT_THAT(valuesOf(*set, "bf16"), ElementsAre(0.0f, -1.5f, 3.25f, 0x1.06p-10f, 1000.0f, -2.0f));
    EXPECT_THAT(valuesOf(*set, "scalar"), ElementsAre(4.5f));
    EXPECT_THAT(valuesOf(*set, "none"), IsEmpty());
    EXPECT_THAT(set->findTensor("f32")->shape, ElementsAre(2u, 3u));
    EXPECT_THAT(set->findTensor("none")->shape, ElementsAre(0u, 3u));
    EXPECT_EQ(set->findTensor("u8")->type, SafetensorsType::U8);
    EXPECT_EQ(set->tensorBytes(*set->findTensor("u8"))[4], std::byte{4});
    EXPECT_EQ(set->findTensor("i64")->sizeBytes, 16u);
    EXPECT_EQ(set->findTensor("absent"), nullptr);
    EXPECT_THAT(set->parts().front().metadata(), ElementsAre(std::pair("format", "pt")));
    set->releaseTensor(*set->findTensor("f32"));
    EXPECT_EQ(valuesOf(*set, "f32")[1], -1.5f);
}

TEST(Safetensors, TypesThatAreNoWeightsAreNamed) {
    const auto result = expandToFloat(SafetensorsType::U8, {}, {});
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().code, ErrorCode::Unsupported);
    EXPECT_THAT(result.error().detail, HasSubstr("U8"));
    EXPECT_THAT(result.error().detail, HasSubstr("BF16"));
    std::vector<float> values(3);
    const std::vector<std::byte> bytes(5);
    EXPECT_EQ(expandToFloat(SafetensorsType::F16, bytes, values).error().code, ErrorCode::Corrupt);
    EXPECT_EQ(expandToFloat(SafetensorsType::F16, std::span(bytes).first(4), values).error().code, ErrorCode::Corrupt);
}

struct HostileCase {
    const char* name;
    std::string header;
    std::size_t dataBytes;
    ErrorCode code;
    const char* field;
};

std::string entry(std::string_view name, std::string_view dtype, std::string_view shape, std::string_view offsets) {
    std::string text;
    for (const std::string_view piece :
         {std::string_view("\""), name, std::string_view("\":{\"dtype\":\""), dtype, std::string_view("\",\"shape\":"),
          shape, std::string_view(",\"data_offsets\":"), offsets, std::string_view("}")})
        text += piece;
    return text;
}

std::string object(std::initializer_list<std::string> members) {
    std::string text(1, '{');
    for (const std::string& member : members) {
        if (text.size() > 1) text += ',';
        text += member;
    }
    return text + '}';
}

const HostileCase kCases[] = {
    {"NotJson", "{nonsense", 0, ErrorCode::Corrupt, "JSON at byte"},
    {"NoObject", "[1]", 0, ErrorCode::Corrupt, "not a JSON object"},
    {"BadUtf8", "{\"\xff\":1}", 0, ErrorCode::Corrupt, "JSON"},
    {"NestedDeep", std::string(100000, '['), 0, ErrorCode::Corrupt, "nests deeper"},
    {"KeyTwice", object({entry("a", "U8", "[1]", "[0,1]"), entry("a", "U8", "[1]", "[1,2]")}), 2, ErrorCode::Corrupt,
     "'a' twice"},
    {"EntryNoObject", "{\"a\":3}", 0, ErrorCode::Corrupt, "tensor 'a'"},
    {"MetadataNoObject", "{\"__metadata__\":[]}", 0, ErrorCode::Corrupt, "__metadata__"},
    {"MetadataNoText", "{\"__metadata__\":{\"k\":1}}", 0, ErrorCode::Corrupt, "'k'"},
    {"NoDtype", "{\"a\":{\"shape\":[1],\"data_offsets\":[0,1]}}", 1, ErrorCode::Corrupt, "'dtype' of tensor 'a'"},
    {"UnknownDtype", object({entry("a", "F4", "[1]", "[0,1]")}), 1, ErrorCode::Unsupported, "'F4'"},
    {"NoShape", "{\"a\":{\"dtype\":\"U8\",\"data_offsets\":[0,1]}}", 1, ErrorCode::Corrupt, "'shape' of tensor 'a'"},
    {"NegativeExtent", object({entry("a", "U8", "[-1]", "[0,1]")}), 1, ErrorCode::Corrupt, "'shape' of tensor 'a'"},
    {"FractionalExtent", object({entry("a", "U8", "[1.0]", "[0,1]")}), 1, ErrorCode::Corrupt, "'shape' of tensor 'a'"},
    {"ManyExtents", object({entry("a", "U8", "[1,1,1,1,1,1,1,1,1]", "[0,1]")}), 1, ErrorCode::Corrupt, "9 dimensions"},
    {"ElementsOverflow", object({entry("a", "U8", "[4294967296,4294967296]", "[0,0]")}), 0, ErrorCode::Corrupt,
     "element count"},
    {"BytesOverflow", object({entry("a", "F64", "[4611686018427387904]", "[0,0]")}), 0, ErrorCode::Corrupt, "size of"},
    {"NoOffsets", "{\"a\":{\"dtype\":\"U8\",\"shape\":[1]}}", 1, ErrorCode::Corrupt, "'data_offsets' of tensor 'a'"},
    {"OneOffset", object({entry("a", "U8", "[1]", "[0]")}), 1, ErrorCode::Corrupt, "'data_offsets' of tensor 'a'"},
    {"TextOffset", object({entry("a", "U8", "[1]", "[0,\"1\"]")}), 1, ErrorCode::Corrupt, "'data_offsets'"},
    {"OffsetsReversed", object({entry("a", "U8", "[1]", "[1,0]")}), 1, ErrorCode::Corrupt, "'data_offsets'"},
    {"OffsetsTooWide", object({entry("a", "F32", "[1]", "[0,5]")}), 5, ErrorCode::Corrupt, "4 bytes"},
    {"BeyondEnd", object({entry("a", "F32", "[2]", "[0,8]")}), 7, ErrorCode::Truncated, "tensor 'a'"},
    {"FarBeyondEnd", object({entry("a", "U8", "[1]", "[18446744073709551614,18446744073709551615]")}), 7,
     ErrorCode::Truncated, "tensor 'a'"},
    {"Overlap", object({entry("a", "U8", "[4]", "[0,4]"), entry("b", "U8", "[4]", "[2,6]")}), 6, ErrorCode::Corrupt,
     "'b' overlaps"},
    {"Gap", object({entry("a", "U8", "[2]", "[0,2]"), entry("b", "U8", "[2]", "[3,5]")}), 5, ErrorCode::Corrupt,
     "gap before the data of tensor 'b'"},
    {"BytesLeftOver", object({entry("a", "U8", "[2]", "[0,2]")}), 3, ErrorCode::Corrupt, "belong to no tensor"},
};

class SafetensorsHostile : public testing::TestWithParam<HostileCase> {};

TEST_P(SafetensorsHostile, IsRefusedByName) {
    RawBytes raw;
    raw.string(GetParam().header).zeros(GetParam().dataBytes);
    const std::vector<std::byte> exact(raw.bytes().begin(), raw.bytes().end());
    const auto file = SafetensorsFile::parse(exact);
    ASSERT_FALSE(file);
    EXPECT_EQ(file.error().code, GetParam().code) << file.error().message();
    EXPECT_THAT(file.error().detail, HasSubstr(GetParam().field));
    EXPECT_FALSE(file.error().remedy.empty());
}

INSTANTIATE_TEST_SUITE_P(All, SafetensorsHostile, testing::ValuesIn(kCases),
                         [](const auto& instance) { return std::string(instance.param.name); });

TEST(SafetensorsHostile, HeaderLengthsThatLieAreRefused) {
    for (const std::uint64_t length : {std::uint64_t{3}, std::uint64_t{1} << 40, UINT64_MAX}) {
        RawBytes raw;
        raw.u64(length).text("{}");
        EXPECT_EQ(SafetensorsFile::parse(raw.bytes()).error().code, ErrorCode::Truncated) << length;
    }
    RawBytes raw;
    raw.text("{}");
    EXPECT_EQ(SafetensorsFile::parse(raw.bytes()).error().code, ErrorCode::Truncated);
}

TEST(SafetensorsHostile, EveryPrefixOfAGoodFileIsRefused) {
    const auto whole = readBytes(dataPath("safetensors/single.safetensors"));
    for (std::size_t length = 0; length < whole.size(); ++length) {
        const std::vector<std::byte> prefix(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(length));
        EXPECT_FALSE(SafetensorsFile::parse(prefix)) << length;
    }
}

TEST(SafetensorsSet, ReadsShardsByIndexAndByFolder) {
    for (const char* path : {"safetensors/sharded", "safetensors/sharded/model.safetensors.index.json"}) {
        const auto set = SafetensorsSet::open(dataPath(path));
        ASSERT_TRUE(set) << set.error().message();
        EXPECT_EQ(set->parts().size(), 2u);
        EXPECT_EQ(set->tensors().size(), 4u);
        EXPECT_THAT(valuesOf(*set, "layers.1.weight"), ElementsAre(1, 1, 1, 1));
        EXPECT_THAT(valuesOf(*set, "layers.2.weight"), ElementsAre(2, 2, 2, 2));
        EXPECT_THAT(valuesOf(*set, "layers.2.bias"), ElementsAre(2, 2));
        set->releaseTensor(*set->findTensor("layers.2.bias"));
        EXPECT_GT(set->fileSizeBytes(), set->parts().front().fileSizeBytes());
    }
}

/// A copy of the sharded model as a folder of symbolic links, as the hub's cache keeps it.
void linkShards(const test::TemporaryFolder& folder) {
    for (const char* name : {"model-00001-of-00002.safetensors", "model-00002-of-00002.safetensors"})
        std::filesystem::create_symlink(dataPath(std::string("safetensors/sharded/") + name), folder / name);
}

void writeIndex(const test::TemporaryFolder& folder, std::string_view text) {
    writeBytes(folder / "model.safetensors.index.json", std::as_bytes(std::span(text)));
}

TEST(SafetensorsSet, ReadsAFolderOfSymbolicLinks) {
    const test::TemporaryFolder folder;
    linkShards(folder);
    std::filesystem::create_symlink(dataPath("safetensors/sharded/model.safetensors.index.json"),
                                    folder / "model.safetensors.index.json");
    const auto set = SafetensorsSet::open(folder.path());
    ASSERT_TRUE(set) << set.error().message();
    EXPECT_EQ(set->tensors().size(), 4u);
}

TEST(SafetensorsSet, MissingShardsAreNamed) {
    const test::TemporaryFolder folder;
    linkShards(folder);
    std::filesystem::copy_file(dataPath("safetensors/sharded/model.safetensors.index.json"),
                               folder / "model.safetensors.index.json");
    std::filesystem::remove(folder / "model-00002-of-00002.safetensors");
    const auto set = SafetensorsSet::open(folder.path());
    ASSERT_FALSE(set);
    EXPECT_EQ(set.error().code, ErrorCode::NotFound);
    EXPECT_THAT(set.error().message(), HasSubstr("model-00002-of-00002.safetensors"));
}

TEST(SafetensorsSet, BadIndexesAreRefused) {
    const test::TemporaryFolder folder;
    linkShards(folder);
    const auto refused = [&](std::string_view index, const char* field) {
        writeIndex(folder, index);
        const auto set = SafetensorsSet::open(folder.path());
        ASSERT_FALSE(set) << index;
        EXPECT_EQ(set.error().code, ErrorCode::Corrupt) << set.error().message();
        EXPECT_THAT(set.error().message(), HasSubstr(field));
        EXPECT_THAT(set.error().file, HasSubstr("index.json"));
    };
    refused("{", "JSON");
    refused("{}", "weight_map");
    refused(R"({"weight_map":{}})", "weight_map");
    refused(R"({"weight_map":{"a":1}})", "'a'");
    for (const char* outside : {"../secret", "/etc/passwd", "..", "a\\\\b", ""})
        refused(R"({"weight_map":{"a":")" + std::string(outside) + R"("}})", "no plain file name for tensor 'a'");
    refused(R"({"weight_map":{"absent":"model-00001-of-00002.safetensors"}})", "tensor 'absent' is not in");
}

TEST(SafetensorsSet, AFolderWithoutWeightsSaysWhatIsLookedFor) {
    const test::TemporaryFolder folder;
    const auto set = SafetensorsSet::open(folder.path());
    ASSERT_FALSE(set);
    EXPECT_EQ(set.error().code, ErrorCode::NotFound);
    EXPECT_THAT(set.error().message(), HasSubstr("model.safetensors.index.json"));
    std::filesystem::copy_file(dataPath("safetensors/single.safetensors"), folder / "model.safetensors");
    EXPECT_TRUE(SafetensorsSet::open(folder.path()));
}

TEST(SafetensorsSet, OfATensorInTwoShardsTheIndexDecides) {
    const test::TemporaryFolder folder;
    std::filesystem::copy_file(dataPath("safetensors/sharded/model-00001-of-00002.safetensors"),
                               folder / "a.safetensors");
    std::filesystem::copy_file(folder / "a.safetensors", folder / "b.safetensors");
    writeIndex(folder, R"({"weight_map":{"layers.1.weight":"a.safetensors","layers.1.bias":"b.safetensors"}})");
    const auto set = SafetensorsSet::open(folder.path());
    ASSERT_TRUE(set) << set.error().message();
    EXPECT_EQ(set->tensors().size(), 2u);
    EXPECT_EQ(set->findTensor("layers.1.bias")->part, 1u);
    writeIndex(folder, R"({"weight_map":{"layers.1.weight":"a.safetensors","layers.1.absent":"b.safetensors"}})");
    EXPECT_FALSE(SafetensorsSet::open(folder.path()));
}

}  // namespace
}  // namespace strata
