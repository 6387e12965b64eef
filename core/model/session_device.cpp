// What a session knows of its device's own memory: what there is room for, and what the model would take of it.
#include "core/base/size.h"
#include "core/model/session_engine.h"
#include "core/stack/memory_governor.h"

#include <algorithm>
#include <utility>

namespace strata {

/// Asked without a lock: a driver takes its time, and the engine does not wait for it.
std::optional<DeviceRoom> SessionEngine::deviceRoom() const {
    std::shared_ptr<const DeviceGauge> gauge;
    {
        const std::lock_guard lock(m_requestMutex);
        gauge = m_gauge;
    }
    return gauge ? gauge->room() : std::nullopt;
}

/// Of the device that there is now.
void SessionEngine::takeGauge() {
    auto gauge = hasDevice() ? m_split->device()->deviceGauge() : nullptr;
    if (!gauge) m_deviceFullBytes = 0;
    const std::lock_guard lock(m_requestMutex);
    std::swap(m_gauge, gauge);
}

void SessionEngine::publishFull(const RoomWanted& wanted) {
    if (!m_gauge) return;
    m_deviceFullBytes = deviceBytes(placementCosts(wanted, plannedTokens(wanted.tokens)),
                                    Placement::allOn(Side::Device, m_config.layers.size()));
}

/// A device that others use is not filled first and emptied then.
void SessionEngine::startWithinRoom(std::size_t blocks) {
    const std::optional<DeviceRoom> room = deviceRoom();
    if (!room) return;
    publishFull({.blocks = blocks, .tokens = 1, .batch = m_plannedBatch});
    const std::uint64_t allowed = room->allowedBytes();
    const std::uint64_t most = allowed - std::min(allowed, GovernorOptions::forDevice().emergencyBytes);
    MemoryTarget target = this->target();
    if (most >= std::min(target.deviceBytes, m_deviceFullBytes.load())) return;
    target.deviceBytes = most;
    {
        const std::lock_guard lock(m_requestMutex);
        m_requested.deviceBytes = most;
    }
    activate(target);
    note(SessionNotice::Kind::DeviceBusy,
         {.code = ErrorCode::OutOfMemory,
          .detail = "it has room for " + formatBytes(most) + " of the " + formatBytes(m_deviceFullBytes) +
                    " that the model would take",
          .file = {},
          .remedy = "end other programs that use it"},
         m_split->device()->name());
}

}  // namespace strata
