#include "core/io/gguf.h"

#include "tests/core/io/io_support.h"
#include "tests/core/io/large_models.h"
#include "tests/support/sample_source.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace strata {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

std::vector<float> valuesOf(const GgufFile& file, std::string_view name) {
    const GgufTensor* tensor = file.findTensor(name);
    if (!tensor) return {};
    std::vector<float> values(tensor->elementCount());
    const auto bytes = file.tensorBytes(*tensor);
    EXPECT_TRUE(bytes && dequantize(tensor->type, *bytes, values));
    return values;
}

TEST(Gguf, ReadsEveryMetadataTypeOfAFileByThePythonPackage) {
    const auto file = GgufFile::open(dataPath("gguf/every_value.gguf"));
    ASSERT_TRUE(file) << file.error().message();
    EXPECT_EQ(file->version(), 3u);
    EXPECT_EQ(file->alignment(), 32u);
    EXPECT_EQ(*file->getString("general.architecture"), "llama");
    EXPECT_EQ(*file->getUnsigned("t.uint8"), 200u);
    EXPECT_EQ(*file->getUnsigned("t.uint16"), 60000u);
    EXPECT_EQ(*file->getUnsigned("t.uint32"), 4000000000u);
    EXPECT_EQ(*file->getUnsigned("t.uint64"), (1ull << 63) + 5);
    EXPECT_EQ(std::get<std::int64_t>(file->find("t.int8")->value), -100);
    EXPECT_EQ(std::get<std::int64_t>(file->find("t.int16")->value), -30000);
    EXPECT_EQ(std::get<std::int64_t>(file->find("t.int32")->value), -2000000000);
    EXPECT_EQ(std::get<std::int64_t>(file->find("t.int64")->value), -(1ll << 62));
    EXPECT_EQ(*file->getFloat("t.float32"), double{0.1f});
    EXPECT_EQ(*file->getFloat("t.float64"), 0.1);
    EXPECT_TRUE(*file->getBool("t.bool"));
    EXPECT_EQ(*file->getString("t.string"), "snö ❄");
    EXPECT_EQ(file->metadata().front().first, "general.architecture");
}

TEST(Gguf, ReadsArrays) {
    const auto file = GgufFile::open(dataPath("gguf/every_value.gguf"));
    ASSERT_TRUE(file);
    EXPECT_THAT(*file->getStrings("t.strings"),
                ElementsAre("a", "", "Ġthe", "long enough to leave the small string buffer"));
    EXPECT_THAT(*file->getIntegers("t.integers"), ElementsAre(1, -2, 3));
    EXPECT_THAT(*file->getIntegers("t.bools"), ElementsAre(1, 0, 1));
    EXPECT_THAT(*file->getFloats("t.floats"), ElementsAre(0.5f, -1.25f, 3e38f));
    const auto rows = ggufElements(std::get<GgufArray>(file->find("t.nested")->value));
    ASSERT_EQ(rows.size(), 2u);
    const auto firstRow = ggufElements(std::get<GgufArray>(rows[0].value));
    ASSERT_EQ(firstRow.size(), 2u);
    EXPECT_EQ(std::get<std::int64_t>(firstRow[1].value), 2);
    EXPECT_EQ(ggufElements(std::get<GgufArray>(file->find("t.strings")->value), 2).size(), 2u);
}

TEST(Gguf, ReadsTensors) {
    const auto file = GgufFile::open(dataPath("gguf/every_value.gguf"));
    ASSERT_TRUE(file);
    ASSERT_EQ(file->tensors().size(), 4u);
    const GgufTensor* plain = file->findTensor("plain");
    ASSERT_TRUE(plain);
    EXPECT_THAT(plain->shape, ElementsAre(4u, 3u));
    EXPECT_EQ(plain->sizeBytes, 48u);
    EXPECT_THAT(valuesOf(*file, "plain"), ElementsAre(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11));
    EXPECT_EQ(valuesOf(*file, "half").front(), -1.0f);
    EXPECT_EQ(file->findTensor("q4_1")->sizeBytes, 80u);
    EXPECT_EQ(valuesOf(*file, "q8_0").size(), 128u);
    EXPECT_EQ(file->findTensor("absent"), nullptr);
    file->releaseTensor(*plain);
    EXPECT_EQ(valuesOf(*file, "plain")[11], 11.0f);
}

TEST(Gguf, TypedAccessNamesTheKeyAndWhatItHolds) {
    const auto file = GgufFile::open(dataPath("gguf/every_value.gguf"));
    ASSERT_TRUE(file);
    const auto expectError = [](const auto& result, ErrorCode code, const char* key) {
        ASSERT_FALSE(result);
        EXPECT_EQ(result.error().code, code);
        EXPECT_THAT(result.error().detail, HasSubstr(key));
        EXPECT_FALSE(result.error().remedy.empty());
    };
    expectError(file->getUnsigned("absent"), ErrorCode::NotFound, "absent");
    expectError(file->getStrings("absent"), ErrorCode::NotFound, "absent");
    expectError(file->getUnsigned("t.int8"), ErrorCode::Corrupt, "t.int8");
    expectError(file->getUnsigned("t.string"), ErrorCode::Corrupt, "holds string");
    expectError(file->getFloat("t.bool"), ErrorCode::Corrupt, "t.bool");
    expectError(file->getBool("t.uint8"), ErrorCode::Corrupt, "t.uint8");
    expectError(file->getString("t.strings"), ErrorCode::Corrupt, "array of string");
    expectError(file->getStrings("t.integers"), ErrorCode::Corrupt, "t.integers");
    expectError(file->getIntegers("t.floats"), ErrorCode::Corrupt, "t.floats");
    expectError(file->getFloats("t.integers"), ErrorCode::Corrupt, "t.integers");
    EXPECT_EQ(*file->getFloat("t.int8"), -100.0);
}

