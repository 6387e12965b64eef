#include "core/cpu/cpu_scratch.h"

#include <algorithm>

namespace strata {
namespace {

constexpr std::size_t kAlignment = 64;
// Stays in the second-level caches of two cores; a product over more tokens runs in pieces.
constexpr std::size_t kBitstackBytes = std::size_t{4} << 20;

std::size_t place(std::size_t& total, std::size_t sizeBytes) noexcept {
    const std::size_t offset = total;
    total += padTo(sizeBytes, kAlignment);
    return offset;
}

}  // namespace

void CpuScratch::needMatrix(const MatrixInfo& matrix) {
    if (matrix.codec == Codec::Nested) {
        m_columns = std::max(m_columns, matrix.columns);
        m_fine = m_fine || matrix.levels >= kFineLevel;
        return;
    }
    const std::vector<SignBlock> blocks(matrix.levels);
    const BitstackTile tile{blocks, matrix.rank, std::min(matrix.rows, matrix.tileRows), matrix.columns};
    m_bitstackBytes = std::max(m_bitstackBytes, m_kernels.bitstackScratchBytes(tile, 1));
    m_bitstackColumns = std::max(m_bitstackColumns, matrix.columns);
}

void CpuScratch::needRoutes(const MatrixInfo& matrix, std::size_t perToken) {
    if (matrix.codec != Codec::Nested) return;
    m_routedColumns = std::max(m_routedColumns, matrix.columns);
    m_routes = std::max(m_routes, perToken);
}

CpuScratch::Layout CpuScratch::layoutFor(std::size_t tokens) const {
    Layout layout;
    const std::size_t values =
        tokens * std::max(padTo(m_columns, kAlignment), m_routes * padTo(m_routedColumns, kAlignment));
    const std::size_t rows = tokens * std::max<std::size_t>(m_routes, 1);
    layout.values = place(layout.total, values);
    layout.fine = place(layout.total, m_fine ? values : 0);
    layout.scales = place(layout.total, rows * sizeof(float));
    layout.sums = place(layout.total, rows * sizeof(std::int32_t));
    layout.fineSums = place(layout.total, m_fine ? rows * sizeof(std::int32_t) : 0);
    layout.rows = place(layout.total, m_threads * padTo(m_columns, kAlignment) * sizeof(float));
    for (const std::size_t pairs : m_ropePairs)
        layout.ropes.push_back(place(layout.total, tokens * pairs * 2 * sizeof(float)));
    const std::size_t wanted = std::max(m_bitstackBytes, std::min(tokens * m_bitstackBytes, kBitstackBytes));
    layout.bitstack = place(layout.total, wanted);
    layout.scaled = place(layout.total, tokens * m_bitstackColumns * sizeof(float));
    return layout;
}

Result<void> CpuScratch::reserve(std::size_t tokens) {
    m_layout = layoutFor(tokens);
    m_tokens = tokens;
    return resizePages(m_memory, m_layout.total);
}

std::uint64_t CpuScratch::bytesFor(std::size_t tokens) const noexcept {
    return PageMemory::roundedBytes(layoutFor(tokens).total);
}

CpuScratch::Quantized CpuScratch::quantized(std::size_t columns) const noexcept {
    return {.values = at<std::int8_t>(m_layout.values),
            .fine = m_fine ? at<std::int8_t>(m_layout.fine) : nullptr,
            .stride = padTo(columns, kAlignment),
            .scales = at<float>(m_layout.scales),
            .sums = at<std::int32_t>(m_layout.sums),
            .fineSums = at<std::int32_t>(m_layout.fineSums)};
}

QuantizedRow CpuScratch::Quantized::row(std::size_t token) const noexcept {
    return {.values = values + token * stride,
            .fine = fine == nullptr ? nullptr : fine + token * stride,
            .stride = stride,
            .scale = scales + token,
            .sum = sums + token,
            .fineSum = fine == nullptr ? nullptr : fineSums + token};
}

void CpuScratch::Quantized::copyRow(std::size_t from, std::size_t to) const noexcept {
    std::copy_n(values + from * stride, stride, values + to * stride);
    scales[to] = scales[from];
    sums[to] = sums[from];
    if (fine == nullptr) return;
    std::copy_n(fine + from * stride, stride, fine + to * stride);
    fineSums[to] = fineSums[from];
}

QuantizedTokens CpuScratch::Quantized::view(std::size_t tokens) const noexcept {
    return {tokens, stride, values, fine, scales, sums, fineSums};
}

float* CpuScratch::threadRow(std::size_t thread) const noexcept {
    return at<float>(m_layout.rows) + thread * padTo(m_columns, kAlignment);
}

std::size_t CpuScratch::bitstackTokens(const BitstackTile& tile, std::size_t tokens) const noexcept {
    const std::size_t perToken = std::max<std::size_t>(m_kernels.bitstackScratchBytes(tile, 1), 1);
    return std::clamp<std::size_t>((m_layout.scaled - m_layout.bitstack) / perToken, 1, tokens);
}

}  // namespace strata
