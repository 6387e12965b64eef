// Looks for devices on a thread of its own.
#pragma once

#include "ui/controllers/device_provider.h"

#include <QObject>
#include <QTimer>
#include <chrono>
#include <memory>

namespace strata::ui {

/// GUI thread; no call waits, nor does the destructor: a thread that a driver holds for ever is left to itself.
class DeviceController : public QObject {
    Q_OBJECT
public:
    /// Null: a program without GPU support. `patience`: then a driver is said not to answer.
    explicit DeviceController(std::shared_ptr<DeviceProvider> provider,
                              std::chrono::milliseconds patience = std::chrono::seconds(20), QObject* parent = nullptr);
    ~DeviceController() override;

    /// What was found last.
    [[nodiscard]] const DeviceList& list() const noexcept { return m_list; }
    /// Whether anything was found or missed yet.
    [[nodiscard]] bool isKnown() const noexcept { return m_isKnown; }
    [[nodiscard]] bool isChecking() const noexcept { return m_isChecking; }
    /// Looks again. While a driver does not answer, another look would not either: nothing happens.
    void check();

signals:
    /// list(), isKnown() or isChecking() is another.
    void changed();

private:
    struct Mailbox;
    void take(const DeviceList& list);
    void loseTime();

    std::shared_ptr<DeviceProvider> m_provider;
    std::shared_ptr<Mailbox> m_mailbox;
    QTimer m_patience;
    DeviceList m_list;
    bool m_isKnown = false;
    bool m_isChecking = false;
    bool m_isOut = false;  // a thread is looking
};

}  // namespace strata::ui
