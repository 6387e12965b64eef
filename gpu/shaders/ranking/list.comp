// Lists the values that reach the bound, in no order; `listed` counts those too for which there is no room.
#version 450

layout(local_size_x = 64) in;
layout(push_constant) uniform Push { uint first, width, groups, room; } push;
layout(set = 0, binding = 0) readonly buffer X { float x[]; };
layout(set = 0, binding = 1) readonly buffer Maxima { float maxima[]; };
layout(set = 0, binding = 2) readonly buffer Bound { float bound; };
layout(set = 0, binding = 3) buffer List {
    uint listed, unused;
    uvec2 entries[];  // a value's bits, its index
};

void main() {
    uint group = gl_GlobalInvocationID.x;
    if (group >= push.groups || !(maxima[group] >= bound)) return;
    for (uint at = group; at < push.width; at += push.groups) {
        float value = x[push.first + at];
        if (!(value >= bound)) continue;
        uint entry = atomicAdd(listed, 1u);
        if (entry < push.room) entries[entry] = uvec2(floatBitsToUint(value), at);
    }
}
