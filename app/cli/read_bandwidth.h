// How fast this machine reads memory: what decode speed is measured against.
#pragma once

#include "core/base/result.h"

#include <cstddef>

namespace strata::cli {

/// Bytes per second at which `threads` threads together stream through a buffer far larger than the caches, each its
/// own part: the best of several plain loops and passes. Takes about half a second and 256 MiB while it runs. Errors:
/// OutOfMemory.
[[nodiscard]] Result<double> measureReadBandwidth(std::size_t threads);

}  // namespace strata::cli
