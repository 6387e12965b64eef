// How values look as text: Python's str() and repr(), and JSON as Python's json.dumps writes it.
#pragma once

#include "core/text/jinja/runtime.h"

namespace strata::jinja {

[[nodiscard]] MarkedText str(Runtime& runtime, const Value& value);
[[nodiscard]] MarkedText repr(Runtime& runtime, const Value& value);
/// Python's repr of a string.
[[nodiscard]] MarkedText quoted(const MarkedText& text);
[[nodiscard]] std::string quoted(std::string_view text);
/// Python's repr of a float: the shortest text that reads back as the same number.
[[nodiscard]] std::string floatText(double number);

struct JsonStyle {
    bool asciiOnly = false;
    bool sortKeys = false;
    std::optional<std::string> indent;  ///< one level
    std::string itemSeparator = ", ";
    std::string keySeparator = ": ";
};
/// Raises for what JSON cannot hold.
[[nodiscard]] MarkedText json(Runtime& runtime, const Value& value, const JsonStyle& style);

}  // namespace strata::jinja
