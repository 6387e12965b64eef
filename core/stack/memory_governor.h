// Decides how much memory a model may hold while other programs come and go.
#pragma once

#include "core/stack/memory_source.h"

#include <array>
#include <chrono>
#include <cstdint>
#include <limits>
#include <optional>
#include <string_view>

namespace strata {

enum class MemoryMode : std::uint8_t {
    Fixed,      ///< at most what the user chose; less only while the machine itself is in need
    LeaveFree,  ///< so much that a chosen amount stays free for other programs
};

/// What the user chose.
struct MemoryPolicy {
    static constexpr std::uint64_t kNoCap = std::numeric_limits<std::uint64_t>::max();
    MemoryMode mode = MemoryMode::Fixed;
    std::uint64_t capBytes = kNoCap;   ///< never more than this, in both modes
    std::uint64_t leaveFreeBytes = 0;  ///< LeaveFree
    [[nodiscard]] bool operator==(const MemoryPolicy&) const = default;
};

/// What the model needs and has: weights, KV cache and scratch together.
struct MemoryNeed {
    std::uint64_t heldBytes = 0;
    std::uint64_t floorBytes = 0;  ///< less does not work
    std::uint64_t fullBytes = 0;   ///< more is of no use
};

enum class MemoryReason : std::uint8_t {
    Unchanged,
    UserChoice,    ///< the user moved the cap or changed the mode
    ModelChanged,  ///< another floor or full size: the conversation has grown, or another model was loaded
    LowMemory,     ///< the machine has less available than is to stay free
    ControlGroup,  ///< the limit of a control group leaves less than is to stay free
    Pressure,      ///< tasks wait for memory (PSI), whatever is said to be available
    Recovered,     ///< there has been room for a while: growing
};
/// Stable name for logs, e.g. "low-memory".
[[nodiscard]] std::string_view memoryReasonName(MemoryReason reason) noexcept;

struct MemoryDecision {
    std::uint64_t targetBytes = 0;  ///< the budget from now on; floorBytes <= it <= min(cap, fullBytes), floor first
    MemoryReason reason = MemoryReason::Unchanged;
    std::uint64_t beforeBytes = 0;  ///< the budget until now
    bool atFloor = false;           ///< the shortage lasts and nothing more can be given
    [[nodiscard]] bool isChange() const noexcept { return reason != MemoryReason::Unchanged; }
};

struct GovernorOptions {
    /// Stays free in the mode Fixed: below this, programs are killed before long.
    std::uint64_t emergencyBytes = 256ull << 20;
    /// Smaller changes are not worth the traffic. An eighth of the model's range where that is less.
    std::uint64_t deadBandBytes = 64ull << 20;
    std::uint64_t growStepBytes = 512ull << 20;
    std::chrono::milliseconds calm{
        10'000};  ///< room must have been there for so long (and up to a tenth more) without pressure
    std::chrono::milliseconds growInterval{1'000};  ///< between two steps up
    /// PSI avg10, percent. A tenth of the budget is given up at once, and again after each interval in which the
    /// pressure has not fallen.
    double somePressure = 20;
    double fullPressure = 5;
    std::chrono::milliseconds pressureInterval{3'000};

    /// For memory of a device's own. What its driver allows leaves the system's needs aside already: what stays free is
    /// for batches, and for what the driver takes for us, between two looks.
    [[nodiscard]] static GovernorOptions forDevice() noexcept;
};

/// The least room of the last while.
class RoomHistory {
public:
    using Time = std::chrono::milliseconds;
    void reset() noexcept { m_begun.reset(); }
    void add(Time now, Time window, std::uint64_t roomBytes) noexcept;
    /// Nothing until the window has passed once.
    [[nodiscard]] std::optional<std::uint64_t> lowest(Time now, Time window) const noexcept;

private:
    static constexpr std::int64_t kSlices = 10;
    std::optional<Time> m_begun;
    std::int64_t m_slice = 0;
    std::array<std::uint64_t, kSlices + 1> m_lowest{};  // of the slice in hand and those before it
};

/// The policy: shrink at once, grow slowly after a calm time, ignore what lies within the dead band, never exceed the
/// user's cap, and say why. Reads no clock and no file: the same calls give the same decisions.
/// Thread contract: one thread at a time.
class MemoryGovernor {
public:
    using Time = std::chrono::milliseconds;  ///< since any fixed point, never falling

    explicit MemoryGovernor(GovernorOptions options = {}) noexcept : m_options(options) {}

    /// In force at the next decision, without waiting for calm.
    void setPolicy(const MemoryPolicy& policy) noexcept;
    [[nodiscard]] const MemoryPolicy& policy() const noexcept { return m_policy; }
    /// A few times a second.
    [[nodiscard]] MemoryDecision decide(Time now, const MemorySample& sample, const MemoryNeed& need) noexcept;

private:
    struct Room {
        std::uint64_t bytes = 0;  // that we may hold so that enough stays free
        MemoryReason reason = MemoryReason::LowMemory;
    };
    [[nodiscard]] Room roomFor(const MemorySample& sample, const MemoryNeed& need) const noexcept;
    [[nodiscard]] std::uint64_t deadBand(const MemoryNeed& need) const noexcept;
    [[nodiscard]] bool isPressed(const MemoryPressure& pressure) const noexcept;
    [[nodiscard]] std::uint64_t grown(Time now, std::uint64_t ceiling, const MemoryNeed& need) const noexcept;
    [[nodiscard]] bool isPressureStepDue(Time now, const MemoryPressure& pressure) const noexcept;
    void choose(MemoryDecision& decision, const Room& room, std::uint64_t ceiling, const MemoryNeed& need) noexcept;
    void adapt(Time now, MemoryDecision& decision, const MemorySample& sample, const Room& room, std::uint64_t ceiling,
               const MemoryNeed& need) noexcept;

    GovernorOptions m_options;
    MemoryPolicy m_policy;
    std::uint64_t m_target = 0;
    bool m_chosen = true;       // the policy is new
    bool m_restricted = false;  // the target lies below what cap and model allow
    RoomHistory m_history;
    std::optional<Time> m_lastPressed;
    std::optional<Time> m_lastGrowth;
    std::optional<Time> m_lastPressureStep;
    double m_pressureThen = 0;  // at that step
};

}  // namespace strata
