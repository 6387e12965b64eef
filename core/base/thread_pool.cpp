#include "core/base/thread_pool.h"

#include "core/base/system_info.h"

#include <chrono>
#include <cstdint>
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

/// Parts of a round are taken, not assigned: what a worker has not begun, because the system has put it aside, the
/// caller does itself, and waits only for parts that are under way.
struct ThreadPool::State {
    alignas(kCacheLineBytes) std::atomic<int> round{0};             ///< counts run(); workers wait for it to change
    alignas(kCacheLineBytes) std::atomic<std::uint64_t> ticket{0};  ///< round, then the next part, 32 bits each
    alignas(kCacheLineBytes) std::atomic<int> unfinished{0};        ///< parts of this round
    alignas(kCacheLineBytes) const ParallelBody* body = nullptr;    ///< valid for who holds a part
    std::atomic<bool> leaving{false};
    bool maySpin = true;
    std::size_t partCount = 1;  ///< one per thread; workers read it in rounds only
    Waiter caller{false};
    std::vector<std::thread> workers;

    void startWorkers(std::size_t count) noexcept;
    void beginRound(const ParallelBody& next) noexcept;
    void takeParts(int ofRound) noexcept;
    void waitForParts() noexcept;
    void work() noexcept;
    void leave() noexcept;
};

void ThreadPool::State::startWorkers(std::size_t count) noexcept {
    const unsigned processors = std::thread::hardware_concurrency();
    maySpin = count < processors;
    caller = Waiter(maySpin);
    try {
        workers.reserve(count);
        for (std::size_t started = 0; started < count; ++started) workers.emplace_back([this] { work(); });
    } catch (const std::exception&) {  // NOLINT(bugprone-empty-catch)
        // A system that refuses threads (limits of a container) gets a smaller pool, not a failure.
    }
    partCount = workers.size() + 1;
}

void ThreadPool::State::beginRound(const ParallelBody& next) noexcept {
    const int thisRound = round.load(std::memory_order_relaxed) + 1;
    body = &next;
    unfinished.store(static_cast<int>(partCount), std::memory_order_relaxed);
    ticket.store(std::uint64_t{static_cast<std::uint32_t>(thisRound)} << 32, std::memory_order_release);
    round.store(thisRound, std::memory_order_seq_cst);
    round.notify_all();
}

/// Takes and does parts until none of this round is left. A late worker finds another round's ticket, or a spent one,
/// and never looks at the body.
void ThreadPool::State::takeParts(int ofRound) noexcept {
    std::uint64_t next = ticket.load(std::memory_order_acquire);
    for (;;) {
        const auto part = static_cast<std::uint32_t>(next);
        if (static_cast<std::uint32_t>(next >> 32) != static_cast<std::uint32_t>(ofRound) || part >= partCount) return;
        if (!ticket.compare_exchange_weak(next, next + 1, std::memory_order_acq_rel)) continue;
        (*body)(part, partCount);
        // Sequential order: the notification looks for a sleeper, which must not move before the subtraction.
        if (unfinished.fetch_sub(1, std::memory_order_seq_cst) == 1) unfinished.notify_one();
        next = ticket.load(std::memory_order_acquire);
    }
}

void ThreadPool::State::waitForParts() noexcept {
    for (int left = unfinished.load(std::memory_order_acquire); left != 0;
         left = unfinished.load(std::memory_order_acquire)) {
        caller.wait(unfinished, left);
    }
}

void ThreadPool::State::work() noexcept {
    Waiter waiter(maySpin);
    for (int last = 0;;) {
        waiter.wait(round, last);
        last = round.load(std::memory_order_acquire);
        if (leaving.load(std::memory_order_acquire)) return;
        takeParts(last);
    }
}

void ThreadPool::State::leave() noexcept {
    leaving.store(true, std::memory_order_release);
    round.fetch_add(1, std::memory_order_seq_cst);
    round.notify_all();
    for (std::thread& worker : workers) worker.join();
}

ThreadPool::ThreadPool(std::size_t threads) : m_state(std::make_unique<State>()) {
    m_state->startWorkers((threads == 0 ? usableCores() : threads) - 1);
}

ThreadPool::~ThreadPool() {
    m_state->leave();
}

std::size_t ThreadPool::threadCount() const noexcept {
    return m_state->partCount;
}

void ThreadPool::run(ParallelBody body) {
    if (m_state->partCount == 1) return body(0, 1);
    m_state->beginRound(body);
    m_state->takeParts(m_state->round.load(std::memory_order_relaxed));
    m_state->waitForParts();
}

}  // namespace strata
