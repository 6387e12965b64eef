// Looks at a session's memory from a thread of its own, and carries orders to it: giving pages back takes time that the
// window has not.
#pragma once

#include "core/model/session.h"
#include "ui/controllers/engine_types.h"

#include <QList>
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
    std::optional<quint64> deviceBytes = {};  ///< of the device's own memory
    std::optional<bool> hold;                 ///< engaged before the memory changes, released after it
};

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
    explicit MemoryWatch(Sinks sinks);
    ~MemoryWatch();

    /// The session to look at from now on, under the number of its load; null for none.
    void watch(RequestId load, std::shared_ptr<Session> session);
    /// Acts at once; orders that were not carried out yet are joined with it.
    void order(const MemoryOrder& order);
    [[nodiscard]] AnswerHold& hold() noexcept { return m_hold; }

private:
    void run(const std::stop_token& stop);
    void carryOut(const MemoryOrder& order, Session* session);
    [[nodiscard]] bool look(RequestId load, Session* session);

    const Sinks m_sinks;
    AnswerHold m_hold;
    bool m_toldTrouble = false;
    std::mutex m_mutex;
    std::condition_variable_any m_changed;
    std::shared_ptr<Session> m_session;
    RequestId m_load = 0;
    std::optional<MemoryOrder> m_order;
    bool m_isNew = false;
    std::jthread m_thread;
};

}  // namespace strata::ui
