// rope, storeKv, attention.
#include "gpu/ops/operators.h"

#include <algorithm>
#include <vector>

namespace strata::gpu {
namespace {

constexpr std::size_t kThreads = 64;
constexpr std::size_t kChunksPerDispatch = 8;

struct AttentionPush {
    std::uint32_t heads, group, headDim, chunkTokens, kvHeads, firstWord, firstChunk, chunks, firstPosition, window,
        qStride, outStride, flags;
    float scale, softcap;
    std::uint32_t firstToken;
};
static_assert(sizeof(AttentionPush) == 64);

}  // namespace

void recordRope(const Recorder& recorder, const Rows& x, BufferSlice table, std::size_t pairs, bool interleaved,
                std::size_t heads, std::size_t headDim, std::size_t tokens) {
    const struct {
        std::uint32_t heads, headDim, pairs, stride, interleaved, firstEntry;
    } push{word(heads), word(headDim), word(pairs), x.stride, interleaved ? 1U : 0U, 0};
    const std::array bound{writes(x.slice), reads(table)};
    recorder.stream.dispatch(ShaderId::Rope, {}, bound, push, {groupsOf(heads * pairs, kThreads), tokens});
}

void recordStoreKv(const Recorder& recorder, const KvPlace& cache, const Rows& k, const Rows& v,
                   std::size_t firstPosition, std::size_t tokens) {
    for (std::size_t done = 0; done < tokens;) {
        const std::size_t within = (firstPosition + done) % cache.chunkTokens;
        const std::size_t count = std::min(tokens - done, cache.chunkTokens - within);
        const struct {
            std::uint32_t headDim, kvHeads, chunkTokens, firstWord, firstPosition, firstToken, kStride, vStride;
        } push{cache.headDim, cache.kvHeads, cache.chunkTokens, cache.firstWord,
               word(within),  word(done),    k.stride,          v.stride};
        const std::array bound{reads(k.slice), reads(v.slice),
                               writes(cache.chunks[(firstPosition + done) / cache.chunkTokens])};
        recorder.stream.dispatch(ShaderId::StoreKv, {}, bound, push,
                                 {groupsOf(cache.kvHeads * cache.headDim / 2, kThreads), count});
        done += count;
    }
}

void recordAttention(const Recorder& recorder, const KvPlace& cache, const AttentionShape& shape, const Rows& q,
                     const Rows& out, BufferSlice state, std::size_t firstPosition, std::size_t tokens) {
    const std::size_t firstSeen =
        shape.window > 0 && firstPosition + 1 > shape.window ? firstPosition + 1 - shape.window : 0;
    const std::size_t end = (firstPosition + tokens - 1) / cache.chunkTokens + 1;
    const std::size_t begin = firstSeen / cache.chunkTokens;
    const ShaderId shader = recorder.features.useSubgroups ? ShaderId::AttentionSubgroup : ShaderId::Attention;
    for (std::size_t chunk = begin; chunk < end; chunk += kChunksPerDispatch) {
        const std::size_t count = std::min(kChunksPerDispatch, end - chunk);
        const bool last = chunk + count == end;
        const AttentionPush push{word(shape.heads),
                                 word(shape.heads / cache.kvHeads),
                                 cache.headDim,
                                 cache.chunkTokens,
                                 cache.kvHeads,
                                 cache.firstWord,
                                 word(chunk),
                                 word(count),
                                 word(firstPosition),
                                 word(shape.window),
                                 q.stride,
                                 out.stride,
                                 (chunk == begin ? 1U : 0U) | (last ? 2U : 0U),
                                 shape.scale,
                                 shape.softcap,
                                 0};
        std::vector<Bound> bound;
        for (std::size_t index = 0; index < kChunksPerDispatch; ++index)
            bound.push_back(reads(cache.chunks[chunk + std::min(index, count - 1)]));
        bound.insert(bound.end(), {reads(q.slice), writes(out.slice), writes(state)});
        recorder.stream.dispatch(shader, {}, bound, push, {shape.heads, tokens});
    }
}

}  // namespace strata::gpu
