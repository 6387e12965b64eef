// x = cap * tanh(x / cap).
#version 450

layout(local_size_x = 64) in;
layout(push_constant) uniform Push { uint width, stride; float cap; } push;
layout(set = 0, binding = 0) buffer X { float x[]; };

void main() {
    uint column = gl_GlobalInvocationID.x, at = gl_WorkGroupID.y * push.stride + column;
    // Beyond 15 the result is 1 in any case; some devices overflow there.
    if (column < push.width) x[at] = push.cap * tanh(clamp(x[at] / push.cap, -15.0, 15.0));
}
