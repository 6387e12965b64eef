// y = sum over blocks b and ranks k, in this order, of u_bk * d_bk; d_bk is the dot product of signs and records. A
// workgroup has 32 rows, a lane per row, of one token; its gl_WorkGroupSize.y threads per row share the ranks.
#version 450
#extension GL_GOOGLE_include_directive : require

layout(constant_id = 0) const uint RANK = 1u;
layout(local_size_x = 32, local_size_y_id = 2) in;
layout(push_constant) uniform Push {
    uint block[8];
    uint columnBlocks, rows, paddedRows;
    uint planeWords;  // words of a block before u
    uint blocks, tokens;
    uint yStride, yFirst;
    uint accumulate;  // 1: continues the sum that y holds
    uint firstBlock;  // of the records, for block 0 of this dispatch
} push;
#include "../common/planes.glsl"
layout(set = 0, binding = 8) readonly buffer Values { uvec4 values[]; };
layout(set = 0, binding = 9) readonly buffer Scales { float scales[]; };
layout(set = 0, binding = 10) buffer Y { float y[]; };

#include "../common/dot.glsl"
#include "../common/exact.glsl"

shared float sDots[RANK * 32u];

uint plusMinus(uint signs, uint k) {
    return ((~signs >> k) & 0x01010101u) * 255u | 0x01010101u;
}

int signedDot(uint signs, uint record) {
    int sum = 0;
    for (uint part = 0u; part < 2u; ++part) {
        uvec4 four = values[2u * record + part];
        sum += dotFour(plusMinus(signs, 4u * part), four.x) + dotFour(plusMinus(signs, 4u * part + 1u), four.y) +
               dotFour(plusMinus(signs, 4u * part + 2u), four.z) + dotFour(plusMinus(signs, 4u * part + 3u), four.w);
    }
    return sum;
}

void main() {
    uint lane = gl_LocalInvocationID.x, token = gl_WorkGroupID.y;
    uint row = gl_WorkGroupID.x * 32u + lane;
    uint items = push.tokens * RANK;
    uint at = push.yFirst + token * push.yStride + row;
    precise float total = push.accumulate != 0u && row < push.rows ? y[at] : 0.0;
    for (uint block = 0u; block < push.blocks; ++block) {
        for (uint k = gl_LocalInvocationID.y; k < RANK; k += gl_WorkGroupSize.y) {
            precise float dotProduct = 0.0;
            for (uint columnBlock = 0u; columnBlock < push.columnBlocks; ++columnBlock) {
                uint signs = blockWord(block, (gl_WorkGroupID.x * push.columnBlocks + columnBlock) * 32u + lane);
                uint record = ((push.firstBlock + block) * push.columnBlocks + columnBlock) * items + token * RANK + k;
                precise float part = float(signedDot(signs, record)) * scales[record];
                dotProduct = dotProduct + part;
            }
            sDots[k * 32u + lane] = dotProduct;
        }
        barrier();
        for (uint k = 0u; k < RANK; ++k) {
            float u = halfToFloat(blockHalf(block, push.planeWords, k * push.paddedRows + row));
            precise float part = u * sDots[k * 32u + lane];
            total = total + part;
        }
        barrier();
    }
    if (row < push.rows && gl_LocalInvocationID.y == 0u) y[at] = total;
}
