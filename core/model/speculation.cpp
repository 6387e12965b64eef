#include "core/model/speculation.h"

#include <algorithm>
#include <cmath>

namespace strata {
namespace {

constexpr std::size_t kPlainSteps = 6;   ///< measured before anything is compared with them
constexpr std::size_t kProbeRounds = 4;  ///< per share
constexpr std::size_t kProbeDrafts = 3;
constexpr std::size_t kRecheckRounds = 64;
constexpr std::size_t kFirstRest = 128;  ///< tokens; doubles every time that nothing paid
constexpr std::size_t kLongestRest = 4096;
constexpr double kMargin = 1.05;  ///< what it must bring
constexpr double kNewest = 0.2;   ///< weight of the newest measurement

void blend(double& average, double value, bool first) {
    average = first ? value : average + kNewest * (value - average);
}

}  // namespace

void SpeculationPolicy::Arm::add(const Round& round) noexcept {
    const bool first = rounds++ == 0;
    blend(draftSeconds, round.draftSeconds / static_cast<double>(round.drafted), first);
    blend(verifySeconds, round.verifySeconds, first);
    const std::size_t tried = round.accepted + (round.accepted < round.drafted ? 1 : 0);
    blend(acceptance, static_cast<double>(round.accepted) / static_cast<double>(tried), first);
}

double SpeculationPolicy::Arm::rate(std::size_t drafts) const noexcept {
    double tokens = 1;
    for (std::size_t draft = 1; draft <= drafts; ++draft) tokens += std::pow(acceptance, static_cast<double>(draft));
    return tokens / (static_cast<double>(drafts) * draftSeconds + verifySeconds);
}

std::size_t SpeculationPolicy::Arm::bestDrafts() const noexcept {
    std::size_t best = 1;
    for (std::size_t drafts = 2; drafts <= kMostDrafts; ++drafts)
        if (rate(drafts) > rate(best)) best = drafts;
    return best;
}

SpeculationPolicy::Plan SpeculationPolicy::next() const noexcept {
    if (m_mode == Speculation::Off) return {};
    const bool measuring = m_phase == Phase::Plain && m_mode == Speculation::Auto;
    if (measuring || m_phase == Phase::Rest) return {};
    if (m_phase != Phase::Run) return {kShares[m_arm], kProbeDrafts};
    return {kShares[m_arm], m_arms[m_arm].bestDrafts()};
}

bool SpeculationPolicy::pays(const Arm& arm) const noexcept {
    return m_mode == Speculation::On || arm.rate(arm.bestDrafts()) * m_plainSeconds > kMargin;
}

void SpeculationPolicy::rest() noexcept {
    m_phase = Phase::Rest;
    m_nextRest = m_nextRest == 0 ? kFirstRest : std::min(2 * m_nextRest, kLongestRest);
    m_restTokens = m_nextRest;
}

/// The best share, when it pays.
void SpeculationPolicy::choose() noexcept {
    for (std::size_t arm = 0; arm < m_arms.size(); ++arm)
        if (m_arms[arm].rate(m_arms[arm].bestDrafts()) > m_arms[m_arm].rate(m_arms[m_arm].bestDrafts())) m_arm = arm;
    m_rounds = 0;
    if (!pays(m_arms[m_arm])) return rest();
    m_phase = Phase::Run;
    m_nextRest = 0;
}

void SpeculationPolicy::tookPlain(double seconds) noexcept {
    blend(m_plainSeconds, seconds, m_plainSeconds == 0);
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
