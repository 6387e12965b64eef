// Norm, rotary embedding, activations and conversions, NEON.
#include "core/kernels/neon/common.inc"
#include "core/kernels/operators.h"

namespace strata::neon {
namespace {

/// x / (1 + exp(-t)): the logistic function of t, times x.
inline float32x4_t timesLogistic(float32x4_t x, float32x4_t t) {
    return vdivq_f32(x, vaddq_f32(vdupq_n_f32(1.0F), exponential(vnegq_f32(t))));
}

}  // namespace

#include "core/kernels/shared/elementwise.inc"

void rmsNorm(const float* x, const float* weight, float epsilon, float* y, std::size_t n) {
    constexpr std::size_t kSums = 4;
    float32x4_t squares[kSums] = {vdupq_n_f32(0), vdupq_n_f32(0), vdupq_n_f32(0), vdupq_n_f32(0)};
    for (std::size_t index = 0; index < n; index += kLanes) {
        const float32x4_t value = load(x + index, n - index);
        float32x4_t& sum = squares[index / kLanes % kSums];
        sum = vfmaq_f32(sum, value, value);
    }
    const float32x4_t all = vaddq_f32(vaddq_f32(squares[0], squares[1]), vaddq_f32(squares[2], squares[3]));
    const float mean = vaddvq_f32(all) / static_cast<float>(n);
    const float32x4_t inverse = vdupq_n_f32(1.0F / __builtin_sqrtf(mean + epsilon));
    for (std::size_t index = 0; index < n; index += kLanes) {
        const float32x4_t normal = vmulq_f32(load(x + index, n - index), inverse);
        store(y + index, n - index, vmulq_f32(normal, load(weight + index, n - index)));
    }
}

void siluMultiply(const float* gate, const float* up, float* out, std::size_t n) {
    for (std::size_t index = 0; index < n; index += kLanes) {
        const float32x4_t g = load(gate + index, n - index);
        store(out + index, n - index, vmulq_f32(timesLogistic(g, g), load(up + index, n - index)));
    }
}

/// 0.5 x (1 + tanh(z)) = x logistic(2 z), z = sqrt(2 / pi) (x + 0.044715 x^3).
void geluMultiply(const float* gate, const float* up, float* out, std::size_t n) {
    for (std::size_t index = 0; index < n; index += kLanes) {
        const float32x4_t g = load(gate + index, n - index);
        const float32x4_t cubic = vfmaq_f32(vdupq_n_f32(1.0F), vmulq_f32(g, g), vdupq_n_f32(0.044715F));
        const float32x4_t twice = vmulq_f32(vmulq_f32(g, cubic), vdupq_n_f32(1.59576912F));
        store(out + index, n - index, vmulq_f32(timesLogistic(g, twice), load(up + index, n - index)));
    }
}

void toHalf(const float* x, Half* out, std::size_t n) {
    for (std::size_t index = 0; index < n; index += kLanes) {
        const std::size_t left = n - index < kLanes ? n - index : kLanes;
        const float16x4_t half = vcvt_f16_f32(load(x + index, left));
        __builtin_memcpy(out + index, &half, left * sizeof(Half));
    }
}

double logSumExp(const float* x, std::size_t n) {
    float32x4_t most = vdupq_n_f32(x[0]);
    for (std::size_t index = 0; index < n; index += kLanes)
        most = vmaxq_f32(most, vbslq_f32(lanes(n - index), load(x + index, n - index), most));
    const float largest = vmaxvq_f32(most);
    float64x2_t sum = vdupq_n_f64(0);
    for (std::size_t index = 0; index < n; index += kLanes) {
        const float32x4_t shifted = vsubq_f32(load(x + index, n - index), vdupq_n_f32(largest));
        const float32x4_t terms = vbslq_f32(lanes(n - index), exponential(shifted), vdupq_n_f32(0));
        sum = vaddq_f64(sum, vcvt_f64_f32(vget_low_f32(terms)));
        sum = vaddq_f64(sum, vcvt_high_f64_f32(terms));
    }
    return static_cast<double>(largest) + __builtin_log(vaddvq_f64(sum));
}

float dot(const float* a, const float* b, std::size_t n) {
    float32x4_t sums[4] = {vdupq_n_f32(0), vdupq_n_f32(0), vdupq_n_f32(0), vdupq_n_f32(0)};
    for (std::size_t index = 0; index < n; index += kLanes) {
        float32x4_t& sum = sums[index / kLanes % 4];
        sum = vaddq_f32(sum, vmulq_f32(load(a + index, n - index), load(b + index, n - index)));
    }
    const float32x4_t four = vaddq_f32(vaddq_f32(sums[0], sums[2]), vaddq_f32(sums[1], sums[3]));
    const float32x2_t two = vadd_f32(vget_low_f32(four), vget_high_f32(four));
    return vget_lane_f32(two, 0) + vget_lane_f32(two, 1);
}

}  // namespace strata::neon
