#include "core/text/jinja/expression_builder.h"
#include "core/text/jinja/parser.h"
#include "core/text/jinja/print.h"
#include "core/text/jinja/string_operations.h"

#include <algorithm>

namespace strata::jinja {
namespace {

ExpressionPtr binary(BinaryOperator op, ExpressionPtr left, ExpressionPtr right, int line) {
    const int below = std::max(heightOf(left), heightOf(right));
    return make(BinaryUse{op, std::move(left), std::move(right)}, line, below);
}

std::optional<Comparison> comparisonOf(TokenType type) {
    switch (type) {
        case TokenType::Equal:
            return Comparison::Equal;
        case TokenType::NotEqual:
            return Comparison::NotEqual;
        case TokenType::Less:
            return Comparison::Less;
        case TokenType::LessEqual:
            return Comparison::LessEqual;
        case TokenType::Greater:
            return Comparison::Greater;
        case TokenType::GreaterEqual:
            return Comparison::GreaterEqual;
        default:
            return std::nullopt;
    }
}

}  // namespace

ExpressionPtr ExpressionParser::expression(bool withConditional) {
    const DepthGuard guard(depth, kMaximumParseDepth);
    return withConditional ? conditional() : disjunction();
}

ExpressionPtr ExpressionParser::conditional() {
    int line = m_stream.current().line;
    const std::size_t known = complaints.size();
    ExpressionPtr then = disjunction();
    while (m_stream.skipName("if")) {
        ExpressionPtr condition = disjunction(), otherwise;
        if (m_stream.skipName("else")) {
            const DepthGuard guard(depth, kMaximumParseDepth);
            otherwise = conditional();
        }
        complaints.resize(std::min(known, complaints.size()));
        const int below = std::max({heightOf(condition), heightOf(then), heightOf(otherwise)});
        then = make(ConditionalUse{std::move(condition), std::move(then), std::move(otherwise)}, line, below);
        line = m_stream.current().line;
    }
    return then;
}

ExpressionPtr ExpressionParser::disjunction() {
    int line = m_stream.current().line;
    ExpressionPtr left = conjunction();
    while (m_stream.skipName("or")) {
        ExpressionPtr right = conjunction();
        const int below = std::max(heightOf(left), heightOf(right));
        left = make(LogicUse{false, std::move(left), std::move(right)}, line, below);
        line = m_stream.current().line;
    }
    return left;
}

ExpressionPtr ExpressionParser::conjunction() {
    int line = m_stream.current().line;
    ExpressionPtr left = negation();
    while (m_stream.skipName("and")) {
        ExpressionPtr right = negation();
        const int below = std::max(heightOf(left), heightOf(right));
        left = make(LogicUse{true, std::move(left), std::move(right)}, line, below);
        line = m_stream.current().line;
    }
    return left;
}

ExpressionPtr ExpressionParser::negation() {
    if (!m_stream.isName("not")) return comparison();
    const DepthGuard guard(depth, kMaximumParseDepth);
    const int line = m_stream.next().line;
    ExpressionPtr operand = negation();
    const int below = heightOf(operand);
    return make(NotUse{std::move(operand)}, line, below);
}

ExpressionPtr ExpressionParser::comparison() {
    int line = m_stream.current().line;
    CompareUse compare{sum(), {}};
    int below = heightOf(compare.first);
    while (true) {
        auto op = comparisonOf(m_stream.current().type);
        if (m_stream.isName("in")) op = Comparison::In;
        const bool notIn =
            m_stream.isName("not") && m_stream.look().type == TokenType::Name && m_stream.look().text == "in";
        if (notIn) {
            (void)m_stream.next();
            op = Comparison::NotIn;
        }
        if (!op) break;
        (void)m_stream.next();
        ExpressionPtr right = sum();
        below = std::max(below, heightOf(right));
        compare.links.emplace_back(*op, std::move(right));
        line = m_stream.current().line;
    }
    if (compare.links.empty()) return std::move(compare.first);
    return make(std::move(compare), line, below);
}

ExpressionPtr ExpressionParser::sum() {
    int line = m_stream.current().line;
    ExpressionPtr left = concatenation();
    while (m_stream.is(TokenType::Add) || m_stream.is(TokenType::Sub)) {
        const auto op = m_stream.next().type == TokenType::Add ? BinaryOperator::Add : BinaryOperator::Subtract;
        ExpressionPtr right = concatenation();
        left = binary(op, std::move(left), std::move(right), line);
        line = m_stream.current().line;
    }
    return left;
}

ExpressionPtr ExpressionParser::concatenation() {
    const int line = m_stream.current().line;
    ConcatUse concat;
    concat.parts.push_back(product());
    while (m_stream.skip(TokenType::Tilde)) concat.parts.push_back(product());
    if (concat.parts.size() == 1) return std::move(concat.parts.front());
    int below = 0;
    for (const auto& part : concat.parts) below = std::max(below, heightOf(part));
    return make(std::move(concat), line, below);
}

ExpressionPtr ExpressionParser::product() {
    int line = m_stream.current().line;
    ExpressionPtr left = power();
    while (true) {
        BinaryOperator op;
        switch (m_stream.current().type) {
            case TokenType::Mul:
                op = BinaryOperator::Multiply;
                break;
            case TokenType::Div:
                op = BinaryOperator::Divide;
                break;
            case TokenType::FloorDiv:
                op = BinaryOperator::FloorDivide;
                break;
            case TokenType::Mod:
                op = BinaryOperator::Modulo;
                break;
            default:
                return left;
        }
        (void)m_stream.next();
        ExpressionPtr right = power();
        left = binary(op, std::move(left), std::move(right), line);
        line = m_stream.current().line;
    }
}

ExpressionPtr ExpressionParser::power() {
    int line = m_stream.current().line;
    ExpressionPtr left = unary();
    while (m_stream.skip(TokenType::Pow)) {
        ExpressionPtr right = unary();
        left = binary(BinaryOperator::Power, std::move(left), std::move(right), line);
        line = m_stream.current().line;
    }
    return left;
}

ExpressionPtr ExpressionParser::unary(bool withFilters) {
    const int line = m_stream.current().line;
    ExpressionPtr node;
    if (m_stream.is(TokenType::Sub) || m_stream.is(TokenType::Add)) {
        const DepthGuard guard(depth, kMaximumParseDepth);
        const bool negative = m_stream.next().type == TokenType::Sub;
        ExpressionPtr operand = unary(false);
        const int below = heightOf(operand);
        node = make(SignUse{negative, std::move(operand)}, line, below);
    } else {
        node = primary();
    }
    node = postfix(std::move(node));
    return withFilters ? postfixFilters(std::move(node)) : std::move(node);
}

ExpressionPtr ExpressionParser::primary() {
    const Token& token = m_stream.current();
    switch (token.type) {
        case TokenType::Name:
            return name();
        case TokenType::String:
            return strings();
        case TokenType::Integer:
        case TokenType::Float:
            return number();
        case TokenType::LeftBracket:
            return list();
        case TokenType::LeftBrace:
            return dict();
        case TokenType::LeftParen:
            break;
        default:
            raise("unexpected " + quoted(describe(token)), token.line);
    }
    (void)m_stream.next();
    ExpressionPtr inner = tuple(true, {}, true);
    (void)m_stream.expect(TokenType::RightParen);
    return inner;
}

ExpressionPtr ExpressionParser::name() {
    Token token = m_stream.next();
    const std::string& text = token.text;
    if (text == "true" || text == "True") return make(Literal{true}, token.line);
    if (text == "false" || text == "False") return make(Literal{false}, token.line);
    if (text == "none" || text == "None") return make(Literal{}, token.line);
    usesCaller = usesCaller || text == "caller";
    usesKwargs = usesKwargs || text == "kwargs";
    usesVarargs = usesVarargs || text == "varargs";
    return make(NameUse{std::move(token.text)}, token.line);
}

ExpressionPtr ExpressionParser::strings() {
    const int line = m_stream.current().line;
    std::string text;
    while (m_stream.is(TokenType::String)) text += m_stream.next().text;
    return make(Literal{std::move(text)}, line);
}

ExpressionPtr ExpressionParser::number() {
    const Token token = m_stream.next();
    if (token.type == TokenType::Float) return make(Literal{parseFloat(token.text).value_or(0)}, token.line);
    try {
        return make(Literal{parseInteger(token.text, 0).value_or(0)}, token.line);
    } catch (Failure& failure) {
        raise(std::move(failure.reason), token.line);
    }
}

ExpressionPtr ExpressionParser::list() {
    const int line = m_stream.expect(TokenType::LeftBracket).line;
    SequenceUse list;
    int below = 0;
    while (!m_stream.is(TokenType::RightBracket)) {
        if (!list.items.empty()) (void)m_stream.expect(TokenType::Comma);
        if (m_stream.is(TokenType::RightBracket)) break;
        list.items.push_back(expression());
        below = std::max(below, heightOf(list.items.back()));
    }
    (void)m_stream.expect(TokenType::RightBracket);
    return make(std::move(list), line, below);
}

ExpressionPtr ExpressionParser::dict() {
    const int line = m_stream.expect(TokenType::LeftBrace).line;
    DictUse dict;
    int below = 0;
    while (!m_stream.is(TokenType::RightBrace)) {
        if (!dict.entries.empty()) (void)m_stream.expect(TokenType::Comma);
        if (m_stream.is(TokenType::RightBrace)) break;
        ExpressionPtr key = expression();
        (void)m_stream.expect(TokenType::Colon);
        ExpressionPtr value = expression();
        below = std::max({below, heightOf(key), heightOf(value)});
        dict.entries.emplace_back(std::move(key), std::move(value));
    }
    (void)m_stream.expect(TokenType::RightBrace);
    return make(std::move(dict), line, below);
}

ExpressionPtr ExpressionParser::tuple(bool withConditional, std::string_view end, bool parenthesised) {
    int line = m_stream.current().line;
    SequenceUse items{true, {}};
    bool isTuple = false;
    int below = 0;
    while (true) {
        if (!items.items.empty()) (void)m_stream.expect(TokenType::Comma);
        const bool over = m_stream.is(TokenType::VariableEnd) || m_stream.is(TokenType::BlockEnd) ||
                          m_stream.is(TokenType::RightParen) || (!end.empty() && m_stream.isName(end));
        if (over) break;
        items.items.push_back(expression(withConditional));
        below = std::max(below, heightOf(items.items.back()));
        if (!m_stream.is(TokenType::Comma)) break;
        isTuple = true;
        line = m_stream.current().line;
    }
    if (!isTuple && !items.items.empty()) return std::move(items.items.front());
    if (!isTuple && !parenthesised) {
        raise("Expected an expression, got " + quoted(describe(m_stream.current())), m_stream.current().line);
    }
    return make(std::move(items), line, below);
}

}  // namespace strata::jinja
