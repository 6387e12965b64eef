// Looks at a session's memory from a thread of its own, and carries orders to it: giving pages back takes time that the
// window has not.
#pragma once

#include "core/model/device_governor.h"
#include "core/model/session.h"
#include "ui/controllers/engine_types.h"

#include <QList>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <thread>

namespace strata::ui {

/// Holds an answer between two tokens. Any thread.
class AnswerHold {
public:
    void set(bool held);
    /// On the generating thread: waits while it is held, then until the memory that was asked for is there again.
    /// Memory orders take effect meanwhile. `beforeWaiting` runs once, if there is a wait at all.
    void wait(Session& session, const std::stop_token& stop, const std::function<void()>& beforeWaiting);

private:
    std::mutex m_mutex;
    std::condition_variable_any m_changed;
    bool m_held = false;
};

/// What to change; fields that are not set stay as they are.
struct MemoryOrder {
    std::optional<quint64> totalBytes;        ///< below the floor means the floor
    bool floorWeights = false;                ///< least weights, the KV cache untouched
    std::optional<quint64> deviceBytes = {};  ///< the user's limit on the device's own memory
    std::optional<bool> hold;                 ///< engaged before the memory changes, released after it
};

/// Keeps the session's part of its device's memory to what the device has room for, too (DeviceGovernor).
/// Any thread may call. The sinks are called on the watch's own thread.
class MemoryWatch {
public:
    struct Sinks {
        std::function<void(RequestId load, const MemorySnapshot&)> snapshot;
        /// Blocks could not be loaded; once per order.
        std::function<void(RequestId load, const strata::Error&)> trouble;
        /// The device was lost, or gave less than it should.
        std::function<void(RequestId load, const strata::SessionNotice&)> notice;
    };
    explicit MemoryWatch(Sinks sinks, const GovernorOptions& deviceOptions = GovernorOptions::forDevice());
    ~MemoryWatch();

    /// The session to look at from now on, under the number of its load; null for none. `deviceLimitBytes`: the user's.
    void watch(RequestId load, std::shared_ptr<Session> session, quint64 deviceLimitBytes = MemoryBudget::kUnlimited);
    /// Acts at once; orders that were not carried out yet are joined with it.
    void order(const MemoryOrder& order);
    [[nodiscard]] AnswerHold& hold() noexcept { return m_hold; }

private:
    void run(const std::stop_token& stop);
    void carryOut(const MemoryOrder& order, Session* session);
    void followDevice(Session& session);
    [[nodiscard]] bool look(RequestId load, Session* session);

    const Sinks m_sinks;
    const GovernorOptions m_deviceOptions;
    AnswerHold m_hold;
    bool m_toldTrouble = false;     // this and what follows: of the watch's own thread
    DeviceGovernor m_device;        // of the session that is looked at
    MemoryDecision m_deviceChange;  // its last one
    const std::chrono::steady_clock::time_point m_start = std::chrono::steady_clock::now();
    std::mutex m_mutex;
    std::condition_variable_any m_changed;
    std::shared_ptr<Session> m_session;
    RequestId m_load = 0;
    quint64 m_deviceLimitBytes = MemoryBudget::kUnlimited;
    std::optional<MemoryOrder> m_order;
    bool m_isNew = false;
    std::jthread m_thread;
};

}  // namespace strata::ui
