// What to forget when a conversation no longer fits.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

namespace strata {

enum class OverflowPolicy : std::uint8_t {
    Stop,            ///< end the answer; finish reason ContextFull
    Roll,            ///< forget the oldest tokens (after the kept beginning), re-evaluate the rest, go on
    TruncateMiddle,  ///< keep beginning and end, drop the middle, re-evaluate, go on
};

/// Tokens [begin, end) of a sequence go.
struct ContextRange {
    std::size_t begin = 0;
    std::size_t end = 0;
    [[nodiscard]] bool operator==(const ContextRange&) const = default;
};

/// The cut that takes `length` tokens to three quarters of `capacity`, so that the next one is not due at once. `keep`
/// tokens at the beginning stay where they leave room for the end. nullopt: the policy is to stop. Needs length >
/// capacity >= 4.
[[nodiscard]] std::optional<ContextRange> planCut(OverflowPolicy policy, std::size_t length, std::size_t capacity,
                                                  std::size_t keep);

}  // namespace strata
