// Operators of a backend made of two: each runs on one side, with its buffers there.
#include "core/hybrid/split_backend.h"

#include <cassert>

namespace strata {
namespace {

constexpr std::size_t at(Side side) noexcept {
    return static_cast<std::size_t>(side);
}

}  // namespace

void SplitBackend::embed(MatrixId matrix, std::span<const TokenId> ids, float scale, BufferId out) {
    const Side side = sideOf(matrix);
    backend(side)->embed(m_matrices[std::size_t(matrix)].ids[at(side)], ids, scale, output(out, side, ids.size()));
}

void SplitBackend::rmsNorm(BufferId x, VectorId weight, float epsilon, BufferId out, std::size_t tokens) {
    const Side side = m_current;
    const BufferId from = input(x, side);
    backend(side)->rmsNorm(from, m_vectors[std::size_t(weight)][at(side)], epsilon, output(out, side, tokens), tokens);
}

void SplitBackend::products(std::span<const ProductJob> jobs, BufferId x, std::size_t tokens) {
    if (tokens == 0) return;
    const Side side = sideOf(jobs.front().matrix);
    const BufferId from = input(x, side);
    std::vector<ProductJob> there;
    for (const ProductJob& job : jobs) {
        assert(sideOf(job.matrix) == side);
        there.push_back({m_matrices[std::size_t(job.matrix)].ids[at(side)], output(job.y, side, tokens)});
    }
    backend(side)->products(there, from, tokens);
}

void SplitBackend::addBias(BufferId into, VectorId bias, std::size_t tokens) {
    const Side side = m_current;
    backend(side)->addBias(changed(into, side), m_vectors[std::size_t(bias)][at(side)], tokens);
}

void SplitBackend::rope(RopeId rope, BufferId x, std::size_t heads, std::size_t headDim, std::size_t firstPosition,
                        std::size_t tokens) {
    const Side side = m_current;
    backend(side)->rope(m_ropes[std::size_t(rope)][at(side)], changed(x, side), heads, headDim, firstPosition, tokens);
}

void SplitBackend::storeKv(std::size_t layer, BufferId k, BufferId v, std::size_t firstPosition, std::size_t tokens) {
    const Side side = m_placement.layers[layer];
    backend(side)->storeKv(layer, input(k, side), input(v, side), firstPosition, tokens);
}

void SplitBackend::attention(const AttentionShape& shape, BufferId q, BufferId out, std::size_t firstPosition,
                             std::size_t tokens) {
    const Side side = m_placement.layers[shape.layer];
    const BufferId from = input(q, side);
    backend(side)->attention(shape, from, output(out, side, tokens), firstPosition, tokens);
}

void SplitBackend::route(RouterId router, BufferId x, std::size_t tokens) {
    const Side side = m_current;
    backend(side)->route(m_routers[std::size_t(router)][at(side)], input(x, side), tokens);
}

void SplitBackend::expertProducts(std::span<const ExpertJob> jobs, BufferId x, std::size_t tokens) {
    if (tokens == 0) return;
    const Side side = sideOf(m_experts[std::size_t(jobs.front().experts)].second);
    assert(side == m_current);
    const BufferId from = input(x, side);
    std::vector<ExpertJob> there;
    for (const ExpertJob& job : jobs)
        there.push_back({m_experts[std::size_t(job.experts)].first[at(side)], output(job.y, side, 0)});
    backend(side)->expertProducts(there, from, tokens);
}

void SplitBackend::combineRoutes(BufferId x, BufferId out, std::size_t tokens) {
    const Side side = m_current;
    const BufferId from = input(x, side);
    backend(side)->combineRoutes(from, output(out, side, tokens), tokens);
}

void SplitBackend::scaleByGate(BufferId x, VectorId gate, BufferId by, std::size_t tokens) {
    const Side side = m_current;
    const BufferId from = input(by, side);
    backend(side)->scaleByGate(changed(x, side), m_vectors[std::size_t(gate)][at(side)], from, tokens);
}

void SplitBackend::gate(Activation activation, BufferId gate, BufferId up, BufferId out, std::size_t tokens) {
    const Side side = m_current;
    const BufferId first = input(gate, side), second = input(up, side);
    backend(side)->gate(activation, first, second, output(out, side, tokens), tokens);
}

void SplitBackend::add(BufferId into, BufferId x, std::size_t tokens) {
    const Side side = m_current;
    const BufferId from = input(x, side);
    backend(side)->add(changed(into, side), from, tokens);
}

void SplitBackend::softcap(BufferId x, float cap, std::size_t tokens) {
    const Side side = m_current;
    backend(side)->softcap(changed(x, side), cap, tokens);
}

void SplitBackend::copyRows(BufferId from, std::size_t first, BufferId to, std::size_t tokens) {
    const Side side = m_current;
    const BufferId there = input(from, side);
    backend(side)->copyRows(there, first, output(to, side, tokens), tokens);
}

}  // namespace strata
