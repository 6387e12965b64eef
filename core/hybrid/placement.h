// Which of two backends computes what of a model, and how that is chosen.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace strata {

enum class Side : std::uint8_t { Device, Host };

/// A layer's matrices, small tensors, KV cache and operators are on one side.
struct Placement {
    std::vector<Side> layers;
    Side embedding = Side::Device;
    Side head = Side::Device;  ///< where there is one matrix for both, the embedding's side

    /// Parts are counted: the layers, then the embedding, then the head.
    [[nodiscard]] Side sideOf(std::size_t part) const noexcept;
    void put(std::size_t part, Side side) noexcept;

    [[nodiscard]] static Placement allOn(Side side, std::size_t layers) {
        return {std::vector(layers, side), side, side};
    }
    /// Whether a side has anything.
    [[nodiscard]] bool uses(Side side) const noexcept;
    [[nodiscard]] bool operator==(const Placement&) const = default;
};

/// What a model would take on the device, in bytes of the device's own memory.
struct PlacementCosts {
    std::vector<std::uint64_t> layers;  ///< weights and KV cache of each
    std::uint64_t embedding = 0;
    std::uint64_t head = 0;    ///< 0 when it is the embedding's matrix
    bool isTied = false;       ///< one matrix for both
    std::uint64_t beside = 0;  ///< activations and what else is there as soon as the device computes anything
};

/// What a placement takes there.
[[nodiscard]] std::uint64_t deviceBytes(const PlacementCosts& costs, const Placement& placement) noexcept;

/// Everything, if it fits. Else the head, which is read whole for every token, and as many of the last layers as fit:
/// activations cross over once per token then, towards the device, without waiting for it. The embedding, of which a
/// token reads one row, stays on the host unless it is the head. Nothing where not one of these fits.
[[nodiscard]] Placement choosePlacement(const PlacementCosts& costs, std::uint64_t budgetBytes);

/// The part that moves next on the way from one placement to another, one at a time: those that leave the device come
/// first, and activations cross over as rarely as they can. Nothing when they are the same.
[[nodiscard]] std::optional<std::size_t> nextMove(const Placement& from, const Placement& to, bool isTied);

}  // namespace strata
