// As attention.comp, for software devices whose subgroups are the eight lanes of a processor's vectors (see
// products/nested_lanes.comp): keys and values are fetched as texels of eight halves, one chunk of the cache per
// dispatch. A workgroup has the `TOGETHER` query heads of one token that share a key and value head, so that each is
// fetched once. Positions are taken in eights, which lie at fixed places of a chunk: lanes are positions while scores
// are computed, and texels of a head while values are added up. No barrier, no shared memory.
#version 450
#extension GL_GOOGLE_include_directive : require
#extension GL_KHR_shader_subgroup_shuffle : require
#extension GL_EXT_control_flow_attributes : require

layout(constant_id = 0) const uint TOGETHER = 1u;
layout(constant_id = 1) const uint TEXELS = 1u;  // of a head: headDim / 8
layout(local_size_x = 8) in;
layout(push_constant) uniform Push {
    uint heads, group, headDim, chunkTokens;
    uint kvHeads;
    uint firstTexel;          // of the layer's keys in the chunk
    uint firstChunk, chunks;  // one
    uint firstPosition;       // of token 0
    uint window;              // 0: none
    uint qStride, outStride;
    uint flags;               // 1: begins, 2: ends
    float scale, softcap;
    uint firstToken;
} push;
layout(set = 0, binding = 0) uniform usamplerBuffer cache;
layout(set = 0, binding = 1) uniform usamplerBuffer q;
layout(set = 0, binding = 2) writeonly buffer Out { float result[]; };
layout(set = 0, binding = 3) buffer State { float state[]; };

const uint kRuns = (TEXELS + 7u) / 8u;  // texels of a head per lane
const float kLowest = -3.0e38;

float queries[TOGETHER * TEXELS];  // lane l of entry e: dimension 8e + l
vec4 answers[TOGETHER * kRuns * 2u];
float largest[TOGETHER], sums[TOGETHER], scores[TOGETHER];

float laneMaximum(float value) {
    value = max(value, subgroupShuffleXor(value, 1u));
    value = max(value, subgroupShuffleXor(value, 2u));
    return max(value, subgroupShuffleXor(value, 4u));
}

float laneSum(float value) {
    value += subgroupShuffleXor(value, 1u);
    value += subgroupShuffleXor(value, 2u);
    return value + subgroupShuffleXor(value, 4u);
}

void unpackTexel(uvec4 texel, out vec4 low, out vec4 high) {
    low = vec4(unpackHalf2x16(texel.x), unpackHalf2x16(texel.y));
    high = vec4(unpackHalf2x16(texel.z), unpackHalf2x16(texel.w));
}

void addScores(int keyAt) {
    [[unroll]] for (uint head = 0u; head < TOGETHER; ++head) scores[head] = 0.0;
    [[unroll]] for (uint texel = 0u; texel < TEXELS; ++texel) {
        vec4 low, high;
        unpackTexel(texelFetch(cache, keyAt + int(texel)), low, high);
        [[unroll]] for (uint head = 0u; head < TOGETHER; ++head) {
            float query = queries[head * TEXELS + texel];
            scores[head] += subgroupShuffle(query, 0u) * low.x + subgroupShuffle(query, 1u) * low.y +
                            subgroupShuffle(query, 2u) * low.z + subgroupShuffle(query, 3u) * low.w +
                            subgroupShuffle(query, 4u) * high.x + subgroupShuffle(query, 5u) * high.y +
                            subgroupShuffle(query, 6u) * high.z + subgroupShuffle(query, 7u) * high.w;
        }
    }
}

/// Scores become weights; what was added up so far shrinks by as much as the largest score has grown.
void weigh(bool seen, float scale, float softcap) {
    [[unroll]] for (uint head = 0u; head < TOGETHER; ++head) {
        float score = scores[head] * scale;
        if (softcap > 0.0) score = softcap * tanh(clamp(score / softcap, -15.0, 15.0));
        float next = max(largest[head], laneMaximum(seen ? score : kLowest));
        float shrink = exp(largest[head] - next);
        largest[head] = next;
        scores[head] = seen ? exp(score - next) : 0.0;
        sums[head] = sums[head] * shrink + laneSum(scores[head]);
        [[unroll]] for (uint run = 0u; run < 2u * kRuns; ++run) answers[head * 2u * kRuns + run] *= shrink;
    }
}

