// y = W x from nested planes, for up to TOKENS rows of x per workgroup: a workgroup has 32 rows of W, a lane per row,
// and gl_WorkGroupSize.y threads per row share its columns. The integers are those of
// core/kernels/reference/nested.cpp, whatever the split, and so are the floats.
#version 450
#extension GL_GOOGLE_include_directive : require

layout(constant_id = 0) const uint PLANES = 1u;
layout(constant_id = 1) const uint TOKENS = 1u;
layout(local_size_x = 32, local_size_y_id = 2) in;
layout(push_constant) uniform Push {
    uint block[8];
    uint columnBlocks, rows;
    uint planeWords;      // words of a block before its row scales
    uint wordStride;      // of x, in words of four columns
    uint firstRow, tokens;
    uint yStride, yFirst;  // floats; yFirst is that of token 0 and row 0
    uint table, laneTable;
    float unit;
} push;
#include "../common/planes.glsl"
layout(set = 0, binding = 8) readonly buffer Values { uvec4 values[]; };
layout(set = 0, binding = 9) readonly buffer Fine { uvec4 fine[]; };
layout(set = 0, binding = 10) readonly buffer Scales { float scales[]; };
layout(set = 0, binding = 11) readonly buffer Tables { uint tables[]; };
layout(set = 0, binding = 12) writeonly buffer Y { float y[]; };

#include "../common/dot.glsl"
#include "../common/exact.glsl"
#include "../common/levels.glsl"

shared int sPartial[TOKENS * 32u * gl_WorkGroupSize.y];

int high[TOKENS], low[TOKENS];

/// Adds the products of columns 4k..4k+3; component k & 3 of what was loaded of x.
#define STRATA_ADD_FOUR(K, COMPONENT)                                                                            \
    {                                                                                                            \
        uint levels, lowLevels = 0u;                                                                             \
        if (kFine) {                                                                                             \
            tableLevels(words, K, levels, lowLevels);                                                            \
        } else {                                                                                                 \
            levels = treeLevels(words, K);                                                                       \
        }                                                                                                        \
        for (uint token = 0u; token < TOKENS; ++token) {                                                         \
            high[token] += dotFour(levels, four[token].COMPONENT);                                               \
            if (kFine)                                                                                           \
                low[token] += dotFour(lowLevels, four[token].COMPONENT) + dotFour(levels, rest[token].COMPONENT); \
        }                                                                                                        \
    }

void addColumnBlock(uint words[8], uint xRow[TOKENS], uint columnBlock) {
    for (uint part = 0u; part < 2u; ++part) {
        uvec4 four[TOKENS], rest[TOKENS];
        for (uint token = 0u; token < TOKENS; ++token) {
            four[token] = values[xRow[token] + 2u * columnBlock + part];
            if (kFine) rest[token] = fine[xRow[token] + 2u * columnBlock + part];
        }
        STRATA_ADD_FOUR(4u * part, x)
        STRATA_ADD_FOUR(4u * part + 1u, y)
        STRATA_ADD_FOUR(4u * part + 2u, z)
        STRATA_ADD_FOUR(4u * part + 3u, w)
    }
}

/// Sums over the threads of a row; thread (lane, group) gets those of tokens group, group + groups, ...
void sumGroups(inout int sums[TOKENS]) {
    uint groups = gl_WorkGroupSize.y, lane = gl_LocalInvocationID.x, group = gl_LocalInvocationID.y;
    barrier();
    for (uint token = 0u; token < TOKENS; ++token) sPartial[(token * groups + group) * 32u + lane] = sums[token];
    barrier();
    for (uint token = group; token < TOKENS; token += groups) {
        int total = 0;
        for (uint other = 0u; other < groups; ++other) total += sPartial[(token * groups + other) * 32u + lane];
        sums[token] = total;
    }
}

void main() {
    uint lane = gl_LocalInvocationID.x, group = gl_LocalInvocationID.y, groups = gl_WorkGroupSize.y;
    uint row = gl_WorkGroupID.x * 32u + lane;
    uint firstToken = gl_WorkGroupID.y * TOKENS;
    loadLevels(group * 32u + lane, 32u * groups);
    uint xRow[TOKENS];
    for (uint token = 0u; token < TOKENS; ++token) {
        high[token] = 0;
        low[token] = 0;
        xRow[token] = (push.firstRow + min(firstToken + token, push.tokens - 1u)) * (push.wordStride / 4u);
    }
    for (uint columnBlock = group; columnBlock < push.columnBlocks; columnBlock += groups) {
        uint at = (gl_WorkGroupID.x * push.columnBlocks + columnBlock) * 32u + lane;
        uint words[8];
        words[0] = block0[push.block[0] + at];
        if (PLANES > 1u) words[1] = block1[push.block[1] + at];
        if (PLANES > 2u) words[2] = block2[push.block[2] + at];
        if (PLANES > 3u) words[3] = block3[push.block[3] + at];
        if (PLANES > 4u) words[4] = block4[push.block[4] + at];
        if (PLANES > 5u) words[5] = block5[push.block[5] + at];
        if (PLANES > 6u) words[6] = block6[push.block[6] + at];
        if (PLANES > 7u) words[7] = block7[push.block[7] + at];
        addColumnBlock(words, xRow, columnBlock);
    }
    if (groups > 1u) {
        sumGroups(high);
        if (kFine) sumGroups(low);
    }
    if (row >= push.rows) return;
    float rowScale = halfToFloat(blockHalf(PLANES - 1u, push.planeWords, row));
    for (uint token = group; token < TOKENS; token += groups) {
        if (firstToken + token >= push.tokens) break;
        float sum = kFine ? roundedSum(high[token], low[token]) : roundedSum(0, high[token]);
        precise float value = sum * push.unit * scales[push.firstRow + firstToken + token] * rowScale;
        y[push.yFirst + (firstToken + token) * push.yStride + row] = value;
    }
}
