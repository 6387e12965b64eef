// Failures in words for people. The engine's own words go to Problem::detail, for a report.
#pragma once

#include "core/base/result.h"
#include "ui/controllers/engine_types.h"

#include <QString>

namespace strata::ui {

/// What happened (naming the file), that nothing was lost, and the one thing to do, in the user's language. Any thread.
[[nodiscard]] Problem problemFrom(const strata::Error& error);

/// "118 MB", "1.24 GB" with the decimal sign of the user's language; powers of 1,000, three significant digits.
[[nodiscard]] QString bytesText(qint64 sizeBytes);

}  // namespace strata::ui
