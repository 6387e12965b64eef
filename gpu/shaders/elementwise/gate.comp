// out = activation(gate) * up. ACTIVATION 0: SiLU, 1: GELU by its tanh approximation.
#version 450

layout(constant_id = 0) const uint ACTIVATION = 0u;
layout(local_size_x = 64) in;
layout(push_constant) uniform Push { uint width, gateStride, upStride, outStride; } push;
layout(set = 0, binding = 0) readonly buffer Gate { float gate[]; };
layout(set = 0, binding = 1) readonly buffer Up { float up[]; };
layout(set = 0, binding = 2) writeonly buffer Out { float result[]; };

float activated(float g) {
    if (ACTIVATION == 0u) return g / (1.0 + exp(min(-g, 80.0)));
    float inner = 0.79788456080286535588 * (g + 0.044715 * g * g * g);
    return 0.5 * g * (1.0 + tanh(clamp(inner, -15.0, 15.0)));
}

void main() {
    uint column = gl_GlobalInvocationID.x, row = gl_WorkGroupID.y;
    if (column >= push.width) return;
    float g = gate[row * push.gateStride + column];
    result[row * push.outStride + column] = activated(g) * up[row * push.upStride + column];
}
