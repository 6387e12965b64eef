// Words in widgets that stay right when the language changes, or the keys that they name.
#pragma once

#include "ui/theme/theme.h"

#include <functional>

namespace strata::ui {

/// Calls `write` now, and whenever words are others, as long as `owner` lives.
template <class Write>
void followWords(const Theme& theme, const QObject& owner, Write write) {
    write();
    QObject::connect(&theme, &Theme::wordsChanged, &owner, write);
}

/// Hands `words()` to each of `set`, setters of the widget: followWords(theme, *label, [] { return tr("Name"); },
/// &QLabel::setText).
template <class Widget, class Words, class... Set>
    requires(sizeof...(Set) > 0)
void followWords(const Theme& theme, Widget& widget, Words words, Set... set) {
    followWords(theme, widget, [&widget, words, set...] { (std::invoke(set, widget, words()), ...); });
}

}  // namespace strata::ui
