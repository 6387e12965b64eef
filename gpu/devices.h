// How a program chooses what computes: by the name that a user gives, or by what the machine has.
#pragma once

#include "core/backend.h"
#include "gpu/vk/context.h"

#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace strata::gpu {

/// The device that `auto` means: the first discrete one, else the first integrated or virtual one; never a software
/// device. nullopt: the processor.
[[nodiscard]] std::optional<std::size_t> bestDevice(std::span<const DeviceInfo> devices) noexcept;

/// Opens device `index` of listDevices() with its compiled pipelines kept among the user's caches. Errors: as
/// Context::open.
[[nodiscard]] Result<std::unique_ptr<Backend>> makeBackend(std::size_t index, ContextOptions options);

/// Where the compiled pipelines of a device are kept: $XDG_CACHE_HOME/strata or ~/.cache/strata. Empty where neither is
/// known.
[[nodiscard]] std::filesystem::path pipelineCachePath(const DeviceInfo& device);

}  // namespace strata::gpu
