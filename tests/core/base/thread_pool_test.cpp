#include "core/base/thread_pool.h"

#include <chrono>
#include <cstdint>
#include <functional>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

namespace strata {
namespace {

class ThreadPoolSizes : public ::testing::TestWithParam<std::size_t> {};
INSTANTIATE_TEST_SUITE_P(Threads, ThreadPoolSizes, ::testing::Values(1, 2, 3, 8));

TEST_P(ThreadPoolSizes, RunsEveryPartOnceInEveryRound) {
    constexpr int kRounds = 3000;
    ThreadPool pool(GetParam());
    ASSERT_EQ(pool.threadCount(), GetParam());
    std::vector<int> calls(GetParam(), 0);  // each part has its own element: a part run twice at once is a race
    auto body = [&](std::size_t part, std::size_t parts) {
        ASSERT_EQ(parts, GetParam());
        ++calls[part];
    };
    for (int round = 1; round <= kRounds; ++round) {
        pool.run(body);
        for (const int count : calls) ASSERT_EQ(count, round);
    }
}

TEST_P(ThreadPoolSizes, WakesWorkersThatSleep) {
    ThreadPool pool(GetParam());
    std::atomic<int> calls{0};
    auto body = [&](std::size_t, std::size_t) { ++calls; };
    for (int round = 1; round <= 20; ++round) {
        std::this_thread::sleep_for(std::chrono::milliseconds(2));
        pool.run(body);
        ASSERT_EQ(calls, round * static_cast<int>(GetParam()));
    }
}

TEST_P(ThreadPoolSizes, WaitsForSlowWorkers) {
    ThreadPool pool(GetParam());
    std::atomic<int> finished{0};
    auto body = [&](std::size_t part, std::size_t) {
        if (part != 0) std::this_thread::sleep_for(std::chrono::milliseconds(5));
        ++finished;
    };
    pool.run(body);
    EXPECT_EQ(finished, static_cast<int>(GetParam()));
}

TEST_P(ThreadPoolSizes, RangesCoverEverythingOnceAndKeepTheGrain) {
    ThreadPool pool(GetParam());
    for (const std::size_t grain : {std::size_t{1}, std::size_t{16}, std::size_t{64}}) {
        for (const std::size_t count : {0u, 1u, 15u, 16u, 17u, 64u, 1000u}) {
            std::vector<int> touched(count, 0);
            pool.forRange(count, grain, [&](std::size_t begin, std::size_t end) {
                ASSERT_LT(begin, end);
                ASSERT_EQ(begin % grain, 0u);
                ASSERT_TRUE(end == count || end % grain == 0);
                for (std::size_t item = begin; item < end; ++item) ++touched[item];
            });
            ASSERT_EQ(touched, std::vector<int>(count, 1)) << "count " << count << ", grain " << grain;
        }
    }
}

TEST_P(ThreadPoolSizes, TasksAreTakenOnceEach) {
    ThreadPool pool(GetParam());
    std::vector<int> touched(777, 0);
    pool.forEach(touched.size(), [&](std::size_t task) { ++touched[task]; });
    EXPECT_EQ(touched, std::vector<int>(777, 1));
    pool.forEach(0, [&](std::size_t) { FAIL() << "there is no task"; });
}

TEST(ThreadPool, MakesWritesOfWorkersVisible) {
    ThreadPool pool(4);
    std::vector<std::uint64_t> partial(4, 0);
    std::uint64_t expected = 0;
    for (std::uint64_t round = 0; round < 2000; ++round) {
        auto body = [&, round](std::size_t part, std::size_t) { partial[part] += round * (part + 1); };
        pool.run(body);
        expected += round * 10;
        ASSERT_EQ(partial[0] + partial[1] + partial[2] + partial[3], expected);
    }
}

TEST(ThreadPool, ManyLiveAndDieWithoutWork) {
    for (int pool = 0; pool < 200; ++pool) ThreadPool{3};
}

TEST(ThreadPool, TwoPoolsWorkSideBySide) {
    std::atomic<int> calls{0};
    const auto rounds = [&] {
        ThreadPool pool(2);
        auto body = [&](std::size_t, std::size_t) { ++calls; };
        for (int round = 0; round < 500; ++round) pool.run(body);
    };
    std::thread other(rounds);
    rounds();
    other.join();
    EXPECT_EQ(calls, 2000);
}

TEST(ThreadPool, DefaultHasAtLeastTheCaller) {
    EXPECT_GE(ThreadPool().threadCount(), 1u);
}

}  // namespace
}  // namespace strata
