// Rotation and activation quantization, NEON. The butterflies of the reference in its order, hence its bits.
#include "core/kernels/neon/common.inc"
#include "core/kernels/operators.h"

namespace strata::neon {
namespace {

/// a + b in the lower lane of each pair, a - b in the upper, in one rounding: a product with 1 or -1 is exact.
inline float32x4_t hadamard4(float32x4_t x) {
    const float pairs[kLanes] = {1, -1, 1, -1};
    const float halves[kLanes] = {1, 1, -1, -1};
    x = vfmaq_f32(vrev64q_f32(x), x, vld1q_f32(pairs));
    return vfmaq_f32(vextq_f32(x, x, 2), x, vld1q_f32(halves));
}

void hadamard(float* x, std::size_t size, float scale) {
    for (std::size_t column = 0; column < size; column += kLanes)
        vst1q_f32(x + column, hadamard4(vld1q_f32(x + column)));
    for (std::size_t distance = kLanes; distance < size; distance *= 2) {
        for (std::size_t start = 0; start < size; start += 2 * distance) {
            for (std::size_t first = start; first < start + distance; first += kLanes) {
                const float32x4_t a = vld1q_f32(x + first);
                const float32x4_t b = vld1q_f32(x + first + distance);
                vst1q_f32(x + first, vaddq_f32(a, b));
                vst1q_f32(x + first + distance, vsubq_f32(a, b));
            }
        }
    }
    for (std::size_t column = 0; column < size; column += kLanes)
        vst1q_f32(x + column, vmulq_f32(vld1q_f32(x + column), vdupq_n_f32(scale)));
}

/// What rounding left, in units of 1 / 256.
inline int32x4_t fineRest(float32x4_t value, int32x4_t rounded) {
    const float32x4_t rest = vmulq_f32(vsubq_f32(value, vcvtq_f32_s32(rounded)), vdupq_n_f32(256.0F));
    return vmaxq_s32(vminq_s32(vcvtnq_s32_f32(rest), vdupq_n_s32(127)), vdupq_n_s32(-127));
}

}  // namespace

#include "core/kernels/shared/rotate.inc"

void rotateQuantize(const Rotation& rotation, float* x, const QuantizedRow& out) {
    rotate(rotation, x);
    const std::size_t size = rotation.size();
    float32x4_t most = vdupq_n_f32(0);
    for (std::size_t column = 0; column < size; column += kLanes)
        most = vmaxnmq_f32(most, vabsq_f32(load(x + column, size - column)));
    const float largest = vmaxnmvq_f32(most);
    const bool usable = largest > 1e-30F && largest < 1e30F;
    const float32x4_t inverse = vdupq_n_f32(usable ? 127.0F / largest : 0.0F);
    int32x4_t total = vdupq_n_s32(0);
    int32x4_t fineTotal = vdupq_n_s32(0);
    for (std::size_t column = 0; column < out.stride; column += 4 * kLanes) {
        int32x4_t rounded[4];
        int32x4_t fine[4];
        for (std::size_t part = 0; part < 4; ++part) {
            rounded[part] = fine[part] = vdupq_n_s32(0);
            const std::size_t at = column + part * kLanes;
            if (!usable || at >= size) continue;
            const float32x4_t value = vmulq_f32(load(x + at, size - at), inverse);
            rounded[part] = vcvtnq_s32_f32(value);
            fine[part] = fineRest(value, rounded[part]);
            total = vaddq_s32(total, rounded[part]);
            fineTotal = vaddq_s32(fineTotal, fine[part]);
        }
        vst1q_s8(out.values + column, toBytes(rounded));
        if (out.fine != nullptr) vst1q_s8(out.fine + column, toBytes(fine));
    }
    *out.scale = usable ? largest / 127.0F : 0.0F;
    *out.sum = vaddvq_s32(total);
    if (out.fine != nullptr) *out.fineSum = vaddvq_s32(fineTotal);
}

}  // namespace strata::neon
