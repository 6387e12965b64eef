#include "app/cli/file_summary.h"

#include "core/base/file.h"
#include "tests/support/temporary_folder.h"
#include "tests/support/tiny_model.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace strata::cli {
namespace {

TEST(FileSummary, OfASource) {
    const test::TemporaryFolder folder;
    ASSERT_TRUE(test::TinyModel().writeGguf(folder / "tiny.gguf"));
    const auto source = ModelFiles::open(folder / "tiny.gguf").value();
    const Json summary = describeSource(*source, true);
    EXPECT_EQ(summary["format"], "gguf");
    EXPECT_EQ(summary["architecture"], "llama");
    EXPECT_EQ(summary["supported"], true);
    EXPECT_EQ(summary["context_length"], 512);
    EXPECT_EQ(summary["layers"], 2);
    EXPECT_EQ(summary["chat_template"], true);
    EXPECT_TRUE(summary["licence"].is_null());
    ASSERT_EQ(summary["tensors_by_type"].size(), 1u);
    EXPECT_EQ(summary["tensors_by_type"][0]["type"], "F32");
    EXPECT_EQ(summary["tensors_by_type"][0]["parameters"], summary["parameters"]);
    EXPECT_EQ(summary["tensors"].size(), source->tensors().size());
    const std::string text = summaryText(summary);
    EXPECT_NE(text.find("llama"), std::string::npos);
    EXPECT_NE(text.find("not stated"), std::string::npos);
    EXPECT_NE(text.find("blk.0.attn_q.weight"), std::string::npos);
}

TEST(FileSummary, OfFolders) {
    const std::filesystem::path data(STRATA_TEST_DATA);
    const Json folder = describeSource(*ModelFiles::open(data / "hugging_face/llama").value(), false);
    EXPECT_EQ(folder["format"], "hugging-face");
    EXPECT_EQ(folder["parts"], 3);
    EXPECT_EQ(folder["name"], "llama");
    EXPECT_EQ(folder["licence"], "apache-2.0");
    EXPECT_EQ(folder["supported"], true);
    EXPECT_EQ(folder["tokenizer"]["model"], "tokenizer.json");
    EXPECT_EQ(folder["tokenizer"]["tokens"], 260);
    EXPECT_EQ(folder["tensors_by_type"][0]["type"], "BF16");
    const Json checkpoint = describeSource(*ModelFiles::open(data / "bitstack/mistral").value(), false);
    EXPECT_EQ(checkpoint["format"], "bitstack");
    EXPECT_EQ(checkpoint["bitstack"], (Json{{"linears", 14}, {"blocks", 6}, {"rank", 4}, {"ordered", true}}));
    EXPECT_NE(summaryText(checkpoint).find("6 of rank 4 in 14 linears, ordered"), std::string::npos);
}

TEST(FileSummary, OfAStack) {
    const test::TemporaryFolder folder;
    const auto change = [](StackContents& contents) {
        contents.curve = {{1'000, 16, 99.5F, 1.25F, 0.5F}};
        contents.metadata = [inner = contents.metadata](GgufWriter& writer) {
            inner(writer);
            writer.add("general.license", "apache-2.0");
            writer.add("strata.source.name", "tiny.gguf");
        };
    };
    const auto written =
        test::TinyModel({.codec = Codec::Bitstack, .planes = 4, .rank = 2}).writeStack(folder / "tiny.strata", change);
    ASSERT_TRUE(written) << written.error().message();
    const auto stack = StackFile::open(folder / "tiny.strata").value();
    const Json summary = describeStack(*stack, false);
    EXPECT_EQ(summary["format"], "strata");
    EXPECT_EQ(summary["codec"], "bitstack");
    EXPECT_EQ(summary["levels"], 4);
    EXPECT_EQ(summary["rank"], 2);
    EXPECT_EQ(summary["vocabulary_levels"], 8);
    EXPECT_EQ(summary["licence"], "apache-2.0");
    EXPECT_EQ(summary["source"]["name"], "tiny.gguf");
    EXPECT_LT(summary["floor_bytes"], summary["full_bytes"]);
    ASSERT_EQ(summary["curve"].size(), 1u);
    EXPECT_DOUBLE_EQ(summary["curve"][0]["agreement"], 0.5);
    EXPECT_FALSE(summary.contains("tensors"));
    EXPECT_NE(summaryText(summary).find("99.50"), std::string::npos);
}

TEST(FileSummary, OfAFamilyThatIsNotKnown) {
    const test::TemporaryFolder folder;
    GgufWriter writer;
    writer.add("general.architecture", "mystery");
    writer.add("general.name", "An\x1b[31m evil\nname");
    const std::vector<std::byte> bytes = writer.header();
    const std::string content(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    ASSERT_TRUE(writeFileAtomically(folder / "mystery.gguf", content));
    const auto source = ModelFiles::open(folder / "mystery.gguf").value();
    const Json summary = describeSource(*source, false);
    EXPECT_EQ(summary["supported"], false);
    const std::string text = summaryText(summary);
    EXPECT_NE(text.find("not usable"), std::string::npos);
    EXPECT_EQ(text.find('\x1b'), std::string::npos);
}

}  // namespace
}  // namespace strata::cli
