// Writing the KV cache, and attention over it.
#include "core/cpu/cpu_backend.h"

#include <algorithm>
#include <atomic>
#include <cassert>

namespace strata {
namespace {

// Tokens whose queries share one pass over the keys.
constexpr std::size_t kTokensPerUnit = 16;
// Multiply-adds below which waking the pool costs more than it brings.
constexpr std::size_t kSerialWork = 32768;
// Floats by which a thread's scratch grows, for kernels that need more with every position.
constexpr std::size_t kScratchGrain = 1024;

}  // namespace

/// The work cut into units: (token block, head group, share of the group's query heads).
struct CpuBackend::AttentionPlan {
    AttentionJob whole;  ///< of KV head 0, all tokens
    KvPages pages;
    std::size_t tokenBlocks = 1;
    std::size_t groupShares = 1;
    [[nodiscard]] std::size_t units() const noexcept { return tokenBlocks * pages.kvHeads * groupShares; }
    [[nodiscard]] AttentionJob job(std::size_t unit) const noexcept;
};

AttentionJob CpuBackend::AttentionPlan::job(std::size_t unit) const noexcept {
    const std::size_t share = unit % groupShares;
    const std::size_t kvHead = unit / groupShares % pages.kvHeads;
    // Late tokens see more keys: begin with them, so that the short units even out the end.
    const std::size_t block = tokenBlocks - 1 - unit / groupShares / pages.kvHeads;
    const std::size_t firstToken = block * kTokensPerUnit;
    AttentionJob job = whole;
    job.groupHeads = whole.groupHeads / groupShares;
    job.kvHead = kvHead;
    job.firstPosition += firstToken;
    job.tokens = std::min(kTokensPerUnit, whole.tokens - firstToken);
    const std::size_t head = kvHead * whole.groupHeads + share * job.groupHeads;
    job.q += firstToken * whole.qStride + head * pages.headDim;
    job.out += firstToken * whole.qStride + head * pages.headDim;
    return job;
}

void CpuBackend::storeKv(std::size_t layer, BufferId k, BufferId v, std::size_t firstPosition, std::size_t tokens) {
    const std::size_t heads = m_kv.layer(layer).kvHeads;
    const std::size_t headDim = m_kv.layer(layer).headDim;
    assert(firstPosition + tokens <= m_kv.capacity());
    for (std::size_t token = 0; token < tokens; ++token) {
        for (std::size_t head = 0; head < heads; ++head) {
            const std::size_t position = firstPosition + token;
            m_kernels.toHalf(row(k, token) + head * headDim, m_kv.key(layer, head, position), headDim);
            m_kernels.toHalf(row(v, token) + head * headDim, m_kv.value(layer, head, position), headDim);
        }
    }
}

Result<void> CpuBackend::fitAttentionScratch(const AttentionJob& longest) {
    const std::size_t floats = padTo(m_kernels.attentionScratch(longest), kScratchGrain);
    if (floats <= m_attentionFloats) return {};
    m_attentionFloats = 0;
    STRATA_CHECK(resizePages(m_attentionScratch, floats * sizeof(float) * m_pool.threadCount()));
    m_attentionFloats = floats;
    return {};
}

Result<void> CpuBackend::fitAttentionScratch(const KvShape::Layer& layer) {
    AttentionJob job;
    job.qStride = padTo(layer.heads * layer.headDim, kRowAlignment);
    job.tokens = kTokensPerUnit;
    for (const std::size_t heads : {layer.heads / layer.kvHeads, std::size_t{1}}) {
        job.groupHeads = heads;
        STRATA_CHECK(fitAttentionScratch(job));
    }
    return {};
}

void CpuBackend::attendUnit(const AttentionPlan& plan, std::size_t unit, float* scratch) const {
    m_kernels.attention(plan.job(unit), plan.pages, scratch);
}

void CpuBackend::attention(const AttentionShape& shape, BufferId q, BufferId out, std::size_t firstPosition,
                           std::size_t tokens) {
    AttentionPlan plan;
    plan.pages = m_kv.pages(shape.layer);
    assert(stride(q) == stride(out));
    const std::size_t group = shape.heads / plan.pages.kvHeads;
    plan.whole = {row(q, 0),     row(out, 0), stride(q),    group,       0,
                  firstPosition, tokens,      shape.window, shape.scale, shape.softcap};
    plan.tokenBlocks = (tokens + kTokensPerUnit - 1) / kTokensPerUnit;
    const std::size_t threads = m_pool.threadCount();
    const std::size_t keys = shape.window > 0 ? std::min(shape.window, firstPosition + tokens) : firstPosition + tokens;
    const bool serial = threads == 1 || tokens * keys * shape.heads * plan.pages.headDim < kSerialWork;
    if (!serial && plan.units() < kTokensPerUnit * threads && plan.units() % threads != 0) plan.groupShares = group;
    AttentionJob longest = plan.job(0);
    longest.tokens = std::min(kTokensPerUnit, tokens);
    longest.firstPosition = firstPosition + tokens - longest.tokens;
    if (auto status = fitAttentionScratch(longest); !status) return noteFailure(std::move(status).error());
    std::atomic<std::size_t> next{0};
    auto take = [&](std::size_t part, std::size_t) {
        float* scratch = m_attentionScratch.as<float>() + part * m_attentionFloats;
        for (std::size_t unit = next.fetch_add(1); unit < plan.units(); unit = next.fetch_add(1))
            attendUnit(plan, unit, scratch);
    };
    if (serial) {
        take(0, 1);
    } else {
        m_pool.run(take);
    }
}

}  // namespace strata
