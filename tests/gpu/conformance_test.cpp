// The conformance table: every operator on the device against the processor's scalar reference, for shapes of known
// models and odd ones, every level, and every path. Integer products must give the same floats bit for bit.
#include "core/base/random.h"
#include "core/cpu/cpu_backend.h"
#include "core/stack/residency.h"
#include "tests/gpu/device_fixture.h"
#include "tests/gpu/random_stack.h"

#include <array>
#include <cmath>
#include <functional>
#include <limits>

namespace strata::test {
namespace {

/// What an operator leaves, [rows][width].
using Values = std::vector<float>;

Values randomValues(std::size_t count, std::uint64_t seed, double spread = 1) {
    Random random(seed);
    Values values(count);
    for (float& value : values) value = static_cast<float>(random.normal() * spread);
    return values;
}

/// Largest difference over the root mean square of what was expected.
double worstError(const Values& values, const Values& expected) {
    double worst = 0, squares = 0;
    for (std::size_t index = 0; index < expected.size(); ++index) {
        worst = std::max(worst, std::abs(static_cast<double>(values[index]) - static_cast<double>(expected[index])));
        squares += static_cast<double>(expected[index]) * static_cast<double>(expected[index]);
    }
    return worst / std::sqrt(squares / static_cast<double>(expected.size()) + 1e-30);
}

/// What a run leaves, by name.
using Results = std::vector<std::pair<std::string, Values>>;

class Conformance : public DeviceTest, public testing::WithParamInterface<PathCase> {
protected:
    /// Runs the same calls on the reference and on the device. A bound of 0 asks for the same bits.
    void compare(double bound, const std::function<Results(Backend&)>& run) {
        CpuBackend reference(m_pool, *findKernels("reference"));
        const auto device = openBackend(GetParam().paths);
        const Results expected = run(reference), results = run(*device);
        ASSERT_EQ(results.size(), expected.size());
        for (std::size_t index = 0; index < expected.size(); ++index) {
            const auto& [name, values] = results[index];
            if (bound == 0) {
                EXPECT_TRUE(values == expected[index].second)
                    << name << ": differs by " << worstError(values, expected[index].second);
            } else {
                EXPECT_LT(worstError(values, expected[index].second), bound) << name;
            }
        }
    }
    ThreadPool m_pool{2};
};

// One rounding of a float, and what a sum of n of them and an exponential of a device may add to it: Vulkan allows exp
// an error of 3 + 2 |x| units in the last place.
constexpr double kRounding = 6e-8;
double sumBound(std::size_t terms) {
    return 8 * kRounding * std::sqrt(static_cast<double>(terms));
}

/// What compare() compares.
struct Shape {
    const char* name;
    std::size_t rows, columns;
};
// Of SmolLM2-135M, Llama-3.2-1B and Llama-3.1-8B the widths that matter, few rows of them; and odd ones.
constexpr Shape kShapes[] = {
    {"smol_down", 96, 1536},     {"smol_q", 100, 576},    {"llama1b_q", 64, 2048}, {"llama8b_q", 40, 4096},
    {"llama8b_down", 33, 14336}, {"wide_run", 32, 16384}, {"odd", 37, 72},         {"tiny", 5, 8}};

/// Products of `tokens` rows and some rows of the matrix, at each level.
Results productsAndRows(Backend& backend, const RandomStack& stack, const std::vector<unsigned>& levels,
                        const std::vector<std::size_t>& tokens, double spread = 1) {
    const MatrixInfo& info = stack.info();
    const MatrixId matrix = *backend.addMatrix(stack.stack(), 0);
    const BufferId x = *backend.addBuffer(info.columns, BufferRows::Tokens);
    const BufferId y = *backend.addBuffer(info.rows, BufferRows::Tokens);
    Results results;
    for (const std::size_t count : tokens) {
        EXPECT_TRUE(backend.reserveTokens(std::max<std::size_t>(count, 3), 1));
        for (const unsigned level : levels) {
            const std::string where = "level " + std::to_string(level) + ", " + std::to_string(count) + " tokens, " +
                                      std::to_string(info.rows) + " x " + std::to_string(info.columns);
            EXPECT_TRUE(backend.use(stack.schedule(level)));
            backend.write(x, 0, randomValues(count * info.columns, 5, spread));
            const ProductJob job{matrix, y};
            backend.products({&job, 1}, x, count);
            results.emplace_back("product at " + where, Values(count * info.rows));
            EXPECT_TRUE(backend.read(y, 0, results.back().second));
            const std::array<TokenId, 3> ids{0, static_cast<TokenId>(info.rows - 1),
                                             static_cast<TokenId>(info.rows / 2)};
            backend.embed(matrix, ids, 3, x);
            results.emplace_back("rows at " + where, Values(ids.size() * info.columns));
            EXPECT_TRUE(backend.read(x, 0, results.back().second));
        }
    }
    return results;
}

TEST_P(Conformance, ProductsAndRowsOfNestedPlanes) {
    for (const Shape& shape : kShapes) {
        SCOPED_TRACE(shape.name);
        const RandomStack stack({.rows = shape.rows, .columns = shape.columns, .levels = 8, .tileRows = 64, .seed = 3});
        const bool isWide = shape.columns > 5000;  // where the scalar reference is slow
        compare(0, [&](Backend& backend) {
            return productsAndRows(backend, stack,
                                   isWide ? std::vector{1U, 4U, 8U} : std::vector{1U, 2U, 3U, 4U, 5U, 6U, 7U, 8U},
                                   isWide ? std::vector{1UL, 3UL} : std::vector{1UL, 3UL, 9UL});
        });
    }
}

TEST_P(Conformance, ProductsOfBitstackBlocks) {
    for (const Shape& shape : kShapes) {
        SCOPED_TRACE(shape.name);
        const bool isWide = shape.columns > 2000;
        const RandomStack stack({.rows = shape.rows,
                                 .columns = shape.columns,
                                 .levels = 10,
                                 .rank = isWide ? 2U : 16U,
                                 .codec = Codec::Bitstack,
                                 .seed = 4});
        compare(0, [&](Backend& backend) {
            Results results = productsAndRows(backend, stack, {1U, 3U, 8U, 10U}, {1UL, 5UL});
            // Rows divide by the channel scales, which a device may round otherwise.
            std::erase_if(results, [](const auto& result) { return result.first.starts_with("rows"); });
            return results;
        });
    }
}

TEST_P(Conformance, RowsOfBitstackBlocks) {
    const RandomStack stack({.rows = 70, .columns = 200, .levels = 10, .rank = 3, .codec = Codec::Bitstack, .seed = 6});
    compare(1e-6, [&](Backend& backend) { return productsAndRows(backend, stack, {1U, 9U}, {1UL}); });
}

TEST_P(Conformance, InputsOfEverySize) {
    // Zero, too small to divide by, small, large: the reference's scales and rounding, bit for bit.
    for (const double spread : {0.0, 1e-33, 1e-20, 1e20}) {
        SCOPED_TRACE(spread);
        const RandomStack stack({.rows = 40, .columns = 576, .levels = 8, .seed = 9});
        compare(0, [&](Backend& backend) { return productsAndRows(backend, stack, {4U, 8U}, {4UL}, spread); });
    }
}

/// Two buffers of random rows, an operator on them, and what it leaves in the first.
Values onRows(Backend& backend, std::size_t width, std::size_t tokens, double spread,
              const std::function<void(BufferId, BufferId)>& run) {
    const BufferId x = *backend.addBuffer(width, BufferRows::Tokens);
    const BufferId y = *backend.addBuffer(width, BufferRows::Tokens);
    EXPECT_TRUE(backend.reserveTokens(tokens, 1));
    backend.write(x, 0, randomValues(width * tokens, 1, spread));
    backend.write(y, 0, randomValues(width * tokens, 2, spread));
    run(x, y);
    Values values(width * tokens);
    EXPECT_TRUE(backend.read(x, 0, values));
    return values;
}

/// The same operator on rows of several widths and spreads.
Results onRowsOfEveryKind(Backend& backend, const std::function<void(BufferId, BufferId, std::size_t)>& run) {
    Results results;
    for (const std::size_t width : {5UL, 576UL, 14336UL})
        for (const double spread : {1.0, 30.0})
            results.emplace_back("width " + std::to_string(width) + ", spread " + std::to_string(spread),
                                 onRows(backend, width, 3, spread, [&](BufferId x, BufferId y) { run(x, y, width); }));
    return results;
}

TEST_P(Conformance, AdditionsAndCopiesAreExact) {
    compare(0, [&](Backend& backend) {
        return onRowsOfEveryKind(backend, [&](BufferId x, BufferId y, std::size_t width) {
            backend.add(x, y, 3);
            backend.addBias(x, *backend.addVector(randomValues(width, 7)), 3);
            backend.copyRows(y, 1, x, 1);
        });
    });
}

TEST_P(Conformance, Norms) {
    compare(sumBound(14336), [&](Backend& backend) {
        return onRowsOfEveryKind(backend, [&](BufferId x, BufferId, std::size_t width) {
            backend.rmsNorm(x, *backend.addVector(randomValues(width, 8)), 1e-5F, x, 3);
        });
    });
    compare(sumBound(64), [&](Backend& backend) {
        const VectorId weight = *backend.addVector(randomValues(64, 8));
        return Results{{"heads", onRows(backend, 4 * 64, 5, 1,
                                        [&](BufferId x, BufferId) { backend.rmsNorm(x, weight, 1e-6F, x, 5); })}};
    });
}

// The largest of 14,336 values is some four times their root mean square, and products of two are sixteen times it.
constexpr double kActivationBound = 64 * 8 * kRounding;

TEST_P(Conformance, Activations) {
    for (const Activation activation : {Activation::Silu, Activation::GeluTanh})
        compare(kActivationBound, [&](Backend& backend) {
            return onRowsOfEveryKind(
                backend, [&](BufferId x, BufferId y, std::size_t) { backend.gate(activation, x, y, x, 3); });
        });
    compare(kActivationBound, [&](Backend& backend) {
        return onRowsOfEveryKind(backend, [&](BufferId x, BufferId, std::size_t) { backend.softcap(x, 30, 3); });
    });
}

TEST_P(Conformance, RotaryEmbeddingIsExact) {
    for (const bool interleaved : {true, false}) {
        compare(0, [&](Backend& backend) {
            std::vector<double> frequencies;
            for (int pair = 0; pair < 24; ++pair) frequencies.push_back(std::pow(10000.0, -pair / 24.0));
            const RopeId rope = *backend.addRope({frequencies, 1.1, interleaved});
            return Results{{"rope", onRows(backend, 4 * 64, 5, 1, [&](BufferId x, BufferId) {
                                backend.rope(rope, x, 4, 64, 1000, 5);
                                backend.rope(rope, x, 2, 64, 1001, 3);
                            })}};
        });
    }
}

struct AttentionCase {
    std::size_t heads, kvHeads, headDim, tokens, before, window;
    float softcap;
};

Values attend(Backend& backend, const AttentionCase& entry) {
    const std::size_t queries = entry.heads * entry.headDim, keys = entry.kvHeads * entry.headDim;
    EXPECT_TRUE(backend.setKvShape({.layers = {{2, 16, 2}, {entry.kvHeads, entry.headDim, entry.heads}}}));
    const BufferId q = *backend.addBuffer(queries, BufferRows::Tokens),
                   out = *backend.addBuffer(queries, BufferRows::Tokens);
    const BufferId k = *backend.addBuffer(keys, BufferRows::Tokens), v = *backend.addBuffer(keys, BufferRows::Tokens);
    const std::size_t all = entry.before + entry.tokens;
    EXPECT_TRUE(backend.reserveTokens(all, 1));
    EXPECT_TRUE(backend.reserveKv(all));
    backend.write(q, 0, randomValues(queries * entry.tokens, 1));
    backend.write(k, 0, randomValues(keys * all, 2));
    backend.write(v, 0, randomValues(keys * all, 3));
    backend.storeKv(1, k, v, 0, all);
    const AttentionShape shape{.layer = 1,
                               .heads = entry.heads,
                               .window = entry.window,
                               .scale = 1 / std::sqrt(static_cast<float>(entry.headDim)),
                               .softcap = entry.softcap};
    backend.attention(shape, q, out, entry.before, entry.tokens);
    Values values(queries * entry.tokens);
    EXPECT_TRUE(backend.read(out, 0, values));
    return values;
}

TEST_P(Conformance, AttentionOverThePagedCache) {
    for (const AttentionCase& entry : {AttentionCase{9, 3, 64, 1, 0, 0, 0}, AttentionCase{9, 3, 64, 5, 300, 0, 0},
                                       AttentionCase{32, 8, 128, 2, 70, 0, 0}, AttentionCase{4, 4, 96, 3, 520, 100, 0},
                                       AttentionCase{8, 4, 256, 2, 40, 0, 50}, AttentionCase{2, 1, 512, 2, 2100, 0, 0},
                                       AttentionCase{3, 1, 10, 7, 250, 6, 0}}) {
        SCOPED_TRACE(std::to_string(entry.heads) + " heads after " + std::to_string(entry.before));
        compare(sumBound(entry.headDim + entry.before + entry.tokens),
                [&](Backend& backend) { return Results{{"attention", attend(backend, entry)}}; });
    }
}

/// Of every size of row and count, with equal values, zeros of both signs, infinities and NaN among them.
TEST_P(Conformance, TheLargestOfARowAreRanked) {
    constexpr float kInfinity = std::numeric_limits<float>::infinity(), kNan = std::numeric_limits<float>::quiet_NaN();
    struct Row {
        const char* name;
        Values values;
    };
    Values coarse = randomValues(49152, 21), tiny = randomValues(3, 22), odd = randomValues(5001, 23);
    for (float& value : coarse) value = std::round(value * 8) / 8;
    odd[7] = kNan;
    odd[4000] = kInfinity;
    odd[4001] = -kInfinity;
    Values zeros(300, -0.0F);
    for (std::size_t at = 0; at < zeros.size(); at += 3) zeros[at] = 0;
    const Row entries[] = {{"coarse", coarse},
                           {"tiny", tiny},
                           {"odd", odd},
                           {"zeros", zeros},
                           {"equal", Values(3000, 1.5F)},  // more than a device lists
                           {"falling", Values(2000, -kInfinity)},
                           {"no_numbers", Values(100, kNan)}};
    for (const auto& [name, values] : entries) {
        SCOPED_TRACE(name);
        compare(0, [&](Backend& backend) {
            const BufferId x = *backend.addBuffer(values.size() + 5, BufferRows::Tokens);
            EXPECT_TRUE(backend.reserveTokens(3, 1));
            Values padded = values;
            padded.resize(values.size() + 5, 1e30F);  // not asked for
            backend.write(x, 2, padded);
            Results results;
            for (const std::size_t count : {1UL, 2UL, 40UL, 64UL}) {
                Values room(padded.size()), ranked;
                const auto best = backend.largest(x, 2, values.size(), count, room);
                EXPECT_TRUE(best) << best.error().message();
                for (const RankedValue& entry : *best)
                    ranked.insert(ranked.end(), {entry.value, static_cast<float>(entry.index)});
                results.emplace_back("the " + std::to_string(count) + " largest", ranked);
            }
            return results;
        });
    }
}

/// Routes of seven experts' tokens, what they add up to, and that scaled: float for float, but for the gate's
/// exponential.
TEST_P(Conformance, RoutesAreTheProcessors) {
    for (const bool normalised : {true, false}) {
        compare(sumBound(8), [&](Backend& backend) {
            const std::size_t width = 200, experts = 21, used = 3, tokens = 6;
            const Values weights = randomValues(experts * width, 11);
            const RouterId router = *backend.addRouter(weights, {experts, used, normalised});
            const BufferId x = *backend.addBuffer(width, BufferRows::Tokens),
                           out = *backend.addBuffer(width, BufferRows::Tokens);
            const BufferId routed = *backend.addBuffer(width, BufferRows::Routes);
            EXPECT_TRUE(backend.reserveTokens(tokens, 1));
            backend.write(x, 0, randomValues(tokens * width, 12));
            backend.write(routed, 0, randomValues(tokens * used * width, 13));
            backend.route(router, x, tokens);
            backend.combineRoutes(routed, out, tokens);
            Results results{{"combined", Values(tokens * width)}, {"scaled", Values(tokens * width)}};
            EXPECT_TRUE(backend.read(out, 0, results[0].second));
            backend.scaleByGate(out, *backend.addVector(randomValues(width, 14)), x, tokens);
            EXPECT_TRUE(backend.read(out, 0, results[1].second));
            return results;
        });
    }
}

INSTANTIATE_TEST_SUITE_P(Paths, Conformance, testing::ValuesIn(kPathCases),
                         [](const auto& chosen) { return std::string(chosen.param.name); });

}  // namespace
}  // namespace strata::test
