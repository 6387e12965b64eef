// What --json prints: one object, on one line, the last of standard output; for errors too.
#pragma once

#include "core/base/result.h"

#include <string>
#include <string_view>

#include <nlohmann/json_fwd.hpp>

namespace strata::cli {

using Json = nlohmann::ordered_json;

/// One line, without its end. Bytes that are no UTF-8 become U+FFFD.
[[nodiscard]] std::string jsonLine(const Json& value);

/// {"error": {"code": "not-found", "message": "..."}}
[[nodiscard]] Json errorJson(std::string_view code, std::string_view message);

/// A message as one line for a terminal: line ends and control characters (file contents get into messages) become
/// spaces.
[[nodiscard]] std::string oneLine(std::string_view message);

/// Seconds, rates and shares with six significant digits, so that the output stays readable.
[[nodiscard]] double rounded(double value);

}  // namespace strata::cli
