// Ctrl-C as a stop token: the first asks the running work to stop, the second ends the process.
#pragma once

#include <memory>
#include <stop_token>

namespace strata::cli {

/// Handles SIGINT (and SIGTERM when asked to) while it lives; one object at a time. A handler writes to a pipe and a
/// thread does the rest, so that nothing runs in a signal context. Thread contract: any thread.
class Interrupts {
public:
    enum class Signals : unsigned char { InterruptOnly, InterruptAndTerminate };
    explicit Interrupts(Signals signals = Signals::InterruptOnly);
    ~Interrupts();
    Interrupts(const Interrupts&) = delete;
    Interrupts& operator=(const Interrupts&) = delete;

    /// Forgets earlier signals; the token is triggered by the next one. A second one before the next call of restart()
    /// ends the process with exit code 130.
    [[nodiscard]] std::stop_token restart();
    [[nodiscard]] std::stop_token token() const;

private:
    struct State;
    std::unique_ptr<State> m_state;
};

}  // namespace strata::cli
