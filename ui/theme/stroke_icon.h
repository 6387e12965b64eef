// Icons drawn as strokes in a colour of the theme, sharp at every size and scale.
#pragma once

#include "ui/theme/theme.h"

#include <QIcon>

namespace strata::ui {

/// The icon asks `theme` for its colour whenever it is drawn, so it follows a change by itself. `theme` must live as
/// long as anything that draws the icon. An unknown name gives an empty icon.
[[nodiscard]] QIcon strokeIcon(const Theme& theme, const QString& name, ColourRole role);

}  // namespace strata::ui
