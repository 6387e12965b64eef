// Runs a parsed template.
#pragma once

#include "core/text/jinja/ast.h"
#include "core/text/jinja/frame.h"
#include "core/text/jinja/objects.h"

#include <map>
#include <memory>
#include <span>
#include <string>

namespace strata::jinja {

using Variables = std::map<std::string, Value, std::less<>>;

/// One rendering of one template. Raises Failure; line() then tells where.
class Interpreter {
public:
    /// Both must outlive the interpreter, and the template every value that was made.
    Interpreter(Runtime& runtime, const Variables& variables) : m_runtime(runtime), m_variables(variables) {}

    [[nodiscard]] MarkedText run(const Template& parsed);
    [[nodiscard]] int line() const noexcept { return m_line; }

    /// Runs the body of a macro whose definition saw the variables of `closure`.
    [[nodiscard]] Value callMacro(const MacroBody& macro, const std::shared_ptr<Frame>& closure,
                                  const Arguments& arguments);

private:
    enum class Flow { Normal, Break, Continue };
    class FrameGuard;
    class OutputGuard;

    Flow run(const Body& body);
    Flow run(const Scope& scope);
    void hide(const Scope& scope);
    /// The text that a scope writes.
    [[nodiscard]] Value capture(const Scope& scope);
    void write(const Value& value);

    Flow execute(const Statement& statement);
    Flow execute(const OutputText& node);
    Flow execute(const OutputExpression& node);
    Flow execute(const IfStatement& node);
    Flow execute(const ForStatement& node);
    Flow execute(const SetStatement& node);
    Flow execute(const SetBlock& node);
    Flow execute(const MacroStatement& node);
    Flow execute(const CallBlock& node);
    Flow execute(const FilterBlock& node);
    Flow execute(const WithStatement& node);
    Flow execute(const GenerationBlock& node);
    Flow execute(const LoopControl& node);

    void runLoop(const ForStatement& node, const Value& iterable, std::size_t depth);
    [[nodiscard]] Flow runIteration(const ForStatement& node, const Value& item, const std::shared_ptr<Loop>& loop);
    [[nodiscard]] bool passes(const ForStatement& node, const Value& item);
    [[nodiscard]] Value makeMacro(const MacroBody& macro);
    void assign(const Target& target, const Value& value);
    void assignAttribute(const Target& target, const Value& value);
    void bindParameters(const MacroBody& macro, const Arguments& arguments);

    [[nodiscard]] Value evaluate(const ExpressionPtr& expression) { return evaluate(*expression); }
    [[nodiscard]] Value evaluate(const Expression& expression);
    /// None for what was left out.
    [[nodiscard]] Value evaluateOptional(const ExpressionPtr& expression);
    [[nodiscard]] Value evaluate(const Literal& node);
    [[nodiscard]] Value evaluate(const NameUse& node);
    [[nodiscard]] Value evaluate(const AttributeUse& node);
    [[nodiscard]] Value evaluate(const ItemUse& node);
    [[nodiscard]] Value evaluate(const SliceUse& node);
    [[nodiscard]] Value evaluate(const CallUse& node);
    [[nodiscard]] Value evaluate(const FilterUse& node);
    [[nodiscard]] Value evaluate(const TestUse& node);
    [[nodiscard]] Value evaluate(const SignUse& node);
    [[nodiscard]] Value evaluate(const NotUse& node);
    [[nodiscard]] Value evaluate(const BinaryUse& node);
    [[nodiscard]] Value evaluate(const LogicUse& node);
    [[nodiscard]] Value evaluate(const CompareUse& node);
    [[nodiscard]] Value evaluate(const ConcatUse& node);
    [[nodiscard]] Value evaluate(const ConditionalUse& node);
    [[nodiscard]] Value evaluate(const SequenceUse& node);
    [[nodiscard]] Value evaluate(const DictUse& node);
    [[nodiscard]] Value call(const CallUse& node, const Value* caller);
    [[nodiscard]] Value applyFilter(const FilterUse& node, const Value& input);
    /// A chain of filters upon a block's text.
    [[nodiscard]] Value applyFilters(const Expression& chain, const Value& input);
    [[nodiscard]] Arguments evaluate(const CallArguments& arguments);
    [[nodiscard]] Value lookUp(std::string_view name);

    Runtime& m_runtime;
    const Variables& m_variables;
    std::shared_ptr<Frame> m_frame;
    Output* m_output = nullptr;
    int m_line = 1;
};

}  // namespace strata::jinja
