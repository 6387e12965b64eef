// A mixture of experts on the device. Which experts a token goes to is decided by the processor, since it decides which
// matrices are read: route() waits for the router's logits.
#include "core/kernels/kernels.h"
#include "gpu/vulkan_backend.h"

#include <bit>
#include <cassert>

namespace strata::gpu {

void VulkanBackend::route(RouterId router, BufferId x, std::size_t tokens) {
    const Router& chosen = m_routers[std::size_t(router)];
    m_routing.begin(chosen.shape, tokens);
    recordRouterLogits(recorder(), chosen.weights, chosen.shape.experts, chosen.columns, rows(x),
                       m_arena.routerLogits(), tokens);
    const std::span<float> logits(m_routing.logits(0), tokens * chosen.shape.experts);
    if (auto status = m_stream->read(m_arena.routerLogits(), std::as_writable_bytes(logits)); !status) {
        std::ranges::fill(logits, 0.0F);
        m_stream->noteFailure(std::move(status).error());
    }
    for (std::size_t token = 0; token < tokens; ++token)
        findKernels("reference")->selectExperts(m_routing.logits(token), chosen.shape, m_routing.choices(token));
    m_routing.arrange();
    std::vector<std::uint32_t> routes;
    for (std::size_t token = 0; token < tokens; ++token)
        for (std::size_t place = 0; place < chosen.shape.used; ++place)
            routes.insert(routes.end(), {m_routing.rowsOf(token)[place],
                                         std::bit_cast<std::uint32_t>(m_routing.expertsOf(token)[place].weight)});
    m_stream->write(m_arena.routes().part(0, routes.size() * 4), std::as_bytes(std::span(routes)));
    m_stream->write(m_arena.routeTokens().part(0, m_routing.routes() * 4), std::as_bytes(m_routing.tokens()));
}

void VulkanBackend::expertProducts(std::span<const ExpertJob> jobs, BufferId x, std::size_t tokens) {
    if (tokens == 0) return;
    const BufferSlice gather = m_arena.isRouted(x) ? BufferSlice{} : m_arena.routeTokens();
    NestedNeeds needs;
    for (const ExpertJob& job : jobs) {
        for (const Routing::Run& run : m_routing.runs()) {
            const DeviceMatrix& matrix = matrixOf(m_experts[std::size_t(job.experts)][run.expert]);
            assert(matrix.info().columns <= rows(x).width && matrix.info().rows <= rows(job.y).width);
            needs.add(matrix);
        }
    }
    const QuantizedRows quantized = quantizedFor(needs, rows(x), gather, m_routing.routes());
    for (const ExpertJob& job : jobs)
        for (const Routing::Run& run : m_routing.runs())
            productOf(matrixOf(m_experts[std::size_t(job.experts)][run.expert]), quantized, rows(x), gather,
                      run.firstRow, run.rows, rows(job.y));
}

void VulkanBackend::combineRoutes(BufferId x, BufferId out, std::size_t tokens) {
    const std::size_t used = m_routing.rowsOf(0).size();
    recordCombineRoutes(recorder(), rows(x), m_arena.routes(), used, rows(out), tokens);
}

void VulkanBackend::scaleByGate(BufferId x, VectorId gate, BufferId by, std::size_t tokens) {
    const Vector& weights = m_vectors[std::size_t(gate)];
    recordScaleByGate(recorder(), rows(x), weights.values, weights.length, rows(by), tokens);
}

}  // namespace strata::gpu
