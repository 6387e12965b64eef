#include "tests/core/codec/sample_matrix.h"

#include <cmath>
#include <numbers>

namespace strata::test {
namespace {

double uniform(std::uint64_t seed, std::size_t index) {
    std::uint64_t z = seed + (index + 1) * 0x9E3779B97F4A7C15ULL;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ULL;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBULL;
    return static_cast<double>((z ^ (z >> 31)) >> 11) * 0x1p-53;
}

/// Activations [tokens, columns].
std::vector<double> sampleInputs(std::size_t columns, std::size_t tokens, std::uint64_t seed) {
    constexpr std::size_t kShared = 4;
    std::vector<double> channel = normals(seed + 200, columns);
    for (std::size_t column = 0; column < columns; ++column)
        channel[column] = std::exp(0.5 * channel[column]) * (column % 17 == 0 ? 5 : 1);
    const std::vector<double> topics = normals(seed + 300, tokens * kShared);
    const std::vector<double> directions = normals(seed + 400, kShared * columns);
    std::vector<double> inputs = normals(seed + 500, tokens * columns);
    for (std::size_t token = 0; token < tokens; ++token)
        for (std::size_t column = 0; column < columns; ++column) {
            double& value = inputs[token * columns + column];
            for (std::size_t k = 0; k < kShared; ++k)
                value += topics[token * kShared + k] * directions[k * columns + column];
            value *= channel[column];
        }
    return inputs;
}

}  // namespace

std::vector<double> normals(std::uint64_t seed, std::size_t count) {
    std::vector<double> values(count);
    for (std::size_t index = 0; index < count; ++index)
        values[index] = std::sqrt(-2 * std::log(1 - uniform(seed, 2 * index))) *
                        std::cos(2 * std::numbers::pi * uniform(seed, 2 * index + 1));
    return values;
}

SampleMatrix sampleMatrix(std::size_t rows, std::size_t columns, std::size_t tokens, std::uint64_t seed) {
    SampleMatrix sample{rows, columns, std::vector<float>(rows * columns), std::vector<float>(columns * columns)};
    const std::vector<double> weights = normals(seed, rows * columns), sizes = normals(seed + 100, rows);
    for (std::size_t index = 0; index < weights.size(); ++index)
        sample.weights[index] = static_cast<float>(0.02 * weights[index] * std::exp(0.5 * sizes[index / columns]));
    const std::vector<double> inputs = sampleInputs(columns, tokens, seed);
    std::vector<double> gram(columns * columns, 0.0);
    for (std::size_t token = 0; token < tokens; ++token)
        for (std::size_t row = 0; row < columns; ++row)
            for (std::size_t column = 0; column < columns; ++column)
                gram[row * columns + column] += inputs[token * columns + row] * inputs[token * columns + column];
    for (std::size_t index = 0; index < gram.size(); ++index)
        sample.hessian[index] = static_cast<float>(gram[index] / static_cast<double>(tokens));
    return sample;
}

double hessianError(std::span<const float> a, std::span<const float> b, std::span<const float> hessian,
                    std::size_t columns) {
    double sum = 0;
    std::vector<double> difference(columns);
    for (std::size_t start = 0; start < a.size(); start += columns) {
        for (std::size_t column = 0; column < columns; ++column)
            difference[column] = static_cast<double>(a[start + column]) - static_cast<double>(b[start + column]);
        for (std::size_t row = 0; row < columns; ++row) {
            double product = 0;
            for (std::size_t column = 0; column < columns; ++column)
                product += static_cast<double>(hessian[row * columns + column]) * difference[column];
            sum += difference[row] * product;
        }
    }
    return sum;
}

}  // namespace strata::test
