#include "core/base/thread_pool.h"

#include "core/base/system_info.h"

#include <chrono>
#include <exception>
#include <thread>
#include <vector>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace strata {
namespace {

// Longer than the serial stretch between two parallel regions of a decode step, shorter than a time slice: a thread
// that waits for one the system has put aside soon gives its core away.
constexpr std::chrono::microseconds kSpinTime{50};
constexpr int kPausesPerLook = 16;
constexpr std::size_t kCacheLineBytes = 64;

void relax() noexcept {
#if defined(__x86_64__)
    _mm_pause();
#elif defined(__aarch64__)
    asm volatile("yield");
#endif
}

/// Spins until value differs from `old`; false when that took too long.
bool spinWhile(const std::atomic<int>& value, int old) noexcept {
    const auto deadline = std::chrono::steady_clock::now() + kSpinTime;
    do {
        for (int pause = 0; pause < kPausesPerLook; ++pause) {
            if (value.load(std::memory_order_acquire) != old) return true;
            relax();
        }
    } while (std::chrono::steady_clock::now() < deadline);
    return false;
}

/// How one thread waits. Where spinning does not pay, because other programs hold the cores and the awaited thread may
/// need this very one, it sleeps at once, and only looks now and then whether spinning pays again.
class Waiter {
public:
    explicit Waiter(bool maySpin) noexcept : m_maySpin(maySpin) {}

    /// Returns when value differs from `old`.
    void wait(const std::atomic<int>& value, int old) noexcept {
        if (value.load(std::memory_order_acquire) != old) return;
        if (m_maySpin && worthSpinning()) {
            const bool paid = spinWhile(value, old);
            m_failures = paid ? 0 : m_failures + 1;
            if (paid) return;
        }
        value.wait(old, std::memory_order_acquire);
    }

private:
    static constexpr int kFailuresBeforeSleep = 3;
    static constexpr unsigned kWaitsBetweenTrials = 64;

    bool worthSpinning() noexcept {
        return m_failures < kFailuresBeforeSleep || ++m_skipped % kWaitsBetweenTrials == 0;
    }

    bool m_maySpin;
    int m_failures = 0;
    unsigned m_skipped = 0;
};

}  // namespace

struct ThreadPool::State {
    alignas(kCacheLineBytes) std::atomic<int> round{0};           ///< counts run(); workers wait for it to change
    alignas(kCacheLineBytes) std::atomic<int> running{0};         ///< workers that have not finished this round
    alignas(kCacheLineBytes) const ParallelBody* body = nullptr;  ///< null: the workers leave
    bool maySpin = true;
    Waiter caller{false};
    std::vector<std::thread> workers;

    void startWorkers(std::size_t count) noexcept;
    void beginRound(const ParallelBody* next) noexcept;
    void waitForWorkers() noexcept;
    void work(std::size_t part) noexcept;
};

void ThreadPool::State::startWorkers(std::size_t count) noexcept {
    const unsigned processors = std::thread::hardware_concurrency();
    maySpin = count < processors;
    caller = Waiter(maySpin);
    try {
        workers.reserve(count);
        for (std::size_t part = 1; part <= count; ++part) workers.emplace_back([this, part] { work(part); });
    } catch (const std::exception&) {  // NOLINT(bugprone-empty-catch)
        // A system that refuses threads (limits of a container) gets a smaller pool, not a failure.
    }
}

void ThreadPool::State::beginRound(const ParallelBody* next) noexcept {
    body = next;
    running.store(static_cast<int>(workers.size()), std::memory_order_relaxed);
    round.fetch_add(1, std::memory_order_seq_cst);
    round.notify_all();
}

void ThreadPool::State::waitForWorkers() noexcept {
    for (int left = running.load(std::memory_order_acquire); left != 0;
         left = running.load(std::memory_order_acquire)) {
        caller.wait(running, left);
    }
}

void ThreadPool::State::work(std::size_t part) noexcept {
    Waiter waiter(maySpin);
    for (int last = 0;;) {
        waiter.wait(round, last);
        last = round.load(std::memory_order_acquire);
        if (!body) return;
        (*body)(part, workers.size() + 1);
        // Sequential order: the notification looks for a sleeper, which must not move before the subtraction.
        if (running.fetch_sub(1, std::memory_order_seq_cst) == 1) running.notify_one();
    }
}

ThreadPool::ThreadPool(std::size_t threads) : m_state(std::make_unique<State>()) {
    m_state->startWorkers((threads == 0 ? usableCores() : threads) - 1);
}

ThreadPool::~ThreadPool() {
    m_state->beginRound(nullptr);
    for (std::thread& worker : m_state->workers) worker.join();
}

std::size_t ThreadPool::threadCount() const noexcept {
    return m_state->workers.size() + 1;
}

void ThreadPool::run(ParallelBody body) {
    if (m_state->workers.empty()) return body(0, 1);
    m_state->beginRound(&body);
    body(0, m_state->workers.size() + 1);
    m_state->waitForWorkers();
}

}  // namespace strata
