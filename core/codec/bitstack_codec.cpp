#include "core/codec/bitstack_codec.h"

#include "core/base/half.h"
#include "core/base/random.h"
#include "core/codec/linear_algebra.h"
#include "core/codec/low_rank.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <new>

namespace strata {
namespace {

constexpr float kLeastVariance = 1e-8F;  ///< of a channel, as in the reference
constexpr std::size_t kRowStep = 256;    ///< rows whose error, or reconstruction, is computed at a time

/// sqrt(diag H) over its mean; all 1 without H.
Result<std::vector<float>> channelScales(std::span<const float> hessian, std::size_t columns) {
    std::vector<float> scales(columns, 1.0F);
    if (hessian.empty()) return scales;
    double sum = 0;
    for (std::size_t column = 0; column < columns; ++column) {
        const float variance = hessian[column * (columns + 1)];
        if (!std::isfinite(variance)) return fail(ErrorCode::Corrupt, "input statistics hold NaN or infinity");
        scales[column] = std::sqrt(std::max(variance, kLeastVariance));
        sum += static_cast<double>(scales[column]);
    }
    const double mean = sum / static_cast<double>(columns);
    for (float& scale : scales) scale = static_cast<float>(scale / mean);
    return scales;
}

Result<std::vector<float>> scaledWeights(std::span<const float> weights, std::span<const float> scales) {
    std::vector<float> scaled(weights.size());
    for (std::size_t index = 0; index < weights.size(); ++index) {
        if (!std::isfinite(weights[index])) return fail(ErrorCode::Corrupt, "weights hold NaN or infinity");
        scaled[index] = weights[index] * scales[index % scales.size()];
    }
    return scaled;
}

/// Signs and absolute values of the residual; a negative zero counts as +1, as in the reference.
std::vector<float> splitSigns(const std::vector<float>& residual, std::vector<std::uint8_t>& signs) {
    std::vector<float> magnitude(residual.size());
    signs.resize(residual.size());
    for (std::size_t index = 0; index < residual.size(); ++index) {
        signs[index] = residual[index] < 0 ? 0 : 1;
        magnitude[index] = std::abs(residual[index]);
    }
    return magnitude;
}

Result<void> roundToHalf(std::vector<float>& values) {
    for (float& value : values) {
        value = toFloat(toHalf(value));
        if (!std::isfinite(value)) return fail(ErrorCode::Unsupported, "weights are too large for binary16 factors");
    }
    return {};
}

/// Calls action(first row, row count, u v^T of those rows) over all rows.
template <class Action>
void eachProduct(const BitstackBlock& block, std::size_t rows, std::size_t columns, const Action& action) {
    const std::size_t rank = block.u.size() / rows;
    std::vector<float> product(std::min(kRowStep, rows) * columns);
    for (std::size_t first = 0; first < rows; first += kRowStep) {
        const std::size_t count = std::min(kRowStep, rows - first);
        blas::multiplyLeftTransposed(count, columns, rank, 1, &block.u[first], rows, block.v.data(), columns, 0,
                                     product.data(), columns);
        action(first, count, product);
    }
}

void addScaled(const BitstackBlock& block, std::size_t rows, std::size_t columns, float factor, std::span<float> into) {
    eachProduct(block, rows, columns, [&](std::size_t first, std::size_t count, const std::vector<float>& product) {
        for (std::size_t index = 0; index < count * columns; ++index) {
            const std::size_t place = first * columns + index;
            into[place] += block.signs[place] != 0 ? factor * product[index] : -factor * product[index];
        }
    });
}

Result<BitstackBlock> nextBlock(const std::vector<float>& residual, std::size_t rows, std::size_t columns,
                                const BitstackOptions& options, Random& random) {
    BitstackBlock block;
    const std::vector<float> magnitude = splitSigns(residual, block.signs);
    STRATA_TRY(LowRank factors, truncatedSvd(magnitude, rows, columns, options.rank, options.powerIterations, random));
    STRATA_CHECK(roundToHalf(factors.u));
    STRATA_CHECK(roundToHalf(factors.v));
    block.u = std::move(factors.u);
    block.v = std::move(factors.v);
    return block;
}

Result<BitstackMatrix> encode(std::span<const float> weights, std::size_t rows, std::size_t columns,
                              std::span<const float> hessian, const BitstackOptions& options) {
    if (rows == 0 || columns == 0 || weights.size() != rows * columns)
        return fail(ErrorCode::InvalidArgument, "weights do not have the size of the matrix");
    if (!hessian.empty() && hessian.size() != columns * columns)
        return fail(ErrorCode::InvalidArgument, "input statistics do not have the size of a row");
    if (options.rank == 0 || options.blocks == 0)
        return fail(ErrorCode::InvalidArgument, "rank and blocks must be at least 1");
    BitstackMatrix matrix;
    STRATA_TRY(matrix.channelScales, channelScales(hessian, columns));
    STRATA_TRY(std::vector<float> residual, scaledWeights(weights, matrix.channelScales));
    const auto error = [&] { return bitstackError(residual, rows, columns, matrix.channelScales, hessian); };
    matrix.error.push_back(error());
    if (!std::isfinite(matrix.error.front())) return fail(ErrorCode::Corrupt, "input statistics hold NaN or infinity");
    Random random(options.seed);
    for (unsigned block = 0; block < options.blocks; ++block) {
        STRATA_TRY(BitstackBlock next, nextBlock(residual, rows, columns, options, random));
        addScaled(next, rows, columns, -1, residual);
        matrix.blocks.push_back(std::move(next));
        matrix.error.push_back(error());
    }
    return matrix;
}

}  // namespace

Result<BitstackMatrix> encodeBitstack(std::span<const float> weights, std::size_t rows, std::size_t columns,
                                      std::span<const float> hessian, const BitstackOptions& options) {
    try {
        return encode(weights, rows, columns, hessian, options);
    } catch (const std::bad_alloc&) {
        return fail(ErrorCode::OutOfMemory, "no memory to encode a matrix of weights");
    }
}

void addBitstackBlock(const BitstackBlock& block, std::size_t rows, std::size_t columns, std::span<float> into) {
    assert(into.size() == rows * columns && block.signs.size() == rows * columns);
    addScaled(block, rows, columns, 1, into);
}

double bitstackError(std::span<const float> residual, std::size_t rows, std::size_t columns,
                     std::span<const float> scales, std::span<const float> hessian) {
    std::vector<float> plain(std::min(kRowStep, rows) * columns), product(hessian.empty() ? 0 : plain.size());
    double sum = 0;
    for (std::size_t first = 0; first < rows; first += kRowStep) {
        const std::size_t count = std::min(kRowStep, rows - first);
        for (std::size_t index = 0; index < count * columns; ++index) {
            const float scale = scales.empty() ? 1 : scales[index % columns];
            plain[index] = residual[first * columns + index] / scale;
        }
        const float* other = plain.data();
        if (!hessian.empty()) {
            blas::multiply(count, columns, columns, 1, plain.data(), columns, hessian.data(), columns, 0,
                           product.data(), columns);
            other = product.data();
        }
        for (std::size_t index = 0; index < count * columns; ++index)
            sum += static_cast<double>(plain[index]) * static_cast<double>(other[index]);
    }
    return std::max(sum, 0.0);
}

void decodeBitstack(const BitstackMatrix& matrix, std::size_t rows, std::size_t columns, unsigned level,
                    std::span<float> out) {
    assert(out.size() == rows * columns && level <= matrix.blocks.size());
    std::ranges::fill(out, 0.0F);
    for (unsigned block = 0; block < level; ++block) addScaled(matrix.blocks[block], rows, columns, 1, out);
    for (std::size_t index = 0; index < out.size(); ++index) out[index] /= matrix.channelScales[index % columns];
}

}  // namespace strata
