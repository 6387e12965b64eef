#include "core/text/jinja/access.h"
#include "core/text/jinja/filters.h"
#include "core/text/jinja/operators.h"

#include <algorithm>
#include <bit>
#include <memory>
#include <numeric>
#include <utility>

namespace strata::jinja {
namespace {

/// Indices of `keys` in their order; equal keys keep theirs, also in reverse.
std::vector<std::size_t> ordered(Runtime& runtime, const std::vector<Value>& keys, bool descending) {
    std::uint64_t weight = 0;
    for (const Value& key : keys) weight += key.extent().weight;
    runtime.account().steps(weight * static_cast<std::uint64_t>(std::bit_width(keys.size())));
    std::vector<std::size_t> order(keys.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::ranges::stable_sort(order, [&](std::size_t left, std::size_t right) {
        return descending ? isLess(keys[right], keys[left]) : isLess(keys[left], keys[right]);
    });
    return order;
}

std::vector<Value> arranged(const std::vector<Value>& items, const std::vector<std::size_t>& order) {
    std::vector<Value> result;
    result.reserve(items.size());
    for (const std::size_t index : order) result.push_back(items[index]);
    return result;
}

Value keyOf(Runtime& runtime, const Value& value, bool caseSensitive) {
    return caseSensitive ? value : withoutCase(runtime, value);
}

std::vector<Value> keysOf(Runtime& runtime, const std::vector<Value>& items, const AttributePath& path,
                          bool caseSensitive, const Value* otherwise = nullptr) {
    std::vector<Value> keys;
    keys.reserve(items.size());
    for (const Value& item : items) keys.push_back(keyOf(runtime, path.of(runtime, item, otherwise), caseSensitive));
    return keys;
}

/// "a,b.c": sorts by several attributes; each key is the list of their values.
std::vector<Value> compoundKeys(Runtime& runtime, const std::vector<Value>& items, const Value& attribute,
                                bool caseSensitive) {
    std::vector<AttributePath> paths;
    std::string_view rest = attribute.asString() ? attribute.asString()->text.view() : std::string_view();
    if (!attribute.asString()) paths.emplace_back(runtime, attribute);
    while (attribute.asString()) {
        const std::size_t comma = rest.find(',');
        paths.emplace_back(runtime, runtime.text(rest.substr(0, comma)));
        if (comma == rest.npos) break;
        rest.remove_prefix(comma + 1);
    }
    std::vector<Value> keys;
    for (const Value& item : items) {
        std::vector<Value> parts;
        for (const AttributePath& path : paths) parts.push_back(keyOf(runtime, path.of(runtime, item), caseSensitive));
        keys.push_back(runtime.list(std::move(parts)));
    }
    return keys;
}

Value sort(Runtime& runtime, const Value& input, const Arguments& arguments) {
    const Parameters given("sort", arguments, {"reverse", "case_sensitive", "attribute"});
    const std::vector<Value> items = itemsOf(runtime, input);
    const auto keys = compoundKeys(runtime, items, given[2] ? *given[2] : Value(), given.flag(1));
    return runtime.list(arranged(items, ordered(runtime, keys, given.flag(0))));
}

Value dictSort(Runtime& runtime, const Value& input, const Arguments& arguments) {
    const Parameters given("dictsort", arguments, {"case_sensitive", "by", "reverse"});
    const std::string_view by = given[1] ? given.string(1)->view() : "key";
    if (by != "key" && by != "value") raise("You can only sort by either \"key\" or \"value\"");
    requireDefined(input);
    if (!input.asDict()) raise("'" + std::string(typeName(input)) + "' has no attribute 'items'");
    std::vector<Value> items, keys;
    for (const auto& [key, value] : input.asDict()->entries()) {
        items.push_back(runtime.tuple({key, value}));
        keys.push_back(keyOf(runtime, by == "key" ? key : value, given.flag(0)));
    }
    return runtime.list(arranged(items, ordered(runtime, keys, given.flag(2))));
}

Generator::Pull distinct(Runtime& runtime, const Value& input, const Arguments& arguments) {
    const Parameters given("unique", arguments, {"case_sensitive", "attribute"});
    const AttributePath path = given[1] ? AttributePath(runtime, *given[1]) : AttributePath();
    return [&runtime, path, caseSensitive = given.flag(0), cursor = Cursor(runtime, input),
            seen = std::make_shared<DictData>()]() mutable -> std::optional<Value> {
        while (auto item = cursor.next()) {
            const Value key = keyOf(runtime, path.of(runtime, *item), caseSensitive);
            runtime.account().steps(key.extent().weight);
            if (seen->find(key)) continue;
            seen->set(key, Value());
            return item;
        }
        return std::nullopt;
    };
}

Value unique(Runtime& runtime, const Value& input, const Arguments& arguments) {
    Parameters("unique", arguments, {"case_sensitive", "attribute"});
    return runtime.generator([&runtime, input, arguments] { return distinct(runtime, input, arguments); }, {&input});
}

template <bool greatest>
Value extreme(Runtime& runtime, const Value& input, const Arguments& arguments) {
    const Parameters given("min/max", arguments, {"case_sensitive", "attribute"});
    const std::vector<Value> items = itemsOf(runtime, input);
    if (items.empty()) return Value::undefined("No aggregated item, sequence was empty.");
    const AttributePath path = given[1] ? AttributePath(runtime, *given[1]) : AttributePath();
    const std::vector<Value> keys = keysOf(runtime, items, path, given.flag(0));
    std::size_t best = 0;
    for (std::size_t index = 1; index < items.size(); ++index) {
        runtime.account().steps(keys[index].extent().weight);
        const bool better = greatest ? isLess(keys[best], keys[index]) : isLess(keys[index], keys[best]);
        if (better) best = index;
    }
    return items[best];
}

Value groupBy(Runtime& runtime, const Value& input, const Arguments& arguments) {
    const Parameters given("groupby", arguments, {"attribute", "default", "case_sensitive"}, 1);
    const std::vector<Value> items = itemsOf(runtime, input);
    const AttributePath path(runtime, *given[0]);
    const std::vector<Value> keys = keysOf(runtime, items, path, given.flag(2), given.given(1));
    std::vector<Value> groups, members;
    Value key, label;
    const auto close = [&] {
        if (members.empty()) return;
        groups.push_back(runtime.list({label, runtime.list(std::exchange(members, {}))}, ListKind::Group));
    };
    for (const std::size_t index : ordered(runtime, keys, false)) {
        if (members.empty() || !equals(key, keys[index])) {
            close();
            key = keys[index];
            label = path.of(runtime, items[index], given.given(1));
        }
        members.push_back(items[index]);
    }
    close();
    return runtime.list(std::move(groups));
}

constexpr Filter kFilters[] = {
    {"dictsort", dictSort},  {"groupby", groupBy}, {"max", extreme<true>},
    {"min", extreme<false>}, {"sort", sort},       {"unique", unique},
};

}  // namespace

std::span<const Filter> orderFilters() noexcept {
    return kFilters;
}

}  // namespace strata::jinja
