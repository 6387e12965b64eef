// Ends an answer at a given text, wherever token boundaries fall.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace strata {

/// Text goes in as it arrives and comes out as soon as it can no longer be part of a stop string. Not thread-safe.
class StopStrings {
public:
    /// Empty strings are ignored.
    explicit StopStrings(std::vector<std::string> strings);

    struct Output {
        std::string text;      ///< free to show
        bool stopped = false;  ///< a stop string was met; `text` ends before it, and what follows is dropped
    };
    [[nodiscard]] Output push(std::string_view text);
    /// What was held back, when no more text comes.
    [[nodiscard]] std::string finish();

private:
    [[nodiscard]] std::size_t heldBytes() const;
    std::vector<std::string> m_strings;
    std::string m_pending;
};

}  // namespace strata
