// softmax(scale q k^T, causal, windowed) v for one query head of one token per workgroup, chunk by chunk of the cache
// with a running maximum and sum (Milakov and Gimelshein, arXiv 1805.02867). Chunks lie at fixed positions, so a
// token's result does not depend on the tokens computed with it. What more than eight chunks need goes through `state`.
#version 450
#extension GL_GOOGLE_include_directive : require

layout(local_size_x = 64) in;
layout(push_constant) uniform Push {
    uint heads, group, headDim, chunkTokens;
    uint kvHeads;
    uint firstWord;          // of the layer's keys in a chunk
    uint firstChunk, chunks;  // of this dispatch
    uint firstPosition;      // of token 0
    uint window;             // 0: none
    uint qStride, outStride;
    uint flags;              // 1: begins, 2: ends
    float scale, softcap;
    uint firstToken;
} push;
layout(set = 0, binding = 0) readonly buffer Chunk0 { uint chunk0[]; };
layout(set = 0, binding = 1) readonly buffer Chunk1 { uint chunk1[]; };
layout(set = 0, binding = 2) readonly buffer Chunk2 { uint chunk2[]; };
layout(set = 0, binding = 3) readonly buffer Chunk3 { uint chunk3[]; };
layout(set = 0, binding = 4) readonly buffer Chunk4 { uint chunk4[]; };
layout(set = 0, binding = 5) readonly buffer Chunk5 { uint chunk5[]; };
layout(set = 0, binding = 6) readonly buffer Chunk6 { uint chunk6[]; };
layout(set = 0, binding = 7) readonly buffer Chunk7 { uint chunk7[]; };
layout(set = 0, binding = 8) readonly buffer Q { float q[]; };
layout(set = 0, binding = 9) writeonly buffer Out { float result[]; };
layout(set = 0, binding = 10) buffer State { float state[]; };

#include "../common/reduce.glsl"

const uint kMaximumHeadDim = 512u;
const uint kMaximumChunk = 256u;
const uint kPairs = 4u;  // words of two dimensions per thread: kMaximumHeadDim / 2 / 64
shared float sQuery[kMaximumHeadDim];
shared float sWeights[kMaximumChunk];

vec2 cached(uint chunk, uint at) {
    switch (chunk) {
        case 0: return unpackHalf2x16(chunk0[at]);
        case 1: return unpackHalf2x16(chunk1[at]);
        case 2: return unpackHalf2x16(chunk2[at]);
        case 3: return unpackHalf2x16(chunk3[at]);
        case 4: return unpackHalf2x16(chunk4[at]);
        case 5: return unpackHalf2x16(chunk5[at]);
        case 6: return unpackHalf2x16(chunk6[at]);
        default: return unpackHalf2x16(chunk7[at]);
    }
}

float score(uint chunk, uint row) {
    uint words = push.headDim / 2u;
    float sum = 0.0;
    for (uint word = 0u; word < words; ++word) {
        vec2 key = cached(chunk, row * words + word + push.firstWord);
        sum += sQuery[2u * word] * key.x + sQuery[2u * word + 1u] * key.y;
    }
    sum *= push.scale;
    if (push.softcap > 0.0) sum = push.softcap * tanh(clamp(sum / push.softcap, -15.0, 15.0));
    return sum;
}

void main() {
    uint thread = gl_LocalInvocationID.x, head = gl_WorkGroupID.x, token = push.firstToken + gl_WorkGroupID.y;
    uint words = push.headDim / 2u;
    uint from = token * push.qStride + head * push.headDim;
    for (uint dim = thread; dim < push.headDim; dim += 64u) sQuery[dim] = q[from + dim];
    uint last = push.firstPosition + token;
    uint first = push.window > 0u && last + 1u > push.window ? last + 1u - push.window : 0u;
    uint stateAt = (token * push.heads + head) * (push.headDim + 2u);
    float largest = -3.0e38, sum = 0.0;
    vec2 answer[kPairs];
    for (uint pair = 0u; pair < kPairs; ++pair) answer[pair] = vec2(0.0);
    if ((push.flags & 1u) == 0u) {
        largest = state[stateAt];
        sum = state[stateAt + 1u];
        for (uint pair = 0u; pair < kPairs; ++pair) {
            uint dim = 2u * (thread + 64u * pair);
            if (dim < push.headDim) answer[pair] = vec2(state[stateAt + 2u + dim], state[stateAt + 3u + dim]);
        }
    }
    barrier();
    uint keyRow = head / push.group * push.chunkTokens;
    uint valueRow = (push.kvHeads + head / push.group) * push.chunkTokens;
    for (uint chunk = 0u; chunk < push.chunks; ++chunk) {
        uint base = (push.firstChunk + chunk) * push.chunkTokens;
        if (base > last || base + push.chunkTokens <= first) continue;
        uint begin = max(base, first) - base, end = min(last + 1u - base, push.chunkTokens);
        float mine = -3.0e38;
        for (uint at = begin + thread; at < end; at += 64u) {
            float value = score(chunk, keyRow + at);
            sWeights[at] = value;
            mine = larger(mine, value);
        }
        float newLargest = larger(largest, workgroupMaximum(mine));
        float shrink = exp(largest - newLargest);
        largest = newLargest;
        float mySum = 0.0;
        for (uint at = begin + thread; at < end; at += 64u) {
            float weight = exp(sWeights[at] - largest);
            sWeights[at] = weight;
            mySum += weight;
        }
        sum = sum * shrink + workgroupSum(mySum);
        for (uint pair = 0u; pair < kPairs; ++pair) {
            uint word = thread + 64u * pair;
            if (word >= words) break;
            vec2 value = answer[pair] * shrink;
            for (uint at = begin; at < end; ++at)
                value += sWeights[at] * cached(chunk, push.firstWord + (valueRow + at) * words + word);
            answer[pair] = value;
        }
        barrier();
    }
    bool ends = (push.flags & 2u) != 0u;
    if (!ends && thread == 0u) {
        state[stateAt] = largest;
        state[stateAt + 1u] = sum;
    }
    uint into = token * push.outStride + head * push.headDim;
    for (uint pair = 0u; pair < kPairs; ++pair) {
        uint dim = 2u * (thread + 64u * pair);
        if (dim >= push.headDim) break;
        if (ends) {
            result[into + dim] = answer[pair].x / sum;
            result[into + dim + 1u] = answer[pair].y / sum;
        } else {
            state[stateAt + 2u + dim] = answer[pair].x;
            state[stateAt + 3u + dim] = answer[pair].y;
        }
    }
}
