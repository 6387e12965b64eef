// Which token of a batch goes to which expert, and where its route stands in a buffer with a row per route.
#pragma once

#include "core/kernels/kernels.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace strata {

/// The routes of an expert stand together, in the order of tokens, so that one product reads the expert's weights once.
class Routing {
public:
    /// The routes of one expert: rows [firstRow, firstRow + rows).
    struct Run {
        std::uint32_t expert = 0, firstRow = 0, rows = 0;
    };

    /// Room for the choices of `tokens` tokens, to be filled in by choices(); then arrange().
    void begin(const RouterShape& shape, std::size_t tokens);
    [[nodiscard]] RoutedExpert* choices(std::size_t token) noexcept { return &m_choices[token * m_used]; }
    [[nodiscard]] float* logits(std::size_t token) noexcept { return &m_logits[token * m_experts]; }
    void arrange();

    [[nodiscard]] std::size_t routes() const noexcept { return m_choices.size(); }
    /// A token's experts, most likely first, and the rows of its routes in that order.
    [[nodiscard]] std::span<const RoutedExpert> expertsOf(std::size_t token) const noexcept {
        return std::span(m_choices).subspan(token * m_used, m_used);
    }
    [[nodiscard]] std::span<const std::uint32_t> rowsOf(std::size_t token) const noexcept {
        return std::span(m_rows).subspan(token * m_used, m_used);
    }
    /// Experts with at least one route, in rising order.
    [[nodiscard]] std::span<const Run> runs() const noexcept { return m_runs; }
    /// The token of every row.
    [[nodiscard]] std::span<const std::uint32_t> tokens() const noexcept { return m_tokens; }

private:
    std::size_t m_experts = 0;
    std::size_t m_used = 0;
    std::vector<float> m_logits;          // [tokens][experts]
    std::vector<RoutedExpert> m_choices;  // [tokens][used]
    std::vector<std::uint32_t> m_rows;    // [tokens][used]
    std::vector<std::uint32_t> m_tokens;  // [row]
    std::vector<std::uint32_t> m_next;    // [experts]: the row that its next route takes
    std::vector<Run> m_runs;
};

}  // namespace strata
