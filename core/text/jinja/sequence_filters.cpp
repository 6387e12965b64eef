#include "core/text/jinja/access.h"
#include "core/text/jinja/filters.h"
#include "core/text/jinja/operators.h"
#include "core/text/jinja/print.h"
#include "core/text/jinja/unicode.h"

#include <algorithm>
#include <functional>
#include <utility>

namespace strata::jinja {
namespace {

Value fallback(Runtime& runtime, const Value& input, const Arguments& arguments) {
    const Parameters given("default", arguments, {"default_value", "boolean"});
    const bool wanted = input.isUndefined() || (given.flag(1) && !input.truthy());
    if (!wanted) return input;
    return given[0] ? *given[0] : runtime.text("");
}

Value length(Runtime& runtime, const Value& input, const Arguments& arguments) {
    Parameters("length", arguments, {});
    return Value(static_cast<std::int64_t>(lengthOf(runtime, input)));
}

Value first(Runtime& runtime, const Value& input, const Arguments& arguments) {
    Parameters("first", arguments, {});
    const auto item = firstOf(runtime, input);
    return item ? *item : Value::undefined("No first item, sequence was empty.");
}

Value last(Runtime& runtime, const Value& input, const Arguments& arguments) {
    Parameters("last", arguments, {});
    if (input.asObject()) raise("'" + std::string(typeName(input)) + "' is not reversible");
    if (const auto* string = input.asString(); string && !string->text.empty()) {
        const std::size_t size = string->text.size();
        const std::size_t begin = size - characterBefore(string->text.view(), size).length;
        return runtime.text(string->text.slice(begin, size), string->markup);
    }
    const std::vector<Value> items = itemsOf(runtime, input);
    return items.empty() ? Value::undefined("No last item, sequence was empty.") : items.back();
}

Value list(Runtime& runtime, const Value& input, const Arguments& arguments) {
    Parameters("list", arguments, {});
    return runtime.list(itemsOf(runtime, input));
}

/// A generator whose body begins to run when its first item is asked for: `begin` returns what gives the items.
template <class Begin>
Value lazily(Runtime& runtime, const Value& input, const Arguments& arguments, Begin begin) {
    Arguments kept = arguments;
    const Value held = runtime.list(kept.positional);
    auto start = [&runtime, input, kept = std::move(kept), begin] { return begin(runtime, input, kept); };
    return runtime.generator(std::move(start), {&input, &held});
}

Generator::Pull nothing() {
    return [] { return std::optional<Value>(); };
}

Generator::Pull each(std::vector<Value> items) {
    return [items = std::move(items), at = std::size_t{0}]() mutable -> std::optional<Value> {
        return at < items.size() ? std::optional(items[at++]) : std::nullopt;
    };
}

Value items(Runtime& runtime, const Value& input, const Arguments& arguments) {
    Parameters("items", arguments, {});
    return lazily(runtime, input, arguments, [](Runtime& inner, const Value& dict, const Arguments&) {
        if (dict.isUndefined()) return nothing();
        if (!dict.asDict()) raise("Can only get item pairs from a mapping.");
        std::vector<Value> pairs;
        for (const auto& [key, value] : dict.asDict()->entries()) pairs.push_back(inner.tuple({key, value}));
        return each(std::move(pairs));
    });
}

Value reverse(Runtime& runtime, const Value& input, const Arguments& arguments) {
    Parameters("reverse", arguments, {});
    if (input.asString()) return slice(runtime, input, {}, {}, Value(std::int64_t{-1}));
    if (!isIterable(input)) raise("argument must be iterable");
    std::vector<Value> items = itemsOf(runtime, input);
    std::ranges::reverse(items);
    return input.asObject() ? runtime.list(std::move(items)) : runtime.generator(std::move(items));
}

Generator::Pull batches(Runtime& runtime, const Value& input, const Arguments& arguments) {
    const Parameters given("batch", arguments, {"linecount", "fill_with"}, 1);
    const std::int64_t size = given.integer(0, 0);
    std::vector<Value> result, current;
    for (const Value& item : itemsOf(runtime, input)) {
        if (static_cast<std::int64_t>(current.size()) == size)
            result.push_back(runtime.list(std::exchange(current, {})));
        current.push_back(item);
    }
    if (!current.empty()) {
        const auto missing = size - static_cast<std::int64_t>(current.size());
        if (given.given(1) && missing > 0) {
            runtime.account().steps(static_cast<std::uint64_t>(missing));
            current.insert(current.end(), static_cast<std::size_t>(missing), *given[1]);
        }
        result.push_back(runtime.list(std::move(current)));
    }
    return each(std::move(result));
}

Value batch(Runtime& runtime, const Value& input, const Arguments& arguments) {
    Parameters("batch", arguments, {"linecount", "fill_with"}, 1);
    return lazily(runtime, input, arguments, batches);
}

Generator::Pull columns(Runtime& runtime, const Value& input, const Arguments& arguments) {
    const Parameters given("slice", arguments, {"slices", "fill_with"}, 1);
    const std::vector<Value> items = itemsOf(runtime, input);
    const std::int64_t wanted = given.integer(0, 0);
    if (wanted == 0) raise("integer division or modulo by zero");
    if (wanted < 0) return nothing();
    const auto count = static_cast<std::size_t>(wanted);
    runtime.account().steps(count);
    const std::size_t share = items.size() / count, extra = items.size() % count;
    std::vector<Value> result;
    std::size_t at = 0;
    for (std::size_t number = 0; number < count; ++number) {
        const std::size_t size = share + (number < extra ? 1 : 0);
        const auto begin = items.begin() + static_cast<std::ptrdiff_t>(at);
        std::vector<Value> part(begin, begin + static_cast<std::ptrdiff_t>(size));
        if (given.given(1) && number >= extra) part.push_back(*given[1]);
        result.push_back(runtime.list(std::move(part)));
        at += size;
    }
    return each(std::move(result));
}

Value slices(Runtime& runtime, const Value& input, const Arguments& arguments) {
    Parameters("slice", arguments, {"slices", "fill_with"}, 1);
    return lazily(runtime, input, arguments, columns);
}

Value attribute(Runtime& runtime, const Value& input, const Arguments& arguments) {
    const Parameters given("attr", arguments, {"name"}, 1);
    const std::string name(given.string(0)->view());
    requireDefined(input);
    if (auto found = findAttribute(runtime, input, name)) return *std::move(found);
    return Value::undefined("'" + std::string(typeName(input)) + "' has no attribute " + quoted(name));
}

/// The value of a keyword argument, taken out of `arguments`.
std::optional<Value> takeKeyword(Arguments& arguments, std::string_view name) {
    const auto found =
        std::ranges::find(arguments.keywords, name, [](const auto& entry) -> std::string_view { return entry.first; });
    if (found == arguments.keywords.end()) return std::nullopt;
    const Value value = found->second;
    arguments.keywords.erase(found);
    return value;
}

Arguments withoutFirst(const Arguments& arguments, std::size_t count) {
    Arguments rest;
    rest.positional.assign(arguments.positional.begin() + static_cast<std::ptrdiff_t>(count),
                           arguments.positional.end());
    rest.keywords = arguments.keywords;
    return rest;
}

bool hasKeyword(const Arguments& arguments, std::string_view name) {
    return std::ranges::any_of(arguments.keywords, [&](const auto& entry) { return entry.first == name; });
}

/// What map does to an item.
std::function<Value(const Value&)> transformation(Runtime& runtime, Arguments arguments) {
    if (arguments.positional.empty() && hasKeyword(arguments, "attribute")) {
        const AttributePath path(runtime, *takeKeyword(arguments, "attribute"));
        const Value otherwise = takeKeyword(arguments, "default").value_or(Value());
        if (!arguments.keywords.empty()) raise("Unexpected keyword argument " + quoted(arguments.keywords[0].first));
        return [&runtime, path, otherwise](const Value& item) {
            return path.of(runtime, item, otherwise.isNone() ? nullptr : &otherwise);
        };
    }
    if (arguments.positional.empty()) raise("map requires a filter argument");
    const auto* name = arguments.positional[0].asString();
    const Filter* filter = name ? findFilter(name->text.view()) : nullptr;
    if (!filter) raise("No filter named " + std::string(repr(runtime, arguments.positional[0]).view()) + ".");
    return [&runtime, filter, rest = withoutFirst(arguments, 1)](const Value& item) {
        const DepthGuard guard = runtime.descend();
        return filter->apply(runtime, item, rest);
    };
}

Generator::Pull mapped(Runtime& runtime, const Value& input, const Arguments& arguments) {
    if (!input.truthy()) return nothing();
    return [change = transformation(runtime, arguments),
            cursor = Cursor(runtime, input)]() mutable -> std::optional<Value> {
        const auto item = cursor.next();
        return item ? std::optional(change(*item)) : std::nullopt;
    };
}

Value map(Runtime& runtime, const Value& input, const Arguments& arguments) {
    return lazily(runtime, input, arguments, mapped);
}

/// What select and its kin ask of an item.
std::function<bool(const Value&)> predicate(Runtime& runtime, const Arguments& arguments, std::size_t first) {
    if (arguments.positional.size() <= first) return [](const Value& item) { return item.truthy(); };
    const auto* name = arguments.positional[first].asString();
    const Test* test = name ? findTest(name->text.view()) : nullptr;
    if (!test) raise("No test named " + std::string(repr(runtime, arguments.positional[first]).view()) + ".");
    return [&runtime, test, rest = withoutFirst(arguments, first + 1)](const Value& item) {
        return test->holds(runtime, item, rest);
    };
}

template <bool wanted, bool byAttribute>
Generator::Pull chosen(Runtime& runtime, const Value& input, const Arguments& arguments) {
    if (!input.truthy()) return nothing();
    if (byAttribute && arguments.positional.empty()) raise("Missing parameter for attribute name");
    const AttributePath path = byAttribute ? AttributePath(runtime, arguments.positional[0]) : AttributePath();
    return [&runtime, path, holds = predicate(runtime, arguments, byAttribute ? 1 : 0),
            cursor = Cursor(runtime, input)]() mutable -> std::optional<Value> {
        while (auto item = cursor.next()) {
            if (holds(path.of(runtime, *item)) == wanted) return item;
        }
        return std::nullopt;
    };
}

template <bool wanted, bool byAttribute>
Value choose(Runtime& runtime, const Value& input, const Arguments& arguments) {
    return lazily(runtime, input, arguments, chosen<wanted, byAttribute>);
}

constexpr Filter kFilters[] = {
    {"attr", attribute},
    {"batch", batch},
    {"count", length},
    {"d", fallback},
    {"default", fallback},
    {"first", first},
    {"items", items},
    {"last", last},
    {"length", length},
    {"list", list},
    {"map", map},
    {"reject", choose<false, false>},
    {"rejectattr", choose<false, true>},
    {"reverse", reverse},
    {"select", choose<true, false>},
    {"selectattr", choose<true, true>},
    {"slice", slices},
};

}  // namespace

std::span<const Filter> sequenceFilters() noexcept {
    return kFilters;
}

}  // namespace strata::jinja
