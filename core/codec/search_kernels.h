// The inner loops of the nested encoder: choosing codes for sixteen rows at a time, for one block of columns.
//
// Rows stand in tiles of kRowLanes. An array "per column and row" is [columns][tiles][lanes]; an array "per column, row
// and plane" is [columns][tiles][planes][lanes], so that one matrix product updates all rows and planes of a column.
// A "node" of level p is a prefix of p + 1 bits of a code; leaf codes have `planes` bits. Every function is pure on its
// arguments and splits by tiles without changing a bit of the result.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace strata::search {

inline constexpr std::size_t kLanes = 16;
inline constexpr std::size_t kMaximumColumns = 64;  ///< of one job

/// The nested levels as stored, in units of N(0, 1).
struct Tree {
    unsigned planes = 0;
    alignas(64) float value[8][256]{};   ///< [level][node]
    alignas(64) float square[8][256]{};  ///< value squared
};

/// GPTQ feedback within a block of columns. On return `state` holds (state - centroid) / U[j][j].
struct FeedbackJob {
    const Tree* tree = nullptr;
    const float* planeWeights = nullptr;  ///< [planes]
    float* state = nullptr;               ///< per column, row and plane
    const float* factor = nullptr;        ///< U at the block's first row and column
    std::size_t factorStride = 0;
    std::uint8_t* codes = nullptr;  ///< per column and row
    std::size_t columns = 0;
    std::size_t tiles = 0;
};

/// One pass of coordinate descent within a block of columns; `gradient` (R H) is that of before the block.
struct DescentJob {
    const Tree* tree = nullptr;
    const float* gain = nullptr;      ///< per row and plane
    const float* weight = nullptr;    ///< per row and plane
    const float* gradient = nullptr;  ///< per column, row and plane
    float* steps = nullptr;           ///< out: gain * (new - old centroid), per column, row and plane
    const float* hessian = nullptr;   ///< at the block's first row and column
    std::size_t hessianStride = 0;
    std::uint8_t* codes = nullptr;
    std::size_t columns = 0;
    std::size_t tiles = 0;
};

/// Sums over columns, per row and plane, of products that row scales and errors need. R = X - gain Q, G = R H.
enum Moment : std::size_t { kGradientCode, kGradientResidual, kInputCode, kResidualCode, kResidualSquare, kCodeSquare };
inline constexpr std::size_t kMoments = 6;

struct MomentsJob {
    const Tree* tree = nullptr;
    const float* gain = nullptr;          ///< per row and plane
    const float* input = nullptr;         ///< X, per column and row
    const float* inputHessian = nullptr;  ///< X H, per column and row
    const float* gradient = nullptr;      ///< G, per column, row and plane
    const std::uint8_t* codes = nullptr;
    double* sums = nullptr;  ///< [kMoments][tiles][planes][lanes], added to
    std::size_t columns = 0;
    std::size_t tiles = 0;
};

/// out = scale[column] * (X - gain Q) for tiles [firstTile, firstTile + outTiles) of an array of `tiles`.
struct ResidualJob {
    const Tree* tree = nullptr;
    const float* gain = nullptr;          ///< per row and plane, of all tiles
    const float* input = nullptr;         ///< per column and row, of all tiles
    const std::uint8_t* codes = nullptr;  ///< per column and row, of all tiles
    const float* scale = nullptr;         ///< [columns]; null: 1
    float* out = nullptr;                 ///< [columns][outTiles][planes][lanes]
    std::size_t columns = 0;
    std::size_t tiles = 0;
    std::size_t firstTile = 0;
    std::size_t outTiles = 0;
};

/// The gradient after a change of gains: G = G + ratio (G - X H), ratio = new gain / old gain - 1.
struct RescaleJob {
    unsigned planes = 0;
    const float* ratio = nullptr;  ///< per row and plane
    const float* inputHessian = nullptr;
    float* gradient = nullptr;
    std::size_t columns = 0;
    std::size_t tiles = 0;
};

struct SearchKernels {
    std::string_view name;  ///< "portable", "avx2", "avx512"
    void (*feedback)(const FeedbackJob&);
    void (*descend)(const DescentJob&);
    void (*moments)(const MomentsJob&);
    void (*residual)(const ResidualJob&);
    void (*rescale)(const RescaleJob&);
};

/// The fastest that the processor has; STRATA_SEARCH names another, for tests.
[[nodiscard]] const SearchKernels& searchKernels() noexcept;
/// nullptr when there is no such table or the processor lacks it.
[[nodiscard]] const SearchKernels* searchKernelsNamed(std::string_view name) noexcept;

}  // namespace strata::search
