// Devices that a test makes up: what is computed on them, the processor computes, from copies.
#pragma once

#include "tests/core/model/faulty_device.h"
#include "ui/controllers/device_provider.h"

#include <QStringList>
#include <condition_variable>
#include <mutex>
#include <optional>

namespace strata::ui::testing {

inline DeviceReport madeUpDevice(const QString& name, DeviceKind kind = DeviceKind::Discrete,
                                 qint64 memoryBytes = 8'000'000'000) {
    DeviceReport device;
    device.id = QStringLiteral("uuid:") + name;
    device.name = name;
    device.driver = QStringLiteral("Made up 1.0");
    device.kind = kind;
    device.memoryBytes = memoryBytes;
    device.freeBytes = memoryBytes / 8 * 7;
    device.hasOwnMemory = kind == DeviceKind::Discrete;
    device.found = {"8-bit integers", "16-bit storage"};
    device.lacks = {"cooperative matrices"};
    device.limits = {{"subgroup", "%1 threads", 32, false}, {"largest binding", {}, 134'000'000, true}};
    device.paths = {{"sums", "by subgroup", {}, false}, {"weights", "copied to the device", {}, false}};
    return device;
}

/// Any thread. Shut, it does not answer until it is opened.
class FakeDevices : public DeviceProvider {
public:
    explicit FakeDevices(DeviceList list = {}) : m_list(std::move(list)) {}
    ~FakeDevices() override { open(); }

    [[nodiscard]] DeviceList list() override {
        std::unique_lock lock(m_mutex);
        ++m_lists;
        m_changed.wait(lock, [this] { return !m_isShut; });
        return m_list;
    }
    [[nodiscard]] Result<std::unique_ptr<Backend>> makeBackend(const QString& id) override {
        std::unique_lock lock(m_mutex);
        m_opened.append(id);
        m_changed.wait(lock, [this] { return !m_isShut; });
        if (m_error) return std::unexpected(*m_error);
        return std::make_unique<test::FaultyDevice>(m_pool, m_faults);
    }

    void setList(const DeviceList& list) {
        const std::lock_guard lock(m_mutex);
        m_list = list;
    }
    void setError(std::optional<Error> error) {
        const std::lock_guard lock(m_mutex);
        m_error = std::move(error);
    }
    void shut() {
        const std::lock_guard lock(m_mutex);
        m_isShut = true;
    }
    void open() {
        const std::lock_guard lock(m_mutex);
        m_isShut = false;
        m_changed.notify_all();
    }
    [[nodiscard]] int lists() const {
        const std::lock_guard lock(m_mutex);
        return m_lists;
    }
    [[nodiscard]] QStringList opened() const {
        const std::lock_guard lock(m_mutex);
        return m_opened;
    }
    /// Of all devices together. While none computes.
    [[nodiscard]] test::Faults& faults() { return *m_faults; }
    /// From now on they are lost, also while one computes.
    void fail() { *m_faults->isLost = true; }

private:
    mutable std::mutex m_mutex;
    std::condition_variable m_changed;
    DeviceList m_list;
    std::optional<Error> m_error;
    bool m_isShut = false;
    int m_lists = 0;
    QStringList m_opened;
    ThreadPool m_pool{1};
    std::shared_ptr<test::Faults> m_faults = std::make_shared<test::Faults>();
};

/// Several devices, of which Automatic means the first.
inline DeviceList madeUpDevices(const QStringList& names = {QStringLiteral("Granite 9000"), QStringLiteral("Basalt")}) {
    DeviceList list;
    for (const QString& name : names) list.devices.append(madeUpDevice(name));
    if (!names.isEmpty()) list.automaticId = list.devices.first().id;
    return list;
}

}  // namespace strata::ui::testing
