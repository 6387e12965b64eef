#include "core/text/jinja/parser.h"
#include "core/text/jinja/print.h"
#include "core/text/jinja/scope_names.h"

#include <algorithm>
#include <utility>

namespace strata::jinja {
namespace {

using Names = std::vector<std::string_view>;

class StatementParser {
public:
    explicit StatementParser(TokenStream stream) : m_stream(std::move(stream)), m_expressions(m_stream) {}

    [[nodiscard]] std::unique_ptr<const Template> run() {
        auto result = std::make_unique<Template>();
        result->root.body = body({});
        if (!m_expressions.complaints.empty()) throw m_expressions.complaints.front();
        nameScopes(*result);
        return result;
    }

private:
    /// Statements up to a tag among `ends` (which stays current), or to the end of the template.
    Body body(const Names& ends) {
        const DepthGuard guard(m_expressions.depth, kMaximumParseDepth);
        if (!ends.empty()) m_ends.push_back(ends);
        Body result;
        while (!m_stream.is(TokenType::End)) {
            if (m_stream.is(TokenType::BlockBegin)) {
                (void)m_stream.next();
                const bool ended =
                    std::ranges::any_of(ends, [&](std::string_view end) { return m_stream.isName(end); });
                if (ended) break;
                result.push_back(statement());
                (void)m_stream.expect(TokenType::BlockEnd);
            } else {
                result.push_back(output());
            }
        }
        if (!ends.empty()) {
            if (m_stream.is(TokenType::End)) failAtEnd(nullptr, m_stream.current().line);
            m_ends.pop_back();
        }
        return result;
    }

    /// What follows a block tag: its end, then the body.
    Body block(const Names& ends) {
        (void)m_stream.skip(TokenType::Colon);
        (void)m_stream.expect(TokenType::BlockEnd);
        return body(ends);
    }

    /// A block with its own variables, up to the tag `end`, which is passed. Its filters and tests must exist.
    Scope scope(std::string_view end) {
        const bool lenient = std::exchange(m_expressions.lenient, false);
        Scope result{block({end}), {}};
        m_expressions.lenient = lenient;
        (void)m_stream.next();
        return result;
    }

    /// As scope(), for bodies that become functions: a loop outside cannot be left from within.
    Scope functionScope(std::string_view end) {
        const std::size_t loops = std::exchange(m_loops, 0);
        Scope result = scope(end);
        m_loops = loops;
        return result;
    }

    Statement output() {
        const Token token = m_stream.next();
        if (token.type == TokenType::Data) return {OutputText{token.text}, token.line};
        ExpressionPtr expression = m_expressions.tuple();
        (void)m_stream.expect(TokenType::VariableEnd);
        const int line = expression->line;
        return {OutputExpression{std::move(expression)}, line};
    }

    Statement statement() {
        const Token token = m_stream.current();
        if (token.type != TokenType::Name) raise("tag name expected", token.line);
        m_tags.push_back(token.text);
        Statement result;
        result.line = token.line;
        if (!parse(token.text, result)) {
            m_tags.pop_back();
            failAtEnd(&token, token.line);
        }
        m_tags.pop_back();
        return result;
    }

    bool parse(std::string_view tag, Statement& into) {
        if (tag == "if")
            into.node = ifStatement();
        else if (tag == "for")
            into.node = forStatement();
        else if (tag == "set")
            set(into);
        else if (tag == "macro")
            into.node = macro();
        else if (tag == "call")
            into.node = callBlock();
        else if (tag == "filter")
            into.node = filterBlock();
        else if (tag == "with")
            into.node = with();
        else if (tag == "print")
            print(into);
        else if (tag == "generation")
            into.node = generation();
        else if (tag == "break" || tag == "continue")
            into.node = loopControl();
        else if (tag == "include" || tag == "import" || tag == "from" || tag == "extends" || tag == "block" ||
                 tag == "autoescape") {
            raise("the tag '" + std::string(tag) + "' is not supported: a chat template stands alone", into.line);
        } else
            return false;
        return true;
    }

    IfStatement ifStatement() {
        IfStatement result;
        const bool lenient = std::exchange(m_expressions.lenient, true);
        int line = m_stream.next().line;
        while (true) {
            ExpressionPtr condition = m_expressions.tuple(false);
            result.branches.push_back({std::move(condition), line, block({"elif", "else", "endif"})});
            const Token end = m_stream.next();
            if (end.text == "elif") {
                line = m_stream.current().line;
                continue;
            }
            if (end.text == "else") {
                result.branches.push_back({nullptr, end.line, block({"endif"})});
                (void)m_stream.next();
            }
            break;
        }
        m_expressions.lenient = lenient;
        return result;
    }

    ForStatement forStatement() {
        (void)m_stream.next();
        ForStatement result;
        result.target = m_expressions.target(false, "in");
        refuseLoopTarget(result.target);
        m_stream.expectName("in");
        result.iterable = m_expressions.tuple(false, "recursive");
        const bool lenient = std::exchange(m_expressions.lenient, false);
        if (m_stream.skipName("if")) result.condition = m_expressions.expression();
        result.recursive = m_stream.skipName("recursive");
        ++m_loops;
        result.body.body = block({"endfor", "else"});
        --m_loops;
        result.hasElse = m_stream.next().text == "else";
        if (result.hasElse) {
            result.otherwise.body = block({"endfor"});
            (void)m_stream.next();
        }
        m_expressions.lenient = lenient;
        return result;
    }

