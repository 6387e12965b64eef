// WikiText's published spacing (" @-@ ", " ,", "<unk>") undone, exactly as the numeric reference does it.
#pragma once

#include <string>

namespace strata {

[[nodiscard]] std::string detokeniseWikitext(std::string text);

}  // namespace strata
