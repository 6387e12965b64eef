// A run of neighbouring blocks of a stack in memory, for passes that stream a model layer by layer.
#pragma once

#include "core/stack/block_schedule.h"

#include <cstddef>
#include <memory>
#include <vector>

namespace strata {

/// Immutable after load(). Schedules keep the blocks alive.
class LoadedBlocks {
public:
    /// Blocks [first, first + count). Errors: as StackFile::readBlocks.
    [[nodiscard]] static Result<LoadedBlocks> load(std::shared_ptr<const StackFile> stack, std::size_t first,
                                                   std::size_t count);
    /// All blocks of one matrix, which must be neighbours in the file.
    [[nodiscard]] static Result<LoadedBlocks> loadMatrices(std::shared_ptr<const StackFile> stack,
                                                           std::size_t firstMatrix, std::size_t count);
    /// A schedule that may use these blocks only: tiles outside must stand at level 0 or stay unused.
    [[nodiscard]] std::shared_ptr<const BlockSchedule> schedule(std::vector<std::uint8_t> levels) const;

private:
    std::shared_ptr<const StackFile> m_stack;
    std::shared_ptr<const std::vector<std::byte>> m_bytes;
    std::uint64_t m_offset = 0;
};

}  // namespace strata
