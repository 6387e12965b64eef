// BitStack products: the reference against double arithmetic, every table against the reference's bits.
#include "tests/core/kernels/kernel_fixture.h"

#include <cstring>

namespace strata::test {
namespace {

struct BitstackMatrix {
    std::size_t rows;
    std::size_t columns;
    unsigned rank;
    std::vector<std::vector<std::uint32_t>> signs;
    std::vector<std::vector<Half>> u;
    std::vector<std::vector<Half>> v;
    std::vector<SignBlock> blocks;

    BitstackMatrix(std::size_t rowCount, std::size_t columnCount, unsigned ranks, std::size_t blockCount,
                   std::uint64_t seed)
        : rows(rowCount), columns(columnCount), rank(ranks) {
        Random random(seed);
        for (std::size_t block = 0; block < blockCount; ++block) {
            auto& bits = signs.emplace_back(planeBytes(rows, columns) / 4);
            for (std::uint32_t& word : bits) word = static_cast<std::uint32_t>(random.next());
            u.push_back(randomHalves(random, rank * paddedRows(rows)));
            v.push_back(randomHalves(random, rank * paddedColumns(columns)));
        }
        for (std::size_t block = 0; block < blockCount; ++block)
            blocks.push_back({signs[block].data(), u[block].data(), v[block].data()});
    }
    BitstackMatrix(const BitstackMatrix&) = delete;
    BitstackMatrix& operator=(const BitstackMatrix&) = delete;
    [[nodiscard]] BitstackTile tile() const { return {blocks, rank, rows, columns}; }
};

std::vector<float> product(const Kernels& kernels, const BitstackMatrix& matrix, const float* x, std::size_t xStride,
                           std::size_t tokens, std::size_t parts = 1) {
    const BitstackTile tile = matrix.tile();
    std::vector<std::uint64_t> scratch(kernels.bitstackScratchBytes(tile, tokens) / 8 + 1);
    auto* bytes = reinterpret_cast<std::byte*>(scratch.data());
    std::vector<float> y(tokens * matrix.rows);
    const std::size_t items = matrix.blocks.size() * matrix.rank * tokens;
    const std::size_t rowBlocks = paddedRows(matrix.rows) / kRowBlock;
    for (std::size_t part = 0; part < parts; ++part)
        kernels.bitstackPrepare(tile, x, xStride, tokens, bytes, items * part / parts, items * (part + 1) / parts);
    for (std::size_t part = 0; part < parts; ++part)
        kernels.bitstackProduct(tile, tokens, bytes, y.data(), matrix.rows, rowBlocks * part / parts,
                                rowBlocks * (part + 1) / parts);
    return y;
}

using Bitstack = EveryKernel;

TEST(BitstackReference, IsTheSumOfSignedRankOneTerms) {
    const BitstackMatrix matrix(35, 70, 3, 2, 1);
    Random random(2);
    const std::vector<float> x = randomFloats(random, 70);
    const std::vector<float> y = product(*findKernels("reference"), matrix, x.data(), 70, 1);
    for (std::size_t row = 0; row < matrix.rows; ++row) {
        double expected = 0;
        double squares = 0;
        for (std::size_t block = 0; block < 2; ++block) {
            for (std::size_t rank = 0; rank < 3; ++rank) {
                for (std::size_t column = 0; column < 70; ++column) {
                    const BitPlace place = bitPlace(70, row, column);
                    const double sign = ((matrix.signs[block][place.word] >> place.bit) & 1U) != 0 ? 1 : -1;
                    const double term = sign * static_cast<double>(toFloat(matrix.u[block][rank * 64 + row])) *
                                        static_cast<double>(toFloat(matrix.v[block][rank * 96 + column])) *
                                        static_cast<double>(x[column]);
                    expected += term;
                    squares += term * term;
                }
            }
        }
        // Quantization to 8 bits: a step is largest / 127, uniform error 0.29 steps per term; five standard deviations.
        EXPECT_NEAR(y[row], expected, 5 * 0.29 * 4 / 127 * std::sqrt(squares));
    }
}

TEST_P(Bitstack, EqualsTheReferenceBitForBit) {
    for (const std::size_t rows : {1U, 33U, 200U}) {
        for (const std::size_t columns : {8U, 32U, 40U, 576U, 1000U}) {
            for (const unsigned rank : {1U, 4U, 16U, 70U}) {
                const BitstackMatrix matrix(rows, columns, rank, 3, rows + columns + rank);
                Random random(3);
                const std::vector<float> x = randomFloats(random, 2 * columns);
                ASSERT_EQ(product(kernels(), matrix, x.data(), columns, 2),
                          product(reference(), matrix, x.data(), columns, 2))
                    << rows << " x " << columns << " rank " << rank;
            }
        }
    }
}

TEST_P(Bitstack, OfManyTokensEqualsProductsOfOneHoweverSplit) {
    const BitstackMatrix matrix(97, 200, 5, 4, 11);
    Random random(12);
    constexpr std::size_t stride = 203;
    const std::vector<float> x = randomFloats(random, 40 * stride);
    const std::vector<float> together = product(kernels(), matrix, x.data(), stride, 40, 3);
    for (std::size_t token = 0; token < 40; ++token) {
        const std::vector<float> alone = product(kernels(), matrix, x.data() + token * stride, stride, 1);
        ASSERT_EQ(0, std::memcmp(alone.data(), together.data() + token * matrix.rows, matrix.rows * sizeof(float)));
    }
}

TEST_P(Bitstack, WithoutBlocksIsZero) {
    const BitstackMatrix matrix(40, 64, 4, 0, 1);
    const std::vector<float> x(64, 1.0F);
    EXPECT_EQ(product(kernels(), matrix, x.data(), 64, 1), std::vector<float>(40, 0.0F));
}

TEST_P(Bitstack, OfZeroIsZero) {
    const BitstackMatrix matrix(40, 64, 4, 2, 1);
    const std::vector<float> x(64, 0.0F);
    EXPECT_EQ(product(kernels(), matrix, x.data(), 64, 1), std::vector<float>(40, 0.0F));
}

TEST_P(Bitstack, NoticesOneFlippedSign) {
    BitstackMatrix matrix(40, 64, 4, 2, 1);
    const std::vector<float> x(64, 1.0F);
    const std::vector<float> before = product(kernels(), matrix, x.data(), 64, 1);
    const BitPlace place = bitPlace(64, 33, 47);
    matrix.signs[1][place.word] ^= std::uint32_t{1} << place.bit;
    const std::vector<float> after = product(kernels(), matrix, x.data(), 64, 1);
    for (std::size_t row = 0; row < 40; ++row) EXPECT_EQ(before[row] != after[row], row == 33);
}

STRATA_FOR_EVERY_KERNEL(Bitstack);

}  // namespace
}  // namespace strata::test
