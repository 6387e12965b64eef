// How a session's memory is shared between weights, KV cache and scratch, and how it follows its target.
#include "core/base/size.h"
#include "core/model/session_engine.h"

#include <algorithm>
#include <chrono>
#include <utility>

namespace strata {
namespace {

// Of the whole budget, what scratch may take so that prompts are read in larger batches.
constexpr std::uint64_t kScratchShare = 24;
// Of the device's, where layers that do not fit are computed by the processor.
constexpr std::uint64_t kDeviceScratchShare = 8;

}  // namespace

MemoryTarget SessionEngine::target() const {
    const std::lock_guard lock(m_requestMutex);
    return m_requested;
}

MemoryUse SessionEngine::use() const noexcept {
    return {m_stack->denseBytes() + m_residency->committedBytes() + m_deviceWeightBytes, m_kvBytes, m_scratchBytes,
            m_deviceBytes};
}

void SessionEngine::publishUse() noexcept {
    m_kvBytes = m_backend->kvBytes();
    m_scratchBytes = m_backend->scratchBytes() + m_ownBytes;
    const DeviceMemory device = m_backend->deviceMemory();
    m_deviceWeightBytes = device.weightBytes;
    m_deviceBytes = device.totalBytes;
    m_cachedTokens = m_cache.size();
}

Result<void> SessionEngine::check(const MemoryTarget& target) const {
    const std::uint64_t weightFloor = m_stack->weightBytes(m_stack->floorBlocks());
    const std::uint64_t floor = m_floorBytes, kvFloor = m_floorKvBytes;
    STRATA_CHECK(MemoryBudget(target.totalBytes).blocksFor(*m_stack, kvFloor, floor - weightFloor - kvFloor));
    if (target.weightBytes >= weightFloor) return {};
    return fail(
        ErrorCode::BudgetTooSmall,
        formatBytes(target.weightBytes) + " of weights is below this model's floor of " + formatBytes(weightFloor),
        "give it at least " + formatBytes(weightFloor));
}

std::vector<SessionNotice> SessionEngine::takeNotices() {
    const std::lock_guard lock(m_requestMutex);
    return std::exchange(m_notices, {});
}

void SessionEngine::requestDevice(std::uint64_t bytes) {
    {
        const std::lock_guard lock(m_requestMutex);
        m_requested.deviceBytes = bytes;
    }
    m_hasRequest = true;
    settleIdle();
}

void SessionEngine::request(MemoryTarget target) {
    {
        const std::lock_guard lock(m_requestMutex);
        target.deviceBytes = m_requested.deviceBytes;
        m_requested = target;
    }
    m_resizes.asked(target.totalBytes != MemoryBudget::kUnlimited ? target.totalBytes : target.weightBytes);
    m_hasRequest = true;
    settleIdle();
}

/// Whoever finds the engine free applies what was requested. A holder that leaves looks once more, so none is missed.
void SessionEngine::settleIdle() {
    while (m_hasRequest && !m_busy.exchange(true)) {
        static_cast<void>(applyRequests());  // an error shows again, and is reported, when tokens are next evaluated
        m_busy = false;
        m_busy.notify_one();
    }
}

void SessionEngine::takeLoaded() {
    if (m_busy.exchange(true)) return;
    const bool hasMore = keepsWeights() && m_schedule != m_residency->current();
    if ((hasMore || m_isWalking) && !m_fixedLevels) {
        auto status = makeRoomForCache();
        while (!status && recover()) status = makeRoomForCache();  // an error shows again with the next token
        static_cast<void>(reserve(1, 1, true));
    }
    m_busy = false;
    m_busy.notify_one();
    settleIdle();
}

Result<bool> SessionEngine::isSettled() const {
    if (auto error = m_residency->lastError()) return std::unexpected(*std::move(error));
    return !m_hasRequest && !m_isWalking && m_residency->current()->residentBlocks() == m_residency->target();
}

Result<void> SessionEngine::applyRequests() {
    m_atOnce = true;
    auto status = takeRequests();
    if (status && m_isWalking) status = makeRoomForCache();
    while (!status && recover()) status = makeRoomForCache();
    m_atOnce = false;
    return status;
}

Result<void> SessionEngine::takeRequests() {
    if (!m_hasRequest.exchange(false)) return {};
    ++m_changes;
    activate(target());
    const std::size_t capacity = capacityTokens();
    if (m_cache.size() > capacity) rewind(capacity);
    auto status = makeRoomForCache();
    m_resizes.applied(use(), m_schedule->residentBlocks() >= m_residency->target());
    return status;
}

void SessionEngine::noteToken(std::size_t tokens) {
    const std::size_t there = keepsWeights() ? m_keptBlocks : m_residency->current()->residentBlocks();
    if (m_resizes.isOpen() && there >= m_residency->target()) m_resizes.applied(use(), true);
    m_resizes.token(tokens);
}

std::uint64_t SessionEngine::scratchFor(std::size_t tokens, std::size_t outputs) const noexcept {
    return m_backend->scratchBytesFor(tokens, outputs) + m_ownBytes;
}

/// A batch is planned for whether or not one is under way: else every prompt would shed blocks and load them again.
void SessionEngine::activate(const MemoryTarget& target) noexcept {
    if (target.deviceBytes != m_active.deviceBytes) {
        m_refusedBytes = MemoryBudget::kUnlimited;  // perhaps it gives more now
        m_refusals = 0;
    }
    m_active = target;
    m_fixedLevels = false;
    m_placementDue = true;
    planScratch();
}

void SessionEngine::planScratch() noexcept {
    const auto isTooLarge = [&](std::size_t batch) {
        return scratchFor(batch, 1) > m_active.totalBytes / kScratchShare ||
               (hasDevice() && m_split->device()->scratchBytesFor(batch, 1) > deviceBudget() / kDeviceScratchShare);
    };
    m_plannedBatch = m_options.prefillBatch;
    while (m_plannedBatch > 1 && isTooLarge(m_plannedBatch)) m_plannedBatch /= 2;
}

/// Whatever the placement is, so that a budget at the floor stays one when layers move.
void SessionEngine::findFloor() noexcept {
    m_floorKvBytes = m_split == nullptr ? m_backend->kvBytesFor(1) : m_split->mostKvBytesFor(1);
    const std::uint64_t scratch =
        m_split == nullptr ? m_backend->scratchBytesFor(1, 1) : m_split->mostScratchBytesFor(1, 1);
    m_floorBytes = m_stack->weightBytes(m_stack->floorBlocks()) + m_floorKvBytes + scratch + m_ownBytes;
}

std::size_t SessionEngine::capacityTokens() const {
    if (m_active.totalBytes == MemoryBudget::kUnlimited || isReplaying()) return m_options.contextLength;
    const std::uint64_t kvBytes = m_floorKvBytes, taken = m_floorBytes - kvBytes;
    const std::uint64_t room = m_active.totalBytes > taken ? m_active.totalBytes - taken : 0;
    const std::uint64_t pages = std::max<std::uint64_t>(room / kvBytes, 1);
    const std::size_t growth = m_split == nullptr ? m_backend->kvGrowthTokens() : m_split->mostKvGrowthTokens();
    return static_cast<std::size_t>(std::min<std::uint64_t>(m_options.contextLength, pages * growth));
}

Result<std::size_t> SessionEngine::blocksFor(std::size_t cacheTokens, std::size_t batch, std::size_t outputs) const {
    const std::uint64_t kvBytes = m_backend->kvBytesFor(std::max<std::size_t>(cacheTokens, 1));
    STRATA_TRY(const std::size_t blocks,
               MemoryBudget(m_active.totalBytes).blocksFor(*m_stack, kvBytes, scratchFor(batch, outputs)));
    return std::min(blocks, m_stack->fit(m_active.weightBytes));
}

/// Room for the next batch of `wanted` tokens (0: only for what is there): blocks first, so that memory falls before it
/// grows.
Result<std::size_t> SessionEngine::makeRoom(std::size_t wanted, std::size_t outputs) {
    STRATA_TRY(const std::size_t tokens, planTokens(wanted, outputs));
    STRATA_CHECK(
        reserve(std::max<std::size_t>(tokens, 1), std::min(outputs, std::max<std::size_t>(tokens, 1)), wanted <= 1));
    STRATA_CHECK(m_backend->reserveKv(m_cache.size() + tokens));
    publishUse();
    return tokens;
}

Result<void> SessionEngine::makeRoomForCache() {
    STRATA_CHECK(makeRoom(0, 1));
    return {};
}

Result<std::size_t> SessionEngine::planTokens(std::size_t wanted, std::size_t outputs) {
    if (isReplaying() && wanted > 0) return replayBatch(wanted);
    if (m_fixedLevels) return std::min(wanted, m_batch);
    return planBatch(wanted, outputs);
}

Result<std::size_t> SessionEngine::planBatch(std::size_t wanted, std::size_t outputs) {
    bool mayStep = wanted > 0;
    for (std::size_t batch = m_plannedBatch;; batch /= 2) {
        const std::size_t tokens = std::min({wanted, batch, m_batch});
        auto blocks = blocksFor(m_cache.size() + tokens, batch, std::min(outputs, batch));
        if (!blocks && batch > 1) continue;
        if (!blocks) return std::unexpected(std::move(blocks).error());
        STRATA_TRY(const bool moved,
                   placeLayers({*blocks, m_cache.size() + tokens, batch, std::min(outputs, batch)}, mayStep));
        mayStep = false;
        if (moved) blocks = blocksFor(m_cache.size() + tokens, batch, std::min(outputs, batch));
        if (!blocks && batch > 1) continue;
        if (!blocks) return std::unexpected(std::move(blocks).error());
        if (m_reservedTokens > batch) STRATA_CHECK(reserve(batch, 1, true));
        STRATA_CHECK(holdBlocks(*blocks));
        return tokens;
    }
}

Result<std::size_t> SessionEngine::replayBatch(std::size_t wanted) {
    const std::vector<std::uint32_t>& recorded = m_replay->residentBlocks;
    const std::size_t first = m_trace.residentBlocks.size();
    const std::size_t nextCut =
        m_trace.cuts.size() < m_replay->cuts.size() ? m_replay->cuts[m_trace.cuts.size()].evaluated : recorded.size();
    std::size_t count = 1;
    while (count < std::min(wanted, m_batch) && first + count < std::min(recorded.size(), nextCut) &&
           recorded[first + count] == recorded[first])
        ++count;
    if (recorded[first] > m_stack->availableBlocks())
        return fail(ErrorCode::InvalidArgument, "the recorded schedule holds more blocks than the stack");
    STRATA_CHECK(placeLayers({recorded[first], m_cache.size() + count, m_plannedBatch, 1}, true));
    STRATA_CHECK(m_residency->load(recorded[first]));
    STRATA_CHECK(useSchedule(m_residency->current()));
    return count;
}

Result<void> SessionEngine::holdBlocks(std::size_t blocks) {
    // Setting the same target again would retry a load that has failed.
    if (m_residency->target() != blocks) m_residency->setTarget(blocks);
    return useSchedule(paced(m_residency->current()));
}

Result<void> SessionEngine::useSchedule(std::shared_ptr<const BlockSchedule> schedule) {
    if (schedule == m_schedule && !m_scheduleDue) return {};
    const auto start = std::chrono::steady_clock::now();
    m_draft.reset();  // it would keep the blocks of the old one
    m_scheduleDue = true;
    const auto elsewhere = keepsWeights() ? m_split->matricesOn(Side::Device)
                                          : std::make_shared<const std::vector<bool>>(m_stack->matrices().size());
    STRATA_CHECK(m_residency->fetch(*schedule, *elsewhere, m_keptBlocks));
    const std::size_t blocks = schedule->residentBlocks();
    m_keptBlocks = std::min(m_keptBlocks, blocks);
    m_schedule = schedule;
    STRATA_CHECK(m_backend->use(std::move(schedule)));
    m_scheduleDue = false;
    if (!keepsWeights()) return {};
    const std::uint64_t broughtBytes =
        std::exchange(m_comingBytes, 0) + m_stack->weightBytes(blocks) - m_stack->weightBytes(m_keptBlocks);
    m_keptBlocks = blocks;
    m_residency->giveAway(*elsewhere, blocks);
    if (m_paced && broughtBytes > 0)
        learnPiece(broughtBytes, std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
    return {};
}

Result<void> SessionEngine::reserve(std::size_t tokens, std::size_t outputs, bool exactly) {
    if (!exactly && tokens <= m_reservedTokens && outputs <= m_reservedOutputs) return {};
    m_reservedTokens = m_reservedOutputs = 0;
    STRATA_CHECK(m_backend->reserveTokens(tokens, outputs));
    m_reservedTokens = tokens;
    m_reservedOutputs = outputs;
    return {};
}

void SessionEngine::relax() {
    static_cast<void>(reserve(1, 1, true));  // less memory than before: it cannot fail for want of it
    publishUse();
}

Result<void> SessionEngine::useLevels(std::vector<std::uint8_t> levels) {
    if (levels.size() != m_stack->tileCount())
        return fail(ErrorCode::InvalidArgument, "a schedule needs one level per tile");
    std::size_t needed = m_stack->floorBlocks();
    for (std::size_t index = 0; index < m_stack->blocks().size(); ++index) {
        const BlockInfo& block = m_stack->blocks()[index];
        if (block.level < levels[m_stack->tileIndex(block.matrix, block.tile)]) needed = std::max(needed, index + 1);
    }
    STRATA_CHECK(takeRequests());
    STRATA_CHECK(placeLayers({needed, m_cache.size(), m_plannedBatch, 1}, false));
    STRATA_CHECK(m_residency->load(needed));
    STRATA_TRY(auto schedule, m_residency->custom(std::move(levels)));
    STRATA_CHECK(useSchedule(std::move(schedule)));
    m_fixedLevels = true;
    return {};
}

}  // namespace strata
