// Hugging Face folders and BitStack checkpoints against `transformers` (tests/oracles/hugging_face_folders.py).
#include "core/base/random.h"
#include "core/compress/source_model.h"
#include "core/model/session.h"
#include "core/source/bitstack_checkpoint.h"
#include "tests/core/compress/compress_support.h"

#include <cmath>

#include <nlohmann/json.hpp>

namespace strata::test {
namespace {

using nlohmann::json;

std::filesystem::path dataFolder(const char* kind, const char* name) {
    return std::filesystem::path(STRATA_TEST_DATA) / kind / name;
}

class FolderSource : public testing::TestWithParam<const char*> {
protected:
    explicit FolderSource(const char* kind)
        : m_source(dataFolder(kind, GetParam())), m_golden(json::parse(bytesOf(m_source / "golden.json"))) {
        m_prompt = m_golden.at("prompt").get<std::vector<TokenId>>();
        // The prompts are random tokens: so is what calibration sees.
        Random random(7);
        std::string text;
        while (text.size() < 24 * 512) text += static_cast<char>(33 + random.next() % 94);
        EXPECT_TRUE(writeFileAtomically(m_folder / "text.txt", text));
    }
    [[nodiscard]] CompressOptions options(Codec codec) const {
        CompressOptions options;
        options.source = m_source;
        options.output = m_folder / "model.strata";
        options.calibration = m_folder / "text.txt";
        options.codec = codec;
        options.planes = 8;
        options.overwrite = true;
        return options;
    }
    [[nodiscard]] static std::unique_ptr<Session> session(const CompressOptions& options) {
        const auto report = compress(options);
        EXPECT_TRUE(report) << report.error().message();
        auto opened = Session::open(StackFile::open(options.output).value(), {.contextLength = 128});
        EXPECT_TRUE(opened) << opened.error().message();
        return *std::move(opened);
    }
    /// Root mean square of the differences to golden logits.
    [[nodiscard]] double difference(Session& session, const json& rows) const {
        const auto logits = session.logits(m_prompt);
        EXPECT_TRUE(logits) << logits.error().message();
        const std::size_t vocabulary = rows[0].size();
        const std::size_t first = m_prompt.size() - rows.size();
        double sum = 0;
        for (std::size_t row = 0; row < rows.size(); ++row)
            for (std::size_t id = 0; id < vocabulary; ++id)
                sum += std::pow(
                    static_cast<double>((*logits)[(first + row) * vocabulary + id]) - rows[row][id].get<double>(), 2);
        return std::sqrt(sum / static_cast<double>(rows.size() * vocabulary));
    }
    TemporaryFolder m_folder;
    std::filesystem::path m_source;
    json m_golden;
    std::vector<TokenId> m_prompt;
};

// Logits have a deviation of 1.2 or more; a row out of place, a lost bias or norm changes them by as much.
constexpr double kClose = 0.1;
// The routers of random models are undecided: a near tie between two experts that ends otherwise moves a token's logits
// by more than all rounding does.
constexpr double kCloseWithExperts = 0.16;

class HuggingFaceFolders : public FolderSource {
protected:
    HuggingFaceFolders() : FolderSource("hugging_face") {}
};

TEST_P(HuggingFaceFolders, AnswerAsTransformersWithEightPlanes) {
    const auto opened = session(options(Codec::Nested));
    const double found = difference(*opened, m_golden.at("logits"));
    std::printf("root mean square difference of a logit: %.4f\n", found);
    EXPECT_LT(found, opened->config().layers[0].experts.length > 0 ? kCloseWithExperts : kClose);
    EXPECT_EQ(opened->tokenizer().encode(m_golden.at("text").get<std::string>(), SpecialTokens::Ignore),
              m_golden.at("ids").get<std::vector<TokenId>>());
}

INSTANTIATE_TEST_SUITE_P(Sources, HuggingFaceFolders,
                         testing::Values("gemma2", "gemma3", "llama", "mistral", "mixtral", "phi3", "qwen2",
                                         "qwen2_moe", "qwen3", "qwen3_moe"),
                         [](const auto& tested) { return std::string(tested.param); });

class BitstackFolders : public FolderSource {
protected:
    BitstackFolders() : FolderSource("bitstack") {}
    /// Blocks of the prefix that holds what the checkpoint's budget `steps` steps after the first holds.
    [[nodiscard]] static std::size_t prefix(const StackFile& stack, std::size_t steps) {
        std::size_t vocabulary = 0;
        for (const BlockInfo& block : stack.blocks())
            vocabulary += stack.matrices()[block.matrix].codec == Codec::Nested && block.level > 0;
        return stack.floorBlocks() + vocabulary + steps;
    }
    /// Every linear at the level that `layers` states, the vocabulary at its highest.
    [[nodiscard]] std::vector<std::uint8_t> levels(const StackFile& stack, const json& layers) const {
        const auto files = ModelFiles::open(m_source).value();
        std::vector<std::uint8_t> levels = BlockSchedule::uniformLevels(stack, 1);
        for (std::size_t matrix = 0; matrix < stack.matrices().size(); ++matrix) {
            const BitstackLinear* linear = files->bitstack()->find(stack.matrices()[matrix].name);
            if (linear == nullptr) continue;
            const std::string listed = "layer." + linear->module.substr(linear->module.find("layers.") + 7);
            levels[stack.tileIndex(matrix, 0)] = layers.at(listed).get<std::uint8_t>();
        }
        return levels;
    }
};

TEST_P(BitstackFolders, AnswerAsPublishedAtThreeBudgets) {
    const auto opened = session(options(Codec::Bitstack));
    const StackFile& stack = *opened->stack();
    for (const json& budget : m_golden.at("budgets")) {
        if (budget.at("steps").is_null()) {
            ASSERT_TRUE(opened->useLevels(levels(stack, budget.at("layers"))));
        } else {
            const std::size_t blocks = prefix(stack, budget.at("steps").get<std::size_t>());
            EXPECT_EQ(BlockSchedule::prefixLevels(stack, blocks), levels(stack, budget.at("layers")));
            ASSERT_TRUE(opened->setWeightBudget(stack.weightBytes(blocks)));
            ASSERT_TRUE(opened->waitUntilSettled());
        }
        const double found = difference(*opened, budget.at("logits"));
        std::printf("root mean square difference of a logit: %.4f\n", found);
        EXPECT_LT(found, kClose);
    }
}

TEST_P(BitstackFolders, BecomeNestedStacks) {
    // Through the folder at once, and through the imported stack.
    CompressOptions direct = options(Codec::Nested);
    direct.output = m_folder / "direct.strata";
    EXPECT_LT(difference(*session(direct), m_golden.at("logits")), kClose);
    const CompressOptions imported = options(Codec::Bitstack);
    {
        const auto closed = session(imported);
    }
    CompressOptions again = options(Codec::Nested);
    again.source = imported.output;
    again.output = m_folder / "again.strata";
    const auto opened = session(again);
    EXPECT_EQ(opened->stack()->matrices()[0].codec, Codec::Nested);
    EXPECT_LT(difference(*opened, m_golden.at("logits")), kClose);
}

INSTANTIATE_TEST_SUITE_P(Sources, BitstackFolders, testing::Values("llama", "mistral", "qwen2"),
                         [](const auto& tested) { return std::string(tested.param); });

}  // namespace
}  // namespace strata::test
