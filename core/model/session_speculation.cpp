// Guessing with a part of the resident levels, and verifying with all of them.
#include "core/model/session_engine.h"

#include <algorithm>

namespace strata {
namespace {

/// Where guesses would read more than this share of what the whole reads, they are not worth making.
constexpr double kLargestShare = 0.8;

}  // namespace

std::size_t SessionEngine::draftRoom(std::size_t wanted) const {
    const double floorBytes = static_cast<double>(m_stack->weightBytes(m_stack->floorBlocks()));
    if (floorBytes > kLargestShare * static_cast<double>(m_schedule->weightBytes())) return 0;
    // Drafts stay within the page of the KV cache that the last token needs anyway, and within the scratch that is set
    // aside for reading prompts: so the resident blocks are those of plain decoding.
    const std::size_t position = m_cache.size();
    const std::size_t end = std::min(padTo(position + 1, kKvPageTokens), m_options.contextLength);
    std::size_t drafts = std::min({wanted, end - position - 1, m_batch - 1, m_plannedBatch - 1});
    while (drafts > 0 && scratchFor(drafts + 1, drafts + 1) > scratchFor(m_plannedBatch, 1)) --drafts;
    return drafts;
}

Result<void> SessionEngine::useDraft(double share) {
    if (!m_draft || m_draftShare != share) {
        const double bytes = share * static_cast<double>(m_schedule->weightBytes());
        const std::size_t blocks = m_stack->fit(static_cast<std::uint64_t>(bytes));
        m_draft = BlockSchedule::shallower(m_schedule, BlockSchedule::prefixLevels(*m_stack, blocks));
        m_draftShare = share;
    }
    return m_backend->use(m_draft);
}

Result<std::vector<TokenId>> SessionEngine::draft(TokenId last, std::size_t count, double share,
                                                  const std::function<Guess(std::span<float>)>& choose) {
    STRATA_CHECK(planTokens(1, 1));
    STRATA_CHECK(reserve(count + 1, count + 1, false));
    STRATA_CHECK(m_backend->reserveKv(m_cache.size() + 1 + count));
    publishUse();
    STRATA_CHECK(useDraft(share));
    std::vector<TokenId> guesses;
    Result<void> status;
    bool goOn = true;
    while (status && goOn && guesses.size() < count) {
        const TokenId id = guesses.empty() ? last : guesses.back();
        m_transformer->forward({&id, 1}, m_cache.size() + guesses.size());
        m_transformer->computeLogits(0, 1);
        status = m_transformer->readLogits(0, m_logits);
        if (!status) break;
        const Guess guess = choose(m_logits);
        guesses.push_back(guess.token);
        goOn = guess.goOn;
    }
    STRATA_CHECK(m_backend->use(m_schedule));
    if (!status) return std::unexpected(std::move(status).error());
    return guesses;
}

void SessionEngine::verify(std::span<const TokenId> ids) {
    m_transformer->forward(ids, m_cache.size());
    m_transformer->computeLogits(0, ids.size());
    m_verified.assign(ids.begin(), ids.end());
    m_verifiedAtChange = m_changes;
}

void SessionEngine::commitVerified(std::size_t index) {
    appendToCache({&m_verified[index], 1});
}

}  // namespace strata
