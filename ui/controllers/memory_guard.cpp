#include "ui/controllers/memory_guard.h"

#include "ui/models/number_text.h"

#include <QMetaObject>
#include <chrono>
#include <utility>

namespace strata::ui {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kInterval{250};

std::uint64_t size(qint64 bytes) {
    return static_cast<std::uint64_t>(std::max<qint64>(bytes, 0));
}

}  // namespace

QString memoryReasonText(const MemoryDecision& decision) {
    const QString bytes = bytesText(static_cast<qint64>(decision.targetBytes));
    switch (decision.reason) {
        case MemoryReason::LowMemory:
            return MemoryGuard::tr("Went to %1: other programs need memory.").arg(bytes);
        case MemoryReason::ControlGroup:
            return MemoryGuard::tr("Went to %1: the limit set for this program leaves no more.").arg(bytes);
        case MemoryReason::Pressure:
            return MemoryGuard::tr("Went to %1: programs were waiting for memory.").arg(bytes);
        case MemoryReason::Recovered:
            return MemoryGuard::tr("Went to %1: there is room again.").arg(bytes);
        case MemoryReason::Unchanged:
        case MemoryReason::UserChoice:
        case MemoryReason::ModelChanged:
            break;
    }
    return {};
}

QString deviceReasonText(const MemoryDecision& decision) {
    const QString bytes = bytesText(static_cast<qint64>(decision.targetBytes));
    if (decision.reason == MemoryReason::Recovered)
        return MemoryGuard::tr("May take %1 there: the device has room again.").arg(bytes);
    if (decision.reason != MemoryReason::LowMemory) return {};
    // A model that has just come, or grown, is larger than the device; no other program needs to be there.
    return decision.targetBytes < decision.beforeBytes
               ? MemoryGuard::tr("May take %1 there: other programs need the device's memory.").arg(bytes)
               : MemoryGuard::tr("May take %1 there: the device has room for no more.").arg(bytes);
}

MemoryGuard::MemoryGuard(MemoryController& controller, std::unique_ptr<MemorySource> source,
                         const GovernorOptions& options, QObject* parent)
    : QObject(parent), m_controller(controller), m_source(std::move(source)), m_governor(options) {
    connect(&controller, &MemoryController::changed, this, &MemoryGuard::update);
    connect(&controller, &MemoryController::policyChanged, this, [this] {
        ++m_policyNumber;
        update();
    });
    update();
    m_thread = std::jthread([this](const std::stop_token& stop) { run(stop); });
}

MemoryGuard::~MemoryGuard() = default;

void MemoryGuard::update() {
    const MemorySnapshot& memory = m_controller.memory();
    const std::lock_guard lock(m_mutex);
    m_orders.policyNumber = m_policyNumber;
    m_orders.policy = m_controller.policy();
    m_orders.need = {size(memory.totalBytes()), size(m_controller.minimumBytes()), size(m_controller.maximumBytes())};
    m_orders.active = m_controller.hasModel() && memory.fullBytes > 0 && !m_controller.isYielded();
}

void MemoryGuard::run(const std::stop_token& stop) {
    const auto start = std::chrono::steady_clock::now();
    quint64 policyNumber = 0;
    while (!stop.stop_requested()) {
        std::unique_lock lock(m_mutex);
        m_changed.wait_for(lock, stop, kInterval, [] { return false; });
        const Orders orders = m_orders;
        lock.unlock();
        if (stop.stop_requested() || !orders.active) continue;
        if (std::exchange(policyNumber, orders.policyNumber) != orders.policyNumber)
            m_governor.setPolicy(orders.policy);
        const auto now = std::chrono::duration_cast<milliseconds>(std::chrono::steady_clock::now() - start);
        const MemoryDecision decision = m_governor.decide(now, m_source->sample(), orders.need);
        if (decision.isChange())
            QMetaObject::invokeMethod(
                this, [this, decision, policyNumber] { take(decision, policyNumber); }, Qt::QueuedConnection);
    }
}

void MemoryGuard::take(const MemoryDecision& decision, quint64 policyNumber) {
    // The user, or another model, may have come between: the next decision is made for that.
    if (policyNumber != m_policyNumber || !m_controller.hasModel() || m_controller.isYielded()) return;
    const auto target = static_cast<qint64>(decision.targetBytes);
    if (target == m_controller.wantedBytes()) return;
    m_controller.moveTo(target, memoryReasonText(decision));
}

}  // namespace strata::ui
