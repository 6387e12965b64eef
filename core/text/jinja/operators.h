// Python's operators on values.
#pragma once

#include "core/text/jinja/runtime.h"

namespace strata::jinja {

/// Raises what jinja2 raises when an undefined value is used.
void requireDefined(const Value& value);

enum class BinaryOperator { Add, Subtract, Multiply, Divide, FloorDivide, Modulo, Power };
[[nodiscard]] Value apply(Runtime& runtime, BinaryOperator op, const Value& left, const Value& right);
[[nodiscard]] Value negate(const Value& value);
[[nodiscard]] Value plus(const Value& value);

enum class Comparison { Equal, NotEqual, Less, LessEqual, Greater, GreaterEqual, In, NotIn };
[[nodiscard]] bool compare(Runtime& runtime, Comparison op, const Value& left, const Value& right);
[[nodiscard]] bool equals(const Value& left, const Value& right);
/// left < right as Python orders them; raises for what has no order.
[[nodiscard]] bool isLess(const Value& left, const Value& right);
[[nodiscard]] bool contains(Runtime& runtime, const Value& container, const Value& item);

/// Both lists, or both tuples: what Python adds and orders.
[[nodiscard]] bool canJoin(const ListData& left, const ListData& right);

}  // namespace strata::jinja
