#include "core/text/jinja/interpreter_guards.h"
#include "core/text/jinja/print.h"

#include <algorithm>

namespace strata::jinja {
namespace {

/// A macro, or the body of a call block, with the variables that it was defined among.
class Macro final : public Object {
public:
    Macro(Interpreter& interpreter, const MacroBody& body, std::shared_ptr<Frame> closure)
        : m_interpreter(interpreter), m_body(body), m_closure(std::move(closure)) {}
    [[nodiscard]] std::string_view typeName() const noexcept override { return "jinja2.runtime.Macro object"; }
    [[nodiscard]] MarkedText print(Runtime&) const override {
        return MarkedText("<Macro " + (m_body.name.empty() ? "anonymous" : quoted(m_body.name)) + ">");
    }
    [[nodiscard]] bool callable() const noexcept override { return true; }
    [[nodiscard]] Value call(Runtime&, const Arguments& arguments) override {
        return m_interpreter.callMacro(m_body, m_closure, arguments);
    }
    [[nodiscard]] std::optional<Value> attribute(Runtime& runtime, std::string_view name) override {
        if (name == "name") return m_body.name.empty() ? Value() : runtime.text(m_body.name);
        if (name == "catch_kwargs") return Value(m_body.usesKwargs);
        if (name == "catch_varargs") return Value(m_body.usesVarargs);
        if (name == "caller") return Value(m_body.usesCaller);
        if (name != "arguments") return std::nullopt;
        std::vector<Value> names;
        for (const Parameter& parameter : m_body.parameters) names.push_back(runtime.text(parameter.name));
        return runtime.tuple(std::move(names));
    }
    void forget() { m_closure.reset(); }

private:
    Interpreter& m_interpreter;
    const MacroBody& m_body;
    std::shared_ptr<Frame> m_closure;
};

using Keywords = std::vector<std::pair<std::string, Value>>;

/// Takes the keyword argument of this name away.
std::optional<Value> take(Keywords& keywords, std::string_view name) {
    const auto found =
        std::ranges::find(keywords, name, [](const auto& entry) -> std::string_view { return entry.first; });
    if (found == keywords.end()) return std::nullopt;
    const Value value = found->second;
    keywords.erase(found);
    return value;
}

[[noreturn]] void tooMuch(const MacroBody& macro, std::string_view keyword) {
    const std::string name = macro.name.empty() ? "None" : quoted(macro.name);
    if (keyword == "caller") {
        raise("macro " + name +
              " was invoked with two values for the special caller argument. This is most likely a bug.");
    }
    raise("macro " + name + " takes no keyword argument " + quoted(keyword));
}

/// The values given for the macro's parameters; those given by name are taken out of `keywords`.
std::vector<std::optional<Value>> takeParameters(const MacroBody& macro, const Arguments& arguments,
                                                 Keywords& keywords) {
    std::vector<std::optional<Value>> given(macro.parameters.size());
    for (std::size_t index = 0; index < given.size(); ++index) {
        if (index < arguments.positional.size()) {
            given[index] = arguments.positional[index];
        } else {
            given[index] = take(keywords, macro.parameters[index].name);
        }
    }
    return given;
}

/// `caller`, `kwargs` and `varargs`, where the macro uses them; else raises for arguments beyond its parameters.
void bindRest(Runtime& runtime, Frame& frame, const MacroBody& macro, const Arguments& arguments, Keywords keywords) {
    if (macro.usesCaller) {
        frame.set("caller", take(keywords, "caller").value_or(Value::undefined("No caller defined")));
    }
    if (macro.usesKwargs) {
        DictData rest;
        for (const auto& [name, value] : keywords) rest.set(runtime.text(name), value);
        frame.set("kwargs", runtime.dict(std::move(rest)));
    } else if (!keywords.empty()) {
        const bool caller = std::ranges::any_of(keywords, [](const auto& entry) { return entry.first == "caller"; });
        tooMuch(macro, caller ? std::string_view("caller") : keywords.front().first);
    }
    const std::size_t places = macro.parameters.size();
    if (macro.usesVarargs) {
        const auto first =
            arguments.positional.begin() + static_cast<std::ptrdiff_t>(std::min(places, arguments.positional.size()));
        frame.set("varargs", runtime.tuple({first, arguments.positional.end()}));
    } else if (arguments.positional.size() > places) {
        raise("macro " + (macro.name.empty() ? "None" : quoted(macro.name)) + " takes not more than " +
              std::to_string(places) + " argument(s)");
    }
}

}  // namespace

Value Interpreter::makeMacro(const MacroBody& macro) {
    return m_runtime.keep(std::make_shared<Macro>(*this, macro, m_frame));
}

void Interpreter::bindParameters(const MacroBody& macro, const Arguments& arguments) {
    auto keywords = arguments.keywords;
    const auto given = takeParameters(macro, arguments, keywords);
    bindRest(m_runtime, *m_frame, macro, arguments, std::move(keywords));
    for (std::size_t index = 0; index < given.size(); ++index) {
        if (given[index]) m_frame->set(macro.parameters[index].name, *given[index]);
    }
    // Defaults may refer to the parameters before them. What fails in them fails where the macro stands.
    m_line = macro.line;
    for (std::size_t index = 0; index < given.size(); ++index) {
        const Parameter& parameter = macro.parameters[index];
        if (given[index]) continue;
        m_frame->set(parameter.name, parameter.fallback ? evaluate(parameter.fallback)
                                                        : Value::undefined("parameter " + quoted(parameter.name) +
                                                                           " was not provided"));
    }
}

Value Interpreter::callMacro(const MacroBody& macro, const std::shared_ptr<Frame>& closure,
                             const Arguments& arguments) {
    const int line = m_line;
    OutputGuard output(*this);
    const FrameGuard frame(*this, std::make_shared<Frame>(closure));
    hide(macro.scope);
    bindParameters(macro, arguments);
    (void)run(macro.scope.body);
    m_line = line;
    return m_runtime.text(output.take());
}

}  // namespace strata::jinja
