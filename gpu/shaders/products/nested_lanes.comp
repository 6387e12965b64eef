// As nested.comp, with the same integers, for software devices whose subgroups are the eight lanes of a processor's
// vectors. Their drivers turn a load from a storage buffer into a loop over the lanes, so blocks and inputs are fetched
// from texel buffers, which loads vectors. A thread has four neighbouring rows, whose words are one texel of a plane.
// Levels stand in the lanes of a few registers, from which a shuffle, one instruction there, picks by code.
#version 450
#extension GL_GOOGLE_include_directive : require
#extension GL_KHR_shader_subgroup_shuffle : require

layout(constant_id = 0) const uint PLANES = 1u;
layout(constant_id = 1) const uint TOKENS = 1u;
layout(local_size_x = 8) in;  // and so 32 rows: a block of them
layout(push_constant) uniform Push {
    uint block[8];      // texels of four words, as all places below
    uint columnBlocks, rows;
    uint scales;        // texels of a block before its row scales
    uint stride;        // of x, words
    uint firstRow, tokens;
    uint yStride, yFirst;  // floats
    uint table, levels;    // words; only the second is read here
    float unit;
} push;
layout(set = 0, binding = 0) uniform usamplerBuffer block0;
layout(set = 0, binding = 1) uniform usamplerBuffer block1;
layout(set = 0, binding = 2) uniform usamplerBuffer block2;
layout(set = 0, binding = 3) uniform usamplerBuffer block3;
layout(set = 0, binding = 4) uniform usamplerBuffer block4;
layout(set = 0, binding = 5) uniform usamplerBuffer block5;
layout(set = 0, binding = 6) uniform usamplerBuffer block6;
layout(set = 0, binding = 7) uniform usamplerBuffer block7;
layout(set = 0, binding = 8) uniform usamplerBuffer values;
layout(set = 0, binding = 9) uniform usamplerBuffer fine;
layout(set = 0, binding = 10) readonly buffer Scales { float scales[]; };
layout(set = 0, binding = 11) uniform usamplerBuffer tables;
layout(set = 0, binding = 12) writeonly buffer Y { float y[]; };

#include "../common/exact.glsl"

const bool kFine = PLANES >= 7u;
const uint kTables = PLANES <= 5u ? 1u : (PLANES == 6u ? 2u : (PLANES == 7u ? 8u : 16u));

uint levelWords[kTables];         // lane l of table t: laneTable() in gpu/ops/nested_product.cpp
ivec4 high[TOKENS], low[TOKENS];  // of the thread's four rows

uint fromLane(uint table, uint code) {
    return subgroupShuffle(levelWords[table], code & 7u);
}

// A function, so that both are there before one is chosen: no shuffle stands in a branch.
uint pick(uint bit, uint zero, uint one) {
    return bit != 0u ? one : zero;
}

#define STRATA_PICK1(AT) pick(code & 16u, fromLane(AT, code), fromLane(AT + 1, code))
#define STRATA_PICK2(AT) pick(code & 32u, STRATA_PICK1(AT), STRATA_PICK1(AT + 2))
#define STRATA_PICK3(AT) pick(code & 64u, STRATA_PICK2(AT), STRATA_PICK2(AT + 4))
#define STRATA_PICK4(AT) pick(code & 128u, STRATA_PICK3(AT), STRATA_PICK3(AT + 8))

/// The centroid of the code in the lowest byte, of 8 bits below seven planes, else of 16.
int levelOf(uint code) {
    if (PLANES <= 3u) return int(fromLane(0, code));
    if (PLANES == 4u) return int(fromLane(0, code) << ((code & 8u) << 1)) >> 16;
    if (PLANES == 5u) return int(fromLane(0, code) << (code & 24u)) >> 24;
    if (PLANES == 6u) return int(pick(code & 32u, fromLane(0, code), fromLane(1, code)) << (code & 24u)) >> 24;
    if (PLANES == 7u) return int(STRATA_PICK3(0) << ((code & 8u) << 1)) >> 16;
    return int(STRATA_PICK4(0) << ((code & 8u) << 1)) >> 16;
}

/// Bit i of byte j of words[k] becomes bit k of byte j of words[i]: four codes in each word.
void mergePlanes(inout uvec4 words[8]) {
#define STRATA_SWAP(A, B, SHIFT, MASK)                              \
    {                                                               \
        uvec4 both = ((words[A] >> SHIFT) ^ words[B]) & MASK;       \
        words[B] ^= both;                                           \
        words[A] ^= both << SHIFT;                                  \
    }
    STRATA_SWAP(0, 4, 4, 0x0f0f0f0fu)
    STRATA_SWAP(1, 5, 4, 0x0f0f0f0fu)
    STRATA_SWAP(2, 6, 4, 0x0f0f0f0fu)
    STRATA_SWAP(3, 7, 4, 0x0f0f0f0fu)
    STRATA_SWAP(0, 2, 2, 0x33333333u)
    STRATA_SWAP(1, 3, 2, 0x33333333u)
    STRATA_SWAP(4, 6, 2, 0x33333333u)
    STRATA_SWAP(5, 7, 2, 0x33333333u)
    STRATA_SWAP(0, 1, 1, 0x55555555u)
    STRATA_SWAP(2, 3, 1, 0x55555555u)
    STRATA_SWAP(4, 5, 1, 0x55555555u)
    STRATA_SWAP(6, 7, 1, 0x55555555u)
}

int byteOf(uint word, int index) {
    return bitfieldExtract(int(word), 8 * index, 8);
}

