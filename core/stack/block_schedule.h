// Which blocks a computation uses: an immutable snapshot that the engine takes between two tokens.
#pragma once

#include "core/stack/stack_file.h"

#include <algorithm>
#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

namespace strata {

/// The level of every tile, and where its blocks stand in memory. Immutable. While a schedule is alive, its blocks stay
/// in memory.
class BlockSchedule {
public:
    /// The level of every tile of the first `blocks` blocks.
    [[nodiscard]] static std::vector<std::uint8_t> prefixLevels(const StackFile& stack, std::size_t blocks);
    /// Every linear layer at `level`; token_embd and output at their highest.
    [[nodiscard]] static std::vector<std::uint8_t> uniformLevels(const StackFile& stack, unsigned level);

    /// `base` points at file offset `baseOffset`; `release` runs when the last owner lets go.
    BlockSchedule(std::shared_ptr<const StackFile> stack, std::vector<std::uint8_t> levels, const std::byte* base,
                  std::uint64_t baseOffset, std::size_t residentBlocks, std::function<void()> release,
                  std::shared_ptr<const std::vector<std::size_t>> reach = nullptr);
    ~BlockSchedule();
    /// A view of `whole`, which it keeps alive: no tile deeper than in `levels`, none deeper than there. No memory of
    /// its own.
    [[nodiscard]] static std::shared_ptr<const BlockSchedule> shallower(
        const std::shared_ptr<const BlockSchedule>& whole, std::vector<std::uint8_t> levels);
    /// Such a view that ends after block `blocks` of the prefix.
    [[nodiscard]] static std::shared_ptr<const BlockSchedule> prefix(const std::shared_ptr<const BlockSchedule>& whole,
                                                                     std::size_t blocks);
    /// Such a view that has of matrix m the blocks of the prefix before (*reach)[m] alone.
    [[nodiscard]] static std::shared_ptr<const BlockSchedule> restricted(
        const std::shared_ptr<const BlockSchedule>& whole, std::shared_ptr<const std::vector<std::size_t>> reach);
    BlockSchedule(const BlockSchedule&) = delete;
    BlockSchedule& operator=(const BlockSchedule&) = delete;

    [[nodiscard]] const StackFile& stack() const noexcept { return *m_stack; }
    [[nodiscard]] unsigned level(std::size_t matrix, std::size_t tile) const noexcept {
        return m_levels[m_stack->tileIndex(matrix, tile)];
    }
    /// Bytes of a block below level(matrix, tile).
    [[nodiscard]] const std::byte* block(std::size_t matrix, std::size_t tile, unsigned level) const noexcept;
    /// Length of the prefix in memory.
    [[nodiscard]] std::size_t residentBlocks() const noexcept { return m_residentBlocks; }
    /// Of the prefix whose blocks of this matrix are the schedule's concern: they may be needed, at this depth or
    /// another.
    [[nodiscard]] std::size_t residentBlocks(std::size_t matrix) const noexcept {
        return m_reach == nullptr ? m_residentBlocks : std::min(m_residentBlocks, (*m_reach)[matrix]);
    }
    /// Dense tensors and all blocks that this schedule uses.
    [[nodiscard]] std::uint64_t weightBytes() const noexcept { return m_weightBytes; }

private:
    std::shared_ptr<const StackFile> m_stack;
    std::vector<std::uint8_t> m_levels;  // [tileCount]
    const std::byte* m_base;
    std::uint64_t m_baseOffset;
    std::size_t m_residentBlocks;
    std::uint64_t m_weightBytes;
    std::shared_ptr<const std::vector<std::size_t>> m_reach;  // [matrices]; null: all of the prefix
    std::function<void()> m_release;
};

}  // namespace strata
