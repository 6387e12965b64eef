// Probabilities of given text, for perplexity and for comparisons.
#include "core/model/session_engine.h"

#include <algorithm>
#include <functional>

namespace strata {
namespace {

// Rows of logits at a time: enough for the head's matrix product to run as a batch, few enough to stay small.
constexpr std::size_t kLogitRows = 16;

using RowSink = std::function<void(std::size_t position, std::span<const float> logits)>;

/// Evaluates `ids` from an empty cache and hands out the logits of every position.
Result<void> forEachPosition(SessionEngine& engine, std::span<const TokenId> ids, const RowSink& sink) {
    engine.rewind(0);
    for (std::size_t done = 0; done < ids.size();) {
        STRATA_CHECK(engine.takeRequests());
        if (ids.size() > engine.capacityTokens())
            return fail(ErrorCode::ContextFull,
                        std::to_string(ids.size()) + " tokens do not fit the context of " +
                            std::to_string(engine.capacityTokens()),
                        "use shorter windows, or more memory");
        STRATA_TRY(const std::size_t count, engine.evaluate(ids.subspan(done), kLogitRows));
        for (std::size_t first = 0; first < count; first += kLogitRows) {
            const std::size_t rows = std::min(kLogitRows, count - first);
            engine.computeLogits(first, rows);
            for (std::size_t row = 0; row < rows; ++row) {
                STRATA_CHECK(engine.readLogits(row, engine.logitRow()));
                sink(done + first + row, engine.logitRow());
            }
        }
        done += count;
    }
    return {};
}

Result<void> checkIds(const SessionEngine& engine, std::span<const TokenId> ids) {
    for (const TokenId id : ids)
        if (id < 0 || static_cast<std::size_t>(id) >= engine.config().vocabularySize)
            return fail(ErrorCode::InvalidArgument, "token " + std::to_string(id) + " is not in the vocabulary");
    return {};
}

}  // namespace

Result<std::vector<float>> Session::logProbabilities(std::span<const TokenId> ids) {
    STRATA_CHECK(checkIds(*m_engine, ids));
    const EngineLock lock(*m_engine);
    const auto logSumExp = m_engine->kernels().logSumExp;
    std::vector<float> result;
    if (ids.size() < 2) return result;
    const auto score = [&](std::size_t position, std::span<const float> logits) {
        const auto chosen = static_cast<double>(logits[static_cast<std::size_t>(ids[position + 1])]);
        result.resize(position + 1);
        result[position] = static_cast<float>(chosen - logSumExp(logits.data(), logits.size()));
    };
    auto status = forEachPosition(*m_engine, ids.first(ids.size() - 1), score);
    while (!status && m_engine->recover()) status = forEachPosition(*m_engine, ids.first(ids.size() - 1), score);
    if (!status) return std::unexpected(std::move(status).error());
    return result;
}

Result<std::vector<float>> Session::logits(std::span<const TokenId> ids) {
    STRATA_CHECK(checkIds(*m_engine, ids));
    const EngineLock lock(*m_engine);
    std::vector<float> result;
    const auto keep = [&](std::size_t position, std::span<const float> logits) {
        result.resize(position * logits.size());
        result.insert(result.end(), logits.begin(), logits.end());
    };
    auto status = forEachPosition(*m_engine, ids, keep);
    while (!status && m_engine->recover()) status = forEachPosition(*m_engine, ids, keep);
    if (!status) return std::unexpected(std::move(status).error());
    return result;
}

}  // namespace strata
