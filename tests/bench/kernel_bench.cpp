// Speed of every kernel table this processor can run, one thread.
//
//   strata_kernel_bench [TABLE]...     e.g. avx2 avx512vbmi; all but the reference when none is named
//
// Every product is compared with the reference before it is timed. Decode streams 192 MiB of planes from memory and is
// stated in GB/s beside the best of two read loops, timed alternately with it; the rest in 10^9 operations per second.
// Figures are medians of seven runs by the thread's CPU time; [low .. high] is the spread.
#include "core/base/random.h"
#include "core/kernels/kernels.h"
#include "core/kernels/pack.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <ctime>
#include <string_view>
#include <vector>

#include <fmt/format.h>

namespace {

using namespace strata;

constexpr int kRuns = 7;
constexpr std::size_t kStreamBytes = std::size_t{192} << 20;

struct Timing {
    double median;
    double low;
    double high;
};

/// Of this thread on its core: other programs cost it bandwidth and cache, but not their own time.
double cpuSeconds() {
    timespec now{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

template <class F>
double secondsOf(F&& work) {
    const double start = cpuSeconds();
    work();
    return cpuSeconds() - start;
}

/// Units per second of `work`, which does `units` of them.
template <class F>
Timing rate(double units, F&& work) {
    work();
    std::vector<double> rates;
    for (int run = 0; run < kRuns; ++run) rates.push_back(units / secondsOf(work));
    std::sort(rates.begin(), rates.end());
    return {rates[kRuns / 2], rates.front(), rates.back()};
}

void print(std::string_view table, std::string_view what, const Timing& t, double scale, std::string_view unit) {
    fmt::print("{:<11} {:<34} {:8.2f} {}  [{:.2f} .. {:.2f}]\n", table, what, t.median / scale, unit, t.low / scale,
               t.high / scale);
}

/// As rotation leaves a few thousand activations: the largest lies at three and a half deviations.
std::int8_t rotated(Random& random) {
    return static_cast<std::int8_t>(std::lround(std::clamp(random.normal() * 36.0, -127.0, 127.0)));
}

/// Words of random planes, shared by every case: reading memory costs the same whatever its content.
struct Memory {
    std::vector<std::uint32_t> words = std::vector<std::uint32_t>(kStreamBytes / 4);
    Memory() {
        Random random(1);
        for (std::size_t at = 0; at + 1 < words.size(); at += 2) {
            const std::uint64_t value = random.next();
            std::memcpy(&words[at], &value, sizeof value);
        }
    }
};

volatile std::uint64_t sink = 0;

/// Best of plain sums over one run and over eight interleaved runs of the memory, bytes per second.
double readBandwidth(const Memory& memory) {
    const auto sum = [&](std::size_t streams) {
        const std::size_t length = memory.words.size() / streams / 8 * 8;
        std::uint64_t parts[8] = {};
        for (std::size_t at = 0; at < length; at += 8)
            for (std::size_t stream = 0; stream < streams; ++stream)
                for (std::size_t lane = 0; lane < 8; lane += 2) {
                    std::uint64_t value;
                    std::memcpy(&value, &memory.words[stream * length + at + lane], sizeof value);
                    parts[lane] ^= value;
                }
        for (const std::uint64_t part : parts) sink = sink + part;
    };
    const double one = kStreamBytes / secondsOf([&] { sum(1); });
    const double eight = kStreamBytes / secondsOf([&] { sum(8); });
    return std::max(one, eight);
}

struct Activations {
    std::size_t stride;
    std::vector<std::int8_t> values;
    std::vector<std::int8_t> fine;
    std::vector<float> scales;
    std::vector<std::int32_t> sums;
    std::vector<std::int32_t> fineSums;
    Activations(std::size_t tokens, std::size_t columns)
        : stride(columns),
          values(tokens * columns),
          fine(tokens * columns),
          scales(tokens, 0.01F),
          sums(tokens),
          fineSums(tokens) {
        Random random(2);
        const auto byte = [&] { return static_cast<std::int8_t>(static_cast<int>(random.next() % 255) - 127); };
        for (std::size_t at = 0; at < values.size(); ++at) {
            sums[at / columns] += values[at] = rotated(random);
            fineSums[at / columns] += fine[at] = byte();
        }
    }
    [[nodiscard]] QuantizedTokens view() const {
        return {scales.size(), stride, values.data(), fine.data(), scales.data(), sums.data(), fineSums.data()};
    }
};

/// Evenly spaced and mirrored, as the codec's are.
LevelTable someLevels(unsigned planes) {
    LevelTable table;
    table.planes = planes;
    table.step = 1e-4F;
    const int count = 1 << planes;
    for (int code = 0; code < count; ++code) {
        const int value = (2 * code + 1 - count) * (planes > 6 ? 32000 : 120) / count;
        const int high = planes > 6 ? (value + 128) >> 8 : value;
        table.high[static_cast<std::size_t>(code)] = static_cast<std::int8_t>(high);
        if (planes > 6) table.low[static_cast<std::size_t>(code)] = static_cast<std::int8_t>(value - 256 * high);
    }
    return table;
}

struct Matrix {
    LevelTable table;
    std::vector<Half> scales;
    std::vector<NestedTile> tiles;  ///< as many as the memory holds
    Matrix(const Memory& memory, std::size_t rows, std::size_t columns, unsigned level, std::size_t count)
        : table(someLevels(level)), scales(paddedRows(rows), toHalf(0.02F)) {
        const std::size_t words = planeBytes(rows, columns) / 4;
        const std::size_t fitting = std::min(count, memory.words.size() / (words * level));
        for (std::size_t index = 0; index < fitting; ++index) {
            NestedTile& tile = tiles.emplace_back();
            for (unsigned plane = 0; plane < level; ++plane)
                tile.planes[plane] = memory.words.data() + (index * level + plane) * words;
            tile.rowScales = scales.data();
            tile.table = &table;
            tile.level = level;
            tile.rows = rows;
            tile.columns = columns;
        }
    }
};

bool verified(const Kernels& kernels, const NestedTile& tile, const QuantizedTokens& x) {
    QuantizedTokens few = x;
    few.tokens = std::min<std::size_t>(x.tokens, 7);
    const std::size_t rowBlocks = std::min<std::size_t>(3, paddedRows(tile.rows) / kRowBlock);
    std::vector<float> expected(few.tokens * tile.rows);
    std::vector<float> found = expected;
    findKernels("reference")->nestedProduct(tile, few, expected.data(), tile.rows, 0, rowBlocks);
    kernels.nestedProduct(tile, few, found.data(), tile.rows, 0, rowBlocks);
    return found == expected;
}

/// One token, or the few of a batch that verifies guesses.
bool decode(const Kernels& kernels, const Memory& memory, std::size_t tokens) {
    constexpr std::size_t rows = 8192;
    constexpr std::size_t columns = 2048;
    const Activations x(tokens, columns);
    std::vector<float> y(tokens * rows);
    for (unsigned level = 1; level <= 8; ++level) {
        const Matrix matrix(memory, rows, columns, level, SIZE_MAX);
        if (!verified(kernels, matrix.tiles[0], x.view())) return false;
        const double bytes = static_cast<double>(matrix.tiles.size() * planeBytes(rows, columns) * level);
        std::vector<double> bandwidths;
        const Timing t = rate(bytes, [&] {
            for (const NestedTile& tile : matrix.tiles)
                kernels.nestedProduct(tile, x.view(), y.data(), rows, 0, rows / kRowBlock);
        });
        for (int run = 0; run < 3; ++run) bandwidths.push_back(readBandwidth(memory));
        std::sort(bandwidths.begin(), bandwidths.end());
        print(kernels.name,
              fmt::format("{} token{} p={} ({:.0f} % of read {:.1f})", tokens, tokens > 1 ? "s" : "", level,
                          100 * t.median / bandwidths[1], bandwidths[1] / 1e9),
              t, 1e9, "GB/s");
    }
    return true;
}

bool prefill(const Kernels& kernels, const Memory& memory) {
    struct Shape {
        std::size_t rows, columns, tokens;
    };
    for (const Shape shape :
         {Shape{2048, 2048, 512}, Shape{1536, 576, 512}, Shape{576, 1536, 32}, Shape{576, 576, 4}}) {
        const Activations x(shape.tokens, shape.columns);
        std::vector<float> y(shape.tokens * shape.rows);
        for (const unsigned level : {1U, 2U, 4U, 6U, 8U}) {
            const Matrix matrix(memory, shape.rows, shape.columns, level, 1);
            if (!verified(kernels, matrix.tiles[0], x.view())) return false;
            const Timing t = rate(2.0 * static_cast<double>(shape.rows * shape.columns * shape.tokens), [&] {
                kernels.nestedProduct(matrix.tiles[0], x.view(), y.data(), shape.rows, 0, shape.rows / kRowBlock);
            });
            print(kernels.name, fmt::format("{} x {}, {} tokens, p={}", shape.rows, shape.columns, shape.tokens, level),
                  t, 1e9, "GOPS");
        }
    }
    return true;
}

void attention(const Kernels& kernels) {
    constexpr std::size_t headDim = 64;
    constexpr std::size_t positions = 2048;
    std::vector<Half> page(kKvPageTokens * headDim * (positions / kKvPageTokens), toHalf(0.5F));
    std::vector<const Half*> pages;
    for (std::size_t start = 0; start < page.size(); start += kKvPageTokens * headDim)
        pages.push_back(page.data() + start);
    const KvPages cache{pages.data(), pages.data(), 1, headDim};
    for (const std::size_t tokens : {std::size_t{1}, std::size_t{1024}}) {
        AttentionJob job;
        std::vector<float> q(tokens * 3 * headDim, 0.1F);
        std::vector<float> out(q.size());
        job.q = q.data();
        job.out = out.data();
        job.qStride = 3 * headDim;
        job.groupHeads = 3;
        job.tokens = tokens;
        job.firstPosition = tokens == 1 ? positions - 1 : 0;
        job.scale = 0.125F;
        std::vector<float> scratch(kernels.attentionScratch(job));
        const double keys = tokens == 1 ? positions : static_cast<double>(tokens * (tokens + 1)) / 2;
        const Timing t = rate(4.0 * 3 * headDim * keys, [&] { kernels.attention(job, cache, scratch.data()); });
        print(kernels.name, fmt::format("attention, {} tokens, {:.0f} keys", tokens, tokens == 1 ? keys : 1024), t, 1e9,
              "GFLOP/s");
    }
}

void bitstack(const Kernels& kernels, const Memory& memory) {
    constexpr std::size_t rows = 1536;
    constexpr std::size_t columns = 576;
    constexpr unsigned rank = 16;
    const std::vector<Half> factors(rank * rows, toHalf(0.3F));
    const SignBlock blocks[] = {{memory.words.data(), factors.data(), factors.data()}};
    const BitstackTile tile{blocks, rank, rows, columns};
    for (const std::size_t tokens : {std::size_t{1}, std::size_t{64}}) {
        const std::vector<float> x(tokens * columns, 0.7F);
        std::vector<float> y(tokens * rows);
        std::vector<std::uint64_t> scratch(kernels.bitstackScratchBytes(tile, tokens) / 8 + 1);
        auto* bytes = reinterpret_cast<std::byte*>(scratch.data());
        const Timing t = rate(2.0 * static_cast<double>(rows * columns * rank * tokens), [&] {
            kernels.bitstackPrepare(tile, x.data(), columns, tokens, bytes, 0, rank * tokens);
            kernels.bitstackProduct(tile, tokens, bytes, y.data(), rows, 0, rows / kRowBlock);
        });
        print(kernels.name, fmt::format("bitstack block, rank 16, {} tokens", tokens), t, 1e9, "GOPS");
    }
}

void elementwise(const Kernels& kernels) {
    for (const std::size_t size : {std::size_t{576}, std::size_t{1536}, std::size_t{8192}}) {
        const Rotation rotation = Rotation::random(size, 1);
        std::vector<float> x(size, 0.5F);
        std::vector<std::int8_t> values(size);
        float scale = 0;
        std::int32_t sum = 0;
        const Timing t = rate(100.0 * static_cast<double>(size), [&] {
            for (int repeat = 0; repeat < 100; ++repeat)
                kernels.rotateQuantize(rotation, x.data(), {values.data(), nullptr, size, &scale, &sum, nullptr});
        });
        print(kernels.name, fmt::format("rotate and quantize {}", size), t, 1e9, "values/ns");
    }
    std::vector<float> x(49152, 0.5F);
    const Timing silu = rate(49152, [&] { kernels.siluMultiply(x.data(), x.data(), x.data(), x.size()); });
    print(kernels.name, "silu and multiply", silu, 1e9, "values/ns");
}

void packing() {
    constexpr std::size_t rows = 4096;
    constexpr std::size_t columns = 4096;
    std::vector<std::uint8_t> codes(rows * columns, 5);
    std::vector<std::vector<std::byte>> planes(6, std::vector<std::byte>(planeBytes(rows, columns)));
    std::vector<std::byte*> out;
    for (auto& plane : planes) out.push_back(plane.data());
    std::vector<const std::byte*> in(out.begin(), out.end());
    print("", "pack 6 planes", rate(rows * columns, [&] { packPlanes(codes.data(), rows, columns, out); }), 1e6,
          "Mcodes/s");
    print("", "unpack 6 planes", rate(rows * columns, [&] { unpackPlanes(in, rows, columns, codes.data()); }), 1e6,
          "Mcodes/s");
}

}  // namespace

int main(int count, char** arguments) {
    const Memory memory;
    std::vector<const Kernels*> tables = availableKernels();
    if (tables.size() > 1) tables.pop_back();
    if (count > 1) {
        tables.clear();
        for (int index = 1; index < count; ++index) {
            const Kernels* kernels = findKernels(std::string_view(arguments[index]));
            if (kernels == nullptr) {
                fmt::print(stderr, "this processor has no kernels named {}\n", arguments[index]);
                return 2;
            }
            tables.push_back(kernels);
        }
    }
    for (const Kernels* kernels : tables) {
        if (!decode(*kernels, memory, 1) || !decode(*kernels, memory, 3) || !decode(*kernels, memory, 5) ||
            !prefill(*kernels, memory)) {
            fmt::print(stderr, "{} differs from the reference\n", kernels->name);
            return 1;
        }
        attention(*kernels);
        bitstack(*kernels, memory);
        elementwise(*kernels);
    }
    packing();
    return 0;
}
