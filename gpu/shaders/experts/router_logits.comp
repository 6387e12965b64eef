// logits [tokens][experts] = weights x; sixteen threads per expert.
#version 450
#extension GL_GOOGLE_include_directive : require

layout(local_size_x = 16, local_size_y = 16) in;
layout(push_constant) uniform Push { uint experts, columns, xStride; } push;
layout(set = 0, binding = 0) readonly buffer X { float x[]; };
layout(set = 0, binding = 1) readonly buffer Weights { float weights[]; };
layout(set = 0, binding = 2) writeonly buffer Logits { float logits[]; };

#include "ordered_dot.glsl"

void main() {
    uint expert = gl_WorkGroupID.x * 16u + gl_LocalInvocationID.y;
    uint token = gl_WorkGroupID.y, lane = gl_LocalInvocationID.x;
    precise float partial = 0.0;
    if (expert < push.experts) {
        for (uint column = lane; column < push.columns; column += 16u) {
            precise float product = x[token * push.xStride + column] * weights[expert * push.columns + column];
            partial = partial + product;
        }
    }
    float sum = sumOfHalves(partial, lane, gl_LocalInvocationID.y);
    if (expert < push.experts && lane == 0u) logits[token * push.experts + expert] = sum;
}
