// Walsh-Hadamard transform of runs of `size` values (a power of two) that stand in `rotated` from `first` on, by one
// workgroup: the butterflies of core/kernels/reference/rotate.cpp in the same order, so the same bits. Stages within
// kSharedRun values go through shared memory, wider ones through the buffer.
// Needs: a buffer `rotated`, read and written by this workgroup alone.
#ifndef HADAMARD_GLSL
#define HADAMARD_GLSL

const uint kSharedRun = 2048u;
shared float sRun[kSharedRun];

void butterflies(uint size) {
    for (uint distance = 1u; distance < size; distance *= 2u) {
        barrier();
        for (uint pair = gl_LocalInvocationID.x; pair < size / 2u; pair += gl_WorkGroupSize.x) {
            uint at = pair / distance * 2u * distance + pair % distance;
            precise float a = sRun[at];
            precise float b = sRun[at + distance];
            precise float sum = a + b;
            precise float difference = a - b;
            sRun[at] = sum;
            sRun[at + distance] = difference;
        }
    }
    barrier();
}

void wideButterflies(uint first, uint size) {
    for (uint distance = kSharedRun; distance < size; distance *= 2u) {
        memoryBarrierBuffer();
        barrier();
        for (uint pair = gl_LocalInvocationID.x; pair < size / 2u; pair += gl_WorkGroupSize.x) {
            uint at = first + pair / distance * 2u * distance + pair % distance;
            precise float a = rotated[at];
            precise float b = rotated[at + distance];
            precise float sum = a + b;
            precise float difference = a - b;
            rotated[at] = sum;
            rotated[at + distance] = difference;
        }
    }
    memoryBarrierBuffer();
    barrier();
}

/// Transforms `count` values in runs of `size`, then multiplies each by `scale`.
void hadamard(uint first, uint count, uint size, float scale) {
    uint run = min(size, kSharedRun);
    for (uint start = 0u; start < count; start += run) {
        for (uint at = gl_LocalInvocationID.x; at < run; at += gl_WorkGroupSize.x)
            sRun[at] = rotated[first + start + at];
        butterflies(run);
        for (uint at = gl_LocalInvocationID.x; at < run; at += gl_WorkGroupSize.x) {
            precise float value = size <= kSharedRun ? sRun[at] * scale : sRun[at];
            rotated[first + start + at] = value;
        }
        barrier();
    }
    memoryBarrierBuffer();
    barrier();
    if (size <= kSharedRun) return;
    for (uint start = 0u; start < count; start += size) wideButterflies(first + start, size);
    for (uint at = gl_LocalInvocationID.x; at < count; at += gl_WorkGroupSize.x) {
        precise float value = rotated[first + at] * scale;
        rotated[first + at] = value;
    }
    memoryBarrierBuffer();
    barrier();
}

#endif
