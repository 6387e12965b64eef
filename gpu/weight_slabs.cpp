#include "gpu/weight_slabs.h"

#include "core/base/size.h"

#include <algorithm>
#include <cstring>

namespace strata::gpu {
namespace {

// Small enough that shrinking gives memory back in steps of a few megabytes, few enough for drivers that allow 4,096
// allocations.
constexpr std::uint64_t kSmallestSlab = std::uint64_t{4} << 20;
constexpr std::uint64_t kSlabsPerStack = 256;

/// Address of the stack's first block, worked out from any block that the schedule uses; null when it uses none.
const std::byte* baseOf(const BlockSchedule& schedule) {
    const StackFile& stack = schedule.stack();
    for (const BlockInfo& block : stack.blocks())
        if (block.level < schedule.level(block.matrix, block.tile))
            return schedule.block(block.matrix, block.tile, block.level) - (block.offset - stack.blocks()[0].offset);
    return nullptr;
}

}  // namespace

WeightSlabs::WeightSlabs(Context& context, CommandStream& stream, const StackFile& stack)
    : m_context(&context), m_stream(&stream), m_stack(&stack) {}

Result<WeightSlabs> WeightSlabs::create(Context& context, CommandStream& stream, const StackFile& stack) {
    WeightSlabs slabs(context, stream, stack);
    STRATA_CHECK(slabs.plan());
    return slabs;
}

Result<void> WeightSlabs::plan() {
    const DeviceFeatures& features = m_context->features();
    // A window's first and last page reach beyond its blocks.
    const std::uint64_t largest =
        std::min(features.maximumBufferRange, features.maximumAllocationBytes) - 2 * features.importAlignment;
    const std::uint64_t total = m_stack->weightBytes(m_stack->blocks().size());
    const std::uint64_t wanted = std::min(std::max(kSmallestSlab, total / kSlabsPerStack), largest);
    for (std::size_t index = 0; index < m_stack->blocks().size(); ++index) {
        const BlockInfo& block = m_stack->blocks()[index];
        if (block.sizeBytes > largest)
            return fail(ErrorCode::Unsupported,
                        "block '" + m_stack->blockName(index) + "' of " + formatBytes(block.sizeBytes) +
                            " is larger than the " + formatBytes(largest) + " that the device can bind",
                        "run the model on the processor (--device cpu)");
        if (m_slabs.empty() || bytesOf(m_slabs.back(), index + 1) > wanted)
            m_slabs.push_back({index, index, index, block.offset, false, {}});
        m_slabs.back().endBlock = index + 1;
        m_slabOf.push_back(word(m_slabs.size() - 1));
    }
    return {};
}

std::uint64_t WeightSlabs::bytesOf(const Slab& slab, std::size_t endBlock) const noexcept {
    const BlockInfo& last = m_stack->blocks()[endBlock - 1];
    return last.offset + last.sizeBytes - m_stack->blocks()[slab.firstBlock].offset;
}

void WeightSlabs::releaseBehind(std::size_t blocks) {
    const auto isBehind = [&](const Slab& slab) { return slab.firstBlock >= blocks && slab.buffer.sizeBytes() > 0; };
    if (std::ranges::none_of(m_slabs, isBehind)) return;
    m_stream->releaseBuffers();
    for (Slab& slab : m_slabs) {
        if (!isBehind(slab)) continue;
        slab.buffer = DeviceBuffer();
        slab.loadedEnd = slab.firstBlock;
    }
}

Result<void> WeightSlabs::use(const BlockSchedule& schedule) {
    const std::byte* base = baseOf(schedule);
    const std::size_t blocks = base == nullptr ? 0 : schedule.residentBlocks();
    const bool importing = m_context->features().useHostImport;
    if (importing && base != m_base) releaseBehind(0);
    m_base = base;
    releaseBehind(blocks);
    for (Slab& slab : m_slabs) {
        if (slab.firstBlock >= blocks) break;
        const std::size_t end = std::min(slab.endBlock, blocks);
        if (importing && importInto(slab, end, base)) continue;
        STRATA_CHECK(copyInto(slab, end, base));
    }
    return {};
}

Result<void> WeightSlabs::copyInto(Slab& slab, std::size_t endBlock, const std::byte* base) {
    if (slab.loadedEnd >= endBlock) return {};
    if (slab.buffer.sizeBytes() == 0) {
        STRATA_TRY(slab.buffer, DeviceBuffer::allocate(*m_context, bytesOf(slab, slab.endBlock), MemoryKind::Device));
    }
    const std::uint64_t first = m_stack->blocks()[slab.loadedEnd].offset;
    const std::uint64_t bytes = bytesOf(slab, endBlock) - (first - slab.originOffset);
    const std::byte* from = base + (first - m_stack->blocks()[0].offset);
    if (slab.buffer.mapped() != nullptr) {
        // Nothing that was recorded reads these blocks yet.
        std::memcpy(slab.buffer.mapped() + (first - slab.originOffset), from, bytes);
    } else {
        m_stream->write(slab.buffer.slice(first - slab.originOffset, bytes), {from, bytes});
    }
    slab.loadedEnd = endBlock;
    return {};
}

/// A window is made anew when it grows or when its last blocks have gone.
Result<void> WeightSlabs::importInto(Slab& slab, std::size_t endBlock, const std::byte* base) {
    if (slab.loadedEnd == endBlock && slab.buffer.sizeBytes() > 0) return {};
    if (slab.buffer.sizeBytes() > 0) m_stream->releaseBuffers();
    slab.buffer = DeviceBuffer();
    slab.loadedEnd = slab.firstBlock;
    slab.imported = false;
    const std::uint64_t alignment = m_context->features().importAlignment;
    const BlockInfo& first = m_stack->blocks()[slab.firstBlock];
    const std::byte* data = base + (first.offset - m_stack->blocks()[0].offset);
    slab.originOffset = first.offset;
    const std::uint64_t before = reinterpret_cast<std::uintptr_t>(data) % alignment;
    const std::uint64_t bytes = padTo(before + bytesOf(slab, endBlock), alignment);
    STRATA_TRY(slab.buffer, DeviceBuffer::import(*m_context, data - before, bytes));
    slab.originOffset = first.offset - before;
    slab.loadedEnd = endBlock;
    slab.imported = true;
    return {};
}

BlockPlace WeightSlabs::place(std::size_t block) const noexcept {
    const Slab& slab = m_slabs[m_slabOf[block]];
    return {slab.buffer.slice(), word((m_stack->blocks()[block].offset - slab.originOffset) / 4)};
}

std::uint64_t WeightSlabs::sizeBytes() const noexcept {
    std::uint64_t bytes = 0;
    for (const Slab& slab : m_slabs) bytes += slab.imported ? 0 : slab.buffer.sizeBytes();
    return bytes;
}

std::size_t WeightSlabs::blocksWithin(std::uint64_t bytes) const noexcept {
    if (m_context->features().useHostImport) return m_stack->blocks().size();
    std::size_t blocks = 0;
    for (const Slab& slab : m_slabs) {
        const std::uint64_t needed = bytesOf(slab, slab.endBlock);
        if (needed > bytes) break;
        bytes -= needed;
        blocks = slab.endBlock;
    }
    return blocks;
}

}  // namespace strata::gpu
