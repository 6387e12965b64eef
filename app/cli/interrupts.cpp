#include "app/cli/interrupts.h"

#include "app/cli/exit_codes.h"

#include <array>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <mutex>
#include <thread>

#include <fcntl.h>
#include <unistd.h>

namespace strata::cli {
namespace {

// A signal handler reaches nothing but globals.
std::atomic<int> handlerPipe{-1};

extern "C" void writeToPipe(int) {
    const int saved = errno;
    const char byte = 's';
    [[maybe_unused]] const auto written = ::write(handlerPipe.load(), &byte, 1);
    errno = saved;
}

struct Handler {
    int signal = 0;
    struct sigaction previous{};
};

}  // namespace

struct Interrupts::State {
    void watch() {
        char byte = 0;
        for (;;) {
            const auto got = ::read(pipe[0], &byte, 1);
            if (got < 0 && errno == EINTR) continue;
            if (got != 1 || byte == 'q') return;
            interrupt();
        }
    }

    void interrupt() {
        std::stop_source current;
        {
            const std::lock_guard lock(mutex);
            if (interrupted) leave();
            interrupted = true;
            current = source;
        }
        current.request_stop();
    }

    /// Without destructors: other threads are at work.
    [[noreturn]] static void leave() {
        [[maybe_unused]] const auto written = ::write(STDERR_FILENO, "\n", 1);
        ::_exit(static_cast<int>(ExitCode::Cancelled));
    }

    mutable std::mutex mutex;
    std::stop_source source;
    bool interrupted = false;
    std::array<int, 2> pipe{-1, -1};
    std::array<Handler, 2> handlers{};
    std::size_t handlerCount = 0;
    std::thread watcher;
};

Interrupts::Interrupts(Signals signals) : m_state(std::make_unique<State>()) {
    State& state = *m_state;
    // Without a pipe, signals keep their default effect: they end the process.
    if (::pipe(state.pipe.data()) != 0) return;
    for (const int end : state.pipe) ::fcntl(end, F_SETFD, FD_CLOEXEC);
    handlerPipe = state.pipe[1];
    struct sigaction action{};
    action.sa_handler = writeToPipe;
    action.sa_flags = SA_RESTART;
    state.handlers = {{{SIGINT, {}}, {SIGTERM, {}}}};
    state.handlerCount = signals == Signals::InterruptAndTerminate ? 2 : 1;
    for (std::size_t index = 0; index < state.handlerCount; ++index)
        ::sigaction(state.handlers[index].signal, &action, &state.handlers[index].previous);
    state.watcher = std::thread([&state] { state.watch(); });
}

Interrupts::~Interrupts() {
    State& state = *m_state;
    if (!state.watcher.joinable()) return;
    for (std::size_t index = 0; index < state.handlerCount; ++index)
        ::sigaction(state.handlers[index].signal, &state.handlers[index].previous, nullptr);
    const char quit = 'q';
    [[maybe_unused]] const auto written = ::write(state.pipe[1], &quit, 1);
    state.watcher.join();
    for (const int end : state.pipe) ::close(end);
}

std::stop_token Interrupts::restart() {
    const std::lock_guard lock(m_state->mutex);
    m_state->source = std::stop_source();
    m_state->interrupted = false;
    return m_state->source.get_token();
}

std::stop_token Interrupts::token() const {
    const std::lock_guard lock(m_state->mutex);
    return m_state->source.get_token();
}

}  // namespace strata::cli
