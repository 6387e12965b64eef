#include "core/stack/block_schedule.h"

#include <algorithm>
#include <cassert>

namespace strata {

std::vector<std::uint8_t> BlockSchedule::prefixLevels(const StackFile& stack, std::size_t blocks) {
    std::vector<std::uint8_t> levels(stack.tileCount(), 0);
    for (const BlockInfo& block : stack.blocks().first(blocks)) ++levels[stack.tileIndex(block.matrix, block.tile)];
    return levels;
}

std::vector<std::uint8_t> BlockSchedule::uniformLevels(const StackFile& stack, unsigned level) {
    std::vector<std::uint8_t> levels(stack.tileCount(), 0);
    for (std::size_t matrix = 0; matrix < stack.matrices().size(); ++matrix) {
        const MatrixInfo& info = stack.matrices()[matrix];
        const bool vocabulary = info.name == "token_embd.weight" || info.name == "output.weight";
        const unsigned chosen = vocabulary ? info.levels : std::min(level, info.levels);
        for (std::size_t tile = 0; tile < info.tileCount(); ++tile)
            levels[stack.tileIndex(matrix, tile)] = static_cast<std::uint8_t>(chosen);
    }
    return levels;
}

BlockSchedule::BlockSchedule(std::shared_ptr<const StackFile> stack, std::vector<std::uint8_t> levels,
                             const std::byte* base, std::uint64_t baseOffset, std::size_t residentBlocks,
                             std::function<void()> release, std::shared_ptr<const std::vector<std::size_t>> reach)
    : m_stack(std::move(stack)),
      m_levels(std::move(levels)),
      m_base(base),
      m_baseOffset(baseOffset),
      m_residentBlocks(residentBlocks),
      m_weightBytes(m_stack->denseBytes()),
      m_reach(std::move(reach)),
      m_release(std::move(release)) {
    assert(m_levels.size() == m_stack->tileCount());
    for (std::size_t matrix = 0; matrix < m_stack->matrices().size(); ++matrix) {
        const MatrixInfo& info = m_stack->matrices()[matrix];
        for (std::size_t tile = 0; tile < info.tileCount(); ++tile)
            m_weightBytes += std::uint64_t{level(matrix, tile)} * info.blockBytes(tile);
    }
}

std::shared_ptr<const BlockSchedule> BlockSchedule::shallower(const std::shared_ptr<const BlockSchedule>& whole,
                                                              std::vector<std::uint8_t> levels) {
    assert(levels.size() == whole->m_levels.size());
    for (std::size_t tile = 0; tile < levels.size(); ++tile)
        levels[tile] = std::min(levels[tile], whole->m_levels[tile]);
    return std::make_shared<BlockSchedule>(
        whole->m_stack, std::move(levels), whole->m_base, whole->m_baseOffset, whole->m_residentBlocks, [whole] {},
        whole->m_reach);
}

std::shared_ptr<const BlockSchedule> BlockSchedule::prefix(const std::shared_ptr<const BlockSchedule>& whole,
                                                           std::size_t blocks) {
    assert(blocks <= whole->m_residentBlocks);
    std::vector<std::uint8_t> levels = prefixLevels(*whole->m_stack, blocks);
    for (std::size_t tile = 0; tile < levels.size(); ++tile)
        levels[tile] = std::min(levels[tile], whole->m_levels[tile]);
    return std::make_shared<BlockSchedule>(
        whole->m_stack, std::move(levels), whole->m_base, whole->m_baseOffset, blocks, [whole] {}, whole->m_reach);
}

std::shared_ptr<const BlockSchedule> BlockSchedule::restricted(const std::shared_ptr<const BlockSchedule>& whole,
                                                               std::shared_ptr<const std::vector<std::size_t>> reach) {
    const StackFile& stack = *whole->m_stack;
    assert(reach->size() == stack.matrices().size() && whole->m_reach == nullptr);
    std::vector<std::uint8_t> levels = whole->m_levels;
    for (std::size_t index = 0; index < stack.blocks().size(); ++index) {
        const BlockInfo& block = stack.blocks()[index];
        std::uint8_t& level = levels[stack.tileIndex(block.matrix, block.tile)];
        if (index >= (*reach)[block.matrix]) level = std::min(level, static_cast<std::uint8_t>(block.level));
    }
    return std::make_shared<BlockSchedule>(
        whole->m_stack, std::move(levels), whole->m_base, whole->m_baseOffset, whole->m_residentBlocks, [whole] {},
        std::move(reach));
}

BlockSchedule::~BlockSchedule() {
    if (m_release) m_release();
}

const std::byte* BlockSchedule::block(std::size_t matrix, std::size_t tile, unsigned level) const noexcept {
    assert(level < this->level(matrix, tile));
    return m_base + (m_stack->blocks()[m_stack->blockIndex(matrix, tile, level)].offset - m_baseOffset);
}

}  // namespace strata
