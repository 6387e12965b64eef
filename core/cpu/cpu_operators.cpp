// Operators that work on each token alone.
#include "core/cpu/cpu_backend.h"

#include <algorithm>
#include <cassert>
#include <cmath>

namespace strata {

void CpuBackend::embed(MatrixId matrix, std::span<const TokenId> ids, float scale, BufferId out) {
    const CpuMatrix& table = matrixOf(matrix);
    overItems(ids.size(), table.info().columns, [&](std::size_t begin, std::size_t end) {
        for (std::size_t token = begin; token < end; ++token) {
            float* values = row(out, token);
            table.readRow(m_kernels, static_cast<std::size_t>(ids[token]), values);
            if (scale == 1.0F) continue;
            for (std::size_t column = 0; column < table.info().columns; ++column) values[column] *= scale;
        }
    });
}

void CpuBackend::rmsNorm(BufferId x, VectorId weight, float epsilon, BufferId out, std::size_t tokens) {
    const std::span<const float> weights = vectorOf(weight);
    const std::size_t runs = width(x) / weights.size();
    overItems(tokens, width(x), [&](std::size_t begin, std::size_t end) {
        for (std::size_t token = begin; token < end; ++token) {
            for (std::size_t run = 0; run < runs; ++run) {
                const std::size_t at = run * weights.size();
                m_kernels.rmsNorm(row(x, token) + at, weights.data(), epsilon, row(out, token) + at, weights.size());
            }
        }
    });
}

void CpuBackend::addBias(BufferId into, VectorId bias, std::size_t tokens) {
    const std::span<const float> values = vectorOf(bias);
    overItems(tokens, values.size(), [&](std::size_t begin, std::size_t end) {
        for (std::size_t token = begin; token < end; ++token)
            m_kernels.add(row(into, token), values.data(), values.size());
    });
}

const float* CpuBackend::ropeTable(RopeId rope, std::size_t firstPosition, std::size_t tokens) {
    Rope& entry = m_ropes[std::size_t(rope)];
    float* table = m_scratch.ropeTable(std::size_t(rope));
    if (entry.tokens >= tokens && entry.firstPosition == firstPosition) return table;
    const std::vector<double>& frequencies = entry.description.inverseFrequencies;
    for (std::size_t token = 0; token < tokens; ++token) {
        for (std::size_t pair = 0; pair < frequencies.size(); ++pair) {
            const double angle = static_cast<double>(firstPosition + token) * frequencies[pair];
            float* cosSin = table + (token * frequencies.size() + pair) * 2;
            cosSin[0] = static_cast<float>(std::cos(angle) * entry.description.magnitude);
            cosSin[1] = static_cast<float>(std::sin(angle) * entry.description.magnitude);
        }
    }
    entry.firstPosition = firstPosition;
    entry.tokens = tokens;
    return table;
}

void CpuBackend::rope(RopeId rope, BufferId x, std::size_t heads, std::size_t headDim, std::size_t firstPosition,
                      std::size_t tokens) {
    const RopeDescription& description = m_ropes[std::size_t(rope)].description;
    const std::size_t pairs = description.inverseFrequencies.size();
    assert(2 * pairs <= headDim && heads * headDim <= width(x));
    const float* table = ropeTable(rope, firstPosition, tokens);
    overItems(tokens, heads * headDim, [&](std::size_t begin, std::size_t end) {
        for (std::size_t token = begin; token < end; ++token) {
            for (std::size_t head = 0; head < heads; ++head)
                m_kernels.rope(row(x, token) + head * headDim, table + token * pairs * 2, pairs,
                               description.interleaved);
        }
    });
}

void CpuBackend::gate(Activation activation, BufferId gate, BufferId up, BufferId out, std::size_t tokens) {
    const auto kernel = activation == Activation::Silu ? m_kernels.siluMultiply : m_kernels.geluMultiply;
    const std::size_t columns = width(out);
    overItems(tokens, columns, [&](std::size_t begin, std::size_t end) {
        for (std::size_t token = begin; token < end; ++token)
            kernel(row(gate, token), row(up, token), row(out, token), columns);
    });
}

void CpuBackend::add(BufferId into, BufferId x, std::size_t tokens) {
    const std::size_t columns = std::min(width(into), width(x));
    overItems(tokens, columns, [&](std::size_t begin, std::size_t end) {
        for (std::size_t token = begin; token < end; ++token) m_kernels.add(row(into, token), row(x, token), columns);
    });
}

void CpuBackend::softcap(BufferId x, float cap, std::size_t tokens) {
    constexpr std::size_t kPiece = 1024;
    const std::size_t pieces = (width(x) + kPiece - 1) / kPiece;
    overItems(tokens * pieces, kPiece, [&](std::size_t begin, std::size_t end) {
        for (std::size_t piece = begin; piece < end; ++piece) {
            const std::size_t first = piece % pieces * kPiece;
            float* values = row(x, piece / pieces);
            for (std::size_t at = first; at < std::min(first + kPiece, width(x)); ++at)
                values[at] = cap * std::tanh(values[at] / cap);
        }
    });
}

void CpuBackend::copyRows(BufferId from, std::size_t first, BufferId to, std::size_t tokens) {
    const std::size_t columns = std::min(width(from), width(to));
    for (std::size_t token = 0; token < tokens; ++token) std::copy_n(row(from, first + token), columns, row(to, token));
}

}  // namespace strata
