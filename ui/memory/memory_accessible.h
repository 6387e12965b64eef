// How screen readers meet the slider and the plot.
#pragma once

namespace strata::ui {

/// Once per process; further calls do nothing.
void installMemoryAccessibility();

}  // namespace strata::ui
