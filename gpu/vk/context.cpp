#include "gpu/vk/context.h"

#include "gpu/vk/context_state.h"
#include "gpu/vk/vk_error.h"

#include <algorithm>
#include <array>
#include <cstring>

namespace strata::gpu {
namespace {

constexpr const char* kValidationLayer = "VK_LAYER_KHRONOS_validation";

bool hasValidationLayer(const vk::raii::Context& library) {
    return std::ranges::any_of(library.enumerateInstanceLayerProperties(), [](const vk::LayerProperties& layer) {
        return std::strcmp(layer.layerName, kValidationLayer) == 0;
    });
}

VKAPI_ATTR VkBool32 VKAPI_CALL keepMessage(VkDebugUtilsMessageSeverityFlagBitsEXT, VkDebugUtilsMessageTypeFlagsEXT,
                                           const VkDebugUtilsMessengerCallbackDataEXT* data, void* user) {
    auto& log = *static_cast<ValidationLog*>(user);
    const std::lock_guard lock(log.mutex);
    log.messages.emplace_back(data->pMessage == nullptr ? "" : data->pMessage);
    return VK_FALSE;
}

vk::DebugUtilsMessengerCreateInfoEXT messengerInfo(ValidationLog& log) {
    using Severity = vk::DebugUtilsMessageSeverityFlagBitsEXT;
    using Type = vk::DebugUtilsMessageTypeFlagBitsEXT;
    return {{}, Severity::eWarning | Severity::eError, Type::eValidation | Type::ePerformance, &keepMessage, &log};
}

std::vector<const char*> deviceExtensions(const DeviceFeatures& features) {
    std::vector<const char*> names;
    if (features.useHostImport) names.push_back(VK_EXT_EXTERNAL_MEMORY_HOST_EXTENSION_NAME);
    if (features.useIntegerDot) names.push_back(VK_KHR_SHADER_INTEGER_DOT_PRODUCT_EXTENSION_NAME);
    if (features.hasMemoryBudget) names.push_back(VK_EXT_MEMORY_BUDGET_EXTENSION_NAME);
    return names;
}

/// With one queue of each of the two families, which may be the same.
vk::raii::Device makeDevice(const ContextState& state) {
    const DeviceFeatures& features = state.info.features;
    const float priority = 1;
    std::vector<vk::DeviceQueueCreateInfo> queues{{{}, state.queueFamily, 1, &priority}};
    if (state.transferFamily != state.queueFamily) queues.push_back({{}, state.transferFamily, 1, &priority});
    const std::vector<const char*> extensions = deviceExtensions(features);
    vk::DeviceCreateInfo info({}, queues, {}, extensions);
    vk::PhysicalDeviceShaderIntegerDotProductFeatures dot(VK_TRUE);
    vk::PhysicalDeviceTimelineSemaphoreFeatures timeline(VK_TRUE);
    if (features.useIntegerDot) info.pNext = &dot;
    if (features.useTransferRing) {
        timeline.pNext = const_cast<void*>(info.pNext);
        info.pNext = &timeline;
    }
    return {state.physical, info};
}

Result<vk::raii::PhysicalDevice> findDevice(const vk::raii::Instance& instance, std::size_t index) {
    vk::raii::PhysicalDevices devices(instance);
    if (index < devices.size()) return std::move(devices[index]);
    return fail(ErrorCode::NotFound,
                "there is no device " + std::to_string(index) + ", Vulkan lists " + std::to_string(devices.size()),
                "strata-cli devices lists them; --device cpu needs none");
}

}  // namespace

vk::raii::Instance makeInstance(const vk::raii::Context& library, ValidationLog* log) {
    const vk::ApplicationInfo application("strata", 1, "strata", 1, VK_API_VERSION_1_2);
    if (log == nullptr || !hasValidationLayer(library)) return {library, vk::InstanceCreateInfo({}, &application)};
    const std::array layers{kValidationLayer};
    const std::array extensions{VK_EXT_DEBUG_UTILS_EXTENSION_NAME, VK_EXT_VALIDATION_FEATURES_EXTENSION_NAME};
    const std::array enabled{vk::ValidationFeatureEnableEXT::eSynchronizationValidation};
    vk::DebugUtilsMessengerCreateInfoEXT messenger = messengerInfo(*log);
    const vk::ValidationFeaturesEXT features(enabled, {}, &messenger);
    return {library, vk::InstanceCreateInfo({}, &application, layers, extensions, &features)};
}

Result<std::vector<DeviceInfo>> listDevices(const PathOptions& paths) {
    return guarded("listing the devices", [&]() -> Result<std::vector<DeviceInfo>> {
        const vk::raii::Context library;
        const vk::raii::Instance instance = makeInstance(library, nullptr);
        std::vector<DeviceInfo> devices;
        for (const vk::raii::PhysicalDevice& device : vk::raii::PhysicalDevices(instance))
            devices.push_back(describeDevice(device, devices.size(), {.paths = paths}));
        return devices;
    });
}

Result<std::shared_ptr<Context>> Context::open(std::size_t index, const ContextOptions& options) {
    return guarded("opening the device", [&]() -> Result<std::shared_ptr<Context>> {
        auto state = std::make_unique<ContextState>();
        state->options = options;
        state->validated = options.validation && hasValidationLayer(state->library);
        state->instance = makeInstance(state->library, state->validated ? &state->log : nullptr);
        if (state->validated)
            state->messenger = vk::raii::DebugUtilsMessengerEXT(state->instance, messengerInfo(state->log));
        STRATA_TRY(state->physical, findDevice(state->instance, index));
        state->info = describeDevice(state->physical, index, options);
        if (!state->info.unusable.empty())
            return fail(ErrorCode::Unsupported, state->info.name + " cannot be used: " + state->info.unusable,
                        "choose another device, or --device cpu");
        state->queueFamily = state->transferFamily = computeFamily(state->physical);
        if (state->info.features.useTransferRing)
            state->transferFamily = transferFamily(state->physical).value_or(state->queueFamily);
        state->device = makeDevice(*state);
        state->queue = state->device.getQueue(state->queueFamily, 0);
        state->transferQueue = state->device.getQueue(state->transferFamily, 0);
        return std::shared_ptr<Context>(new Context(std::move(state)));
    });
}

Context::Context(std::unique_ptr<ContextState> state) : m_state(std::move(state)) {}

Context::~Context() = default;

const DeviceInfo& Context::info() const noexcept {
    return m_state->info;
}

std::uint64_t Context::allocatedBytes() const noexcept {
    return m_state->allocatedBytes;
}

std::vector<MemoryHeap> Context::heaps() const {
    if (m_state->options.heaps) return m_state->options.heaps();
    auto heaps = guarded("measuring memory", [&]() -> Result<std::vector<MemoryHeap>> {
        const bool budget = features().hasMemoryBudget && !m_state->options.paths.noMemoryBudget;
        return describeHeaps(m_state->physical, budget);
    });
    return heaps ? *std::move(heaps) : info().heaps;
}

std::vector<std::string> Context::validationMessages() const {
    const std::lock_guard lock(m_state->log.mutex);
    return m_state->log.messages;
}

bool Context::isValidated() const noexcept {
    return m_state->validated;
}

}  // namespace strata::gpu
