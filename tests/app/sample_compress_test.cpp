// Compresses the sample model for the other tests: once per build of the program.
#include "tests/app/sample_files.h"

#include <gtest/gtest.h>

namespace strata::test {
namespace {

TEST(SampleCompress, WritesTheStack) {
    STRATA_NEED(source, sampleSource());
    STRATA_NEED(calibration, evaluationText("wikitext2_valid.txt"));
    const std::filesystem::path stack = sampleStack();
    std::filesystem::create_directories(stack.parent_path());
    const bool there = std::filesystem::exists(stack);
    if (there && std::filesystem::last_write_time(stack) > std::filesystem::last_write_time(STRATA_CLI))
        GTEST_SKIP() << "the stack is newer than the program";
    // Afresh, without --resume: what an older program has left would spoil the result.
    const Finished finished = runCli({"compress", source, "-o", stack.string(), "--calibration", calibration,
                                      "--detokenise-wikitext", "--force", "--json", "--quiet"});
    ASSERT_EQ(finished.exitCode, 0) << finished.err;
    const nlohmann::json report = finished.json();
    EXPECT_EQ(report["stack_bytes"], std::filesystem::file_size(stack));
    EXPECT_GE(report["curve"].size(), 8u);
    // 1 GB and three times the largest decoder block in fp32, whatever the size of the model.
    const double blockBytes = 3.54e6 * 4;
    EXPECT_LT(report["peak_resident_bytes"].get<double>(), 1e9 + 3 * blockBytes);
    RecordProperty("report", report.dump());
}

}  // namespace
}  // namespace strata::test
