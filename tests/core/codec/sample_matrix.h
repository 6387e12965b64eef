// Matrices that the goldens' script (tests/oracles/codec_golden.py) makes as well, from the same seeds.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace strata::test {

/// The first N(0, 1) numbers of splitmix64 and Box-Muller.
[[nodiscard]] std::vector<double> normals(std::uint64_t seed, std::size_t count);

struct SampleMatrix {
    std::size_t rows = 0;
    std::size_t columns = 0;
    std::vector<float> weights;  ///< rows of different sizes
    std::vector<float> hessian;  ///< of correlated inputs with outlier channels
};
[[nodiscard]] SampleMatrix sampleMatrix(std::size_t rows, std::size_t columns, std::size_t tokens, std::uint64_t seed);

/// tr(D H D^T) in doubles, D = a - b.
[[nodiscard]] double hessianError(std::span<const float> a, std::span<const float> b, std::span<const float> hessian,
                                  std::size_t columns);

}  // namespace strata::test
