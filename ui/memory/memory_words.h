// The memory panel's sentences.
#pragma once

#include <QString>
#include <QtGlobal>

namespace strata::ui {

/// "98 % of full quality"; empty for 0, which is "not measured".
[[nodiscard]] QString qualityWords(double agreement);
/// What the percentage is.
[[nodiscard]] QString qualityExplanation(double agreement);
/// "118 of 131 megabytes, 98 percent of full quality", for screen readers.
[[nodiscard]] QString spokenMemory(qint64 bytes, qint64 fullBytes, double agreement);
/// "118" with one decimal below ten: the figure alone, in megabytes.
[[nodiscard]] QString megabytesFigure(qint64 bytes);
/// "about 41 tokens/s"; empty for 0.
[[nodiscard]] QString speedWords(double tokensPerSecond);

}  // namespace strata::ui
