// The choice of layers for a device.
#include "core/hybrid/placement.h"

#include <algorithm>

#include <gtest/gtest.h>

namespace strata::test {
namespace {

PlacementCosts costs() {
    return {.layers = {100, 100, 300, 100}, .embedding = 50, .head = 80, .isTied = false, .beside = 20};
}

std::size_t layersOnDevice(const Placement& placement) {
    return static_cast<std::size_t>(std::ranges::count(placement.layers, Side::Device));
}

TEST(ChoosePlacement, EverythingWhereItFits) {
    const std::uint64_t all = 20 + 50 + 80 + 600;
    EXPECT_EQ(choosePlacement(costs(), all), Placement::allOn(Side::Device, 4));
    EXPECT_EQ(deviceBytes(costs(), Placement::allOn(Side::Device, 4)), all);
    const Placement less = choosePlacement(costs(), all - 1);
    EXPECT_EQ(less.embedding, Side::Host) << "the embedding goes first";
    EXPECT_EQ(layersOnDevice(less), 4U);
}

TEST(ChoosePlacement, TheHeadThenTheLastLayers) {
    const Placement placement = choosePlacement(costs(), 20 + 80 + 100 + 299);
    EXPECT_EQ(placement.head, Side::Device);
    EXPECT_EQ(placement.embedding, Side::Host);
    // The third layer does not fit; what is before it stays too, so that activations cross over once.
    EXPECT_EQ(placement.layers, (std::vector{Side::Host, Side::Host, Side::Host, Side::Device}));
    const Placement headAlone = choosePlacement(costs(), 100);
    EXPECT_EQ(headAlone.head, Side::Device);
    EXPECT_EQ(layersOnDevice(headAlone), 0U);
}

TEST(ChoosePlacement, NothingWhereNothingFits) {
    for (const std::uint64_t budget : {0, 20, 99}) {
        const Placement placement = choosePlacement(costs(), budget);
        EXPECT_EQ(placement, Placement::allOn(Side::Host, 4)) << budget;
        EXPECT_FALSE(placement.uses(Side::Device));
        EXPECT_EQ(deviceBytes(costs(), placement), 0U);
    }
}

TEST(ChoosePlacement, OneMatrixForBothIsOnOneSide) {
    PlacementCosts tied = costs();
    tied.isTied = true;
    tied.head = 0;
    for (std::uint64_t budget = 0; budget < 800; budget += 10) {
        const Placement placement = choosePlacement(tied, budget);
        EXPECT_EQ(placement.embedding, placement.head) << budget;
    }
}

TEST(ChoosePlacement, NeverBeyondTheBudgetAndNeverLessForMore) {
    std::size_t before = 0;
    for (std::uint64_t budget = 0; budget < 800; ++budget) {
        const Placement placement = choosePlacement(costs(), budget);
        EXPECT_LE(deviceBytes(costs(), placement), budget);
        EXPECT_GE(layersOnDevice(placement), before) << budget;
        before = layersOnDevice(placement);
    }
    EXPECT_EQ(before, 4U);
}

TEST(NextMove, OnePartAtATimeAndTheDeviceIsRelievedFirst) {
    const Placement device = Placement::allOn(Side::Device, 3), host = Placement::allOn(Side::Host, 3);
    const auto walk = [](Placement from, const Placement& to, bool isTied) {
        std::vector<std::size_t> parts;
        while (const auto part = nextMove(from, to, isTied)) {
            EXPECT_NE(from.sideOf(*part), to.sideOf(*part));
            from.put(*part, to.sideOf(*part));
            if (isTied) from.head = from.embedding;
            parts.push_back(*part);
            if (parts.size() > 5) break;
        }
        EXPECT_EQ(from, to);
        return parts;
    };
    EXPECT_TRUE(walk(device, device, false).empty());
    EXPECT_EQ(walk(device, host, false), (std::vector<std::size_t>{3, 0, 1, 2, 4}));
    EXPECT_EQ(walk(host, device, false), (std::vector<std::size_t>{4, 2, 1, 0, 3}));
    EXPECT_EQ(walk(device, host, true), (std::vector<std::size_t>{0, 1, 2, 3}));
    EXPECT_EQ(walk(host, device, true), (std::vector<std::size_t>{3, 2, 1, 0}));
    Placement first = host, last = host;
    first.layers[0] = last.layers[2] = Side::Device;
    EXPECT_EQ(walk(first, last, false), (std::vector<std::size_t>{0, 2}));
}

}  // namespace
}  // namespace strata::test
