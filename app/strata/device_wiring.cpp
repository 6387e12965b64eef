#include "app/strata/device_wiring.h"

#include "ui/models/number_text.h"
#include "ui/settings/device_section.h"

#include <utility>

namespace strata::app {

using namespace strata::ui;

namespace {

constexpr const char* kTrialKey = "engine/deviceTrial";

}  // namespace

DeviceWiring::DeviceWiring(std::shared_ptr<DeviceProvider> provider, EngineController& engine, StoreController& store,
                           SettingsPage& page, QObject* parent)
    : QObject(parent),
      m_engine(engine),
      m_store(store),
      m_page(page),
      m_controller(provider),
      m_hasProvider(provider != nullptr) {
    m_choice = page.values().device;
    connect(&m_controller, &DeviceController::changed, this, &DeviceWiring::showList);
    connect(&page.devices(), &DeviceSection::checkRequested, &m_controller, &DeviceController::check);
    connect(&engine, &EngineController::stateChanged, this, [this](EngineState state) {
        if (state == EngineState::Loading && m_hasProvider && m_choice.kind != DeviceChoice::Kind::Processor)
            setTrial(true);
        if (state == EngineState::Empty || (state == EngineState::Ready && m_engine.device().isProcessor()))
            setTrial(false);
        if (state == EngineState::Ready) reload();
    });
    connect(&engine, &EngineController::textArrived, this, [this] { setTrial(false); });
    connect(&engine, &EngineController::deviceFailed, this, &DeviceWiring::tell);
    showList();
}

DeviceWiring::~DeviceWiring() {
    setTrial(false);
}

/// It begins with a load, and ends with the first words, or the program's own end.
void DeviceWiring::setTrial(bool isUnderWay) {
    if (std::exchange(m_isTrial, isUnderWay) == isUnderWay) return;
    m_store.setSetting(QLatin1String(kTrialKey), isUnderWay ? QVariant(true) : QVariant());
}

void DeviceWiring::lookBack() {
    if (!m_store.setting(QLatin1String(kTrialKey)).toBool()) return;
    m_store.setSetting(QLatin1String(kTrialKey), {});
    if (!m_hasProvider || m_choice.kind == DeviceChoice::Kind::Processor) return;
    emit choiceWanted({DeviceChoice::Kind::Processor, {}, {}});
    tell({.title = tr("Strata ended unexpectedly while it looked for graphics devices or began to use one."),
          .detail = {},
          .remedy = tr("The processor computes from now on. Update the driver, then choose the device again.")});
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
