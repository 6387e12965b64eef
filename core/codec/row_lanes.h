// Sixteen vectors side by side, so that transforms along a vector are plain vector code across the sixteen.
// A tile is [columns][kRowLanes] floats: lane l of column c belongs to vector l.
#pragma once

#include "core/kernels/rotation.h"

#include <cstddef>

namespace strata {

inline constexpr std::size_t kRowLanes = 16;

/// tile -> Q tile: every lane's vector rotated, in place.
void rotateTile(const Rotation& rotation, float* tile) noexcept;
/// tile -> Q^T tile.
void rotateTileInverse(const Rotation& rotation, float* tile) noexcept;

/// Copies `count` <= kRowLanes rows (each `columns` long, `stride` apart) into a tile; the other lanes become zero.
void gatherRows(const float* rows, std::size_t stride, std::size_t count, std::size_t columns, float* tile) noexcept;
/// The other way round.
void scatterRows(const float* tile, std::size_t stride, std::size_t count, std::size_t columns, float* rows) noexcept;

}  // namespace strata
