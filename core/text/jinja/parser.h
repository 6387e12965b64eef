// From tokens to a syntax tree, by Jinja's grammar.
#pragma once

#include "core/text/jinja/ast.h"
#include "core/text/jinja/lexer.h"

#include <memory>
#include <string_view>

namespace strata::jinja {

/// Raises Failure with the line: syntax errors, and filters or tests that do not exist.
[[nodiscard]] std::unique_ptr<const Template> parseTemplate(std::string_view source);

/// Walks the tokens; raises at the first one that is not what the grammar wants.
class TokenStream {
public:
    explicit TokenStream(std::vector<Token> tokens);
    [[nodiscard]] const Token& current() const noexcept { return m_tokens[m_at]; }
    [[nodiscard]] bool is(TokenType type) const noexcept { return current().type == type; }
    [[nodiscard]] bool isName(std::string_view name) const noexcept;
    /// The token behind the current one.
    [[nodiscard]] const Token& look() const;
    Token next();
    bool skip(TokenType type);
    bool skipName(std::string_view name);
    Token expect(TokenType type);
    void expectName(std::string_view name);

private:
    void refuseError() const;
    [[noreturn]] void unexpected(std::string_view wanted) const;
    std::vector<Token> m_tokens;
    std::size_t m_at = 0;
};

inline constexpr std::size_t kMaximumParseDepth = 100;

/// Parses expressions. The statements' parser shares its stream.
class ExpressionParser {
public:
    explicit ExpressionParser(TokenStream& stream) : m_stream(stream) {}

    [[nodiscard]] ExpressionPtr expression(bool withConditional = true);
    /// One expression, or a tuple where commas follow. `end` is a name that ends the tuple ("recursive").
    [[nodiscard]] ExpressionPtr tuple(bool withConditional = true, std::string_view end = {},
                                      bool parenthesised = false);
    /// `| name(...) | name(...)` upon `input`; null when no filter follows. `inside`: the first has no bar.
    [[nodiscard]] ExpressionPtr filters(ExpressionPtr input, bool inside = false);
    [[nodiscard]] Target target(bool withNamespace, std::string_view end = {});

    /// What is wrong, but no matter of syntax: unknown filters and tests, assignments to `loop`. It counts only when
    /// the whole template has been parsed.
    std::vector<Failure> complaints;
    /// Within `if` an unknown filter or test fails only when it is reached.
    bool lenient = false;
    /// Names read since their last reset that mean something in a macro.
    bool usesCaller = false, usesKwargs = false, usesVarargs = false;
    /// Nested brackets and blocks, bounded.
    std::size_t depth = 0;

private:
    [[nodiscard]] ExpressionPtr conditional();
    [[nodiscard]] ExpressionPtr disjunction();
    [[nodiscard]] ExpressionPtr conjunction();
    [[nodiscard]] ExpressionPtr negation();
    [[nodiscard]] ExpressionPtr comparison();
    [[nodiscard]] ExpressionPtr sum();
    [[nodiscard]] ExpressionPtr concatenation();
    [[nodiscard]] ExpressionPtr product();
    [[nodiscard]] ExpressionPtr power();
    [[nodiscard]] ExpressionPtr unary(bool withFilters = true);
    [[nodiscard]] ExpressionPtr primary();
    [[nodiscard]] ExpressionPtr name();
    [[nodiscard]] ExpressionPtr strings();
    [[nodiscard]] ExpressionPtr number();
    [[nodiscard]] ExpressionPtr list();
    [[nodiscard]] ExpressionPtr dict();
    [[nodiscard]] ExpressionPtr postfix(ExpressionPtr node);
    [[nodiscard]] ExpressionPtr postfixFilters(ExpressionPtr node);
    [[nodiscard]] ExpressionPtr attribute(ExpressionPtr node);
    [[nodiscard]] ExpressionPtr subscript(ExpressionPtr node);
    [[nodiscard]] ExpressionPtr call(ExpressionPtr node);
    [[nodiscard]] ExpressionPtr test(ExpressionPtr node);
    [[nodiscard]] CallArguments arguments();
    void argument(CallArguments& into, int line);
    [[nodiscard]] Target singleTarget(bool withNamespace);
    void checkName(std::string_view kind, std::string_view name, bool known, int line);

    TokenStream& m_stream;
};

}  // namespace strata::jinja
