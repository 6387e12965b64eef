#include "core/text/jinja/value.h"

#include "core/text/jinja/operators.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <utility>

namespace strata::jinja {

std::optional<std::int64_t> Value::asInteger() const noexcept {
    if (const auto* integer = std::get_if<std::int64_t>(&m_data)) return *integer;
    if (const auto* flag = asBool()) return *flag ? 1 : 0;
    return std::nullopt;
}

std::optional<double> Value::asNumber() const noexcept {
    if (const auto* number = asFloat()) return *number;
    if (const auto integer = asInteger()) return static_cast<double>(*integer);
    return std::nullopt;
}

bool Value::truthy() const {
    if (const auto* flag = asBool()) return *flag;
    if (const auto number = asNumber()) return *number != 0;
    if (const auto* string = asString()) return !string->text.empty();
    if (const auto* list = asList()) return !list->items.empty();
    if (const auto* dict = asDict()) return dict->size() > 0;
    return asObject() != nullptr;
}

bool Value::sameAs(const Value& other) const noexcept {
    if (isUndefined() && other.isUndefined()) return asMissing() == other.asMissing();
    if (asString() && other.asString() && asString()->text.view() == other.asString()->text.view()) {
        return asString()->markup == other.asString()->markup;
    }
    if (m_data.index() == other.m_data.index() && asNumber()) return asNumber() == other.asNumber();
    return m_data == other.m_data;
}

void Extent::include(const Extent& element) noexcept {
    constexpr std::uint64_t kMost = std::uint64_t{1} << 40;
    nesting = std::max(nesting, element.nesting + 1);
    weight = std::min(kMost, weight + element.weight);
}

Extent Value::extent() const noexcept {
    if (const auto* list = asList()) return list->extent;
    if (const auto* dict = asDict()) return dict->extent;
    if (const auto* object = asObject()) return object->extent();
    if (const auto* string = asString()) return {.nesting = 0, .weight = 1 + string->text.size() / 64};
    return {};
}

std::optional<Value> Object::attribute(Runtime&, std::string_view) {
    return std::nullopt;
}

Value Object::call(Runtime&, const Arguments&) {
    raise("'" + std::string(typeName()) + "' is not callable");
}

std::optional<Value> Generator::next() {
    if (m_running) raise("generator already executing");
    m_running = true;  // stays so after a Failure, which ends the rendering
    if (m_start) m_pull = std::exchange(m_start, nullptr)();
    std::optional<Value> item = m_pull();
    m_running = false;
    return item;
}

MarkedText Generator::print(Runtime&) const {
    return MarkedText("<generator object>");
}

std::string_view typeName(const Value& value) noexcept {
    if (value.isNone()) return "None";
    if (value.isUndefined()) return "jinja2.runtime.Undefined object";
    if (value.asBool()) return "bool object";
    if (value.asFloat()) return "float object";
    if (value.asInteger()) return "int object";
    if (const auto* string = value.asString()) return string->markup ? "markupsafe.Markup object" : "str object";
    if (value.asDict()) return "dict object";
    if (const auto* object = value.asObject()) return object->typeName();
    switch (value.asList()->kind) {
        case ListKind::List:
            return "list object";
        case ListKind::Tuple:
            return "tuple object";
        case ListKind::Range:
            return "range object";
        case ListKind::Keys:
            return "dict_keys object";
        case ListKind::Items:
            return "dict_items object";
        case ListKind::Values:
            return "dict_values object";
        case ListKind::Group:
            return "jinja2.filters._GroupTuple object";
    }
    return "object";
}

namespace {

std::size_t hashNumber(double number) noexcept {
    return std::hash<double>{}(number == 0 ? 0.0 : number);
}

std::size_t hashText(std::string_view text) noexcept {
    return std::hash<std::string_view>{}(text);
}

std::size_t hashTuple(const ListData& list) {
    std::size_t hash = 0x345678;
    for (const Value& item : list.items) hash = hash * 1000003u ^ hashOf(item);
    return hash;
}

}  // namespace

std::size_t hashOf(const Value& value) {
    if (const auto number = value.asNumber()) return hashNumber(*number);
    if (const auto* string = value.asString()) return hashText(string->text.view());
    if (const auto* list = value.asList();
        list && list->kind != ListKind::List && list->kind != ListKind::Keys && list->kind != ListKind::Items) {
        return hashTuple(*list);
    }
    if (value.asList() || value.asDict()) raise("unhashable type: '" + std::string(typeName(value)) + "'");
    return std::hash<const void*>{}(value.asObject());
}

template <class Equal>
std::size_t DictData::locate(std::size_t hash, Equal&& equal) const {
    if (m_slots.empty()) return m_entries.size();
    const std::size_t mask = m_slots.size() - 1;
    for (std::size_t slot = hash & mask; m_slots[slot] != 0; slot = (slot + 1) & mask) {
        const std::size_t entry = m_slots[slot] - 1;
        if (m_hashes[entry] == hash && equal(m_entries[entry].first)) return entry;
    }
    return m_entries.size();
}

const Value* DictData::find(const Value& key) const {
    const std::size_t entry = locate(hashOf(key), [&](const Value& candidate) { return equals(candidate, key); });
    return entry < m_entries.size() ? &m_entries[entry].second : nullptr;
}

const Value* DictData::find(std::string_view key) const noexcept {
    const std::size_t entry = locate(hashText(key), [&](const Value& candidate) {
        return candidate.asString() && candidate.asString()->text.view() == key;
    });
    return entry < m_entries.size() ? &m_entries[entry].second : nullptr;
}

void DictData::insertSlot(std::size_t hash, std::size_t entry) {
    const std::size_t mask = m_slots.size() - 1;
    std::size_t slot = hash & mask;
    while (m_slots[slot] != 0) slot = (slot + 1) & mask;
    m_slots[slot] = static_cast<std::uint32_t>(entry + 1);
}

void DictData::set(Value key, Value value) {
    const std::size_t hash = hashOf(key);
    const std::size_t entry = locate(hash, [&](const Value& candidate) { return equals(candidate, key); });
    extent.include(key.extent());
    extent.include(value.extent());
    if (entry < m_entries.size()) {
        m_entries[entry].second = std::move(value);
        return;
    }
    m_entries.emplace_back(std::move(key), std::move(value));
    m_hashes.push_back(hash);
    if (m_entries.size() * 2 <= m_slots.size()) return insertSlot(hash, m_entries.size() - 1);
    m_slots.assign(m_slots.empty() ? 8 : m_slots.size() * 2, 0);
    for (std::size_t index = 0; index < m_entries.size(); ++index) insertSlot(m_hashes[index], index);
}

}  // namespace strata::jinja
