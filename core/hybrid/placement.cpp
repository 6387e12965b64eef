#include "core/hybrid/placement.h"

#include <algorithm>
#include <numeric>

namespace strata {

bool Placement::uses(Side side) const noexcept {
    return embedding == side || head == side || std::ranges::find(layers, side) != layers.end();
}

Side Placement::sideOf(std::size_t part) const noexcept {
    if (part < layers.size()) return layers[part];
    return part == layers.size() ? embedding : head;
}

void Placement::put(std::size_t part, Side side) noexcept {
    if (part < layers.size()) {
        layers[part] = side;
    } else {
        (part == layers.size() ? embedding : head) = side;
    }
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

std::optional<std::size_t> nextMove(const Placement& from, const Placement& to, bool isTied) {
    // In the order of a token's way through the model: what leaves begins at its front, what comes at its end.
    std::vector<std::size_t> parts(from.layers.size() + 2);
    std::iota(parts.begin() + 1, parts.end(), std::size_t{0});
    parts.front() = from.layers.size();
    parts.back() = from.layers.size() + 1;
    if (isTied) {
        parts.erase(parts.begin());
        parts.back() = from.layers.size();
    }
    const auto moves = [&](Side side) {
        return [&, side](std::size_t part) { return from.sideOf(part) == side && to.sideOf(part) != side; };
    };
    if (const auto leaving = std::ranges::find_if(parts, moves(Side::Device)); leaving != parts.end()) return *leaving;
    const auto coming = std::find_if(parts.rbegin(), parts.rend(), moves(Side::Host));
    return coming == parts.rend() ? std::nullopt : std::optional(*coming);
}

}  // namespace strata
