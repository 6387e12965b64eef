#include "core/codec/nested_codec.h"

#include "core/base/half.h"
#include "core/codec/nested_search.h"
#include "core/codec/row_lanes.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <new>

namespace strata {
namespace {

using search::Chunk;
using search::Moment;
static_assert(kRowLanes == search::kLanes);

/// Mean squared errors of near-optimal quantizers of N(0, 1) with 1 to 8 bits: what the prefixes' errors are measured
/// against in the first choice.
constexpr std::array<double, kMaximumPlanes> kExpectedError = {0.3634, 0.1175,  0.0349, 0.0098,
                                                               0.0027, 0.00075, 0.0002, 0.00006};
constexpr double kLeastGain = 1e-3;           ///< below it a row scale is noise, and dividing by it harmful
constexpr double kLeastRelativeError = 1e-9;  ///< an exact fit must not outweigh every other prefix

Result<void> checkArguments(std::span<const float> rows, std::size_t columns, const Rotation& rotation,
                            const InputStatistics& statistics, const NestedOptions& options) {
    const auto invalid = [](const char* what) { return fail(ErrorCode::InvalidArgument, what); };
    if (options.planes < 1 || options.planes > kMaximumPlanes) return invalid("planes must be 1 to 8");
    if (columns == 0 || rows.empty() || rows.size() % columns != 0) return invalid("not a whole number of rows");
    if (rotation.size() != columns) return invalid("the rotation does not have the size of a row");
    const std::size_t square = columns * columns;
    const auto& [statisticsColumns, hessian, factor, damping] = statistics;
    if (!hessian.empty() && hessian.size() != square && hessian.size() != columns)
        return invalid("input statistics do not have the size of a row");
    if (!factor.empty() && (factor.size() != square || hessian.size() != square))
        return invalid("the feedback factor does not have the size of the input statistics");
    if (!options.prefixWeights.empty() && options.prefixWeights.size() != options.planes)
        return invalid("one prefix weight per plane is needed");
    for (const float weight : options.prefixWeights)
        if (!std::isfinite(weight) || weight < 0) return invalid("prefix weights must be finite and not negative");
    return {};
}

search::Tree storedTree(unsigned planes) {
    search::Tree tree;
    tree.planes = planes;
    const std::vector<LevelTable> tables = levelTables(planes);
    for (unsigned level = 0; level < planes; ++level)
        for (unsigned node = 0; node < 2U << level; ++node) {
            const float value = levelValue(tables[level], node);
            tree.value[level][node] = value;
            tree.square[level][node] = value * value;
        }
    return tree;
}

/// Rows rotated, scaled to unit variance and put in place. Errors: Corrupt for NaN or infinity.
Result<void> fillInput(std::span<const float> rows, const Rotation& rotation, Chunk& chunk) {
    std::vector<float> tile(chunk.columns * kRowLanes);
    for (std::size_t first = 0; first < chunk.rows; first += kRowLanes) {
        const std::size_t count = std::min(kRowLanes, chunk.rows - first);
        gatherRows(&rows[first * chunk.columns], chunk.columns, count, chunk.columns, tile.data());
        rotateTile(rotation, tile.data());
        std::array<double, kRowLanes> squares{};
        for (std::size_t index = 0; index < tile.size(); ++index)
            squares[index % kRowLanes] += static_cast<double>(tile[index]) * static_cast<double>(tile[index]);
        std::array<float, kRowLanes> inverse{};
        for (std::size_t lane = 0; lane < kRowLanes; ++lane) {
            const double norm = std::sqrt(squares[lane] / static_cast<double>(chunk.columns));
            if (!std::isfinite(norm)) return fail(ErrorCode::Corrupt, "weights hold NaN or infinity");
            const bool usable = static_cast<float>(norm) > 1e-30F;  // its reciprocal must be finite
            chunk.norms[first + lane] = usable ? static_cast<float>(norm) : 0.0F;
            inverse[lane] = usable ? 1 / static_cast<float>(norm) : 0.0F;
        }
        for (std::size_t column = 0; column < chunk.columns; ++column)
            for (std::size_t lane = 0; lane < kRowLanes; ++lane)
                chunk.input[column * chunk.paddedRows() + first + lane] =
                    tile[column * kRowLanes + lane] * inverse[lane];
    }
    return {};
}

Chunk emptyChunk(std::size_t rows, std::size_t columns, unsigned planes) {
    Chunk chunk;
    chunk.rows = rows;
    chunk.columns = columns;
    chunk.tiles = (rows + kRowLanes - 1) / kRowLanes;
    chunk.tree = storedTree(planes);
    chunk.input.resize(columns * chunk.paddedRows());
    chunk.codes.resize(columns * chunk.paddedRows());
    chunk.norms.resize(chunk.paddedRows());
    chunk.gain.assign(chunk.stride(), 1.0F);
    return chunk;
}

/// The quadratic c - 2 b d + a d^2 of one row's error at one prefix, in the change d of its gain.
struct RowError {
    double constant;  ///< tr(R H R^T)
    double slope;     ///< tr(R H Q^T)
    double curve;     ///< tr(Q H Q^T)
    [[nodiscard]] double best() const noexcept { return curve > 0 ? slope / curve : 0; }
    [[nodiscard]] double at(double change) const noexcept {
        return std::max(0.0, constant - 2 * change * slope + change * change * curve);
    }
};

RowError rowError(const Chunk& chunk, const std::vector<double>& moments, std::size_t place, double damping) {
    const auto sum = [&](Moment kind) { return moments[kind * chunk.stride() + place]; };
    const double damped = (sum(Moment::kInputCode) - sum(Moment::kGradientCode)) / chunk.gain[place];
    RowError error{sum(Moment::kGradientResidual), sum(Moment::kGradientCode), damped};
    const double undamped = damped - damping * sum(Moment::kCodeSquare);
    if (undamped <= 1e-6 * damped) return {0, 0, 0};  // nothing but the damping is there to fit
    error.constant -= damping * sum(Moment::kResidualSquare);
    error.slope -= damping * sum(Moment::kResidualCode);
    error.curve = undamped;
    return error;
}

float prefixWeight(const NestedOptions& options, unsigned plane) {
    return options.prefixWeights.empty() ? 1.0F : options.prefixWeights[plane];
}

/// Re-fits the gains under the damped H; returns the weights of the next pass, gain^2 / present error of the prefix.
std::vector<float> refit(Chunk& chunk, search::ColumnSearch& columns, const NestedOptions& options, double energy) {
    const std::vector<double> moments = columns.moments();
    std::vector<float> ratio(chunk.stride(), 0.0F);
    std::vector<float> weight(chunk.stride(), 1.0F);
    for (unsigned plane = 0; plane < options.planes; ++plane) {
        double total = 0;
        for (std::size_t row = 0; row < chunk.rows; ++row) {
            if (chunk.norms[row] == 0) continue;
            const std::size_t place = chunk.place(row, plane);
            const RowError error = rowError(chunk, moments, place, 0);
            const double gain = chunk.gain[place];
            double change = error.best();
            if (!(gain + change > kLeastGain)) change = 0;
            total += error.at(change);
            const auto refitted = static_cast<float>(gain + change);
            ratio[place] = refitted / chunk.gain[place] - 1;
            chunk.gain[place] = refitted;
        }
        const double relative = energy > 0 ? std::max(total / energy, kLeastRelativeError) : 1;
        const double scale = prefixWeight(options, plane) / relative;
        for (std::size_t row = 0; row < chunk.rows; ++row) {
            const std::size_t place = chunk.place(row, plane);
            weight[place] = static_cast<float>(scale) * chunk.gain[place] * chunk.gain[place];
        }
    }
    columns.changeGains(ratio);
    return weight;
}

void copyCodes(const Chunk& chunk, NestedMatrix& matrix) {
    matrix.codes.resize(chunk.rows * chunk.columns);
    constexpr std::size_t kBlock = 64;
    for (std::size_t first = 0; first < chunk.columns; first += kBlock)
        for (std::size_t row = 0; row < chunk.rows; ++row)
            for (std::size_t column = first; column < std::min(first + kBlock, chunk.columns); ++column)
                matrix.codes[row * chunk.columns + column] = chunk.codes[column * chunk.paddedRows() + row];
}

/// Fits the row scales under the undamped H, rounds them as stored, and measures the errors with them.
Result<void> fitRowScales(const Chunk& chunk, const std::vector<double>& moments, double damping,
                          NestedMatrix& matrix) {
    const unsigned planes = chunk.tree.planes;
    matrix.rowScales.assign(planes * chunk.rows, 0.0F);
    for (std::size_t row = 0; row < chunk.rows; ++row) {
        const double norm = chunk.norms[row];
        if (norm == 0) continue;
        for (unsigned plane = 0; plane < planes; ++plane) {
            const std::size_t place = chunk.place(row, plane);
            const RowError error = rowError(chunk, moments, place, damping);
            const double gain = chunk.gain[place];
            const float scale = toFloat(toHalf(static_cast<float>((gain + error.best()) * norm)));
            if (!std::isfinite(scale))
                return fail(ErrorCode::Unsupported, "a row of weights is too large for a binary16 scale");
            matrix.rowScales[plane * chunk.rows + row] = scale;
            matrix.error[plane + 1] += norm * norm * error.at(scale / norm - gain);
        }
    }
    return {};
}

/// tr(W H W^T), H undamped, from the damped energies of the unit-variance rows.
double undampedEnergy(const Chunk& chunk, const std::vector<double>& energies, double damping) {
    double sum = 0;
    for (std::size_t row = 0; row < chunk.rows; ++row) {
        const double norm = chunk.norms[row];
        const double ofDamping = damping * static_cast<double>(chunk.columns);  // unit variance
        if (norm > 0) sum += norm * norm * std::max(0.0, energies[row] - ofDamping);
    }
    return sum;
}

Result<NestedMatrix> encode(std::span<const float> rows, std::size_t columns, const Rotation& rotation,
                            const InputStatistics& statistics, const NestedOptions& options) {
    STRATA_CHECK(checkArguments(rows, columns, rotation, statistics, options));
    Chunk chunk = emptyChunk(rows.size() / columns, columns, options.planes);
    STRATA_CHECK(fillInput(rows, rotation, chunk));
    const bool full = columns > 1 && statistics.hessian.size() == columns * columns;
    const auto columnSearch = full ? makeFullSearch(chunk, statistics) : makeSeparableSearch(chunk, statistics);

    std::vector<float> planeWeights;
    for (unsigned plane = 0; plane < options.planes; ++plane)
        planeWeights.push_back(prefixWeight(options, plane) / static_cast<float>(std::sqrt(kExpectedError[plane])));
    columnSearch->chooseCodes(planeWeights);
    const std::vector<double> energies = columnSearch->startGradient();
    double energy = 0;
    for (std::size_t row = 0; row < chunk.rows; ++row) energy += energies[row];
    if (options.descentPasses > 0) {
        const std::vector<float> weight = refit(chunk, *columnSearch, options, energy);
        for (unsigned pass = 0; pass < options.descentPasses; ++pass) columnSearch->descend(weight);
        columnSearch->finishGradient();
    }

    NestedMatrix matrix{.rows = chunk.rows, .columns = columns, .codes = {}, .rowScales = {}, .error = {}};
    matrix.error.assign(options.planes + 1, 0.0);
    matrix.error[0] = undampedEnergy(chunk, energies, statistics.damping);
    STRATA_CHECK(fitRowScales(chunk, columnSearch->moments(), statistics.damping, matrix));
    copyCodes(chunk, matrix);
    return matrix;
}

}  // namespace

Result<NestedMatrix> encodeNested(std::span<const float> rows, std::size_t columns, const Rotation& rotation,
                                  const InputStatistics& statistics, const NestedOptions& options) {
    try {
        return encode(rows, columns, rotation, statistics, options);
    } catch (const std::bad_alloc&) {
        return fail(ErrorCode::OutOfMemory, "no memory to encode a run of rows");
    }
}

}  // namespace strata
