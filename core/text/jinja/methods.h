// Methods of Python's strings, lists and dicts.
#pragma once

#include "core/text/jinja/runtime.h"

#include <span>

namespace strata::jinja {

enum class MethodKind {
    None,  ///< Python has no such attribute
    Usable,
    Unsafe,  ///< it would change its object, or reach into the interpreter: the sandbox forbids it
};
[[nodiscard]] MethodKind methodKind(const Value& self, std::string_view name) noexcept;
[[nodiscard]] Value callMethod(Runtime& runtime, const Value& self, std::string_view name, const Arguments& arguments);

/// One row of a method table.
struct StringMethod {
    std::string_view name;
    Value (*call)(Runtime& runtime, const StringData& self, const Arguments& arguments);
};
/// Methods that give new text, and those that only look; findStringMethod looks through both.
[[nodiscard]] std::span<const StringMethod> stringEdits() noexcept;
[[nodiscard]] std::span<const StringMethod> stringQueries() noexcept;
/// nullptr when strings have no such method.
[[nodiscard]] const StringMethod* findStringMethod(std::string_view name) noexcept;

}  // namespace strata::jinja
