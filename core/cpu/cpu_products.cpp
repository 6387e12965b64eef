// Matrix products: the shared input is rotated and quantized once, then one parallel region covers all matrices.
#include "core/cpu/cpu_backend.h"

#include <algorithm>
#include <cassert>

namespace strata {
namespace {

// A batch has work enough for finer shares, so that a core the system takes away does not hold up the rest.
constexpr std::size_t kSharesPerThread = 4;

/// Rows [first, first + count) of quantized inputs.
QuantizedTokens slice(const QuantizedTokens& x, std::size_t first, std::size_t count) {
    const bool fine = x.fine != nullptr;
    return {.tokens = count,
            .stride = x.stride,
            .values = x.values + first * x.stride,
            .fine = fine ? x.fine + first * x.stride : nullptr,
            .scales = x.scales + first,
            .sums = x.sums + first,
            .fineSums = fine ? x.fineSums + first : nullptr};
}

/// First row block of a span that starts at or after `work` of the whole product.
std::size_t rowBlockAt(std::size_t work, std::size_t firstWork, std::size_t blockWork, std::size_t rowBlocks) {
    if (work <= firstWork) return 0;
    return std::min((work - firstWork + blockWork - 1) / blockWork, rowBlocks);
}

}  // namespace

void CpuBackend::products(std::span<const ProductJob> jobs, BufferId x, std::size_t tokens) {
    if (tokens == 0) return;
    const CpuMatrix* nested = nullptr;
    m_spans.clear();
    for (const ProductJob& job : jobs) {
        const CpuMatrix& matrix = matrixOf(job.matrix);
        assert(matrix.info().columns <= width(x) && matrix.info().rows <= width(job.y));
        if (matrix.info().codec == Codec::Nested) {
            nested = &matrix;
            addSpans(matrix, job.y, 0, tokens);
        } else {
            bitstackProduct(matrix, {x, 0, tokens, {}}, job.y);
        }
    }
    if (nested) runSpans(quantize(nested->rotation(), x, tokens, spansAreFine()), tokens);
}

void CpuBackend::addSpans(const CpuMatrix& matrix, BufferId y, std::size_t firstRow, std::size_t rows) {
    for (std::size_t index = 0; index < matrix.nested().size(); ++index) {
        const NestedTile& tile = matrix.nested()[index];
        assert(tile.level > 0);
        const std::size_t rowBlocks = paddedRows(tile.rows) / kRowBlock;
        const std::size_t blockWork = planeBytes(kRowBlock, tile.columns) * tile.level * rows;
        const std::size_t before = m_spans.empty() ? 0 : m_spans.back().firstWork + m_spans.back().work();
        float* out = row(y, firstRow) + index * matrix.info().tileRows;
        m_spans.push_back({&tile, firstRow, rows, out, stride(y), rowBlocks, blockWork, before});
    }
}

bool CpuBackend::spansAreFine() const noexcept {
    return std::ranges::any_of(m_spans, [](const ProductSpan& span) { return span.tile->level >= kFineLevel; });
}

QuantizedTokens CpuBackend::quantize(const Rotation& rotation, BufferId x, std::size_t rows, bool fine) {
    CpuScratch::Quantized out = m_scratch.quantized(rotation.size());
    if (!fine) out.fine = nullptr;
    auto quantizeRange = [&](std::size_t part, std::size_t parts) {
        float* copy = m_scratch.threadRow(part);
        for (std::size_t index = rows * part / parts; index < rows * (part + 1) / parts; ++index) {
            std::copy_n(row(x, index), rotation.size(), copy);
            m_kernels.rotateQuantize(rotation, copy, out.row(index));
        }
    };
    if (rows == 1 || rows * rotation.size() < kParallelFloats) {
        quantizeRange(0, 1);
    } else {
        m_pool.run(quantizeRange);
    }
    return out.view(rows);
}

void CpuBackend::runSpans(const QuantizedTokens& x, std::size_t tokens) {
    const std::size_t work = m_spans.back().firstWork + m_spans.back().work();
    if (work < kParallelBytes) return runSpanRange(x, 0, work);
    const std::size_t shares = m_pool.threadCount() * (tokens == 1 ? 1 : kSharesPerThread);
    auto share = [&](std::size_t index) { runSpanRange(x, work * index / shares, work * (index + 1) / shares); };
    if (shares > m_pool.threadCount()) return m_pool.forEach(shares, share);
    auto part = [&](std::size_t index, std::size_t) { share(index); };
    m_pool.run(part);
}

void CpuBackend::runSpanRange(const QuantizedTokens& x, std::size_t firstWork, std::size_t lastWork) const {
    for (const ProductSpan& span : m_spans) {
        const std::size_t begin = rowBlockAt(firstWork, span.firstWork, span.blockWork, span.rowBlocks);
        const std::size_t end = rowBlockAt(lastWork, span.firstWork, span.blockWork, span.rowBlocks);
        if (begin < end)
            m_kernels.nestedProduct(*span.tile, slice(x, span.firstRow, span.rows), span.y, span.yStride, begin, end);
    }
}

std::pair<const float*, std::size_t> CpuBackend::scaleInputs(const CpuMatrix& matrix, const InputRows& x) {
    const std::span<const float> scales = matrix.channelScales();
    if (scales.empty() && x.tokens.empty()) return {row(x.buffer, x.first), stride(x.buffer)};
    float* out = m_scratch.scaledInputs();
    const std::size_t columns = matrix.info().columns;
    overItems(x.count, columns, [&](std::size_t begin, std::size_t end) {
        for (std::size_t index = begin; index < end; ++index) {
            const std::size_t place = x.first + index;
            const float* in = row(x.buffer, x.tokens.empty() ? place : x.tokens[place]);
            for (std::size_t column = 0; column < columns; ++column)
                out[index * columns + column] = scales.empty() ? in[column] : in[column] / scales[column];
        }
    });
    return {out, columns};
}

void CpuBackend::bitstackProduct(const CpuMatrix& matrix, const InputRows& x, BufferId y) {
    for (std::size_t index = 0; index < matrix.bitstack().size(); ++index) {
        const BitstackTile& tile = matrix.bitstack()[index];
        assert(!tile.blocks.empty());
        const std::size_t piece = m_scratch.bitstackTokens(tile, x.count);
        for (std::size_t done = 0; done < x.count; done += piece) {
            const std::size_t first = x.first + done;
            const std::size_t count = std::min(piece, x.count - done);
            const auto [in, inStride] = scaleInputs(matrix, {x.buffer, first, count, x.tokens});
            std::byte* scratch = m_scratch.bitstack();
            const auto prepare = [&, values = in, valueStride = inStride](std::size_t begin, std::size_t end) {
                m_kernels.bitstackPrepare(tile, values, valueStride, count, scratch, begin, end);
            };
            overItems(tile.blocks.size() * tile.rank * count, tile.columns, prepare);
            float* out = row(y, first) + index * matrix.info().tileRows;
            const std::size_t rowBlockWork = kRowBlock * tile.columns * count * tile.blocks.size() * tile.rank / 8;
            overItems(paddedRows(tile.rows) / kRowBlock, rowBlockWork, [&](std::size_t begin, std::size_t end) {
                m_kernels.bitstackProduct(tile, count, scratch, out, stride(y), begin, end);
            });
        }
    }
}

}  // namespace strata
