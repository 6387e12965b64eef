#include "core/model/device_governor.h"

#include <algorithm>

namespace strata {
namespace {

/// Setting the same budget again would place the layers anew.
void setBudget(Session& session, std::uint64_t bytes) {
    if (session.deviceBudget() != bytes) session.setDeviceBudget(bytes);
}

}  // namespace

DeviceGovernor::DeviceGovernor(std::uint64_t limitBytes, const GovernorOptions& options) noexcept
    : m_governor(options) {
    setLimit(limitBytes);
}

void DeviceGovernor::setLimit(std::uint64_t limitBytes) noexcept {
    if (limitBytes == m_governor.policy().capBytes) return;
    m_governor.setPolicy({.mode = MemoryMode::Fixed, .capBytes = limitBytes});
}

MemoryDecision DeviceGovernor::look(Time now, Session& session) {
    const std::uint64_t limit = m_governor.policy().capBytes;
    const std::optional<DeviceRoom> room = session.deviceRoom();
    const std::uint64_t full = session.deviceFullBytes();
    if (!room || full == 0) {
        setBudget(session, limit);
        return {};
    }
    // Beyond its budget a process has less than nothing: what it holds is not all there to be held again.
    const std::uint64_t allowed = room->allowedBytes(), held = std::min(room->heldBytes, allowed);
    const MemoryDecision decision = m_governor.decide(now, {.availableBytes = allowed - held},
                                                      {.heldBytes = held, .floorBytes = 0, .fullBytes = full});
    // Where all of it fits, the next positions of the KV cache are not cut to the byte.
    setBudget(session, decision.targetBytes < full ? decision.targetBytes : limit);
    return decision;
}

}  // namespace strata
