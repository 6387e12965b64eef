#include "core/text/jinja/runtime.h"

#include "core/text/jinja/methods.h"
#include "core/text/jinja/operators.h"

#include <algorithm>

namespace strata::jinja {
namespace {

constexpr std::int64_t kMaximumRange = 100'000;

void checkNesting(const Account& account, const Extent& extent) {
    if (extent.nesting > account.limits().nesting) raise("collections are nested too deeply");
}

Extent extentOf(const std::vector<Value>& items) noexcept {
    Extent extent{.nesting = 1, .weight = 1};
    for (const Value& item : items) extent.include(item.extent());
    return extent;
}

std::int64_t rangeLength(std::int64_t start, std::int64_t stop, std::int64_t step) {
    __extension__ using Wide = __int128;
    const Wide distance = step > 0 ? Wide{stop} - start : Wide{start} - stop;
    const Wide stride = step > 0 ? Wide{step} : -Wide{step};
    if (distance <= 0) return 0;
    const Wide length = (distance + stride - 1) / stride;
    return length > kMaximumRange ? kMaximumRange + 1 : static_cast<std::int64_t>(length);
}

/// A method together with what it belongs to, as `text.upper` without a call.
class BoundMethod final : public Object {
public:
    BoundMethod(Value self, std::string name) : m_self(std::move(self)), m_name(std::move(name)) {}
    [[nodiscard]] std::string_view typeName() const noexcept override { return "builtin_function_or_method object"; }
    [[nodiscard]] MarkedText print(Runtime&) const override {
        return MarkedText("<built-in method " + m_name + " of " + std::string(jinja::typeName(m_self)) + ">");
    }
    [[nodiscard]] Extent extent() const noexcept override {
        Extent extent{.nesting = 1, .weight = 1};
        extent.include(m_self.extent());
        return extent;
    }
    [[nodiscard]] bool callable() const noexcept override { return true; }
    [[nodiscard]] Value call(Runtime& runtime, const Arguments& arguments) override {
        return callMethod(runtime, m_self, m_name, arguments);
    }

private:
    Value m_self;
    std::string m_name;
};

}  // namespace

Runtime::~Runtime() {
    for (auto& [object, forget] : m_kept) forget(*object);
}

void Runtime::checkSize(std::uint64_t sizeBytes) const {
    if (sizeBytes > m_account.limits().stringBytes) raise("a string grows too large");
}

Value Runtime::text(MarkedText text, bool markup) {
    checkSize(text.size());
    m_account.bytes(text.size());
    Charge charge(m_account, text.size() + text.userRanges().size() * sizeof(ByteRange) + sizeof(StringData));
    return Value(std::make_shared<const StringData>(StringData{std::move(text), markup, std::move(charge)}));
}

Value Runtime::list(std::vector<Value> items, ListKind kind) {
    m_account.steps(items.size() + 1);
    const Extent extent = extentOf(items);
    checkNesting(m_account, extent);
    Charge charge(m_account, items.size() * sizeof(Value) + sizeof(ListData));
    return Value(std::make_shared<const ListData>(ListData{kind, std::move(items), {}, extent, std::move(charge)}));
}

Value Runtime::range(std::int64_t start, std::int64_t stop, std::int64_t step) {
    if (step == 0) raise("range() arg 3 must not be zero");
    const std::int64_t length = rangeLength(start, stop, step);
    if (length > kMaximumRange) raise("Range too big. The sandbox blocks ranges larger than MAX_RANGE (100000).");
    ListData data;
    data.kind = ListKind::Range;
    data.range = {start, stop, step};
    data.items.reserve(static_cast<std::size_t>(length));
    for (std::int64_t index = 0, value = start; index < length; ++index) {
        data.items.emplace_back(value);
        // The step behind the last item may leave 64 bits.
        if (index + 1 < length) value += step;
    }
    m_account.steps(data.items.size() + 1);
    data.extent.weight += data.items.size();
    data.charge = Charge(m_account, data.items.size() * sizeof(Value) + sizeof(ListData));
    return Value(std::make_shared<const ListData>(std::move(data)));
}

Value Runtime::dict(DictData entries) {
    m_account.steps(entries.size() + 1);
    checkNesting(m_account, entries.extent);
    entries.charge = Charge(m_account, entries.size() * (sizeof(DictData::Entry) + 24) + sizeof(DictData));
    return Value(std::make_shared<const DictData>(std::move(entries)));
}

Value Runtime::generator(std::function<Generator::Pull()> start, std::initializer_list<const Value*> inputs) {
    Extent extent{.nesting = 1, .weight = 1};
    for (const Value* input : inputs) extent.include(input->extent());
    checkNesting(m_account, extent);
    m_account.steps(1);
    return Value(Value::ObjectPtr(std::make_shared<Generator>(std::move(start), extent)));
}

Value Runtime::generator(std::vector<Value> items) {
    const Value held = list(std::move(items));
    const auto start = [held] {
        return [held, at = std::size_t{0}]() mutable -> std::optional<Value> {
            const std::vector<Value>& all = held.asList()->items;
            return at < all.size() ? std::optional(all[at++]) : std::nullopt;
        };
    };
    return generator(start, {&held});
}

Value Runtime::boundMethod(const Value& self, std::string_view name) {
    const Value method(Value::ObjectPtr(std::make_shared<BoundMethod>(self, std::string(name))));
    checkNesting(m_account, method.extent());
    return method;
}

Value Runtime::call(const Value& callee, const Arguments& arguments) {
    m_account.steps(1);
    requireDefined(callee);
    Object* object = callee.asObject();
    if (!object || !object->callable()) raise("'" + std::string(typeName(callee)) + "' is not callable");
    const DepthGuard guard = descend();
    return object->call(*this, arguments);
}

Parameters::Parameters(std::string_view function, const Arguments& arguments,
                       std::initializer_list<std::string_view> names, std::size_t required)
    : m_function(function), m_bound(names.size(), nullptr) {
    if (arguments.positional.size() > names.size()) {
        raise(std::string(function) + "() takes at most " + std::to_string(names.size()) + " arguments (" +
              std::to_string(arguments.positional.size()) + " given)");
    }
    for (std::size_t index = 0; index < arguments.positional.size(); ++index) {
        m_bound[index] = &arguments.positional[index];
    }
    for (const auto& [name, value] : arguments.keywords) {
        const auto* place = std::ranges::find(names, std::string_view(name));
        if (place == names.end()) raise(std::string(function) + "() got an unexpected keyword argument '" + name + "'");
        const auto index = static_cast<std::size_t>(place - names.begin());
        if (m_bound[index]) raise(std::string(function) + "() got multiple values for argument '" + name + "'");
        m_bound[index] = &value;
    }
    for (std::size_t index = 0; index < required; ++index) {
        if (!m_bound[index]) {
            raise(std::string(function) + "() missing required argument '" + std::string(names.begin()[index]) + "'");
        }
    }
}

std::int64_t Parameters::integer(std::size_t index, std::int64_t fallback) const {
    if (!m_bound[index]) return fallback;
    requireDefined(*m_bound[index]);
    const auto integer = m_bound[index]->asInteger();
    if (!integer) {
        raise(std::string(m_function) + "(): '" + std::string(typeName(*m_bound[index])) +
              "' cannot be interpreted as an integer");
    }
    return *integer;
}

const MarkedText* Parameters::string(std::size_t index) const {
    if (!m_bound[index]) return nullptr;
    const StringData* string = m_bound[index]->asString();
    if (!string) {
        raise(std::string(m_function) + "(): must be str, not " + std::string(typeName(*m_bound[index])));
    }
    return &string->text;
}

}  // namespace strata::jinja