/// Columns 4k..4k+3 of all rows and tokens.
void addFour(uvec4 codes, uint x[TOKENS], uint rest[TOKENS]) {
    for (int index = 0; index < 4; ++index) {
        uvec4 code = codes >> (8 * index);
        ivec4 level = ivec4(levelOf(code.x), levelOf(code.y), levelOf(code.z), levelOf(code.w));
        for (uint token = 0u; token < TOKENS; ++token) {
            if (kFine) {
                low[token] += level * byteOf(x[token], index) + ((level + 128) >> 8) * byteOf(rest[token], index);
            } else {
                high[token] += level * byteOf(x[token], index);
            }
        }
    }
}

void addColumnBlock(uvec4 words[8], int xAt[TOKENS], uint columnBlock) {
    mergePlanes(words);
    uint eight[TOKENS], eightRest[TOKENS], x[TOKENS], rest[TOKENS];
    for (uint token = 0u; token < TOKENS; ++token) {
        eight[token] = texelFetch(values, xAt[token] + int(8u * columnBlock)).x;  // a word per lane
        if (kFine) eightRest[token] = texelFetch(fine, xAt[token] + int(8u * columnBlock)).x;
    }
    for (uint k = 0u; k < 8u; ++k) {
        for (uint token = 0u; token < TOKENS; ++token) {
            x[token] = subgroupShuffle(eight[token], k);
            rest[token] = kFine ? subgroupShuffle(eightRest[token], k) : 0u;
        }
        addFour(words[k], x, rest);
    }
    if (!kFine) return;
    for (uint token = 0u; token < TOKENS; ++token) {
        high[token] += low[token] >> 8;  // 256 high + low stays the sum
        low[token] &= 255;
    }
}

vec4 rowScales(uvec4 texel, uint lane) {
    uvec2 halves = (lane & 1u) != 0u ? texel.zw : texel.xy;
    return vec4(halfToFloat(halves.x & 0xffffu), halfToFloat(halves.x >> 16), halfToFloat(halves.y & 0xffffu),
                halfToFloat(halves.y >> 16));
}

void main() {
    uint lane = gl_LocalInvocationID.x, rowBlock = gl_WorkGroupID.x, columnBlocks = push.columnBlocks;
    uint firstToken = gl_WorkGroupID.y * TOKENS;
    for (uint table = 0u; table < kTables; ++table)
        levelWords[table] = texelFetch(tables, int(push.levels + 8u * table + lane)).x;
    int xAt[TOKENS];
    for (uint token = 0u; token < TOKENS; ++token) {
        high[token] = ivec4(0);
        low[token] = ivec4(0);
        xAt[token] = int((push.firstRow + min(firstToken + token, push.tokens - 1u)) * push.stride + lane);
    }
    // Push constants are read outside the loop: within it they would be gathered.
    int at[8];
    for (uint plane = 0u; plane < 8u; ++plane)
        at[plane] = int(push.block[plane] + rowBlock * columnBlocks * 8u + lane);
    uvec4 lastTexel;
    uint scalesAt = push.scales + 4u * rowBlock + lane / 2u;
#define STRATA_SCALES(PLANE) \
    if (PLANES == PLANE + 1u) lastTexel = texelFetch(block##PLANE, int(push.block[PLANE] + scalesAt));
    STRATA_SCALES(0)
    STRATA_SCALES(1)
    STRATA_SCALES(2)
    STRATA_SCALES(3)
    STRATA_SCALES(4)
    STRATA_SCALES(5)
    STRATA_SCALES(6)
    STRATA_SCALES(7)
    for (uint columnBlock = 0u; columnBlock < columnBlocks; ++columnBlock) {
        int next = int(columnBlock * 8u);
        uvec4 words[8];
        for (uint plane = 0u; plane < 8u; ++plane) words[plane] = uvec4(0u);
        words[PLANES - 1u] = texelFetch(block0, at[0] + next);
        if (PLANES > 1u) words[(PLANES + 6u) & 7u] = texelFetch(block1, at[1] + next);
        if (PLANES > 2u) words[(PLANES + 5u) & 7u] = texelFetch(block2, at[2] + next);
        if (PLANES > 3u) words[(PLANES + 4u) & 7u] = texelFetch(block3, at[3] + next);
        if (PLANES > 4u) words[(PLANES + 3u) & 7u] = texelFetch(block4, at[4] + next);
        if (PLANES > 5u) words[(PLANES + 2u) & 7u] = texelFetch(block5, at[5] + next);
        if (PLANES > 6u) words[(PLANES + 1u) & 7u] = texelFetch(block6, at[6] + next);
        if (PLANES > 7u) words[PLANES & 7u] = texelFetch(block7, at[7] + next);
        addColumnBlock(words, xAt, columnBlock);
    }
    vec4 scale = rowScales(lastTexel, lane);
    uint row = 32u * rowBlock + 4u * lane;
    for (uint token = 0u; token < TOKENS; ++token) {
        if (firstToken + token >= push.tokens) break;
        float tokenScale = scales[push.firstRow + firstToken + token];
        uint into = push.yFirst + (firstToken + token) * push.yStride + row;
        for (uint index = 0u; index < 4u; ++index) {
            float sum = kFine ? roundedSum(high[token][index], low[token][index]) : roundedSum(0, high[token][index]);
            precise float value = sum * push.unit * tokenScale * scale[index];
            if (row + index < push.rows) y[into + index] = value;
        }
    }
}
