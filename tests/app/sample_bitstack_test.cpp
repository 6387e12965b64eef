// BitStack on the sample model: the perplexities that the numeric reference measured for the published codec.
#include "tests/app/sample_files.h"

#include <gtest/gtest.h>

namespace strata::test {
namespace {

TEST(SampleBitstack, ReachesTheReference) {
    STRATA_NEED(source, sampleSource());
    STRATA_NEED(calibration, evaluationText("wikitext2_valid.txt"));
    STRATA_NEED(text, evaluationText("wikitext2_test.txt"));
    const std::string stack = (sampleStack().parent_path() / "sample-bitstack.strata").string();
    std::filesystem::create_directories(sampleStack().parent_path());
    const Finished compressed =
        runCli({"compress", source, "-o", stack, "--codec", "bitstack", "--rank", "16", "--blocks", "4",
                "--calibration", calibration, "--detokenise-wikitext", "--force", "--json", "--quiet"});
    ASSERT_EQ(compressed.exitCode, 0) << compressed.err;
    const std::vector<std::pair<const char*, double>> limits = {{"3", 56.0 * 1.05}, {"4", 34.4 * 1.05}};
    for (const auto& [level, limit] : limits) {
        const Finished evaluated = runCli({"eval", stack, "--text", text, "--detokenise-wikitext", "--windows", "6",
                                           "--level", level, "--json", "--quiet"});
        ASSERT_EQ(evaluated.exitCode, 0) << evaluated.err;
        EXPECT_LE(evaluated.json()["perplexity"].get<double>(), limit) << level << " blocks";
        RecordProperty(std::string("blocks_") + level, evaluated.out);
    }
}

}  // namespace
}  // namespace strata::test
