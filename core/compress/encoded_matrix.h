// A matrix after encoding: its blocks and what is known of their errors.
#pragma once

#include "core/codec/bitstack_codec.h"
#include "core/codec/nested_codec.h"
#include "core/stack/stack_file.h"

#include <cstdint>
#include <string>
#include <vector>

namespace strata {

struct EncodedMatrix {
    MatrixInfo info;
    /// [tile][level 0..levels]: tr(R H R^T) / tr(W H W^T), 1 at level 0.
    std::vector<std::vector<double>> relativeError;
    std::vector<std::uint64_t> checksums;        ///< [tile * levels + level]
    std::vector<float> channelScales;            ///< bitstack
    std::uint64_t routedTokens = 0;              ///< calibration tokens that its expert was chosen for; 0 without one
    std::vector<std::vector<std::byte>> blocks;  ///< [tile * levels + level]; empty once saved
    std::string file;                            ///< where the blocks were saved
    std::uint64_t fileOffset = 0;                ///< of the first block in it
};

/// Bits and row scales of every plane of one tile, appended to `matrix`. `parts` are the tile's row chunks from top to
/// bottom.
void appendNestedTile(EncodedMatrix& matrix, std::span<const NestedMatrix> parts);
/// All blocks of a matrix of one tile.
void appendBitstackBlocks(EncodedMatrix& matrix, const BitstackMatrix& encoded);
/// One block as a stack holds it, of a matrix of one tile.
[[nodiscard]] std::vector<std::byte> packBitstackBlock(const MatrixInfo& info, const BitstackBlock& block);
/// tr(R H R^T) at levels 0..n, as shares of that at level 0.
[[nodiscard]] std::vector<double> relativeErrors(std::span<const double> errors);

}  // namespace strata
