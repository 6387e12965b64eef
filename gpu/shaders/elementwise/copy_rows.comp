// Rows from `first` on, to rows from 0 on.
#version 450

layout(local_size_x = 64) in;
layout(push_constant) uniform Push { uint width, fromStride, toStride, first; } push;
layout(set = 0, binding = 0) readonly buffer From { float from[]; };
layout(set = 0, binding = 1) writeonly buffer To { float to[]; };

void main() {
    uint column = gl_GlobalInvocationID.x, token = gl_WorkGroupID.y;
    if (column < push.width) to[token * push.toStride + column] = from[(push.first + token) * push.fromStride + column];
}
