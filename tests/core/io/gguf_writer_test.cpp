#include "core/io/gguf.h"
#include "tests/core/io/io_support.h"

#include <numeric>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace strata {
namespace {

using testing::ElementsAre;

void place(std::vector<std::byte>& file, std::uint64_t offset, std::span<const std::byte> bytes,
           std::size_t alignment) {
    const std::size_t end = (offset + bytes.size() + alignment - 1) / alignment * alignment;
    if (file.size() < end) file.resize(end);
    std::ranges::copy(bytes, file.begin() + static_cast<std::ptrdiff_t>(offset));
}

TEST(GgufWriter, WritesTheBytesOfThePythonPackage) {
    GgufWriter writer(64);
    writer.add("general.architecture", "llama");
    writer.add("a.u32", std::uint32_t{7});
    writer.add("a.u64", std::uint64_t{1} << 40);
    writer.add("a.i32", std::int32_t{-7});
    writer.add("a.f32", 1.5f);
    writer.add("a.bool", true);
    writer.add("a.text", std::string_view("text"));
    const std::vector<std::string> strings = {"x", "", "yz"};
    writer.add("a.strings", std::span<const std::string>(strings));
    const std::vector<std::int32_t> integers = {-1, 2};
    writer.add("a.integers", std::span<const std::int32_t>(integers));
    const std::vector<float> floats = {0.25f, -2.0f};
    writer.add("a.floats", std::span<const float>(floats));
    writer.addTensor("first", GgmlType::F32, {3, 2}, 24);
    writer.addTensor("second", GgmlType::I8, {100}, 100);

    std::vector<std::byte> file = writer.header();
    std::vector<float> first(6);
    std::iota(first.begin(), first.end(), 0.0f);
    std::vector<std::int8_t> second(100);
    std::iota(second.begin(), second.end(), std::int8_t{-50});
    place(file, writer.tensorOffset(0), std::as_bytes(std::span(first)), 64);
    place(file, writer.tensorOffset(1), std::as_bytes(std::span(second)), 64);
    EXPECT_EQ(file, readBytes(dataPath("gguf/writer.gguf")));
}

TEST(GgufWriter, EveryOverloadComesBackWithItsType) {
    GgufWriter writer;
    const std::vector<std::uint32_t> words = {0, UINT32_MAX};
    const std::vector<std::uint64_t> longs = {1ull << 40};
    const std::vector<std::int8_t> small = {-128, 127};
    const std::vector<std::uint8_t> bytes = {0, 255};
    writer.add("words", std::span<const std::uint32_t>(words));
    writer.add("longs", std::span<const std::uint64_t>(longs));
    writer.add("small", std::span<const std::int8_t>(small));
    writer.add("bytes", std::span<const std::uint8_t>(bytes));
    writer.add("empty", std::span<const float>());
    const auto header = writer.header();
    const auto file = GgufFile::parse(header);
    ASSERT_TRUE(file) << file.error().message();
    EXPECT_EQ(file->alignment(), 64u);
    EXPECT_EQ(header.size() % 64, 0u);
    EXPECT_THAT(*file->getIntegers("words"), ElementsAre(0, UINT32_MAX));
    EXPECT_THAT(*file->getIntegers("longs"), ElementsAre(1ll << 40));
    EXPECT_THAT(*file->getIntegers("small"), ElementsAre(-128, 127));
    EXPECT_THAT(*file->getIntegers("bytes"), ElementsAre(0, 255));
    EXPECT_TRUE(file->getFloats("empty")->empty());
    EXPECT_EQ(std::get<GgufArray>(file->find("small")->value).elementType, GgufType::Int8);
}

TEST(GgufWriter, CopiesEveryValueOfAnotherFileWithItsType) {
    const auto source = GgufFile::open(dataPath("gguf/every_value.gguf"));
    ASSERT_TRUE(source);
    GgufWriter writer(128);
    for (const auto& [key, value] : source->metadata()) writer.addCopy(*source, key);
    writer.addCopy(*source, "absent");
    const auto header = writer.header();
    const auto copy = GgufFile::parse(header);
    ASSERT_TRUE(copy) << copy.error().message();
    EXPECT_EQ(copy->metadata().size(), source->metadata().size() + 1);  // general.alignment
    for (const auto& [key, value] : source->metadata()) {
        const GgufValue* copied = copy->find(key);
        ASSERT_TRUE(copied) << key;
        EXPECT_EQ(copied->type, value.type) << key;
        EXPECT_TRUE(std::ranges::equal(copied->bytes, value.bytes)) << key;
    }
}

TEST(GgufWriter, AnAlignmentOfTheSourceIsNotCopied) {
    const auto source = GgufFile::open(dataPath("gguf/writer.gguf"));
    ASSERT_TRUE(source);
    GgufWriter writer(256);
    for (const auto& [key, value] : source->metadata()) writer.addCopy(*source, key);
    const auto header = writer.header();
    const auto copy = GgufFile::parse(header);
    ASSERT_TRUE(copy) << copy.error().message();
    EXPECT_EQ(copy->alignment(), 256u);
}

TEST(GgufWriter, TensorsFollowEachOtherPaddedToTheAlignment) {
    GgufWriter writer(64);
    writer.addTensor("a", GgmlType::I8, {65}, 65);
    writer.addTensor("b", GgmlType::I8, {64}, 64);
    writer.addTensor("c", GgmlType::I8, {1}, 1);
    EXPECT_EQ(writer.tensorOffset(0), writer.header().size());
    EXPECT_EQ(writer.tensorOffset(1), writer.tensorOffset(0) + 128);
    EXPECT_EQ(writer.tensorOffset(2), writer.tensorOffset(1) + 64);
    auto file = writer.header();
    file.resize(writer.tensorOffset(2) + 1);
    const auto parsed = GgufFile::parse(file);
    ASSERT_TRUE(parsed) << parsed.error().message();
    EXPECT_EQ(parsed->tensors()[2].offset, writer.tensorOffset(2));
}

}  // namespace
}  // namespace strata
