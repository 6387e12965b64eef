// The errors of the numeric reference (tests/oracles/codec_golden.py) against ours, on the same matrices.
#include "core/codec/bitstack_codec.h"
#include "core/codec/nested_codec.h"
#include "tests/core/codec/sample_matrix.h"

#include <cmath>
#include <cstdio>
#include <fstream>
#include <numeric>
#include <string>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace strata {
namespace {

// The choice of codes is chaotic: a rounding (the reference's centroids are not on an integer grid) flips one code, and
// feedback all that follow. So single errors scatter by some per cent, more at deep levels; their mean may not.
constexpr double kMeanTolerance = 1.02;
constexpr double kSingleTolerance = 1.25;

/// Ours over the reference's.
class Ratios {
public:
    void add(double ours, double reference, const std::string& what) {
        EXPECT_LE(ours, reference * kSingleTolerance) << what;
        m_logarithms += std::log(ours / reference);
        ++m_count;
    }
    [[nodiscard]] double mean() const { return std::exp(m_logarithms / static_cast<double>(m_count)); }

private:
    double m_logarithms = 0;
    std::size_t m_count = 0;
};

nlohmann::json golden() {
    std::ifstream file(STRATA_TEST_DATA "/codec/golden.json");
    return nlohmann::json::parse(file);
}

Rotation storedRotation(const nlohmann::json& entry) {
    std::vector<std::int8_t> signs;
    for (const char sign : entry.at("signs").get<std::string>()) signs.push_back(sign == '+' ? 1 : -1);
    return Rotation(std::move(signs));
}

test::SampleMatrix sampleOf(const nlohmann::json& entry) {
    test::SampleMatrix sample =
        test::sampleMatrix(entry.at("rows"), entry.at("columns"), entry.at("tokens"), entry.at("seed"));
    double sum = 0, trace = 0;
    for (const float weight : sample.weights) sum += std::abs(static_cast<double>(weight));
    for (std::size_t column = 0; column < sample.columns; ++column)
        trace += static_cast<double>(sample.hessian[column * (sample.columns + 1)]);
    EXPECT_NEAR(sum / entry.at("weight_sum").get<double>(), 1, 1e-5);
    EXPECT_NEAR(trace / entry.at("trace").get<double>(), 1, 1e-5);
    return sample;
}

TEST(Golden, TreeAgreesWithReference) {
    const auto levels = golden().at("levels").get<std::vector<std::vector<double>>>();
    const auto tree = gaussianTree(8);
    ASSERT_EQ(tree.size(), levels.size());
    // The reference searches its thresholds on a grid of 5e-5 and stops when a step does not leave a grid point, so it
    // is off by some grid points (its own positive and negative halves differ by up to two), and by more in the tails.
    for (std::size_t level = 0; level < levels.size(); ++level)
        for (std::size_t code = 0; code < levels[level].size(); ++code)
            EXPECT_NEAR(tree[level][code], levels[level][code], std::abs(levels[level][code]) > 3 ? 3e-3 : 3e-4)
                << "level " << level + 1 << " code " << code;
}

TEST(GaussianTree, FirstLevelsAreLloydMaxQuantizers) {
    const auto tree = gaussianTree(3);
    EXPECT_NEAR(tree[0][1], 0.7978845608, 1e-9);  // sqrt(2 / pi)
    EXPECT_NEAR(tree[1][2], 0.4527800399,
                1e-8);  // Max, Quantizing for minimum distortion (1960), table 1: 0.4528, 1.510
    EXPECT_NEAR(tree[1][3], 1.5104176087, 1e-8);
    for (std::size_t code = 0; code < 8; ++code) EXPECT_NEAR(tree[2][code], -tree[2][7 - code], 1e-12);
}

TEST(Golden, NestedErrorsAreNoWorse) {
    Ratios ratios;
    const nlohmann::json data = golden();
    for (const auto& entry : data.at("cases")) {
        const test::SampleMatrix sample = sampleOf(entry);
        const Rotation rotation = storedRotation(entry);
        const auto statistics = prepareStatistics(sample.hessian, rotation);
        ASSERT_TRUE(statistics) << statistics.error().message();
        for (const auto& [name, errors] : entry.at("nested").items()) {
            NestedOptions options;
            ASSERT_EQ(std::sscanf(name.c_str(), "planes %u, passes %u", &options.planes, &options.descentPasses), 2);
            const auto matrix = encodeNested(sample.weights, sample.columns, rotation, *statistics, options);
            ASSERT_TRUE(matrix) << matrix.error().message();
            for (unsigned level = 1; level <= options.planes; ++level)
                ratios.add(matrix->error[level] / matrix->error[0], errors.at(level - 1).get<double>(),
                           std::to_string(sample.columns) + " columns, " + name + ", level " + std::to_string(level));
        }
    }
    EXPECT_LE(ratios.mean(), kMeanTolerance);
}

TEST(Golden, BitstackErrorsAreNoWorse) {
    Ratios ratios;
    const nlohmann::json data = golden();
    for (const auto& entry : data.at("cases")) {
        const test::SampleMatrix sample = sampleOf(entry);
        for (const auto& [name, errors] : entry.at("bitstack").items()) {
            BitstackOptions options;
            options.blocks = static_cast<unsigned>(errors.size());
            ASSERT_EQ(std::sscanf(name.c_str(), "rank %u", &options.rank), 1);
            const auto matrix = encodeBitstack(sample.weights, sample.rows, sample.columns, sample.hessian, options);
            ASSERT_TRUE(matrix) << matrix.error().message();
            for (unsigned level = 1; level <= options.blocks; ++level)
                ratios.add(matrix->error[level] / matrix->error[0], errors.at(level - 1).get<double>(),
                           std::to_string(sample.columns) + " columns, " + name + ", level " + std::to_string(level));
        }
    }
    EXPECT_LE(ratios.mean(), kMeanTolerance);
}

}  // namespace
}  // namespace strata
