// The one place where exceptions of vk::raii become errors; nothing of gpu throws beyond it.
#pragma once

#include "core/base/result.h"

#include <exception>
#include <type_traits>
#include <utility>

namespace strata::gpu {

/// OutOfMemory for memory of host or device, Io for a lost device, Unsupported for what the driver lacks.
[[nodiscard]] Error toError(const std::exception& exception, std::string_view doing);

/// Runs body(), which may throw and may return a Result; `doing` completes "Vulkan failed while ...".
template <class F>
[[nodiscard]] auto guarded(std::string_view doing, F&& body) {
    using Value = std::invoke_result_t<F>;
    if constexpr (std::is_void_v<Value>) {
        try {
            body();
            return Result<void>{};
        } catch (const std::exception& exception) {
            return Result<void>(std::unexpected(toError(exception, doing)));
        }
    } else {
        try {
            return body();
        } catch (const std::exception& exception) {
            return Value(std::unexpected(toError(exception, doing)));
        }
    }
}

}  // namespace strata::gpu
