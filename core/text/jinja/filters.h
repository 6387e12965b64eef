// Jinja's filters and tests.
#pragma once

#include "core/text/jinja/runtime.h"

#include <span>

namespace strata::jinja {

struct Filter {
    std::string_view name;
    Value (*apply)(Runtime& runtime, const Value& input, const Arguments& arguments);
};
struct Test {
    std::string_view name;
    bool (*check)(Runtime& runtime, const Value& input, const Arguments& arguments);
    std::size_t parameters = 0;  ///< how many arguments it takes besides the input

    /// Raises for a wrong number of arguments.
    [[nodiscard]] bool holds(Runtime& runtime, const Value& input, const Arguments& arguments) const;
};

/// nullptr when there is none of this name.
[[nodiscard]] const Filter* findFilter(std::string_view name) noexcept;
[[nodiscard]] const Test* findTest(std::string_view name) noexcept;

/// The filters by subject; findFilter looks through them all.
[[nodiscard]] std::span<const Filter> textFilters() noexcept;
[[nodiscard]] std::span<const Filter> numberFilters() noexcept;
[[nodiscard]] std::span<const Filter> sequenceFilters() noexcept;
[[nodiscard]] std::span<const Filter> orderFilters() noexcept;

/// For sorting and comparing without regard to case: strings in lower case, all else as it is.
[[nodiscard]] Value withoutCase(Runtime& runtime, const Value& value);

}  // namespace strata::jinja
