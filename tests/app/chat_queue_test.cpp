#include "app/cli/chat_queue.h"

#include <thread>
#include <vector>

#include <gtest/gtest.h>

namespace strata::cli {
namespace {

/// A queue that notes what acts at once.
struct Harness {
    explicit Harness(ChatQueue::From from)
        : queue(from, [this](const ChatInput& input) { atOnce.push_back(input.text.empty() ? "quit" : input.text); }) {}
    std::string take() {
        ChatInput input;
        const auto taken = queue.take(input);
        return taken == ChatQueue::Taken::Input ? input.text : "END";
    }
    std::vector<std::string> atOnce;
    ChatQueue queue;
};

const ChatInput kMemory{ChatCommand::Memory, "60%"};
const ChatInput kQuit{ChatCommand::Quit, ""};

TEST(ChatQueue, GivesMessagesInOrderAndThenTheEnd) {
    Harness harness(ChatQueue::From::Script);
    harness.queue.push({ChatCommand::Message, "one"});
    harness.queue.push({ChatCommand::Message, "two"});
    harness.queue.close();
    EXPECT_EQ(harness.take(), "one");
    EXPECT_EQ(harness.take(), "two");
    EXPECT_EQ(harness.take(), "END");
    EXPECT_EQ(harness.take(), "END");
}

TEST(ChatQueue, BetweenAnswersEverythingWaitsForItsTurn) {
    Harness harness(ChatQueue::From::Terminal);
    harness.queue.push(kMemory);
    EXPECT_TRUE(harness.atOnce.empty());
    EXPECT_EQ(harness.take(), "60%");
}

TEST(ChatQueue, DuringAnAnswerMemoryActsAtOnce) {
    Harness harness(ChatQueue::From::Script);
    harness.queue.beginAnswer();
    harness.queue.push(kMemory);
    EXPECT_EQ(harness.atOnce, std::vector<std::string>{"60%"});
    harness.queue.endAnswer();
    harness.queue.push(kMemory);
    EXPECT_EQ(harness.atOnce.size(), 1u);
}

TEST(ChatQueue, AScriptMeansTheSameHoweverFastItIsWritten) {
    Harness harness(ChatQueue::From::Script);
    harness.queue.push({ChatCommand::Message, "first"});
    harness.queue.push(kMemory);
    harness.queue.push({ChatCommand::Message, "second"});
    harness.queue.push({ChatCommand::Memory, "90%"});
    EXPECT_EQ(harness.take(), "first");
    harness.queue.beginAnswer();
    EXPECT_EQ(harness.atOnce, std::vector<std::string>{"60%"});
    harness.queue.endAnswer();
    EXPECT_EQ(harness.take(), "second");
    harness.queue.beginAnswer();
    EXPECT_EQ(harness.atOnce, (std::vector<std::string>{"60%", "90%"}));
}

TEST(ChatQueue, FromATerminalCommandsOvertakeMessages) {
    Harness harness(ChatQueue::From::Terminal);
    harness.queue.beginAnswer();
    harness.queue.push({ChatCommand::Message, "next"});
    harness.queue.push(kMemory);
    harness.queue.push(kQuit);
    EXPECT_EQ(harness.atOnce, (std::vector<std::string>{"60%", "quit"}));
}

TEST(ChatQueue, AScriptQuitsAfterItsAnswers) {
    Harness harness(ChatQueue::From::Script);
    harness.queue.beginAnswer();
    harness.queue.push(kQuit);
    EXPECT_TRUE(harness.atOnce.empty());
}

TEST(ChatQueue, WaitingCanBeInterrupted) {
    Harness harness(ChatQueue::From::Terminal);
    std::stop_source source;
    std::jthread interrupter([&] { source.request_stop(); });
    ChatInput input;
    EXPECT_EQ(harness.queue.take(input, source.get_token()), ChatQueue::Taken::Interrupted);
}

}  // namespace
}  // namespace strata::cli
