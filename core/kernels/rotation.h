// The rotation that precedes every nested matrix: Q = blockdiag(H / sqrt(b)) . diag(signs), H the Hadamard matrix of
// the largest power of two b that divides `size` (Sylvester's order). Orthogonal; spreads outliers over a block.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace strata {

/// Immutable; shared by all matrices with the same input size.
class Rotation {
public:
    /// Signs +1 or -1, one per column; stored in the stack, not drawn again.
    explicit Rotation(std::vector<std::int8_t> signs);
    /// Signs drawn from a seed.
    [[nodiscard]] static Rotation random(std::size_t size, std::uint64_t seed);

    [[nodiscard]] std::size_t size() const noexcept { return m_signs.size(); }
    [[nodiscard]] std::size_t blockSize() const noexcept { return m_blockSize; }
    [[nodiscard]] std::span<const float> signs() const noexcept { return m_signs; }
    [[nodiscard]] std::vector<std::int8_t> storedSigns() const;

    /// x [size] -> Q x, in place. Scalar reference; the kernels' rotate() gives the same up to rounding.
    void apply(std::span<float> x) const noexcept;
    /// x [size] -> Q^T x, in place.
    void applyInverse(std::span<float> x) const noexcept;

private:
    std::vector<float> m_signs;
    std::size_t m_blockSize;
};

}  // namespace strata
