// Choosing the next token from logits.
#pragma once

#include "core/backend.h"
#include "core/base/random.h"
#include "core/text/tokenizer.h"

#include <cstdint>
#include <deque>
#include <optional>
#include <span>
#include <unordered_map>
#include <utility>
#include <vector>

namespace strata {

class GgufFile;

struct SamplingOptions {
    float temperature = 0.8F;     ///< 0 = greedy
    float topP = 0.95F;           ///< 1 = off
    std::uint32_t topK = 40;      ///< 0 = off
    float minP = 0.05F;           ///< 0 = off
    float repetitionPenalty = 1;  ///< 1 = off; divides positive logits, multiplies negative ones
    float presencePenalty = 0;
    float frequencyPenalty = 0;
    std::uint32_t penaltyWindow = 256;  ///< last tokens that the penalties see
    std::uint64_t seed = 0;             ///< the same seed, prompt and schedule give the same text
};

/// What the source model's authors recommend (`general.sampling.*`, `strata.source.generation.*`); else the defaults
/// above.
[[nodiscard]] SamplingOptions samplingDefaults(const GgufFile& file);

/// Order: penalties, top-k, temperature, top-p, min-p, draw. Equal logits rank by id, so that the same seed gives the
/// same token everywhere. Values that are not numbers are never chosen. Not thread-safe.
class Sampler {
public:
    explicit Sampler(SamplingOptions options);
    /// `logits` [vocabulary], not empty, is clobbered. Cost: one pass, and a sort of the few candidates that matter.
    [[nodiscard]] TokenId sample(std::span<float> logits);
    /// How many of the largest logits decide the next token: 1 to kMostRanked; 0 where all of them do (penalties, no
    /// top-k) or where their order would.
    [[nodiscard]] std::size_t candidatesNeeded(std::size_t vocabulary) const noexcept;
    /// What sample() would choose, from the candidatesNeeded() largest logits, ranked. nullopt where they do not decide
    /// it: some are missing or infinite.
    [[nodiscard]] std::optional<TokenId> sampleRanked(std::span<const RankedValue> best);
    /// Tells the sampler of a token that is now in the context (prompt or answer).
    void accept(TokenId token);
    /// Forgets the tokens and begins the seed again.
    void reset();
    [[nodiscard]] const SamplingOptions& options() const noexcept { return m_options; }

private:
    struct Candidate {
        float logit;
        TokenId token;
        [[nodiscard]] bool before(const Candidate& other) const noexcept {
            return logit != other.logit ? logit > other.logit : token < other.token;
        }
    };
    [[nodiscard]] bool penalises() const noexcept;
    void penalise(std::span<float> logits) const;
    [[nodiscard]] TokenId chooseCandidate();
    void collect(std::span<const float> logits);
    void collectBest(std::span<const float> logits);
    void weigh(float largest);
    void cutByTopP();
    void cutByMinP();
    [[nodiscard]] TokenId draw();

    SamplingOptions m_options;
    Random m_random;
    std::deque<TokenId> m_recent;
    std::unordered_map<TokenId, std::uint32_t> m_counts;
    std::vector<Candidate> m_candidates;  ///< their logits become weights exp((logit - largest) / temperature)
};

}  // namespace strata
