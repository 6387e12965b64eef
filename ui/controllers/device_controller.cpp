#include "ui/controllers/device_controller.h"

#include <mutex>
#include <thread>
#include <utility>

namespace strata::ui {

/// Outlives the controller, for a thread that comes back late.
struct DeviceController::Mailbox {
    std::mutex mutex;
    DeviceController* receiver = nullptr;
};

DeviceController::DeviceController(std::shared_ptr<DeviceProvider> provider, std::chrono::milliseconds patience,
                                   QObject* parent)
    : QObject(parent), m_provider(std::move(provider)), m_mailbox(std::make_shared<Mailbox>()) {
    m_mailbox->receiver = this;
    m_patience.setSingleShot(true);
    m_patience.setInterval(patience);
    connect(&m_patience, &QTimer::timeout, this, &DeviceController::loseTime);
    if (m_provider) return;
    m_list.lack = DeviceLack::NotBuilt;
    m_isKnown = true;
}

DeviceController::~DeviceController() {
    const std::lock_guard lock(m_mailbox->mutex);
    m_mailbox->receiver = nullptr;
}

void DeviceController::check() {
    if (!m_provider || m_isOut) return;
    m_isOut = m_isChecking = true;
    m_patience.start();
    std::thread([provider = m_provider, mailbox = m_mailbox] {
        DeviceList list = provider->list();
        const std::lock_guard lock(mailbox->mutex);
        DeviceController* receiver = mailbox->receiver;
        if (receiver == nullptr) return;
        QMetaObject::invokeMethod(
            receiver, [receiver, list = std::move(list)] { receiver->take(list); }, Qt::QueuedConnection);
    }).detach();
    emit changed();
}

void DeviceController::take(const DeviceList& list) {
    m_patience.stop();
    m_list = list;
    m_isKnown = true;
    m_isOut = m_isChecking = false;
    emit changed();
}

void DeviceController::loseTime() {
    m_list = {};
    m_list.lack = DeviceLack::NoAnswer;
    m_isKnown = true;
    m_isChecking = false;
    emit changed();
}

}  // namespace strata::ui
