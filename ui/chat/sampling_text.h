// Sampling settings as one line of text for the settings table, and as the engine wants them.
#pragma once

#include "ui/controllers/engine_types.h"

namespace strata::ui {

[[nodiscard]] QString samplingToText(const PresetRecord& sampling);
/// Values that are missing or out of range are the defaults.
[[nodiscard]] PresetRecord samplingFromText(const QString& text);
/// Without a seed, one is drawn.
[[nodiscard]] SamplingOptions samplingOptions(const PresetRecord& sampling);

}  // namespace strata::ui
