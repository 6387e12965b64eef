// Rows of a bitstack matrix, times `factor`: the sum over blocks of +-(u v^T), divided by the channel scales.
#version 450
#extension GL_GOOGLE_include_directive : require

layout(local_size_x = 64) in;
layout(push_constant) uniform Push {
    uint block[8];
    uint columnBlocks, columns;
    uint planeWords;   // words of a block before u
    uint paddedRows;
    uint outStride;
    uint blocks, rank;
    uint flags;        // 1: begins the sum, 2: ends it, 4: has channel scales
    float factor;
    uint firstWanted;
} push;
#include "../common/planes.glsl"
layout(set = 0, binding = 8) readonly buffer Wanted { uvec2 wanted[]; };
layout(set = 0, binding = 9) readonly buffer Channels { float channels[]; };
layout(set = 0, binding = 10) buffer Out { float result[]; };

#include "../common/exact.glsl"

void main() {
    uvec2 rows = wanted[push.firstWanted + gl_WorkGroupID.x];
    uint first = rows.y * push.outStride;
    uint vFirst = push.planeWords + push.rank * push.paddedRows / 2u;
    for (uint column = gl_LocalInvocationID.x; column < push.columns; column += gl_WorkGroupSize.x) {
        uint at = (rows.x / 32u * push.columnBlocks + column / 32u) * 32u + rows.x % 32u;
        uint bit = (column & 3u) * 8u + (column & 31u) / 4u;
        precise float sum = (push.flags & 1u) != 0u ? 0.0 : result[first + column];
        for (uint block = 0u; block < push.blocks; ++block) {
            precise float magnitude = 0.0;
            for (uint k = 0u; k < push.rank; ++k) {
                precise float u = halfToFloat(blockHalf(block, push.planeWords, k * push.paddedRows + rows.x));
                precise float product = u * halfToFloat(blockHalf(block, vFirst, k * push.columnBlocks * 32u + column));
                magnitude = magnitude + product;
            }
            sum = sum + (((blockWord(block, at) >> bit) & 1u) != 0u ? magnitude : -magnitude);
        }
        if ((push.flags & 2u) != 0u) {
            if ((push.flags & 4u) != 0u) sum = sum / channels[column];
            sum = sum * push.factor;
        }
        result[first + column] = sum;
    }
}
