#include "core/hybrid/placement.h"

#include <algorithm>

namespace strata {

bool Placement::uses(Side side) const noexcept {
    return embedding == side || head == side || std::ranges::find(layers, side) != layers.end();
}

std::uint64_t deviceBytes(const PlacementCosts& costs, const Placement& placement) noexcept {
    if (!placement.uses(Side::Device)) return 0;
    std::uint64_t bytes = costs.beside;
    if (placement.embedding == Side::Device) bytes += costs.embedding;
    if (placement.head == Side::Device) bytes += costs.head;
    for (std::size_t layer = 0; layer < costs.layers.size(); ++layer)
        if (placement.layers[layer] == Side::Device) bytes += costs.layers[layer];
    return bytes;
}

Placement choosePlacement(const PlacementCosts& costs, std::uint64_t budgetBytes) {
    const std::size_t layers = costs.layers.size();
    Placement placement = Placement::allOn(Side::Device, layers);
    if (deviceBytes(costs, placement) <= budgetBytes) return placement;
    placement = Placement::allOn(Side::Host, layers);
    std::uint64_t taken = costs.beside + (costs.isTied ? costs.embedding : costs.head);
    if (taken > budgetBytes) return placement;
    placement.head = Side::Device;
    if (costs.isTied) placement.embedding = Side::Device;
    for (std::size_t layer = layers; layer-- > 0 && costs.layers[layer] <= budgetBytes - taken;) {
        placement.layers[layer] = Side::Device;
        taken += costs.layers[layer];
    }
    return placement;
}

}  // namespace strata
