#include "gpu/weight_slabs.h"

#include "core/base/size.h"

#include <algorithm>
#include <cstring>
#include <map>
#include <optional>
#include <utility>

namespace strata::gpu {
namespace {

// Small enough that shrinking gives memory back in steps of a few megabytes, few enough for drivers that allow 4,096
// allocations.
constexpr std::uint64_t kSmallestWindow = std::uint64_t{4} << 20;
constexpr std::uint64_t kWindowsPerStack = 256;
// A slab is taken whole with its first block, in every layer: half of one per layer stands empty.
constexpr std::uint64_t kSmallestSlab = std::uint64_t{1} << 20;
constexpr std::uint64_t kSlabsPerStack = 1024;  // at most twice as many: two neighbours hold more than one's size

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
    const DeviceFeatures& features = context.features();
    if (features.useTransferRing && !features.useHostImport && !features.useMappedWrites) {
        STRATA_TRY(slabs.m_ring, TransferRing::create(context));
    }
    return slabs;
}

/// Blocks of one layer, or of a matrix outside the layers, in universal order; all together where windows are imported.
std::vector<std::vector<std::uint32_t>> WeightSlabs::chains() const {
    std::vector<std::vector<std::uint32_t>> chains(1);
    std::vector<std::size_t> chainOf(m_stack->matrices().size(), 0);
    std::map<std::size_t, std::size_t> ofLayer;
    for (std::size_t matrix = 0; matrix < chainOf.size() && !m_context->features().useHostImport; ++matrix) {
        const std::optional<std::size_t> layer = m_stack->matrices()[matrix].layer();
        chainOf[matrix] = layer ? ofLayer.try_emplace(*layer, chains.size()).first->second : chains.size();
        if (chainOf[matrix] == chains.size()) chains.emplace_back();
    }
    for (std::size_t block = 0; block < m_stack->blocks().size(); ++block)
        chains[chainOf[m_stack->blocks()[block].matrix]].push_back(word(block));
    return chains;
}

Result<void> WeightSlabs::plan() {
    const DeviceFeatures& features = m_context->features();
    // A window's first and last page reach beyond its blocks.
    const std::uint64_t largest =
        std::min(features.maximumBufferRange, features.maximumAllocationBytes) - 2 * features.importAlignment;
    m_slabOf.resize(m_stack->blocks().size());
    m_offset.resize(m_stack->blocks().size());
    for (const std::vector<std::uint32_t>& chain : chains()) STRATA_CHECK(planChain(chain, largest));
    return {};
}

Result<void> WeightSlabs::planChain(std::span<const std::uint32_t> blocks, std::uint64_t largestBytes) {
    const bool importing = m_context->features().useHostImport;
    const std::uint64_t total = m_stack->weightBytes(m_stack->blocks().size());
    const std::uint64_t wanted = importing ? std::max(kSmallestWindow, total / kWindowsPerStack)
                                           : std::max(kSmallestSlab, total / kSlabsPerStack);
    for (std::size_t index = 0; index < blocks.size(); ++index) {
        const BlockInfo& block = m_stack->blocks()[blocks[index]];
        if (block.sizeBytes > largestBytes)
            return fail(ErrorCode::Unsupported,
                        "block '" + m_stack->blockName(blocks[index]) + "' of " + formatBytes(block.sizeBytes) +
                            " is larger than the " + formatBytes(largestBytes) + " that the device can bind",
                        "run the model on the processor (--device cpu)");
        if (index == 0 || m_slabs.back().bytes + block.sizeBytes > std::min(wanted, largestBytes))
            m_slabs.push_back({m_order.size(), m_order.size(), m_order.size(), 0, 0, false, {}});
        Slab& slab = m_slabs.back();
        m_slabOf[blocks[index]] = word(m_slabs.size() - 1);
        m_offset[blocks[index]] = slab.bytes;
        m_order.push_back(blocks[index]);
        slab.end = m_order.size();
        slab.bytes += block.sizeBytes;
    }
    return {};
}

std::size_t WeightSlabs::wantedEnd(const Slab& slab, const BlockSchedule& schedule) const noexcept {
    const std::size_t resident = m_context->features().useHostImport
                                     ? schedule.residentBlocks()
                                     : schedule.residentBlocks(blockAt(slab.first).matrix);
    const auto blocks = std::span(m_order).subspan(slab.first, slab.end - slab.first);
    const auto behind = std::ranges::lower_bound(blocks, resident);
    return slab.first + static_cast<std::size_t>(behind - blocks.begin());
}

template <class Unwanted>
void WeightSlabs::release(Unwanted&& isUnwanted) {
    bool waited = false;
    for (Slab& slab : m_slabs) {
        if (slab.buffer.sizeBytes() == 0 || !isUnwanted(slab)) continue;
        if (!std::exchange(waited, true)) {
            m_stream->releaseBuffers();
            if (m_ring) m_ring->waitIdle();
        }
        slab.buffer = DeviceBuffer();
        slab.loadedEnd = slab.first;
    }
}

Result<void> WeightSlabs::use(const BlockSchedule& schedule) {
    const std::byte* base = baseOf(schedule);
    const bool importing = m_context->features().useHostImport;
    release([&](const Slab& slab) {
        return base == nullptr || (importing && base != m_base) || wantedEnd(slab, schedule) == slab.first;
    });
    m_base = base;
    for (Slab& slab : m_slabs) {
        const std::size_t end = base == nullptr ? slab.first : wantedEnd(slab, schedule);
        if (end == slab.first) continue;
        if (importing && importInto(slab, end, base)) continue;
        STRATA_CHECK(copyInto(slab, end, base));
    }
    if (!m_ring) return {};
    STRATA_TRY(const TimelinePoint point, m_ring->point());
    m_stream->startAfter(point);
    return {};
}

Result<void> WeightSlabs::write(Slab& slab, std::uint64_t offset, std::span<const std::byte> bytes) {
    if (slab.buffer.mapped() != nullptr) {
        std::memcpy(slab.buffer.mapped() + offset, bytes.data(), bytes.size());  // nothing recorded reads it yet
        return {};
    }
    const BufferSlice to = slab.buffer.slice(offset, bytes.size());
    if (m_ring) return m_ring->write(to, bytes);
    m_stream->write(to, bytes);
    if (auto failure = m_stream->takeFailure()) return std::unexpected(*std::move(failure));
    return {};
}

Result<void> WeightSlabs::copyInto(Slab& slab, std::size_t end, const std::byte* base) {
    if (slab.loadedEnd >= end) return {};
    if (slab.buffer.sizeBytes() == 0) {
        STRATA_TRY(slab.buffer, DeviceBuffer::allocate(*m_context, slab.bytes, MemoryKind::Device));
    }
    slab.leadBytes = 0;
    const std::size_t loadedBefore = slab.loadedEnd;
    while (slab.loadedEnd < end) {
        // Neighbours in the file go together.
        const std::size_t first = slab.loadedEnd;
        std::uint64_t bytes = 0;
        do bytes += blockAt(slab.loadedEnd++).sizeBytes;
        while (slab.loadedEnd < end && m_order[slab.loadedEnd] == m_order[slab.loadedEnd - 1] + 1);
        const std::byte* from = base + (blockAt(first).offset - m_stack->blocks()[0].offset);
        if (auto status = write(slab, m_offset[m_order[first]], {from, bytes}); !status) {
            slab.loadedEnd = loadedBefore;
            return status;
        }
    }
    return {};
}

/// A window is made anew when it grows or when its last blocks have gone.
Result<void> WeightSlabs::importInto(Slab& slab, std::size_t end, const std::byte* base) {
    if (slab.loadedEnd == end && slab.buffer.sizeBytes() > 0) return {};
    if (slab.buffer.sizeBytes() > 0) m_stream->releaseBuffers();
    slab.buffer = DeviceBuffer();
    slab.loadedEnd = slab.first;
    slab.imported = false;
    const std::uint64_t alignment = m_context->features().importAlignment;
    const BlockInfo& first = blockAt(slab.first);
    const BlockInfo& last = blockAt(end - 1);
    const std::byte* data = base + (first.offset - m_stack->blocks()[0].offset);
    const std::uint64_t before = reinterpret_cast<std::uintptr_t>(data) % alignment;
    const std::uint64_t bytes = padTo(before + last.offset + last.sizeBytes - first.offset, alignment);
    STRATA_TRY(slab.buffer, DeviceBuffer::import(*m_context, data - before, bytes));
    slab.leadBytes = before;
    slab.loadedEnd = end;
    slab.imported = true;
    return {};
}

BlockPlace WeightSlabs::place(std::size_t block) const noexcept {
    const Slab& slab = m_slabs[m_slabOf[block]];
    return {slab.buffer.slice(), word((slab.leadBytes + m_offset[block]) / 4)};
}

std::uint64_t WeightSlabs::sizeBytes() const noexcept {
    std::uint64_t bytes = 0;
    for (const Slab& slab : m_slabs) bytes += slab.imported ? 0 : slab.buffer.sizeBytes();
    return bytes;
}

std::uint64_t WeightSlabs::stagingBytes() const noexcept {
    return m_ring ? m_ring->sizeBytes() : 0;
}

std::uint64_t WeightSlabs::bytesFor(const std::vector<bool>& matrices, std::size_t blocks) const noexcept {
    if (m_context->features().useHostImport) return 0;
    std::uint64_t bytes = 0;
    for (const Slab& slab : m_slabs)
        if (m_order[slab.first] < blocks && matrices[blockAt(slab.first).matrix]) bytes += slab.bytes;
    return bytes;
}

}  // namespace strata::gpu
