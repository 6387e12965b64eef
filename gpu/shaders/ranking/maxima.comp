// Largest value of each group; group g has values g, g + groups, g + 2 groups, ...
#version 450

layout(local_size_x = 64) in;
layout(push_constant) uniform Push { uint first, width, groups; } push;
layout(set = 0, binding = 0) readonly buffer X { float x[]; };
layout(set = 0, binding = 1) writeonly buffer Maxima { float maxima[]; };

void main() {
    uint group = gl_GlobalInvocationID.x;
    if (group >= push.groups) return;
    float largest = uintBitsToFloat(0xff800000u);
    for (uint at = group; at < push.width; at += push.groups) {
        float value = x[push.first + at];
        largest = largest < value ? value : largest;  // never what is no number
    }
    maxima[group] = largest;
}
