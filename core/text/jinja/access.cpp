#include "core/text/jinja/access.h"

#include "core/text/jinja/methods.h"
#include "core/text/jinja/operators.h"
#include "core/text/jinja/print.h"
#include "core/text/jinja/unicode.h"

#include <algorithm>

namespace strata::jinja {
namespace {

/// "'str object' has no attribute 'x'", "list object has no element 5".
Value noSuchPart(Runtime& runtime, const Value& value, const Value& key) {
    constexpr std::uint64_t kLongestName = 64;  // in units of extent: some kilobytes
    const std::string type(typeName(value));
    const std::string name = key.extent().weight > kLongestName ? "(too long)" : std::string(repr(runtime, key).view());
    if (key.asString()) return Value::undefined("'" + type + "' has no attribute " + name);
    return Value::undefined(type + " has no element " + name);
}

std::optional<std::size_t> wrapIndex(std::int64_t index, std::size_t length) {
    if (index < 0) index += static_cast<std::int64_t>(length);
    if (index < 0 || index >= static_cast<std::int64_t>(length)) return std::nullopt;
    return static_cast<std::size_t>(index);
}

std::optional<Value> characterOf(Runtime& runtime, const StringData& string, std::int64_t index) {
    const std::string_view text = string.text.view();
    runtime.account().bytes(text.size());
    const auto place = wrapIndex(index, characterCount(text));
    if (!place) return std::nullopt;
    const std::size_t begin = byteOffset(text, *place);
    return runtime.text(string.text.slice(begin, begin + characterAt(text, begin).length), string.markup);
}

bool isIndexable(const ListData& list) {
    return list.kind == ListKind::List || list.kind == ListKind::Tuple || list.kind == ListKind::Range ||
           list.kind == ListKind::Group;
}

std::optional<Value> itemOf(Runtime& runtime, const Value& value, const Value& key) {
    if (const auto* dict = value.asDict()) {
        runtime.account().steps(key.extent().weight);
        const bool hashable = !key.asDict() && !(key.asList() && key.asList()->kind == ListKind::List);
        const Value* item = hashable ? dict->find(key) : nullptr;
        return item ? std::optional(*item) : std::nullopt;
    }
    const auto index = key.asInteger();
    if (!index) return std::nullopt;
    if (const auto* string = value.asString()) return characterOf(runtime, *string, *index);
    const auto* list = value.asList();
    if (!list || !isIndexable(*list)) return std::nullopt;
    const auto place = wrapIndex(*index, list->items.size());
    return place ? std::optional(list->items[*place]) : std::nullopt;
}

/// A slice resolved as Python does it: `count` elements from `start`, `step` apart, before `stop`.
struct SliceRange {
    std::int64_t start = 0, stop = 0, step = 1;
    std::size_t count = 0;
};

std::optional<std::int64_t> sliceBound(const Value& value) {
    if (value.isNone()) return std::nullopt;
    requireDefined(value);
    const auto bound = value.asInteger();
    if (!bound) raise("slice indices must be integers or None or have an __index__ method");
    return bound;
}

SliceRange resolveSlice(std::size_t size, const Value& start, const Value& stop, const Value& step) {
    const auto length = static_cast<std::int64_t>(size);
    const std::int64_t stride = std::max(sliceBound(step).value_or(1), std::int64_t{-1} << 62);
    if (stride == 0) raise("slice step cannot be zero");
    const std::int64_t lowest = stride < 0 ? -1 : 0, highest = stride < 0 ? length - 1 : length;
    const auto clamp = [&](std::optional<std::int64_t> bound, std::int64_t fallback) {
        if (!bound) return fallback;
        const std::int64_t shifted = *bound < 0 ? *bound + length : *bound;
        return std::clamp(shifted, lowest, std::max(lowest, highest));
    };
    const std::int64_t from = clamp(sliceBound(start), stride < 0 ? highest : lowest);
    const std::int64_t to = clamp(sliceBound(stop), stride < 0 ? lowest : highest);
    const std::int64_t distance = stride < 0 ? from - to : to - from;
    if (distance <= 0) return {from, to, stride, 0};
    return {from, to, stride, static_cast<std::size_t>((distance - 1) / (stride < 0 ? -stride : stride) + 1)};
}

Value sliceString(Runtime& runtime, const StringData& string, const Value& start, const Value& stop,
                  const Value& step) {
    const std::string_view text = string.text.view();
    runtime.account().bytes(text.size());
    const SliceRange range = resolveSlice(characterCount(text), start, stop, step);
    if (range.count == 0) return runtime.text(MarkedText(), string.markup);
    if (range.step == 1) {
        const std::size_t begin = byteOffset(text, static_cast<std::size_t>(range.start));
        const std::size_t length = byteOffset(text.substr(begin), range.count);
        return runtime.text(string.text.slice(begin, begin + length), string.markup);
    }
    std::vector<std::size_t> offsets;
    forEachCharacter(text, [&](Character, std::size_t at) { offsets.push_back(at); });
    const Charge charge(runtime.account(), offsets.size() * sizeof(std::size_t));
    MarkedText result;
    for (std::size_t taken = 0; taken < range.count; ++taken) {
        const std::size_t at =
            offsets[static_cast<std::size_t>(range.start + static_cast<std::int64_t>(taken) * range.step)];
        result.append(string.text, at, at + characterAt(text, at).length);
    }
    return runtime.text(std::move(result), string.markup);
}

/// base + count * unit.
std::int64_t plusTimes(std::int64_t base, std::int64_t count, std::int64_t unit) {
    std::int64_t result = 0;
    const bool tooLarge = __builtin_mul_overflow(count, unit, &result) || __builtin_add_overflow(base, result, &result);
    if (tooLarge) raise("an integer does not fit in 64 bits");
    return result;
}

Value sliceList(Runtime& runtime, const ListData& list, const Value& start, const Value& stop, const Value& step) {
    const SliceRange range = resolveSlice(list.items.size(), start, stop, step);
    if (list.kind == ListKind::Range) {
        const auto& [first, stopped, unit] = list.range;
        return runtime.range(plusTimes(first, range.start, unit), plusTimes(first, range.stop, unit),
                             plusTimes(0, range.step, unit));
    }
    std::vector<Value> items;
    items.reserve(range.count);
    for (std::size_t taken = 0; taken < range.count; ++taken) {
        items.push_back(
            list.items[static_cast<std::size_t>(range.start + static_cast<std::int64_t>(taken) * range.step)]);
    }
    return runtime.list(std::move(items), list.kind == ListKind::Group ? ListKind::Tuple : list.kind);
}

std::vector<Value> keysOf(const DictData& dict) {
    std::vector<Value> keys;
    keys.reserve(dict.size());
    for (const auto& entry : dict.entries()) keys.push_back(entry.first);
    return keys;
}

}  // namespace

std::optional<Value> findAttribute(Runtime& runtime, const Value& value, std::string_view name) {
    requireDefined(value);
    if (Object* object = value.asObject()) return object->attribute(runtime, name);
    if (const auto* list = value.asList(); list && list->kind == ListKind::Group && list->items.size() == 2) {
        if (name == "grouper") return list->items[0];
        if (name == "list") return list->items[1];
    }
    const MethodKind kind = methodKind(value, name);
    if (kind == MethodKind::None) return std::nullopt;
    if (kind == MethodKind::Usable) return runtime.boundMethod(value, name);
    std::string_view type = typeName(value);
    type.remove_suffix(std::string_view(" object").size());
    return Value::undefined("access to attribute " + quoted(name) + " of '" + std::string(type) +
                            "' object is unsafe.");
}

Value getAttribute(Runtime& runtime, const Value& value, std::string_view name) {
    if (auto attribute = findAttribute(runtime, value, name)) return *std::move(attribute);
    if (const auto* dict = value.asDict()) {
        if (const Value* item = dict->find(name)) return *item;
    }
    return noSuchPart(runtime, value, runtime.text(name));
}

Value getItem(Runtime& runtime, const Value& value, const Value& key) {
    requireDefined(value);
    if (auto item = itemOf(runtime, value, key)) return *std::move(item);
    if (const auto* name = key.asString()) {
        if (auto attribute = findAttribute(runtime, value, name->text.view())) return *std::move(attribute);
    }
    return noSuchPart(runtime, value, key);
}

Value slice(Runtime& runtime, const Value& value, const Value& start, const Value& stop, const Value& step) {
    requireDefined(value);
    if (const auto* string = value.asString()) return sliceString(runtime, *string, start, stop, step);
    if (const auto* list = value.asList(); list && isIndexable(*list))
        return sliceList(runtime, *list, start, stop, step);
    raise("'" + std::string(typeName(value)) + "' is not subscriptable by a slice");
}

std::optional<std::size_t> findLength(Runtime& runtime, const Value& value) {
    if (value.isUndefined()) return 0;
    if (const auto* list = value.asList()) return list->items.size();
    if (const auto* dict = value.asDict()) return dict->size();
    if (const auto* string = value.asString()) {
        runtime.account().bytes(string->text.size());
        return characterCount(string->text.view());
    }
    if (Object* object = value.asObject()) return object->length();
    return std::nullopt;
}

std::size_t lengthOf(Runtime& runtime, const Value& value) {
    if (const auto length = findLength(runtime, value)) return *length;
    raise("object of type '" + std::string(typeName(value)) + "' has no len()");
}

bool isIterable(const Value& value) {
    return value.isUndefined() || value.asString() || value.asList() || value.asDict() || value.as<Generator>();
}

std::vector<Value> charactersOf(Runtime& runtime, const StringData& string) {
    std::vector<Value> characters;
    runtime.account().steps(string.text.size());
    forEachCharacter(string.text.view(), [&](Character character, std::size_t at) {
        characters.push_back(runtime.text(string.text.slice(at, at + character.length)));
    });
    return characters;
}

std::vector<Value> itemsOf(Runtime& runtime, const Value& value) {
    if (value.isUndefined()) return {};
    if (const auto* list = value.asList()) {
        runtime.account().steps(list->items.size());
        return list->items;
    }
    if (const auto* dict = value.asDict()) {
        runtime.account().steps(dict->size());
        return keysOf(*dict);
    }
    if (const auto* string = value.asString()) return charactersOf(runtime, *string);
    auto* generator = value.as<Generator>();
    if (!generator) raise("'" + std::string(typeName(value)) + "' is not iterable");
    std::vector<Value> items;
    while (auto item = generator->next()) items.push_back(*std::move(item));
    runtime.account().steps(items.size());
    return items;
}

Cursor::Cursor(Runtime& runtime, const Value& value) : m_runtime(runtime), m_value(value) {
    if (!value.as<Generator>()) m_items = itemsOf(runtime, value);
}

std::optional<Value> Cursor::next() {
    m_runtime.account().steps(1);
    if (auto* generator = m_value.as<Generator>()) return generator->next();
    return m_at < m_items.size() ? std::optional(m_items[m_at++]) : std::nullopt;
}

std::optional<Value> firstOf(Runtime& runtime, const Value& value) {
    if (const auto* list = value.asList()) return list->items.empty() ? std::nullopt : std::optional(list->items[0]);
    if (const auto* string = value.asString()) return characterOf(runtime, *string, 0);
    if (auto* generator = value.as<Generator>()) return generator->next();
    const std::vector<Value> items = itemsOf(runtime, value);
    return items.empty() ? std::nullopt : std::optional(items[0]);
}

AttributePath::AttributePath(Runtime& runtime, const Value& attribute) {
    if (attribute.isNone()) return;
    const auto* string = attribute.asString();
    if (!string) {
        m_parts.push_back(attribute);
        return;
    }
    std::string_view rest = string->text.view();
    while (true) {
        const std::size_t dot = rest.find('.');
        const std::string_view part = rest.substr(0, dot);
        const bool index = !part.empty() && part.size() < 18 && part.find_first_not_of("0123456789") == part.npos;
        m_parts.push_back(index ? Value(std::int64_t{std::stoll(std::string(part))}) : runtime.text(part));
        if (dot == rest.npos) return;
        rest.remove_prefix(dot + 1);
    }
}

Value AttributePath::of(Runtime& runtime, Value item, const Value* fallback) const {
    for (const Value& part : m_parts) {
        item = getItem(runtime, item, part);
        if (fallback && item.isUndefined()) item = *fallback;
    }
    return item;
}

}  // namespace strata::jinja
