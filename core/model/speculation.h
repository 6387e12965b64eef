// When speculative decoding pays: it is measured, and left where it does not.
//
// The coarse levels of the resident blocks guess some tokens one by one, then all resident levels evaluate them in one
// batch (Leviathan, Kalman and Matias, "Fast inference from transformers via speculative decoding", 2023). Whether
// that is faster than token by token depends on the processor, the levels, the text and the settings of the sampler.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace strata {

enum class Speculation : std::uint8_t { Off, Auto, On };

/// What became of the guesses of an answer.
struct SpeculationUse {
    std::size_t rounds = 0;
    std::size_t drafted = 0;   ///< tokens guessed
    std::size_t accepted = 0;  ///< of them, those that became part of the answer
};

/// Times of steps and rounds go in, what to do next comes out. No clock, no model: plain arithmetic. Not thread-safe.
class SpeculationPolicy {
public:
    /// Shares of the resident weight bytes with which guesses may be made.
    static constexpr std::array<double, 3> kShares{0.35, 0.5, 0.65};
    static constexpr std::size_t kMostDrafts = 6;

    explicit SpeculationPolicy(Speculation mode) noexcept : m_mode(mode) {}

    struct Plan {
        double share = 0;
        std::size_t drafts = 0;  ///< at most; 0: one token in the plain way
        /// One guess more is worth its time while the probability that all are right so far is at least this.
        double confidence = 0;
        /// Wrong guesses per one that their own probabilities lead to expect: a guess of probability p is right with
        /// 1 - missRatio (1 - p).
        double missRatio = 1;
    };
    [[nodiscard]] Plan next() const noexcept;

    /// One token in the plain way.
    void tookPlain(double seconds) noexcept;
    struct Round {
        std::size_t drafted = 0;   ///< at least 1
        std::size_t accepted = 0;  ///< of them
        double draftSeconds = 0;
        double verifySeconds = 0;
        double expectedMisses = 0;  ///< sum of 1 - p over the guesses up to the first wrong one
    };
    /// A round of the last plan.
    void tookRound(const Round& round) noexcept;

private:
    enum class Phase : std::uint8_t { Plain, Probe, Run, Rest };

    /// What was seen of one share: sums in which older rounds count less and less.
    struct Arm {
        double tokens = 0, seconds = 0;
        double guesses = 0, guessSeconds = 0;
        double tried = 0, right = 0;  ///< guesses before and at the first wrong one
        std::size_t rounds = 0;
        void add(const Round& round) noexcept;
        [[nodiscard]] double rate() const noexcept { return tokens / seconds; }
    };
    [[nodiscard]] bool pays(const Arm& arm) const noexcept;
    void choose() noexcept;
    void rest() noexcept;

    Speculation m_mode;
    Phase m_phase = Phase::Plain;
    std::array<Arm, kShares.size()> m_arms{};
    std::size_t m_arm = 0;
    double m_misses = 0, m_expectedMisses = 0;
    double m_plainSeconds = 0;     ///< of a token
    std::size_t m_plainSteps = 0;  ///< in this phase
    std::size_t m_rounds = 0;      ///< since the last look at the plain way
    std::size_t m_restTokens = 0;  ///< still to come
    std::size_t m_nextRest = 0;
};

}  // namespace strata
