// A mixture of experts: routes, products over the routed experts only, and the sum of their answers.
#include "core/cpu/cpu_backend.h"

#include <algorithm>
#include <cassert>
#include <cmath>

namespace strata {

void CpuBackend::route(RouterId router, BufferId x, std::size_t tokens) {
    const Router& chosen = m_routers[std::size_t(router)];
    const std::size_t experts = chosen.shape.experts;
    const std::size_t columns = chosen.weights.size() / experts;
    assert(columns <= width(x));
    m_routing.begin(chosen.shape, tokens);
    overItems(tokens * experts, columns, [&](std::size_t begin, std::size_t end) {
        for (std::size_t item = begin; item < end; ++item) {
            const float* weights = &chosen.weights[item % experts * columns];
            m_routing.logits(item / experts)[item % experts] = m_kernels.dot(row(x, item / experts), weights, columns);
        }
    });
    overItems(tokens, experts, [&](std::size_t begin, std::size_t end) {
        for (std::size_t token = begin; token < end; ++token)
            m_kernels.selectExperts(m_routing.logits(token), chosen.shape, m_routing.choices(token));
    });
    m_routing.arrange();
}

void CpuBackend::expertProducts(std::span<const ExpertJob> jobs, BufferId x, std::size_t tokens) {
    if (tokens == 0) return;
    const bool routed = isRouted(x);
    const CpuMatrix* nested = nullptr;
    m_spans.clear();
    for (const ExpertJob& job : jobs) {
        for (const Routing::Run& run : m_routing.runs()) {
            const CpuMatrix& matrix = matrixOf(matricesOf(job.experts)[run.expert]);
            assert(matrix.info().columns <= width(x) && matrix.info().rows <= width(job.y));
            if (matrix.info().codec == Codec::Nested) {
                nested = &matrix;
                addSpans(matrix, job.y, run.firstRow, run.rows);
            } else {
                const auto from = routed ? std::span<const std::uint32_t>() : m_routing.tokens();
                bitstackProduct(matrix, {x, run.firstRow, run.rows, from}, job.y);
            }
        }
    }
    if (!nested) return;
    const Rotation& rotation = nested->rotation();
    const bool fine = spansAreFine();
    runSpans(routed ? quantize(rotation, x, m_routing.routes(), fine) : quantizeForRoutes(rotation, x, tokens, fine),
             tokens);
}

QuantizedTokens CpuBackend::quantizeForRoutes(const Rotation& rotation, BufferId x, std::size_t tokens, bool fine) {
    CpuScratch::Quantized out = m_scratch.quantized(rotation.size());
    if (!fine) out.fine = nullptr;
    auto quantizeRange = [&](std::size_t part, std::size_t parts) {
        float* copy = m_scratch.threadRow(part);
        for (std::size_t token = tokens * part / parts; token < tokens * (part + 1) / parts; ++token) {
            std::copy_n(row(x, token), rotation.size(), copy);
            const std::span<const std::uint32_t> rows = m_routing.rowsOf(token);
            m_kernels.rotateQuantize(rotation, copy, out.row(rows[0]));
            for (const std::uint32_t other : rows.subspan(1)) out.copyRow(rows[0], other);
        }
    };
    if (tokens == 1 || tokens * rotation.size() < kParallelFloats) {
        quantizeRange(0, 1);
    } else {
        m_pool.run(quantizeRange);
    }
    return out.view(m_routing.routes());
}

std::pair<const float*, std::size_t> CpuBackend::routeInputs(BufferId x, std::vector<float>& room) {
    if (isRouted(x)) return {row(x, 0), stride(x)};
    room.resize(m_routing.routes() * width(x));
    for (std::size_t route = 0; route < m_routing.routes(); ++route)
        std::copy_n(row(x, m_routing.tokens()[route]), width(x), &room[route * width(x)]);
    return {room.data(), width(x)};
}

void CpuBackend::combineRoutes(BufferId x, BufferId out, std::size_t tokens) {
    const std::size_t columns = width(out);
    assert(columns <= width(x));
    overItems(tokens, columns * m_routesPerToken, [&](std::size_t begin, std::size_t end) {
        for (std::size_t token = begin; token < end; ++token) {
            float* sum = row(out, token);
            std::fill_n(sum, columns, 0.0F);
            for (std::size_t place = 0; place < m_routing.rowsOf(token).size(); ++place) {
                const float weight = m_routing.expertsOf(token)[place].weight;
                const float* answer = row(x, m_routing.rowsOf(token)[place]);
                for (std::size_t column = 0; column < columns; ++column) sum[column] += weight * answer[column];
            }
        }
    });
}

void CpuBackend::scaleByGate(BufferId x, VectorId gate, BufferId by, std::size_t tokens) {
    const std::span<const float> weights = vectorOf(gate);
    overItems(tokens, weights.size(), [&](std::size_t begin, std::size_t end) {
        for (std::size_t token = begin; token < end; ++token) {
            const auto logit = static_cast<double>(m_kernels.dot(row(by, token), weights.data(), weights.size()));
            const auto share = static_cast<float>(1 / (1 + std::exp(-logit)));
            float* values = row(x, token);
            for (std::size_t column = 0; column < width(x); ++column) values[column] *= share;
        }
    });
}

}  // namespace strata
