// A fork-join pool for decode and prefill: the caller is one of the threads, workers spin briefly, then sleep.
#pragma once

#include <atomic>
#include <cstddef>
#include <memory>
#include <type_traits>

namespace strata {

/// Non-owning reference to a callable `void(std::size_t part, std::size_t parts)`.
class ParallelBody {
public:
    template <class F>
    ParallelBody(F& body)  // NOLINT(google-explicit-constructor): a reference, like std::function_ref
        requires(!std::is_same_v<std::remove_cv_t<F>, ParallelBody>)
        : m_object(const_cast<void*>(static_cast<const void*>(&body))),
          m_call([](void* object, std::size_t part, std::size_t parts) { (*static_cast<F*>(object))(part, parts); }) {}
    void operator()(std::size_t part, std::size_t parts) const { m_call(m_object, part, parts); }

private:
    void* m_object;
    void (*m_call)(void*, std::size_t, std::size_t);
};

/// Thread contract: one caller at a time (the engine thread). Bodies must not throw and must not call the pool.
class ThreadPool {
public:
    /// `threads` counts the caller; 0 = one per physical core this process may use.
    explicit ThreadPool(std::size_t threads = 0);
    ~ThreadPool();
    ThreadPool(const ThreadPool&) = delete;
    ThreadPool& operator=(const ThreadPool&) = delete;

    [[nodiscard]] std::size_t threadCount() const noexcept;

    /// Runs body(part, threadCount()) once for every part below threadCount() and waits for all. Usually one part per
    /// thread at the same time; a thread does a second one when another has not come to its own. Cost on two cores:
    /// about a microsecond while the workers spin.
    void run(ParallelBody body);

    /// Splits [0, count) into contiguous ranges, one per thread, whose bounds are multiples of `grain`:
    /// body(begin, end). Which thread computes a row never changes its value.
    template <class F>
    void forRange(std::size_t count, std::size_t grain, F&& body) {
        auto split = [&](std::size_t part, std::size_t parts) {
            const std::size_t chunks = (count + grain - 1) / grain;
            const std::size_t begin = chunks * part / parts * grain;
            const std::size_t end = chunks * (part + 1) / parts * grain;
            if (begin < end) body(begin, end < count ? end : count);
        };
        run(split);
    }

    /// Tasks 0..count-1 of unequal cost, taken one by one from a shared counter: body(task).
    template <class F>
    void forEach(std::size_t count, F&& body) {
        std::atomic<std::size_t> next{0};
        auto take = [&](std::size_t, std::size_t) {
            for (std::size_t task = next.fetch_add(1); task < count; task = next.fetch_add(1)) body(task);
        };
        run(take);
    }

private:
    struct State;
    std::unique_ptr<State> m_state;
};

}  // namespace strata
