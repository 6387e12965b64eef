// A conversation with everything in it, for pictures and for tests of the view.
#pragma once

#include "ui/store/records.h"

namespace strata::ui {

[[nodiscard]] QList<MessageRecord> sampleConversation();
/// About `tokens` tokens in messages of some hundred words.
[[nodiscard]] QList<MessageRecord> longConversation(int tokens);

}  // namespace strata::ui
