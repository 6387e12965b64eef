// Operators of the Vulkan backend: places and shapes here, shaders in gpu/ops.
#include "core/cpu/ranking.h"
#include "gpu/vulkan_backend.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cassert>
#include <cmath>
#include <map>

namespace strata::gpu {

void VulkanBackend::embed(MatrixId matrix, std::span<const TokenId> ids, float scale, BufferId out) {
    // A batch whose logits nobody wanted: let the device begin with it.
    if (m_stream->isRecording()) m_stream->flush();
    if (m_useFailure) m_stream->noteFailure(*m_useFailure);
    const DeviceMatrix& table = matrixOf(matrix);
    std::map<std::size_t, std::vector<std::uint32_t>> byTile;
    for (std::size_t token = 0; token < ids.size(); ++token) {
        const auto row = static_cast<std::size_t>(ids[token]);
        std::vector<std::uint32_t>& wanted = byTile[row / table.info().tileRows];
        wanted.insert(wanted.end(), {word(row % table.info().tileRows), word(token)});
    }
    for (const auto& [tile, wanted] : byTile) {
        const BufferSlice list = m_stream->upload(std::as_bytes(std::span(wanted)));
        if (table.info().codec == Codec::Nested) {
            assert(table.nested()[tile].level > 0);
            recordNestedRows(recorder(), table.nested()[tile], table.rotation(), list, 0, wanted.size() / 2, scale,
                             rows(out));
        } else {
            recordBitstackRows(recorder(), table.bitstack()[tile], list, 0, wanted.size() / 2, scale, rows(out));
        }
    }
}

void VulkanBackend::rmsNorm(BufferId x, VectorId weight, float epsilon, BufferId out, std::size_t tokens) {
    const Vector& weights = m_vectors[std::size_t(weight)];
    recordRmsNorm(recorder(), rows(x), weights.values, weights.length, epsilon, rows(out), tokens);
}

void VulkanBackend::NestedNeeds::add(const DeviceMatrix& other) noexcept {
    if (other.info().codec == Codec::Nested) matrix = &other;
    fine = fine || other.isFine();
}

QuantizedRows VulkanBackend::quantizedFor(const NestedNeeds& needs, const Rows& x, BufferSlice gather,
                                          std::size_t count) {
    if (needs.matrix == nullptr) return {};
    const QuantizedRows quantized = m_arena.quantized(needs.matrix->info().columns, needs.fine);
    recordRotateQuantize(recorder(), needs.matrix->rotation(), x, gather, quantized, count);
    return quantized;
}

void VulkanBackend::productOf(const DeviceMatrix& matrix, const QuantizedRows& quantized, const Rows& x,
                              BufferSlice gather, std::size_t firstRow, std::size_t count, const Rows& y) {
    for (std::size_t tile = 0; tile < matrix.info().tileCount(); ++tile) {
        const std::size_t firstColumn = tile * matrix.info().tileRows;
        if (matrix.info().codec == Codec::Nested) {
            assert(matrix.nested()[tile].level > 0);
            recordNestedProduct(recorder(), matrix.nested()[tile], quantized, firstRow, count, y, firstColumn);
        } else {
            assert(!matrix.bitstack()[tile].blocks.empty());
            recordBitstackProduct(recorder(), matrix.bitstack()[tile], x, gather, m_arena.bitstack(), firstRow, count,
                                  y, firstColumn);
        }
    }
}

void VulkanBackend::products(std::span<const ProductJob> jobs, BufferId x, std::size_t tokens) {
    if (tokens == 0) return;
    NestedNeeds needs;
    for (const ProductJob& job : jobs) {
        const DeviceMatrix& matrix = matrixOf(job.matrix);
        assert(matrix.info().columns <= rows(x).width && matrix.info().rows <= rows(job.y).width);
        needs.add(matrix);
    }
    const QuantizedRows quantized = quantizedFor(needs, rows(x), {}, tokens);
    for (const ProductJob& job : jobs) productOf(matrixOf(job.matrix), quantized, rows(x), {}, 0, tokens, rows(job.y));
}

void VulkanBackend::addBias(BufferId into, VectorId bias, std::size_t tokens) {
    const Vector& values = m_vectors[std::size_t(bias)];
    recordAddBias(recorder(), rows(into), values.values, values.length, tokens);
}

BufferSlice VulkanBackend::ropeTable(Rope& rope, std::size_t firstPosition, std::size_t tokens) {
    const BufferSlice table = m_arena.ropeTable(rope.table);
    if (rope.generation == m_arena.generation() && rope.tokens >= tokens && rope.firstPosition == firstPosition)
        return table;
    const std::vector<double>& frequencies = rope.description.inverseFrequencies;
    std::vector<float> values(tokens * frequencies.size() * 2);
    for (std::size_t token = 0; token < tokens; ++token) {
        for (std::size_t pair = 0; pair < frequencies.size(); ++pair) {
            const double angle = static_cast<double>(firstPosition + token) * frequencies[pair];
            float* cosSin = &values[(token * frequencies.size() + pair) * 2];
            cosSin[0] = static_cast<float>(std::cos(angle) * rope.description.magnitude);
            cosSin[1] = static_cast<float>(std::sin(angle) * rope.description.magnitude);
        }
    }
    m_stream->write(table, std::as_bytes(std::span(values)));
    rope.generation = m_arena.generation();
    rope.firstPosition = firstPosition;
    rope.tokens = tokens;
    return table;
}

void VulkanBackend::rope(RopeId rope, BufferId x, std::size_t heads, std::size_t headDim, std::size_t firstPosition,
                         std::size_t tokens) {
    Rope& entry = m_ropes[std::size_t(rope)];
    const std::size_t pairs = entry.description.inverseFrequencies.size();
    assert(2 * pairs <= headDim && heads * headDim <= rows(x).width);
    const BufferSlice table = ropeTable(entry, firstPosition, tokens);
    recordRope(recorder(), rows(x), table, pairs, entry.description.interleaved, heads, headDim, tokens);
}

void VulkanBackend::storeKv(std::size_t layer, BufferId k, BufferId v, std::size_t firstPosition, std::size_t tokens) {
    recordStoreKv(recorder(), m_kv.layer(layer), rows(k), rows(v), firstPosition, tokens);
}

void VulkanBackend::attention(const AttentionShape& shape, BufferId q, BufferId out, std::size_t firstPosition,
                              std::size_t tokens) {
    recordAttention(recorder(), m_kv.layer(shape.layer), shape, rows(q), rows(out), m_arena.attentionState(),
                    firstPosition, tokens);
}

void VulkanBackend::gate(Activation activation, BufferId gate, BufferId up, BufferId out, std::size_t tokens) {
    recordGate(recorder(), activation, rows(gate), rows(up), rows(out), tokens);
}

void VulkanBackend::add(BufferId into, BufferId x, std::size_t tokens) {
    recordAdd(recorder(), rows(into), rows(x), tokens);
}

void VulkanBackend::softcap(BufferId x, float cap, std::size_t tokens) {
    recordSoftcap(recorder(), rows(x), cap, tokens);
}

Result<std::vector<RankedValue>> VulkanBackend::largest(BufferId x, std::size_t row, std::size_t width,
                                                        std::size_t count, std::span<float> room) {
    assert(count > 0 && count <= kMostRanked && width <= rows(x).width);
    recordRanking(recorder(), rows(x), row, width, count, m_arena.ranking());
    std::array<std::uint32_t, kRankListBytes / 4> words;
    if (auto status = m_stream->read(m_arena.ranking().list, std::as_writable_bytes(std::span(words))); !status) {
        forgetTables();
        return std::unexpected(std::move(status).error());
    }
    // So many equal values that the list does not hold them.
    if (words[0] > kRankEntries) {
        STRATA_CHECK(read(x, row, room));
        return largestOf(room.first(width), count);
    }
    std::vector<RankedValue> values(words[0]);
    for (std::size_t entry = 0; entry < values.size(); ++entry)
        values[entry] = {std::bit_cast<float>(words[2 + 2 * entry]), words[3 + 2 * entry]};
    std::ranges::sort(values, ranksBefore);
    values.resize(std::min(values.size(), count));
    return values;
}

void VulkanBackend::copyRows(BufferId from, std::size_t first, BufferId to, std::size_t tokens) {
    recordCopyRows(recorder(), rows(from), first, rows(to), tokens);
}

}  // namespace strata::gpu
