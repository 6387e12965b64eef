// What methods and filters on strings share. All keep the marks of user text.
#pragma once

#include "core/text/jinja/runtime.h"

#include <limits>

namespace strata::jinja {

enum class Side { Both, Left, Right };
/// strip(): white space, or any of the characters of `characters`.
[[nodiscard]] MarkedText strip(const MarkedText& text, Side side, const MarkedText* characters = nullptr);

inline constexpr std::size_t kNoLimit = std::numeric_limits<std::size_t>::max();
/// Non-overlapping places of `needle`, from the left; none for an empty needle.
[[nodiscard]] std::vector<std::size_t> findAll(Runtime& runtime, std::string_view text, std::string_view needle,
                                               std::size_t most = kNoLimit);
[[nodiscard]] MarkedText replace(Runtime& runtime, const MarkedText& text, const MarkedText& from, const MarkedText& to,
                                 std::size_t most = kNoLimit);
/// Python's splitlines(): at every kind of line end.
[[nodiscard]] std::vector<MarkedText> splitLines(Runtime& runtime, const MarkedText& text, bool keepEnds);
/// Pads to `width` characters with `fill`, one character.
[[nodiscard]] MarkedText pad(Runtime& runtime, const MarkedText& text, std::int64_t width, std::string_view fill,
                             Side side);
[[nodiscard]] MarkedText capitalize(const MarkedText& text);

/// HTML-escapes like markupsafe.
[[nodiscard]] MarkedText escapeHtml(const MarkedText& text);

/// Python's int(text, base) and float(text); nothing when the text is no number.
[[nodiscard]] std::optional<std::int64_t> parseInteger(std::string_view text, int base);
[[nodiscard]] std::optional<double> parseFloat(std::string_view text);

}  // namespace strata::jinja
