#include "core/base/half.h"
#include "core/codec/bitstack_codec.h"
#include "tests/core/codec/sample_matrix.h"

#include <cmath>
#include <limits>
#include <thread>

#include <gtest/gtest.h>

namespace strata {
namespace {

std::vector<float> identity(std::size_t size) {
    std::vector<float> matrix(size * size, 0.0F);
    for (std::size_t column = 0; column < size; ++column) matrix[column * (size + 1)] = 1;
    return matrix;
}

TEST(Bitstack, ErrorsAreThoseOfTheDecodedMatrixAndFall) {
    for (const auto& [rows, columns, rank] : {std::tuple<std::size_t, std::size_t, unsigned>{96, 40, 16},
                                              {40, 96, 4},
                                              {17, 24, 16},
                                              {5, 3, 16},
                                              {1, 1, 1},
                                              {300, 64, 1}}) {
        const test::SampleMatrix sample = test::sampleMatrix(rows, columns, 2 * columns + 5, 7);
        const auto matrix = encodeBitstack(sample.weights, rows, columns, sample.hessian,
                                           {.rank = rank, .blocks = 5, .seed = 1, .powerIterations = 4});
        ASSERT_TRUE(matrix) << matrix.error().message();
        ASSERT_EQ(matrix->blocks.size(), 5U);
        std::vector<float> decoded(rows * columns);
        for (unsigned level = 0; level <= 5; ++level) {
            decodeBitstack(*matrix, rows, columns, level, decoded);
            const double actual = test::hessianError(decoded, sample.weights, sample.hessian, columns);
            EXPECT_NEAR(matrix->error[level], actual, 2e-3 * actual + 1e-9 * matrix->error[0]) << level;
            if (level > 0) {
                EXPECT_LT(matrix->error[level], matrix->error[level - 1]);
            }
        }
        for (const BitstackBlock& block : matrix->blocks) {
            EXPECT_EQ(block.u.size(), rank * rows);
            EXPECT_EQ(block.v.size(), rank * columns);
            for (const float value : block.u) ASSERT_EQ(value, toFloat(toHalf(value)));
            for (const float value : block.v) ASSERT_EQ(value, toFloat(toHalf(value)));
        }
    }
}

TEST(Bitstack, FactorsAreBalanced) {
    const test::SampleMatrix sample = test::sampleMatrix(256, 32, 100, 3);
    const auto matrix = encodeBitstack(sample.weights, 256, 32, sample.hessian, {});
    ASSERT_TRUE(matrix);
    double u = 0, v = 0;
    for (std::size_t row = 0; row < 256; ++row) u += std::pow(matrix->blocks[0].u[row], 2) / 256;
    for (std::size_t column = 0; column < 32; ++column) v += std::pow(matrix->blocks[0].v[column], 2) / 32;
    EXPECT_NEAR(u / v, 1, 0.01);
}

TEST(Bitstack, WithoutStatisticsErrorsArePlainSquares) {
    const test::SampleMatrix sample = test::sampleMatrix(60, 48, 10, 4);
    const auto matrix =
        encodeBitstack(sample.weights, 60, 48, {}, {.rank = 8, .blocks = 4, .seed = 1, .powerIterations = 4});
    ASSERT_TRUE(matrix);
    for (const float scale : matrix->channelScales) EXPECT_EQ(scale, 1);
    std::vector<float> decoded(sample.weights.size());
    decodeBitstack(*matrix, 60, 48, 4, decoded);
    const double actual = test::hessianError(decoded, sample.weights, identity(48), 48);
    EXPECT_NEAR(matrix->error[4], actual, 1e-3 * actual);
}

TEST(Bitstack, RepeatedAndConcurrentCallsGiveTheSameBytes) {
    const test::SampleMatrix sample = test::sampleMatrix(64, 80, 160, 5);
    const BitstackOptions options{.rank = 16, .blocks = 3, .seed = 9, .powerIterations = 4};
    const auto encode = [&] { return *encodeBitstack(sample.weights, 64, 80, sample.hessian, options); };
    const BitstackMatrix first = encode();
    std::vector<BitstackMatrix> others(3);
    {
        std::vector<std::jthread> threads;
        for (BitstackMatrix& other : others) threads.emplace_back([&] { other = encode(); });
    }
    for (const BitstackMatrix& other : others) {
        EXPECT_EQ(first.error, other.error);
        for (std::size_t block = 0; block < 3; ++block) {
            EXPECT_EQ(first.blocks[block].signs, other.blocks[block].signs);
            EXPECT_EQ(first.blocks[block].u, other.blocks[block].u);
            EXPECT_EQ(first.blocks[block].v, other.blocks[block].v);
        }
    }
}

TEST(Bitstack, ZerosStayZeros) {
    const std::vector<float> zeros(20 * 30, 0.0F);
    const auto matrix = encodeBitstack(zeros, 20, 30, {}, {});
    ASSERT_TRUE(matrix) << matrix.error().message();
    std::vector<float> decoded(zeros.size(), 1.0F);
    decodeBitstack(*matrix, 20, 30, 16, decoded);
    EXPECT_EQ(decoded, zeros);
}

TEST(Bitstack, BadInputIsAnError) {
    const test::SampleMatrix sample = test::sampleMatrix(20, 24, 50, 6);
    const auto code = [](const std::vector<float>& weights, const std::vector<float>& hessian,
                         BitstackOptions options) {
        const auto result = encodeBitstack(weights, 20, 24, hessian, options);
        EXPECT_FALSE(result);
        return result ? ErrorCode::Cancelled : result.error().code;
    };
    for (const float bad : {std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity()}) {
        std::vector<float> weights = sample.weights, hessian = sample.hessian;
        weights[3] = bad;
        hessian[1] = bad;
        EXPECT_EQ(code(weights, sample.hessian, {}), ErrorCode::Corrupt);
        EXPECT_EQ(code(sample.weights, hessian, {}), ErrorCode::Corrupt);
    }
    std::vector<float> large = sample.weights;
    large[0] = 1e12F;
    EXPECT_EQ(code(large, sample.hessian, {}), ErrorCode::Unsupported);
    EXPECT_EQ(code(std::vector<float>(7), {}, {}), ErrorCode::InvalidArgument);
    EXPECT_EQ(code(sample.weights, std::vector<float>(7), {}), ErrorCode::InvalidArgument);
    EXPECT_EQ(code(sample.weights, {}, {.rank = 0, .blocks = 1, .seed = 1, .powerIterations = 4}),
              ErrorCode::InvalidArgument);
    EXPECT_EQ(code(sample.weights, {}, {.rank = 4, .blocks = 0, .seed = 1, .powerIterations = 4}),
              ErrorCode::InvalidArgument);
}

}  // namespace
}  // namespace strata
