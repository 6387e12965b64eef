// The conversation for screen readers.
#pragma once

namespace strata::ui {

/// From then on every ChatView tells its messages. May be called again.
void installChatAccessibility();

}  // namespace strata::ui
