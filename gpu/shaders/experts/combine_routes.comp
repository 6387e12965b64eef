// out[token] = sum of weight * x[route], most likely expert first.
#version 450

layout(local_size_x = 64) in;
layout(push_constant) uniform Push { uint width, xStride, outStride, used; } push;
layout(set = 0, binding = 0) readonly buffer X { float x[]; };
layout(set = 0, binding = 1) readonly buffer Routes { uvec2 routes[]; };  // row, weight's bits; [tokens][used]
layout(set = 0, binding = 2) writeonly buffer Out { float result[]; };

void main() {
    uint column = gl_GlobalInvocationID.x, token = gl_WorkGroupID.y;
    if (column >= push.width) return;
    precise float sum = 0.0;
    for (uint place = 0u; place < push.used; ++place) {
        uvec2 route = routes[token * push.used + place];
        precise float part = uintBitsToFloat(route.y) * x[route.x * push.xStride + column];
        sum = sum + part;
    }
    result[token * push.outStride + column] = sum;
}
