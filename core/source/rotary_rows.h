// Rows of query and key matrices, which two conventions order differently.
#pragma once

#include <cstddef>

namespace strata {

/// Hugging Face rotates element i of a head with element i + n/2; llama's GGUF files want such partners to be
/// neighbours. The row of a Hugging Face matrix [rows, in] of `heads` heads that stands in row `row` of the GGUF one.
[[nodiscard]] constexpr std::size_t halvesRow(std::size_t row, std::size_t rows, std::size_t heads) noexcept {
    const std::size_t headDim = rows / heads;
    const std::size_t within = row % headDim;
    return row - within + within / 2 + (within % 2) * (headDim / 2);
}

}  // namespace strata
