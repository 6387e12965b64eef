// Reads a buffer once: thread t of all has texels t, t + threads, ... What it writes nobody needs. LANES: as products
// of software devices read (products/nested_lanes.comp).
#version 450

#ifdef LANES
layout(local_size_x = 8) in;
layout(set = 0, binding = 0) uniform usamplerBuffer source;
#define STRATA_TEXEL(AT) texelFetch(source, int(AT))
#else
layout(local_size_x = 256) in;
layout(set = 0, binding = 0) readonly buffer Source { uvec4 source[]; };
#define STRATA_TEXEL(AT) source[AT]
#endif
layout(push_constant) uniform Push { uint texels, threads; } push;
layout(set = 0, binding = 1) writeonly buffer Out { uint result[]; };

void main() {
    uint texels = push.texels, threads = push.threads;
    uvec4 all = uvec4(0u);
    for (uint at = gl_GlobalInvocationID.x; at < texels; at += threads) all ^= STRATA_TEXEL(at);
    result[gl_GlobalInvocationID.x] = all.x ^ all.y ^ all.z ^ all.w;
}
