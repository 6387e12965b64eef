// What a device is and can do.
#include "gpu/vk/context_state.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>

namespace strata::gpu {
namespace {

/// Of the shader with the most: eight blocks and five buffers.
constexpr std::uint32_t kBuffersPerShader = 13;
constexpr std::uint32_t kPushBytes = 128;
constexpr std::uint32_t kProcessorLanes = 8;  // of 32 bits in the vectors that products by lanes are written for

std::string versionText(std::uint32_t version) {
    return fmt::format("{}.{}.{}", VK_API_VERSION_MAJOR(version), VK_API_VERSION_MINOR(version),
                       VK_API_VERSION_PATCH(version));
}

std::string uuidText(const vk::raii::PhysicalDevice& device) {
    const auto all = device.getProperties2<vk::PhysicalDeviceProperties2, vk::PhysicalDeviceVulkan11Properties>();
    std::string text;
    for (const std::uint8_t byte : all.get<vk::PhysicalDeviceVulkan11Properties>().deviceUUID)
        text += fmt::format("{:02x}", byte);
    return text;
}

DeviceKind kindOf(vk::PhysicalDeviceType type) {
    switch (type) {
        case vk::PhysicalDeviceType::eDiscreteGpu:
            return DeviceKind::Discrete;
        case vk::PhysicalDeviceType::eIntegratedGpu:
            return DeviceKind::Integrated;
        case vk::PhysicalDeviceType::eVirtualGpu:
            return DeviceKind::Virtual;
        case vk::PhysicalDeviceType::eCpu:
            return DeviceKind::Software;
        default:
            return DeviceKind::Other;
    }
}

/// In the largest device-local heap; a window of 256 MB into a discrete device's memory does not count.
bool hasMappedDeviceMemory(const vk::PhysicalDeviceMemoryProperties& memory) {
    vk::DeviceSize largest = 0;
    for (std::uint32_t heap = 0; heap < memory.memoryHeapCount; ++heap)
        if (memory.memoryHeaps[heap].flags & vk::MemoryHeapFlagBits::eDeviceLocal)
            largest = std::max(largest, memory.memoryHeaps[heap].size);
    const auto wanted = vk::MemoryPropertyFlagBits::eDeviceLocal | vk::MemoryPropertyFlagBits::eHostVisible |
                        vk::MemoryPropertyFlagBits::eHostCoherent;
    for (std::uint32_t type = 0; type < memory.memoryTypeCount; ++type)
        if ((memory.memoryTypes[type].propertyFlags & wanted) == wanted &&
            memory.memoryHeaps[memory.memoryTypes[type].heapIndex].size == largest)
            return true;
    return false;
}

void queryFeatures(const vk::raii::PhysicalDevice& device, const std::set<std::string>& extensions,
                   DeviceFeatures& into) {
    const auto features = device.getFeatures2<vk::PhysicalDeviceFeatures2, vk::PhysicalDeviceVulkan11Features,
                                              vk::PhysicalDeviceVulkan12Features>();
    const auto& eleven = features.get<vk::PhysicalDeviceVulkan11Features>();
    const auto& twelve = features.get<vk::PhysicalDeviceVulkan12Features>();
    into.hasInt8 = twelve.shaderInt8;
    into.hasFloat16 = twelve.shaderFloat16;
    into.has8BitStorage = twelve.storageBuffer8BitAccess;
    into.has16BitStorage = eleven.storageBuffer16BitAccess;
    into.hasBufferDeviceAddress = twelve.bufferDeviceAddress;
    into.hasTimelineSemaphore = twelve.timelineSemaphore;
    into.hasCooperativeMatrix = extensions.contains("VK_KHR_cooperative_matrix");
    into.hasMemoryBudget = extensions.contains(VK_EXT_MEMORY_BUDGET_EXTENSION_NAME);
    into.hasHostImport = extensions.contains(VK_EXT_EXTERNAL_MEMORY_HOST_EXTENSION_NAME);
    if (extensions.contains(VK_KHR_SHADER_INTEGER_DOT_PRODUCT_EXTENSION_NAME)) {
        const auto dot =
            device.getFeatures2<vk::PhysicalDeviceFeatures2, vk::PhysicalDeviceShaderIntegerDotProductFeatures>();
        into.hasIntegerDot = dot.get<vk::PhysicalDeviceShaderIntegerDotProductFeatures>().shaderIntegerDotProduct;
    }
}

void queryLimits(const vk::raii::PhysicalDevice& device, DeviceFeatures& into) {
    const auto all = device.getProperties2<vk::PhysicalDeviceProperties2, vk::PhysicalDeviceVulkan11Properties>();
    const vk::PhysicalDeviceLimits& limits = all.get<vk::PhysicalDeviceProperties2>().properties.limits;
    const auto& eleven = all.get<vk::PhysicalDeviceVulkan11Properties>();
    into.hasSubgroupArithmetic = (eleven.subgroupSupportedOperations & vk::SubgroupFeatureFlagBits::eArithmetic) &&
                                 (eleven.subgroupSupportedStages & vk::ShaderStageFlagBits::eCompute);
    into.hasSubgroupShuffle = (eleven.subgroupSupportedOperations & vk::SubgroupFeatureFlagBits::eShuffle) &&
                              (eleven.subgroupSupportedStages & vk::ShaderStageFlagBits::eCompute);
    into.subgroupSize = eleven.subgroupSize;
    into.storageBuffersPerShader =
        std::min(limits.maxPerStageDescriptorStorageBuffers, limits.maxDescriptorSetStorageBuffers);
    into.sharedMemoryBytes = limits.maxComputeSharedMemorySize;
    into.maximumBufferRange = limits.maxStorageBufferRange;
    into.maximumAllocationBytes = eleven.maxMemoryAllocationSize;
    into.offsetAlignment = std::max(limits.minStorageBufferOffsetAlignment, limits.minTexelBufferOffsetAlignment);
    into.maximumTexels = limits.maxTexelBufferElements;
    if (into.hasHostImport) {
        const auto host =
            device.getProperties2<vk::PhysicalDeviceProperties2, vk::PhysicalDeviceExternalMemoryHostPropertiesEXT>();
        into.importAlignment =
            host.get<vk::PhysicalDeviceExternalMemoryHostPropertiesEXT>().minImportedHostPointerAlignment;
    }
    if (into.hasIntegerDot) {
        const auto dot =
            device.getProperties2<vk::PhysicalDeviceProperties2, vk::PhysicalDeviceShaderIntegerDotProductProperties>();
        into.hasFastIntegerDot = dot.get<vk::PhysicalDeviceShaderIntegerDotProductProperties>()
                                     .integerDotProduct4x8BitPackedSignedAccelerated;
    }
}

void choosePaths(DeviceKind kind, const ContextOptions& options, DeviceFeatures& into) {
    const PathOptions& paths = options.paths;
    into.useSubgroups = into.hasSubgroupArithmetic && !paths.noSubgroups;
    into.useIntegerDot = into.hasIntegerDot && (into.hasFastIntegerDot || paths.anyIntegerDot) && !paths.noIntegerDot;
    // A discrete device would read the weights over its bus with every token.
    into.useHostImport = into.hasHostImport && kind != DeviceKind::Discrete && !paths.noHostImport;
    into.useMappedWrites = into.hasHostVisibleMemory && !paths.noMappedWrites;
    into.useTransferRing =
        into.hasTimelineSemaphore && (into.hasTransferQueue || paths.anyTransferRing) && !paths.noTransferRing;
    // What integrated devices call their own is the computer's, which is watched as a whole.
    into.useMemoryBudget = (into.hasMemoryBudget || options.heaps) && !into.useHostImport &&
                           kind != DeviceKind::Integrated && !paths.noMemoryBudget;
    // Threads of a software device take turns: splitting a row among them only costs.
    into.useSplitRows = kind != DeviceKind::Software || paths.splitRows;
    // A window into the weights must be one texel buffer of four words each.
    into.useLanes = kind == DeviceKind::Software && into.hasSubgroupShuffle && into.subgroupSize == kProcessorLanes &&
                    into.maximumTexels >= into.maximumBufferRange / 16 && !paths.noLanes;
}

std::string whyUnusable(const vk::raii::PhysicalDevice& device, const DeviceFeatures& features) {
    const vk::PhysicalDeviceProperties properties = device.getProperties();
    if (properties.apiVersion < VK_API_VERSION_1_2)
        return "it has Vulkan " + versionText(properties.apiVersion) + ", and 1.2 is needed";
    if (features.storageBuffersPerShader < kBuffersPerShader)
        return fmt::format("its shaders can read {} buffers, and {} are needed", features.storageBuffersPerShader,
                           kBuffersPerShader);
    if (properties.limits.maxPushConstantsSize < kPushBytes) return "it has too few push constants";
    const auto families = device.getQueueFamilyProperties();
    if (std::ranges::none_of(families, [](const auto& family) {
            return static_cast<bool>(family.queueFlags & vk::QueueFlagBits::eCompute);
        }))
        return "it has no queue for computations";
    return {};
}

}  // namespace

std::string_view deviceKindName(DeviceKind kind) noexcept {
    switch (kind) {
        case DeviceKind::Discrete:
            return "discrete";
        case DeviceKind::Integrated:
            return "integrated";
        case DeviceKind::Virtual:
            return "virtual";
        case DeviceKind::Software:
            return "software";
        case DeviceKind::Other:
            break;
    }
    return "other";
}

std::uint32_t computeFamily(const vk::raii::PhysicalDevice& device) {
    const auto families = device.getQueueFamilyProperties();
    std::uint32_t chosen = 0;
    for (std::uint32_t family = 0; family < families.size(); ++family) {
        if (!(families[family].queueFlags & vk::QueueFlagBits::eCompute)) continue;
        chosen = family;
        if (families[family].queueFlags & vk::QueueFlagBits::eGraphics) break;
    }
    return chosen;
}

std::optional<std::uint32_t> transferFamily(const vk::raii::PhysicalDevice& device) {
    const auto families = device.getQueueFamilyProperties();
    const auto only = std::ranges::find_if(families, [](const vk::QueueFamilyProperties& family) {
        return (family.queueFlags & vk::QueueFlagBits::eTransfer) &&
               !(family.queueFlags & (vk::QueueFlagBits::eCompute | vk::QueueFlagBits::eGraphics));
    });
    if (only == families.end()) return std::nullopt;
    return static_cast<std::uint32_t>(only - families.begin());
}

std::vector<MemoryHeap> describeHeaps(const vk::raii::PhysicalDevice& device, bool budget) {
    const auto memory = device.getMemoryProperties();
    std::vector<MemoryHeap> heaps;
    for (std::uint32_t heap = 0; heap < memory.memoryHeapCount; ++heap)
        heaps.push_back({memory.memoryHeaps[heap].size, memory.memoryHeaps[heap].size, 0,
                         static_cast<bool>(memory.memoryHeaps[heap].flags & vk::MemoryHeapFlagBits::eDeviceLocal)});
    if (!budget) return heaps;
    const auto now =
        device.getMemoryProperties2<vk::PhysicalDeviceMemoryProperties2, vk::PhysicalDeviceMemoryBudgetPropertiesEXT>();
    const auto& values = now.get<vk::PhysicalDeviceMemoryBudgetPropertiesEXT>();
    for (std::size_t heap = 0; heap < heaps.size(); ++heap) {
        heaps[heap].budgetBytes = values.heapBudget[heap];
        heaps[heap].usedBytes = values.heapUsage[heap];
    }
    return heaps;
}

DeviceInfo describeDevice(const vk::raii::PhysicalDevice& device, std::size_t index, const ContextOptions& options) {
    const vk::PhysicalDeviceProperties properties = device.getProperties();
    DeviceInfo info;
    info.index = index;
    info.name = properties.deviceName.data();
    info.apiVersion = versionText(properties.apiVersion);
    info.kind = kindOf(properties.deviceType);
    if (properties.apiVersion < VK_API_VERSION_1_2) {
        info.unusable = whyUnusable(device, info.features);
        return info;
    }
    const auto driver = device.getProperties2<vk::PhysicalDeviceProperties2, vk::PhysicalDeviceDriverProperties>()
                            .get<vk::PhysicalDeviceDriverProperties>();
    info.uuid = uuidText(device);
    info.driver = fmt::format("{} {}", driver.driverName.data(), driver.driverInfo.data());
    std::set<std::string> extensions;
    for (const auto& extension : device.enumerateDeviceExtensionProperties())
        extensions.insert(extension.extensionName);
    queryFeatures(device, extensions, info.features);
    queryLimits(device, info.features);
    info.features.hasHostVisibleMemory = hasMappedDeviceMemory(device.getMemoryProperties());
    info.features.hasTransferQueue = transferFamily(device).has_value();
    info.features.hasTimestamps = device.getQueueFamilyProperties()[computeFamily(device)].timestampValidBits > 0 &&
                                  properties.limits.timestampPeriod > 0;
    info.features.maximumBufferRange = std::min(info.features.maximumBufferRange, options.bufferRangeLimitBytes);
    choosePaths(info.kind, options, info.features);
    info.heaps = describeHeaps(device, info.features.hasMemoryBudget && !options.paths.noMemoryBudget);
    info.unusable = whyUnusable(device, info.features);
    return info;
}

}  // namespace strata::gpu
