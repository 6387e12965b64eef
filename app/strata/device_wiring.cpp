#include "app/strata/device_wiring.h"

#include "ui/models/number_text.h"
#include "ui/settings/device_section.h"

#include <utility>

namespace strata::app {

using namespace strata::ui;

DeviceWiring::DeviceWiring(std::shared_ptr<DeviceProvider> provider, EngineController& engine, SettingsPage& page,
                           QObject* parent)
    : QObject(parent), m_engine(engine), m_page(page), m_controller(std::move(provider)) {
    m_choice = page.values().device;
    connect(&m_controller, &DeviceController::changed, this, &DeviceWiring::showList);
    connect(&page.devices(), &DeviceSection::checkRequested, &m_controller, &DeviceController::check);
    connect(&engine, &EngineController::stateChanged, this, [this](EngineState state) {
        if (state == EngineState::Ready) reload();
    });
    connect(&engine, &EngineController::deviceFailed, this, &DeviceWiring::tell);
    showList();
}

void DeviceWiring::showList() {
    if (m_controller.isKnown()) m_page.devices().setList(m_controller.list());
    m_page.devices().setChecking(m_controller.isChecking());
}

void DeviceWiring::apply(const SettingsValues& values) {
    m_engine.setDeviceBudgets(values.deviceBudgets);
    if (std::exchange(m_choice, values.device) == values.device) return;
    m_isDue = true;
    if (m_engine.state() != EngineState::Answering) reload();
}

/// An answer is not cut off: its end brings this about.
void DeviceWiring::reload() {
    if (!std::exchange(m_isDue, false) || m_engine.state() == EngineState::Empty) return;
    if (m_engine.state() == EngineState::Loading) return emit reloadRequested();
    const DeviceInUse& now = m_engine.device();
    const DeviceList& list = m_controller.list();
    const bool isSame = m_choice.kind == DeviceChoice::Kind::Automatic
                            ? m_controller.isKnown() && list.automaticId == now.id
                        : m_choice.kind == DeviceChoice::Kind::Processor ? now.isProcessor()
                                                                         : m_choice.id == now.id;
    if (!isSame) emit reloadRequested();
}

void DeviceWiring::tell(const Problem& problem) {
    Notice notice = noticeOf(problem);
    notice.kind = NoticeKind::Warning;
    notice.actionText = tr("Settings");
    notice.action = [this] { emit settingsRequested(); };
    emit told(notice);
}

QStringList DeviceWiring::diagnostics() const {
    const DeviceInUse& now = m_engine.device();
    QStringList lines{QStringLiteral("Computes: ") + (now.isProcessor() ? QStringLiteral("the processor") : now.name)};
    const DeviceList& list = m_controller.list();
    if (!m_controller.isKnown()) lines << QStringLiteral("Devices: not looked for");
    if (list.lack != DeviceLack::None) lines << QStringLiteral("Devices: none; ") + list.detail;
    for (const DeviceReport& device : list.devices) {
        lines << QStringLiteral("Device: %1 (%2), %3 free of %4%5")
                     .arg(device.name, device.driver, bytesText(device.freeBytes), bytesText(device.memoryBytes),
                          device.isUsable() ? QString() : QStringLiteral(", cannot be used: ") + device.unusable);
        QStringList facts;
        for (const QByteArray& found : device.found) facts << QString::fromUtf8(found);
        for (const DeviceFact& path : device.paths)
            facts << QString::fromUtf8(path.label) + QLatin1Char(' ') + QString::fromUtf8(path.value);
        if (!facts.isEmpty()) lines << QStringLiteral("  ") + facts.join(QStringLiteral("; "));
    }
    return lines;
}

}  // namespace strata::app
