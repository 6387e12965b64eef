// into += x, row by row; a stride of 0 adds the same row to all.
#version 450

layout(local_size_x = 64) in;
layout(push_constant) uniform Push { uint width, intoStride, xStride; } push;
layout(set = 0, binding = 0) buffer Into { float into[]; };
layout(set = 0, binding = 1) readonly buffer X { float x[]; };

void main() {
    uint column = gl_GlobalInvocationID.x, token = gl_WorkGroupID.y;
    if (column < push.width) into[token * push.intoStride + column] += x[token * push.xStride + column];
}
