#include "core/compress/universal_order.h"

#include <algorithm>

namespace strata {
namespace {

/// An edge of a tile's lower convex hull: levels (from, to] become resident together.
struct HullEdge {
    double gainPerByte;
    std::size_t tile;
    unsigned from, to;
};

void appendHull(std::vector<HullEdge>& edges, std::size_t tile, const TileCurve& curve) {
    const auto levels = static_cast<unsigned>(curve.loss.size()) - 1;
    for (unsigned from = 1; from < levels;) {
        HullEdge best{-1, tile, from, from + 1};
        for (unsigned to = from + 1; to <= levels; ++to) {
            const double gain =
                (curve.loss[from] - curve.loss[to]) / static_cast<double>(curve.bytes[to] - curve.bytes[from]);
            if (gain > best.gainPerByte) best = {gain, tile, from, to};
        }
        // A tile that gains nothing more keeps its order at the very end.
        if (best.gainPerByte < 0) best = {0, tile, from, levels};
        edges.push_back(best);
        from = best.to;
    }
}

}  // namespace

std::vector<OrderStep> universalOrder(std::span<const TileCurve> tiles) {
    std::vector<OrderStep> order;
    std::vector<HullEdge> edges;
    for (std::size_t tile = 0; tile < tiles.size(); ++tile) {
        order.push_back({tile, 0});
        appendHull(edges, tile, tiles[tile]);
    }
    std::ranges::stable_sort(edges, std::greater(), &HullEdge::gainPerByte);
    for (const HullEdge& edge : edges)
        for (unsigned level = edge.from; level < edge.to; ++level) order.push_back({edge.tile, level});
    return order;
}

}  // namespace strata
