// Failures in words for people. The engine's own words go to Problem::detail, for a report.
#pragma once

#include "core/base/result.h"
#include "ui/controllers/engine_types.h"
#include "ui/models/number_text.h"

namespace strata::ui {

/// What happened (naming the file), that nothing was lost, and the one thing to do, in the user's language. Any thread.
[[nodiscard]] Problem problemFrom(const strata::Error& error);

}  // namespace strata::ui
