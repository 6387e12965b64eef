#include "core/model/speculation.h"

#include <algorithm>

namespace strata {
namespace {

constexpr std::size_t kPlainSteps = 6;   ///< measured before anything is compared with them
constexpr std::size_t kProbeRounds = 4;  ///< per share
constexpr std::size_t kRecheckRounds = 64;
constexpr std::size_t kFirstRest = 128;  ///< tokens; doubles every time that nothing paid
constexpr std::size_t kLongestRest = 4096;
constexpr double kMargin = 1.05;     ///< what it must bring
constexpr double kNewest = 0.2;      ///< weight of the newest plain token
constexpr double kRemembered = 0.9;  ///< of the rounds before
constexpr double kLikely = 0.5;      ///< least acceptance that the next guess is credited with

void fold(double& sum, double value) {
    sum = kRemembered * sum + value;
}

}  // namespace

void SpeculationPolicy::Arm::add(const Round& round) noexcept {
    ++rounds;
    fold(tokens, static_cast<double>(round.accepted + 1));
    fold(seconds, round.draftSeconds + round.verifySeconds);
    fold(guesses, static_cast<double>(round.drafted));
    fold(guessSeconds, round.draftSeconds);
    fold(tried, static_cast<double>(round.accepted + (round.accepted < round.drafted ? 1 : 0)));
    fold(right, static_cast<double>(round.accepted));
}

/// A guess brings a token with the probability that it and all before it are right, and costs its time, in which the
/// best way known would have made rate * time tokens.
SpeculationPolicy::Plan SpeculationPolicy::next() const noexcept {
    if (m_mode == Speculation::Off || m_phase == Phase::Rest) return {};
    if (m_phase == Phase::Plain && m_mode == Speculation::Auto) return {};
    const double share = kShares[m_arm];
    const Arm& arm = m_arms[m_arm];
    // As if one more had been wrong, and one more expected.
    const double missRatio = std::min((m_misses + 1) / (m_expectedMisses + 1), 1.0);
    if (arm.rounds == 0) return {share, kMostDrafts, share, missRatio};
    const double best = m_plainSeconds > 0 ? std::max(arm.rate(), 1 / m_plainSeconds) : arm.rate();
    const double cost = arm.guessSeconds / arm.guesses * best;
    return {share, kMostDrafts, cost / std::max(arm.right / arm.tried, kLikely), missRatio};
}

bool SpeculationPolicy::pays(const Arm& arm) const noexcept {
    return m_mode == Speculation::On || arm.rate() * m_plainSeconds > kMargin;
}

void SpeculationPolicy::rest() noexcept {
    m_phase = Phase::Rest;
    m_nextRest = m_nextRest == 0 ? kFirstRest : std::min(2 * m_nextRest, kLongestRest);
    m_restTokens = m_nextRest;
}

/// The best share, when it pays.
void SpeculationPolicy::choose() noexcept {
    for (std::size_t arm = 0; arm < m_arms.size(); ++arm)
        if (m_arms[arm].rate() > m_arms[m_arm].rate()) m_arm = arm;
    m_rounds = 0;
    if (!pays(m_arms[m_arm])) return rest();
    m_phase = Phase::Run;
    m_nextRest = 0;
}

void SpeculationPolicy::tookPlain(double seconds) noexcept {
    m_plainSeconds = m_plainSeconds == 0 ? seconds : m_plainSeconds + kNewest * (seconds - m_plainSeconds);
    if (m_phase == Phase::Rest && --m_restTokens == 0) {
        m_phase = Phase::Plain;
        m_plainSteps = 0;
    } else if (m_phase == Phase::Plain && ++m_plainSteps == kPlainSteps) {
        // A look in passing returns to what it interrupted; else every share is tried anew.
        if (m_rounds >= kRecheckRounds) return choose();
        m_phase = Phase::Probe;
        m_arms = {};
        m_arm = 0;
    }
}

void SpeculationPolicy::tookRound(const Round& round) noexcept {
    if (m_phase == Phase::Plain) m_phase = Phase::Probe;
    m_arms[m_arm].add(round);
    fold(m_misses, round.accepted < round.drafted ? 1 : 0);
    fold(m_expectedMisses, round.expectedMisses);
    if (m_phase == Phase::Probe) {
        if (m_arms[m_arm].rounds < kProbeRounds) return;
        if (m_arm + 1 == m_arms.size()) return choose();
        ++m_arm;
        return;
    }
    if (!pays(m_arms[m_arm])) return rest();
    if (++m_rounds < kRecheckRounds || m_mode == Speculation::On) return;
    m_phase = Phase::Plain;
    m_plainSteps = kPlainSteps - 2;
}

}  // namespace strata
