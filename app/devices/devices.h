// The devices of this machine beside its processor, as both programs tell of them, and the backend of one of them.
// There are two builds of this: with the Vulkan backend, and without it.
#pragma once

#include "app/devices/device_meter.h"
#include "app/devices/device_words.h"
#include "core/backend.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace strata::devices {

enum class Kind : unsigned char { Discrete, Integrated, Virtual, Software, Other };

/// "discrete", as JSON has it.
[[nodiscard]] std::string_view kindName(Kind kind) noexcept;

struct Heap {
    std::uint64_t sizeBytes = 0;
    std::uint64_t budgetBytes = 0;  ///< what this process may use now; sizeBytes where the device does not tell
    std::uint64_t usedBytes = 0;    ///< by this process
    bool isLocal = false;           ///< the device's own, or what it calls so
};

/// What is there or not, or which of two paths is taken.
struct Fact {
    const Words* words = nullptr;
    bool holds = false;
};

struct Limit {
    const Words* words = nullptr;
    std::uint64_t value = 0;
};

struct Device {
    std::size_t index = 0;  ///< as Vulkan lists them now
    std::string id;         ///< the same after a restart, and whatever else is plugged in; unique in a list
    std::string name;
    std::string driver;
    std::string apiVersion;
    Kind kind = Kind::Other;
    std::string unusable;  ///< why a model cannot run on it; empty when it can
    std::vector<Fact> features, paths;
    std::vector<Limit> limits;
    std::vector<Heap> heaps;

    /// Bytes of its largest local heap; 0 where there is none.
    [[nodiscard]] std::uint64_t memoryBytes() const noexcept;
    [[nodiscard]] std::uint64_t freeBytes() const noexcept;
    /// Whether its memory is not the computer's.
    [[nodiscard]] bool hasOwnMemory() const noexcept { return kind == Kind::Discrete; }
};

struct Devices {
    std::vector<Device> list;
    std::optional<std::size_t> automatic;  ///< what `auto` means; nullopt: the processor
    std::optional<Error> problem;          ///< why nothing can be listed
};

/// Whether this build has the Vulkan backend.
[[nodiscard]] bool isBuilt() noexcept;

/// Any thread. Opens the Vulkan loader and all drivers, which takes a second on some machines. Errors: InvalidArgument
/// for what STRATA_VK_DISABLE says.
[[nodiscard]] Result<Devices> listDevices();

/// Any thread. Opens device `index`, with the paths that STRATA_VK_DISABLE leaves. Errors: NotFound, Unsupported,
/// OutOfMemory, and InvalidArgument for what STRATA_VK_DISABLE says.
/// `meter`, one of makeMeter(index) or null, must outlive the backend.
[[nodiscard]] Result<std::unique_ptr<Backend>> makeBackend(std::size_t index, DeviceMeter* meter = nullptr);

/// Measures the backend that it is given to; null in a build without the Vulkan backend.
[[nodiscard]] std::shared_ptr<DeviceMeter> makeMeter(std::size_t index);

/// Fills in Device::id from the devices' UUIDs, in the same order: "uuid:..." where it is the only one with it, else
/// "name:..." with a number behind equal names.
void assignIds(std::vector<Device>& devices, const std::vector<std::string>& uuids);

}  // namespace strata::devices
