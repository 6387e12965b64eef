#include "core/base/half.h"
#include "core/codec/nested_codec.h"
#include "core/codec/row_lanes.h"
#include "core/codec/search_kernels.h"
#include "tests/core/codec/sample_matrix.h"

#include <cmath>
#include <cstdlib>
#include <limits>
#include <numeric>
#include <thread>

#include <gtest/gtest.h>

namespace strata {
namespace {

constexpr float kNan = std::numeric_limits<float>::quiet_NaN();
constexpr float kInfinity = std::numeric_limits<float>::infinity();

struct Encoded {
    test::SampleMatrix sample;
    Rotation rotation;
    InputStatistics statistics;
};

Encoded prepared(std::size_t rows, std::size_t columns, std::size_t tokens, std::uint64_t seed) {
    Encoded encoded{test::sampleMatrix(rows, columns, tokens, seed), Rotation::random(columns, seed), {}};
    auto statistics = prepareStatistics(encoded.sample.hessian, encoded.rotation);
    EXPECT_TRUE(statistics) << statistics.error().message();
    encoded.statistics = std::move(*statistics);
    return encoded;
}

/// What decodeNested gives must have the errors that encodeNested states.
void expectErrorsAsStated(const test::SampleMatrix& sample, const Rotation& rotation, const NestedMatrix& matrix,
                          std::span<const float> hessian) {
    const auto planes = static_cast<unsigned>(matrix.error.size() - 1);
    const auto tables = levelTables(planes);
    std::vector<float> decoded(sample.weights.size());
    for (unsigned level = 0; level <= planes; ++level) {
        decodeNested(matrix, level, tables, rotation, decoded);
        const double actual = test::hessianError(decoded, sample.weights, hessian, sample.columns);
        EXPECT_NEAR(matrix.error[level], actual, 2e-3 * actual + 1e-8 * matrix.error[0]) << "level " << level;
    }
}

std::vector<float> identity(std::size_t size) {
    std::vector<float> matrix(size * size, 0.0F);
    for (std::size_t column = 0; column < size; ++column) matrix[column * (size + 1)] = 1;
    return matrix;
}

TEST(LevelTables, ValuesFollowTheTree) {
    const auto tree = gaussianTree(8);
    const auto tables = levelTables(8);
    for (unsigned level = 1; level <= 8; ++level) {
        const LevelTable& table = tables[level - 1];
        EXPECT_EQ(table.planes, level);
        const float unit = table.step * (level <= 6 ? 256.0F : 1.0F);
        for (unsigned code = 0; code < 1U << level; ++code) {
            if (level <= 6) {
                EXPECT_EQ(table.low[code], 0);
            }
            EXPECT_GE(table.high[code], -127);
            if (code > 0) {
                EXPECT_GT(levelValue(table, code), levelValue(table, code - 1));
            }
            const bool outermost = code == 0 || code + 1 == 1U << level;
            EXPECT_NEAR(levelValue(table, code), tree[level - 1][code], outermost ? 0.4 : 0.51 * unit)
                << "level " << level << " code " << code;
            EXPECT_EQ(levelValue(table, code), -levelValue(table, (1U << level) - 1 - code));
        }
    }
}

TEST(RowLanes, RotateAsTheRotationItself) {
    for (const std::size_t columns : {1U, 24U, 64U, 576U}) {
        const Rotation rotation = Rotation::random(columns, 4);
        const std::vector<double> seeds = test::normals(12, 5 * columns);
        std::vector<float> rows(seeds.begin(), seeds.end()), tile(columns * kRowLanes), back(rows.size());
        gatherRows(rows.data(), columns, 5, columns, tile.data());
        rotateTile(rotation, tile.data());
        for (std::size_t row = 0; row < 5; ++row) {
            std::vector<float> expected(&rows[row * columns], &rows[row * columns] + columns);
            rotation.apply(expected);
            for (std::size_t column = 0; column < columns; ++column)
                EXPECT_NEAR(tile[column * kRowLanes + row], expected[column], 1e-5);
        }
        rotateTileInverse(rotation, tile.data());
        scatterRows(tile.data(), columns, 5, columns, back.data());
        for (std::size_t index = 0; index < rows.size(); ++index) EXPECT_NEAR(back[index], rows[index], 1e-5);
    }
}

TEST(Statistics, FactorInvertsTheHessian) {
    const Encoded encoded = prepared(4, 40, 200, 3);
    const auto& [columns, hessian, factor, damping] = encoded.statistics;
    for (std::size_t row = 0; row < columns; ++row)
        for (std::size_t column = 0; column < columns; ++column) {
            if (column < row) {
                EXPECT_EQ(factor[row * columns + column], 0);
            }
            // U H U^T = I when U^T U = H^-1.
            double sum = 0;
            for (std::size_t j = row; j < columns; ++j)
                for (std::size_t k = column; k < columns; ++k)
                    sum += static_cast<double>(factor[row * columns + j]) *
                           static_cast<double>(hessian[j * columns + k]) *
                           static_cast<double>(factor[column * columns + k]);
            EXPECT_NEAR(sum, row == column ? 1 : 0, 2e-3);
        }
}

TEST(Statistics, OnlyTheUpperTriangleIsRead) {
    const test::SampleMatrix sample = test::sampleMatrix(2, 24, 50, 9);
    std::vector<float> upper = sample.hessian;
    for (std::size_t row = 0; row < 24; ++row)
        for (std::size_t column = 0; column < row; ++column) upper[row * 24 + column] = kNan;
    const Rotation rotation = Rotation::random(24, 9);
    const auto full = prepareStatistics(sample.hessian, rotation), half = prepareStatistics(upper, rotation);
    ASSERT_TRUE(full && half);
    EXPECT_EQ(full->hessian, half->hessian);
    EXPECT_EQ(full->feedbackFactor, half->feedbackFactor);
}

TEST(Statistics, BadInputIsAnError) {
    const Rotation rotation = Rotation::random(24, 1);
    for (const float bad : {kNan, kInfinity, -kInfinity}) {
        std::vector<float> hessian = identity(24);
        hessian[5] = bad;
        const auto result = prepareStatistics(hessian, rotation);
        ASSERT_FALSE(result);
        EXPECT_EQ(result.error().code, ErrorCode::Corrupt);
    }
    EXPECT_EQ(prepareStatistics(std::vector<float>(23), rotation).error().code, ErrorCode::InvalidArgument);
    std::vector<float> negative = identity(24);
    for (float& value : negative) value = -value;
    EXPECT_EQ(prepareStatistics(negative, rotation).error().code, ErrorCode::Corrupt);
}

TEST(Nested, ErrorsAreThoseOfTheDecodedMatrix) {
    using Shape = std::pair<std::size_t, std::size_t>;
    for (const auto& [rows, columns] : {Shape{37, 40}, Shape{16, 576}, Shape{50, 24}, Shape{20, 300}, Shape{3, 8}}) {
        const Encoded encoded = prepared(rows, columns, 2 * columns + 8, 11);
        for (unsigned planes = 1; planes <= 8; ++planes) {
            const auto matrix = encodeNested(encoded.sample.weights, columns, encoded.rotation, encoded.statistics,
                                             {.planes = planes, .descentPasses = planes % 3, .prefixWeights = {}});
            ASSERT_TRUE(matrix) << matrix.error().message();
            ASSERT_EQ(matrix->codes.size(), rows * columns);
            ASSERT_EQ(matrix->rowScales.size(), rows * planes);
            for (const std::uint8_t code : matrix->codes) ASSERT_LT(code, 1U << planes);
            for (const float scale : matrix->rowScales) ASSERT_EQ(scale, toFloat(toHalf(scale)));
            expectErrorsAsStated(encoded.sample, encoded.rotation, *matrix, encoded.sample.hessian);
        }
    }
}

TEST(Nested, EveryPlaneAndEveryPassLowersTheError) {
    const Encoded encoded = prepared(64, 192, 600, 21);
    std::vector<std::vector<double>> errors;
    for (unsigned passes = 0; passes <= 3; ++passes) {
        const auto matrix = encodeNested(encoded.sample.weights, 192, encoded.rotation, encoded.statistics,
                                         {.planes = 6, .descentPasses = passes, .prefixWeights = {}});
        ASSERT_TRUE(matrix);
        for (unsigned level = 1; level <= 6; ++level) EXPECT_LT(matrix->error[level], matrix->error[level - 1]);
        errors.push_back(matrix->error);
    }
    for (unsigned level = 1; level <= 6; ++level) EXPECT_LT(errors[2][level], errors[0][level]) << level;
}

TEST(Nested, PrefixWeightsTradeOnePrefixForAnother) {
    const Encoded encoded = prepared(64, 128, 400, 5);
    const auto error = [&](std::vector<float> weights) {
        return encodeNested(encoded.sample.weights, 128, encoded.rotation, encoded.statistics,
                            {.planes = 5, .descentPasses = 2, .prefixWeights = std::move(weights)})
            ->error;
    };
    const auto plain = error({}), ones = error({1, 1, 1, 1, 1}), second = error({1, 20, 1, 1, 1});
    EXPECT_EQ(plain, ones);
    EXPECT_LT(second[2], plain[2]);
    EXPECT_GT(second[4], plain[4]);
}

TEST(Nested, RepeatedAndConcurrentCallsGiveTheSameBytes) {
    const Encoded encoded = prepared(100, 320, 700, 8);
    const NestedOptions options{.planes = 6, .descentPasses = 2, .prefixWeights = {}};
    const auto encode = [&] {
        return *encodeNested(encoded.sample.weights, 320, encoded.rotation, encoded.statistics, options);
    };
    const NestedMatrix first = encode();
    std::vector<NestedMatrix> others(4);
    {
        std::vector<std::jthread> threads;
        for (NestedMatrix& other : others) threads.emplace_back([&] { other = encode(); });
    }
    for (const NestedMatrix& other : others) {
        EXPECT_EQ(first.codes, other.codes);
        EXPECT_EQ(first.rowScales, other.rowScales);
        EXPECT_EQ(first.error, other.error);
    }
}

TEST(Nested, AllInstructionSetsEncodeAlike) {
    const Encoded encoded = prepared(48, 160, 400, 15);
    for (unsigned planes : {1U, 4U, 6U, 8U}) {
        std::vector<double> expected;
        for (const char* name : {"portable", "avx2", "avx512"}) {
            if (search::searchKernelsNamed(name) == nullptr) continue;
            setenv("STRATA_SEARCH", name, 1);
            const auto matrix = encodeNested(encoded.sample.weights, 160, encoded.rotation, encoded.statistics,
                                             {.planes = planes, .descentPasses = 2, .prefixWeights = {}});
            unsetenv("STRATA_SEARCH");
            ASSERT_TRUE(matrix);
            if (expected.empty()) expected = matrix->error;
            // Rounding differs, and with it the choice between nearly equal codes.
            for (unsigned level = 0; level <= planes; ++level)
                EXPECT_NEAR(matrix->error[level], expected[level], 5e-3 * expected[level]) << name << " " << level;
        }
    }
}

TEST(Nested, FirstChoiceIsTheBestCode) {
    // Under an identity H without feedback a code is chosen by itself: compare with a search through all codes.
    constexpr std::size_t kColumns = 32;
    const test::SampleMatrix sample = test::sampleMatrix(33, kColumns, 64, 77);
    const Rotation rotation(std::vector<std::int8_t>(kColumns, 1));
    constexpr double kExpectedError[] = {0.3634, 0.1175, 0.0349, 0.0098, 0.0027, 0.00075, 0.0002, 0.00006};
    for (unsigned planes = 1; planes <= 8; ++planes) {
        const auto tables = levelTables(planes);
        const auto matrix = encodeNested(sample.weights, kColumns, rotation, InputStatistics{},
                                         {.planes = planes, .descentPasses = 0, .prefixWeights = {}});
        ASSERT_TRUE(matrix);
        std::size_t worse = 0;
        for (std::size_t row = 0; row < sample.rows; ++row) {
            std::vector<float> rotated(&sample.weights[row * kColumns], &sample.weights[row * kColumns] + kColumns);
            rotation.apply(rotated);
            const double norm =
                std::sqrt(std::inner_product(rotated.begin(), rotated.end(), rotated.begin(), 0.0) / kColumns);
            for (std::size_t column = 0; column < kColumns; ++column) {
                const auto cost = [&](unsigned code) {
                    double sum = 0;
                    for (unsigned level = 1; level <= planes; ++level) {
                        const double error =
                            static_cast<double>(rotated[column]) / norm -
                            static_cast<double>(levelValue(tables[level - 1], code >> (planes - level)));
                        sum += error * error / std::sqrt(kExpectedError[level - 1]);
                    }
                    return sum;
                };
                double least = cost(0);
                for (unsigned code = 1; code < 1U << planes; ++code) least = std::min(least, cost(code));
                worse += cost(matrix->codes[row * kColumns + column]) > least * (1 + 1e-4) + 1e-5;
            }
        }
        EXPECT_EQ(worse, 0U) << planes;
    }
}

TEST(Nested, WithoutStatisticsErrorsArePlainSquares) {
    const test::SampleMatrix sample = test::sampleMatrix(200, 576, 10, 30);
    const Rotation rotation = Rotation::random(576, 30);
    const auto matrix = encodeNested(sample.weights, 576, rotation, InputStatistics{},
                                     {.planes = 8, .descentPasses = 1, .prefixWeights = {}});
    ASSERT_TRUE(matrix);
    expectErrorsAsStated(sample, rotation, *matrix, identity(576));
    constexpr double kNearOptimal[] = {0.3634, 0.1175, 0.0349, 0.0098, 0.0027, 0.00075, 0.0002, 0.00006};
    for (unsigned level = 1; level <= 8; ++level)
        EXPECT_LT(matrix->error[level] / matrix->error[0], 1.35 * kNearOptimal[level - 1]) << level;
}

TEST(Nested, DiagonalStatisticsWeighTheErrors) {
    // The rotation's blocks are single columns, so that a diagonal H stays one and both views can be compared.
    constexpr std::size_t kColumns = 25;
    const test::SampleMatrix sample = test::sampleMatrix(30, kColumns, 60, 31);
    std::vector<float> diagonal(kColumns), full(kColumns * kColumns, 0.0F);
    for (std::size_t column = 0; column < kColumns; ++column)
        full[column * (kColumns + 1)] = diagonal[column] = static_cast<float>(column + 1);
    const Rotation rotation = Rotation::random(kColumns, 31);
    InputStatistics separable{.columns = kColumns, .hessian = diagonal, .feedbackFactor = {}, .damping = 0};
    InputStatistics square{.columns = kColumns, .hessian = full, .feedbackFactor = {}, .damping = 0};
    const NestedOptions options{.planes = 6, .descentPasses = 2, .prefixWeights = {}};
    const auto fast = encodeNested(sample.weights, kColumns, rotation, separable, options);
    const auto slow = encodeNested(sample.weights, kColumns, rotation, square, options);
    ASSERT_TRUE(fast && slow);
    expectErrorsAsStated(sample, rotation, *fast, full);
    for (unsigned level = 0; level <= 6; ++level)
        EXPECT_NEAR(fast->error[level], slow->error[level], 5e-3 * slow->error[level]) << level;
}

TEST(Nested, ZeroAndConstantRowsAndTinyOnes) {
    Encoded encoded = prepared(8, 64, 300, 41);
    for (std::size_t column = 0; column < 64; ++column) {
        encoded.sample.weights[column] = 0;
        encoded.sample.weights[64 + column] = 0.5F;
        encoded.sample.weights[128 + column] *= 1e-6F;
        encoded.sample.weights[192 + column] = 1e-40F;
    }
    const auto matrix = encodeNested(encoded.sample.weights, 64, encoded.rotation, encoded.statistics, {});
    ASSERT_TRUE(matrix) << matrix.error().message();
    for (unsigned plane = 0; plane < 6; ++plane) EXPECT_EQ(matrix->rowScales[plane * 8], 0);
    for (const double error : matrix->error) EXPECT_TRUE(std::isfinite(error));
    expectErrorsAsStated(encoded.sample, encoded.rotation, *matrix, encoded.sample.hessian);
}

TEST(Nested, OneColumn) {
    const Encoded encoded = prepared(3, 1, 10, 43);
    const auto matrix = encodeNested(encoded.sample.weights, 1, encoded.rotation, encoded.statistics, {});
    ASSERT_TRUE(matrix) << matrix.error().message();
    std::vector<float> decoded(3);
    decodeNested(*matrix, 6, levelTables(6), encoded.rotation, decoded);
    // The row's scale alone is exact, up to binary16.
    for (std::size_t row = 0; row < 3; ++row)
        EXPECT_NEAR(decoded[row], encoded.sample.weights[row], 1e-3 * std::abs(encoded.sample.weights[row]));
}

TEST(Nested, AMatrixOfZerosIsExact) {
    const Encoded encoded = prepared(5, 40, 90, 42);
    const std::vector<float> zeros(5 * 40, 0.0F);
    const auto matrix = encodeNested(zeros, 40, encoded.rotation, encoded.statistics, {});
    ASSERT_TRUE(matrix);
    for (const double error : matrix->error) EXPECT_EQ(error, 0);
    std::vector<float> decoded(zeros.size(), 1.0F);
    decodeNested(*matrix, 6, levelTables(6), encoded.rotation, decoded);
    EXPECT_EQ(decoded, zeros);
}

TEST(Nested, RankDeficientStatistics) {
    const Encoded few = prepared(24, 96, 7, 51);  // 7 tokens, 96 columns
    const auto matrix = encodeNested(few.sample.weights, 96, few.rotation, few.statistics, {});
    ASSERT_TRUE(matrix);
    expectErrorsAsStated(few.sample, few.rotation, *matrix, few.sample.hessian);
    EXPECT_LT(matrix->error[4], 0.01 * matrix->error[0]);

    const auto none = prepareStatistics(std::vector<float>(96 * 96, 0.0F), few.rotation);
    ASSERT_TRUE(none) << none.error().message();
    const auto blind = encodeNested(few.sample.weights, 96, few.rotation, *none, {});
    ASSERT_TRUE(blind) << blind.error().message();
    std::vector<float> decoded(few.sample.weights.size());
    decodeNested(*blind, 6, levelTables(6), few.rotation, decoded);
    const double squares = test::hessianError(decoded, few.sample.weights, identity(96), 96);
    EXPECT_LT(squares,
              0.01 * test::hessianError(std::vector<float>(decoded.size()), few.sample.weights, identity(96), 96));
}

TEST(Nested, BadInputIsAnError) {
    const Encoded encoded = prepared(6, 40, 90, 61);
    const auto code = [&](std::vector<float> weights, std::size_t columns, NestedOptions options) {
        const auto result = encodeNested(weights, columns, encoded.rotation, encoded.statistics, options);
        EXPECT_FALSE(result);
        return result ? ErrorCode::Cancelled : result.error().code;
    };
    for (const float bad : {kNan, kInfinity, -kInfinity, 1e38F}) {
        std::vector<float> weights = encoded.sample.weights;
        weights[77] = bad;
        EXPECT_EQ(code(weights, 40, {}), bad == 1e38F ? ErrorCode::Unsupported : ErrorCode::Corrupt);
    }
    const std::vector<float>& good = encoded.sample.weights;
    EXPECT_EQ(code(good, 41, {}), ErrorCode::InvalidArgument);
    EXPECT_EQ(code(good, 24, {}), ErrorCode::InvalidArgument);
    EXPECT_EQ(code(good, 0, {}), ErrorCode::InvalidArgument);
    EXPECT_EQ(code({}, 40, {}), ErrorCode::InvalidArgument);
    EXPECT_EQ(code(good, 40, {.planes = 0, .descentPasses = 2, .prefixWeights = {}}), ErrorCode::InvalidArgument);
    EXPECT_EQ(code(good, 40, {.planes = 9, .descentPasses = 2, .prefixWeights = {}}), ErrorCode::InvalidArgument);
    EXPECT_EQ(code(good, 40, {.planes = 6, .descentPasses = 2, .prefixWeights = {1, 2}}), ErrorCode::InvalidArgument);
    EXPECT_EQ(code(good, 40, {.planes = 1, .descentPasses = 2, .prefixWeights = {kNan}}), ErrorCode::InvalidArgument);
}

}  // namespace
}  // namespace strata
