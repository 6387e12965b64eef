// Memory of the running program, seen from outside, and the limits on time.
#include "tests/app/sample_files.h"

#include <gtest/gtest.h>

namespace strata::test {
namespace {

class SampleMemory : public testing::Test {
protected:
    void SetUp() override {
        if (!std::filesystem::exists(sampleStack())) GTEST_SKIP() << "the sample stack is missing";
    }
};

using SampleTiming = SampleMemory;

struct Sample {
    double resident = 0;   ///< what the program says
    double anonymous = 0;  ///< what the system says
    double rss = 0;
};

std::uint64_t numberAfter(const std::string& text, const std::string& name) {
    const std::size_t found = text.rfind(name);
    return found == std::string::npos ? 0 : std::strtoull(text.c_str() + found + name.size(), nullptr, 10);
}

double slope(const std::vector<Sample>& samples, double Sample::* measured) {
    double meanX = 0, meanY = 0, xy = 0, xx = 0;
    for (const Sample& sample : samples) {
        meanX += sample.resident / static_cast<double>(samples.size());
        meanY += sample.*measured / static_cast<double>(samples.size());
    }
    for (const Sample& sample : samples) {
        xy += (sample.resident - meanX) * (sample.*measured - meanY);
        xx += (sample.resident - meanX) * (sample.resident - meanX);
    }
    return xy / xx;
}

TEST_F(SampleMemory, ProcessMemoryFollowsTheBudgetByteForByte) {
    Program program({"chat", sampleStack().string(), "--max-tokens", "16", "--seed", "1", "--quiet"});
    program.write("Hello!\n/help\n");
    ASSERT_TRUE(program.waitFor("wait for their turn"));
    std::vector<Sample> samples;
    for (const char* share : {"100%", "80%", "60%", "50%", "40%", "70%", "95%"}) {
        program.write(std::string("/memory ") + share + "\n");
        ASSERT_TRUE(program.waitFor("floor_bytes=")) << program.output();
        // /help waits for the end of the answer, which /stats would not.
        program.write("Go on.\n/help\n");
        ASSERT_TRUE(program.waitFor("wait for their turn")) << program.output();
        program.write("/stats\n");
        ASSERT_TRUE(program.waitFor("floor_bytes=")) << program.output();
        samples.push_back({static_cast<double>(numberAfter(program.output(), "resident_bytes=")),
                           static_cast<double>(program.status("RssAnon")),
                           static_cast<double>(program.status("VmRSS"))});
    }
    EXPECT_NEAR(slope(samples, &Sample::anonymous), 1, 0.1);
    EXPECT_NEAR(slope(samples, &Sample::rss), 1, 0.1);
    EXPECT_EQ(program.finish().exitCode, 0);
}

TEST_F(SampleMemory, ThereIsNoDenseCopyOfTheWeights) {
    const Finished finished = runCli({"generate", sampleStack().string(), "--prompt", "Hello!", "--max-tokens", "32",
                                      "--context", "512", "--json", "--quiet"});
    ASSERT_EQ(finished.exitCode, 0) << finished.err;
    const nlohmann::json memory = finished.json()["memory"];
    const double counted =
        memory["weight_bytes"].get<double>() + memory["kv_bytes"].get<double>() + memory["scratch_bytes"].get<double>();
    // A copy in fp16 alone would be 269 MB.
    EXPECT_LT(memory["rss_bytes"].get<double>(), counted + 100e6);
}

TEST_F(SampleTiming, AChangeHoldsNoTokenUp) {
    // Most tokens are made with all the weights, so that the median is that of a token after the growth.
    const Finished finished = runCli({"generate", sampleStack().string(), "--prompt", "Tell me a long story.",
                                      "--max-tokens", "240", "--seed", "1", "--temperature", "0.8", "--memory-at",
                                      "32=50%", "--memory-at", "64=100%", "--json", "--quiet"});
    ASSERT_EQ(finished.exitCode, 0) << finished.err;
    const nlohmann::json result = finished.json();
    ASSERT_EQ(result["resizes"].size(), 2u) << finished.out;
    ASSERT_GE(result["token_ids"].size(), 110u) << "the answer ended too soon for its median";
    const double tokenMs = result["decode_median_ms"];
    EXPECT_LE(result["resizes"][0]["applied_ms"].get<double>(), tokenMs + 100);
    EXPECT_LE(result["resizes"][1]["longest_gap_ms"].get<double>(), 2 * tokenMs);
}

}  // namespace
}  // namespace strata::test
