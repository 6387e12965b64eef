// Random numbers that are the same on every platform and library, for seeds that must reproduce: next() and uniform()
// by every bit, normal() but for the rounding of the platform's log, sin and cos.
#pragma once

#include <cstdint>

namespace strata {

/// xoshiro256** (Blackman and Vigna), seeded by splitmix64.
class Random {
public:
    explicit Random(std::uint64_t seed) noexcept;
    [[nodiscard]] std::uint64_t next() noexcept;
    /// Uniform in [0, 1), 53 bits.
    [[nodiscard]] double uniform() noexcept;
    /// N(0, 1), Box-Muller.
    [[nodiscard]] double normal() noexcept;

private:
    std::uint64_t m_state[4] = {};
    double m_spare = 0;
    bool m_hasSpare = false;
};

}  // namespace strata
