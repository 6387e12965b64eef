#include "app/cli/line_reader.h"

#include <array>
#include <future>
#include <vector>

#include <gtest/gtest.h>
#include <unistd.h>

namespace strata::cli {
namespace {

class LineReaderTest : public testing::Test {
protected:
    void SetUp() override { ASSERT_EQ(::pipe(m_ends.data()), 0); }
    void TearDown() override {
        ::close(m_ends[0]);
        closeInput();
    }
    void write(std::string_view text) const {
        ASSERT_EQ(::write(m_ends[1], text.data(), text.size()), static_cast<ssize_t>(text.size()));
    }
    void closeInput() {
        if (m_ends[1] >= 0) ::close(m_ends[1]);
        m_ends[1] = -1;
    }
    std::array<int, 2> m_ends{-1, -1};
};

TEST_F(LineReaderTest, DeliversLinesAndTheLastOneWithoutItsEnd) {
    std::vector<std::string> lines;
    std::promise<void> end;
    const LineReader reader(
        m_ends[0], [&](std::string line) { lines.push_back(std::move(line)); }, [&] { end.set_value(); });
    write("one\ntw");
    write("o\n\nthree");
    closeInput();
    end.get_future().wait();
    EXPECT_EQ(lines, (std::vector<std::string>{"one", "two", "", "three"}));
}

TEST_F(LineReaderTest, StopsWhileTheInputStaysOpen) {
    bool ended = false;
    {
        const LineReader reader(m_ends[0], [](const std::string&) {}, [&] { ended = true; });
        write("half");
    }
    EXPECT_FALSE(ended);
}

TEST_F(LineReaderTest, ReadsLongLines) {
    std::promise<std::string> line;
    const LineReader reader(m_ends[0], [&](std::string text) { line.set_value(std::move(text)); }, [] {});
    const std::string text(50'000, 'x');
    write(text + "\n");
    EXPECT_EQ(line.get_future().get(), text);
}

}  // namespace
}  // namespace strata::cli
