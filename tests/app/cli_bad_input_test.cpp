// The program on what it should refuse: one line that names the file, an exit code by kind, an object for machines.
#include "tests/app/cli_fixture.h"

#include <algorithm>
#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>

namespace strata::test {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

void expectFailure(const Finished& finished, int exitCode, const std::string& code, const std::string& mentioned) {
    EXPECT_EQ(finished.exitCode, exitCode) << finished.err;
    EXPECT_THAT(finished.err, StartsWith("strata-cli: "));
    EXPECT_EQ(std::count(finished.err.begin(), finished.err.end(), '\n'), 1) << finished.err;
    EXPECT_THAT(finished.err, HasSubstr(mentioned));
    const nlohmann::json json = finished.json();
    ASSERT_TRUE(json.contains("error")) << finished.out;
    EXPECT_EQ(json["error"]["code"], code);
    EXPECT_EQ("strata-cli: " + json["error"]["message"].get<std::string>() + "\n", finished.err);
}

/// The ways to open a stack.
std::vector<std::vector<std::string>> commandsOn(const std::string& stack) {
    return {{"info", stack, "--json", "--quiet"},
            {"eval", stack, "--text", stack, "--json", "--quiet"},
            {"generate", stack, "--prompt", "x", "--json", "--quiet"},
            {"chat", stack, "--json", "--quiet"},
            {"bench", stack, "--json", "--quiet"}};
}

class CliBadInput : public CliTest {
protected:
    void expectAll(const std::string& name, int exitCode, const std::string& code) const {
        for (const auto& command : commandsOn(file(name))) {
            SCOPED_TRACE(command.front());
            expectFailure(runCli(command), exitCode, code, name);
        }
    }
};

TEST_F(CliBadInput, AMissingFile) {
    expectAll("absent.strata", 3, "not-found");
    expectFailure(runCli({"compress", file("absent.gguf"), "-o", file("out.strata"), "--json", "--quiet"}), 3,
                  "not-found", "absent.gguf");
}

TEST_F(CliBadInput, AFolder) {
    std::filesystem::create_directory(m_folder / "folder");
    for (auto command : commandsOn(file("folder"))) {
        SCOPED_TRACE(command.front());
        const bool source = command.front() == "info";  // which may be given a model folder
        expectFailure(runCli(command), source ? 3 : 2, source ? "not-found" : "invalid-argument", "folder");
    }
}

TEST_F(CliBadInput, Garbage) {
    std::ofstream(m_folder / "garbage") << "this is no model at all, whatever its name says";
    expectAll("garbage", 9, "bad-magic");
    std::ofstream(m_folder / "empty");
    for (const auto& command : commandsOn(file("empty"))) EXPECT_GT(runCli(command).exitCode, 2);
}

TEST_F(CliBadInput, ATruncatedStack) {
    std::filesystem::resize_file(m_folder / "tiny.strata", std::filesystem::file_size(m_folder / "tiny.strata") - 100);
    expectAll("tiny.strata", 10, "truncated");
}

TEST_F(CliBadInput, ASourceWhereAStackIsNeeded) {
    const Finished finished = runCli({"generate", file("tiny.gguf"), "--prompt", "x", "--json", "--quiet"});
    expectFailure(finished, 13, "unsupported", "tiny.gguf");
    EXPECT_THAT(finished.err, HasSubstr("compress"));
}

TEST_F(CliBadInput, ADamagedBlock) {
    {
        std::fstream stack(m_folder / "tiny.strata", std::ios::in | std::ios::out | std::ios::binary);
        stack.seekp(-1000, std::ios::end);
        stack.put('\x5A').put('\xA5').put('\x5A');
    }
    expectFailure(runCli({"generate", stack(), "--prompt", "x", "--json", "--quiet"}), 12, "checksum-mismatch",
                  "tiny.strata");
}

TEST_F(CliBadInput, AMissingTokenizer) {
    const auto written = TinyModel().writeStack(m_folder / "mute.strata", [](StackContents& contents) {
        contents.metadata = [](GgufWriter& writer) { writer.add("general.architecture", "llama"); };
    });
    ASSERT_TRUE(written) << written.error().message();
    expectFailure(runCli({"generate", file("mute.strata"), "--prompt", "x", "--json", "--quiet"}), 3, "not-found",
                  "tokenizer");
}

TEST_F(CliBadInput, ABudgetBelowTheFloor) {
    const std::string floor = "floor";
    expectFailure(runCli({"generate", stack(), "--prompt", "x", "--memory", "1kB", "--json", "--quiet"}), 14,
                  "budget-too-small", floor);
    expectFailure(runCli({"generate", stack(), "--prompt", "x", "--memory", "1%", "--json", "--quiet"}), 14,
                  "budget-too-small", floor);
    expectFailure(runCli({"generate", stack(), "--prompt", "x", "--memory-at", "3=1kB", "--json", "--quiet"}), 14,
                  "budget-too-small", floor);
    expectFailure(runCli({"bench", stack(), "--memory", "1%", "--json", "--quiet"}), 14, "budget-too-small", floor);
}

TEST_F(CliBadInput, APromptThatDoesNotFit) {
    const std::string prompt(2000, 'q');
    expectFailure(runCli({"generate", stack(), "--raw", "--prompt", prompt, "--context", "64", "--json", "--quiet"}),
                  15, "context-full", "64");
    expectFailure(runCli({"generate", stack(), "--raw", "--prompt", "", "--json", "--quiet"}), 2, "invalid-argument",
                  "empty");
}

TEST_F(CliBadInput, ATextThatIsTooShortOrMissing) {
    std::ofstream(m_folder / "short.txt") << "short";
    expectFailure(runCli({"eval", stack(), "--text", file("short.txt"), "--json", "--quiet"}), 2, "invalid-argument",
                  "short.txt");
    expectFailure(runCli({"eval", stack(), "--text", file("none.txt"), "--json", "--quiet"}), 3, "not-found",
                  "none.txt");
}

TEST_F(CliBadInput, WrongOptions) {
    const std::vector<std::vector<std::string>> wrong = {
        {},
        {"explode"},
        {"info"},
        {"info", stack(), "extra"},
        {"info", stack(), "--colour"},
        {"eval", stack()},
        {"eval", stack(), "--text", stack(), "--level", "0"},
        {"eval", stack(), "--text", stack(), "--level", "2", "--memory", "60%"},
        {"eval", stack(), "--text", stack(), "--context", "many"},
        {"eval", stack(), "--text", stack(), "--memory", "12 parsecs"},
        {"eval", stack(), "--text", stack(), "--memory", "120%"},
        {"generate", stack()},
        {"generate", stack(), "--prompt", "x", "--temperature", "-1"},
        {"generate", stack(), "--prompt", "x", "--top-p", "1.5"},
        {"generate", stack(), "--prompt", "x", "--memory-at", "60%"},
        {"generate", stack(), "--prompt", "x", "--overflow", "explode"},
        {"generate", stack(), "--prompt", "x", "--threads", "0"},
        {"bench", stack(), "--tokens", "0"},
        {"compress", file("tiny.gguf")},
        {"compress", file("tiny.gguf"), "-o", file("o.strata"), "--codec", "zip"},
        {"compress", file("tiny.gguf"), "-o", file("o.strata"), "--planes", "9"},
        {"compress", file("tiny.gguf"), "-o", file("o.strata"), "--effort", "some"},
    };
    for (auto arguments : wrong) {
        SCOPED_TRACE(testing::PrintToString(arguments));
        arguments.emplace_back("--json");
        expectFailure(runCli(arguments), 2, "usage", "--help");
    }
}

TEST_F(CliBadInput, OptionsThatContradictEachOther) {
    for (const std::vector<std::string>& more :
         std::vector<std::vector<std::string>>{{"--rank", "4"},
                                               {"--blocks", "4"},
                                               {"--codec", "bitstack", "--planes", "4"},
                                               {"--codec", "bitstack", "--effort", "fast"},
                                               {"--detokenise-wikitext"}}) {
        std::vector<std::string> arguments{"compress",         file("tiny.gguf"), "-o",
                                           file("out.strata"), "--json",          "--quiet"};
        arguments.insert(arguments.end(), more.begin(), more.end());
        SCOPED_TRACE(more.front());
        expectFailure(runCli(arguments), 2, "invalid-argument", "--");
        EXPECT_FALSE(std::filesystem::exists(m_folder / "out.strata"));
    }
    expectFailure(runCli({"eval", stack(), "--text", stack(), "--level", "9", "--json"}), 2, "invalid-argument",
                  "from 1 to 6");
}

TEST_F(CliBadInput, WithoutJsonStandardOutputStaysEmpty) {
    const Finished finished = runCli({"info", file("absent")});
    EXPECT_EQ(finished.exitCode, 3);
    EXPECT_EQ(finished.out, "");
}

}  // namespace
}  // namespace strata::test
