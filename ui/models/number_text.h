// Numbers as people read them, with the decimal sign of the user's language.
#pragma once

#include <QString>

namespace strata::ui {

/// "1,234", "0.5": with this many decimals.
[[nodiscard]] QString decimalText(double value, int decimals);
[[nodiscard]] QString countText(qint64 count);
/// Two significant digits: "0.031".
[[nodiscard]] QString roughText(double value);
/// "98 %": the whole percents that are reached.
[[nodiscard]] QString percentText(double share);
/// "135 M", "1.24 B": a number of parameters.
[[nodiscard]] QString parametersText(qint64 parameters);
/// "118 MB", "1.24 GB": powers of 1,000, three significant digits.
[[nodiscard]] QString bytesText(qint64 sizeBytes);

/// Below this agreement a model babbles: a number would flatter it.
inline constexpr double kSenseAgreement = 0.3;
/// "98 % of full quality", or that answers may make no sense; empty where nothing was measured.
[[nodiscard]] QString qualityText(double agreement);

}  // namespace strata::ui
