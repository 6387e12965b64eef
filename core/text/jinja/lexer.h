// A template's text as tokens, white space already stripped as trim_blocks, lstrip_blocks and the -/+ signs ask.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace strata::jinja {

enum class TokenType : std::uint8_t {
    Data,
    VariableBegin,
    VariableEnd,
    BlockBegin,
    BlockEnd,
    Name,
    String,
    Integer,
    Float,
    Add,
    Assign,
    Colon,
    Comma,
    Div,
    Dot,
    Equal,
    FloorDiv,
    Greater,
    GreaterEqual,
    LeftBrace,
    LeftBracket,
    LeftParen,
    Less,
    LessEqual,
    Mod,
    Mul,
    NotEqual,
    Pipe,
    Pow,
    RightBrace,
    RightBracket,
    RightParen,
    Semicolon,
    Sub,
    Tilde,
    End,
    Error,  ///< what follows is no token: `text` says why
};

struct Token {
    TokenType type = TokenType::End;
    int line = 1;
    std::string text;  ///< of data, names and strings (unescaped); digits of numbers without underscores
};

/// Ends in an End token, or in an Error token at the first thing that is no token: the parser may fail before it.
[[nodiscard]] std::vector<Token> tokenize(std::string_view source);

/// "end of print statement", ",", "integer": a type as messages name it.
[[nodiscard]] std::string_view describe(TokenType type) noexcept;
/// As above, a name by its text.
[[nodiscard]] std::string_view describe(const Token& token) noexcept;

}  // namespace strata::jinja
