// Rotation and int8 quantization of activations, scalar. Every instruction set performs the same butterflies in the
// same order, so rotated and quantized activations are identical everywhere.
#include "core/kernels/operators.h"

#include <algorithm>
#include <cmath>

namespace strata::reference {
namespace {

/// Walsh-Hadamard transform in Sylvester's order: stages of distance 1, 2, 4, ..., then one multiplication.
void hadamard(float* x, std::size_t size, float scale) {
    for (std::size_t distance = 1; distance < size; distance *= 2) {
        for (std::size_t start = 0; start < size; start += 2 * distance) {
            for (std::size_t first = start; first < start + distance; ++first) {
                const float a = x[first];
                const float b = x[first + distance];
                x[first] = a + b;
                x[first + distance] = a - b;
            }
        }
    }
    for (std::size_t column = 0; column < size; ++column) x[column] *= scale;
}

void hadamardBlocks(const Rotation& rotation, float* x) {
    const float scale = 1.0F / std::sqrt(static_cast<float>(rotation.blockSize()));
    for (std::size_t start = 0; start < rotation.size(); start += rotation.blockSize())
        hadamard(x + start, rotation.blockSize(), scale);
}

void applySigns(const Rotation& rotation, float* x) {
    for (std::size_t column = 0; column < rotation.size(); ++column) x[column] *= rotation.signs()[column];
}

}  // namespace

void rotate(const Rotation& rotation, float* x) {
    applySigns(rotation, x);
    hadamardBlocks(rotation, x);
}

void rotateInverse(const Rotation& rotation, float* x) {
    hadamardBlocks(rotation, x);
    applySigns(rotation, x);
}

void rotateQuantize(const Rotation& rotation, float* x, const QuantizedRow& out) {
    rotate(rotation, x);
    float largest = 0;
    for (std::size_t column = 0; column < rotation.size(); ++column) largest = std::max(largest, std::fabs(x[column]));
    // Below this the reciprocal would overflow; such a token is zero for every purpose.
    const bool usable = largest > 1e-30F && largest < 1e30F;
    const float inverse = usable ? 127.0F / largest : 0.0F;
    *out.scale = usable ? largest / 127.0F : 0.0F;
    *out.sum = 0;
    for (std::size_t column = 0; column < rotation.size(); ++column) {
        x[column] = usable ? x[column] * inverse : 0.0F;
        out.values[column] = static_cast<std::int8_t>(std::nearbyint(x[column]));
        *out.sum += out.values[column];
    }
    std::fill(out.values + rotation.size(), out.values + out.stride, std::int8_t{0});
    if (out.fine == nullptr) return;
    *out.fineSum = 0;
    for (std::size_t column = 0; column < rotation.size(); ++column) {
        const float rest = (x[column] - static_cast<float>(out.values[column])) * 256.0F;
        out.fine[column] = static_cast<std::int8_t>(std::clamp(std::nearbyint(rest), -127.0F, 127.0F));
        *out.fineSum += out.fine[column];
    }
    std::fill(out.fine + rotation.size(), out.fine + out.stride, std::int8_t{0});
}

}  // namespace strata::reference
