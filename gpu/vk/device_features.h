// What a device can do, as plain values: queried once, and decided upon once.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace strata::gpu {

enum class DeviceKind : std::uint8_t { Discrete, Integrated, Virtual, Software, Other };

/// What is there (`has...`) and which path is taken (`use...`). Every path has a fallback that needs nothing beyond
/// Vulkan 1.2, so that any `use...` may be switched off.
struct DeviceFeatures {
    bool hasInt8 = false, hasFloat16 = false, has8BitStorage = false, has16BitStorage = false;
    bool hasSubgroupArithmetic = false, hasSubgroupShuffle = false;
    bool hasIntegerDot = false;      ///< the instruction exists
    bool hasFastIntegerDot = false;  ///< four signed bytes at once, in hardware
    bool hasCooperativeMatrix = false;
    bool hasBufferDeviceAddress = false;
    bool hasTimelineSemaphore = false;
    bool hasMemoryBudget = false;
    bool hasHostImport = false;         ///< VK_EXT_external_memory_host
    bool hasHostVisibleMemory = false;  ///< device-local memory that the processor can write
    bool hasTransferQueue = false;
    bool hasTimestamps = false;  ///< of the queue that computes

    bool useSubgroups = false;     ///< reductions by subgroup; else through shared memory
    bool useIntegerDot = false;    ///< OpSDot; else byte by byte
    bool useHostImport = false;    ///< weights are read where the residency holds them; else they are copied
    bool useMappedWrites = false;  ///< weights are written into device memory directly; else through staging
    bool useTransferRing = false;  ///< staging is copied on beside what computes; else in the same order
    bool useSplitRows = false;     ///< several threads per row of a product; else one
    bool useMemoryBudget = false;  ///< what it holds of its own memory follows what the driver allows; else a limit
    bool useLanes = false;         ///< products whose subgroups are a processor's vectors; else as useSplitRows says

    std::uint32_t subgroupSize = 0;
    std::uint32_t storageBuffersPerShader = 0;
    std::uint32_t sharedMemoryBytes = 0;
    std::uint64_t maximumBufferRange = 0;  ///< maxStorageBufferRange
    std::uint64_t maximumAllocationBytes = 0;
    std::uint64_t maximumTexels = 0;  ///< of a texel buffer
    std::uint64_t importAlignment = 0;
    std::uint64_t offsetAlignment = 0;  ///< of storage and texel buffer descriptors
};

struct MemoryHeap {
    std::uint64_t sizeBytes = 0;
    std::uint64_t budgetBytes = 0;  ///< what this process may use now; sizeBytes where the device does not tell
    std::uint64_t usedBytes = 0;    ///< by this process; 0 where the device does not tell
    bool deviceLocal = false;
};

/// One Vulkan device, in the order in which the loader lists them.
struct DeviceInfo {
    std::size_t index = 0;
    std::string name;
    std::string uuid;  ///< VkPhysicalDeviceIDProperties::deviceUUID, in hexadecimal; empty below Vulkan 1.2
    std::string driver;
    std::string apiVersion;
    DeviceKind kind = DeviceKind::Other;
    DeviceFeatures features;
    std::vector<MemoryHeap> heaps;
    std::string unusable;  ///< why Strata cannot run on it; empty when it can
};

[[nodiscard]] std::string_view deviceKindName(DeviceKind kind) noexcept;

}  // namespace strata::gpu
