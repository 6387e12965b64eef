#include "core/model/sampler.h"

#include "core/io/gguf.h"

#include <algorithm>
#include <cmath>

namespace strata {
namespace {

// Candidates sorted at a time while top-p looks for its share; most distributions need the first piece only.
constexpr std::size_t kSortedPiece = 128;

TokenId largestOf(std::span<const float> logits) {
    std::size_t best = 0;
    for (std::size_t token = 1; token < logits.size(); ++token)
        if (logits[token] > logits[best] || std::isnan(logits[best])) best = token;
    return static_cast<TokenId>(best);
}

}  // namespace

SamplingOptions samplingDefaults(const GgufFile& file) {
    SamplingOptions options;
    auto take = [&](float& into, const char* common, const char* ours) {
        for (const std::string& key :
             {std::string("general.sampling.") + common, std::string("strata.source.generation.") + ours})
            if (const auto value = file.getFloat(key); value && std::isfinite(*value))
                into = static_cast<float>(*value);
    };
    take(options.temperature, "temp", "temperature");
    take(options.topP, "top_p", "top_p");
    take(options.minP, "min_p", "min_p");
    take(options.repetitionPenalty, "penalty_repeat", "repetition_penalty");
    for (const char* key : {"general.sampling.top_k", "strata.source.generation.top_k"})
        if (const auto value = file.getUnsigned(key); value && *value < 1U << 20)
            options.topK = static_cast<std::uint32_t>(*value);
    return options;
}

Sampler::Sampler(SamplingOptions options) : m_options(options), m_random(options.seed) {}

void Sampler::reset() {
    m_random = Random(m_options.seed);
    m_recent.clear();
    m_counts.clear();
}

void Sampler::accept(TokenId token) {
    m_recent.push_back(token);
    ++m_counts[token];
    if (m_recent.size() <= m_options.penaltyWindow) return;
    const auto oldest = m_counts.find(m_recent.front());
    if (--oldest->second == 0) m_counts.erase(oldest);
    m_recent.pop_front();
}

bool Sampler::penalises() const noexcept {
    return m_options.repetitionPenalty != 1 || m_options.presencePenalty != 0 || m_options.frequencyPenalty != 0;
}

void Sampler::penalise(std::span<float> logits) const {
    if (!penalises()) return;
    for (const auto& [token, count] : m_counts) {
        if (static_cast<std::size_t>(token) >= logits.size()) continue;
        float& logit = logits[static_cast<std::size_t>(token)];
        logit = logit > 0 ? logit / m_options.repetitionPenalty : logit * m_options.repetitionPenalty;
        logit -= m_options.presencePenalty + m_options.frequencyPenalty * static_cast<float>(count);
    }
}

TokenId Sampler::sample(std::span<float> logits) {
    penalise(logits);
    if (m_options.temperature <= 0) return largestOf(logits);
    m_candidates.clear();
    if (m_options.topK > 0 && m_options.topK < logits.size()) {
        collectBest(logits);
    } else {
        collect(logits);
    }
    if (m_candidates.empty()) return largestOf(logits);
    return chooseCandidate();
}

std::size_t Sampler::candidatesNeeded(std::size_t vocabulary) const noexcept {
    if (penalises()) return 0;
    if (m_options.temperature <= 0) return 1;
    // Without top-p candidates are drawn from in the order of a heap over all logits.
    const bool ordered = m_options.topP < 1;
    return ordered && m_options.topK < vocabulary && m_options.topK <= kMostRanked ? m_options.topK : 0;
}

std::optional<TokenId> Sampler::sampleRanked(std::span<const RankedValue> best) {
    const bool greedy = m_options.temperature <= 0;
    if (best.size() < (greedy ? 1 : m_options.topK)) return std::nullopt;
    if (std::ranges::any_of(best, [](const RankedValue& entry) { return !std::isfinite(entry.value); }))
        return std::nullopt;
    if (greedy) return static_cast<TokenId>(best.front().index);
    m_candidates.clear();
    for (const RankedValue& entry : best) m_candidates.push_back({entry.value, static_cast<TokenId>(entry.index)});
    return chooseCandidate();
}

TokenId Sampler::chooseCandidate() {
    weigh(std::ranges::max(m_candidates, {}, &Candidate::logit).logit);
    cutByTopP();
    cutByMinP();
    return draw();
}

void Sampler::collect(std::span<const float> logits) {
    for (std::size_t token = 0; token < logits.size(); ++token)
        if (std::isfinite(logits[token])) m_candidates.push_back({logits[token], static_cast<TokenId>(token)});
}

/// The topK best, by a heap whose first element is the worst of them.
void Sampler::collectBest(std::span<const float> logits) {
    const auto before = [](const Candidate& a, const Candidate& b) { return a.before(b); };
    for (std::size_t token = 0; token < logits.size(); ++token) {
        if (!std::isfinite(logits[token])) continue;
        const Candidate candidate{logits[token], static_cast<TokenId>(token)};
        if (m_candidates.size() == m_options.topK) {
            if (!candidate.before(m_candidates.front())) continue;
            std::ranges::pop_heap(m_candidates, before);
            m_candidates.back() = candidate;
        } else {
            m_candidates.push_back(candidate);
        }
        std::ranges::push_heap(m_candidates, before);
    }
}

void Sampler::weigh(float largest) {
    for (Candidate& candidate : m_candidates)
        candidate.logit = std::exp((candidate.logit - largest) / m_options.temperature);
}

/// Keeps the shortest run of best candidates that holds topP of the whole weight.
void Sampler::cutByTopP() {
    if (m_options.topP >= 1) return;
    double total = 0;
    for (const Candidate& candidate : m_candidates) total += static_cast<double>(candidate.logit);
    const double wanted = total * static_cast<double>(std::max(m_options.topP, 0.0F));
    const auto before = [](const Candidate& a, const Candidate& b) { return a.before(b); };
    double sum = 0;
    std::size_t kept = 0;
    for (std::size_t sorted = 0, piece = kSortedPiece; kept == 0 && sorted < m_candidates.size(); piece *= 4) {
        const std::size_t end = std::min(sorted + piece, m_candidates.size());
        std::ranges::partial_sort(m_candidates.begin() + sorted, m_candidates.begin() + end, m_candidates.end(),
                                  before);
        for (; sorted < end && kept == 0; ++sorted) {
            sum += static_cast<double>(m_candidates[sorted].logit);
            if (sum >= wanted) kept = sorted + 1;
        }
    }
    if (kept > 0) m_candidates.resize(kept);
}

void Sampler::cutByMinP() {
    if (m_options.minP <= 0) return;
    // The best candidate weighs 1.
    std::erase_if(m_candidates,
                  [&](const Candidate& candidate) { return candidate.logit < std::min(m_options.minP, 1.0F); });
}

TokenId Sampler::draw() {
    double total = 0;
    for (const Candidate& candidate : m_candidates) total += static_cast<double>(candidate.logit);
    double left = m_random.uniform() * total;
    for (const Candidate& candidate : m_candidates) {
        left -= static_cast<double>(candidate.logit);
        if (left < 0) return candidate.token;
    }
    return m_candidates.back().token;
}

}  // namespace strata
