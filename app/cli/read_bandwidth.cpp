#include "app/cli/read_bandwidth.h"

#include "core/base/system_info.h"
#include "core/base/thread_pool.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <limits>
#include <memory>
#include <new>
#include <vector>

namespace strata::cli {
namespace {

constexpr std::size_t kBufferBytes = std::size_t{256} << 20;
constexpr int kPasses = 5;

using Word = std::uint64_t;
using SumFunction = Word (*)(const Word* words, std::size_t count);

// The loops are plain; the compiler vectorises them for the instruction set that each is compiled for.
#define STRATA_SUM_ONE_STREAM(name)                                              \
    Word name(const Word* words, std::size_t count) {                            \
        Word sum = 0;                                                            \
        for (std::size_t index = 0; index < count; ++index) sum += words[index]; \
        return sum;                                                              \
    }
// Four places at once keep more requests to memory in flight.
#define STRATA_SUM_FOUR_STREAMS(name)                                                                            \
    Word name(const Word* words, std::size_t count) {                                                            \
        constexpr std::size_t kRun = 64;                                                                         \
        const std::size_t quarter = count / 4 / kRun * kRun;                                                     \
        Word sum = 0;                                                                                            \
        for (std::size_t run = 0; run < quarter; run += kRun)                                                    \
            for (std::size_t stream = 0; stream < 4; ++stream)                                                   \
                for (std::size_t index = 0; index < kRun; ++index) sum += words[stream * quarter + run + index]; \
        for (std::size_t index = 4 * quarter; index < count; ++index) sum += words[index];                       \
        return sum;                                                                                              \
    }

STRATA_SUM_ONE_STREAM(sumPlain)
STRATA_SUM_FOUR_STREAMS(sumPlainStreams)
#if defined(__x86_64__)
__attribute__((target("avx2"))) STRATA_SUM_ONE_STREAM(sumAvx2) __attribute__((target("avx2")))
STRATA_SUM_FOUR_STREAMS(sumAvx2Streams) __attribute__((target("avx512f"))) STRATA_SUM_ONE_STREAM(sumAvx512)
    __attribute__((target("avx512f"))) STRATA_SUM_FOUR_STREAMS(sumAvx512Streams)
#endif

        std::vector<SumFunction> usableSums() {
    std::vector<SumFunction> sums{sumPlain, sumPlainStreams};
#if defined(__x86_64__)
    if (CpuFeatures::host().avx2) sums.insert(sums.end(), {sumAvx2, sumAvx2Streams});
    if (CpuFeatures::host().avx512) sums.insert(sums.end(), {sumAvx512, sumAvx512Streams});
#endif
    return sums;
}

double secondsOf(ThreadPool& pool, SumFunction sum, const Word* words, std::size_t count, std::atomic<Word>& sink) {
    const auto begin = std::chrono::steady_clock::now();
    pool.forRange(count, 4096, [&](std::size_t first, std::size_t last) { sink += sum(words + first, last - first); });
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

}  // namespace

Result<double> measureReadBandwidth(std::size_t threads) {
    constexpr std::size_t kWords = kBufferBytes / sizeof(Word);
    const std::unique_ptr<Word[]> buffer(new (std::nothrow) Word[kWords]);
    if (!buffer)
        return fail(ErrorCode::OutOfMemory, "no memory to measure the read bandwidth with", "close other programs");
    ThreadPool pool(threads);
    // Pages that hold nothing but zeros could all be one page; written ones are real.
    pool.forRange(kWords, 4096, [&](std::size_t first, std::size_t last) {
        for (std::size_t index = first; index < last; ++index) buffer[index] = index * 0x9E3779B97F4A7C15u;
    });
    std::atomic<Word> sink{0};
    double best = std::numeric_limits<double>::infinity();
    for (const SumFunction sum : usableSums())
        for (int pass = 0; pass < kPasses; ++pass)
            best = std::min(best, secondsOf(pool, sum, buffer.get(), kWords, sink));
    return static_cast<double>(kBufferBytes) / best;
}

}  // namespace strata::cli
