// A matrix of a stack as the CPU kernels see it under the present schedule.
#pragma once

#include "core/kernels/kernels.h"
#include "core/stack/block_schedule.h"

#include <cstddef>
#include <span>
#include <vector>

namespace strata {

/// Pointers into a schedule's blocks, tile by tile. Valid while that schedule lives.
class CpuMatrix {
public:
    /// `stack` must outlive the matrix. Errors: Corrupt (rotation, tables or channel scales missing).
    [[nodiscard]] static Result<CpuMatrix> create(const StackFile& stack, std::size_t index);

    /// Points every tile at the schedule's blocks.
    void use(const BlockSchedule& schedule);

    [[nodiscard]] const MatrixInfo& info() const noexcept { return *m_info; }
    /// Nested matrices only.
    [[nodiscard]] const Rotation& rotation() const noexcept { return *m_rotation; }
    /// The activation is divided by these first; empty: it is not.
    [[nodiscard]] std::span<const float> channelScales() const noexcept { return m_channelScales; }
    /// One of the two is empty, by codec. Tiles of level 0 have no planes (or blocks) and must not be used.
    [[nodiscard]] std::span<const NestedTile> nested() const noexcept { return m_nested; }
    [[nodiscard]] std::span<const BitstackTile> bitstack() const noexcept { return m_bitstack; }

    /// Row `row` as it was before the codec: out [columns].
    void readRow(const Kernels& kernels, std::size_t row, float* out) const;

private:
    void useNested(const BlockSchedule& schedule, std::size_t tile);
    void useBitstack(const BlockSchedule& schedule, std::size_t tile);
    void readBitstackRow(const BitstackTile& tile, std::size_t row, float* out) const;

    const MatrixInfo* m_info = nullptr;
    std::size_t m_index = 0;
    const Rotation* m_rotation = nullptr;
    std::span<const LevelTable> m_tables;
    std::span<const float> m_channelScales;
    std::vector<NestedTile> m_nested;
    std::vector<BitstackTile> m_bitstack;
    std::vector<SignBlock> m_signBlocks;  ///< [tile][levels]
};

}  // namespace strata
