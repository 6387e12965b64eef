#include "core/text/jinja/methods.h"

#include "core/text/jinja/access.h"
#include "core/text/jinja/operators.h"

#include <algorithm>
#include <cmath>

namespace strata::jinja {
namespace {

constexpr std::string_view kListMethods[] = {"copy", "count", "index"};
constexpr std::string_view kListChanges[] = {"append", "clear", "extend", "insert", "pop", "remove", "reverse", "sort"};
constexpr std::string_view kTupleMethods[] = {"count", "index"};
constexpr std::string_view kDictMethods[] = {"copy", "get", "items", "keys", "values"};
constexpr std::string_view kDictChanges[] = {"clear", "pop", "popitem", "setdefault", "update"};
constexpr std::string_view kInternals[] = {"__class__",        "__dict__",   "__doc__",        "__init__",
                                           "__getattribute__", "__reduce__", "__subclasses__", "__module__",
                                           "__add__",          "__eq__",     "__len__",        "__str__"};

template <std::size_t count>
bool isOneOf(std::string_view name, const std::string_view (&names)[count]) {
    return std::ranges::find(names, name) != std::end(names);
}

MethodKind listMethodKind(const ListData& list, std::string_view name) {
    if (list.kind == ListKind::List) {
        if (isOneOf(name, kListChanges)) return MethodKind::Unsafe;
        return isOneOf(name, kListMethods) ? MethodKind::Usable : MethodKind::None;
    }
    const bool view = list.kind == ListKind::Keys || list.kind == ListKind::Items || list.kind == ListKind::Values;
    return !view && isOneOf(name, kTupleMethods) ? MethodKind::Usable : MethodKind::None;
}

Value countItems(Runtime& runtime, const ListData& list, const Value& wanted) {
    runtime.account().steps(list.extent.weight);
    const auto count = std::ranges::count_if(list.items, [&](const Value& item) { return equals(item, wanted); });
    return Value(std::int64_t{count});
}

Value indexOfItem(Runtime& runtime, const ListData& list, const Arguments& arguments) {
    const Parameters given("index", arguments, {"value", "start", "stop"}, 1);
    runtime.account().steps(list.extent.weight);
    const auto size = static_cast<std::int64_t>(list.items.size());
    const auto bound = [&](std::size_t index, std::int64_t fallback) {
        const std::int64_t value = given.integer(index, fallback);
        return std::clamp<std::int64_t>(value < 0 ? value + size : value, 0, size);
    };
    const std::int64_t stop = bound(2, size);
    for (std::int64_t index = bound(1, 0); index < stop; ++index) {
        if (equals(list.items[static_cast<std::size_t>(index)], *given[0])) return Value(index);
    }
    raise("the value is not in the list");
}

Value callListMethod(Runtime& runtime, const ListData& list, std::string_view name, const Arguments& arguments) {
    if (name == "index") return indexOfItem(runtime, list, arguments);
    if (name == "copy") return runtime.list(list.items);
    const Parameters given(name, arguments, {"value"}, 1);
    return countItems(runtime, list, *given[0]);
}

Value dictView(Runtime& runtime, const DictData& dict, std::string_view name) {
    std::vector<Value> items;
    items.reserve(dict.size());
    for (const auto& [key, value] : dict.entries()) {
        if (name == "items") {
            items.push_back(runtime.tuple({key, value}));
        } else {
            items.push_back(name == "keys" ? key : value);
        }
    }
    const ListKind kind = name == "items" ? ListKind::Items : name == "keys" ? ListKind::Keys : ListKind::Values;
    return runtime.list(std::move(items), kind);
}

Value callDictMethod(Runtime& runtime, const DictData& dict, std::string_view name, const Arguments& arguments) {
    if (name == "get") {
        const Parameters given("get", arguments, {"key", "default"}, 1);
        runtime.account().steps(given[0]->extent().weight);
        const Value* found = dict.find(*given[0]);
        if (found) return *found;
        return given[1] ? *given[1] : Value();
    }
    Parameters(name, arguments, {});
    if (name != "copy") return dictView(runtime, dict, name);
    DictData copy;
    for (const auto& [key, value] : dict.entries()) copy.set(key, value);
    return runtime.dict(std::move(copy));
}

}  // namespace

const StringMethod* findStringMethod(std::string_view name) noexcept {
    for (const auto methods : {stringEdits(), stringQueries()}) {
        const auto found = std::ranges::find(methods, name, &StringMethod::name);
        if (found != methods.end()) return &*found;
    }
    return nullptr;
}

MethodKind methodKind(const Value& self, std::string_view name) noexcept {
    if (isOneOf(name, kInternals)) return MethodKind::Unsafe;
    if (self.asString()) return findStringMethod(name) ? MethodKind::Usable : MethodKind::None;
    if (const auto* list = self.asList()) return listMethodKind(*list, name);
    if (self.asDict()) {
        if (isOneOf(name, kDictChanges)) return MethodKind::Unsafe;
        return isOneOf(name, kDictMethods) ? MethodKind::Usable : MethodKind::None;
    }
    return self.asFloat() && name == "is_integer" ? MethodKind::Usable : MethodKind::None;
}

Value callMethod(Runtime& runtime, const Value& self, std::string_view name, const Arguments& arguments) {
    if (const auto* string = self.asString()) return findStringMethod(name)->call(runtime, *string, arguments);
    if (const auto* list = self.asList()) return callListMethod(runtime, *list, name, arguments);
    if (const auto* dict = self.asDict()) return callDictMethod(runtime, *dict, name, arguments);
    const double value = *self.asFloat();
    return Value(std::isfinite(value) && value == std::floor(value));
}

}  // namespace strata::jinja
