// The resident blocks on the device: slabs of neighbouring blocks in universal order, taken as the resident prefix
// grows and given back from the tail.
#pragma once

#include "core/stack/block_schedule.h"
#include "gpu/ops/operators.h"

#include <vector>

namespace strata::gpu {

/// Where the device can read the process's memory at full speed (useHostImport), a slab is a window into what the
/// residency holds, and takes nothing. Else it is device memory that blocks are copied into once. Not synchronised.
class WeightSlabs {
public:
    /// All must outlive the slabs. Errors: Unsupported when one block is larger than the device can bind.
    [[nodiscard]] static Result<WeightSlabs> create(Context& context, CommandStream& stream, const StackFile& stack);

    /// Brings blocks [0, schedule.residentBlocks()) onto the device, and frees slabs behind them. Waits for the device
    /// where memory is freed. The schedule must live until the next use(). What cannot be imported is copied.
    /// Errors: OutOfMemory; places are those of no schedule then, until a use() succeeds.
    [[nodiscard]] Result<void> use(const BlockSchedule& schedule);
    /// Of a block that the last use() brought.
    [[nodiscard]] BlockPlace place(std::size_t block) const noexcept;
    /// Device memory taken; imported windows take none.
    [[nodiscard]] std::uint64_t sizeBytes() const noexcept;
    /// Blocks of the longest prefix whose slabs fit in `bytes` of device memory.
    [[nodiscard]] std::size_t blocksWithin(std::uint64_t bytes) const noexcept;

private:
    struct Slab {
        std::size_t firstBlock = 0, endBlock = 0;
        std::size_t loadedEnd = 0;       ///< blocks before it are there
        std::uint64_t originOffset = 0;  ///< file offset of the buffer's first byte
        bool imported = false;
        DeviceBuffer buffer;
    };
    WeightSlabs(Context& context, CommandStream& stream, const StackFile& stack);
    [[nodiscard]] Result<void> plan();
    [[nodiscard]] std::uint64_t bytesOf(const Slab& slab, std::size_t endBlock) const noexcept;
    [[nodiscard]] Result<void> copyInto(Slab& slab, std::size_t endBlock, const std::byte* base);
    [[nodiscard]] Result<void> importInto(Slab& slab, std::size_t endBlock, const std::byte* base);
    void releaseBehind(std::size_t blocks);

    Context* m_context;
    CommandStream* m_stream;
    const StackFile* m_stack;
    std::vector<Slab> m_slabs;
    std::vector<std::uint32_t> m_slabOf;  ///< [block]
    const std::byte* m_base = nullptr;    ///< of imported windows: address of the first block
};

}  // namespace strata::gpu
