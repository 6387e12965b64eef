// Unicode regular expressions (PCRE2 with its JIT), in the dialect that published tokenizers are written in.
#pragma once

#include "core/base/result.h"

#include <memory>
#include <string>
#include <string_view>

namespace strata {

/// A compiled pattern. Immutable; concurrent use is safe, each thread with its own Matcher.
class Regex {
public:
    struct Match {
        std::size_t begin = 0;
        std::size_t end = 0;
    };

    /// `pattern` is read as Oniguruma's Ruby dialect does where the two differ: \s is White_Space, \w is letters,
    /// marks, decimal digits and connectors, ^ and $ stand at lines. Errors: Unsupported, with the place and the
    /// reason.
    [[nodiscard]] static Result<Regex> compile(std::string_view pattern);
    /// `text` itself.
    [[nodiscard]] static Result<Regex> literal(std::string_view text);

    /// Working memory of one thread.
    class Matcher {
    public:
        explicit Matcher(const Regex& regex);
        ~Matcher();
        Matcher(Matcher&&) noexcept;
        /// The first match at or after `from`. `text` must be valid UTF-8, `from` a character's start. A pattern that
        /// takes more than a fixed number of steps matches nothing more: no input can hang the tokenizer.
        [[nodiscard]] bool find(std::string_view text, std::size_t from, Match& match);

    private:
        struct State;
        std::unique_ptr<State> m_state;
    };

private:
    struct Code;
    explicit Regex(std::shared_ptr<const Code> code) : m_code(std::move(code)) {}
    std::shared_ptr<const Code> m_code;
};

/// The same pattern in PCRE2's dialect. Errors: Unsupported (nested or intersected character classes).
[[nodiscard]] Result<std::string> toPcre2Dialect(std::string_view pattern);

}  // namespace strata
