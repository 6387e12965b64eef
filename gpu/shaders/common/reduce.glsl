// Sum and maximum over a workgroup of gl_WorkGroupSize.x threads (a power of two, at most 256), by subgroups where the
// device has their arithmetic, else through shared memory alone. Every thread gets the result. Include it after the size
// of the workgroup is declared: before, gl_WorkGroupSize is 1.
#ifndef REDUCE_GLSL
#define REDUCE_GLSL

#ifdef SUBGROUP
#extension GL_KHR_shader_subgroup_arithmetic : require
#endif

shared float sReduced[256];

#ifdef SUBGROUP
#define STRATA_REDUCE(NAME, COMBINE, SUBGROUP_COMBINE, EMPTY)                                  \
    float NAME(float value) {                                                                  \
        value = SUBGROUP_COMBINE(value);                                                       \
        barrier();                                                                             \
        if (gl_SubgroupInvocationID == 0u) sReduced[gl_SubgroupID] = value;                    \
        barrier();                                                                             \
        float total = EMPTY;                                                                   \
        for (uint part = 0u; part < gl_NumSubgroups; ++part) total = COMBINE(total, sReduced[part]); \
        return total;                                                                          \
    }
#else
#define STRATA_REDUCE(NAME, COMBINE, SUBGROUP_COMBINE, EMPTY)                                  \
    float NAME(float value) {                                                                  \
        uint thread = gl_LocalInvocationID.x;                                                  \
        barrier();                                                                             \
        sReduced[thread] = value;                                                              \
        for (uint width = gl_WorkGroupSize.x / 2u; width > 0u; width /= 2u) {                  \
            barrier();                                                                         \
            if (thread < width) sReduced[thread] = COMBINE(sReduced[thread], sReduced[thread + width]); \
        }                                                                                      \
        barrier();                                                                             \
        return sReduced[0];                                                                    \
    }
#endif

float plus(float a, float b) {
    return a + b;
}
float larger(float a, float b) {
    return a < b ? b : a;
}
STRATA_REDUCE(workgroupSum, plus, subgroupAdd, 0.0)
STRATA_REDUCE(workgroupMaximum, larger, subgroupMax, -3.0e38)

#endif
