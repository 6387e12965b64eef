// One budget over everything a session holds: weights, KV cache and scratch.
#pragma once

#include "core/base/result.h"
#include "core/stack/stack_file.h"

#include <cstdint>
#include <limits>

namespace strata {

/// What a session uses, in bytes, wherever it stands. Compared with measured RSS by the tests.
struct MemoryUse {
    std::uint64_t weightBytes = 0;
    std::uint64_t kvBytes = 0;
    std::uint64_t scratchBytes = 0;
    /// Of the three together, what stands in memory of the computing device's own (a graphics card's); the rest is the
    /// process's memory. 0 on the processor. total() counts it once, and only once.
    std::uint64_t deviceBytes = 0;
    [[nodiscard]] std::uint64_t total() const noexcept { return weightBytes + kvBytes + scratchBytes; }
};

/// The budget of a session and what it leaves for weights. Plain value.
class MemoryBudget {
public:
    static constexpr std::uint64_t kUnlimited = std::numeric_limits<std::uint64_t>::max();

    explicit MemoryBudget(std::uint64_t totalBytes = kUnlimited) noexcept : m_totalBytes(totalBytes) {}
    [[nodiscard]] std::uint64_t totalBytes() const noexcept { return m_totalBytes; }

    /// Blocks of the longest prefix that fits beside KV cache and scratch.
    /// Errors: BudgetTooSmall; the message states the floor and what it is made of.
    [[nodiscard]] Result<std::size_t> blocksFor(const StackFile& stack, std::uint64_t kvBytes,
                                                std::uint64_t scratchBytes) const;

private:
    std::uint64_t m_totalBytes;
};

}  // namespace strata
