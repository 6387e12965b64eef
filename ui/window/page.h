// The pages of the window.
#pragma once

namespace strata::ui {

enum class Page : int { Chat, Library, Settings };

}  // namespace strata::ui
