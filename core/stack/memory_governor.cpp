#include "core/stack/memory_governor.h"

#include <algorithm>
#include <utility>

namespace strata {
namespace {

constexpr std::uint64_t without(std::uint64_t whole, std::uint64_t part) noexcept {
    return whole > part ? whole - part : 0;
}

}  // namespace

std::string_view memoryReasonName(MemoryReason reason) noexcept {
    static constexpr std::string_view kNames[] = {"unchanged",     "user-choice", "model-changed", "low-memory",
                                                  "control-group", "pressure",    "recovered"};
    return kNames[static_cast<std::size_t>(reason)];
}

GovernorOptions GovernorOptions::forDevice() noexcept {
    return {.emergencyBytes = 64ull << 20};
}

void RoomHistory::add(Time now, Time window, std::uint64_t roomBytes) noexcept {
    const std::int64_t slice = now.count() / std::max<std::int64_t>(window.count() / kSlices, 1);
    if (!m_begun) {
        m_begun = now;
        m_slice = slice;
        m_lowest.fill(roomBytes);
    }
    const auto size = static_cast<std::int64_t>(m_lowest.size());
    // Of slices in which nobody looked, the present is all that is known.
    for (std::int64_t next = std::max(m_slice + 1, slice - size + 1); next <= slice; ++next)
        m_lowest[static_cast<std::size_t>(next % size)] = roomBytes;
    m_slice = slice;
    std::uint64_t& lowest = m_lowest[static_cast<std::size_t>(slice % size)];
    lowest = std::min(lowest, roomBytes);
}

std::optional<std::uint64_t> RoomHistory::lowest(Time now, Time window) const noexcept {
    if (!m_begun || now - *m_begun < window) return std::nullopt;
    return *std::ranges::min_element(m_lowest);
}

void MemoryGovernor::setPolicy(const MemoryPolicy& policy) noexcept {
    m_policy = policy;
    m_chosen = true;
}

/// What we hold counts as room: it is there to be held again.
MemoryGovernor::Room MemoryGovernor::roomFor(const MemorySample& sample, const MemoryNeed& need) const noexcept {
    const std::uint64_t reserve =
        m_policy.mode == MemoryMode::LeaveFree ? m_policy.leaveFreeBytes : m_options.emergencyBytes;
    const std::uint64_t limit = sample.limitLeavesBytes.value_or(sample.availableBytes);
    const bool isLimited = limit < sample.availableBytes;
    return {without(std::min(sample.availableBytes, limit) + need.heldBytes, reserve),
            isLimited ? MemoryReason::ControlGroup : MemoryReason::LowMemory};
}

std::uint64_t MemoryGovernor::deadBand(const MemoryNeed& need) const noexcept {
    return std::min(m_options.deadBandBytes, without(need.fullBytes, need.floorBytes) / 8);
}

bool MemoryGovernor::isPressed(const MemoryPressure& pressure) const noexcept {
    return pressure.someAvg10 >= m_options.somePressure || pressure.fullAvg10 >= m_options.fullPressure;
}

bool MemoryGovernor::isPressureStepDue(Time now, const MemoryPressure& pressure) const noexcept {
    if (!isPressed(pressure)) return false;
    // The average outlives its cause by seconds: while it falls, the last step has sufficed.
    return !m_lastPressureStep ||
           (now - *m_lastPressureStep >= m_options.pressureInterval && pressure.someAvg10 >= m_pressureThen);
}

/// The next step up; the present target when it is not yet time, or not worth it. Only room that has been there all the
/// while is taken: a program that takes and returns memory every few seconds moves us once.
std::uint64_t MemoryGovernor::grown(Time now, std::uint64_t ceiling, const MemoryNeed& need) const noexcept {
    const std::optional<std::uint64_t> room = m_history.lowest(now, m_options.calm);
    if (!room || (m_lastPressed && now - *m_lastPressed < m_options.calm)) return m_target;
    if (m_lastGrowth && now - *m_lastGrowth < m_options.growInterval) return m_target;
    const std::uint64_t band = deadBand(need);
    // The last piece up to the ceiling may be smaller than the band, if the room beyond it is not.
    const bool isRoomy = without(*room, band) >= ceiling;
    const std::uint64_t goal = isRoomy ? ceiling : without(*room, band);
    if (goal <= m_target || (!isRoomy && goal - m_target < band)) return m_target;
    return std::min(goal, m_target + m_options.growStepBytes);
}

void MemoryGovernor::choose(MemoryDecision& decision, const Room& room, std::uint64_t ceiling,
                            const MemoryNeed& need) noexcept {
    decision.targetBytes = std::clamp(room.bytes, need.floorBytes, ceiling);
    // Less than a fixed size that was asked for is never given without saying why.
    const bool isCut = m_policy.mode == MemoryMode::Fixed && decision.targetBytes < ceiling;
    decision.reason = isCut ? room.reason : MemoryReason::UserChoice;
    m_history.reset();
    m_lastPressed.reset();
    m_lastPressureStep.reset();
}

void MemoryGovernor::adapt(Time now, MemoryDecision& decision, const MemorySample& sample, const Room& room,
                           std::uint64_t ceiling, const MemoryNeed& need) noexcept {
    const std::uint64_t wanted = std::clamp(room.bytes, need.floorBytes, ceiling);
    const std::uint64_t target = decision.targetBytes;
    const bool isHopeless = room.bytes < need.floorBytes;
    if (wanted < target && (isHopeless || target - wanted > deadBand(need))) {
        decision.targetBytes = wanted;
        decision.reason = room.reason;
    } else if (target > need.floorBytes && isPressureStepDue(now, sample.pressure)) {
        const std::uint64_t step = std::max(target / 10, deadBand(need));
        decision.targetBytes = std::max(need.floorBytes, without(target, step));
        decision.reason = MemoryReason::Pressure;
        m_lastPressureStep = now;
        m_pressureThen = sample.pressure.someAvg10;
    } else if (m_restricted && !isPressed(sample.pressure)) {
        decision.targetBytes = grown(now, ceiling, need);
        if (decision.targetBytes == target) return;
        decision.reason = MemoryReason::Recovered;
        m_lastGrowth = now;
    }
}

MemoryDecision MemoryGovernor::decide(Time now, const MemorySample& sample, const MemoryNeed& need) noexcept {
    const std::uint64_t ceiling = std::max(std::min(m_policy.capBytes, need.fullBytes), need.floorBytes);
    const Room room = roomFor(sample, need);
    MemoryDecision decision{m_target, MemoryReason::Unchanged, m_target, false};
    if (std::exchange(m_chosen, false)) {
        choose(decision, room, ceiling, need);
    } else {
        // An unrestricted model has all that it is allowed, also when that grows with the conversation.
        m_target = m_restricted ? std::clamp(m_target, need.floorBytes, ceiling) : ceiling;
        decision.targetBytes = m_target;
        if (m_target != decision.beforeBytes) decision.reason = MemoryReason::ModelChanged;
        adapt(now, decision, sample, room, ceiling, need);
    }
    m_target = decision.targetBytes;
    m_restricted = m_target < ceiling;
    m_history.add(now, m_options.calm, room.bytes);
    if (isPressed(sample.pressure)) m_lastPressed = now;
    decision.atFloor = m_target == need.floorBytes && (room.bytes < m_target || isPressed(sample.pressure));
    return decision;
}

}  // namespace strata
