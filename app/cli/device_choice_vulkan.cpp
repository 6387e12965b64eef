// Choosing among Vulkan devices and the processor.
#include "app/cli/device_choice.h"
#include "gpu/devices.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace strata::cli {
namespace {

Json featuresJson(const gpu::DeviceFeatures& features) {
    return Json{{"int8", features.hasInt8},
                {"float16", features.hasFloat16},
                {"storage_8_bit", features.has8BitStorage},
                {"storage_16_bit", features.has16BitStorage},
                {"subgroup_arithmetic", features.hasSubgroupArithmetic},
                {"subgroup_shuffle", features.hasSubgroupShuffle},
                {"integer_dot", features.hasIntegerDot},
                {"fast_integer_dot", features.hasFastIntegerDot},
                {"cooperative_matrix", features.hasCooperativeMatrix},
                {"buffer_device_address", features.hasBufferDeviceAddress},
                {"timeline_semaphore", features.hasTimelineSemaphore},
                {"memory_budget", features.hasMemoryBudget},
                {"host_import", features.hasHostImport},
                {"host_visible_memory", features.hasHostVisibleMemory},
                {"transfer_queue", features.hasTransferQueue},
                {"timestamps", features.hasTimestamps}};
}

Json pathsJson(const gpu::DeviceFeatures& features) {
    return Json{{"subgroups", features.useSubgroups},    {"integer_dot", features.useIntegerDot},
                {"host_import", features.useHostImport}, {"mapped_writes", features.useMappedWrites},
                {"split_rows", features.useSplitRows},   {"lanes", features.useLanes}};
}

Json deviceJson(const gpu::DeviceInfo& device) {
    Json heaps = Json::array();
    for (const gpu::MemoryHeap& heap : device.heaps)
        heaps.push_back({{"size_bytes", heap.sizeBytes},
                         {"budget_bytes", heap.budgetBytes},
                         {"used_bytes", heap.usedBytes},
                         {"device_local", heap.deviceLocal}});
    return Json{{"index", device.index},
                {"name", device.name},
                {"kind", gpu::deviceKindName(device.kind)},
                {"driver", device.driver},
                {"api_version", device.apiVersion},
                {"usable", device.unusable.empty()},
                {"unusable_reason", device.unusable.empty() ? Json() : Json(device.unusable)},
                {"features", featuresJson(device.features)},
                {"paths", pathsJson(device.features)},
                {"limits",
                 {{"subgroup_size", device.features.subgroupSize},
                  {"storage_buffers_per_shader", device.features.storageBuffersPerShader},
                  {"shared_memory_bytes", device.features.sharedMemoryBytes},
                  {"storage_buffer_range", device.features.maximumBufferRange},
                  {"allocation_bytes", device.features.maximumAllocationBytes}}},
                {"heaps", std::move(heaps)}};
}

ChosenDevice deviceAt(const gpu::DeviceInfo& device, const gpu::PathOptions& paths) {
    gpu::ContextOptions options;
    options.paths = paths;
    return {[index = device.index, options] { return gpu::makeBackend(index, options); }, device.name};
}

}  // namespace

Result<ChosenDevice> chooseDevice(const DeviceChoice& choice, Console& console) {
    if (choice.kind == DeviceChoice::Kind::Processor) return ChosenDevice{};
    STRATA_TRY(const gpu::PathOptions paths, gpu::PathOptions::fromEnvironment());
    auto devices = gpu::listDevices(paths);
    if (choice.kind == DeviceChoice::Kind::Device) {
        if (!devices) return std::unexpected(std::move(devices).error());
        if (choice.index < devices->size()) return deviceAt((*devices)[choice.index], paths);
        return fail(ErrorCode::NotFound,
                    fmt::format("there is no device {}, Vulkan lists {}", choice.index, devices->size()),
                    "strata-cli devices lists them; --device cpu needs none");
    }
    const auto best = devices ? gpu::bestDevice(*devices) : std::nullopt;
    if (best) return deviceAt((*devices)[*best], paths);
    console.note(devices ? "no graphics device was found: the processor computes"
                         : devices.error().detail + ": the processor computes");
    return ChosenDevice{};
}

Result<Json> describeDevices() {
    STRATA_TRY(const gpu::PathOptions paths, gpu::PathOptions::fromEnvironment());
    Json json{{"devices", Json::array()}, {"automatic", nullptr}};
    auto devices = gpu::listDevices(paths);
    if (!devices) {
        json["problem"] = devices.error().message();
        return json;
    }
    for (const gpu::DeviceInfo& device : *devices) json["devices"].push_back(deviceJson(device));
    if (const auto best = gpu::bestDevice(*devices)) json["automatic"] = *best;
    return json;
}

}  // namespace strata::cli
