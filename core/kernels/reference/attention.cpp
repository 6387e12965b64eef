// Causal attention of one kv head and its query heads, scalar, two passes, double sums.
#include "core/kernels/operators.h"

#include <algorithm>
#include <cmath>

namespace strata::reference {
namespace {

const Half* rowOf(const Half* const* pages, const KvPages& cache, std::size_t kvHead, std::size_t position) {
    return pages[position / kKvPageTokens] + (kvHead * kKvPageTokens + position % kKvPageTokens) * cache.headDim;
}

float score(const AttentionJob& job, const KvPages& cache, const float* query, std::size_t position) {
    const Half* key = rowOf(cache.keys, cache, job.kvHead, position);
    double dot = 0;
    for (std::size_t dim = 0; dim < cache.headDim; ++dim)
        dot += static_cast<double>(query[dim]) * static_cast<double>(strata::toFloat(key[dim]));
    dot *= static_cast<double>(job.scale);
    if (job.softcap > 0) dot = static_cast<double>(job.softcap) * std::tanh(dot / static_cast<double>(job.softcap));
    return static_cast<float>(dot);
}

void attendHead(const AttentionJob& job, const KvPages& cache, const float* query, float* out, std::size_t first,
                std::size_t last, float* weights) {
    for (std::size_t position = first; position <= last; ++position)
        weights[position - first] = score(job, cache, query, position);
    const float largest = *std::max_element(weights, weights + (last - first + 1));
    double sum = 0;
    for (std::size_t key = 0; key <= last - first; ++key) {
        weights[key] = static_cast<float>(std::exp(static_cast<double>(weights[key] - largest)));
        sum += static_cast<double>(weights[key]);
    }
    for (std::size_t dim = 0; dim < cache.headDim; ++dim) {
        double value = 0;
        for (std::size_t position = first; position <= last; ++position)
            value += static_cast<double>(weights[position - first]) *
                     static_cast<double>(strata::toFloat(rowOf(cache.values, cache, job.kvHead, position)[dim]));
        out[dim] = static_cast<float>(value / sum);
    }
}

}  // namespace

void attention(const AttentionJob& job, const KvPages& cache, float* scratch) {
    for (std::size_t token = 0; token < job.tokens; ++token) {
        const std::size_t last = job.firstPosition + token;
        const std::size_t first = job.window > 0 && last + 1 > job.window ? last + 1 - job.window : 0;
        for (std::size_t head = 0; head < job.groupHeads; ++head) {
            const std::size_t at = token * job.qStride + head * cache.headDim;
            attendHead(job, cache, job.q + at, job.out + at, first, last, scratch);
        }
    }
}

std::size_t attentionScratch(const AttentionJob& job) {
    return job.firstPosition + job.tokens;
}

}  // namespace strata::reference
