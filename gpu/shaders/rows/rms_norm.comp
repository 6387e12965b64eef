// out = x / rms(x) * weight for runs of `width` values of each row; a workgroup per run.
#version 450
#extension GL_GOOGLE_include_directive : require

layout(local_size_x = 64) in;
layout(push_constant) uniform Push {
    uint width, runs, xStride, outStride;
    float epsilon;
} push;
layout(set = 0, binding = 0) readonly buffer X { float x[]; };
layout(set = 0, binding = 1) readonly buffer Weight { float weight[]; };
layout(set = 0, binding = 2) writeonly buffer Out { float result[]; };

#include "../common/reduce.glsl"

void main() {
    uint run = gl_WorkGroupID.x, token = gl_WorkGroupID.y;
    uint from = token * push.xStride + run * push.width;
    uint into = token * push.outStride + run * push.width;
    float squares = 0.0;
    for (uint at = gl_LocalInvocationID.x; at < push.width; at += gl_WorkGroupSize.x)
        squares += x[from + at] * x[from + at];
    squares = workgroupSum(squares);
    float inverse = 1.0 / sqrt(squares / float(push.width) + push.epsilon);
    for (uint at = gl_LocalInvocationID.x; at < push.width; at += gl_WorkGroupSize.x)
        result[into + at] = x[from + at] * inverse * weight[at];
}
