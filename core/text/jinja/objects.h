// Objects that templates make or are given: namespaces, loops, builtin functions.
#pragma once

#include "core/text/jinja/runtime.h"

#include <functional>
#include <memory>
#include <string>

namespace strata::jinja {

/// namespace(): the one object whose attributes a template may set.
class Namespace final : public Object {
public:
    [[nodiscard]] std::string_view typeName() const noexcept override { return "jinja2.utils.Namespace object"; }
    [[nodiscard]] MarkedText print(Runtime& runtime) const override;
    [[nodiscard]] std::optional<Value> attribute(Runtime& runtime, std::string_view name) override;
    void set(Runtime& runtime, std::string_view name, Value value);
    void forget() { m_attributes.clear(); }

private:
    std::vector<std::pair<std::string, Value>> m_attributes;
};

/// A function written in C++.
class NativeFunction final : public Object {
public:
    using Body = std::function<Value(Runtime&, const Arguments&)>;
    NativeFunction(std::string name, Body body, Extent held)
        : m_name(std::move(name)), m_body(std::move(body)), m_held(held) {}
    [[nodiscard]] Extent extent() const noexcept override { return m_held; }
    [[nodiscard]] std::string_view typeName() const noexcept override { return "function object"; }
    [[nodiscard]] MarkedText print(Runtime&) const override { return MarkedText("<function " + m_name + ">"); }
    [[nodiscard]] bool callable() const noexcept override { return true; }
    [[nodiscard]] Value call(Runtime& runtime, const Arguments& arguments) override {
        return m_body(runtime, arguments);
    }

private:
    std::string m_name;
    Body m_body;
    Extent m_held;
};
/// `held`: the extent of the values that the body holds.
[[nodiscard]] Value makeFunction(std::string name, NativeFunction::Body body, Extent held = {});

/// The `loop` variable. It hands out the items of the loop, testing them as late as Python's generators do.
class Loop final : public Object, public std::enable_shared_from_this<Loop> {
public:
    using Test = std::function<bool(const Value&)>;
    using Recurse = std::function<Value(const Value& iterable, std::size_t depth)>;
    /// `test` and `recurse` may be empty.
    Loop(std::vector<Value> items, Test test, Recurse recurse, std::size_t depth);

    /// Moves on; nothing at the end.
    [[nodiscard]] std::optional<Value> next();
    /// The loop has ended: what it refers to is let go.
    void forget();

    [[nodiscard]] std::string_view typeName() const noexcept override { return "jinja2.runtime.LoopContext object"; }
    [[nodiscard]] MarkedText print(Runtime& runtime) const override;
    [[nodiscard]] std::optional<Value> attribute(Runtime& runtime, std::string_view name) override;
    [[nodiscard]] std::optional<std::size_t> length() override;
    [[nodiscard]] bool callable() const noexcept override { return true; }
    [[nodiscard]] Value call(Runtime& runtime, const Arguments& arguments) override;

private:
    [[nodiscard]] std::optional<Value> pull();
    [[nodiscard]] const std::optional<Value>& peek();
    [[nodiscard]] std::optional<std::int64_t> counter(std::string_view name);
    [[nodiscard]] Value changed(Runtime& runtime, const std::vector<Value>& values);

    std::vector<Value> m_items;
    std::size_t m_nextItem = 0;
    bool m_tested = false;  ///< what is left of m_items has passed the test
    Test m_test;
    Recurse m_recurse;
    std::size_t m_depth = 0;
    std::int64_t m_index = -1;
    std::optional<std::size_t> m_length;
    std::optional<Value> m_before, m_current, m_after;
    std::optional<std::vector<Value>> m_lastChanged;
};

/// A function or variable that exists without being given: range, dict, namespace and their kin. Nothing when unknown.
[[nodiscard]] std::optional<Value> findGlobal(std::string_view name);

}  // namespace strata::jinja
