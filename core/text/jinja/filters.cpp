#include "core/text/jinja/filters.h"

#include "core/text/jinja/unicode.h"

#include <algorithm>

namespace strata::jinja {

const Filter* findFilter(std::string_view name) noexcept {
    for (const auto filters : {textFilters(), numberFilters(), sequenceFilters(), orderFilters()}) {
        const auto found = std::ranges::find(filters, name, &Filter::name);
        if (found != filters.end()) return &*found;
    }
    return nullptr;
}

Value withoutCase(Runtime& runtime, const Value& value) {
    const auto* string = value.asString();
    return string ? runtime.text(string->text.mapRuns(lower), string->markup) : value;
}

}  // namespace strata::jinja
