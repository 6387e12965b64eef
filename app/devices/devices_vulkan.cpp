// With the Vulkan backend.
#include "app/devices/devices.h"
#include "gpu/device_bandwidth.h"
#include "gpu/devices.h"

namespace strata::devices {
namespace {

Kind kindOf(gpu::DeviceKind kind) {
    switch (kind) {
        case gpu::DeviceKind::Discrete:
            return Kind::Discrete;
        case gpu::DeviceKind::Integrated:
            return Kind::Integrated;
        case gpu::DeviceKind::Virtual:
            return Kind::Virtual;
        case gpu::DeviceKind::Software:
            return Kind::Software;
        case gpu::DeviceKind::Other:
            break;
    }
    return Kind::Other;
}

std::vector<Fact> featureFacts(const gpu::DeviceFeatures& features) {
    const auto fact = [](std::string_view key, bool holds) { return Fact{findWords(featureWords(), key), holds}; };
    return {fact("int8", features.hasInt8),
            fact("float16", features.hasFloat16),
            fact("storage_8_bit", features.has8BitStorage),
            fact("storage_16_bit", features.has16BitStorage),
            fact("subgroup_arithmetic", features.hasSubgroupArithmetic),
            fact("subgroup_shuffle", features.hasSubgroupShuffle),
            fact("integer_dot", features.hasIntegerDot),
            fact("fast_integer_dot", features.hasFastIntegerDot),
            fact("cooperative_matrix", features.hasCooperativeMatrix),
            fact("buffer_device_address", features.hasBufferDeviceAddress),
            fact("timeline_semaphore", features.hasTimelineSemaphore),
            fact("memory_budget", features.hasMemoryBudget),
            fact("host_import", features.hasHostImport),
            fact("host_visible_memory", features.hasHostVisibleMemory),
            fact("transfer_queue", features.hasTransferQueue),
            fact("timestamps", features.hasTimestamps)};
}

std::vector<Fact> pathFacts(const gpu::DeviceFeatures& features) {
    const auto fact = [](std::string_view key, bool holds) { return Fact{findWords(pathWords(), key), holds}; };
    return {fact(kHostImportPath, features.useHostImport),     fact(kMappedWritesPath, features.useMappedWrites),
            fact(kTransferRingPath, features.useTransferRing), fact(kMemoryBudgetPath, features.useMemoryBudget),
            fact("integer_dot", features.useIntegerDot),       fact("subgroups", features.useSubgroups),
            fact("split_rows", features.useSplitRows),         fact("lanes", features.useLanes)};
}

std::vector<Limit> limitsOf(const gpu::DeviceFeatures& features) {
    const auto limit = [](std::string_view key, std::uint64_t value) {
        return Limit{findWords(limitWords(), key), value};
    };
    return {limit("subgroup_size", features.subgroupSize),
            limit("storage_buffers_per_shader", features.storageBuffersPerShader),
            limit("shared_memory_bytes", features.sharedMemoryBytes),
            limit("storage_buffer_range", features.maximumBufferRange),
            limit("allocation_bytes", features.maximumAllocationBytes)};
}

Device deviceOf(const gpu::DeviceInfo& info) {
    Device device;
    device.index = info.index;
    device.name = info.name;
    device.driver = info.driver;
    device.apiVersion = info.apiVersion;
    device.kind = kindOf(info.kind);
    device.unusable = info.unusable;
    device.features = featureFacts(info.features);
    device.paths = pathFacts(info.features);
    device.limits = limitsOf(info.features);
    for (const gpu::MemoryHeap& heap : info.heaps)
        device.heaps.push_back({heap.sizeBytes, heap.budgetBytes, heap.usedBytes, heap.deviceLocal});
    return device;
}

class VulkanMeter final : public DeviceMeter {
public:
    explicit VulkanMeter(std::size_t index) : m_index(index) {}
    [[nodiscard]] const std::shared_ptr<gpu::DispatchTimes>& times() const noexcept { return m_times; }

    [[nodiscard]] bool hasTimes() const noexcept override { return m_times->isSupported; }
    void start() override {
        static_cast<void>(m_times->take());
        m_times->isActive = true;
    }
    [[nodiscard]] std::vector<OperatorTime> stop() override {
        m_times->isActive = false;
        std::vector<OperatorTime> all;
        for (const gpu::DispatchTime& time : m_times->take())
            all.push_back({std::string(gpu::shaderCode(time.shader).name), time.work.rows, time.work.columns,
                           time.work.levels, time.dispatches, time.dispatches * time.work.weightBytes, time.seconds});
        return all;
    }
    [[nodiscard]] Result<double> readBandwidth() override {
        STRATA_TRY(const gpu::PathOptions paths, gpu::PathOptions::fromEnvironment());
        return gpu::measureDeviceBandwidth(m_index, paths);
    }

private:
    std::size_t m_index;
    std::shared_ptr<gpu::DispatchTimes> m_times = std::make_shared<gpu::DispatchTimes>();
};

}  // namespace

bool isBuilt() noexcept {
    return true;
}

Result<Devices> listDevices() {
    STRATA_TRY(const gpu::PathOptions paths, gpu::PathOptions::fromEnvironment());
    auto infos = gpu::listDevices(paths);
    if (!infos) return Devices{{}, std::nullopt, std::move(infos).error()};
    Devices devices;
    std::vector<std::string> uuids;
    for (const gpu::DeviceInfo& info : *infos) {
        devices.list.push_back(deviceOf(info));
        // Software says its version there, which the next update changes.
        uuids.push_back(info.kind == gpu::DeviceKind::Software ? std::string() : info.uuid);
    }
    assignIds(devices.list, uuids);
    devices.automatic = gpu::bestDevice(*infos);
    return devices;
}

Result<std::unique_ptr<Backend>> makeBackend(std::size_t index, DeviceMeter* meter) {
    gpu::ContextOptions options;
    STRATA_TRY(options.paths, gpu::PathOptions::fromEnvironment());
    if (meter != nullptr) options.times = static_cast<VulkanMeter*>(meter)->times();
    return gpu::makeBackend(index, options);
}

std::shared_ptr<DeviceMeter> makeMeter(std::size_t index) {
    return std::make_shared<VulkanMeter>(index);
}

}  // namespace strata::devices
