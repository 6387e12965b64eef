#include "core/text/jinja/objects.h"

#include "core/text/jinja/access.h"
#include "core/text/jinja/operators.h"
#include "core/text/jinja/print.h"

#include <algorithm>
#include <utility>

namespace strata::jinja {

MarkedText Namespace::print(Runtime& runtime) const {
    const DepthGuard guard = runtime.descend();
    DictData attributes;
    for (const auto& [name, value] : m_attributes) attributes.set(runtime.text(name), value);
    MarkedText result("<Namespace ");
    result.append(repr(runtime, runtime.dict(std::move(attributes))));
    result.append(">");
    return result;
}

std::optional<Value> Namespace::attribute(Runtime&, std::string_view name) {
    const auto found =
        std::ranges::find(m_attributes, name, [](const auto& entry) -> std::string_view { return entry.first; });
    return found == m_attributes.end() ? std::nullopt : std::optional(found->second);
}

void Namespace::set(Runtime& runtime, std::string_view name, Value value) {
    runtime.account().steps(m_attributes.size());
    const auto found =
        std::ranges::find(m_attributes, name, [](const auto& entry) -> std::string_view { return entry.first; });
    if (found != m_attributes.end()) {
        found->second = std::move(value);
    } else {
        m_attributes.emplace_back(std::string(name), std::move(value));
    }
}

Value makeFunction(std::string name, NativeFunction::Body body, Extent held) {
    return Value(Value::ObjectPtr(std::make_shared<NativeFunction>(std::move(name), std::move(body), held)));
}

Loop::Loop(std::vector<Value> items, Test test, Recurse recurse, std::size_t depth)
    : m_items(std::move(items)), m_test(std::move(test)), m_recurse(std::move(recurse)), m_depth(depth) {
    if (!m_test) m_length = m_items.size();
}

std::optional<Value> Loop::pull() {
    while (m_nextItem < m_items.size()) {
        const Value item = m_items[m_nextItem++];
        if (m_tested || !m_test || m_test(item)) return item;
    }
    return std::nullopt;
}

const std::optional<Value>& Loop::peek() {
    if (!m_after) m_after = pull();
    return m_after;
}

std::optional<Value> Loop::next() {
    std::optional<Value> item = m_after ? std::exchange(m_after, std::nullopt) : pull();
    if (!item) return std::nullopt;
    ++m_index;
    m_before = std::exchange(m_current, item);
    return item;
}

void Loop::forget() {
    m_items.clear();
    m_nextItem = 0;
    m_test = nullptr;
    m_recurse = nullptr;
    m_before = m_current = m_after = std::nullopt;
    m_lastChanged.reset();
}

std::optional<std::size_t> Loop::length() {
    if (m_length) return m_length;
    // The items still to come must be tested now to be counted.
    std::vector<Value> rest;
    while (auto item = pull()) rest.push_back(*std::move(item));
    m_items = std::move(rest);
    m_nextItem = 0;
    m_tested = true;
    m_length = m_items.size() + static_cast<std::size_t>(m_index + 1) + (m_after ? 1 : 0);
    return m_length;
}

std::optional<std::int64_t> Loop::counter(std::string_view name) {
    if (name == "index") return m_index + 1;
    if (name == "index0") return m_index;
    if (name == "depth") return static_cast<std::int64_t>(m_depth) + 1;
    if (name == "depth0") return static_cast<std::int64_t>(m_depth);
    if (name == "length") return static_cast<std::int64_t>(*length());
    if (name == "revindex") return static_cast<std::int64_t>(*length()) - m_index;
    if (name == "revindex0") return static_cast<std::int64_t>(*length()) - m_index - 1;
    return std::nullopt;
}

std::optional<Value> Loop::attribute(Runtime&, std::string_view name) {
    if (const auto count = counter(name)) return Value(*count);
    if (name == "first") return Value(m_index == 0);
    if (name == "last") return Value(!peek());
    if (name == "previtem") return m_index > 0 && m_before ? *m_before : Value::undefined("there is no previous item");
    if (name == "nextitem") return peek() ? *m_after : Value::undefined("there is no next item");
    const auto self = shared_from_this();
    if (name == "cycle") {
        return makeFunction("cycle", [self](Runtime&, const Arguments& arguments) {
            if (arguments.positional.empty()) raise("no items for cycling given");
            return arguments.positional[static_cast<std::size_t>(self->m_index) % arguments.positional.size()];
        });
    }
    if (name == "changed") {
        return makeFunction("changed", [self](Runtime& runtime, const Arguments& arguments) {
            return self->changed(runtime, arguments.positional);
        });
    }
    return std::nullopt;
}

Value Loop::changed(Runtime& runtime, const std::vector<Value>& values) {
    for (const Value& value : values) runtime.account().steps(value.extent().weight);
    if (m_lastChanged && std::ranges::equal(*m_lastChanged, values, equals)) return Value(false);
    m_lastChanged = values;
    return Value(true);
}

MarkedText Loop::print(Runtime&) const {
    const std::size_t length = m_length.value_or(m_items.size());
    return MarkedText("<LoopContext " + std::to_string(m_index + 1) + "/" + std::to_string(length) + ">");
}

Value Loop::call(Runtime&, const Arguments& arguments) {
    const Parameters given("loop", arguments, {"iterable"}, 1);
    if (!m_recurse) raise("The loop must have the 'recursive' marker to be called recursively.");
    return m_recurse(*given[0], m_depth + 1);
}

}  // namespace strata::jinja
