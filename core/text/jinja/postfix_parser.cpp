#include "core/text/jinja/expression_builder.h"
#include "core/text/jinja/filters.h"
#include "core/text/jinja/parser.h"
#include "core/text/jinja/print.h"
#include "core/text/jinja/string_operations.h"

#include <algorithm>

namespace strata::jinja {
namespace {

bool startsTestArgument(TokenType type) {
    switch (type) {
        case TokenType::Name:
        case TokenType::String:
        case TokenType::Integer:
        case TokenType::Float:
        case TokenType::LeftParen:
        case TokenType::LeftBracket:
        case TokenType::LeftBrace:
            return true;
        default:
            return false;
    }
}

bool isConstantName(std::string_view name) {
    return name == "true" || name == "false" || name == "none" || name == "True" || name == "False" || name == "None";
}

}  // namespace

void ExpressionParser::checkName(std::string_view kind, std::string_view name, bool known, int line) {
    if (!known && !lenient) complaints.push_back({"No " + std::string(kind) + " named " + quoted(name) + ".", line});
}

ExpressionPtr ExpressionParser::postfix(ExpressionPtr node) {
    while (true) {
        if (m_stream.is(TokenType::Dot))
            node = attribute(std::move(node));
        else if (m_stream.is(TokenType::LeftBracket))
            node = subscript(std::move(node));
        else if (m_stream.is(TokenType::LeftParen))
            node = call(std::move(node));
        else
            return node;
    }
}

ExpressionPtr ExpressionParser::postfixFilters(ExpressionPtr node) {
    while (true) {
        if (m_stream.is(TokenType::Pipe))
            node = filters(std::move(node));
        else if (m_stream.isName("is"))
            node = test(std::move(node));
        else if (m_stream.is(TokenType::LeftParen))
            node = call(std::move(node));
        else
            return node;
    }
}

ExpressionPtr ExpressionParser::attribute(ExpressionPtr node) {
    const int line = m_stream.next().line;
    Token part = m_stream.next();
    const int below = heightOf(node);
    if (part.type == TokenType::Name) return make(AttributeUse{std::move(node), std::move(part.text)}, line, below);
    if (part.type != TokenType::Integer) raise("expected name or number", part.line);
    ExpressionPtr key = make(Literal{parseInteger(part.text, 0).value_or(0)}, part.line);
    return make(ItemUse{std::move(node), std::move(key)}, line, below);
}

ExpressionPtr ExpressionParser::subscript(ExpressionPtr node) {
    const int line = m_stream.next().line;
    const auto ended = [&] {
        return m_stream.is(TokenType::RightBracket) || m_stream.is(TokenType::Comma) || m_stream.is(TokenType::Colon);
    };
    SliceUse slice;
    ExpressionPtr key = m_stream.is(TokenType::Colon) ? nullptr : expression();
    if (!m_stream.is(TokenType::Colon)) {
        SequenceUse keys{true, {}};
        keys.items.push_back(std::move(key));
        while (m_stream.skip(TokenType::Comma)) keys.items.push_back(expression());
        (void)m_stream.expect(TokenType::RightBracket);
        int below = 0;
        for (const auto& item : keys.items) below = std::max(below, heightOf(item));
        key = keys.items.size() == 1 ? std::move(keys.items.front()) : make(std::move(keys), line, below);
        const int height = std::max(heightOf(node), heightOf(key));
        return make(ItemUse{std::move(node), std::move(key)}, line, height);
    }
    (void)m_stream.next();
    slice.start = std::move(key);
    if (!ended()) slice.stop = expression();
    if (m_stream.skip(TokenType::Colon) && !ended()) slice.step = expression();
    (void)m_stream.expect(TokenType::RightBracket);
    const int below = std::max({heightOf(node), heightOf(slice.start), heightOf(slice.stop), heightOf(slice.step)});
    slice.object = std::move(node);
    return make(std::move(slice), line, below);
}

ExpressionPtr ExpressionParser::call(ExpressionPtr node) {
    const int line = m_stream.current().line;
    CallArguments given = arguments();
    const int below = std::max(heightOf(node), heightOf(given));
    return make(CallUse{std::move(node), std::move(given)}, line, below);
}

ExpressionPtr ExpressionParser::filters(ExpressionPtr input, bool inside) {
    while (inside || m_stream.is(TokenType::Pipe)) {
        if (!inside) (void)m_stream.next();
        inside = false;
        Token token = m_stream.expect(TokenType::Name);
        while (m_stream.skip(TokenType::Dot)) token.text += "." + m_stream.expect(TokenType::Name).text;
        CallArguments given = m_stream.is(TokenType::LeftParen) ? arguments() : CallArguments{};
        checkName("filter", token.text, findFilter(token.text) != nullptr, token.line);
        const int below = std::max(heightOf(input), heightOf(given));
        input = make(FilterUse{std::move(input), std::move(token.text), std::move(given)}, token.line, below);
    }
    return input;
}

ExpressionPtr ExpressionParser::test(ExpressionPtr node) {
    const int line = m_stream.next().line;
    const bool negated = m_stream.skipName("not");
    Token token = m_stream.expect(TokenType::Name);
    while (m_stream.skip(TokenType::Dot)) token.text += "." + m_stream.expect(TokenType::Name).text;
    CallArguments given;
    const bool ends = m_stream.isName("else") || m_stream.isName("or") || m_stream.isName("and");
    if (m_stream.is(TokenType::LeftParen)) {
        given = arguments();
    } else if (startsTestArgument(m_stream.current().type) && !ends) {
        if (m_stream.isName("is")) raise("You cannot chain multiple tests with is", m_stream.current().line);
        given.positional.push_back(postfix(primary()));
    }
    checkName("test", token.text, findTest(token.text) != nullptr, line);
    int below = std::max(heightOf(node), heightOf(given));
    ExpressionPtr result = make(TestUse{std::move(node), std::move(token.text), std::move(given)}, line, below);
    if (!negated) return result;
    below = heightOf(result);
    return make(NotUse{std::move(result)}, line, below);
}

CallArguments ExpressionParser::arguments() {
    const int line = m_stream.expect(TokenType::LeftParen).line;
    CallArguments into;
    bool first = true;
    while (!m_stream.is(TokenType::RightParen)) {
        if (!std::exchange(first, false)) {
            (void)m_stream.expect(TokenType::Comma);
            if (m_stream.is(TokenType::RightParen)) break;
        }
        argument(into, line);
    }
    (void)m_stream.expect(TokenType::RightParen);
    return into;
}

void ExpressionParser::argument(CallArguments& into, int line) {
    const auto require = [&](bool allowed) {
        if (!allowed) raise("invalid syntax for function call expression", line);
    };
    if (m_stream.skip(TokenType::Mul)) {
        require(!into.spread && !into.keywordSpread);
        into.spread = expression();
    } else if (m_stream.skip(TokenType::Pow)) {
        require(!into.keywordSpread);
        into.keywordSpread = expression();
    } else if (m_stream.is(TokenType::Name) && m_stream.look().type == TokenType::Assign) {
        require(!into.keywordSpread);
        std::string key = m_stream.next().text;
        (void)m_stream.next();
        into.keywords.emplace_back(std::move(key), expression());
    } else {
        require(!into.spread && !into.keywordSpread && into.keywords.empty());
        into.positional.push_back(expression());
    }
}

Target ExpressionParser::singleTarget(bool withNamespace) {
    const DepthGuard guard(depth, kMaximumParseDepth);
    const Token& token = m_stream.current();
    if (token.type == TokenType::LeftParen) {
        (void)m_stream.next();
        Target inner = target(withNamespace);
        (void)m_stream.expect(TokenType::RightParen);
        return inner;
    }
    const bool literal =
        token.type == TokenType::String || token.type == TokenType::Integer || token.type == TokenType::Float;
    if (literal || (token.type == TokenType::Name && isConstantName(token.text)))
        raise("can't assign to 'const'", token.line);
    if (token.type == TokenType::LeftBracket) raise("can't assign to 'list'", token.line);
    if (token.type == TokenType::LeftBrace) raise("can't assign to 'dict'", token.line);
    if (token.type != TokenType::Name) raise("unexpected " + quoted(describe(token)), token.line);
    Target result;
    result.line = token.line;
    result.name = m_stream.next().text;
    if (withNamespace && m_stream.skip(TokenType::Dot)) result.attribute = m_stream.expect(TokenType::Name).text;
    return result;
}

Target ExpressionParser::target(bool withNamespace, std::string_view end) {
    Target result;
    result.line = m_stream.current().line;
    while (true) {
        if (!result.parts.empty()) (void)m_stream.expect(TokenType::Comma);
        const bool over = m_stream.is(TokenType::VariableEnd) || m_stream.is(TokenType::BlockEnd) ||
                          m_stream.is(TokenType::RightParen) || (!end.empty() && m_stream.isName(end));
        if (over) break;
        result.parts.push_back(singleTarget(withNamespace));
        if (!m_stream.is(TokenType::Comma)) break;
        result.tuple = true;
    }
    if (result.tuple) return result;
    if (result.parts.empty()) {
        raise("Expected an expression, got " + quoted(describe(m_stream.current())), m_stream.current().line);
    }
    Target single = std::move(result.parts.front());
    return single;
}

}  // namespace strata::jinja
