// The application's one style sheet, written out from the theme's roles.
#pragma once

#include "ui/theme/theme.h"

#include <QString>

class QAbstractButton;
class QSize;

namespace strata::ui {

/// What a widget is, beyond its class; the style sheet knows it by the property `look`.
enum class Look : int {
    Plain,
    Primary,    ///< button: the one thing to do here
    Quiet,      ///< button without a frame, in panels and bars
    Danger,     ///< button that removes something
    Card,       ///< frame: surface, hairline border, rounded
    Notice,     ///< frame: a message above the page
    Title,      ///< label, 18 px
    Secondary,  ///< label, 13 px, secondary colour
    Figure,     ///< label, 28 px, tabular digits
    Problem,    ///< label in the colour of errors
    Sidebar,    ///< frame: a side column
};

/// May be called again; where the look is another one, the widget is polished anew.
void setLook(QWidget& widget, Look look);

/// The button's icon keeps this size, in pixels as designed, at every size of text.
void keepIconSize(const Theme& theme, QAbstractButton& button, const QSize& size);

/// An icon before a button's text, with a gap between them. May be called again.
void setButtonIcon(const Theme& theme, QAbstractButton& button, const QIcon& icon);

[[nodiscard]] QString styleSheet(const Theme& theme);

}  // namespace strata::ui
