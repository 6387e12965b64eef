// The largest of many values, without sorting them all.
#pragma once

#include "core/backend.h"

#include <span>
#include <vector>

namespace strata {

/// As Backend::largest(), of `values`. One pass, and a heap of `count`.
[[nodiscard]] std::vector<RankedValue> largestOf(std::span<const float> values, std::size_t count);

}  // namespace strata
