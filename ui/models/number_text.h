// Numbers as people read them, with the decimal sign of the user's language.
#pragma once

#include <QString>

namespace strata::ui {

/// "98 %": the whole percents that are reached.
[[nodiscard]] QString percentText(double share);
/// "135 M", "1.24 B": a number of parameters.
[[nodiscard]] QString parametersText(qint64 parameters);
/// "118 MB", "1.24 GB": powers of 1,000, three significant digits.
[[nodiscard]] QString bytesText(qint64 sizeBytes);

}  // namespace strata::ui
