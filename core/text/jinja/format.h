// Python's two ways of formatting: "..." % values and "...".format(values).
#pragma once

#include "core/text/jinja/runtime.h"

namespace strata::jinja {

/// `format % values`: a tuple, a dict (for %(name)s) or one value.
[[nodiscard]] Value formatPercent(Runtime& runtime, const StringData& format, const Value& values);
/// `format.format(...)`.
[[nodiscard]] Value formatBraces(Runtime& runtime, const StringData& format, const Arguments& arguments);

/// Python's format specification: [[fill]align][sign][#][0][width][,][.precision][type].
struct FormatSpec {
    std::string fill = " ";
    char align = 0;   ///< one of <>=^, 0 = the type's own
    char sign = '-';  ///< one of "+- "
    bool alternate = false;
    std::int64_t width = 0;
    char grouping = 0;  ///< ',' or '_', 0 = none
    std::int64_t precision = -1;
    char type = 0;
};
/// Raises for what Python refuses.
[[nodiscard]] FormatSpec parseFormatSpec(std::string_view spec);
[[nodiscard]] MarkedText formatValue(Runtime& runtime, const Value& value, const FormatSpec& spec);

}  // namespace strata::jinja
