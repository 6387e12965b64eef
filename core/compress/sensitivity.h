// How much each tile's error matters, measured on calibration text.
#pragma once

#include "core/base/progress.h"
#include "core/base/thread_pool.h"
#include "core/compress/encoded_matrix.h"
#include "core/compress/lockstep.h"
#include "core/compress/universal_order.h"

#include <cstdint>
#include <vector>

namespace strata {

/// Predicted loss of every level of every tile, in tile order of the stack.
///
/// One linear at a time stands at a coarse level while all others stand at their highest; its KL to the model at its
/// highest, per unit of relative output error, is its sensitivity, and the loss at a level is sensitivity x error
/// there. All of these evaluations run in lockstep through the layers, each from its own layer on, on 512 tokens and
/// the int8 kernels: two to three forward passes of work per decoder block instead of one whole pass per linear.
/// The gates of all of a layer's experts are lowered together, likewise their ups and their downs: a pass per expert
/// would cost hundreds per layer and measure little, since few tokens meet one expert. What comes of it is shared out
/// among the experts by how many calibration tokens each was chosen for, times its own error. Vocabulary tiles are
/// measured as the head tile by tile from the final states, and as the embedding all together, shared out by how often
/// the calibration text uses each tile's tokens.
[[nodiscard]] Result<std::vector<TileCurve>> measureTileCurves(std::shared_ptr<const StackFile> stack,
                                                               const ModelConfig& config,
                                                               std::span<const EncodedMatrix> matrices,
                                                               std::span<const TokenId> calibration, WorkFolder& folder,
                                                               ThreadPool& pool, const JobContext& context);

/// Share of its probe's harm that each matrix answers for: the whole, or, of experts' matrices that are probed
/// together, in proportion to how many tokens the expert was chosen for (one more, so that none is worth nothing) times
/// the error that the probe makes in the matrix.
[[nodiscard]] std::vector<double> probeShares(std::span<const EncodedMatrix> matrices);
/// Bytes of the hidden states that this keeps in the work folder, before and after a decoder block each.
[[nodiscard]] std::uint64_t sensitivityDiskBytes(const ModelConfig& config);

}  // namespace strata
