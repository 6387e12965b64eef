#include "core/codec/row_lanes.h"

#include <cmath>

namespace strata {
namespace {

void butterfly(float* a, float* b) noexcept {
    for (std::size_t lane = 0; lane < kRowLanes; ++lane) {
        const float sum = a[lane] + b[lane];
        b[lane] = a[lane] - b[lane];
        a[lane] = sum;
    }
}

/// The rotation's butterflies, unscaled, on `kRowLanes` rows at once.
void hadamard(const Rotation& rotation, float* tile) noexcept {
    for (std::size_t half = 1; half < rotation.blockSize(); half *= 2)
        for (std::size_t start = 0; start < rotation.size(); start += 2 * half)
            for (std::size_t column = start; column < start + half; ++column)
                butterfly(tile + column * kRowLanes, tile + (column + half) * kRowLanes);
}

void scaleColumns(const Rotation& rotation, float factor, float* tile) noexcept {
    for (const float sign : rotation.signs()) {
        for (std::size_t lane = 0; lane < kRowLanes; ++lane) tile[lane] *= sign * factor;
        tile += kRowLanes;
    }
}

float normalization(const Rotation& rotation) noexcept {
    return 1 / std::sqrt(static_cast<float>(rotation.blockSize()));
}

}  // namespace

void rotateTile(const Rotation& rotation, float* tile) noexcept {
    scaleColumns(rotation, normalization(rotation), tile);
    hadamard(rotation, tile);
}

void rotateTileInverse(const Rotation& rotation, float* tile) noexcept {
    hadamard(rotation, tile);
    scaleColumns(rotation, normalization(rotation), tile);
}

void gatherRows(const float* rows, std::size_t stride, std::size_t count, std::size_t columns, float* tile) noexcept {
    for (std::size_t column = 0; column < columns; ++column)
        for (std::size_t lane = 0; lane < kRowLanes; ++lane)
            tile[column * kRowLanes + lane] = lane < count ? rows[lane * stride + column] : 0.0F;
}

void scatterRows(const float* tile, std::size_t stride, std::size_t count, std::size_t columns, float* rows) noexcept {
    for (std::size_t column = 0; column < columns; ++column)
        for (std::size_t lane = 0; lane < count; ++lane) rows[lane * stride + column] = tile[column * kRowLanes + lane];
}

}  // namespace strata
