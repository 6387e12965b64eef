#include "core/text/jinja/scope_names.h"

#include "core/text/jinja/overload.h"

#include <map>
#include <set>

namespace strata::jinja {
namespace {

enum class Origin { Outside, Nowhere, Parameter };

/// What is known of the names of one block.
class Names {
public:
    explicit Names(const Names* parent) : m_parent(parent) {}

    void read(const std::string& name) {
        if (!isKnown(name)) m_origins[name] = Origin::Outside;
    }
    void assign(const std::string& name) {
        m_assigned.insert(name);
        if (m_origins.contains(name)) return;
        m_origins[name] = m_parent && m_parent->isKnown(name) ? Origin::Outside : Origin::Nowhere;
    }
    void parameter(const std::string& name) {
        m_assigned.insert(name);
        m_origins[name] = Origin::Parameter;
    }
    /// What branches assign may not have been assigned: it is looked up outside until then.
    void merge(const std::vector<Names>& branches) {
        std::set<std::string> fresh;
        for (const Names& branch : branches) {
            for (const std::string& name : branch.m_assigned) {
                if (!m_assigned.contains(name)) fresh.insert(name);
            }
        }
        for (const Names& branch : branches) {
            for (const auto& [name, origin] : branch.m_origins) m_origins[name] = origin;
            m_assigned.insert(branch.m_assigned.begin(), branch.m_assigned.end());
        }
        for (const std::string& name : fresh) m_origins[name] = Origin::Outside;
    }
    [[nodiscard]] std::vector<std::string> hidden() const {
        std::vector<std::string> names;
        for (const auto& [name, origin] : m_origins) {
            if (origin == Origin::Nowhere) names.push_back(name);
        }
        return names;
    }

private:
    [[nodiscard]] bool isKnown(const std::string& name) const {
        return m_origins.contains(name) || (m_parent && m_parent->isKnown(name));
    }
    const Names* m_parent;
    std::map<std::string, Origin> m_origins;
    std::set<std::string> m_assigned;
};

void readNames(const ExpressionPtr& expression, Names& names);

void readNames(const CallArguments& arguments, Names& names) {
    for (const auto& value : arguments.positional) readNames(value, names);
    for (const auto& [name, value] : arguments.keywords) readNames(value, names);
    readNames(arguments.spread, names);
    readNames(arguments.keywordSpread, names);
}

void readNames(const ExpressionPtr& expression, Names& names) {
    if (!expression) return;
    const auto read = [&](const auto&... parts) { (readNames(parts, names), ...); };
    std::visit(Overload{
                   [](const Literal&) {},
                   [&](const NameUse& use) { names.read(use.name); },
                   [&](const AttributeUse& use) { read(use.object); },
                   [&](const ItemUse& use) { read(use.object, use.key); },
                   [&](const SliceUse& use) { read(use.object, use.start, use.stop, use.step); },
                   [&](const CallUse& use) { read(use.callee, use.arguments); },
                   [&](const FilterUse& use) { read(use.input, use.arguments); },
                   [&](const TestUse& use) { read(use.input, use.arguments); },
                   [&](const SignUse& use) { read(use.operand); },
                   [&](const NotUse& use) { read(use.operand); },
                   [&](const BinaryUse& use) { read(use.left, use.right); },
                   [&](const LogicUse& use) { read(use.left, use.right); },
                   [&](const CompareUse& use) {
                       read(use.first);
                       for (const auto& link : use.links) read(link.second);
                   },
                   [&](const ConcatUse& use) {
                       for (const auto& part : use.parts) read(part);
                   },
                   [&](const ConditionalUse& use) { read(use.condition, use.then, use.otherwise); },
                   [&](const SequenceUse& use) {
                       for (const auto& item : use.items) read(item);
                   },
                   [&](const DictUse& use) {
                       for (const auto& [key, value] : use.entries) read(key, value);
                   },
               },
               expression->node);
}

void assignTarget(const Target& target, Names& names) {
    for (const Target& part : target.parts) assignTarget(part, names);
    if (target.tuple) return;
    if (target.attribute.empty()) {
        names.assign(target.name);
    } else {
        names.read(target.name);
    }
}

void targetParameters(const Target& target, Names& names) {
    for (const Target& part : target.parts) targetParameters(part, names);
    if (!target.tuple) names.parameter(target.name);
}

void noteBody(const Body& body, Names& names);

/// Jinja compares three outcomes: the body, all the elifs (each an `if` without further branches), the else.
void noteIf(const IfStatement& statement, std::size_t branch, Names& names) {
    readNames(statement.branches[branch].condition, names);
    std::vector<Names> outcomes{names, names, names};
    noteBody(statement.branches[branch].body, outcomes[0]);
    for (std::size_t other = 1; branch == 0 && other < statement.branches.size(); ++other) {
        if (statement.branches[other].condition) {
            noteIf(statement, other, outcomes[1]);
        } else {
            noteBody(statement.branches[other].body, outcomes[2]);
        }
    }
    names.merge(outcomes);
}

/// What a statement does to the names of the block that it stands in; blocks inside have their own.
void note(const Statement& statement, Names& names) {
    std::visit(Overload{
                   [](const OutputText&) {},
                   [](const GenerationBlock&) {},
                   [](const LoopControl&) {},
                   [&](const OutputExpression& node) { readNames(node.expression, names); },
                   [&](const IfStatement& node) { noteIf(node, 0, names); },
                   [&](const ForStatement& node) { readNames(node.iterable, names); },
                   [&](const SetStatement& node) {
                       readNames(node.value, names);
                       assignTarget(node.target, names);
                   },
                   [&](const SetBlock& node) { assignTarget(node.target, names); },
                   [&](const MacroStatement& node) { names.assign(node.macro.name); },
                   [&](const CallBlock& node) { readNames(node.call, names); },
                   [&](const FilterBlock& node) { readNames(node.filter, names); },
                   [&](const WithStatement& node) {
                       for (const auto& [target, value] : node.assignments) readNames(value, names);
                   },
               },
               statement.node);
}

void noteBody(const Body& body, Names& names) {
    for (const Statement& statement : body) note(statement, names);
}

void nameInner(Body& body, const Names& names);

void nameScope(Scope& scope, Names& names) {
    noteBody(scope.body, names);
    scope.hidden = names.hidden();
    nameInner(scope.body, names);
}

void nameMacro(MacroBody& macro, const Names& outer) {
    Names names(&outer);
    for (const Parameter& parameter : macro.parameters) names.parameter(parameter.name);
    for (const Parameter& parameter : macro.parameters) readNames(parameter.fallback, names);
    if (macro.usesCaller) names.parameter("caller");
    if (macro.usesKwargs) names.parameter("kwargs");
    if (macro.usesVarargs) names.parameter("varargs");
    nameScope(macro.scope, names);
}

void nameFor(ForStatement& statement, const Names& outer) {
    Names names(&outer);
    names.parameter("loop");
    targetParameters(statement.target, names);
    nameScope(statement.body, names);
    Names otherwise(&outer);
    nameScope(statement.otherwise, otherwise);
}

void nameWith(WithStatement& statement, const Names& outer) {
    Names names(&outer);
    for (const auto& [target, value] : statement.assignments) targetParameters(target, names);
    nameScope(statement.scope, names);
}

void namePlain(Scope& scope, const Names& outer) {
    Names names(&outer);
    nameScope(scope, names);
}

void nameInner(Body& body, const Names& names) {
    for (Statement& statement : body) {
        std::visit(Overload{
                       [](auto&) {},
                       [&](IfStatement& node) {
                           for (IfBranch& branch : node.branches) nameInner(branch.body, names);
                       },
                       [&](ForStatement& node) { nameFor(node, names); },
                       [&](SetBlock& node) { namePlain(node.scope, names); },
                       [&](MacroStatement& node) { nameMacro(node.macro, names); },
                       [&](CallBlock& node) { nameMacro(node.caller, names); },
                       [&](FilterBlock& node) { namePlain(node.scope, names); },
                       [&](WithStatement& node) { nameWith(node, names); },
                       [&](GenerationBlock& node) { namePlain(node.scope, names); },
                   },
                   statement.node);
    }
}

}  // namespace

void nameScopes(Template& parsed) {
    Names names(nullptr);
    nameScope(parsed.root, names);
}

}  // namespace strata::jinja
