// How long the device worked on each kind of dispatch, by timestamps that it writes between them.
#pragma once

#include "gpu/vk/context_state.h"
#include "gpu/vk/dispatch_time.h"

#include <cstdint>
#include <vector>

namespace strata::gpu {

/// For one submission in flight per slot. A stamp is written when everything before it has ended, and a dispatch is
/// given the time since the stamp before its own: what overlaps is counted once, and the sum is the time of the whole.
/// Not synchronised. Members throw as vk::raii does.
class StreamTimer {
public:
    static constexpr std::uint32_t kMostDispatches = 4096;  ///< of one submission

    /// Both must outlive the timer; the context's queue must have timestamps (DeviceFeatures::hasTimestamps).
    StreamTimer(ContextState& context, std::size_t slots, DispatchTimes& times);
    /// First into the commands of a slot whose last submission has been collected. Measures while the times are active.
    void begin(std::size_t slot, const vk::raii::CommandBuffer& commands);
    [[nodiscard]] bool isFull(std::size_t slot) const noexcept { return m_slots[slot].names.size() == kMostDispatches; }
    /// After a dispatch.
    void stamp(std::size_t slot, const vk::raii::CommandBuffer& commands, ShaderId shader, const Work& work);
    /// After the slot's submission has ended.
    void collect(std::size_t slot);

private:
    struct Slot {
        vk::raii::QueryPool pool{nullptr};
        std::vector<std::pair<ShaderId, Work>> names;
        bool begun = false;
    };
    DispatchTimes& m_times;
    double m_secondsPerTick = 0;
    std::uint64_t m_mask = 0;  ///< of the bits that count
    std::vector<Slot> m_slots;
};

}  // namespace strata::gpu
