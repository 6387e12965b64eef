#include "app/strata/system_devices.h"

#include "app/devices/devices.h"
#include "core/base/system_info.h"

#include <algorithm>

namespace strata::app {
namespace {

ui::DeviceKind kindOf(devices::Kind kind) {
    switch (kind) {
        case devices::Kind::Discrete:
            return ui::DeviceKind::Discrete;
        case devices::Kind::Integrated:
            return ui::DeviceKind::Integrated;
        case devices::Kind::Virtual:
            return ui::DeviceKind::Virtual;
        case devices::Kind::Software:
            return ui::DeviceKind::Software;
        case devices::Kind::Other:
            break;
    }
    return ui::DeviceKind::Other;
}

void addFacts(const devices::Device& device, ui::DeviceReport& into) {
    for (const devices::Fact& fact : device.features) (fact.holds ? into.found : into.lacks).append(fact.words->label);
    for (const devices::Limit& limit : device.limits)
        into.limits.append({.label = limit.words->label,
                            .value = limit.words->yes,
                            .number = static_cast<qint64>(limit.value),
                            .isBytes = limit.words->yes == nullptr});
    const auto takes = [&](std::string_view path) {
        return std::ranges::any_of(device.paths,
                                   [&](const devices::Fact& fact) { return fact.words->key == path && fact.holds; });
    };
    const bool isImported = takes(devices::kHostImportPath), isMapped = takes(devices::kMappedWritesPath);
    for (const devices::Fact& fact : device.paths) {
        if (!devices::isTelling(fact.words->key, isImported, isMapped)) continue;
        into.paths.append({.label = fact.words->label,
                           .value = fact.holds ? fact.words->yes : fact.words->no,
                           .number = {},
                           .isBytes = false});
    }
}

ui::DeviceReport reportOf(const devices::Device& device) {
    ui::DeviceReport report;
    report.id = QString::fromStdString(device.id);
    report.name = QString::fromStdString(device.name);
    report.driver = QStringLiteral("%1, Vulkan %2")
                        .arg(QString::fromStdString(device.driver), QString::fromStdString(device.apiVersion));
    report.kind = kindOf(device.kind);
    report.memoryBytes = static_cast<qint64>(device.memoryBytes());
    report.freeBytes = static_cast<qint64>(device.freeBytes());
    report.hasOwnMemory = device.hasOwnMemory();
    report.unusable = QString::fromStdString(device.unusable);
    addFacts(device, report);
    return report;
}

}  // namespace

ui::DeviceList SystemDevices::list() {
    ui::DeviceList list;
    list.processorName = QString::fromStdString(cpuName());
    auto found = devices::listDevices();
    const Error* problem = !found ? &found.error() : found->problem ? &*found->problem : nullptr;
    if (problem != nullptr) {
        list.lack = ui::DeviceLack::NotFound;
        list.detail = QString::fromStdString(problem->message());
        return list;
    }
    for (const devices::Device& device : found->list) list.devices.append(reportOf(device));
    if (found->automatic) list.automaticId = list.devices[static_cast<qsizetype>(*found->automatic)].id;
    return list;
}

/// By its place now: another device may have come or gone since the list was made.
Result<std::unique_ptr<Backend>> SystemDevices::makeBackend(const QString& id) {
    STRATA_TRY(const devices::Devices found, devices::listDevices());
    const auto device = std::ranges::find(found.list, id.toStdString(), &devices::Device::id);
    if (device != found.list.end()) return devices::makeBackend(device->index);
    if (found.problem) return std::unexpected(*found.problem);
    return fail(ErrorCode::NotFound, "no device has the identity " + id.toStdString());
}

std::shared_ptr<ui::DeviceProvider> systemDevices() {
    return devices::isBuilt() ? std::make_shared<SystemDevices>() : nullptr;
}

}  // namespace strata::app
