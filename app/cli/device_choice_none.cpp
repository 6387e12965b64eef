// Without the Vulkan backend there is the processor alone.
#include "app/cli/device_choice.h"

#include <nlohmann/json.hpp>

namespace strata::cli {

Result<ChosenDevice> chooseDevice(const DeviceChoice& choice, Console& console) {
    if (choice.kind == DeviceChoice::Kind::Device)
        return fail(ErrorCode::Unsupported, "this strata-cli was built without Vulkan", "use --device cpu");
    if (choice.kind == DeviceChoice::Kind::Auto)
        console.note("this strata-cli was built without Vulkan: the processor computes");
    return ChosenDevice{};
}

Result<Json> describeDevices() {
    return Json{
        {"devices", Json::array()}, {"automatic", nullptr}, {"problem", "this strata-cli was built without Vulkan"}};
}

}  // namespace strata::cli
