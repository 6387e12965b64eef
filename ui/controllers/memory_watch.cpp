#include "ui/controllers/memory_watch.h"

#include "core/base/system_info.h"

#include <algorithm>
#include <chrono>
#include <utility>

namespace strata::ui {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kSettledInterval{250};
constexpr milliseconds kMovingInterval{80};
constexpr milliseconds kEmptyInterval{1000};
constexpr milliseconds kHoldInterval{20};

qint64 bytes(std::uint64_t count) {
    return static_cast<qint64>(count);
}

void addSystem(MemorySnapshot& snapshot) {
    const SystemMemory system = systemMemory();
    snapshot.processBytes = bytes(processMemory().residentBytes);
    snapshot.systemTotalBytes = bytes(system.totalBytes);
    snapshot.systemAvailableBytes = bytes(system.availableBytes);
}

/// Scratch swells while prompts are read: what a full stack needs is stated with the least, so that it stands still.
void addSession(MemorySnapshot& snapshot, const Session& session) {
    const MemoryUse use = session.use();
    const StackFile& stack = *session.stack();
    const std::uint64_t leastBeside = session.floorBytes() - stack.weightBytes(stack.floorBlocks());
    snapshot.weightBytes = bytes(use.weightBytes);
    snapshot.kvBytes = bytes(use.kvBytes);
    snapshot.scratchBytes = bytes(use.scratchBytes);
    snapshot.deviceBytes = bytes(use.deviceBytes);
    snapshot.floorBytes = bytes(session.floorBytes());
    snapshot.fullBytes = bytes(stack.weightBytes(stack.availableBlocks()) + leastBeside + use.kvBytes);
    const std::uint64_t budget = session.budget();
    snapshot.targetBytes =
        budget >= static_cast<std::uint64_t>(snapshot.fullBytes) ? snapshot.fullBytes : bytes(budget);
    snapshot.contextTokens = static_cast<int>(session.cachedTokens());
}

}  // namespace

void AnswerHold::set(bool held) {
    const std::lock_guard lock(m_mutex);
    m_held = held;
    m_changed.notify_all();
}

void AnswerHold::wait(Session& session, const std::stop_token& stop, const std::function<void()>& beforeWaiting) {
    std::unique_lock lock(m_mutex);
    if (!m_held) return;
    beforeWaiting();
    while (!stop.stop_requested()) {
        lock.unlock();
        const bool applied = session.applyBudget().has_value();
        const auto settled = session.isSettled();
        lock.lock();
        // An error ends the wait too: the answer goes on with the blocks there are.
        if (!m_held && (!applied || !settled || *settled)) return;
        m_changed.wait_for(lock, kHoldInterval);
    }
}

MemoryWatch::MemoryWatch(Sinks sinks, const GovernorOptions& deviceOptions)
    : m_sinks(std::move(sinks)),
      m_deviceOptions(deviceOptions),
      m_thread([this](const std::stop_token& stop) { run(stop); }) {}

MemoryWatch::~MemoryWatch() = default;

void MemoryWatch::watch(RequestId load, std::shared_ptr<Session> session, quint64 deviceLimitBytes) {
    const std::lock_guard lock(m_mutex);
    m_load = load;
    m_deviceLimitBytes = deviceLimitBytes;
    std::swap(m_session, session);
    m_isNew = true;
    m_changed.notify_all();
}

void MemoryWatch::order(const MemoryOrder& order) {
    const std::lock_guard lock(m_mutex);
    MemoryOrder joined = m_order.value_or(MemoryOrder{});
    if (order.totalBytes || order.floorWeights) {
        joined.totalBytes = order.totalBytes;
        joined.floorWeights = order.floorWeights;
    }
    if (order.deviceBytes) joined.deviceBytes = order.deviceBytes;
    if (order.hold) joined.hold = order.hold;
    m_order = joined;
    m_changed.notify_all();
}

void MemoryWatch::run(const std::stop_token& stop) {
    milliseconds interval{0};
    while (!stop.stop_requested()) {
        std::unique_lock lock(m_mutex);
        m_changed.wait_for(lock, stop, interval, [this] { return m_order.has_value() || m_isNew; });
        if (stop.stop_requested()) return;
        const std::shared_ptr<Session> session = m_session;
        const RequestId load = m_load;
        const auto order = std::exchange(m_order, std::nullopt);
        if (std::exchange(m_isNew, false)) {
            m_device = DeviceGovernor(m_deviceLimitBytes, m_deviceOptions);
            m_deviceChange = {};
        }
        lock.unlock();
        if (order) carryOut(*order, session.get());
        if (session) followDevice(*session);
        const bool settled = look(load, session.get());
        interval = !session ? kEmptyInterval : settled ? kSettledInterval : kMovingInterval;
    }
}

void MemoryWatch::carryOut(const MemoryOrder& order, Session* session) {
    if (order.hold.value_or(false)) m_hold.set(true);
    // None of these can lie below the floor, and nothing else is refused.
    if (session != nullptr && order.floorWeights)
        static_cast<void>(session->setWeightBudget(session->stack()->weightBytes(session->stack()->floorBlocks())));
    if (session != nullptr && order.totalBytes)
        static_cast<void>(session->setBudget(std::max<std::uint64_t>(*order.totalBytes, session->floorBytes())));
    if (order.deviceBytes) m_device.setLimit(*order.deviceBytes);
    if (!order.hold.value_or(true)) m_hold.set(false);
    m_toldTrouble = false;
}

/// A limit that is new takes effect here, too.
void MemoryWatch::followDevice(Session& session) {
    const auto now = std::chrono::duration_cast<milliseconds>(std::chrono::steady_clock::now() - m_start);
    const MemoryDecision decision = m_device.look(now, session);
    if (decision.isChange()) m_deviceChange = decision;
    if (session.deviceFullBytes() == 0) m_deviceChange = {};  // it is lost, or does not tell
}

bool MemoryWatch::look(RequestId load, Session* session) {
    MemorySnapshot snapshot;
    addSystem(snapshot);
    if (session != nullptr) {
        addSession(snapshot, *session);
        snapshot.deviceChange = m_deviceChange;
        const auto settled = session->isSettled();
        snapshot.settled = !settled || *settled;
        if (!settled && !std::exchange(m_toldTrouble, true)) m_sinks.trouble(load, settled.error());
        for (const SessionNotice& notice : session->takeNotices()) m_sinks.notice(load, notice);
    }
    m_sinks.snapshot(load, snapshot);
    return snapshot.settled;
}

}  // namespace strata::ui
