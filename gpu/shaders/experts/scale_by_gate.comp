// x[token] *= 1 / (1 + exp(-gate . by[token])); a workgroup per token.
#version 450
#extension GL_GOOGLE_include_directive : require

layout(local_size_x = 16, local_size_y = 4) in;
layout(push_constant) uniform Push { uint width, xStride, columns, byStride; } push;
layout(set = 0, binding = 0) buffer X { float x[]; };
layout(set = 0, binding = 1) readonly buffer Gate { float gate[]; };
layout(set = 0, binding = 2) readonly buffer By { float by[]; };

#include "ordered_dot.glsl"

void main() {
    uint token = gl_WorkGroupID.x, lane = gl_LocalInvocationID.x;
    precise float partial = 0.0;
    for (uint column = lane; column < push.columns; column += 16u) {
        precise float product = by[token * push.byStride + column] * gate[column];
        partial = partial + product;
    }
    float logit = sumOfHalves(partial, lane, gl_LocalInvocationID.y);
    float share = 1.0 / (1.0 + exp(clamp(-logit, -80.0, 80.0)));
    for (uint column = gl_LocalInvocationIndex; column < push.width; column += 64u)
        x[token * push.xStride + column] *= share;
}
