#include "core/codec/linear_algebra.h"

#include "tests/core/codec/sample_matrix.h"

#include <string_view>
#include <vector>

#include <gtest/gtest.h>

namespace strata {
namespace {

TEST(LinearAlgebra, ProductsAgreeWithLoops) {
    blas::useSingleThread();
    constexpr std::size_t kM = 33, kN = 70, kK = 41;
    const std::vector<double> seeds = test::normals(1, kM * kK + kK * kN);
    const std::vector<float> a(seeds.begin(), seeds.begin() + kM * kK), b(seeds.begin() + kM * kK, seeds.end());
    std::vector<float> aT(a.size()), bT(b.size());
    for (std::size_t m = 0; m < kM; ++m)
        for (std::size_t k = 0; k < kK; ++k) aT[k * kM + m] = a[m * kK + k];
    for (std::size_t k = 0; k < kK; ++k)
        for (std::size_t n = 0; n < kN; ++n) bT[n * kK + k] = b[k * kN + n];
    std::vector<float> plain(kM * kN, 1.0F), right = plain, left = plain;
    blas::multiply(kM, kN, kK, 2, a.data(), kK, b.data(), kN, -1, plain.data(), kN);
    blas::multiplyTransposed(kM, kN, kK, 2, a.data(), kK, bT.data(), kK, -1, right.data(), kN);
    blas::multiplyLeftTransposed(kM, kN, kK, 2, aT.data(), kM, b.data(), kN, -1, left.data(), kN);
    for (std::size_t m = 0; m < kM; ++m)
        for (std::size_t n = 0; n < kN; ++n) {
            double sum = -1;
            for (std::size_t k = 0; k < kK; ++k)
                sum += 2 * static_cast<double>(a[m * kK + k]) * static_cast<double>(b[k * kN + n]);
            EXPECT_NEAR(plain[m * kN + n], sum, 1e-4);
            EXPECT_NEAR(right[m * kN + n], sum, 1e-4);
            EXPECT_NEAR(left[m * kN + n], sum, 1e-4);
        }
}

TEST(LinearAlgebra, GramAddsToTheUpperTriangle) {
    constexpr std::size_t kRows = 20, kColumns = 13;
    const std::vector<double> seeds = test::normals(2, kRows * kColumns);
    const std::vector<float> x(seeds.begin(), seeds.end());
    std::vector<float> gram(kColumns * kColumns, 5.0F);
    blas::accumulateGram(kRows, kColumns, x.data(), gram.data());
    for (std::size_t row = 0; row < kColumns; ++row)
        for (std::size_t column = 0; column < kColumns; ++column) {
            double sum = 5;
            for (std::size_t k = 0; k < kRows && column >= row; ++k)
                sum += static_cast<double>(x[k * kColumns + row]) * static_cast<double>(x[k * kColumns + column]);
            EXPECT_NEAR(gram[row * kColumns + column], sum, 1e-4);
        }
}

TEST(LinearAlgebra, NamesItsCoreType) {
    EXPECT_FALSE(std::string_view(blas::coreName()).empty());
}

TEST(LinearAlgebra, InvertsTheCholeskyFactor) {
    constexpr std::size_t kSize = 3;
    std::vector<double> matrix = {4, 0, 0, 2, 5, 0, 6, 1, 14};  // lower triangle of A = L L^T, L = {2; 1 2; 3 -1 2}
    ASSERT_TRUE(blas::invertCholeskyFactor(kSize, matrix.data()));
    const double expected[] = {0.5, 0, 0, -0.25, 0.5, 0, -0.875, 0.25, 0.5};
    for (std::size_t index = 0; index < matrix.size(); ++index) EXPECT_NEAR(matrix[index], expected[index], 1e-12);
    std::vector<double> indefinite = {1, 0, 2, 1};
    EXPECT_FALSE(blas::invertCholeskyFactor(2, indefinite.data()));
}

}  // namespace
}  // namespace strata
