// Conversations through pipes.
#include "tests/app/cli_fixture.h"

#include <csignal>
#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>

namespace strata::test {
namespace {

using testing::HasSubstr;
using testing::Not;

class CliChat : public CliTest {
protected:
    [[nodiscard]] std::vector<std::string> arguments(std::vector<std::string> more = {}) const {
        std::vector<std::string> all{"chat", stack(), "--seed", "3", "--max-tokens", "12", "--quiet"};
        all.insert(all.end(), more.begin(), more.end());
        return all;
    }
};

TEST_F(CliChat, AnswersAScriptAndEndsWithIt) {
    const Finished finished = runCli(arguments({"--json"}), "hello\nand \\\nagain");
    ASSERT_EQ(finished.exitCode, 0) << finished.err;
    const nlohmann::json result = finished.json();
    ASSERT_EQ(result["messages"].size(), 4u) << finished.out;
    EXPECT_EQ(result["messages"][0]["content"], "hello");
    EXPECT_EQ(result["messages"][2]["content"], "and \nagain");
    EXPECT_EQ(result["messages"][3]["role"], "assistant");
    EXPECT_GT(result["answers"][1]["reused_tokens"], 0);
    EXPECT_EQ(finished.err, "");
}

TEST_F(CliChat, NoInputIsNoError) {
    EXPECT_EQ(runCli(arguments()).exitCode, 0);
    EXPECT_EQ(runCli(arguments(), "\n\n   \n").exitCode, 0);
}

TEST_F(CliChat, CommandsAnswer) {
    const std::string saved = file("chat.json");
    const Finished finished =
        runCli(arguments(), "/help\nhello\n/stats\n/save " + saved + "\n/reset\n/quit\nnever read\n");
    ASSERT_EQ(finished.exitCode, 0) << finished.err;
    EXPECT_THAT(finished.out, HasSubstr("/memory SIZE"));
    EXPECT_THAT(finished.out, HasSubstr("resident_bytes="));
    EXPECT_THAT(finished.out, HasSubstr("forgotten"));
    std::ifstream file(saved);
    const nlohmann::json json = nlohmann::json::parse(file);
    EXPECT_EQ(json["messages"][0]["content"], "hello");
}

TEST_F(CliChat, MemoryChangesAndIsRefusedBelowTheFloor) {
    Program program(arguments());
    program.write("/stats\n");
    ASSERT_TRUE(program.waitFor("resident_bytes="));
    program.write("/memory 60%\n");
    ASSERT_TRUE(program.waitFor("memory: "));
    ASSERT_TRUE(program.waitFor("floor_bytes="));
    program.write("/memory 1%\n/memory lots\n/memory\n");
    const Finished finished = program.finish();
    EXPECT_EQ(finished.exitCode, 14);
    EXPECT_THAT(finished.err, HasSubstr("floor"));
    EXPECT_THAT(finished.err, HasSubstr("'lots' is not a size"));
    EXPECT_THAT(finished.out, HasSubstr("(100% of"));
    EXPECT_THAT(finished.out, Not(HasSubstr("(1% of")));
}

TEST_F(CliChat, AnUnknownCommandIsNoMessage) {
    const Finished finished = runCli(arguments({"--json"}), "/explode\n");
    EXPECT_EQ(finished.exitCode, 2);
    EXPECT_THAT(finished.err, HasSubstr("/explode"));
    EXPECT_EQ(finished.json()["error"]["code"], "invalid-argument");
}

TEST_F(CliChat, CtrlCStopsTheAnswerOnly) {
    Program program({"chat", stack(), "--seed", "3", "--temperature", "50", "--top-k", "0", "--top-p", "1", "--min-p",
                     "0", "--max-tokens", "100000000", "--quiet"});
    program.write("talk for ever\n/stats\n");
    ASSERT_TRUE(program.waitFor("resident_bytes="));
    program.signal(SIGINT);
    // An answer that ended by itself in between shows no mark.
    program.write("/help\n");
    ASSERT_TRUE(program.waitFor("/memory SIZE"));
    const Finished finished = program.finish();
    EXPECT_EQ(finished.exitCode, 0) << finished.err;
}

TEST_F(CliChat, CtrlCTwiceLeaves) {
    Program program(arguments());
    program.write("/stats\n");
    ASSERT_TRUE(program.waitFor("floor_bytes="));
    program.signal(SIGINT);
    ASSERT_TRUE(program.waitFor("Ctrl-C again"));
    program.signal(SIGINT);
    EXPECT_EQ(program.finish().exitCode, 130);
}

}  // namespace
}  // namespace strata::test
