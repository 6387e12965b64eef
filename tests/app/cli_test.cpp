// The program on what it is made for.
#include "tests/app/cli_fixture.h"

#include <cstdlib>
#include <fstream>
#include <set>

#include <gmock/gmock.h>

namespace strata::test {
namespace {

using nlohmann::json;
using testing::HasSubstr;

const std::vector<std::string> kCommands = {"compress", "info", "eval", "generate", "chat", "bench"};

TEST(CliHelp, EveryCommandExplainsItselfWithExamples) {
    for (const std::string& command : kCommands) {
        const Finished help = runCli({command, "--help"});
        EXPECT_EQ(help.exitCode, 0) << command;
        EXPECT_THAT(help.out, HasSubstr("strata-cli " + command));
        EXPECT_THAT(help.out, HasSubstr("Examples:"));
        EXPECT_THAT(help.out, HasSubstr("--json"));
        EXPECT_EQ(help.err, "");
    }
}

TEST(CliHelp, TheProgramNamesCommandsAndExitCodes) {
    const Finished help = runCli({"--help"});
    EXPECT_EQ(help.exitCode, 0);
    for (const std::string& command : kCommands) EXPECT_THAT(help.out, HasSubstr(command));
    EXPECT_THAT(help.out, HasSubstr("Exit codes:"));
    const Finished version = runCli({"--version"});
    EXPECT_EQ(version.exitCode, 0);
    EXPECT_THAT(version.out, HasSubstr("strata-cli "));
}

TEST_F(CliTest, FastCompressionGivesAStackOfTheSameSizeAndGreaterErrors) {
    const auto divergence = [&](const std::string& effort) {
        const std::string output = file(effort + ".strata");
        const Finished finished =
            runCli({"compress", file("tiny.gguf"), "-o", output, "--effort", effort, "--json", "--quiet"});
        EXPECT_EQ(finished.exitCode, 0) << finished.err;
        return std::pair(std::filesystem::file_size(output),
                         finished.json()["curve"].back()["divergence"].get<double>());
    };
    const auto [fastBytes, fast] = divergence("fast");
    const auto [bestBytes, best] = divergence("best");
    EXPECT_EQ(fastBytes, bestBytes);
    EXPECT_GT(fast, best);
}

TEST_F(CliTest, InfoDescribesSourceAndStack) {
    const json source = runCli({"info", file("tiny.gguf"), "--json"}).json();
    EXPECT_EQ(source["format"], "gguf");
    EXPECT_EQ(source["architecture"], "llama");
    const Finished text = runCli({"info", stack()});
    EXPECT_EQ(text.exitCode, 0);
    EXPECT_THAT(text.out, HasSubstr("nested"));
    const json stackJson = runCli({"info", stack(), "--json", "--tensors"}).json();
    EXPECT_EQ(stackJson["format"], "strata");
    EXPECT_EQ(stackJson["levels"], 6);
    EXPECT_GT(stackJson["tensors"].size(), stackJson["blocks"].get<std::size_t>());
}

class CliEval : public CliTest {
protected:
    void SetUp() override {
        CliTest::SetUp();
        std::ofstream text(m_folder / "text.txt");
        for (int line = 0; line < 300; ++line) text << "line " << line << " of a text, <|im_end|> and all\n";
    }
    [[nodiscard]] json eval(std::vector<std::string> more) const {
        std::vector<std::string> arguments{"eval",      stack(), "--text", file("text.txt"),
                                           "--context", "64",    "--json", "--quiet"};
        arguments.insert(arguments.end(), more.begin(), more.end());
        const Finished finished = runCli(arguments);
        EXPECT_EQ(finished.exitCode, 0) << finished.err;
        return finished.json();
    }
};

TEST_F(CliEval, MeasuresWindowsAtFullMemory) {
    const json result = eval({"--windows", "3"});
    EXPECT_EQ(result["tokens"], 192);
    EXPECT_EQ(result["predicted_tokens"], 189);
    EXPECT_EQ(result["window_perplexities"].size(), 3u);
    EXPECT_GT(result["perplexity"], 1);
    EXPECT_EQ(result["weight_bytes"], runCli({"info", stack(), "--json"}).json()["full_bytes"]);
}

TEST_F(CliEval, LevelsAndMemoryChangeTheWeights) {
    const json full = eval({"--windows", "2"});
    const json two = eval({"--windows", "2", "--level", "2"});
    const json six = eval({"--windows", "2", "--level", "6"});
    EXPECT_LT(two["weight_bytes"], full["weight_bytes"]);
    EXPECT_NE(two["perplexity"], full["perplexity"]);
    EXPECT_EQ(six["perplexity"], full["perplexity"]);
    const json half = eval({"--windows", "2", "--memory", "60%"});
    EXPECT_LE(half["weight_bytes"].get<double>(), 0.6 * full["weight_bytes"].get<double>());
    EXPECT_NE(half["perplexity"], full["perplexity"]);
    const json bytes = eval({"--windows", "2", "--memory", std::to_string(half["weight_bytes"].get<std::uint64_t>())});
    EXPECT_EQ(bytes["weight_bytes"], half["weight_bytes"]);
    EXPECT_EQ(bytes["perplexity"], half["perplexity"]);
}

TEST_F(CliEval, WindowsWithoutANumberAreAllThatTheTextGives) {
    const json result = eval({});
    EXPECT_GT(result["window_perplexities"].size(), 20u);
    EXPECT_EQ(eval({"--threads", "1", "--windows", "2"})["perplexity"],
              eval({"--threads", "2", "--windows", "2"})["perplexity"]);
}

class CliGenerate : public CliTest {
protected:
    [[nodiscard]] Finished generate(std::vector<std::string> more) const {
        std::vector<std::string> arguments{"generate", stack(),  "--prompt", "hello",  "--max-tokens",
                                           "40",       "--seed", "7",        "--quiet"};
        arguments.insert(arguments.end(), more.begin(), more.end());
        return runCli(arguments);
    }
};

TEST_F(CliGenerate, PrintsTheAnswerAndAsJsonAllOfIt) {
    const Finished text = generate({});
    const Finished finished = generate({"--json"});
    EXPECT_EQ(finished.exitCode, 0) << finished.err;
    const json result = finished.json();
    for (const char* field :
         {"text", "token_ids", "finish_reason", "decode_tokens_per_second", "decode_median_ms",
          "prefill_tokens_per_second", "time_to_first_token_ms", "resizes", "memory", "trace", "sampling"})
        EXPECT_TRUE(result.contains(field)) << field;
    for (const char* field : {"weight_bytes", "kv_bytes", "scratch_bytes", "rss_bytes"})
        EXPECT_GT(result["memory"][field], 0) << field;
    EXPECT_GT(result["decode_tokens_per_second"], 0);
    EXPECT_EQ(result["resizes"].size(), 0u);
    std::string shown = result["text"];
    if (!shown.ends_with('\n')) shown += '\n';
    EXPECT_EQ(text.out, shown);
}

TEST_F(CliGenerate, TheSameSeedGivesTheSameIds) {
    const json first = generate({"--json", "--temperature", "2"}).json();
    EXPECT_EQ(first["token_ids"], generate({"--json", "--temperature", "2", "--threads", "1"}).json()["token_ids"]);
    EXPECT_NE(first["token_ids"], runCli({"generate", stack(), "--prompt", "hello", "--max-tokens", "40", "--seed", "8",
                                          "--quiet", "--json", "--temperature", "2"})
                                      .json()["token_ids"]);
}

TEST_F(CliGenerate, SpeculationChangesNoAnswer) {
    const json plain = generate({"--json", "--speculative", "off"}).json();
    const json guessed = generate({"--json", "--speculative", "on"}).json();
    EXPECT_EQ(guessed["token_ids"], plain["token_ids"]);
    EXPECT_EQ(guessed["trace"], plain["trace"]);
    EXPECT_EQ(plain["speculation"]["rounds"], 0);
    EXPECT_GT(guessed["speculation"]["drafted"].get<std::size_t>(), 0U);
    const Finished refused = generate({"--speculative", "sometimes"});
    EXPECT_EQ(refused.exitCode, 2);
    EXPECT_THAT(refused.err, HasSubstr("--speculative"));
}

TEST_F(CliGenerate, MemoryMovesWhileItAnswers) {
    const Finished finished =
        generate({"--json", "--raw", "--memory", "100%", "--memory-at", "5=60%", "--memory-at", "10=100%"});
    ASSERT_EQ(finished.exitCode, 0) << finished.err;
    const json result = finished.json();
    ASSERT_EQ(result["resizes"].size(), 2u) << finished.out;
    for (const json& resize : result["resizes"])
        for (const char* field :
             {"token", "target_bytes", "resident_bytes", "applied_ms", "rss_before", "rss_after", "longest_gap_ms"})
            EXPECT_TRUE(resize.contains(field)) << field;
    EXPECT_EQ(result["resizes"][0]["token"], 5);
    // Growth runs in the background and may land after the last token of so small a model.
    EXPECT_LT(result["resizes"][0]["target_bytes"], result["resizes"][1]["target_bytes"]);
    EXPECT_LE(result["resizes"][0]["resident_bytes"], result["resizes"][1]["resident_bytes"]);
    const auto blocks = result["trace"]["resident_blocks"].get<std::vector<int>>();
    EXPECT_LT(*std::min_element(blocks.begin(), blocks.end()), blocks.front());
}

TEST_F(CliGenerate, TheTemplateIsAppliedUnlessRaw) {
    const json chat = generate({"--json"}).json();
    const json system = generate({"--json", "--system", "Be brief."}).json();
    const json raw = generate({"--json", "--raw"}).json();
    EXPECT_GT(chat["prompt_tokens"], raw["prompt_tokens"]);
    EXPECT_GT(system["prompt_tokens"], chat["prompt_tokens"]);
    EXPECT_EQ(generate({"--raw", "--system", "x"}).exitCode, 2);
}

TEST_F(CliGenerate, EndsAtStopStrings) {
    const std::string text = generate({"--json", "--raw"}).json()["text"];
    ASSERT_GT(text.size(), 4u);
    const std::string stop = text.substr(text.size() / 2, 1);
    const json stopped = generate({"--json", "--raw", "--stop", "not there", "--stop", stop}).json();
    EXPECT_EQ(stopped["finish_reason"], "stop-string");
    EXPECT_EQ(stopped["text"], text.substr(0, text.find(stop)));
}

TEST(CliBench, MeasuresRandomWeightsOfAShapeOverContexts) {
    const TemporaryFolder folder;
    ASSERT_EQ(::setenv("TMPDIR", folder.path().c_str(), 1), 0);
    const json found = runCli({"bench", "--shape", "tiny", "--level", "3", "--prompt-tokens", "40", "--tokens", "10",
                               "--repeat", "1", "--context", "1500", "--threads", "1", "--json", "--quiet"})
                           .json();
    EXPECT_TRUE(std::filesystem::is_empty(folder.path())) << "the temporary file is still there";
    ::unsetenv("TMPDIR");
    // Three bits of every weight, and a little for scales and norms.
    const double weights = 1024 * 128 + 2 * (128 * 128 + 2 * 64 * 128 + 128 * 128 + 3 * 256 * 128);
    EXPECT_NEAR(found["weight_bytes"].get<double>(), weights * 3 / 8, weights * 0.1);
    EXPECT_GT(found["decode_tokens_per_second"].get<double>(), 0);
    std::vector<std::size_t> contexts, prompts;
    for (const json& point : found["decode_over_context"]) {
        contexts.push_back(point["context"].get<std::size_t>());
        EXPECT_GT(point["tokens_per_second"].get<double>(), 0);
    }
    for (const json& point : found["prefill_over_length"]) prompts.push_back(point["prompt_tokens"].get<std::size_t>());
    EXPECT_EQ(contexts, (std::vector<std::size_t>{0, 1024, 1500}));
    EXPECT_EQ(prompts, (std::vector<std::size_t>{128, 256, 512, 1024}));
}

TEST_F(CliTest, BenchWantsAStackOrAShape) {
    for (const std::vector<std::string>& arguments : {std::vector<std::string>{"bench"},
                                                      {"bench", stack(), "--shape", "tiny"},
                                                      {"bench", "--shape", "gpt-2"},
                                                      {"bench", "--shape", "tiny", "--level", "9"}}) {
        const Finished refused = runCli(arguments);
        EXPECT_NE(refused.exitCode, 0);
        EXPECT_THAT(refused.err, testing::AnyOf(HasSubstr("--shape"), HasSubstr("--level")));
    }
}

TEST_F(CliTest, BenchMeasuresSpeedAndBandwidth) {
    const Finished finished = runCli({"bench", stack(), "--prompt-tokens", "32", "--tokens", "8", "--repeat", "2",
                                      "--threads", "1", "--json", "--quiet"});
    ASSERT_EQ(finished.exitCode, 0) << finished.err;
    const json result = finished.json();
    for (const char* field : {"decode_tokens_per_second", "prefill_tokens_per_second", "weight_bytes_per_token",
                              "read_bandwidth", "bandwidth_share"})
        EXPECT_GT(result[field], 0) << field;
    EXPECT_EQ(result["threads"], 1);
    const double share = result["weight_bytes_per_token"].get<double>() *
                         result["decode_tokens_per_second"].get<double>() / result["read_bandwidth"].get<double>();
    EXPECT_NEAR(result["bandwidth_share"].get<double>() / share, 1, 1e-3);
    const json low =
        runCli({"bench", stack(), "--level", "2", "--prompt-tokens", "8", "--tokens", "4", "--repeat", "1", "--json"})
            .json();
    EXPECT_LT(low["weight_bytes_per_token"], result["weight_bytes_per_token"]);
}

TEST_F(CliTest, BenchSaysWhereADevicesTimeGoes) {
    std::string device;
    const json listed = runCli({"devices", "--json", "--quiet"}).json();
    for (const json& entry : listed["devices"])
        if (entry["kind"] == "software" && entry["usable"] == true) device = std::to_string(entry["index"].get<int>());
    if (device.empty()) {
        ASSERT_EQ(std::getenv("STRATA_REQUIRE_VULKAN"), nullptr) << "no software device is installed";
        GTEST_SKIP() << "no software device is installed";
    }
    const Finished finished = runCli(
        {"bench", stack(), "--device", device, "--prompt-tokens", "8", "--tokens", "6", "--repeat", "1", "--json"});
    ASSERT_EQ(finished.exitCode, 0) << finished.err;
    const json result = finished.json();
    EXPECT_GT(result["read_bandwidth"], 0);
    if (result["device_has_timestamps"] == false) GTEST_SKIP() << "the device's queue writes no timestamps";
    double share = 0, weightBytes = 0;
    std::set<std::string> names;
    for (const json& entry : result["operators"]) {
        names.insert(entry["name"].get<std::string>());
        share += entry["share"].get<double>();
        EXPECT_GT(entry["dispatches_per_token"].get<double>(), 0) << entry;
        if (!entry["weight_bytes_per_second"].is_null())
            weightBytes +=
                entry["weight_bytes_per_second"].get<double>() * entry["milliseconds_per_token"].get<double>() / 1e3;
    }
    EXPECT_NEAR(share, 1, 0.01);
    EXPECT_GE(names.size(), 8U) << result["operators"];
    // Scales, norms and the embedding's row are no bits of products.
    const double perToken = result["weight_bytes_per_token"].get<double>();
    EXPECT_LT(weightBytes, perToken * 1.15);
    EXPECT_GT(weightBytes, perToken * 0.7);
}

}  // namespace
}  // namespace strata::test
