// The values a template computes with: Python's, as far as templates can tell.
#pragma once

#include "core/text/jinja/limits.h"
#include "core/text/jinja/marked_text.h"

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace strata::jinja {

class Runtime;
class Value;
struct Arguments;

/// A value that is not there. It prints as nothing and is false; nearly every other use raises `message`.
struct Missing {
    std::string message;
};

struct StringData {
    MarkedText text;
    bool markup = false;  ///< Python's Markup: `+` escapes what it is joined with
    Charge charge;
};

/// How much there is to a value, shared parts counted each time they occur: what printing or comparing it costs.
struct Extent {
    std::size_t nesting = 0;   ///< levels of collections within collections
    std::uint64_t weight = 1;  ///< values, and 64 bytes of text each; saturates
    /// Adds one element of a collection.
    void include(const Extent& element) noexcept;
};

/// All of Python's ordered collections behave alike but for how they print and what they allow.
enum class ListKind : std::uint8_t { List, Tuple, Range, Keys, Items, Values, Group };

struct ListData {
    ListKind kind = ListKind::List;
    std::vector<Value> items;
    std::array<std::int64_t, 3> range{};  ///< start, stop and step of a Range
    Extent extent{.nesting = 1, .weight = 1};
    Charge charge;
};

class DictData;

/// Everything with an identity of its own: functions, macros, namespaces, loops, generators.
class Object {
public:
    virtual ~Object() = default;
    /// As jinja2 names the type in messages, e.g. "jinja2.utils.Namespace object".
    [[nodiscard]] virtual std::string_view typeName() const noexcept = 0;
    [[nodiscard]] virtual MarkedText print(Runtime& runtime) const = 0;
    [[nodiscard]] virtual std::optional<Value> attribute(Runtime& runtime, std::string_view name);
    /// Python's len(); nothing for an object without one.
    [[nodiscard]] virtual std::optional<std::size_t> length() { return std::nullopt; }
    /// What it holds, for the limits on nesting.
    [[nodiscard]] virtual Extent extent() const noexcept { return {}; }
    [[nodiscard]] virtual bool callable() const noexcept { return false; }
    [[nodiscard]] virtual Value call(Runtime& runtime, const Arguments& arguments);
};

/// Immutable and cheap to copy; collections are shared. Lives within one rendering (the Account must outlive it).
class Value {
public:
    struct None {
        friend bool operator==(None, None) = default;
    };
    using String = std::shared_ptr<const StringData>;
    using List = std::shared_ptr<const ListData>;
    using Dict = std::shared_ptr<const DictData>;
    using MissingPtr = std::shared_ptr<const Missing>;
    using ObjectPtr = std::shared_ptr<Object>;

    Value() : m_data(None{}) {}
    explicit Value(bool value) : m_data(value) {}
    explicit Value(std::int64_t value) : m_data(value) {}
    explicit Value(double value) : m_data(value) {}
    explicit Value(String value) : m_data(std::move(value)) {}
    explicit Value(List value) : m_data(std::move(value)) {}
    explicit Value(Dict value) : m_data(std::move(value)) {}
    explicit Value(ObjectPtr value) : m_data(std::move(value)) {}
    static Value undefined(std::string message) {
        Value result;
        result.m_data = MissingPtr(std::make_shared<const Missing>(std::move(message)));
        return result;
    }

    [[nodiscard]] bool isNone() const noexcept { return std::holds_alternative<None>(m_data); }
    [[nodiscard]] bool isUndefined() const noexcept { return std::holds_alternative<MissingPtr>(m_data); }
    [[nodiscard]] const bool* asBool() const noexcept { return std::get_if<bool>(&m_data); }
    /// An integer or a bool, which Python counts as one.
    [[nodiscard]] std::optional<std::int64_t> asInteger() const noexcept;
    /// Any number, as a float.
    [[nodiscard]] std::optional<double> asNumber() const noexcept;
    [[nodiscard]] const double* asFloat() const noexcept { return std::get_if<double>(&m_data); }
    [[nodiscard]] const StringData* asString() const noexcept { return get<String>(); }
    [[nodiscard]] const ListData* asList() const noexcept { return get<List>(); }
    [[nodiscard]] const DictData* asDict() const noexcept { return get<Dict>(); }
    [[nodiscard]] Object* asObject() const noexcept { return get<ObjectPtr>(); }
    template <class T>
    [[nodiscard]] T* as() const noexcept {
        return dynamic_cast<T*>(asObject());
    }
    [[nodiscard]] const Missing* asMissing() const noexcept { return get<MissingPtr>(); }

    [[nodiscard]] bool truthy() const;
    /// Python's `is`.
    [[nodiscard]] bool sameAs(const Value& other) const noexcept;
    [[nodiscard]] Extent extent() const noexcept;

private:
    template <class Pointer>
    [[nodiscard]] typename Pointer::element_type* get() const noexcept {
        const auto* pointer = std::get_if<Pointer>(&m_data);
        return pointer ? pointer->get() : nullptr;
    }
    std::variant<None, bool, std::int64_t, double, String, List, Dict, MissingPtr, ObjectPtr> m_data;
};

/// A dict in insertion order. Filled once, then immutable.
class DictData {
public:
    using Entry = std::pair<Value, Value>;
    [[nodiscard]] const std::vector<Entry>& entries() const noexcept { return m_entries; }
    [[nodiscard]] std::size_t size() const noexcept { return m_entries.size(); }
    /// Raises for an unhashable key.
    [[nodiscard]] const Value* find(const Value& key) const;
    [[nodiscard]] const Value* find(std::string_view key) const noexcept;
    /// Adds or replaces, as Python does (a replaced entry keeps its place and its key).
    void set(Value key, Value value);

    Extent extent{.nesting = 1, .weight = 1};
    Charge charge;

private:
    template <class Equal>
    [[nodiscard]] std::size_t locate(std::size_t hash, Equal&& equal) const;
    void insertSlot(std::size_t hash, std::size_t entry);
    std::vector<Entry> m_entries;
    std::vector<std::size_t> m_hashes;
    std::vector<std::uint32_t> m_slots;  // open addressing; entry + 1, 0 = free
};

/// The arguments of a call, evaluated.
struct Arguments {
    std::vector<Value> positional;
    std::vector<std::pair<std::string, Value>> keywords;
};

/// A lazy sequence of Python's: it can be walked once, has no length and prints as an object.
class Generator final : public Object {
public:
    using Pull = std::function<std::optional<Value>()>;
    /// `start` is called when the first item is asked for; what it returns gives the items, one by one. `extent`: of
    /// what the functions hold.
    Generator(std::function<Pull()> start, Extent extent) : m_start(std::move(start)), m_extent(extent) {}
    [[nodiscard]] std::string_view typeName() const noexcept override { return "generator object"; }
    [[nodiscard]] MarkedText print(Runtime& runtime) const override;
    [[nodiscard]] std::optional<Value> next();
    [[nodiscard]] Extent extent() const noexcept override { return m_extent; }

private:
    std::function<Pull()> m_start;
    Pull m_pull;
    bool m_running = false;
    Extent m_extent;
};

/// "str object", "None", "dict object": a type as jinja2's messages name it.
[[nodiscard]] std::string_view typeName(const Value& value) noexcept;

/// Python's hash, raising for lists and dicts.
[[nodiscard]] std::size_t hashOf(const Value& value);

}  // namespace strata::jinja
