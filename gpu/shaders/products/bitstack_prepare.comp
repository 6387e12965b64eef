// v o x of every block, rank and token, quantized to 8 bits with one scale per 32 columns; a thread per such record
// (core/kernels/reference/bitstack.cpp: the same integers).
#version 450
#extension GL_GOOGLE_include_directive : require

layout(local_size_x = 64) in;
layout(push_constant) uniform Push {
    uint block[8];
    uint columnBlocks, columns;
    uint vFirst;      // words of a block before v
    uint rank, tokens;
    uint xStride, firstRow;
    uint flags;       // 1: x row of token t is rows[firstRow + t]; 2: x is divided by the channel scales
    uint firstBlock;  // of the records, for block 0 of this dispatch
} push;
#include "../common/planes.glsl"
layout(set = 0, binding = 8) readonly buffer X { float x[]; };
layout(set = 0, binding = 9) readonly buffer Channels { float channels[]; };
layout(set = 0, binding = 10) readonly buffer Rows { uint rows[]; };
layout(set = 0, binding = 11) writeonly buffer Values { uint values[]; };
layout(set = 0, binding = 12) writeonly buffer Scales { float scales[]; };

#include "../common/exact.glsl"

void main() {
    uint items = push.tokens * push.rank;
    uint record = gl_GlobalInvocationID.x;
    if (record >= items * push.columnBlocks) return;
    uint block = gl_WorkGroupID.y;
    uint columnBlock = record / items, item = record % items;
    uint row = push.firstRow + item / push.rank;
    uint from = ((push.flags & 1u) != 0u ? rows[row] : row) * push.xStride;
    float product[32];
    float largest = 0.0;
    for (uint index = 0u; index < 32u; ++index) {
        uint column = columnBlock * 32u + index;
        product[index] = 0.0;
        if (column >= push.columns) continue;
        precise float value = x[from + column];
        if ((push.flags & 2u) != 0u) value = value / channels[column];
        uint v = blockHalf(block, push.vFirst, item % push.rank * push.columnBlocks * 32u + column);
        value = halfToFloat(v) * value;
        product[index] = value;
        largest = largest < abs(value) ? abs(value) : largest;
    }
    bool usable = largest > 1e-30 && largest < 1e30;
    float inverse = usable ? exactDivide(127.0, largest) : 0.0;
    uint at = push.firstBlock * items * push.columnBlocks + block * items * push.columnBlocks + record;
    for (uint word = 0u; word < 8u; ++word) {
        uint four = 0u;
        for (uint index = 0u; index < 4u; ++index) {
            precise float scaled = product[4u * word + index] * inverse;
            four |= (uint(int(usable ? roundEven(scaled) : 0.0)) & 255u) << (8u * index);
        }
        values[8u * at + word] = four;
    }
    scales[at] = usable ? exactDivide(largest, 127.0) : 0.0;
}
