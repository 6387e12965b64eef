// KL divergence, perplexity and agreement of logits against reference logits.
#pragma once

#include "core/base/thread_pool.h"
#include "core/compress/lockstep.h"

#include <cstddef>
#include <functional>
#include <span>
#include <vector>

namespace strata {

/// Takes logits chunk by chunk: setReference() for a run of tokens, then add() for every stream. Thread contract: one
/// caller.
class DivergenceMeter {
public:
    using Logits = std::function<const float*(std::size_t token)>;  ///< row of the chunk's token: [vocabulary]

    /// `ids` [windows * windowTokens] must outlive the meter: the next token is the label, windows are independent.
    DivergenceMeter(std::size_t vocabulary, std::size_t streams, std::size_t windowTokens, std::span<const TokenId> ids,
                    ThreadPool& pool);

    void setReference(std::size_t first, std::size_t count, const Logits& logits);
    void add(std::size_t stream, const Logits& logits);
    /// Adds to sums[tile] the divergence of taking `logits` for the rows of this tile alone.
    void addTiles(const Logits& logits, std::size_t tileRows, std::span<double> sums);
    [[nodiscard]] std::vector<StreamScore> scores() const;

private:
    struct Sums {
        double divergence = 0, negativeLogLikelihood = 0;
        std::size_t agreeing = 0;
    };
    [[nodiscard]] bool hasLabel(std::size_t token) const noexcept { return (token + 1) % m_windowTokens != 0; }

    std::size_t m_vocabulary;
    std::size_t m_windowTokens;
    std::span<const TokenId> m_ids;
    ThreadPool& m_pool;
    std::size_t m_first = 0;
    std::size_t m_count = 0;
    std::size_t m_tokens = 0;  ///< seen in all
    std::size_t m_labels = 0;
    std::vector<float> m_reference;    ///< [count, vocabulary]
    std::vector<float> m_probability;  ///< [count, vocabulary]
    std::vector<double> m_normaliser;  ///< [count], log sum exp
    std::vector<std::size_t> m_likeliest;
    std::vector<Sums> m_sums;  ///< [streams]
};

}  // namespace strata
