// Durations that are guesses, in words.
#pragma once

#include <QString>

namespace strata::ui {

/// "less than a minute", "about 6 minutes", "about 3 hours".
[[nodiscard]] QString roughTime(double seconds);

}  // namespace strata::ui
