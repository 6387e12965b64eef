// How speed changes with the length of the context.
#pragma once

#include "core/model/session.h"

#include <cstddef>
#include <vector>

namespace strata::cli {

/// Tokens per second with so many tokens of context, or for a prompt of so many.
struct SpeedPoint {
    std::size_t tokens = 0;
    double rate = 0;
};

/// Ordinary tokens at random, the same ones every time: what they say does not matter for speed.
[[nodiscard]] std::vector<TokenId> randomPrompt(const Tokenizer& tokenizer, std::size_t length);

/// Exactly `tokens` tokens behind `prompt`, the most likely ones. Errors: as Session::generate, Cancelled.
[[nodiscard]] Result<Generation> generateGreedily(Session& session, std::span<const TokenId> prompt, std::size_t tokens,
                                                  const JobContext& context);

/// 0, then 1,024 and its doubles below `longest`, then `longest`.
[[nodiscard]] std::vector<std::size_t> contextLengths(std::size_t longest);
/// 128 and its doubles up to `longest` and 8,192.
[[nodiscard]] std::vector<std::size_t> promptLengths(std::size_t longest);

/// Decode behind each of contextLengths(longest) (0: behind one token), from the median of some steps. The session's
/// context must hold them and 64 tokens more. Errors: as Session::generate, Cancelled.
[[nodiscard]] Result<std::vector<SpeedPoint>> decodeOverContext(Session& session, std::size_t longest,
                                                                const JobContext& context);
/// Prefill of each of promptLengths(longest), the median of `repeats` runs. Errors: likewise.
[[nodiscard]] Result<std::vector<SpeedPoint>> prefillOverLength(Session& session, std::size_t longest,
                                                                std::size_t repeats, const JobContext& context);

[[nodiscard]] double median(std::vector<double> values);

}  // namespace strata::cli
