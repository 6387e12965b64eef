#include "gpu/vk/stream_timer.h"

#include <algorithm>

namespace strata::gpu {

void DispatchTimes::add(ShaderId shader, const Work& work, double seconds) {
    DispatchTime& time = times[{shader, work.rows, work.columns, work.levels}];
    time.shader = shader;
    time.work = work;
    ++time.dispatches;
    time.seconds += seconds;
}

std::vector<DispatchTime> DispatchTimes::take() {
    std::vector<DispatchTime> all;
    for (const auto& [key, time] : times) all.push_back(time);
    times.clear();
    std::ranges::sort(all, std::ranges::greater(), &DispatchTime::seconds);
    return all;
}

StreamTimer::StreamTimer(ContextState& context, std::size_t slots, DispatchTimes& times)
    : m_times(times),
      m_secondsPerTick(static_cast<double>(context.physical.getProperties().limits.timestampPeriod) * 1e-9),
      m_slots(slots) {
    const std::uint32_t bits = context.physical.getQueueFamilyProperties()[context.queueFamily].timestampValidBits;
    m_mask = bits >= 64 ? ~std::uint64_t{0} : (std::uint64_t{1} << bits) - 1;
    for (Slot& slot : m_slots)
        slot.pool = vk::raii::QueryPool(context.device,
                                        vk::QueryPoolCreateInfo({}, vk::QueryType::eTimestamp, kMostDispatches + 1));
}

void StreamTimer::begin(std::size_t slot, const vk::raii::CommandBuffer& commands) {
    Slot& entry = m_slots[slot];
    entry.names.clear();
    entry.begun = m_times.isActive;
    if (!entry.begun) return;
    commands.resetQueryPool(*entry.pool, 0, kMostDispatches + 1);
    commands.writeTimestamp(vk::PipelineStageFlagBits::eBottomOfPipe, *entry.pool, 0);
}

void StreamTimer::stamp(std::size_t slot, const vk::raii::CommandBuffer& commands, ShaderId shader, const Work& work) {
    Slot& entry = m_slots[slot];
    if (!entry.begun) return;
    entry.names.emplace_back(shader, work);
    commands.writeTimestamp(vk::PipelineStageFlagBits::eBottomOfPipe, *entry.pool,
                            static_cast<std::uint32_t>(entry.names.size()));
}

void StreamTimer::collect(std::size_t slot) {
    Slot& entry = m_slots[slot];
    if (!entry.begun) return;
    entry.begun = false;
    const auto count = static_cast<std::uint32_t>(entry.names.size() + 1);
    const auto [result, ticks] =
        entry.pool.getResults<std::uint64_t>(0, count, count * sizeof(std::uint64_t), sizeof(std::uint64_t),
                                             vk::QueryResultFlagBits::e64 | vk::QueryResultFlagBits::eWait);
    if (result != vk::Result::eSuccess) return;
    for (std::size_t index = 0; index < entry.names.size(); ++index) {
        const auto& [shader, work] = entry.names[index];
        m_times.add(shader, work, static_cast<double>((ticks[index + 1] - ticks[index]) & m_mask) * m_secondsPerTick);
    }
}

}  // namespace strata::gpu
