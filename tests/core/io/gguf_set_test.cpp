#include "core/io/gguf_set.h"

#include "tests/core/io/io_support.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace strata {
namespace {

using testing::HasSubstr;

std::string partName(int part) {
    return "split-0000" + std::to_string(part) + "-of-00003.gguf";
}

void copyParts(const test::TemporaryFolder& folder) {
    for (int part = 1; part <= 3; ++part)
        std::filesystem::copy_file(dataPath("gguf/" + partName(part)), folder / partName(part));
}

/// Replaces the value of a key that stands once in the file, `skip` bytes behind the key's name.
template <class T>
void patch(const std::filesystem::path& path, std::string_view key, T value) {
    auto bytes = readBytes(path);
    const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    const std::size_t found = text.find(key);
    ASSERT_NE(found, std::string_view::npos);
    std::memcpy(bytes.data() + found + key.size() + sizeof(std::uint32_t), &value, sizeof value);
    writeBytes(path, bytes);
}

TEST(GgufSet, ReadsAllPartsWhicheverIsGiven) {
    for (int given = 1; given <= 3; ++given) {
        const auto set = GgufSet::open(dataPath("gguf/" + partName(given)));
        ASSERT_TRUE(set) << set.error().message();
        EXPECT_EQ(set->parts().size(), 3u);
        EXPECT_EQ(set->path().filename(), partName(1));
        EXPECT_EQ(*set->getUnsigned("llama.block_count"), 5u);
        ASSERT_EQ(set->tensors().size(), 5u);
        for (int number = 0; number < 5; ++number) {
            const GgufTensor* tensor = set->findTensor("blk." + std::to_string(number) + ".weight");
            ASSERT_TRUE(tensor);
            const auto bytes = set->tensorBytes(*tensor);
            ASSERT_TRUE(bytes);
            std::vector<float> values(tensor->elementCount());
            ASSERT_TRUE(dequantize(tensor->type, *bytes, values));
            EXPECT_EQ(values, std::vector<float>(8, static_cast<float>(number)));
            set->releaseTensor(*tensor);
        }
        EXPECT_EQ(set->findTensor("blk.5.weight"), nullptr);
        EXPECT_GT(set->fileSizeBytes(), set->first().fileSizeBytes());
    }
}

TEST(GgufSet, AFileThatIsNotSplitIsASetOfOne) {
    const auto set = GgufSet::open(dataPath("gguf/every_value.gguf"));
    ASSERT_TRUE(set) << set.error().message();
    EXPECT_EQ(set->parts().size(), 1u);
    EXPECT_EQ(set->tensors().size(), 4u);
    EXPECT_TRUE(set->tensorBytes(*set->findTensor("plain")));
    EXPECT_EQ(*set->getString("general.architecture"), "llama");
}

TEST(GgufSet, MissingPartsAreNamed) {
    const test::TemporaryFolder folder;
    copyParts(folder);
    std::filesystem::remove(folder / partName(2));
    const auto set = GgufSet::open(folder / partName(1));
    ASSERT_FALSE(set);
    EXPECT_EQ(set.error().code, ErrorCode::NotFound);
    EXPECT_THAT(set.error().message(), HasSubstr(partName(2)));
    EXPECT_THAT(set.error().message(), HasSubstr("download"));
}

TEST(GgufSet, APartUnderAnotherNameIsExplained) {
    const test::TemporaryFolder folder;
    copyParts(folder);
    for (const char* name : {"model.gguf", "split-00001-of-00004.gguf", "split-0000x-of-00003.gguf"}) {
        std::filesystem::copy_file(folder / partName(1), folder / name);
        const auto set = GgufSet::open(folder / name);
        ASSERT_FALSE(set) << name;
        EXPECT_EQ(set.error().code, ErrorCode::NotFound);
        EXPECT_THAT(set.error().message(), HasSubstr("-of-00003.gguf"));
    }
}

TEST(GgufSet, PartsThatDoNotBelongTogetherAreRefused) {
    const auto refused = [](auto change, const char* field) {
        const test::TemporaryFolder folder;
        copyParts(folder);
        change(folder);
        const auto set = GgufSet::open(folder / partName(1));
        ASSERT_FALSE(set);
        EXPECT_EQ(set.error().code, ErrorCode::Corrupt);
        EXPECT_THAT(set.error().message(), HasSubstr(field));
    };
    refused([](const test::TemporaryFolder& folder) { patch<std::uint16_t>(folder / partName(2), "split.no", 2); },
            "split.no");
    refused([](const test::TemporaryFolder& folder) { patch<std::uint16_t>(folder / partName(3), "split.count", 4); },
            "split.count");
    refused(
        [](const test::TemporaryFolder& folder) {
            patch<std::int32_t>(folder / partName(1), "split.tensors.count", 6);
        },
        "split.tensors.count");
    refused(
        [](const test::TemporaryFolder& folder) {
            patch<std::int32_t>(folder / partName(1), "split.tensors.count", -5);
        },
        "split.tensors.count");
    refused(
        [](const test::TemporaryFolder& folder) {
            const auto path = folder / partName(2);
            auto bytes = readBytes(path);
            const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
            bytes[text.find("blk.2.weight") + 4] = std::byte{'0'};
            writeBytes(path, bytes);
        },
        "blk.0.weight");
}

TEST(GgufSet, ACorruptPartIsNamed) {
    const test::TemporaryFolder folder;
    copyParts(folder);
    std::filesystem::resize_file(folder / partName(3), 20);
    const auto set = GgufSet::open(folder / partName(1));
    ASSERT_FALSE(set);
    EXPECT_THAT(set.error().file, HasSubstr(partName(3)));
}

}  // namespace
}  // namespace strata
