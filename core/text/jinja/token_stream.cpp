#include "core/text/jinja/parser.h"
#include "core/text/jinja/print.h"

namespace strata::jinja {

TokenStream::TokenStream(std::vector<Token> tokens) : m_tokens(std::move(tokens)) {
    refuseError();
}

void TokenStream::refuseError() const {
    if (current().type == TokenType::Error) raise(current().text, current().line);
}

bool TokenStream::isName(std::string_view name) const noexcept {
    return current().type == TokenType::Name && current().text == name;
}

const Token& TokenStream::look() const {
    const Token& behind = m_tokens[m_at + 1 < m_tokens.size() ? m_at + 1 : m_at];
    if (behind.type == TokenType::Error) raise(behind.text, behind.line);
    return behind;
}

Token TokenStream::next() {
    Token passed = current();
    if (m_at + 1 < m_tokens.size()) ++m_at;
    refuseError();
    return passed;
}

bool TokenStream::skip(TokenType type) {
    if (!is(type)) return false;
    (void)next();
    return true;
}

bool TokenStream::skipName(std::string_view name) {
    if (!isName(name)) return false;
    (void)next();
    return true;
}

void TokenStream::unexpected(std::string_view wanted) const {
    if (is(TokenType::End)) raise("unexpected end of template, expected " + quoted(wanted) + ".", current().line);
    raise("expected token " + quoted(wanted) + ", got " + quoted(describe(current())), current().line);
}

Token TokenStream::expect(TokenType type) {
    if (!is(type)) unexpected(describe(type));
    return next();
}

void TokenStream::expectName(std::string_view name) {
    if (!skipName(name)) unexpected(name);
}

}  // namespace strata::jinja
