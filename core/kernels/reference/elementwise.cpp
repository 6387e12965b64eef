// Norm, rotary embedding, activations and conversions, scalar, with double intermediates.
#include "core/kernels/operators.h"

#include <algorithm>
#include <cmath>

namespace strata::reference {

void rmsNorm(const float* x, const float* weight, float epsilon, float* y, std::size_t n) {
    double squares = 0;
    for (std::size_t index = 0; index < n; ++index) squares += static_cast<double>(x[index]) * x[index];
    const double inverse = 1.0 / std::sqrt(squares / static_cast<double>(n) + static_cast<double>(epsilon));
    for (std::size_t index = 0; index < n; ++index)
        y[index] = static_cast<float>(x[index] * inverse * static_cast<double>(weight[index]));
}

void rope(float* head, const float* cosSin, std::size_t pairs, bool interleaved) {
    for (std::size_t pair = 0; pair < pairs; ++pair) {
        const std::size_t first = interleaved ? 2 * pair : pair;
        const std::size_t second = interleaved ? first + 1 : first + pairs;
        const float cosine = cosSin[2 * pair];
        const float sine = cosSin[2 * pair + 1];
        const float a = head[first];
        const float b = head[second];
        head[first] = a * cosine - b * sine;
        head[second] = a * sine + b * cosine;
    }
}

void siluMultiply(const float* gate, const float* up, float* out, std::size_t n) {
    for (std::size_t index = 0; index < n; ++index) {
        const double g = gate[index];
        out[index] = static_cast<float>(g / (1.0 + std::exp(-g)) * static_cast<double>(up[index]));
    }
}

void geluMultiply(const float* gate, const float* up, float* out, std::size_t n) {
    constexpr double kRootTwoOverPi = 0.79788456080286535588;
    for (std::size_t index = 0; index < n; ++index) {
        const double g = gate[index];
        const double inner = kRootTwoOverPi * (g + 0.044715 * g * g * g);
        out[index] = static_cast<float>(0.5 * g * (1.0 + std::tanh(inner)) * static_cast<double>(up[index]));
    }
}

void add(float* into, const float* x, std::size_t n) {
    for (std::size_t index = 0; index < n; ++index) into[index] += x[index];
}

void toHalf(const float* x, Half* out, std::size_t n) {
    for (std::size_t index = 0; index < n; ++index) out[index] = strata::toHalf(x[index]);
}

double logSumExp(const float* x, std::size_t n) {
    const double largest = static_cast<double>(*std::max_element(x, x + n));
    double sum = 0;
    for (std::size_t index = 0; index < n; ++index) sum += std::exp(static_cast<double>(x[index]) - largest);
    return largest + std::log(sum);
}

float dot(const float* a, const float* b, std::size_t n) {
    constexpr std::size_t kLanes = 16;
    float sums[kLanes] = {};
    for (std::size_t index = 0; index < n; ++index) sums[index % kLanes] += a[index] * b[index];
    for (std::size_t half = kLanes / 2; half > 0; half /= 2)
        for (std::size_t lane = 0; lane < half; ++lane) sums[lane] += sums[lane + half];
    return sums[0];
}

}  // namespace strata::reference
