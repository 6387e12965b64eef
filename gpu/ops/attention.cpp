// rope, storeKv, attention.
#include "gpu/ops/operators.h"

#include <algorithm>
#include <vector>

namespace strata::gpu {
namespace {

constexpr std::size_t kThreads = 64;
constexpr std::size_t kChunksPerDispatch = 8;
constexpr std::uint32_t kTexelWords = 4;
constexpr std::uint32_t kTexelDims = 8;
// What a thread of attention by lanes keeps in registers.
constexpr std::uint32_t kMostTexels = 32;
constexpr std::uint32_t kMostTogether = 4;
constexpr std::uint32_t kMostQueryTexels = 48;

struct AttentionPush {
    std::uint32_t heads, group, headDim, chunkTokens, kvHeads, firstWord, firstChunk, chunks, firstPosition, window,
        qStride, outStride, flags;
    float scale, softcap;
    std::uint32_t firstToken;
};
static_assert(sizeof(AttentionPush) == 64);

AttentionPush attentionPush(const KvPlace& cache, const AttentionShape& shape, const Rows& q, const Rows& out,
                            std::size_t firstPosition) {
    return {word(shape.heads),
            word(shape.heads / cache.kvHeads),
            cache.headDim,
            cache.chunkTokens,
            cache.kvHeads,
            cache.firstWord,
            0,
            0,
            word(firstPosition),
            word(shape.window),
            q.stride,
            out.stride,
            0,
            shape.scale,
            shape.softcap,
            0};
}

/// Chunks that the tokens see.
struct ChunkRange {
    std::size_t begin, end;
};
ChunkRange chunksOf(const KvPlace& cache, const AttentionShape& shape, std::size_t firstPosition, std::size_t tokens) {
    const std::size_t firstSeen =
        shape.window > 0 && firstPosition + 1 > shape.window ? firstPosition + 1 - shape.window : 0;
    return {firstSeen / cache.chunkTokens, (firstPosition + tokens - 1) / cache.chunkTokens + 1};
}

std::uint32_t flagsOf(const ChunkRange& all, std::size_t chunk, std::size_t count) {
    return (chunk == all.begin ? 1U : 0U) | (chunk + count == all.end ? 2U : 0U);
}

bool fitsLanes(const KvPlace& cache) {
    return cache.headDim % kTexelDims == 0 && cache.headDim / kTexelDims <= kMostTexels &&
           cache.firstWord % kTexelWords == 0;
}

/// Heads of a group that a workgroup takes: a divisor of `group`.
std::uint32_t headsTogether(std::uint32_t group, std::uint32_t texels) {
    std::uint32_t together = std::min({group, kMostTogether, std::max(kMostQueryTexels / texels, 1U)});
    while (group % together != 0) --together;
    return together;
}

void recordAttentionByLanes(const Recorder& recorder, const KvPlace& cache, const AttentionShape& shape, const Rows& q,
                            const Rows& out, BufferSlice state, std::size_t firstPosition, std::size_t tokens) {
    AttentionPush push = attentionPush(cache, shape, q, out, firstPosition);
    push.firstWord /= kTexelWords;
    push.chunks = 1;
    const std::uint32_t texels = cache.headDim / kTexelDims;
    const std::uint32_t together = headsTogether(push.group, texels);
    const ChunkRange all = chunksOf(cache, shape, firstPosition, tokens);
    for (std::size_t chunk = all.begin; chunk < all.end; ++chunk) {
        push.firstChunk = word(chunk);
        push.flags = flagsOf(all, chunk, 1);
        const std::array bound{viewedAs(View::Quads, reads(cache.chunks[chunk])), viewedAs(View::Words, reads(q.slice)),
                               writes(out.slice), writes(state)};
        recorder.stream.dispatch(ShaderId::AttentionLanes, {together, texels}, bound, push,
                                 {shape.heads / together, tokens});
    }
}

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
    if (recorder.features.useLanes && fitsLanes(cache))
        return recordAttentionByLanes(recorder, cache, shape, q, out, state, firstPosition, tokens);
    AttentionPush push = attentionPush(cache, shape, q, out, firstPosition);
    const ChunkRange all = chunksOf(cache, shape, firstPosition, tokens);
    const ShaderId shader = recorder.features.useSubgroups ? ShaderId::AttentionSubgroup : ShaderId::Attention;
    for (std::size_t chunk = all.begin; chunk < all.end; chunk += kChunksPerDispatch) {
        const std::size_t count = std::min(kChunksPerDispatch, all.end - chunk);
        push.firstChunk = word(chunk);
        push.chunks = word(count);
        push.flags = flagsOf(all, chunk, count);
        std::vector<Bound> bound;
        for (std::size_t index = 0; index < kChunksPerDispatch; ++index)
            bound.push_back(reads(cache.chunks[chunk + std::min(index, count - 1)]));
        bound.insert(bound.end(), {reads(q.slice), writes(out.slice), writes(state)});
        recorder.stream.dispatch(shader, {}, bound, push, {shape.heads, tokens});
    }
}

}  // namespace strata::gpu
