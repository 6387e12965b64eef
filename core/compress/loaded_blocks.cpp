#include "core/compress/loaded_blocks.h"

namespace strata {

Result<LoadedBlocks> LoadedBlocks::load(std::shared_ptr<const StackFile> stack, std::size_t first, std::size_t count) {
    LoadedBlocks loaded;
    loaded.m_offset = stack->blocks()[first].offset;
    const BlockInfo& last = stack->blocks()[first + count - 1];
    auto bytes = std::make_shared<std::vector<std::byte>>(last.offset + last.sizeBytes - loaded.m_offset);
    STRATA_CHECK(stack->readBlocks(first, count, *bytes));
    loaded.m_stack = std::move(stack);
    loaded.m_bytes = std::move(bytes);
    return loaded;
}

Result<LoadedBlocks> LoadedBlocks::loadMatrices(std::shared_ptr<const StackFile> stack, std::size_t firstMatrix,
                                                std::size_t count) {
    const MatrixInfo& last = stack->matrices()[firstMatrix + count - 1];
    const std::size_t first = stack->blockIndex(firstMatrix, 0, 0);
    const std::size_t end = stack->blockIndex(firstMatrix + count - 1, last.tileCount() - 1, last.levels - 1);
    return load(std::move(stack), first, end - first + 1);
}

std::shared_ptr<const BlockSchedule> LoadedBlocks::schedule(std::vector<std::uint8_t> levels) const {
    return std::make_shared<BlockSchedule>(m_stack, std::move(levels), m_bytes->data(), m_offset, 0,
                                           [keep = m_bytes] {});
}

}  // namespace strata
