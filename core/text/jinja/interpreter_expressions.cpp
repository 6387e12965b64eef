#include "core/text/jinja/access.h"
#include "core/text/jinja/filters.h"
#include "core/text/jinja/interpreter.h"
#include "core/text/jinja/overload.h"
#include "core/text/jinja/print.h"

namespace strata::jinja {

Value Interpreter::evaluate(const Expression& expression) {
    m_runtime.account().steps(1);
    const DepthGuard guard = m_runtime.descend();
    return std::visit([this](const auto& node) { return evaluate(node); }, expression.node);
}

Value Interpreter::evaluateOptional(const ExpressionPtr& expression) {
    return expression ? evaluate(*expression) : Value();
}

Value Interpreter::evaluate(const Literal& node) {
    return std::visit(Overload{
                          [](std::monostate) { return Value(); },
                          [this](const std::string& text) { return m_runtime.text(text); },
                          [](auto value) { return Value(value); },
                      },
                      node.value);
}

Value Interpreter::lookUp(std::string_view name) {
    const Value* variable = nullptr;
    const auto outcome = m_frame->find(name, variable);
    if (outcome == Frame::Lookup::Found) return *variable;
    if (outcome == Frame::Lookup::Absent) {
        if (const auto given = m_variables.find(name); given != m_variables.end()) return given->second;
        if (auto global = findGlobal(name)) return *std::move(global);
    }
    return Value::undefined(quoted(name) + " is undefined");
}

Value Interpreter::evaluate(const NameUse& node) {
    return lookUp(node.name);
}

Value Interpreter::evaluate(const AttributeUse& node) {
    return getAttribute(m_runtime, evaluate(node.object), node.name);
}

Value Interpreter::evaluate(const ItemUse& node) {
    const Value object = evaluate(node.object);
    return getItem(m_runtime, object, evaluate(node.key));
}

Value Interpreter::evaluate(const SliceUse& node) {
    const Value object = evaluate(node.object);
    const Value start = evaluateOptional(node.start), stop = evaluateOptional(node.stop);
    return slice(m_runtime, object, start, stop, evaluateOptional(node.step));
}

Arguments Interpreter::evaluate(const CallArguments& arguments) {
    Arguments result;
    result.positional.reserve(arguments.positional.size());
    for (const auto& value : arguments.positional) result.positional.push_back(evaluate(value));
    if (arguments.spread) {
        const std::vector<Value> more = itemsOf(m_runtime, evaluate(arguments.spread));
        result.positional.insert(result.positional.end(), more.begin(), more.end());
    }
    for (const auto& [name, value] : arguments.keywords) result.keywords.emplace_back(name, evaluate(value));
    if (!arguments.keywordSpread) return result;
    const Value more = evaluate(arguments.keywordSpread);
    requireDefined(more);
    if (!more.asDict()) raise("argument after ** must be a mapping, not " + std::string(typeName(more)));
    for (const auto& [key, value] : more.asDict()->entries()) {
        if (!key.asString()) raise("keywords must be strings");
        result.keywords.emplace_back(std::string(key.asString()->text.view()), value);
    }
    return result;
}

Value Interpreter::evaluate(const CallUse& node) {
    return call(node, nullptr);
}

Value Interpreter::call(const CallUse& node, const Value* caller) {
    const Value callee = evaluate(node.callee);
    Arguments arguments = evaluate(node.arguments);
    if (caller) arguments.keywords.emplace_back("caller", *caller);
    return m_runtime.call(callee, arguments);
}

Value Interpreter::applyFilter(const FilterUse& node, const Value& input) {
    const Filter* filter = findFilter(node.name);
    if (!filter) raise("No filter named " + quoted(node.name) + " found.");
    return filter->apply(m_runtime, input, evaluate(node.arguments));
}

Value Interpreter::evaluate(const FilterUse& node) {
    return applyFilter(node, evaluate(node.input));
}

Value Interpreter::applyFilters(const Expression& chain, const Value& input) {
    const DepthGuard guard = m_runtime.descend();
    const auto& filter = std::get<FilterUse>(chain.node);
    return applyFilter(filter, filter.input ? applyFilters(*filter.input, input) : input);
}

Value Interpreter::evaluate(const TestUse& node) {
    const Test* test = findTest(node.name);
    if (!test) raise("No test named " + quoted(node.name) + " found.");
    const Value input = evaluate(node.input);
    return Value(test->holds(m_runtime, input, evaluate(node.arguments)));
}

Value Interpreter::evaluate(const SignUse& node) {
    const Value operand = evaluate(node.operand);
    return node.negative ? negate(operand) : plus(operand);
}

Value Interpreter::evaluate(const NotUse& node) {
    return Value(!evaluate(node.operand).truthy());
}

Value Interpreter::evaluate(const BinaryUse& node) {
    const Value left = evaluate(node.left);
    return apply(m_runtime, node.op, left, evaluate(node.right));
}

Value Interpreter::evaluate(const LogicUse& node) {
    Value left = evaluate(node.left);
    return left.truthy() == node.isAnd ? evaluate(node.right) : left;
}

Value Interpreter::evaluate(const CompareUse& node) {
    Value left = evaluate(node.first);
    for (const auto& [op, expression] : node.links) {
        Value right = evaluate(expression);
        if (!compare(m_runtime, op, left, right)) return Value(false);
        left = std::move(right);
    }
    return Value(true);
}

Value Interpreter::evaluate(const ConcatUse& node) {
    MarkedText result;
    for (const auto& part : node.parts) {
        result.append(str(m_runtime, evaluate(part)));
        m_runtime.checkSize(result.size());
    }
    return m_runtime.text(std::move(result));
}

Value Interpreter::evaluate(const ConditionalUse& node) {
    if (evaluate(node.condition).truthy()) return evaluate(node.then);
    if (node.otherwise) return evaluate(node.otherwise);
    return Value::undefined("the inline if-expression on line " + std::to_string(node.then->line) +
                            " evaluated to false and no else section was defined.");
}

Value Interpreter::evaluate(const SequenceUse& node) {
    std::vector<Value> items;
    items.reserve(node.items.size());
    for (const auto& item : node.items) items.push_back(evaluate(item));
    return m_runtime.list(std::move(items), node.tuple ? ListKind::Tuple : ListKind::List);
}

Value Interpreter::evaluate(const DictUse& node) {
    DictData result;
    for (const auto& [key, value] : node.entries) {
        Value name = evaluate(key);
        m_runtime.account().steps(name.extent().weight);
        result.set(std::move(name), evaluate(value));
    }
    return m_runtime.dict(std::move(result));
}

}  // namespace strata::jinja
