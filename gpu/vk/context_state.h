// The Vulkan objects behind a Context. Internal to gpu/vk: the only header, with its users' sources, that sees
// vk::raii.
#pragma once

#include "gpu/vk/context.h"
#include "gpu/vk/device_buffer.h"

#include <atomic>
#include <limits>
#include <mutex>
#include <optional>

#include <vulkan/vulkan_raii.hpp>

namespace strata::gpu {

/// Messages of the validation layer; outlives the instance that writes to it.
struct ValidationLog {
    mutable std::mutex mutex;
    std::vector<std::string> messages;
};

/// Of a wait that ends with what it waits for, or with the device.
inline constexpr std::uint64_t kForever = std::numeric_limits<std::uint64_t>::max();

struct ContextState {
    ContextOptions options;
    DeviceInfo info;
    ValidationLog log;
    vk::raii::Context library;
    vk::raii::Instance instance{nullptr};
    vk::raii::DebugUtilsMessengerEXT messenger{nullptr};
    vk::raii::PhysicalDevice physical{nullptr};
    vk::raii::Device device{nullptr};
    vk::raii::Queue queue{nullptr};
    std::uint32_t queueFamily = 0;
    vk::raii::Queue transferQueue{nullptr};  ///< with useTransferRing: the device's own for copies, else `queue` again
    std::uint32_t transferFamily = 0;
    std::atomic<std::uint64_t> allocatedBytes{0};
    std::atomic<std::uint64_t> nextBuffer{1};
    bool validated = false;
};

/// Of a binding that a shader reads through such a view.
[[nodiscard]] inline vk::DescriptorType descriptorType(View view) noexcept {
    return view == View::Storage ? vk::DescriptorType::eStorageBuffer : vk::DescriptorType::eUniformTexelBuffer;
}
/// An instance with the validation layer if `log` is given and the layer is there.
[[nodiscard]] vk::raii::Instance makeInstance(const vk::raii::Context& library, ValidationLog* log);
[[nodiscard]] DeviceInfo describeDevice(const vk::raii::PhysicalDevice& device, std::size_t index,
                                        const ContextOptions& options);
[[nodiscard]] std::vector<MemoryHeap> describeHeaps(const vk::raii::PhysicalDevice& device, bool budget);
/// The family with compute that does least else. Every device with compute has one with transfers.
[[nodiscard]] std::uint32_t computeFamily(const vk::raii::PhysicalDevice& device);
/// The family that copies and does nothing else, if there is one.
[[nodiscard]] std::optional<std::uint32_t> transferFamily(const vk::raii::PhysicalDevice& device);

}  // namespace strata::gpu
