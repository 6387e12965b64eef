// The colours of both themes, as plain values.
#pragma once

#include "ui/theme/theme.h"

#include <QColor>

namespace strata::ui {

inline constexpr int kColourRoles = static_cast<int>(ColourRole::Hover) + 1;

[[nodiscard]] QColor themeColour(ColourRole role, bool dark);

/// Ratio of luminances as WCAG 2 defines it, 1..21; both colours opaque.
[[nodiscard]] double contrastRatio(const QColor& a, const QColor& b);

}  // namespace strata::ui
