// The resident blocks on the device: slabs of blocks in universal order, taken as the resident prefix grows and given
// back from the tail.
#pragma once

#include "core/stack/block_schedule.h"
#include "gpu/ops/operators.h"

#include <memory>
#include <vector>

namespace strata::gpu {

/// Where the device can read the process's memory at full speed (useHostImport), a slab is a window into what the
/// residency holds, and takes nothing. Else it is device memory that blocks are copied into once; each layer has slabs
/// of its own then, so that layers come and go alone. Copies go through staging where the processor cannot write there,
/// beside what computes (useTransferRing) or in one order with it. Not synchronised.
class WeightSlabs {
public:
    /// All must outlive the slabs. Errors: Unsupported when one block is larger than the device can bind.
    [[nodiscard]] static Result<WeightSlabs> create(Context& context, CommandStream& stream, const StackFile& stack);

    /// Brings the blocks of the resident prefix that the schedule holds onto the device, and frees slabs of others.
    /// Waits for the device where memory is freed. Imported windows read the schedule's memory until the next use(),
    /// copied blocks only now. What cannot be imported is copied. Errors: OutOfMemory; places are those of no schedule
    /// then, until a use() succeeds.
    [[nodiscard]] Result<void> use(const BlockSchedule& schedule);
    /// Of a block that the last use() brought.
    [[nodiscard]] BlockPlace place(std::size_t block) const noexcept;
    /// Device memory taken; imported windows take none.
    [[nodiscard]] std::uint64_t sizeBytes() const noexcept;
    /// Memory that copies go through.
    [[nodiscard]] std::uint64_t stagingBytes() const noexcept;
    /// What it would be with the first `blocks` blocks of the matrices with a mark.
    [[nodiscard]] std::uint64_t bytesFor(const std::vector<bool>& matrices, std::size_t blocks) const noexcept;

private:
    struct Slab {
        std::size_t first = 0, end = 0;  ///< places in m_order
        std::size_t loadedEnd = 0;       ///< blocks before it are there
        std::uint64_t bytes = 0;         ///< of all its blocks
        std::uint64_t leadBytes = 0;     ///< of an imported window, before its first block
        bool imported = false;
        DeviceBuffer buffer;
    };
    WeightSlabs(Context& context, CommandStream& stream, const StackFile& stack);
    [[nodiscard]] Result<void> plan();
    [[nodiscard]] Result<void> planChain(std::span<const std::uint32_t> blocks, std::uint64_t largestBytes);
    [[nodiscard]] std::vector<std::vector<std::uint32_t>> chains() const;
    /// Where the blocks end that the schedule wants of a slab.
    [[nodiscard]] std::size_t wantedEnd(const Slab& slab, const BlockSchedule& schedule) const noexcept;
    [[nodiscard]] Result<void> copyInto(Slab& slab, std::size_t end, const std::byte* base);
    [[nodiscard]] Result<void> write(Slab& slab, std::uint64_t offset, std::span<const std::byte> bytes);
    [[nodiscard]] Result<void> importInto(Slab& slab, std::size_t end, const std::byte* base);
    template <class Unwanted>
    void release(Unwanted&& isUnwanted);
    [[nodiscard]] const BlockInfo& blockAt(std::size_t place) const noexcept {
        return m_stack->blocks()[m_order[place]];
    }

    Context* m_context;
    CommandStream* m_stream;
    const StackFile* m_stack;
    std::vector<std::uint32_t> m_order;   ///< blocks, slab by slab
    std::vector<std::uint32_t> m_slabOf;  ///< [block]
    std::vector<std::uint64_t> m_offset;  ///< [block]: in its slab
    std::vector<Slab> m_slabs;
    const std::byte* m_base = nullptr;     ///< of imported windows: address of the first block
    std::unique_ptr<TransferRing> m_ring;  ///< null: copies go by the stream, or need no staging
};

}  // namespace strata::gpu
