// Rotates pairs of each head in place; table [tokens][pairs] of cosine and sine.
#version 450

layout(local_size_x = 64) in;
layout(push_constant) uniform Push {
    uint heads, headDim, pairs, stride;
    uint interleaved;
    uint firstEntry;  // of the table
} push;
layout(set = 0, binding = 0) buffer X { float x[]; };
layout(set = 0, binding = 1) readonly buffer Table { vec2 table[]; };

void main() {
    uint index = gl_GlobalInvocationID.x, token = gl_WorkGroupID.y;
    if (index >= push.heads * push.pairs) return;
    uint pair = index % push.pairs;
    uint first = token * push.stride + index / push.pairs * push.headDim + (push.interleaved != 0u ? 2u * pair : pair);
    uint second = first + (push.interleaved != 0u ? 1u : push.pairs);
    vec2 turn = table[push.firstEntry + token * push.pairs + pair];
    float a = x[first], b = x[second];
    precise float ac = a * turn.x;
    precise float bs = b * turn.y;
    precise float as = a * turn.y;
    precise float bc = b * turn.x;
    precise float left = ac - bs;
    precise float right = as + bc;
    x[first] = left;
    x[second] = right;
}
