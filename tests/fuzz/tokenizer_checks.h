// What every tokenizer, whatever file described it, promises on any text.
#pragma once

#include "core/text/tokenizer_data.h"

#include <string_view>

namespace strata::fuzz {

/// Some of everything: words, digits, markers of chats, characters of one to four bytes, bytes that are none.
inline constexpr std::string_view kSampleText =
    " ab <s>12\n\n  \u00e9\u65e5\U0001f642 it's<|im_end|>\u2581x e\u0301 \uff21\xff\xe6\x97 a<0x0A>";

/// Makes the tokenizer where the description is sound, and runs `text` through all of it; else asks for a reason.
void checkTokenizer(Result<TokenizerData> description, std::string_view text);

}  // namespace strata::fuzz
