// Literals as templates write them.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace strata::jinja {

/// Bytes of the quoted string that begins here, quotes included; 0 when it has no end.
[[nodiscard]] std::size_t stringLiteralLength(std::string_view text) noexcept;
/// Resolves Python's escapes. Raises for a cut or impossible one.
[[nodiscard]] std::string unescapeLiteral(std::string_view text, int line);

/// Bytes of the float or integer literal that begins here; 0 when there is none.
[[nodiscard]] std::size_t floatLiteralLength(std::string_view text) noexcept;
[[nodiscard]] std::size_t integerLiteralLength(std::string_view text) noexcept;

}  // namespace strata::jinja