    void refuseLoopTarget(const Target& target) {
        if (target.name == "loop" && target.attribute.empty()) {
            m_expressions.complaints.push_back(
                {"Can't assign to special loop variable in for-loop target", target.line});
        }
        for (const Target& part : target.parts) refuseLoopTarget(part);
    }

    void set(Statement& into) {
        (void)m_stream.next();
        Target target = m_expressions.target(true);
        if (m_loops > 0) refuseLoopTarget(target);
        if (m_stream.skip(TokenType::Assign)) {
            into.node = SetStatement{std::move(target), m_expressions.tuple()};
            return;
        }
        SetBlock result{std::move(target), m_expressions.filters(nullptr), {}};
        result.scope = scope("endset");
        into.node = std::move(result);
    }

    std::vector<Parameter> signature() {
        std::vector<Parameter> parameters;
        bool defaults = false;
        (void)m_stream.expect(TokenType::LeftParen);
        while (!m_stream.is(TokenType::RightParen)) {
            if (!parameters.empty()) (void)m_stream.expect(TokenType::Comma);
            Parameter parameter{m_stream.expect(TokenType::Name).text, nullptr};
            if (m_stream.skip(TokenType::Assign)) {
                parameter.fallback = m_expressions.expression();
                defaults = true;
            } else if (defaults) {
                raise("non-default argument follows default argument", m_stream.current().line);
            }
            parameters.push_back(std::move(parameter));
        }
        (void)m_stream.next();
        return parameters;
    }

    /// The body of a macro or a call block; notes which of the special names it reads.
    void functionBody(MacroBody& into, std::string_view end) {
        const bool caller = std::exchange(m_expressions.usesCaller, false);
        const bool kwargs = std::exchange(m_expressions.usesKwargs, false);
        const bool varargs = std::exchange(m_expressions.usesVarargs, false);
        into.scope = functionScope(end);
        const auto isParameter = [&](std::string_view name) {
            return std::ranges::any_of(into.parameters, [&](const Parameter& each) { return each.name == name; });
        };
        into.usesCaller = m_expressions.usesCaller && !isParameter("caller");
        into.usesKwargs = m_expressions.usesKwargs && !isParameter("kwargs");
        into.usesVarargs = m_expressions.usesVarargs && !isParameter("varargs");
        m_expressions.usesCaller |= caller;
        m_expressions.usesKwargs |= kwargs;
        m_expressions.usesVarargs |= varargs;
    }

    MacroStatement macro() {
        MacroStatement result;
        result.macro.line = m_stream.next().line;
        result.macro.name = m_stream.expect(TokenType::Name).text;
        result.macro.parameters = signature();
        functionBody(result.macro, "endmacro");
        return result;
    }

    CallBlock callBlock() {
        const int line = m_stream.next().line;
        CallBlock result;
        result.caller.line = line;
        if (m_stream.is(TokenType::LeftParen)) result.caller.parameters = signature();
        result.call = m_expressions.expression();
        if (!std::holds_alternative<CallUse>(result.call->node)) raise("expected call", line);
        functionBody(result.caller, "endcall");
        return result;
    }

    FilterBlock filterBlock() {
        (void)m_stream.next();
        FilterBlock result{m_expressions.filters(nullptr, true), {}};
        result.scope = scope("endfilter");
        return result;
    }

    WithStatement with() {
        (void)m_stream.next();
        WithStatement result;
        while (!m_stream.is(TokenType::BlockEnd)) {
            if (!result.assignments.empty()) (void)m_stream.expect(TokenType::Comma);
            Target target = m_expressions.target(false);
            (void)m_stream.expect(TokenType::Assign);
            result.assignments.emplace_back(std::move(target), m_expressions.expression());
        }
        result.scope = scope("endwith");
        return result;
    }

    void print(Statement& into) {
        (void)m_stream.next();
        OutputExpression result{m_expressions.expression()};
        if (m_stream.is(TokenType::Comma)) raise("{% print %} takes one expression here", m_stream.current().line);
        into.node = std::move(result);
    }

    GenerationBlock generation() {
        (void)m_stream.next();
        return {functionScope("endgeneration")};
    }

    LoopControl loopControl() {
        const Token token = m_stream.next();
        if (m_loops == 0) raise("'" + token.text + "' outside loop", token.line);
        return {token.text == "break"};
    }

    /// The template ended (`tag` null) or an unknown tag came within blocks that are still open.
    [[noreturn]] void failAtEnd(const Token* tag, int line) const {
        std::string message =
            tag ? "Encountered unknown tag " + quoted(tag->text) + "." : "Unexpected end of template.";
        if (!m_ends.empty()) {
            std::string wanted;
            for (const std::string_view end : m_ends.back()) wanted += (wanted.empty() ? "" : " or ") + quoted(end);
            const bool expected = tag && std::ranges::any_of(m_ends, [&](const Names& ends) {
                                      return std::ranges::find(ends, std::string_view(tag->text)) != ends.end();
                                  });
            message += expected
                           ? " You probably made a nesting mistake. Jinja is expecting this tag, but currently looking"
                             " for " +
                                 wanted + "."
                           : " Jinja was looking for the following tags: " + wanted + ".";
        }
        if (!m_tags.empty())
            message += " The innermost block that needs to be closed is " + quoted(m_tags.back()) + ".";
        raise(std::move(message), line);
    }

    TokenStream m_stream;
    ExpressionParser m_expressions;
    std::vector<Names> m_ends;
    std::vector<std::string> m_tags;
    std::size_t m_loops = 0;
};

}  // namespace

std::unique_ptr<const Template> parseTemplate(std::string_view source) {
    return StatementParser(TokenStream(tokenize(source))).run();
}

}  // namespace strata::jinja
