#include "core/compress/universal_order.h"

#include "core/base/random.h"

#include <algorithm>
#include <limits>
#include <map>
#include <numeric>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace strata {
namespace {

using testing::ElementsAre;

TileCurve curve(std::vector<double> loss, std::uint64_t blockBytes = 1) {
    TileCurve result{std::move(loss), {}};
    for (std::size_t level = 0; level < result.loss.size(); ++level) result.bytes.push_back(level * blockBytes);
    return result;
}

/// The same steps without the first levels, which every order starts with.
std::vector<OrderStep> afterFirstLevels(std::span<const TileCurve> tiles) {
    const std::vector<OrderStep> order = universalOrder(tiles);
    return {order.begin() + static_cast<std::ptrdiff_t>(tiles.size()), order.end()};
}

TEST(UniversalOrder, StartsWithTheFirstLevelsInTileOrder) {
    const std::vector<TileCurve> tiles{curve({1, 0.9, 0.8}), curve({100, 50, 0}), curve({7, 0})};
    const auto order = universalOrder(tiles);
    ASSERT_EQ(order.size(), 5U);
    for (std::size_t tile = 0; tile < 3; ++tile) EXPECT_EQ(order[tile], (OrderStep{tile, 0}));
}

TEST(UniversalOrder, TakesTheGreatestGainPerByteFirst) {
    // Gains after the first level: 3 and 1 for one byte each; 8 and 2 for four bytes each.
    const std::vector<TileCurve> tiles{curve({9, 4, 1, 0}, 1), curve({30, 10, 2, 0}, 4)};
    EXPECT_THAT(afterFirstLevels(tiles),
                ElementsAre(OrderStep{0, 1}, OrderStep{1, 1}, OrderStep{0, 2}, OrderStep{1, 2}));
}

TEST(UniversalOrder, APoorLevelDoesNotHideTheGoodOneBehindIt) {
    // Tile 0 gains 0.1, then 9.9: together 5 per byte, which is more than the 3 of tile 1.
    const std::vector<TileCurve> tiles{curve({20, 10, 9.9, 0}), curve({9, 3, 0})};
    EXPECT_THAT(afterFirstLevels(tiles), ElementsAre(OrderStep{0, 1}, OrderStep{0, 2}, OrderStep{1, 1}));
}

TEST(UniversalOrder, AHullEdgeMayPassSeveralLevelsAndStopBeforeTheLast) {
    const std::vector<TileCurve> tiles{curve({20, 10, 9, 8, 1, 0.5}), curve({9, 3, 0.5})};
    // Levels 1..3 of tile 0 together gain 9 in three bytes; its last level 0.5; tile 1 gains 2.5.
    EXPECT_THAT(afterFirstLevels(tiles),
                ElementsAre(OrderStep{0, 1}, OrderStep{0, 2}, OrderStep{0, 3}, OrderStep{1, 1}, OrderStep{0, 4}));
}

TEST(UniversalOrder, TiesGoToTheLowerTile) {
    const std::vector<TileCurve> tiles{curve({4, 2, 1, 0}), curve({4, 2, 1, 0}), curve({4, 2, 1, 0})};
    EXPECT_THAT(afterFirstLevels(tiles), ElementsAre(OrderStep{0, 1}, OrderStep{0, 2}, OrderStep{1, 1}, OrderStep{1, 2},
                                                     OrderStep{2, 1}, OrderStep{2, 2}));
}

TEST(UniversalOrder, LevelsThatHelpNothingComeLast) {
    const std::vector<TileCurve> flat{curve({1, 0, 0, 0}), curve({5, 1, 0.5, 0.4})};
    const auto order = afterFirstLevels(flat);
    EXPECT_THAT(order, ElementsAre(OrderStep{1, 1}, OrderStep{1, 2}, OrderStep{0, 1}, OrderStep{0, 2}));
    const std::vector<TileCurve> rising{curve({1, 0.2, 0.3, 0.25}), curve({5, 1, 0.5, 0.4})};
    EXPECT_EQ(afterFirstLevels(rising), order) << "a loss that rises is worth nothing, and never less than nothing";
}

TEST(UniversalOrder, ATileOfOneLevelHasItsFirstOnly) {
    EXPECT_THAT(universalOrder(std::vector<TileCurve>{curve({3, 0})}), ElementsAre(OrderStep{0, 0}));
    EXPECT_TRUE(universalOrder({}).empty());
}

TEST(UniversalOrder, EveryBlockOnceAndLevelsOfATileInOrderWhateverTheCurves) {
    Random random(11);
    for (int round = 0; round < 200; ++round) {
        std::vector<TileCurve> tiles;
        std::size_t blocks = 0;
        for (std::size_t tile = 0; tile < 1 + random.next() % 12; ++tile) {
            std::vector<double> loss(2 + random.next() % 8);
            for (double& value : loss) value = random.normal();
            if (random.next() % 16 == 0) loss.back() = std::numeric_limits<double>::quiet_NaN();
            blocks += loss.size() - 1;
            tiles.push_back(curve(std::move(loss), 64 * (1 + random.next() % 9)));
        }
        const auto order = universalOrder(tiles);
        ASSERT_EQ(order.size(), blocks);
        std::vector<unsigned> next(tiles.size(), 0);
        for (const OrderStep& step : order) ASSERT_EQ(step.level, next[step.tile]++);
        EXPECT_EQ(order, universalOrder(tiles));
    }
}

/// Random losses that fall ever more slowly.
TileCurve convexCurve(Random& random, std::size_t levels) {
    std::vector<double> gains(levels);
    for (double& gain : gains) gain = random.uniform() + 1e-3;
    std::ranges::sort(gains, std::greater());
    std::vector<double> loss{std::accumulate(gains.begin(), gains.end(), 0.0)};
    for (const double gain : gains) loss.push_back(loss.back() - gain);
    return curve(std::move(loss), 1 + random.next() % 4);
}

/// Least loss of all choices of levels, at least the first of each tile, within `budget` bytes.
double leastLoss(std::span<const TileCurve> tiles, std::uint64_t budget) {
    if (tiles.empty()) return 0;
    double best = std::numeric_limits<double>::infinity();
    for (std::size_t level = 1; level < tiles[0].loss.size() && tiles[0].bytes[level] <= budget; ++level)
        best = std::min(best, tiles[0].loss[level] + leastLoss(tiles.subspan(1), budget - tiles[0].bytes[level]));
    return best;
}

TEST(UniversalOrder, EveryPrefixIsTheBestChoiceOfItsBytes) {
    Random random(5);
    for (int round = 0; round < 40; ++round) {
        std::vector<TileCurve> tiles;
        for (std::size_t tile = 0; tile < 4; ++tile) tiles.push_back(convexCurve(random, 2 + random.next() % 4));
        const auto order = universalOrder(tiles);
        std::vector<std::size_t> levels(tiles.size(), 0);
        for (std::size_t step = 0; step < order.size(); ++step) {
            ++levels[order[step].tile];
            if (step + 1 < tiles.size()) continue;
            double loss = 0;
            std::uint64_t bytes = 0;
            for (std::size_t tile = 0; tile < tiles.size(); ++tile) {
                loss += tiles[tile].loss[levels[tile]];
                bytes += tiles[tile].bytes[levels[tile]];
            }
            ASSERT_NEAR(loss, leastLoss(tiles, bytes), 1e-9) << "round " << round << " step " << step;
        }
    }
}

/// The least loss within each size of the choices at edges of the tiles' hulls is reached at every edge boundary.
TEST(UniversalOrder, EveryEdgeBoundaryIsTheBestChoiceOfItsBytesForAnyCurve) {
    Random random(6);
    for (int round = 0; round < 40; ++round) {
        std::vector<TileCurve> tiles;
        for (std::size_t tile = 0; tile < 4; ++tile) {
            std::vector<double> loss(3 + random.next() % 4);
            for (double& value : loss) value = random.uniform();
            std::ranges::sort(loss, std::greater());
            tiles.push_back(curve(std::move(loss), 1 + random.next() % 3));
        }
        const auto order = universalOrder(tiles);
        std::vector<std::size_t> levels(tiles.size(), 0);
        for (std::size_t step = 0; step < order.size(); ++step) {
            ++levels[order[step].tile];
            const bool boundary = step + 1 == order.size() || order[step + 1].tile != order[step].tile;
            if (step + 1 < tiles.size() || !boundary) continue;
            double loss = 0;
            std::uint64_t bytes = 0;
            for (std::size_t tile = 0; tile < tiles.size(); ++tile) {
                loss += tiles[tile].loss[levels[tile]];
                bytes += tiles[tile].bytes[levels[tile]];
            }
            ASSERT_NEAR(loss, leastLoss(tiles, bytes), 1e-9) << "round " << round << " step " << step;
        }
    }
}

}  // namespace
}  // namespace strata
