// How fast a device reads its own memory: what decode speed on it is measured against.
#pragma once

#include "gpu/vk/context.h"

namespace strata::gpu {

/// Bytes per second at which device `index` reads a buffer of up to 256 MB (as much as one binding and a quarter of its
/// memory allow): the best of some passes, by the device's timestamps where it has them, else by the clock. Opens the
/// device for itself. Errors: as Context::open, OutOfMemory.
[[nodiscard]] Result<double> measureDeviceBandwidth(std::size_t index, const PathOptions& paths);

}  // namespace strata::gpu
