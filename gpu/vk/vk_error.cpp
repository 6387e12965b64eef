#include "gpu/vk/vk_error.h"

#include <new>
#include <string>

#include <vulkan/vulkan_raii.hpp>

namespace strata::gpu {
namespace {

Error describe(vk::Result result, std::string doing) {
    switch (result) {
        case vk::Result::eErrorOutOfDeviceMemory:
            return {ErrorCode::OutOfMemory,
                    "the device refuses memory for " + doing,
                    {},
                    "give the model a smaller budget, or run it on the processor (--device cpu)"};
        case vk::Result::eErrorOutOfHostMemory:
            return {ErrorCode::OutOfMemory,
                    "the system refuses the driver memory for " + doing,
                    {},
                    "close other programs, or give the model a smaller budget"};
        case vk::Result::eErrorDeviceLost:
            return {ErrorCode::Io,
                    "the device was lost while " + doing,
                    {},
                    "try again, or run the model on the processor (--device cpu)"};
        case vk::Result::eErrorIncompatibleDriver:
        case vk::Result::eErrorInitializationFailed:
            return {ErrorCode::NotFound, "no Vulkan driver answers", {}, "install one, or use --device cpu"};
        case vk::Result::eErrorExtensionNotPresent:
        case vk::Result::eErrorFeatureNotPresent:
            return {ErrorCode::Unsupported, "the driver lacks what " + doing + " needs", {}, "use --device cpu"};
        default:
            return {ErrorCode::Io,
                    "Vulkan failed while " + doing + ": " + vk::to_string(result),
                    {},
                    "run the model on the processor (--device cpu)"};
    }
}

}  // namespace

Error toError(const std::exception& exception, std::string_view doing) {
    if (const auto* system = dynamic_cast<const vk::SystemError*>(&exception))
        return describe(static_cast<vk::Result>(system->code().value()), std::string(doing));
    if (dynamic_cast<const std::bad_alloc*>(&exception) != nullptr)
        return {ErrorCode::OutOfMemory, "the system refuses memory for " + std::string(doing), {}, {}};
    return {ErrorCode::NotFound,
            "Vulkan is not there: " + std::string(exception.what()),
            {},
            "install a Vulkan loader and a driver, or use --device cpu"};
}

}  // namespace strata::gpu
