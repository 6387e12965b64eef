#include "core/cpu/routing.h"

namespace strata {

void Routing::begin(const RouterShape& shape, std::size_t tokens) {
    m_experts = shape.experts;
    m_used = shape.used;
    m_logits.resize(tokens * m_experts);
    m_choices.resize(tokens * m_used);
    m_rows.resize(m_choices.size());
    m_tokens.resize(m_choices.size());
}

void Routing::arrange() {
    m_next.assign(m_experts, 0);
    for (const RoutedExpert& choice : m_choices) ++m_next[choice.expert];
    m_runs.clear();
    std::uint32_t first = 0;
    for (std::uint32_t expert = 0; expert < m_experts; ++expert) {
        const std::uint32_t rows = m_next[expert];
        if (rows > 0) m_runs.push_back({expert, first, rows});
        m_next[expert] = first;
        first += rows;
    }
    for (std::size_t route = 0; route < m_choices.size(); ++route) {
        m_rows[route] = m_next[m_choices[route].expert]++;
        m_tokens[m_rows[route]] = static_cast<std::uint32_t>(route / m_used);
    }
}

}  // namespace strata
