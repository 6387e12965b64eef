// Matrix products: the shared input is rotated and quantized once, then one parallel region covers all matrices.
#include "core/cpu/cpu_backend.h"

#include <algorithm>
#include <atomic>
#include <cassert>

namespace strata {
namespace {

// A batch has work enough for finer shares, so that a core the system takes away does not hold up the rest.
constexpr std::size_t kSharesPerThread = 4;

/// First row block of a span that starts at or after `byte` of the whole product.
std::size_t rowBlockAt(std::size_t byte, std::size_t firstByte, std::size_t blockBytes, std::size_t rowBlocks) {
    if (byte <= firstByte) return 0;
    return std::min((byte - firstByte + blockBytes - 1) / blockBytes, rowBlocks);
}

}  // namespace

void CpuBackend::products(std::span<const ProductJob> jobs, BufferId x, std::size_t tokens) {
    if (tokens == 0) return;
    const CpuMatrix* nested = nullptr;
    for (const ProductJob& job : jobs) {
        const CpuMatrix& matrix = matrixOf(job.matrix);
        assert(matrix.info().columns <= width(x) && matrix.info().rows <= width(job.y));
        if (matrix.info().codec == Codec::Nested) {
            nested = &matrix;
        } else {
            bitstackProduct(matrix, x, job.y, tokens);
        }
    }
    if (!nested) return;
    collectSpans(jobs);
    const bool fine =
        std::ranges::any_of(m_spans, [](const ProductSpan& span) { return span.tile->level >= kFineLevel; });
    runSpans(quantize(nested->rotation(), x, tokens, fine));
}

void CpuBackend::collectSpans(std::span<const ProductJob> jobs) {
    m_spans.clear();
    std::size_t bytes = 0;
    for (const ProductJob& job : jobs) {
        const CpuMatrix& matrix = matrixOf(job.matrix);
        for (std::size_t index = 0; index < matrix.nested().size(); ++index) {
            const NestedTile& tile = matrix.nested()[index];
            assert(tile.level > 0);
            const std::size_t rowBlocks = paddedRows(tile.rows) / kRowBlock;
            const std::size_t blockBytes = planeBytes(kRowBlock, tile.columns) * tile.level;
            float* y = row(job.y, 0) + index * matrix.info().tileRows;
            m_spans.push_back({&tile, y, stride(job.y), rowBlocks, blockBytes, bytes});
            bytes += rowBlocks * blockBytes;
        }
    }
}

QuantizedTokens CpuBackend::quantize(const Rotation& rotation, BufferId x, std::size_t tokens, bool fine) {
    CpuScratch::Quantized out = m_scratch.quantized(rotation.size());
    if (!fine) out.fine = nullptr;
    auto quantizeRange = [&](std::size_t part, std::size_t parts) {
        float* copy = m_scratch.threadRow(part);
        for (std::size_t token = tokens * part / parts; token < tokens * (part + 1) / parts; ++token) {
            std::copy_n(row(x, token), rotation.size(), copy);
            m_kernels.rotateQuantize(rotation, copy, out.row(token));
        }
    };
    if (tokens == 1 || tokens * rotation.size() < kParallelFloats) {
        quantizeRange(0, 1);
    } else {
        m_pool.run(quantizeRange);
    }
    return out.view(tokens);
}

void CpuBackend::runSpans(const QuantizedTokens& x) {
    const std::size_t bytes = m_spans.back().firstByte + m_spans.back().rowBlocks * m_spans.back().blockBytes;
    if (bytes * x.tokens < kParallelBytes) return runSpanRange(x, 0, bytes);
    const std::size_t shares = m_pool.threadCount() * (x.tokens == 1 ? 1 : kSharesPerThread);
    auto share = [&](std::size_t index) { runSpanRange(x, bytes * index / shares, bytes * (index + 1) / shares); };
    if (shares > m_pool.threadCount()) return m_pool.forEach(shares, share);
    auto part = [&](std::size_t index, std::size_t) { share(index); };
    m_pool.run(part);
}

void CpuBackend::runSpanRange(const QuantizedTokens& x, std::size_t firstByte, std::size_t lastByte) const {
    for (const ProductSpan& span : m_spans) {
        const std::size_t begin = rowBlockAt(firstByte, span.firstByte, span.blockBytes, span.rowBlocks);
        const std::size_t end = rowBlockAt(lastByte, span.firstByte, span.blockBytes, span.rowBlocks);
        if (begin < end) m_kernels.nestedProduct(*span.tile, x, span.y, span.yStride, begin, end);
    }
}

const float* CpuBackend::scaleInputs(std::span<const float> scales, BufferId x, std::size_t first, std::size_t tokens) {
    if (scales.empty()) return row(x, first);
    float* out = m_scratch.scaledInputs();
    overItems(tokens, scales.size(), [&](std::size_t begin, std::size_t end) {
        for (std::size_t token = begin; token < end; ++token) {
            const float* in = row(x, first + token);
            for (std::size_t column = 0; column < scales.size(); ++column)
                out[token * scales.size() + column] = in[column] / scales[column];
        }
    });
    return out;
}

void CpuBackend::bitstackProduct(const CpuMatrix& matrix, BufferId x, BufferId y, std::size_t tokens) {
    const std::span<const float> scales = matrix.channelScales();
    for (std::size_t index = 0; index < matrix.bitstack().size(); ++index) {
        const BitstackTile& tile = matrix.bitstack()[index];
        assert(!tile.blocks.empty());
        const std::size_t piece = m_scratch.bitstackTokens(tile, tokens);
        for (std::size_t first = 0; first < tokens; first += piece) {
            const std::size_t count = std::min(piece, tokens - first);
            const float* in = scaleInputs(scales, x, first, count);
            const std::size_t inStride = scales.empty() ? stride(x) : scales.size();
            std::byte* scratch = m_scratch.bitstack();
            overItems(tile.blocks.size() * tile.rank * count, tile.columns, [&](std::size_t begin, std::size_t end) {
                m_kernels.bitstackPrepare(tile, in, inStride, count, scratch, begin, end);
            });
            float* out = row(y, first) + index * matrix.info().tileRows;
            const std::size_t rowBlockWork = kRowBlock * tile.columns * count * tile.blocks.size() * tile.rank / 8;
            overItems(paddedRows(tile.rows) / kRowBlock, rowBlockWork, [&](std::size_t begin, std::size_t end) {
                m_kernels.bitstackProduct(tile, count, scratch, out, stride(y), begin, end);
            });
        }
    }
}

}  // namespace strata
