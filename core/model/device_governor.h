// Keeps a session's part of its device's own memory to what the driver allows, while other programs come and go.
#pragma once

#include "core/model/session.h"
#include "core/stack/memory_governor.h"

#include <cstdint>

namespace strata {

/// The policy of MemoryGovernor (shrink at once, grow in steps after a calm time), applied to Session::deviceRoom():
/// of one session, whose device budget nobody else sets meanwhile. A device that does not tell of its room, and one
/// that is lost, leaves the user's limit alone. Thread contract: one thread at a time, any thread.
class DeviceGovernor {
public:
    using Time = MemoryGovernor::Time;
    /// `limitBytes` is the user's: never more than that.
    explicit DeviceGovernor(std::uint64_t limitBytes = MemoryBudget::kUnlimited,
                            const GovernorOptions& options = GovernorOptions::forDevice()) noexcept;
    /// In force at the next look, without waiting for calm; the same one again is no choice.
    void setLimit(std::uint64_t limitBytes) noexcept;
    /// Asks the device, decides, and sets the session's device budget where that changes it. A few times a second; may
    /// move layers when nobody holds the session's engine, as Session::setDeviceBudget().
    MemoryDecision look(Time now, Session& session);

private:
    MemoryGovernor m_governor;
};

}  // namespace strata
