// What can be done with a message.
#pragma once

namespace strata::ui {

enum class MessageAction : int { Copy, CopyMarkdown, Regenerate, Edit, Continue, Delete, PreviousVersion, NextVersion };

}  // namespace strata::ui