TEST(Gguf, VersionTwoIsRead) {
    RawBytes raw;
    raw.ggufHeader(1, 1, 2).string("k").u32(4).u32(9).tensorInfo("t", {2}, 0, 0).padTo(32).number(1.5f).number(2.5f);
    const auto file = GgufFile::parse(raw.bytes());
    ASSERT_TRUE(file) << file.error().message();
    EXPECT_EQ(file->version(), 2u);
    EXPECT_THAT(valuesOf(*file, "t"), ElementsAre(1.5f, 2.5f));
}

TEST(Gguf, ErrorsOfAFileNameItAndTheRemedy) {
    const test::TemporaryFolder folder;
    const auto path = folder / "model.gguf";
    const auto whole = readBytes(dataPath("gguf/every_value.gguf"));
    writeBytes(path, std::span(whole).first(whole.size() - 100));
    const auto file = GgufFile::open(path);
    ASSERT_FALSE(file);
    EXPECT_EQ(file.error().code, ErrorCode::Truncated);
    EXPECT_THAT(file.error().message(), HasSubstr("model.gguf"));
    EXPECT_THAT(file.error().message(), HasSubstr("download the file again"));
    EXPECT_EQ(GgufFile::open(folder / "absent.gguf").error().code, ErrorCode::NotFound);
    writeBytes(folder / "empty.gguf", {});
    EXPECT_FALSE(GgufFile::open(folder / "empty.gguf"));
}

TEST(Gguf, APartialFileIsAcceptedOnRequestAndItsMissingTensorsAreNamed) {
    const auto whole = readBytes(dataPath("gguf/every_value.gguf"));
    const auto part = std::span(whole).first(whole.size() - 100);
    const auto file = GgufFile::parse(part, {.allowPartialData = true});
    ASSERT_TRUE(file) << file.error().message();
    EXPECT_TRUE(file->tensorBytes(*file->findTensor("plain")));
    const auto beyond = file->tensorBytes(*file->findTensor("q8_0"));
    ASSERT_FALSE(beyond);
    EXPECT_EQ(beyond.error().code, ErrorCode::Truncated);
    EXPECT_THAT(beyond.error().detail, HasSubstr("q8_0"));
}

TEST(Gguf, ATypeOfUnknownSizeIsListedButNotRead) {
    RawBytes raw;
    raw.ggufHeader(1, 0).tensorInfo("odd", {64}, 77, 0).padTo(32).zeros(64);
    const auto file = GgufFile::parse(raw.bytes());
    ASSERT_TRUE(file) << file.error().message();
    const auto bytes = file->tensorBytes(file->tensors().front());
    ASSERT_FALSE(bytes);
    EXPECT_EQ(bytes.error().code, ErrorCode::Unsupported);
    EXPECT_THAT(bytes.error().detail, HasSubstr("type 77"));
    EXPECT_THAT(bytes.error().detail, HasSubstr("Q4_1"));
}

TEST(Gguf, AFileOf16GigabytesOpensWhole) {
    const test::TemporaryFolder folder;
    const auto path = folder / "huge.gguf";
    if (!writeSparseModel(path)) GTEST_SKIP() << "no sparse files of 16 GB here";
    const auto file = GgufFile::open(path);
    ASSERT_TRUE(file) << file.error().message();
    EXPECT_GT(file->fileSizeBytes(), 16ull << 30);
    const auto last = file->tensorBytes(file->tensors().back());
    ASSERT_TRUE(last);
    EXPECT_EQ(last->size(), 1ull << 30);
    EXPECT_EQ(last->back(), std::byte{0});
}

TEST(Gguf, HundredsOfThousandsOfTokensCostNoMemoryUntilAsked) {
    const std::vector<std::string> tokens = manyTokens();
    const auto header = headerOf(tokens);
    const auto file = GgufFile::parse(header);
    ASSERT_TRUE(file);
    const auto& array = std::get<GgufArray>(file->find("tokenizer.ggml.tokens")->value);
    EXPECT_EQ(array.count, tokens.size());
    // A view into the header, not a copy.
    EXPECT_GE(array.bytes.data(), header.data());
    EXPECT_LE(array.bytes.data() + array.bytes.size(), header.data() + header.size());
    EXPECT_EQ(*file->getStrings("tokenizer.ggml.tokens"), tokens);
}

TEST(Gguf, ReadsTheSampleModel) {
    const auto sample = test::sampleSource();
    if (!sample) GTEST_SKIP() << "the sample model is not here";
    const auto file = GgufFile::open(*sample);
    ASSERT_TRUE(file) << file.error().message();
    EXPECT_EQ(*file->getString("general.architecture"), "llama");
    EXPECT_EQ(file->getStrings("tokenizer.ggml.tokens")->size(), 49152u);
    for (const GgufTensor& tensor : file->tensors()) {
        const std::uint64_t columns = tensor.shape.front();
        const auto bytes = file->tensorBytes(tensor);
        ASSERT_TRUE(bytes) << tensor.name;
        std::vector<float> row(columns);
        EXPECT_TRUE(dequantize(tensor.type, bytes->first(bytes->size() / (tensor.elementCount() / columns)), row))
            << tensor.name;
    }
}

}  // namespace
}  // namespace strata
