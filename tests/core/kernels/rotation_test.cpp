#include "core/kernels/rotation.h"

#include "tests/core/kernels/kernel_fixture.h"

#include <bit>
#include <cstring>

namespace strata::test {
namespace {

using Rotate = EveryKernel;

TEST(RotationReference, IsTheHadamardMatrixTimesSigns) {
    for (const std::size_t size : {1U, 2U, 12U, 40U, 96U}) {
        const Rotation rotation = Rotation::random(size, 4);
        const std::size_t block = rotation.blockSize();
        ASSERT_EQ(size % block, 0U);
        Random random(5);
        const std::vector<float> x = randomFloats(random, size);
        std::vector<float> rotated = x;
        rotation.apply(rotated);
        for (std::size_t row = 0; row < size; ++row) {
            double expected = 0;
            for (std::size_t column = row / block * block; column < row / block * block + block; ++column) {
                const double sign = std::popcount((row % block) & (column % block)) % 2 == 0 ? 1 : -1;
                expected += sign * static_cast<double>(rotation.signs()[column] * x[column]);
            }
            EXPECT_NEAR(rotated[row], expected / std::sqrt(static_cast<double>(block)), 1e-5);
        }
    }
}

TEST(RotationReference, StoredSignsRebuildIt) {
    const Rotation drawn = Rotation::random(576, 1);
    const Rotation rebuilt(drawn.storedSigns());
    EXPECT_EQ(rebuilt.blockSize(), 64U);
    EXPECT_TRUE(std::equal(drawn.signs().begin(), drawn.signs().end(), rebuilt.signs().begin()));
    EXPECT_FALSE(std::equal(drawn.signs().begin(), drawn.signs().end(), Rotation::random(576, 2).signs().begin()));
    EXPECT_EQ(Rotation(std::vector<std::int8_t>{}).size(), 0U);
}

TEST_P(Rotate, EqualsTheReferenceBitForBit) {
    for (const std::size_t size : {1U, 8U, 40U, 48U, 576U, 1000U, 1536U, 2048U, 8192U}) {
        const Rotation rotation = Rotation::random(size, size);
        Random random(6);
        const std::vector<float> x = randomFloats(random, size);
        std::vector<float> expected = x;
        std::vector<float> rotated = x;
        reference().rotate(rotation, expected.data());
        kernels().rotate(rotation, rotated.data());
        ASSERT_EQ(rotated, expected) << size;
        reference().rotateInverse(rotation, expected.data());
        kernels().rotateInverse(rotation, rotated.data());
        ASSERT_EQ(rotated, expected) << size;
        for (std::size_t column = 0; column < size; ++column) ASSERT_NEAR(rotated[column], x[column], 1e-5);
    }
}

struct Quantized {
    std::vector<std::int8_t> values;
    std::vector<std::int8_t> fine;
    float scale = -1;
    std::int32_t sum = -1;
    std::int32_t fineSum = -1;
    Quantized(const Kernels& kernels, const Rotation& rotation, std::vector<float> x, bool wantFine = true)
        : values(paddedColumns(rotation.size()), std::int8_t{99}), fine(values) {
        kernels.rotateQuantize(rotation, x.data(),
                               {values.data(), wantFine ? fine.data() : nullptr, values.size(), &scale, &sum,
                                wantFine ? &fineSum : nullptr});
    }
};

TEST_P(Rotate, QuantizesLikeTheReferenceBitForBit) {
    for (const std::size_t size : {1U, 8U, 40U, 48U, 576U, 1000U, 1536U, 2048U}) {
        const Rotation rotation = Rotation::random(size, size);
        Random random(size + 1);
        for (const double spread : {1.0, 1e-6, 1e6, 0.0, 1e-36, 1e34}) {
            const std::vector<float> x = randomFloats(random, size, spread);
            const Quantized expected(reference(), rotation, x);
            const Quantized found(kernels(), rotation, x);
            ASSERT_EQ(found.values, expected.values) << size << " spread " << spread;
            ASSERT_EQ(found.fine, expected.fine) << size << " spread " << spread;
            ASSERT_EQ(found.scale, expected.scale);
            ASSERT_EQ(found.sum, expected.sum);
            ASSERT_EQ(found.fineSum, expected.fineSum);
            const Quantized coarse(kernels(), rotation, x, false);
            ASSERT_EQ(coarse.values, expected.values);
            ASSERT_EQ(coarse.fine, std::vector<std::int8_t>(coarse.fine.size(), 99)) << "written without being wanted";
            ASSERT_EQ(coarse.sum, expected.sum);
        }
    }
}

TEST_P(Rotate, QuantizationIsWithinHalfAStepAndSumsItsValues) {
    const Rotation rotation = Rotation::random(576, 3);
    Random random(8);
    const std::vector<float> x = randomFloats(random, 576);
    const Quantized found(kernels(), rotation, x);
    std::vector<float> rotated = x;
    rotation.apply(rotated);
    std::int32_t sum = 0;
    for (std::size_t column = 0; column < 576; ++column) {
        EXPECT_NEAR(rotated[column], static_cast<float>(found.values[column]) * found.scale, 0.501F * found.scale);
        const float fine = static_cast<float>(found.values[column]) + static_cast<float>(found.fine[column]) / 256;
        EXPECT_NEAR(rotated[column], fine * found.scale, 1.01F / 256 * found.scale);  // half a step; 1 at the clamp
        EXPECT_GE(found.values[column], -127);
        sum += found.values[column];
    }
    EXPECT_EQ(found.sum, sum);
}

STRATA_FOR_EVERY_KERNEL(Rotate);

}  // namespace
}  // namespace strata::test
