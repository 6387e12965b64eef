// Closed forms on N(0, 1): the mass of [a, b] is Phi(b) - Phi(a), its first moment phi(a) - phi(b).
#include "core/codec/nested_codec.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <limits>
#include <numbers>

namespace strata {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

double density(double x) {
    return std::isinf(x) ? 0 : std::exp(-0.5 * x * x) / std::sqrt(2 * std::numbers::pi);
}

/// P(a < X < b), taken in the tail where it is small, so that far cells keep their digits.
double mass(double a, double b) {
    if (a > 0) return 0.5 * (std::erfc(a / std::numbers::sqrt2) - std::erfc(b / std::numbers::sqrt2));
    return 0.5 * (std::erfc(-b / std::numbers::sqrt2) - std::erfc(-a / std::numbers::sqrt2));
}

double centroid(double a, double b) {
    return (density(a) - density(b)) / mass(a, b);
}

/// Threshold of the 2-level Lloyd-Max quantizer of the cell (a, b): half-way between the centroids of its halves.
double lloydSplit(double a, double b) {
    double threshold = centroid(a, b);
    for (int step = 0; step < 500; ++step) {
        const double next = 0.5 * (centroid(a, threshold) + centroid(threshold, b));
        if (std::abs(next - threshold) < 1e-13) break;
        threshold = next;
    }
    return threshold;
}

/// Edges of the 2^planes cells, both infinities included.
std::vector<double> cellEdges(unsigned planes) {
    std::vector<double> edges{-kInfinity, kInfinity};
    for (unsigned plane = 0; plane < planes; ++plane) {
        std::vector<double> finer;
        for (std::size_t cell = 0; cell + 1 < edges.size(); ++cell) {
            finer.push_back(edges[cell]);
            finer.push_back(lloydSplit(edges[cell], edges[cell + 1]));
        }
        finer.push_back(kInfinity);
        edges = std::move(finer);
    }
    return edges;
}

/// What rounding to multiples of `grid`, at most `limit` of them, adds to the mean squared error.
double roundingError(const std::vector<double>& centroids, const std::vector<double>& masses, double grid,
                     double limit) {
    double sum = 0;
    for (std::size_t code = 0; code < centroids.size(); ++code) {
        const double rounded = std::clamp(std::round(centroids[code] / grid), -limit, limit) * grid;
        sum += masses[code] * (centroids[code] - rounded) * (centroids[code] - rounded);
    }
    return sum;
}

/// The grid with the least rounding error. Grids too fine for the outermost centroids are tried as well: clamping a
/// rare cell can cost less than a coarse grid in the middle.
double bestGrid(const std::vector<double>& centroids, const std::vector<double>& masses, double limit) {
    double best = centroids.back() / limit;
    double least = roundingError(centroids, masses, best, limit);
    constexpr int kSteps = 4000;
    for (int step = 0; step <= kSteps; ++step) {
        const double outermost = limit * (0.5 + static_cast<double>(step) / kSteps);
        const double grid = centroids.back() / outermost;
        const double error = roundingError(centroids, masses, grid, limit);
        if (error < least) {
            least = error;
            best = grid;
        }
    }
    return best;
}

LevelTable roundedTable(unsigned level, const std::vector<double>& centroids, const std::vector<double>& edges) {
    LevelTable table;
    table.planes = level;
    const bool wide = level > 6;
    std::vector<double> masses;
    for (std::size_t cell = 0; cell < centroids.size(); ++cell) masses.push_back(mass(edges[cell], edges[cell + 1]));
    const double limit = wide ? 127 * 256 + 127 : 127;
    const double grid = wide ? centroids.back() / limit : bestGrid(centroids, masses, limit);
    table.step = static_cast<float>(wide ? grid : grid / 256);
    for (std::size_t code = 0; code < centroids.size(); ++code) {
        const double units = std::clamp(std::round(centroids[code] / grid), -limit, limit);
        const double high = wide ? std::floor((units + 128) / 256) : units;
        table.high[code] = static_cast<std::int8_t>(high);
        table.low[code] = static_cast<std::int8_t>(wide ? units - 256 * high : 0);
    }
    return table;
}

std::vector<double> centroidsOf(const std::vector<double>& edges) {
    std::vector<double> centroids;
    for (std::size_t cell = 0; cell + 1 < edges.size(); ++cell)
        centroids.push_back(centroid(edges[cell], edges[cell + 1]));
    return centroids;
}

}  // namespace

std::vector<std::vector<double>> gaussianTree(unsigned planes) {
    assert(planes >= 1 && planes <= kMaximumPlanes);
    std::vector<std::vector<double>> levels;
    for (unsigned level = 1; level <= planes; ++level) levels.push_back(centroidsOf(cellEdges(level)));
    return levels;
}

std::vector<LevelTable> levelTables(unsigned planes) {
    assert(planes >= 1 && planes <= kMaximumPlanes);
    static const std::vector<LevelTable> kTables = [] {
        std::vector<LevelTable> tables;
        for (unsigned level = 1; level <= kMaximumPlanes; ++level) {
            const std::vector<double> edges = cellEdges(level);
            tables.push_back(roundedTable(level, centroidsOf(edges), edges));
        }
        return tables;
    }();
    return {kTables.begin(), kTables.begin() + planes};
}

}  // namespace strata
