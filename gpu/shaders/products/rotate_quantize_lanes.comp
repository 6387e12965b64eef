// As rotate_quantize.comp, with the same bits, for software devices whose subgroups are the eight lanes of a
// processor's vectors (see nested_lanes.comp), and rotations of 32 to 512 columns: a thread has four neighbouring
// columns of every 32, so that butterflies are within a thread or between two lanes, and nothing waits at a barrier.
#version 450
#extension GL_GOOGLE_include_directive : require
#extension GL_KHR_shader_subgroup_shuffle : require
#extension GL_EXT_control_flow_attributes : require

layout(constant_id = 0) const uint FINE = 0u;
layout(constant_id = 1) const uint QUADS = 1u;  // of a thread in a run: blockSize / 32
layout(local_size_x = 8) in;
layout(push_constant) uniform Push {
    uint columns, blockSize, xStride;
    uint wordStride;     // of values and fine, in words of four columns
    uint rotatedStride;  // of rotated
    uint gathered;       // 1: row r reads x row rows[r]
    float scale;         // 1 / sqrt(blockSize)
} push;
layout(set = 0, binding = 0) uniform usamplerBuffer x;
layout(set = 0, binding = 1) uniform usamplerBuffer signs;
layout(set = 0, binding = 2) readonly buffer Rows { uint rows[]; };
layout(set = 0, binding = 3) buffer Rotated { vec4 rotated[]; };
layout(set = 0, binding = 4) writeonly buffer Values { uint values[]; };
layout(set = 0, binding = 5) writeonly buffer Fine { uint fine[]; };
layout(set = 0, binding = 6) writeonly buffer Scales { float scales[]; };

#include "../common/exact.glsl"

vec4 run[QUADS];

void butterfliesOfFour(uint quad) {
    vec4 value = run[quad];
    precise vec4 one = vec4(value.x + value.y, value.x - value.y, value.z + value.w, value.z - value.w);
    precise vec4 two = vec4(one.x + one.z, one.y + one.w, one.x - one.z, one.y - one.w);
    run[quad] = two;
}

void butterfliesOfLanes(uint quad, uint lane) {
    [[unroll]] for (uint distance = 1u; distance < 8u; distance *= 2u) {
        vec4 mine = run[quad];
        vec4 other = vec4(subgroupShuffleXor(mine.x, distance), subgroupShuffleXor(mine.y, distance),
                          subgroupShuffleXor(mine.z, distance), subgroupShuffleXor(mine.w, distance));
        precise vec4 sum = mine + other;
        precise vec4 difference = other - mine;
        bool upper = (lane & distance) != 0u;
        run[quad] = upper ? difference : sum;
    }
}

void butterfliesOfQuads() {
    [[unroll]] for (uint distance = 1u; distance < QUADS; distance *= 2u) {
        [[unroll]] for (uint pair = 0u; pair < QUADS / 2u; ++pair) {
            uint at = pair / distance * 2u * distance + pair % distance;
            precise vec4 sum = run[at] + run[at + distance];
            precise vec4 difference = run[at] - run[at + distance];
            run[at] = sum;
            run[at + distance] = difference;
        }
    }
}

float larger(float a, float b) {
    return a < b ? b : a;
}

float largestOfLanes(float value) {
    value = larger(value, subgroupShuffleXor(value, 1u));
    value = larger(value, subgroupShuffleXor(value, 2u));
    return larger(value, subgroupShuffleXor(value, 4u));
}

uint packed(vec4 rounded) {
    ivec4 bytes = ivec4(rounded) & 255;
    return uint(bytes.x | (bytes.y << 8) | (bytes.z << 16) | (bytes.w << 24));
}

void main() {
    uint row = gl_WorkGroupID.x, lane = gl_LocalInvocationID.x;
    uint from = (push.gathered != 0u ? rows[row] : row) * (push.xStride / 4u) + lane;
    uint first = row * (push.rotatedStride / 4u) + lane, into = row * push.wordStride + lane;
    uint quads = push.columns / 4u, words = push.wordStride;
    float scale = push.scale, largest = 0.0;
    for (uint start = 0u; start < quads; start += 8u * QUADS) {
        [[unroll]] for (uint quad = 0u; quad < QUADS; ++quad) {
            uint at = start + 8u * quad;
            precise vec4 value = uintBitsToFloat(texelFetch(x, int(from + at))) *
                                 uintBitsToFloat(texelFetch(signs, int(lane + at)));
            run[quad] = value;
            butterfliesOfFour(quad);
            butterfliesOfLanes(quad, lane);
        }
        butterfliesOfQuads();
        [[unroll]] for (uint quad = 0u; quad < QUADS; ++quad) {
            precise vec4 value = run[quad] * scale;
            vec4 size = abs(value);
            largest = larger(larger(larger(larger(largest, size.x), size.y), size.z), size.w);
            rotated[first + start + 8u * quad] = value;
        }
    }
    largest = largestOfLanes(largest);
    // Below this the reciprocal would overflow; such a token is zero for every purpose.
    bool usable = largest > 1e-30 && largest < 1e30;
    float inverse = usable ? exactDivide(127.0, largest) : 0.0;
    if (lane == 0u) scales[row] = usable ? exactDivide(largest, 127.0) : 0.0;
    for (uint word = 0u; word < words; word += 8u) {
        uint value = 0u, rest = 0u;
        if (usable && word < quads) {
            precise vec4 scaled = rotated[first + word] * inverse;
            vec4 rounded = roundEven(scaled);
            precise vec4 left = (scaled - rounded) * 256.0;
            value = packed(rounded);
            rest = packed(clamp(roundEven(left), -127.0, 127.0));
        }
        values[into + word] = value;
        if (FINE != 0u) fine[into + word] = rest;
    }
}
