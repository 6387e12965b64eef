#include "core/text/jinja/access.h"
#include "core/text/jinja/objects.h"
#include "core/text/jinja/operators.h"
#include "core/text/jinja/print.h"

#include <algorithm>
#include <array>
#include <ctime>
#include <utility>

namespace strata::jinja {
namespace {

Value rangeOf(Runtime& runtime, const Arguments& arguments) {
    const Parameters given("range", arguments, {"start", "stop", "step"}, 1);
    const std::int64_t first = given.integer(0, 0);
    if (!given[1]) return runtime.range(0, first, 1);
    return runtime.range(first, given.integer(1, 0), given.integer(2, 1));
}

/// What dict() and namespace() are given: a mapping or pairs, then keywords.
DictData entriesOf(Runtime& runtime, const Arguments& arguments) {
    DictData result;
    if (arguments.positional.size() > 1) raise("dict expected at most 1 argument");
    for (const Value& source : arguments.positional) {
        if (const auto* dict = source.asDict()) {
            for (const auto& [key, value] : dict->entries()) result.set(key, value);
            continue;
        }
        for (const Value& pair : itemsOf(runtime, source)) {
            const std::vector<Value> parts = itemsOf(runtime, pair);
            if (parts.size() != 2) raise("dictionary update sequence element has not length 2");
            result.set(parts[0], parts[1]);
        }
    }
    for (const auto& [name, value] : arguments.keywords) result.set(runtime.text(name), value);
    return result;
}

Value dictOf(Runtime& runtime, const Arguments& arguments) {
    return runtime.dict(entriesOf(runtime, arguments));
}

Value namespaceOf(Runtime& runtime, const Arguments& arguments) {
    auto object = std::make_shared<Namespace>();
    const Value entries = runtime.dict(entriesOf(runtime, arguments));
    for (const auto& [key, value] : entries.asDict()->entries()) {
        if (key.asString()) object->set(runtime, key.asString()->text.view(), value);
    }
    return runtime.keep(std::move(object));
}

/// cycler(...): its items in turn.
class Cycler final : public Object, public std::enable_shared_from_this<Cycler> {
public:
    explicit Cycler(Value items) : m_items(std::move(items)) {}
    [[nodiscard]] std::string_view typeName() const noexcept override { return "jinja2.utils.Cycler object"; }
    [[nodiscard]] MarkedText print(Runtime&) const override { return MarkedText("<jinja2.utils.Cycler object>"); }
    [[nodiscard]] Extent extent() const noexcept override { return m_items.extent(); }
    [[nodiscard]] std::optional<Value> attribute(Runtime&, std::string_view name) override {
        if (name == "current") return current();
        if (name == "pos") return Value(static_cast<std::int64_t>(m_position));
        if (name == "items") return m_items;
        if (name != "next" && name != "reset") return std::nullopt;
        const auto body = [self = shared_from_this(), next = name == "next"](Runtime&, const Arguments&) {
            const Value item = self->current();
            self->m_position = next ? (self->m_position + 1) % self->m_items.asList()->items.size() : 0;
            return next ? item : Value();
        };
        Extent held{.nesting = 1, .weight = 1};
        held.include(extent());
        return makeFunction(std::string(name), body, held);
    }

private:
    [[nodiscard]] Value current() const { return m_items.asList()->items[m_position]; }
    Value m_items;
    std::size_t m_position = 0;
};

Value cyclerOf(Runtime& runtime, const Arguments& arguments) {
    if (arguments.positional.empty()) raise("at least one item has to be provided");
    return Value(Value::ObjectPtr(std::make_shared<Cycler>(runtime.tuple(arguments.positional))));
}

Value joinerOf(Runtime& runtime, const Arguments& arguments) {
    const Parameters given("joiner", arguments, {"sep"});
    const Value separator = given[0] ? runtime.text(str(runtime, *given[0])) : runtime.text(", ");
    return makeFunction("joiner", [separator, used = false](Runtime& inner, const Arguments&) mutable {
        return std::exchange(used, true) ? separator : inner.text("");
    });
}

Value raiseException(Runtime& runtime, const Arguments& arguments) {
    const Parameters given("raise_exception", arguments, {"message"}, 1);
    raise(std::string(str(runtime, *given[0]).view()));
}

Value strftimeNow(Runtime& runtime, const Arguments& arguments) {
    const Parameters given("strftime_now", arguments, {"format"}, 1);
    const MarkedText& format = *given.string(0);
    if (format.empty()) return runtime.text("");
    const std::tm now = runtime.now();
    std::array<char, 4096> buffer;
    const std::string text(format.view());
    const std::size_t length = std::strftime(buffer.data(), buffer.size(), text.c_str(), &now);
    if (length == 0) raise("strftime_now: the format gives no text, or too much");
    return runtime.text(MarkedText(std::string(buffer.data(), length), format.hasUser()));
}

struct Global {
    std::string_view name;
    Value (*call)(Runtime&, const Arguments&);
};
constexpr Global kGlobals[] = {
    {"cycler", cyclerOf},
    {"dict", dictOf},
    {"joiner", joinerOf},
    {"namespace", namespaceOf},
    {"raise_exception", raiseException},
    {"range", rangeOf},
    {"strftime_now", strftimeNow},
};

}  // namespace

std::optional<Value> findGlobal(std::string_view name) {
    const auto* global = std::ranges::find(kGlobals, name, &Global::name);
    if (global == std::end(kGlobals)) return std::nullopt;
    return makeFunction(std::string(name), global->call);
}

}  // namespace strata::jinja
