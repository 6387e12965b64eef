// Without the Vulkan backend there is the processor alone.
#include "app/devices/devices.h"

namespace strata::devices {
namespace {

Error missing() {
    return {.code = ErrorCode::Unsupported,
            .detail = "this program was built without Vulkan",
            .file = {},
            .remedy = "use the processor"};
}

}  // namespace

bool isBuilt() noexcept {
    return false;
}

Result<Devices> listDevices() {
    return Devices{{}, std::nullopt, missing()};
}

Result<std::unique_ptr<Backend>> makeBackend(std::size_t, DeviceMeter*) {
    return std::unexpected(missing());
}

std::shared_ptr<DeviceMeter> makeMeter(std::size_t) {
    return nullptr;
}

}  // namespace strata::devices
