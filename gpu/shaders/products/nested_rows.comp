// Rows of a nested matrix as they were before the codec, times `factor`: dequantized, rotated back. A workgroup per
// row.
#version 450
#extension GL_GOOGLE_include_directive : require

layout(constant_id = 0) const uint PLANES = 1u;
layout(local_size_x = 64) in;
layout(push_constant) uniform Push {
    uint block[8];
    uint columnBlocks, columns;
    uint planeWords;
    uint blockSize;  // of the rotation
    uint outStride;
    uint table;
    float step_, scale;  // scale: 1 / sqrt(blockSize)
    float factor;
    uint firstWanted;
} push;
#include "../common/planes.glsl"
layout(set = 0, binding = 8) readonly buffer Wanted { uvec2 wanted[]; };  // row of the tile, row of the output
layout(set = 0, binding = 9) readonly buffer Tables { uint tables[]; };
layout(set = 0, binding = 10) readonly buffer Signs { float signs[]; };
layout(set = 0, binding = 11) coherent buffer Out { float rotated[]; };

#include "../common/exact.glsl"
#include "../common/hadamard.glsl"

int levelOf(uint code) {
    int high = signedByte(tables[push.table + code / 4u], code & 3u);
    return 256 * high + (PLANES >= 7u ? signedByte(tables[push.table + 64u + code / 4u], code & 3u) : 0);
}

void main() {
    uvec2 rows = wanted[push.firstWanted + gl_WorkGroupID.x];
    uint first = rows.y * push.outStride;
    float rowScale = halfToFloat(blockHalf(PLANES - 1u, push.planeWords, rows.x));
    for (uint column = gl_LocalInvocationID.x; column < push.columns; column += gl_WorkGroupSize.x) {
        uint at = (rows.x / 32u * push.columnBlocks + column / 32u) * 32u + rows.x % 32u;
        uint bit = (column & 3u) * 8u + (column & 31u) / 4u;
        uint code = 0u;
        for (uint plane = 0u; plane < PLANES; ++plane) code = 2u * code + ((blockWord(plane, at) >> bit) & 1u);
        precise float value = float(levelOf(code)) * push.step_ * rowScale;
        rotated[first + column] = value;
    }
    memoryBarrierBuffer();
    barrier();
    hadamard(first, push.columns, push.blockSize, push.scale);
    for (uint column = gl_LocalInvocationID.x; column < push.columns; column += gl_WorkGroupSize.x) {
        precise float value = rotated[first + column] * signs[column] * push.factor;
        rotated[first + column] = value;
    }
}
