#include "app/cli/chat_commands.h"

#include "app/cli/chat_history.h"
#include "app/cli/chat_screen.h"
#include "core/base/file.h"
#include "tests/support/temporary_folder.h"

#include <sstream>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace strata::cli {
namespace {

TEST(ParseChatInput, TellsCommandsFromMessages) {
    EXPECT_EQ(parseChatInput("  hello there ").command, ChatCommand::Message);
    EXPECT_EQ(parseChatInput("  hello there ").text, "hello there");
    EXPECT_EQ(parseChatInput("/memory  60% ").command, ChatCommand::Memory);
    EXPECT_EQ(parseChatInput("/memory  60% ").text, "60%");
    EXPECT_EQ(parseChatInput("/stats").command, ChatCommand::Stats);
    EXPECT_EQ(parseChatInput("/reset").command, ChatCommand::Reset);
    EXPECT_EQ(parseChatInput("/save a b.json").text, "a b.json");
    EXPECT_EQ(parseChatInput("/help").command, ChatCommand::Help);
    EXPECT_EQ(parseChatInput("/quit").command, ChatCommand::Quit);
    EXPECT_EQ(parseChatInput("/memoryx 1").command, ChatCommand::Unknown);
    EXPECT_EQ(parseChatInput("/memoryx 1").text, "/memoryx");
    EXPECT_EQ(parseChatInput(" /quit").command, ChatCommand::Message);
}

TEST(LineJoiner, JoinsLinesThatEndInABackslash) {
    LineJoiner joiner;
    EXPECT_EQ(joiner.push("one"), "one");
    EXPECT_EQ(joiner.push("two\\"), std::nullopt);
    EXPECT_EQ(joiner.push("three\\"), std::nullopt);
    EXPECT_EQ(joiner.push("four\r"), "two\nthree\nfour");
    EXPECT_EQ(joiner.push("five"), "five");
    EXPECT_EQ(joiner.finish(), std::nullopt);
    EXPECT_EQ(joiner.push("six\\"), std::nullopt);
    EXPECT_EQ(joiner.finish(), "six");
}

TEST(ChatHistory, KeepsTheSystemMessageOverAReset) {
    ChatHistory history("be brief");
    history.addUser("hi");
    history.addAssistant("hello");
    EXPECT_EQ(history.messages().size(), 3u);
    history.reset();
    ASSERT_EQ(history.messages().size(), 1u);
    EXPECT_EQ(history.messages()[0].role, "system");
    EXPECT_TRUE(ChatHistory("").messages().empty());
}

TEST(ChatHistory, IsSavedAsJson) {
    const test::TemporaryFolder folder;
    ChatHistory history("");
    history.addUser("a \"quoted\" text\n");
    ASSERT_TRUE(saveChat(folder / "chat.json", history, "Tiny", Json{{"seed", 1}}));
    const Json saved = Json::parse(readTextFile(folder / "chat.json").value());
    EXPECT_EQ(saved["model"], "Tiny");
    EXPECT_EQ(saved["messages"][0]["role"], "user");
    EXPECT_EQ(saved["messages"][0]["content"], "a \"quoted\" text\n");
    const auto failed = saveChat(folder / "missing" / "chat.json", history, "Tiny", Json());
    ASSERT_FALSE(failed);
    EXPECT_EQ(failed.error().code, ErrorCode::NotFound);
}

TEST(ChatScreen, PutsNoticesOnLinesOfTheirOwn) {
    std::ostringstream out;
    ChatScreen screen(out, false);
    screen.answer("half a line");
    screen.lines("notice\n");
    screen.answer("rest");
    screen.lines("");
    screen.prompt();
    screen.lines("last");
    EXPECT_EQ(out.str(), "half a line\nnotice\nrest\nlast\n");
}

TEST(ChatScreen, PromptsPeople) {
    std::ostringstream out;
    ChatScreen screen(out, true);
    screen.prompt();
    screen.entered();
    screen.lines("answer\n");
    EXPECT_EQ(out.str(), "> answer\n");
}

}  // namespace
}  // namespace strata::cli
