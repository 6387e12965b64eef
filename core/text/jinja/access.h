// Reaching into values: attributes, items, slices, lengths, iteration.
#pragma once

#include "core/text/jinja/runtime.h"

namespace strata::jinja {

/// `value.name`: the attribute, then the item, then undefined.
[[nodiscard]] Value getAttribute(Runtime& runtime, const Value& value, std::string_view name);
/// `value[key]`: the item, then (for a string) the attribute, then undefined.
[[nodiscard]] Value getItem(Runtime& runtime, const Value& value, const Value& key);
/// The attribute alone, without falling back to the item.
[[nodiscard]] std::optional<Value> findAttribute(Runtime& runtime, const Value& value, std::string_view name);

/// Python's value[start:stop:step]; None stands for what was left out.
[[nodiscard]] Value slice(Runtime& runtime, const Value& value, const Value& start, const Value& stop,
                          const Value& step);

[[nodiscard]] std::size_t lengthOf(Runtime& runtime, const Value& value);
/// len() without raising.
[[nodiscard]] std::optional<std::size_t> findLength(Runtime& runtime, const Value& value);
[[nodiscard]] bool isIterable(const Value& value);
/// All items; walks a generator to its end.
[[nodiscard]] std::vector<Value> itemsOf(Runtime& runtime, const Value& value);
/// Walks a value item by item; a generator no further than it is asked to.
class Cursor {
public:
    /// Raises for what cannot be iterated.
    Cursor(Runtime& runtime, const Value& value);
    [[nodiscard]] std::optional<Value> next();

private:
    Runtime& m_runtime;
    Value m_value;
    std::vector<Value> m_items;  // of what is no generator
    std::size_t m_at = 0;
};
/// The first item of iterating, nothing when there is none.
[[nodiscard]] std::optional<Value> firstOf(Runtime& runtime, const Value& value);
/// The characters of a string, each a string.
[[nodiscard]] std::vector<Value> charactersOf(Runtime& runtime, const StringData& string);

/// How map, sort and others name a part of each item: "a.b", "0.name", 1.
class AttributePath {
public:
    /// No path: the item itself.
    AttributePath() = default;
    AttributePath(Runtime& runtime, const Value& attribute);
    [[nodiscard]] Value of(Runtime& runtime, Value item, const Value* fallback = nullptr) const;

private:
    std::vector<Value> m_parts;
};

}  // namespace strata::jinja