/// `last`: within the eight, the last position that the token sees; behind it memory may hold anything.
void addValues(int valueAt, uint last, uint lane) {
    [[unroll]] for (uint position = 0u; position < 8u; ++position) {
        [[unroll]] for (uint run = 0u; run < kRuns; ++run) {
            vec4 low, high;
            int texel = int(min(run * 8u + lane, TEXELS - 1u));
            unpackTexel(texelFetch(cache, valueAt + int(min(position, last) * TEXELS) + texel), low, high);
            [[unroll]] for (uint head = 0u; head < TOGETHER; ++head) {
                float weight = subgroupShuffle(scores[head], position);
                answers[(head * kRuns + run) * 2u] += weight * low;
                answers[(head * kRuns + run) * 2u + 1u] += weight * high;
            }
        }
    }
}

void begin(uint firstHead, uint token, uint lane) {
    int queryAt = int(token * push.qStride + firstHead * push.headDim + lane);
    [[unroll]] for (uint head = 0u; head < TOGETHER; ++head) {
        [[unroll]] for (uint texel = 0u; texel < TEXELS; ++texel)
            queries[head * TEXELS + texel] =
                uintBitsToFloat(texelFetch(q, queryAt + int(head * push.headDim + 8u * texel)).x);
        bool begins = (push.flags & 1u) != 0u;
        uint at = (token * push.heads + firstHead + head) * (push.headDim + 2u);
        largest[head] = begins ? kLowest : state[at];
        sums[head] = begins ? 0.0 : state[at + 1u];
        [[unroll]] for (uint run = 0u; run < kRuns; ++run) {
            [[unroll]] for (uint part = 0u; part < 2u; ++part) {
                uint dim = at + 2u + 8u * min(run * 8u + lane, TEXELS - 1u) + 4u * part;
                vec4 before = vec4(0.0);
                if (!begins) before = vec4(state[dim], state[dim + 1u], state[dim + 2u], state[dim + 3u]);
                answers[(head * kRuns + run) * 2u + part] = before;
            }
        }
    }
}

void end(uint firstHead, uint token, uint lane) {
    bool ends = (push.flags & 2u) != 0u;
    [[unroll]] for (uint head = 0u; head < TOGETHER; ++head) {
        uint at = (token * push.heads + firstHead + head) * (push.headDim + 2u);
        uint into = token * push.outStride + (firstHead + head) * push.headDim;
        if (!ends && lane == 0u) {
            state[at] = largest[head];
            state[at + 1u] = sums[head];
        }
        [[unroll]] for (uint run = 0u; run < kRuns; ++run) {
            if (run * 8u + lane >= TEXELS) continue;
            [[unroll]] for (uint part = 0u; part < 2u; ++part) {
                vec4 answer = answers[(head * kRuns + run) * 2u + part];
                uint dim = 8u * (run * 8u + lane) + 4u * part;
                [[unroll]] for (uint index = 0u; index < 4u; ++index) {
                    if (ends) {
                        result[into + dim + index] = answer[index] / sums[head];
                    } else {
                        state[at + 2u + dim + index] = answer[index];
                    }
                }
            }
        }
    }
}

void main() {
    uint lane = gl_LocalInvocationID.x, token = push.firstToken + gl_WorkGroupID.y;
    uint firstHead = gl_WorkGroupID.x * TOGETHER, kvHead = firstHead / push.group;
    begin(firstHead, token, lane);
    uint last = push.firstPosition + token;
    uint first = push.window > 0u && last + 1u > push.window ? last + 1u - push.window : 0u;
    uint base = push.firstChunk * push.chunkTokens;
    uint from = max(base, first) - base;
    // Chunks that the token does not see have no eights.
    uint until = base > last ? 0u : min(last + 1u - base, push.chunkTokens);
    float scale = push.scale, softcap = push.softcap;
    int keys = int(push.firstTexel + kvHead * push.chunkTokens * TEXELS);
    int values = int(push.firstTexel + (push.kvHeads + kvHead) * push.chunkTokens * TEXELS);
    for (uint eight = from & ~7u; eight < until; eight += 8u) {
        uint position = eight + lane;
        addScores(keys + int(position * TEXELS));
        weigh(position >= from && position < until, scale, softcap);
        addValues(values + int(eight * TEXELS), until - 1u - eight, lane);
    }
    end(firstHead, token, lane);
}
