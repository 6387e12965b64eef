// The universal order: one sequence of all blocks, such that every prefix is the best use of its bytes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace strata {

/// What one tile's levels are worth. loss[l] is the predicted harm (KL, nats per token) of standing at level l instead
/// of the highest, bytes[l] the size of the first l blocks; l = 0..levels. loss need not fall strictly.
struct TileCurve {
    std::vector<double> loss;
    std::vector<std::uint64_t> bytes;
};

/// One step of the order: tile `tile` gains its level `level` (0-based).
struct OrderStep {
    std::size_t tile = 0;
    unsigned level = 0;
    [[nodiscard]] bool operator==(const OrderStep&) const = default;
};

/// First levels of all tiles in tile order; then blocks by predicted gain per byte over the convex hull of each tile's
/// curve (BitStack, arXiv 2410.23918, sorts single blocks; the hull keeps a poor block from hiding the good ones behind
/// it). Levels of a tile stay in order. Ties go to the lower tile. Deterministic.
[[nodiscard]] std::vector<OrderStep> universalOrder(std::span<const TileCurve> tiles);

}  // namespace strata
