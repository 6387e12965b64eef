// The way of the Tab key through a window whose parts come and go.
#pragma once

class QWidget;

namespace strata::ui {

/// Chains everything below `root` as it lies in layouts: top to bottom, and from left to right where things stand side
/// by side. What lies in no layout follows by its place. To be called before each step: widgets are made at any time,
/// and Qt chains them in the order of their making. GUI thread.
void orderTabs(QWidget& root);

}  // namespace strata::ui
