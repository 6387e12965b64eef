// Moves the slider by itself when the computer runs short of memory, or has some again.
#pragma once

#include "core/stack/memory_governor.h"
#include "ui/controllers/memory_controller.h"

#include <QObject>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <thread>

namespace strata::ui {

/// GUI thread; samples on a thread of its own. Keeps to MemoryController::policy(), drops what it decided before that
/// changed, and rests while memory is yielded or no model is loaded.
class MemoryGuard : public QObject {
    Q_OBJECT
public:
    /// `controller` must outlive it.
    MemoryGuard(MemoryController& controller, std::unique_ptr<MemorySource> source, const GovernorOptions& options = {},
                QObject* parent = nullptr);
    ~MemoryGuard() override;

private:
    struct Orders {
        quint64 policyNumber = 0;
        MemoryPolicy policy;
        MemoryNeed need;
        bool active = false;
    };
    void update();
    void run(const std::stop_token& stop);
    void take(const MemoryDecision& decision, quint64 policyNumber);

    MemoryController& m_controller;
    std::unique_ptr<MemorySource> m_source;
    MemoryGovernor m_governor;  // of the thread alone
    std::mutex m_mutex;
    std::condition_variable_any m_changed;
    quint64 m_policyNumber = 1;  // of the GUI thread alone
    Orders m_orders;             // under m_mutex
    std::jthread m_thread;
};

/// Why the slider moved, in a sentence; empty where the user did it.
[[nodiscard]] QString memoryReasonText(const MemoryDecision& decision);
/// The same of the part that stands in memory of the device's own (MemorySnapshot::deviceChange).
[[nodiscard]] QString deviceReasonText(const MemoryDecision& decision);

}  // namespace strata::ui
