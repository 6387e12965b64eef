// Private to core/io: JSON from files we did not write, without exceptions, duplicate keys or endless nesting.
#pragma once

#include "core/base/result.h"

#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

namespace strata {

/// Parses an object. Errors: Corrupt, naming `what` and the byte; a key that occurs twice in one object is an error,
/// and so is nesting deeper than `maximumDepth` levels, the object itself being the first. OutOfMemory.
[[nodiscard]] Result<nlohmann::json> parseJsonObject(std::string_view text, const std::string& what, int maximumDepth);

}  // namespace strata
