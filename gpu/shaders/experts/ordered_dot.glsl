// Sum of a[i] * b[i] in the order of Kernels::dot, so the same float: 16 partial sums by sixteen neighbouring threads,
// then the sum of halves. All threads of the workgroup must call it; `lane` is below 16, `slot` names the sum.
#ifndef ORDERED_DOT_GLSL
#define ORDERED_DOT_GLSL

shared float sPartial[256];

float sumOfHalves(float partial, uint lane, uint slot) {
    uint at = 16u * slot + lane;
    sPartial[at] = partial;
    for (uint middle = 8u; middle > 0u; middle /= 2u) {
        barrier();
        if (lane < middle) {
            precise float sum = sPartial[at] + sPartial[at + middle];
            sPartial[at] = sum;
        }
    }
    barrier();
    return sPartial[16u * slot];
}

#endif
