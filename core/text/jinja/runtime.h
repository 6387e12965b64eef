// What every operation on values needs: the account of the rendering, and how values are made.
#pragma once

#include "core/text/jinja/value.h"

#include <ctime>
#include <functional>
#include <memory>
#include <string_view>
#include <vector>

namespace strata::jinja {

/// Where strftime_now takes the time from: local broken-down time. Tests give a fixed one.
using Clock = std::function<std::tm()>;

/// One rendering. Not for use by several threads.
class Runtime {
public:
    Runtime(const Limits& limits, Clock clock) : m_account(limits), m_clock(std::move(clock)) {}
    ~Runtime();
    Runtime(const Runtime&) = delete;
    Runtime& operator=(const Runtime&) = delete;

    [[nodiscard]] Account& account() noexcept { return m_account; }
    [[nodiscard]] std::tm now() const { return m_clock(); }

    [[nodiscard]] Value text(MarkedText text, bool markup = false);
    [[nodiscard]] Value text(std::string_view text) { return this->text(MarkedText(std::string(text))); }
    [[nodiscard]] Value list(std::vector<Value> items, ListKind kind = ListKind::List);
    [[nodiscard]] Value tuple(std::vector<Value> items) { return list(std::move(items), ListKind::Tuple); }
    /// Python's range; raises beyond 100,000 items, as jinja2's sandbox does.
    [[nodiscard]] Value range(std::int64_t start, std::int64_t stop, std::int64_t step);
    [[nodiscard]] Value dict(DictData entries);
    /// A generator whose items are computed from `inputs` as they are asked for.
    [[nodiscard]] Value generator(std::function<Generator::Pull()> start, std::initializer_list<const Value*> inputs);
    /// A generator of these items.
    [[nodiscard]] Value generator(std::vector<Value> items);
    [[nodiscard]] Value boundMethod(const Value& self, std::string_view name);
    /// An object that may refer to others in a circle: it is kept until the end, then told to forget them.
    template <class T>
    [[nodiscard]] Value keep(std::shared_ptr<T> object);

    [[nodiscard]] Value call(const Value& callee, const Arguments& arguments);

    /// Raises when evaluations are nested too deeply.
    [[nodiscard]] DepthGuard descend() { return {m_depth, m_account.limits().depth}; }
    /// Raises when a text of this size may not be made; cheap, to be asked before making it.
    void checkSize(std::uint64_t sizeBytes) const;

private:
    Account m_account;
    Clock m_clock;
    std::size_t m_depth = 0;
    std::vector<std::pair<std::shared_ptr<Object>, void (*)(Object&)>> m_kept;
    std::vector<Charge> m_keptCharges;
};

template <class T>
Value Runtime::keep(std::shared_ptr<T> object) {
    m_keptCharges.emplace_back(m_account, sizeof(T) + 64);
    m_kept.emplace_back(object, [](Object& kept) { static_cast<T&>(kept).forget(); });
    return Value(Value::ObjectPtr(std::move(object)));
}

/// Arguments of a builtin, bound to its parameter names as Python binds them.
class Parameters {
public:
    /// Raises for too many arguments, unknown or doubled names, and when one of the first `required` is missing.
    Parameters(std::string_view function, const Arguments& arguments, std::initializer_list<std::string_view> names,
               std::size_t required = 0);
    /// nullptr when the argument was not given.
    [[nodiscard]] const Value* operator[](std::size_t index) const noexcept { return m_bound[index]; }
    /// nullptr when not given or None.
    [[nodiscard]] const Value* given(std::size_t index) const noexcept {
        return m_bound[index] && !m_bound[index]->isNone() ? m_bound[index] : nullptr;
    }
    [[nodiscard]] bool flag(std::size_t index, bool fallback = false) const {
        return m_bound[index] ? m_bound[index]->truthy() : fallback;
    }
    [[nodiscard]] std::int64_t integer(std::size_t index, std::int64_t fallback) const;
    /// Raises unless the argument, where given, is a string.
    [[nodiscard]] const MarkedText* string(std::size_t index) const;

private:
    std::string_view m_function;
    std::vector<const Value*> m_bound;
};

}  // namespace strata::jinja
