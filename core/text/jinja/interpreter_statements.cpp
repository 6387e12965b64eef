#include "core/text/jinja/access.h"
#include "core/text/jinja/filters.h"
#include "core/text/jinja/interpreter_guards.h"
#include "core/text/jinja/print.h"

#include <algorithm>

namespace strata::jinja {
namespace {

/// Tells a loop that it is over, however that came about.
class LoopEnd {
public:
    explicit LoopEnd(Loop& loop) : m_loop(loop) {}
    LoopEnd(const LoopEnd&) = delete;
    LoopEnd& operator=(const LoopEnd&) = delete;
    ~LoopEnd() { m_loop.forget(); }

private:
    Loop& m_loop;
};

}  // namespace

MarkedText Interpreter::run(const Template& parsed) {
    OutputGuard output(*this);
    const FrameGuard frame(*this);
    run(parsed.root);
    return output.take();
}

Interpreter::Flow Interpreter::run(const Body& body) {
    for (const Statement& statement : body) {
        const Flow flow = execute(statement);
        if (flow != Flow::Normal) return flow;
    }
    return Flow::Normal;
}

void Interpreter::hide(const Scope& scope) {
    for (const std::string& name : scope.hidden) m_frame->hide(name);
}

Interpreter::Flow Interpreter::run(const Scope& scope) {
    hide(scope);
    return run(scope.body);
}

Value Interpreter::capture(const Scope& scope) {
    OutputGuard output(*this);
    const FrameGuard frame(*this);
    run(scope);
    return m_runtime.text(output.take());
}

void Interpreter::write(const Value& value) {
    if (const auto* string = value.asString()) return m_output->append(string->text);
    m_output->append(str(m_runtime, value));
}

Interpreter::Flow Interpreter::execute(const Statement& statement) {
    m_line = statement.line;
    m_runtime.account().steps(1);
    const DepthGuard guard = m_runtime.descend();
    return std::visit([this](const auto& node) { return execute(node); }, statement.node);
}

Interpreter::Flow Interpreter::execute(const OutputText& node) {
    m_output->append(node.text);
    return Flow::Normal;
}

Interpreter::Flow Interpreter::execute(const OutputExpression& node) {
    write(evaluate(node.expression));
    return Flow::Normal;
}

Interpreter::Flow Interpreter::execute(const IfStatement& node) {
    for (const IfBranch& branch : node.branches) {
        m_line = branch.line;
        if (!branch.condition || evaluate(branch.condition).truthy()) return run(branch.body);
    }
    return Flow::Normal;
}

Interpreter::Flow Interpreter::execute(const ForStatement& node) {
    runLoop(node, evaluate(node.iterable), 0);
    return Flow::Normal;
}

bool Interpreter::passes(const ForStatement& node, const Value& item) {
    const FrameGuard frame(*this);
    assign(node.target, item);
    return evaluate(node.condition).truthy();
}

void Interpreter::runLoop(const ForStatement& node, const Value& iterable, std::size_t depth) {
    Loop::Test test;
    if (node.condition) {
        test = [this, &node, frame = m_frame](const Value& item) {
            const FrameGuard guard(*this, frame);
            return passes(node, item);
        };
    }
    Loop::Recurse recurse;
    if (node.recursive) {
        recurse = [this, &node, frame = m_frame](const Value& inner, std::size_t level) {
            const FrameGuard guard(*this, frame);
            OutputGuard output(*this);
            const int line = m_line;
            runLoop(node, inner, level);
            m_line = line;
            return m_runtime.text(output.take());
        };
    }
    const auto loop = std::make_shared<Loop>(itemsOf(m_runtime, iterable), std::move(test), std::move(recurse), depth);
    const LoopEnd end(*loop);
    bool any = false;
    while (const auto item = loop->next()) {
        any = true;
        if (runIteration(node, *item, loop) == Flow::Break) break;
        m_runtime.account().steps(1);
    }
    if (any || !node.hasElse) return;
    const FrameGuard frame(*this);
    (void)run(node.otherwise);
}

Interpreter::Flow Interpreter::runIteration(const ForStatement& node, const Value& item,
                                            const std::shared_ptr<Loop>& loop) {
    const FrameGuard frame(*this);
    assign(node.target, item);
    m_frame->set("loop", Value(Value::ObjectPtr(loop)));
    return run(node.body);
}

void Interpreter::assignAttribute(const Target& target, const Value& value) {
    const Value object = lookUp(target.name);
    auto* space = object.as<Namespace>();
    if (!space) raise("cannot assign attribute on non-namespace object");
    space->set(m_runtime, target.attribute, value);
}

void Interpreter::assign(const Target& target, const Value& value) {
    if (!target.attribute.empty()) return assignAttribute(target, value);
    if (!target.tuple) return m_frame->set(target.name, value);
    const std::vector<Value> items = itemsOf(m_runtime, value);
    if (items.size() > target.parts.size()) {
        raise("too many values to unpack (expected " + std::to_string(target.parts.size()) + ")");
    }
    if (items.size() < target.parts.size()) {
        raise("not enough values to unpack (expected " + std::to_string(target.parts.size()) + ", got " +
              std::to_string(items.size()) + ")");
    }
    for (std::size_t index = 0; index < items.size(); ++index) assign(target.parts[index], items[index]);
}

Interpreter::Flow Interpreter::execute(const SetStatement& node) {
    assign(node.target, evaluate(node.value));
    return Flow::Normal;
}

Interpreter::Flow Interpreter::execute(const SetBlock& node) {
    const Value text = capture(node.scope);
    assign(node.target, node.filter ? applyFilters(*node.filter, text) : text);
    return Flow::Normal;
}

Interpreter::Flow Interpreter::execute(const MacroStatement& node) {
    m_frame->set(node.macro.name, makeMacro(node.macro));
    return Flow::Normal;
}

Interpreter::Flow Interpreter::execute(const CallBlock& node) {
    const Value caller = makeMacro(node.caller);
    write(call(std::get<CallUse>(node.call->node), &caller));
    return Flow::Normal;
}

Interpreter::Flow Interpreter::execute(const FilterBlock& node) {
    const Value text = capture(node.scope);
    write(applyFilters(*node.filter, text));
    return Flow::Normal;
}

Interpreter::Flow Interpreter::execute(const WithStatement& node) {
    std::vector<Value> values;
    for (const auto& [target, expression] : node.assignments) values.push_back(evaluate(expression));
    const FrameGuard frame(*this);
    for (std::size_t index = 0; index < values.size(); ++index) assign(node.assignments[index].first, values[index]);
    return run(node.scope);
}

Interpreter::Flow Interpreter::execute(const GenerationBlock& node) {
    const FrameGuard frame(*this);
    return run(node.scope);
}

Interpreter::Flow Interpreter::execute(const LoopControl& node) {
    return node.stop ? Flow::Break : Flow::Continue;
}

}  // namespace strata::jinja
