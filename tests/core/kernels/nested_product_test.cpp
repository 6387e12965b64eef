// Products from nested planes: the reference against plain arithmetic in double, every table against the reference's
// bits.
#include "tests/core/kernels/kernel_fixture.h"

#include <cstring>

namespace strata::test {
namespace {

constexpr float kUntouched = 12345.0F;

std::vector<float> product(const Kernels& kernels, const NestedMatrix& matrix, const QuantizedTokens& x) {
    std::vector<float> y(x.tokens * matrix.rows, kUntouched);
    kernels.nestedProduct(matrix.tile(), x, y.data(), matrix.rows, 0, paddedRows(matrix.rows) / kRowBlock);
    return y;
}

using NestedProduct = EveryKernel;

TEST(NestedProductReference, IsTheSumOfCentroidsTimesActivations) {
    for (unsigned level = 1; level <= 8; ++level) {
        const NestedMatrix matrix(33, 72, level, level);
        const Tokens x(3, matrix.columns, 7);
        const std::vector<float> y = product(*findKernels("reference"), matrix, x.all());
        for (std::size_t token = 0; token < 3; ++token) {
            for (std::size_t row = 0; row < matrix.rows; ++row) {
                double expected = 0;
                double magnitude = 0;
                for (std::size_t column = 0; column < matrix.columns; ++column) {
                    // The product leaves out low * fine, 2^-16 of a term.
                    const std::size_t code = matrix.codes[row * matrix.columns + column];
                    const double fineWeight = static_cast<double>(matrix.table.step) * 256.0 * matrix.table.high[code] *
                                              static_cast<double>(toFloat(matrix.rowScales[row]));
                    const std::size_t at = token * x.stride + column;
                    const double fine = level >= kFineLevel ? x.fine[at] / 256.0 : 0.0;
                    const double term = (matrix.weight(row, column) * x.values[at] + fineWeight * fine) *
                                        static_cast<double>(x.scales[token]);
                    expected += term;
                    magnitude += std::fabs(term);
                }
                EXPECT_NEAR(y[token * matrix.rows + row], expected, 1e-6 * magnitude) << "level " << level;
            }
        }
    }
}

TEST_P(NestedProduct, EqualsTheReferenceBitForBitAtEverySizeAndLevel) {
    for (const std::size_t rows : {1U, 33U, 576U, 1000U}) {
        for (const std::size_t columns : {32U, 40U, 576U, 1536U, 2080U}) {
            for (unsigned level = 1; level <= 8; ++level) {
                const NestedMatrix matrix(rows, columns, level, rows * 31 + columns + level);
                const Tokens x(3, columns, columns);
                const std::vector<float> expected = product(reference(), matrix, x.all());
                ASSERT_EQ(product(kernels(), matrix, x.all()), expected)
                    << rows << " x " << columns << " level " << level;
                const std::vector<float> single = product(kernels(), matrix, x.view(2, 1));
                ASSERT_EQ(single,
                          std::vector<float>(expected.end() - static_cast<std::ptrdiff_t>(rows), expected.end()))
                    << rows << " x " << columns << " level " << level << ", one token";
            }
        }
    }
}

TEST_P(NestedProduct, OfMirroredTablesIsTheSame) {
    for (unsigned level = 1; level <= 8; ++level) {
        for (const std::size_t columns : {40U, 576U, 8192U}) {
            NestedMatrix matrix(70, columns, level, columns + level);
            matrix.mirror();
            for (const bool extreme : {false, true}) {
                const Tokens x(2, columns, columns, extreme);
                const std::vector<float> expected = product(reference(), matrix, x.view(1, 1));
                EXPECT_EQ(product(kernels(), matrix, x.view(1, 1)), expected) << "level " << level << ", " << columns;
            }
            // One value that is not the other's opposite.
            matrix.table.high[0] = static_cast<std::int8_t>(matrix.table.high[0] / 2);
            const Tokens x(1, columns, 7);
            EXPECT_EQ(product(kernels(), matrix, x.all()), product(reference(), matrix, x.all())) << "level " << level;
        }
    }
}

TEST_P(NestedProduct, OfManyTokensEqualsProductsOfOne) {
    for (unsigned level = 1; level <= 8; ++level) {
        const NestedMatrix matrix(97, 576, level, level + 100);
        const Tokens x(199, matrix.columns, 3);
        const std::vector<float> together = product(kernels(), matrix, x.all());
        for (std::size_t token = 0; token < 199; ++token) {
            const std::vector<float> alone = product(kernels(), matrix, x.view(token, 1));
            ASSERT_EQ(0, std::memcmp(alone.data(), together.data() + token * matrix.rows, matrix.rows * sizeof(float)))
                << "level " << level << " token " << token;
        }
        for (std::size_t tokens = 1; tokens <= 17; ++tokens) {
            const std::vector<float> some = product(kernels(), matrix, x.view(5, tokens));
            ASSERT_EQ(0, std::memcmp(some.data(), together.data() + 5 * matrix.rows, some.size() * sizeof(float)))
                << "level " << level << ", " << tokens << " tokens";
        }
    }
}

TEST_P(NestedProduct, SurvivesExtremeCentroidsAndActivations) {
    for (unsigned level = 1; level <= 8; ++level) {
        for (const std::size_t columns : {576U, 8192U}) {
            const NestedMatrix matrix(40, columns, level, 5, true);
            const Tokens x(7, columns, 6, true);
            const std::vector<float> expected = product(reference(), matrix, x.all());
            ASSERT_EQ(product(kernels(), matrix, x.all()), expected) << "level " << level;
            for (std::size_t token = 0; token < 2; ++token) {
                const std::vector<float> alone = product(kernels(), matrix, x.view(token, 1));
                ASSERT_EQ(alone, std::vector<float>(expected.begin() + static_cast<std::ptrdiff_t>(token * 40),
                                                    expected.begin() + static_cast<std::ptrdiff_t>(token * 40 + 40)))
                    << "level " << level;
            }
        }
    }
}

// Kernels may add two products of a column and its neighbour with those 16 columns on, in 16 bits: 255 times the
// largest centroid fits.
TEST_P(NestedProduct, OfActivationsAboutTheRoomOfSixteenBitsIsExact) {
    for (unsigned level = 1; level <= 8; ++level) {
        for (const std::size_t columns : {40U, 1536U, 40000U}) {
            const NestedMatrix matrix(33, columns, level, 5, true);
            for (const std::size_t tightEvery : {0U, 40U, 1U}) {
                Tokens x(6, columns, 8);
                for (std::size_t token = 0; token < 6; ++token) {
                    for (std::size_t column = 0; column < columns; ++column) {
                        const std::size_t sum = column / 32 * 8 + column % 16 / 2;
                        const bool isTight = tightEvery != 0 && (sum + 7 * token) % tightEvery == 0;
                        const int fitting = column % 32 < 16 && column % 2 == 0 ? 63 : 64;
                        const int tight = sum % 2 == 0 ? 64 : 66;
                        x.set(token, column, (isTight ? tight : fitting) * (token % 4 < 2 ? 1 : -1));
                    }
                }
                const std::vector<float> expected = product(reference(), matrix, x.all());
                ASSERT_EQ(product(kernels(), matrix, x.all()), expected) << "level " << level << ", " << tightEvery;
                const std::vector<float> last = product(kernels(), matrix, x.view(5, 1));
                ASSERT_TRUE(std::equal(last.begin(), last.end(), expected.end() - 33))
                    << "level " << level << ", " << tightEvery << ", one token";
            }
        }
    }
}

TEST_P(NestedProduct, OfARangeOfRowBlocksTouchesNoOtherRow) {
    const NestedMatrix matrix(150, 96, 3, 9);
    const Tokens x(2, matrix.columns, 10);
    const std::vector<float> whole = product(kernels(), matrix, x.all());
    for (std::size_t tokens = 1; tokens <= 2; ++tokens) {
        constexpr std::size_t stride = 171;
        std::vector<float> y(tokens * stride, kUntouched);
        kernels().nestedProduct(matrix.tile(), x.view(0, tokens), y.data(), stride, 1, 4);
        kernels().nestedProduct(matrix.tile(), x.view(0, tokens), y.data(), stride, 4, 5);
        for (std::size_t token = 0; token < tokens; ++token)
            for (std::size_t row = 0; row < stride; ++row)
                ASSERT_EQ(y[token * stride + row],
                          row < 32 || row >= 150 ? kUntouched : whole[token * matrix.rows + row])
                    << "row " << row;
    }
}

TEST_P(NestedProduct, NoticesOneFlippedBitInAnyPlane) {
    for (unsigned level = 1; level <= 8; ++level) {
        for (unsigned plane = 0; plane < level; ++plane) {
            NestedMatrix matrix(64, 96, level, 77);
            for (std::size_t code = 0; code < (std::size_t{1} << level); ++code) {  // distinct centroids
                const int value = static_cast<int>(code << (8 - level)) - 127;
                matrix.table.high[code] = static_cast<std::int8_t>(value > 127 ? 127 : value);
            }
            const Tokens x(2, matrix.columns, 78, true);
            const std::vector<float> before = product(kernels(), matrix, x.all());
            const BitPlace place = bitPlace(matrix.columns, 41, 70);
            matrix.planes[plane][place.word] ^= std::uint32_t{1} << place.bit;
            const std::vector<float> after = product(kernels(), matrix, x.all());
            for (std::size_t at = 0; at < before.size(); ++at)
                ASSERT_EQ(before[at] != after[at], at % matrix.rows == 41) << "level " << level << " plane " << plane;
        }
    }
}

TEST_P(NestedProduct, RowsDequantizeToTheirWeights) {
    for (unsigned level = 1; level <= 8; ++level) {
        const NestedMatrix matrix(35, 72, level, level);
        std::vector<float> out(matrix.columns + 1, kUntouched);
        kernels().nestedRow(matrix.tile(), 34, out.data());
        for (std::size_t column = 0; column < matrix.columns; ++column)
            ASSERT_NEAR(out[column], matrix.weight(34, column), 3e-7 * std::fabs(matrix.weight(34, column)));
        EXPECT_EQ(out.back(), kUntouched);
    }
}

STRATA_FOR_EVERY_KERNEL(NestedProduct);

}  // namespace
}  // namespace strata::test
