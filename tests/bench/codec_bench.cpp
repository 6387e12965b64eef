// Seconds and memory that compression takes: one decoder block of SmolLM2-135M's shape, whole, and one of
// Llama-3.1-8B's, of which a few rows are encoded and the rest extrapolated. Random weights and statistics.
//   codec_bench [smollm | llama | embedding] [nested | bitstack] [planes or blocks] [threads]
#include "core/base/random.h"
#include "core/base/system_info.h"
#include "core/codec/bitstack_codec.h"
#include "core/codec/linear_algebra.h"
#include "core/codec/nested_codec.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <string>
#include <thread>
#include <vector>

namespace {

using namespace strata;

constexpr std::size_t kChunkRows = 256;

struct Linear {
    const char* name;
    std::size_t rows;
    std::size_t columns;
    bool ownInput;  ///< has input statistics of its own (q, k, v share; gate and up share)
};
const std::vector<Linear> kSmollm = {{"q", 576, 576, true},    {"k", 192, 576, false},    {"v", 192, 576, false},
                                     {"o", 576, 576, true},    {"gate", 1536, 576, true}, {"up", 1536, 576, false},
                                     {"down", 576, 1536, true}};
const std::vector<Linear> kLlama = {{"q", 4096, 4096, true},    {"k", 1024, 4096, false},    {"v", 1024, 4096, false},
                                    {"o", 4096, 4096, true},    {"gate", 14336, 4096, true}, {"up", 14336, 4096, false},
                                    {"down", 4096, 14336, true}};

double seconds() {
    using namespace std::chrono;
    return duration<double>(steady_clock::now().time_since_epoch()).count();
}
double cpuSeconds() {
    return static_cast<double>(std::clock()) / CLOCKS_PER_SEC;
}

std::vector<float> randomMatrix(std::size_t count, std::uint64_t seed) {
    Random random(seed);
    std::vector<float> values(count);
    for (float& value : values) value = static_cast<float>(random.uniform() + random.uniform() - 1);
    return values;
}

std::vector<float> randomHessian(std::size_t columns) {
    const std::size_t tokens = std::min<std::size_t>(columns, 1024);
    const std::vector<float> inputs = randomMatrix(tokens * columns, columns);
    std::vector<float> hessian(columns * columns);
    blas::accumulateGram(tokens, columns, inputs.data(), hessian.data());
    for (std::size_t row = 0; row < columns; ++row)
        for (std::size_t column = 0; column < row; ++column)
            hessian[row * columns + column] = hessian[column * columns + row];
    return hessian;
}

struct Settings {
    bool nested = true;
    unsigned depth = 6;
    unsigned threads = 2;
    std::size_t maximumRows = SIZE_MAX;  ///< of a matrix, the rest being extrapolated
};

/// Wall clock and processor time, both per thread: they differ when other programs compete.
struct Cost {
    double wall = 0;
    double cpu = 0;
};

Cost encodeRows(const Settings& settings, std::size_t rows, std::size_t columns, const Rotation& rotation,
                const InputStatistics& statistics, const std::vector<float>& hessian) {
    const std::vector<float> weights = randomMatrix(rows * columns, 7);
    std::atomic<std::size_t> next = 0;
    const std::size_t step = settings.nested ? kChunkRows : rows;
    const double start = seconds(), cpuStart = cpuSeconds();
    {
        std::vector<std::jthread> threads;
        for (unsigned thread = 0; thread < settings.threads; ++thread)
            threads.emplace_back([&] {
                for (std::size_t first = next.fetch_add(step); first < rows; first = next.fetch_add(step)) {
                    const std::span<const float> chunk(&weights[first * columns],
                                                       std::min(step, rows - first) * columns);
                    bool done = false;
                    if (settings.nested)
                        done = encodeNested(chunk, columns, rotation, statistics,
                                            {.planes = settings.depth, .prefixWeights = {}})
                                   .has_value();
                    else
                        done = encodeBitstack(chunk, chunk.size() / columns, columns, hessian,
                                              {.rank = 16, .blocks = settings.depth, .seed = 1, .powerIterations = 4})
                                   .has_value();
                    if (!done) std::abort();
                }
            });
    }
    return {seconds() - start, (cpuSeconds() - cpuStart) / settings.threads};
}

void measure(const std::vector<Linear>& linears, const Settings& settings) {
    Cost total;
    std::vector<float> hessian;
    InputStatistics statistics;
    for (const Linear& linear : linears) {
        const Rotation rotation = Rotation::random(linear.columns, 1);
        Cost cost;
        if (linear.ownInput) {
            statistics = {};
            hessian = randomHessian(linear.columns);
            const double start = seconds(), cpuStart = cpuSeconds();
            if (settings.nested) statistics = *prepareStatistics(std::move(hessian), rotation);
            cost = {seconds() - start, cpuSeconds() - cpuStart};
        }
        const std::size_t rows = std::min(linear.rows, settings.maximumRows);
        const Cost encoding = encodeRows(settings, rows, linear.columns, rotation, statistics, hessian);
        const double share = static_cast<double>(linear.rows) / static_cast<double>(rows);
        std::printf("%-5s %5zu x %5zu: statistics %7.2f s (CPU %7.2f), encoding %8.2f s (CPU %8.2f)\n", linear.name,
                    linear.rows, linear.columns, cost.wall, cost.cpu, encoding.wall * share, encoding.cpu * share);
        total.wall += cost.wall + encoding.wall * share;
        total.cpu += cost.cpu + encoding.cpu * share;
    }
    std::printf("decoder block: %.2f s on %u threads (CPU %.2f s each); peak RSS %.0f MB; BLAS core %s\n", total.wall,
                settings.threads, total.cpu, static_cast<double>(processMemory().peakResidentBytes) / 1e6,
                blas::coreName());
}

/// 49,152 tokens, no statistics.
void measureEmbedding(const Settings& settings) {
    constexpr std::size_t kTokens = 49152, kColumns = 576;
    const Cost encoding = encodeRows(settings, kTokens, kColumns, Rotation::random(kColumns, 1), {}, {});
    std::printf("embedding %zu x %zu, %u planes: %.2f s on %u threads (CPU %.2f s each)\n", kTokens, kColumns,
                settings.depth, encoding.wall, settings.threads, encoding.cpu);
}

}  // namespace

int main(int argc, char** argv) {
    const auto argument = [&](int index, const char* otherwise) {
        return std::string(index < argc ? argv[index] : otherwise);
    };
    const bool llama = argument(1, "smollm") == "llama";
    Settings settings;
    settings.nested = argument(2, "nested") == "nested";
    settings.depth = static_cast<unsigned>(std::stoul(argument(3, settings.nested ? "6" : "16")));
    settings.threads = static_cast<unsigned>(std::stoul(argument(4, "2")));
    if (llama) settings.maximumRows = kChunkRows * settings.threads;
    blas::useSingleThread();
    if (argument(1, "") == "embedding")
        measureEmbedding(settings);
    else
        measure(llama ? kLlama : kSmollm, settings);
}
