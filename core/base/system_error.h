// The one place that turns the system's error numbers into Error. For implementations in core/base and core/io only.
#pragma once

#include "core/base/result.h"

#include <filesystem>
#include <string_view>

namespace strata {

/// `action` completes "cannot ...": "open", "write". The error carries the code, the system's words and a remedy.
[[nodiscard]] std::unexpected<Error> systemFailure(int errorNumber, std::string_view action,
                                                   const std::filesystem::path& file);

}  // namespace strata
