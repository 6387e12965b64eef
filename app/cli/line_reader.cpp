#include "app/cli/line_reader.h"

#include <array>
#include <cerrno>
#include <string_view>
#include <thread>
#include <utility>

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

namespace strata::cli {

struct LineReader::State {
    /// False when it is time to stop.
    [[nodiscard]] bool waitForInput() const {
        for (;;) {
            std::array<pollfd, 2> events{{{descriptor, POLLIN, 0}, {wake[0], POLLIN, 0}}};
            const int ready = ::poll(events.data(), events.size(), -1);
            if (ready < 0 && errno == EINTR) continue;
            return ready > 0 && events[1].revents == 0;
        }
    }

    void deliverLines() {
        std::size_t begin = 0;
        for (std::size_t end = text.find('\n'); end != std::string::npos; end = text.find('\n', begin)) {
            onLine(text.substr(begin, end - begin));
            begin = end + 1;
        }
        text.erase(0, begin);
    }

    void run() {
        std::array<char, 4096> buffer{};
        while (waitForInput()) {
            const auto got = ::read(descriptor, buffer.data(), buffer.size());
            if (got < 0 && (errno == EINTR || errno == EAGAIN)) continue;
            if (got <= 0) {
                if (!text.empty()) onLine(std::exchange(text, {}));
                onEnd();
                return;
            }
            text.append(buffer.data(), static_cast<std::size_t>(got));
            deliverLines();
        }
    }

    int descriptor = -1;
    std::array<int, 2> wake{-1, -1};
    std::function<void(std::string)> onLine;
    std::function<void()> onEnd;
    std::string text;
    std::thread thread;
};

LineReader::LineReader(int descriptor, std::function<void(std::string)> onLine, std::function<void()> onEnd)
    : m_state(std::make_unique<State>()) {
    m_state->descriptor = descriptor;
    m_state->onLine = std::move(onLine);
    m_state->onEnd = std::move(onEnd);
    if (::pipe(m_state->wake.data()) != 0) m_state->wake = {-1, -1};
    for (const int end : m_state->wake) ::fcntl(end, F_SETFD, FD_CLOEXEC);
    m_state->thread = std::thread([state = m_state.get()] { state->run(); });
}

LineReader::~LineReader() {
    [[maybe_unused]] const auto written = ::write(m_state->wake[1], "q", 1);
    m_state->thread.join();
    for (const int end : m_state->wake) ::close(end);
}

}  // namespace strata::cli
