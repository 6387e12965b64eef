// Bytes of weights: of a schedule, and those that one decoded token reads.
#pragma once

#include "core/stack/block_schedule.h"

#include <cstdint>
#include <span>
#include <vector>

namespace strata::cli {

/// Dense tensors and the blocks below `levels` (one entry per tile, as in BlockSchedule).
[[nodiscard]] std::uint64_t weightBytesOf(const StackFile& stack, std::span<const std::uint8_t> levels);

/// The same without what a token does not touch: of an embedding that is not the output head too, one row is read.
[[nodiscard]] std::uint64_t weightBytesPerToken(const StackFile& stack, std::span<const std::uint8_t> levels);

/// Highest level of a linear layer.
[[nodiscard]] unsigned highestLevel(const StackFile& stack);

/// BlockSchedule::uniformLevels. Errors: InvalidArgument when no linear layer has that many.
[[nodiscard]] Result<std::vector<std::uint8_t>> levelsFor(const StackFile& stack, std::uint64_t level);

/// Weights of all matrices, for bits per weight.
[[nodiscard]] std::uint64_t weightCount(const StackFile& stack);

/// token_embd and output.
[[nodiscard]] bool isVocabulary(const MatrixInfo& matrix);

}  // namespace strata::cli
