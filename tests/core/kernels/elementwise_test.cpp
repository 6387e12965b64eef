// Norm, RoPE, activations, conversions: every table against double arithmetic, within bounds from the inputs.
#include "tests/core/kernels/kernel_fixture.h"

#include <bit>

namespace strata::test {
namespace {

constexpr std::size_t kSizes[] = {1, 7, 8, 15, 16, 17, 33, 576, 1536, 2049};

using Elementwise = EveryKernel;

TEST_P(Elementwise, RmsNorm) {
    for (const std::size_t n : kSizes) {
        Random random(n);
        const std::vector<float> x = randomFloats(random, n, 3);
        const std::vector<float> weight = randomFloats(random, n);
        std::vector<float> y(n + 1, 99.0F);
        kernels().rmsNorm(x.data(), weight.data(), 1e-5F, y.data(), n);
        double squares = 0;
        for (const float value : x) squares += static_cast<double>(value) * static_cast<double>(value);
        const double inverse = 1 / std::sqrt(squares / static_cast<double>(n) + 1e-5);
        for (std::size_t index = 0; index < n; ++index) {
            const double expected = static_cast<double>(x[index]) * inverse * static_cast<double>(weight[index]);
            ASSERT_NEAR(y[index], expected, 2e-6 * std::fabs(expected)) << n;
        }
        EXPECT_EQ(y[n], 99.0F);
    }
}

TEST_P(Elementwise, RopeRotatesPairs) {
    for (const bool interleaved : {false, true}) {
        for (const std::size_t pairs : {1U, 5U, 16U, 32U, 40U}) {
            Random random(pairs);
            const std::vector<float> x = randomFloats(random, 2 * pairs);
            std::vector<float> cosSin(2 * pairs);
            for (std::size_t pair = 0; pair < pairs; ++pair) {
                cosSin[2 * pair] = std::cos(static_cast<float>(pair));
                cosSin[2 * pair + 1] = std::sin(static_cast<float>(pair));
            }
            std::vector<float> y = x;
            kernels().rope(y.data(), cosSin.data(), pairs, interleaved);
            for (std::size_t pair = 0; pair < pairs; ++pair) {
                const std::size_t first = interleaved ? 2 * pair : pair;
                const std::size_t second = interleaved ? first + 1 : first + pairs;
                ASSERT_NEAR(y[first], x[first] * cosSin[2 * pair] - x[second] * cosSin[2 * pair + 1], 1e-6);
                ASSERT_NEAR(y[second], x[first] * cosSin[2 * pair + 1] + x[second] * cosSin[2 * pair], 1e-6);
            }
        }
    }
}

TEST_P(Elementwise, GatedActivations) {
    for (const std::size_t n : kSizes) {
        Random random(n);
        std::vector<float> gate = randomFloats(random, n, 4);
        gate[0] = -95.0F;
        if (n > 2) gate[1] = 200.0F;
        if (n > 2) gate[2] = 0.0F;
        const std::vector<float> up = randomFloats(random, n);
        std::vector<float> silu(n + 1, 99.0F);
        std::vector<float> gelu(n + 1, 99.0F);
        kernels().siluMultiply(gate.data(), up.data(), silu.data(), n);
        kernels().geluMultiply(gate.data(), up.data(), gelu.data(), n);
        for (std::size_t index = 0; index < n; ++index) {
            const double g = static_cast<double>(gate[index]);
            const double u = static_cast<double>(up[index]);
            const double bound = 1e-6 * std::fabs(g * u) + 1e-36;
            ASSERT_NEAR(silu[index], g / (1 + std::exp(-g)) * u, bound) << g;
            ASSERT_NEAR(gelu[index], 0.5 * g * (1 + std::tanh(0.7978845608028654 * (g + 0.044715 * g * g * g))) * u,
                        bound)
                << g;
        }
        EXPECT_EQ(silu[n], 99.0F);
        EXPECT_EQ(gelu[n], 99.0F);
    }
}

/// silu(x) = x / (1 + exp(-x)) gives exp back where it dominates: the stated accuracy of each table's exponential.
TEST_P(Elementwise, ExponentialIsAccurateToThreeTenMillionths) {
    double worst = 0;
    for (int step = 0; step < 200000; ++step) {
        const float x = -20.0F - 0.0003F * static_cast<float>(step);
        const float one = 1.0F;
        float y = 0;
        kernels().siluMultiply(&x, &one, &y, 1);
        const double expected = static_cast<double>(x) / (1 + std::exp(-static_cast<double>(x)));
        worst = std::max(worst, std::fabs(static_cast<double>(y) / expected - 1));
    }
    EXPECT_LT(worst, 5e-7);  // exp's 3e-7, the sum's and the division's rounding
}

TEST_P(Elementwise, AddAndToHalfAreExact) {
    for (const std::size_t n : kSizes) {
        Random random(n);
        const std::vector<float> x = randomFloats(random, n, 100);
        std::vector<float> sum = randomFloats(random, n);
        const std::vector<float> before = sum;
        kernels().add(sum.data(), x.data(), n);
        std::vector<Half> halves(n + 1, Half{77});
        kernels().toHalf(x.data(), halves.data(), n);
        for (std::size_t index = 0; index < n; ++index) {
            ASSERT_EQ(sum[index], before[index] + x[index]);
            ASSERT_EQ(halves[index], toHalf(x[index]));
        }
        EXPECT_EQ(halves[n], Half{77});
    }
}

TEST_P(Elementwise, ToHalfRoundsEveryKindOfValueAsTheReferenceDoes) {
    std::vector<float> x = {0.0F,   -0.0F, 65504.0F, 65519.0F, 65520.0F,      1e30F,
                            -1e30F, 6e-8F, 2.9e-8F,  1e-40F,   1.00048828125F};
    Random random(1);
    for (int index = 0; index < 20000; ++index) {
        const float value = std::bit_cast<float>(static_cast<std::uint32_t>(random.next()));
        if (!std::isnan(value)) x.push_back(value);
    }
    std::vector<Half> halves(x.size());
    kernels().toHalf(x.data(), halves.data(), x.size());
    for (std::size_t index = 0; index < x.size(); ++index) ASSERT_EQ(halves[index], toHalf(x[index])) << x[index];
}

TEST_P(Elementwise, LogSumExp) {
    for (const std::size_t n : kSizes) {
        Random random(n);
        for (const float offset : {0.0F, 500.0F, -500.0F}) {
            std::vector<float> x = randomFloats(random, n, 5);
            for (float& value : x) value += offset;
            double sum = 0;
            for (const float value : x) sum += std::exp(static_cast<double>(value) - static_cast<double>(offset));
            ASSERT_NEAR(kernels().logSumExp(x.data(), n), std::log(sum) + static_cast<double>(offset), 1e-6) << n;
        }
    }
}

STRATA_FOR_EVERY_KERNEL(Elementwise);

}  // namespace
}  // namespace strata::test
