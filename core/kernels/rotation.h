// The rotation that precedes every nested matrix: Q = (H / sqrt(b) (x) I) . diag(signs), H the Hadamard matrix of the
// largest power of two b that divides `size` (Sylvester's order), (x) the Kronecker product: it mixes the b columns
// that stand size / b apart. Orthogonal. Mixing distant columns, not neighbours, spreads outliers over all attention
// heads: with a head of b columns, H on neighbours would leave each head to itself.
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
    /// Columns that are mixed with each other: b.
    [[nodiscard]] std::size_t blockSize() const noexcept { return m_blockSize; }
    /// Distance of neighbours among them: size / b, odd.
    [[nodiscard]] std::size_t stride() const noexcept { return m_signs.size() / m_blockSize; }
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
