// A parsed template.
#pragma once

#include "core/text/jinja/operators.h"

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace strata::jinja {

struct Expression;
using ExpressionPtr = std::unique_ptr<const Expression>;
struct Statement;
using Body = std::vector<Statement>;

/// Arguments of a call, a filter or a test, not yet evaluated.
struct CallArguments {
    std::vector<ExpressionPtr> positional;
    std::vector<std::pair<std::string, ExpressionPtr>> keywords;
    ExpressionPtr spread;         ///< *args, may be null
    ExpressionPtr keywordSpread;  ///< **kwargs, may be null
};

struct Literal {
    std::variant<std::monostate, bool, std::int64_t, double, std::string> value;  ///< monostate = None
};
struct NameUse {
    std::string name;
};
struct AttributeUse {
    ExpressionPtr object;
    std::string name;
};
struct ItemUse {
    ExpressionPtr object;
    ExpressionPtr key;
};
struct SliceUse {
    ExpressionPtr object;
    ExpressionPtr start, stop, step;  ///< null where left out
};
struct CallUse {
    ExpressionPtr callee;
    CallArguments arguments;
};
struct FilterUse {
    ExpressionPtr input;  ///< null in a filter or set block: the block's text
    std::string name;
    CallArguments arguments;
};
struct TestUse {
    ExpressionPtr input;
    std::string name;
    CallArguments arguments;
};
struct SignUse {
    bool negative = false;
    ExpressionPtr operand;
};
struct NotUse {
    ExpressionPtr operand;
};
struct BinaryUse {
    BinaryOperator op = BinaryOperator::Add;
    ExpressionPtr left, right;
};
struct LogicUse {
    bool isAnd = false;
    ExpressionPtr left, right;
};
struct CompareUse {
    ExpressionPtr first;
    std::vector<std::pair<Comparison, ExpressionPtr>> links;
};
struct ConcatUse {
    std::vector<ExpressionPtr> parts;
};
struct ConditionalUse {
    ExpressionPtr condition, then;
    ExpressionPtr otherwise;  ///< may be null
};
struct SequenceUse {
    bool tuple = false;
    std::vector<ExpressionPtr> items;
};
struct DictUse {
    std::vector<std::pair<ExpressionPtr, ExpressionPtr>> entries;
};

struct Expression {
    std::variant<Literal, NameUse, AttributeUse, ItemUse, SliceUse, CallUse, FilterUse, TestUse, SignUse, NotUse,
                 BinaryUse, LogicUse, CompareUse, ConcatUse, ConditionalUse, SequenceUse, DictUse>
        node;
    int line = 0;
    int height = 1;  ///< of the tree below, bounded by the parser
};

/// What can stand left of `=`, or between `for` and `in`.
struct Target {
    std::string name;
    std::string attribute;      ///< not empty: `name.attribute = ...` on a namespace
    std::vector<Target> parts;  ///< not empty (or `tuple`): a tuple to unpack
    bool tuple = false;
    int line = 0;
};

/// A block with variables of its own. `hidden` are names that Jinja treats as not yet defined at the block's start,
/// though a variable of that name exists outside: they are assigned in the block before they are read there.
struct Scope {
    Body body;
    std::vector<std::string> hidden;
};

struct Parameter {
    std::string name;
    ExpressionPtr fallback;  ///< may be null
};
/// What a macro, and the body of a call block, have in common.
struct MacroBody {
    std::string name;  ///< empty: anonymous
    int line = 0;
    std::vector<Parameter> parameters;
    Scope scope;
    bool usesCaller = false, usesKwargs = false, usesVarargs = false;
};

struct OutputText {
    std::string text;
};
struct OutputExpression {
    ExpressionPtr expression;
};
struct IfBranch {
    ExpressionPtr condition;  ///< null: else
    int line = 0;
    Body body;
};
struct IfStatement {
    std::vector<IfBranch> branches;
};
struct ForStatement {
    Target target;
    ExpressionPtr iterable;
    ExpressionPtr condition;  ///< may be null
    bool recursive = false;
    Scope body;
    Scope otherwise;
    bool hasElse = false;
};
struct SetStatement {
    Target target;
    ExpressionPtr value;
};
struct SetBlock {
    Target target;
    ExpressionPtr filter;  ///< chain of FilterUse that ends in a null input; may be null
    Scope scope;
};
struct MacroStatement {
    MacroBody macro;
};
struct CallBlock {
    ExpressionPtr call;  ///< a CallUse
    MacroBody caller;
};
struct FilterBlock {
    ExpressionPtr filter;
    Scope scope;
};
struct WithStatement {
    std::vector<std::pair<Target, ExpressionPtr>> assignments;
    Scope scope;
};
/// {% generation %}: marks what an assistant wrote, which matters to training only; a scope like a macro's.
struct GenerationBlock {
    Scope scope;
};
/// {% break %} and {% continue %}.
struct LoopControl {
    bool stop = false;
};

struct Statement {
    std::variant<OutputText, OutputExpression, IfStatement, ForStatement, SetStatement, SetBlock, MacroStatement,
                 CallBlock, FilterBlock, WithStatement, GenerationBlock, LoopControl>
        node;
    int line = 0;
};

struct Template {
    Scope root;
};

}  // namespace strata::jinja
