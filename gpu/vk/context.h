// One opened Vulkan device: instance, device, queue, and the memory that was taken from it.
#pragma once

#include "core/base/result.h"
#include "gpu/vk/context_options.h"
#include "gpu/vk/device_features.h"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace strata::gpu {

struct ContextState;

/// All devices of this machine, usable or not, with the paths that `paths` leaves. Errors: NotFound where there is no
/// loader or no driver.
[[nodiscard]] Result<std::vector<DeviceInfo>> listDevices(const PathOptions& paths = {});

/// Thread contract: as the backend that owns it; heaps() and validationMessages() from any thread.
class Context {
public:
    /// Opens device `index` of listDevices(). Errors: NotFound, Unsupported (naming what is missing), OutOfMemory.
    [[nodiscard]] static Result<std::shared_ptr<Context>> open(std::size_t index, const ContextOptions& options);
    ~Context();
    Context(const Context&) = delete;
    Context& operator=(const Context&) = delete;

    [[nodiscard]] const DeviceInfo& info() const noexcept;
    [[nodiscard]] const DeviceFeatures& features() const noexcept { return info().features; }
    /// Bytes of device memory that this context holds now; imported memory is not counted.
    [[nodiscard]] std::uint64_t allocatedBytes() const noexcept;
    /// As DeviceInfo::heaps, asked for now.
    [[nodiscard]] std::vector<MemoryHeap> heaps() const;
    /// What the validation layer has said so far; empty too when it is not installed or was not asked for.
    [[nodiscard]] std::vector<std::string> validationMessages() const;
    /// Whether the validation layer watches.
    [[nodiscard]] bool isValidated() const noexcept;
    /// For the other parts of gpu/vk.
    [[nodiscard]] ContextState& state() noexcept { return *m_state; }

private:
    explicit Context(std::unique_ptr<ContextState> state);
    std::unique_ptr<ContextState> m_state;
};

}  // namespace strata::gpu
