#include "gpu/devices.h"

#include "gpu/vulkan_backend.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdlib>

namespace strata::gpu {
namespace {

std::filesystem::path cacheFolder() {
    if (const char* folder = std::getenv("XDG_CACHE_HOME"); folder != nullptr && *folder != 0)
        return std::filesystem::path(folder) / "strata";
    if (const char* home = std::getenv("HOME"); home != nullptr && *home != 0)
        return std::filesystem::path(home) / ".cache" / "strata";
    return {};
}

}  // namespace

std::optional<std::size_t> bestDevice(std::span<const DeviceInfo> devices) noexcept {
    for (const auto& kinds : {std::array{DeviceKind::Discrete, DeviceKind::Discrete},
                              std::array{DeviceKind::Integrated, DeviceKind::Virtual}}) {
        for (const DeviceInfo& device : devices)
            if (device.unusable.empty() && std::ranges::find(kinds, device.kind) != kinds.end()) return device.index;
    }
    return std::nullopt;
}

std::filesystem::path pipelineCachePath(const DeviceInfo& device) {
    const std::filesystem::path folder = cacheFolder();
    if (folder.empty()) return {};
    std::string name = "vulkan-" + device.name + ".pipelines";
    for (char& letter : name)
        if (std::isalnum(static_cast<unsigned char>(letter)) == 0 && letter != '-' && letter != '.') letter = '_';
    return folder / name;
}

Result<std::unique_ptr<Backend>> makeBackend(std::size_t index, ContextOptions options) {
    STRATA_TRY(const std::vector<DeviceInfo> devices, listDevices(options.paths));
    if (index < devices.size() && options.pipelineCache.empty())
        options.pipelineCache = pipelineCachePath(devices[index]);
    STRATA_TRY(std::shared_ptr<Context> context, Context::open(index, options));
    STRATA_TRY(std::unique_ptr<VulkanBackend> backend, VulkanBackend::create(std::move(context)));
    return std::unique_ptr<Backend>(std::move(backend));
}

}  // namespace strata::gpu
