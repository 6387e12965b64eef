// What of the model is on the device, and how it gets there: all at once, or part by part while an answer is made.
#include "core/base/size.h"
#include "core/model/session_engine.h"

#include <algorithm>
#include <utility>

namespace strata {
namespace {

// Positions that layers on the device are given room for at least, before one of them has to leave.
constexpr std::size_t kPlannedTokens = 1024;
// A layer begins to leave so many positions before the cache needs its room.
constexpr std::size_t kTokensAhead = 256;
constexpr std::uint64_t kSmallestPieceBytes = std::uint64_t{256} << 10;

}  // namespace

/// Twice as much next time, until it takes half of a step.
void SessionEngine::learnPiece(std::uint64_t bytes, double seconds) noexcept {
    const bool isLong = seconds > m_stepSeconds / 2;
    m_pieceBytes =
        std::max(isLong ? std::min(m_pieceBytes, bytes) / 2 : std::max(m_pieceBytes, 2 * bytes), kSmallestPieceBytes);
}

/// As much of it as may come onto the device at once; nothing before the parts that are to leave have left.
std::shared_ptr<const BlockSchedule> SessionEngine::paced(std::shared_ptr<const BlockSchedule> whole) const {
    if (!m_paced || !keepsWeights() || whole->residentBlocks() <= m_keptBlocks) return whole;
    if (isLeaving()) return BlockSchedule::prefix(whole, m_keptBlocks);
    const std::uint64_t bytes = m_stack->weightBytes(m_keptBlocks) + std::max(m_pieceBytes, kSmallestPieceBytes);
    const std::size_t blocks = std::max(m_stack->fit(bytes), m_keptBlocks + 1);
    return blocks < whole->residentBlocks() ? BlockSchedule::prefix(whole, blocks) : whole;
}

bool SessionEngine::isLeaving() const noexcept {
    return m_underWay && m_split->placement().sideOf(*m_underWay) == Side::Device;
}

/// Marks of the matrices of each part, counted as Placement does.
void SessionEngine::findParts() {
    const std::size_t layers = m_config.layers.size();
    m_parts.assign(layers + 2, std::vector<bool>(m_stack->matrices().size()));
    for (std::size_t matrix = 0; matrix < m_stack->matrices().size(); ++matrix) {
        const MatrixInfo& info = m_stack->matrices()[matrix];
        m_parts[info.layer().value_or(info.name == kEmbeddingName ? layers : layers + 1)][matrix] = true;
    }
}

std::size_t SessionEngine::plannedTokens(std::size_t tokens) const noexcept {
    return std::clamp(2 * tokens, std::min(kPlannedTokens, m_options.contextLength),
                      std::max(tokens, m_options.contextLength));
}

/// What each part of the model would take on the device beside `blocks` resident blocks and `tokens` positions.
PlacementCosts SessionEngine::placementCosts(const RoomWanted& wanted, std::size_t tokens) {
    const std::size_t layers = m_config.layers.size();
    if (m_partBytes.empty() || m_partBlocks != wanted.blocks) {
        m_partBytes.clear();
        for (const std::vector<bool>& part : m_parts)
            m_partBytes.push_back(m_split->deviceBytesFor(part, wanted.blocks));
        m_partBlocks = wanted.blocks;
    }
    PlacementCosts costs{.layers = {m_partBytes.begin(), m_partBytes.begin() + static_cast<std::ptrdiff_t>(layers)},
                         .embedding = m_partBytes[layers],
                         .head = m_partBytes[layers + 1],
                         .isTied = m_config.tiedEmbedding,
                         .beside = m_split->device()->scratchBytesFor(wanted.batch, wanted.outputs)};
    const std::size_t positions = padTo(std::max<std::size_t>(tokens, 1), m_split->device()->kvGrowthTokens());
    for (std::size_t layer = 0; layer < layers; ++layer)
        costs.layers[layer] +=
            2 * sizeof(Half) * positions * m_config.layers[layer].kvHeads * m_config.layers[layer].headDim;
    return costs;
}

/// Decides anew where a request, or a growing cache, asks for it. A growing cache takes layers from the device, only a
/// request brings some back.
void SessionEngine::chooseGoal(const RoomWanted& wanted) {
    const std::size_t layers = m_config.layers.size(), tokens = wanted.tokens;
    const std::size_t most = std::max(tokens, m_options.contextLength);
    const std::size_t soon = walks() ? std::min(tokens + kTokensAhead, most) : tokens;
    Placement goal = Placement::allOn(Side::Device, layers);
    m_ceilingBytes = MemoryBudget::kUnlimited;
    if (deviceBudget() != MemoryBudget::kUnlimited) {
        const PlacementCosts costs = placementCosts(wanted, soon);
        if (m_placementDue) m_walkBytes = deviceBytes(costs, m_split->placement());
        if (!m_placementDue && m_goal == m_split->placement()) m_walkBytes = 0;
        m_ceilingBytes = std::max(deviceBudget(), m_walkBytes);
        if (!m_placementDue && deviceBytes(costs, m_goal) <= deviceBudget()) return;
        goal = choosePlacement(placementCosts(wanted, plannedTokens(tokens)), deviceBudget());
    }
    m_placementDue = false;
    m_goal = std::move(goal);
}

/// Goes where the device's budget asks for, or a step of the way; whether something moved.
Result<bool> SessionEngine::placeLayers(const RoomWanted& wanted, bool mayStep) {
    if (!hasDevice()) return false;
    publishFull(wanted);
    chooseGoal(wanted);
    Result<bool> moved = false;
    const Placement& placement = m_split->placement();
    const bool isPressing = m_ceilingBytes != MemoryBudget::kUnlimited &&
                            deviceBytes(placementCosts(wanted, wanted.tokens), placement) > m_ceilingBytes;
    if (!walks() || (isPressing && m_goal != placement)) {
        turnTo(std::nullopt);
        if (m_goal != placement) moved = moveTo(m_goal);
    } else if (mayStep) {
        moved = step();
    }
    m_isWalking = hasDevice() && m_goal != m_split->placement();
    return moved;
}

/// One part is under way at a time. What has been done for another is undone.
void SessionEngine::turnTo(std::optional<std::size_t> part) {
    if (part == m_underWay) return;
    if (m_underWay) m_scheduleDue = true;
    m_underWay = part;
    m_preparedBlocks = 0;
    m_split->prepare({}, 0);
    static_cast<void>(m_residency->prefetch({}, 0));
}

/// Between two tokens: a piece of the part that moves next, or its move when all of it is there; whether it moved.
Result<bool> SessionEngine::step() {
    const auto part = nextMove(m_split->placement(), m_goal, m_config.tiedEmbedding);
    turnTo(part);
    if (!part) return false;
    Placement next = m_split->placement();
    next.put(*part, isLeaving() ? Side::Host : Side::Device);
    if (keepsWeights()) {
        STRATA_TRY(const bool isReady,
                   isLeaving() ? m_residency->prefetch(m_parts[*part], m_schedule->residentBlocks()) : bringPiece());
        if (!isReady) return false;
    }
    return moveTo(std::move(next));
}

/// Of the part that comes onto the device; whether all was there before. New blocks of what is there already go first.
Result<bool> SessionEngine::bringPiece() {
    m_preparedBlocks = std::min(m_preparedBlocks, m_keptBlocks);
    if (m_preparedBlocks == m_keptBlocks) return true;
    if (m_residency->current()->residentBlocks() > m_keptBlocks) return false;
    const std::uint64_t most = std::max(m_pieceBytes, kSmallestPieceBytes);
    std::uint64_t bytes = 0;
    std::size_t block = m_preparedBlocks;
    for (; block < m_keptBlocks; ++block) {
        const BlockInfo& info = m_stack->blocks()[block];
        if (!m_parts[*m_underWay][info.matrix]) continue;
        if (bytes > 0 && bytes + info.sizeBytes > most) break;
        bytes += info.sizeBytes;
    }
    m_preparedBlocks = block;
    m_split->prepare(m_parts[*m_underWay], block);
    m_comingBytes = bytes;
    m_scheduleDue = true;
    return bytes == 0;
}

Result<bool> SessionEngine::moveTo(Placement placement) {
    m_scheduleDue = true;
    m_reservedTokens = m_reservedOutputs = 0;
    STRATA_CHECK(m_split->reserveTokens(0, 0));
    STRATA_CHECK(m_split->place(std::move(placement), m_cache.size()));
    turnTo(std::nullopt);
    publishUse();
    return true;
}

}  // namespace strata
