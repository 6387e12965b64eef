#include "core/compress/divergence.h"

#include "core/kernels/kernels.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace strata {
namespace {

/// sum of p (a - b), in sixteen partial sums that the compiler keeps in vector registers.
double weightedDifference(const float* p, const float* a, const float* b, std::size_t count) {
    std::array<float, 16> partial{};
    std::size_t at = 0;
    for (; at + 16 <= count; at += 16)
        for (std::size_t lane = 0; lane < 16; ++lane) partial[lane] += p[at + lane] * (a[at + lane] - b[at + lane]);
    double sum = 0;
    for (; at < count; ++at) sum += p[at] * (a[at] - b[at]);
    for (const float value : partial) sum += value;
    return sum;
}

std::size_t likeliest(const float* logits, std::size_t count) {
    return static_cast<std::size_t>(std::max_element(logits, logits + count) - logits);
}

}  // namespace

DivergenceMeter::DivergenceMeter(std::size_t vocabulary, std::size_t streams, std::size_t windowTokens,
                                 std::span<const TokenId> ids, ThreadPool& pool)
    : m_vocabulary(vocabulary), m_windowTokens(windowTokens), m_ids(ids), m_pool(pool), m_sums(streams) {}

void DivergenceMeter::setReference(std::size_t first, std::size_t count, const Logits& logits) {
    m_first = first;
    m_count = count;
    m_tokens += count;
    m_reference.resize(count * m_vocabulary);
    m_probability.resize(count * m_vocabulary);
    m_normaliser.resize(count);
    m_likeliest.resize(count);
    const Kernels& kernels = **chooseKernels();
    m_pool.forRange(count, 1, [&](std::size_t begin, std::size_t end) {
        for (std::size_t token = begin; token < end; ++token) {
            const float* row = logits(token);
            std::copy_n(row, m_vocabulary, m_reference.data() + token * m_vocabulary);
            m_normaliser[token] = kernels.logSumExp(row, m_vocabulary);
            m_likeliest[token] = likeliest(row, m_vocabulary);
            const auto normaliser = static_cast<float>(m_normaliser[token]);
            for (std::size_t id = 0; id < m_vocabulary; ++id)
                m_probability[token * m_vocabulary + id] = std::exp(row[id] - normaliser);
        }
    });
    for (std::size_t token = first; token < first + count; ++token) m_labels += hasLabel(token);
}

void DivergenceMeter::add(std::size_t stream, const Logits& logits) {
    std::vector<Sums> perToken(m_count);
    const Kernels& kernels = **chooseKernels();
    m_pool.forRange(m_count, 1, [&](std::size_t begin, std::size_t end) {
        for (std::size_t token = begin; token < end; ++token) {
            const float* row = logits(token);
            const float* reference = m_reference.data() + token * m_vocabulary;
            const double normaliser = kernels.logSumExp(row, m_vocabulary);
            Sums& sums = perToken[token];
            sums.divergence =
                weightedDifference(m_probability.data() + token * m_vocabulary, reference, row, m_vocabulary) -
                m_normaliser[token] + normaliser;
            sums.agreeing = likeliest(row, m_vocabulary) == m_likeliest[token];
            if (hasLabel(m_first + token))
                sums.negativeLogLikelihood = normaliser - row[static_cast<std::size_t>(m_ids[m_first + token + 1])];
        }
    });
    for (const Sums& sums : perToken) {
        m_sums[stream].divergence += sums.divergence;
        m_sums[stream].negativeLogLikelihood += sums.negativeLogLikelihood;
        m_sums[stream].agreeing += sums.agreeing;
    }
}

void DivergenceMeter::addTiles(const Logits& logits, std::size_t tileRows, std::span<double> sums) {
    std::vector<std::vector<double>> perToken(m_count, std::vector<double>(sums.size()));
    m_pool.forRange(m_count, 1, [&](std::size_t begin, std::size_t end) {
        for (std::size_t token = begin; token < end; ++token) {
            const float* row = logits(token);
            const float* reference = m_reference.data() + token * m_vocabulary;
            const float* probability = m_probability.data() + token * m_vocabulary;
            for (std::size_t tile = 0; tile < sums.size(); ++tile) {
                const std::size_t first = tile * tileRows;
                const std::size_t last = std::min(first + tileRows, m_vocabulary);
                double change = 0;
                for (std::size_t id = first; id < last; ++id)
                    change += probability[id] * std::expm1(static_cast<double>(row[id]) - reference[id]);
                perToken[token][tile] =
                    weightedDifference(probability + first, reference + first, row + first, last - first) +
                    std::log1p(change);
            }
        }
    });
    for (const auto& tiles : perToken)
        for (std::size_t tile = 0; tile < sums.size(); ++tile) sums[tile] += tiles[tile];
}

std::vector<StreamScore> DivergenceMeter::scores() const {
    std::vector<StreamScore> result;
    for (const Sums& sums : m_sums)
        result.push_back(
            {sums.divergence / static_cast<double>(m_tokens),
             std::exp(sums.negativeLogLikelihood / static_cast<double>(std::max<std::size_t>(1, m_labels))),
             static_cast<double>(sums.agreeing) / static_cast<double>(m_tokens)});
    return result;
}

}  // namespace strata
