// One row per workgroup: values = round(127 Q x / largest), and with FINE what is left of it times 256; the integers of
// core/kernels/reference/rotate.cpp.
#version 450
#extension GL_GOOGLE_include_directive : require

layout(constant_id = 0) const uint FINE = 0u;
layout(local_size_x = 64) in;
layout(push_constant) uniform Push {
    uint columns, blockSize, xStride;
    uint wordStride;     // of values and fine, in words of four columns
    uint rotatedStride;  // of rotated
    uint gathered;       // 1: row r reads x row rows[r]
    float scale;         // 1 / sqrt(blockSize)
} push;
layout(set = 0, binding = 0) readonly buffer X { float x[]; };
layout(set = 0, binding = 1) readonly buffer Signs { float signs[]; };
layout(set = 0, binding = 2) readonly buffer Rows { uint rows[]; };
layout(set = 0, binding = 3) coherent buffer Rotated { float rotated[]; };
layout(set = 0, binding = 4) writeonly buffer Values { uint values[]; };
layout(set = 0, binding = 5) writeonly buffer Fine { uint fine[]; };
layout(set = 0, binding = 6) writeonly buffer Scales { float scales[]; };

#include "../common/exact.glsl"
#include "../common/hadamard.glsl"
#include "../common/reduce.glsl"

shared float sInverse;

void quantizeWord(uint word, uint first, uint into, float inverse) {
    uint packedValues = 0u, packedFine = 0u;
    for (uint index = 0u; index < 4u; ++index) {
        uint column = 4u * word + index;
        if (column >= push.columns) break;
        precise float scaled = rotated[first + column] * inverse;
        float value = roundEven(scaled);
        packedValues |= (uint(int(value)) & 255u) << (8u * index);
        if (FINE == 0u) continue;
        precise float rest = (scaled - value) * 256.0;
        packedFine |= (uint(int(clamp(roundEven(rest), -127.0, 127.0))) & 255u) << (8u * index);
    }
    values[into + word] = packedValues;
    if (FINE != 0u) fine[into + word] = packedFine;
}

void main() {
    uint row = gl_WorkGroupID.x, thread = gl_LocalInvocationID.x;
    uint from = (push.gathered != 0u ? rows[row] : row) * push.xStride;
    uint first = row * push.rotatedStride;
    for (uint at = thread; at < push.columns; at += gl_WorkGroupSize.x) rotated[first + at] = x[from + at] * signs[at];
    memoryBarrierBuffer();
    barrier();
    hadamard(first, push.columns, push.blockSize, push.scale);
    float largest = 0.0;
    for (uint at = thread; at < push.columns; at += gl_WorkGroupSize.x)
        largest = larger(largest, abs(rotated[first + at]));
    largest = workgroupMaximum(largest);
    if (thread == 0u) {
        // Below this the reciprocal would overflow; such a token is zero for every purpose.
        bool usable = largest > 1e-30 && largest < 1e30;
        sInverse = usable ? exactDivide(127.0, largest) : 0.0;
        scales[row] = usable ? exactDivide(largest, 127.0) : 0.0;
    }
    barrier();
    uint into = row * push.wordStride;
    for (uint word = thread; word < push.wordStride; word += gl_WorkGroupSize.x) {
        if (sInverse == 0.0) {
            values[into + word] = 0u;
            if (FINE != 0u) fine[into + word] = 0u;
        } else {
            quantizeWord(word, first, into, sInverse);
        }
    }
}
