// A bound that `count` maxima of groups reach, the highest one: at least as many values reach it, and all of the
// `count` largest do. Found bit by bit, in an order of bits that is the order of floats. Empties the list, too.
#version 450

layout(local_size_x = 64) in;
layout(push_constant) uniform Push { uint groups, count; } push;
layout(set = 0, binding = 0) readonly buffer Maxima { float maxima[]; };
layout(set = 0, binding = 1) writeonly buffer Bound { float bound; };
layout(set = 0, binding = 2) writeonly buffer List { uint listed; };

shared uint sReached[32];

uint ordered(float value) {
    uint bits = floatBitsToUint(value);
    return (bits & 0x80000000u) != 0u ? ~bits : bits | 0x80000000u;
}

void main() {
    uint thread = gl_LocalInvocationID.x;
    if (thread < 32u) sReached[thread] = 0u;
    barrier();
    uint key = 0u;
    for (uint bit = 0u; bit < 32u; ++bit) {
        uint tried = key | (0x80000000u >> bit);
        uint mine = 0u;
        for (uint group = thread; group < push.groups; group += 64u)
            mine += ordered(maxima[group]) >= tried ? 1u : 0u;
        atomicAdd(sReached[bit], mine);
        barrier();
        if (sReached[bit] >= push.count) key = tried;
    }
    if (thread > 0u) return;
    bound = uintBitsToFloat((key & 0x80000000u) != 0u ? key & 0x7fffffffu : ~key);
    listed = 0u;
}
