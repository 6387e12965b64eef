// Names of the keys and tensors of a stack file; docs/file-format.md explains them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace strata::keys {

inline constexpr std::uint32_t kStackVersion = 1;
inline constexpr std::uint32_t kStackAlignment = 64;

inline constexpr std::string_view kVersion = "strata.version";
inline constexpr std::string_view kMatrixName = "strata.matrix.name";
inline constexpr std::string_view kMatrixCodec = "strata.matrix.codec";
inline constexpr std::string_view kMatrixRows = "strata.matrix.rows";
inline constexpr std::string_view kMatrixColumns = "strata.matrix.columns";
inline constexpr std::string_view kMatrixTileRows = "strata.matrix.tile_rows";
inline constexpr std::string_view kMatrixLevels = "strata.matrix.levels";
inline constexpr std::string_view kMatrixRank = "strata.matrix.rank";
inline constexpr std::string_view kOrderMatrix = "strata.order.matrix";
inline constexpr std::string_view kOrderTile = "strata.order.tile";
inline constexpr std::string_view kOrderLevel = "strata.order.level";
inline constexpr std::string_view kChecksum = "strata.checksum";
inline constexpr std::string_view kDenseChecksum = "strata.checksum.dense";
inline constexpr std::string_view kCurveWeightBytes = "strata.curve.weight_bytes";
inline constexpr std::string_view kCurveBlocks = "strata.curve.blocks";
inline constexpr std::string_view kCurvePerplexity = "strata.curve.perplexity";
inline constexpr std::string_view kCurveDivergence = "strata.curve.divergence";
inline constexpr std::string_view kCurveAgreement = "strata.curve.agreement";

/// Level tables: strata.tables.<planes>.step [planes], .high and .low: 2^1 + 2^2 + ... + 2^planes entries.
[[nodiscard]] inline std::string tables(unsigned planes, std::string_view part) {
    return "strata.tables." + std::to_string(planes) + "." + std::string(part);
}
/// Tensor with the signs of the rotation for `columns` inputs.
[[nodiscard]] inline std::string rotation(std::size_t columns) {
    return "strata.rotation." + std::to_string(columns);
}
/// Tensor with the channel scales of a bitstack matrix.
[[nodiscard]] inline std::string channelScales(std::string_view matrix) {
    return std::string(matrix) + ".channel_scales";
}
/// Tensor of one block.
[[nodiscard]] inline std::string block(std::string_view matrix, std::size_t tile, std::size_t level) {
    return std::string(matrix) + ".t" + std::to_string(tile) + ".p" + std::to_string(level);
}

}  // namespace strata::keys
