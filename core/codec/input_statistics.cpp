#include "core/codec/linear_algebra.h"
#include "core/codec/nested_codec.h"
#include "core/codec/row_lanes.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <new>

namespace strata {
namespace {

constexpr double kDamping = 0.01;
constexpr int kDampingSteps = 40;

struct Free {
    void operator()(void* memory) const noexcept { std::free(memory); }
};

bool upperTriangleIsFinite(const std::vector<float>& matrix, std::size_t size) {
    for (std::size_t row = 0; row < size; ++row)
        for (std::size_t column = row; column < size; ++column)
            if (!std::isfinite(matrix[row * size + column])) return false;
    return true;
}

void mirrorUpperTriangle(std::vector<float>& matrix, std::size_t size) {
    constexpr std::size_t kBlock = 64;  // keeps the strided side of the copy in cache
    for (std::size_t top = 0; top < size; top += kBlock)
        for (std::size_t left = top; left < size; left += kBlock)
            for (std::size_t row = top; row < std::min(top + kBlock, size); ++row)
                for (std::size_t column = std::max(left, row + 1); column < std::min(left + kBlock, size); ++column)
                    matrix[column * size + row] = matrix[row * size + column];
}

void transposeSquare(std::vector<float>& matrix, std::size_t size) {
    constexpr std::size_t kBlock = 64;
    for (std::size_t top = 0; top < size; top += kBlock)
        for (std::size_t left = top; left < size; left += kBlock)
            for (std::size_t row = top; row < std::min(top + kBlock, size); ++row)
                for (std::size_t column = std::max(left, row + 1); column < std::min(left + kBlock, size); ++column)
                    std::swap(matrix[row * size + column], matrix[column * size + row]);
}

/// M -> Q M, sixteen columns at a time.
void rotateColumns(std::vector<float>& matrix, const Rotation& rotation) {
    const std::size_t size = rotation.size();
    std::vector<float> tile(size * kRowLanes);
    for (std::size_t first = 0; first < size; first += kRowLanes) {
        const std::size_t lanes = std::min(kRowLanes, size - first);
        for (std::size_t row = 0; row < size; ++row)
            std::copy_n(&matrix[row * size + first], lanes, &tile[row * kRowLanes]);
        rotateTile(rotation, tile.data());
        for (std::size_t row = 0; row < size; ++row)
            std::copy_n(&tile[row * kRowLanes], lanes, &matrix[row * size + first]);
    }
}

double meanDiagonal(const std::vector<float>& matrix, std::size_t size) {
    double sum = 0;
    for (std::size_t column = 0; column < size; ++column) sum += matrix[column * size + column];
    return sum / static_cast<double>(size);
}

/// U with U^T U = (H + damping I)^-1. With J the reversal of order and J (H + damping I) J = L L^T, U = J L^-1 J: no
/// inverse is formed, and reversing both indices of a matrix is reversing its memory. Empty when H is not positive
/// definite enough.
std::vector<float> reverseCholesky(const std::vector<float>& hessian, std::size_t size, double damping) {
    const std::size_t count = size * size;
    std::unique_ptr<void, Free> memory(std::malloc(count * sizeof(double)));
    if (!memory) throw std::bad_alloc();
    auto* work = static_cast<double*>(memory.get());
    std::reverse_copy(hessian.begin(), hessian.end(), work);
    for (std::size_t column = 0; column < size; ++column) work[column * (size + 1)] += damping;
    if (!blas::invertCholeskyFactor(size, work)) return {};
    // Narrowed in place, and the half that is no longer needed given back before the result is allocated.
    for (std::size_t index = 0; index < count; ++index) {
        const auto value = static_cast<float>(work[index]);
        std::memcpy(static_cast<std::byte*>(memory.get()) + index * sizeof(float), &value, sizeof(float));
    }
    if (void* half = std::realloc(memory.get(), count * sizeof(float))) {
        static_cast<void>(memory.release());
        memory.reset(half);
    }
    const auto* narrow = static_cast<const float*>(memory.get());
    std::vector<float> factor(count);
    for (std::size_t row = 0; row < size; ++row)
        for (std::size_t column = row; column < size; ++column)
            factor[row * size + column] = narrow[count - 1 - (row * size + column)];
    return factor;
}

Result<InputStatistics> prepare(std::vector<float> hessian, const Rotation& rotation) {
    const std::size_t size = rotation.size();
    if (size == 0 || hessian.size() != size * size)
        return fail(ErrorCode::InvalidArgument, "input statistics do not have the size of the rotation");
    if (!upperTriangleIsFinite(hessian, size))
        return fail(ErrorCode::Corrupt, "input statistics hold NaN or infinity",
                    "check the calibration text and model");
    mirrorUpperTriangle(hessian, size);
    rotateColumns(hessian, rotation);
    transposeSquare(hessian, size);
    rotateColumns(hessian, rotation);
    mirrorUpperTriangle(hessian, size);  // the two sides were rounded apart

    const double mean = meanDiagonal(hessian, size);
    if (mean < 0) return fail(ErrorCode::Corrupt, "input statistics have a negative diagonal");
    const double unit = mean > 0 ? mean : 1;  // an input that is always zero: any code will do
    InputStatistics statistics;
    statistics.columns = size;
    for (double damping = kDamping * unit, step = 0; step < kDampingSteps; ++step, damping *= 3) {
        statistics.damping = static_cast<float>(damping);
        statistics.feedbackFactor = reverseCholesky(hessian, size, damping);
        if (!statistics.feedbackFactor.empty()) break;
    }
    if (statistics.feedbackFactor.empty()) return fail(ErrorCode::Corrupt, "input statistics cannot be factored");
    for (std::size_t column = 0; column < size; ++column) hessian[column * (size + 1)] += statistics.damping;
    statistics.hessian = std::move(hessian);
    return statistics;
}

}  // namespace

Result<InputStatistics> prepareStatistics(std::vector<float> hessian, const Rotation& rotation) {
    try {
        return prepare(std::move(hessian), rotation);
    } catch (const std::bad_alloc&) {
        return fail(ErrorCode::OutOfMemory, "no memory to factor the input statistics of one layer");
    }
}

}  // namespace strata
