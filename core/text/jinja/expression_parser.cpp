#include "core/text/jinja/filters.h"
#include "core/text/jinja/parser.h"
#include "core/text/jinja/print.h"
#include "core/text/jinja/string_operations.h"

#include <algorithm>

namespace strata::jinja {
namespace {

// A tree as deep as this is no template; evaluation recurses once per level.
constexpr int kMaximumHeight = 250;

int heightOf(const ExpressionPtr& expression) {
    return expression ? expression->height : 0;
}

int heightOf(const CallArguments& arguments) {
    int height = std::max(heightOf(arguments.spread), heightOf(arguments.keywordSpread));
    for (const auto& value : arguments.positional) height = std::max(height, heightOf(value));
    for (const auto& [name, value] : arguments.keywords) height = std::max(height, heightOf(value));
    return height;
}

/// `below`: the height of the highest child.
template <class Node>
ExpressionPtr make(Node node, int line, int below = 0) {
    if (below >= kMaximumHeight) raise("an expression is nested too deeply", line);
    auto expression = std::make_unique<Expression>();
    expression->node = std::move(node);
    expression->line = line;
    expression->height = below + 1;
    return expression;
}

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
