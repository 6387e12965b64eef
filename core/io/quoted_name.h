// Private to core/io: names that come from files, in messages for people.
#pragma once

#include <string>
#include <string_view>

namespace strata {

/// The name in quotes, made fit for a message: at most 80 bytes, control characters replaced.
[[nodiscard]] std::string quotedName(std::string_view name);

}  // namespace strata
