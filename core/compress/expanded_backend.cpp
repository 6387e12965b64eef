#include "core/compress/expanded_backend.h"

#include "core/codec/linear_algebra.h"

#include <algorithm>

namespace strata {
namespace {

/// Rows of the expansion, and tokens of a product, that one task computes: fixed shapes, whatever the number of
/// threads.
constexpr std::size_t kTaskRows = 64;
constexpr std::size_t kTaskTokens = 128;
static_assert(kTaskRows % kRowBlock == 0);

/// Factors [rank][padded] of rows (or columns) [first, first + count) as float32 [rank][count].
std::vector<float> factors(const Half* halves, unsigned rank, std::size_t padded, std::size_t first,
                           std::size_t count) {
    std::vector<float> values(rank * count);
    for (unsigned k = 0; k < rank; ++k)
        for (std::size_t index = 0; index < count; ++index)
            values[k * count + index] = toFloat(halves[k * padded + first + index]);
    return values;
}

/// out [rows, columns] += S o (u v^T) for rows [first, first + rows) of a block.
void addBlock(const SignBlock& block, const BitstackTile& tile, std::size_t first, std::size_t rows,
              std::vector<float>& magnitudes, float* out) {
    const std::vector<float> u = factors(block.u, tile.rank, paddedRows(tile.rows), first, rows);
    const std::vector<float> v = factors(block.v, tile.rank, paddedColumns(tile.columns), 0, tile.columns);
    magnitudes.resize(rows * tile.columns);
    blas::multiplyLeftTransposed(rows, tile.columns, tile.rank, 1, u.data(), rows, v.data(), tile.columns, 0,
                                 magnitudes.data(), tile.columns);
    for (std::size_t row = 0; row < rows; ++row) {
        for (std::size_t column = 0; column < tile.columns; ++column) {
            const BitPlace place = bitPlace(tile.columns, first + row, column);
            const float magnitude = magnitudes[row * tile.columns + column];
            out[row * tile.columns + column] +=
                (block.signs[place.word] >> place.bit & 1U) != 0 ? magnitude : -magnitude;
        }
    }
}

}  // namespace

Result<MatrixId> ExpandedBackend::addMatrix(const StackFile& stack, std::size_t index) {
    STRATA_TRY(const MatrixId id, CpuBackend::addMatrix(stack, index));
    STRATA_TRY(CpuMatrix matrix, CpuMatrix::create(stack, index));
    m_expanded.resize(std::max(m_expanded.size(), std::size_t(id) + 1));
    m_expanded[std::size_t(id)].matrix = std::move(matrix);
    return id;
}

Result<void> ExpandedBackend::use(std::shared_ptr<const BlockSchedule> schedule) {
    for (Expanded& entry : m_expanded) entry.matrix.use(*schedule);
    return CpuBackend::use(std::move(schedule));
}

void ExpandedBackend::expand(Expanded& entry) {
    const MatrixInfo& info = entry.matrix.info();
    std::vector<unsigned> levels;
    for (const BitstackTile& tile : entry.matrix.bitstack())
        levels.push_back(static_cast<unsigned>(tile.blocks.size()));
    if (levels == entry.levels) return;
    entry.weights.assign(info.rows * info.columns, 0.0F);
    const std::size_t tasks = (info.rows + kTaskRows - 1) / kTaskRows;
    pool().forEach(tasks, [&](std::size_t task) {
        const std::size_t firstRow = task * kTaskRows;
        const std::size_t index = firstRow / info.tileRows;
        const BitstackTile& tile = entry.matrix.bitstack()[index];
        const std::size_t first = firstRow - index * info.tileRows;
        const std::size_t rows = std::min({kTaskRows, tile.rows - first, info.rows - firstRow});
        float* out = &entry.weights[firstRow * info.columns];
        std::vector<float> magnitudes;
        for (const SignBlock& block : tile.blocks) addBlock(block, tile, first, rows, magnitudes, out);
        const std::span<const float> scales = entry.matrix.channelScales();
        for (std::size_t at = 0; !scales.empty() && at < rows * info.columns; ++at)
            out[at] /= scales[at % info.columns];
    });
    entry.levels = std::move(levels);
}

void ExpandedBackend::products(std::span<const ProductJob> jobs, BufferId x, std::size_t tokens) {
    if (m_expanded[std::size_t(jobs[0].matrix)].matrix.info().codec == Codec::Nested)
        return CpuBackend::products(jobs, x, tokens);
    std::vector<DenseProduct> products;
    for (const ProductJob& job : jobs)
        products.push_back(productWith(job.matrix, row(x, 0), stride(x), tokens, job.y, 0));
    multiplyDense(pool(), products);
}

void ExpandedBackend::expertProducts(std::span<const ExpertJob> jobs, BufferId x, std::size_t tokens) {
    if (m_expanded[std::size_t(matricesOf(jobs[0].experts)[0])].matrix.info().codec == Codec::Nested)
        return CpuBackend::expertProducts(jobs, x, tokens);
    std::vector<float> gathered;
    const auto [inputs, inputStride] = routeInputs(x, gathered);
    std::vector<DenseProduct> products;
    for (const ExpertJob& job : jobs)
        for (const Routing::Run& run : routing().runs())
            products.push_back(productWith(matricesOf(job.experts)[run.expert], inputs + run.firstRow * inputStride,
                                           inputStride, run.rows, job.y, run.firstRow));
    multiplyDense(pool(), products);
}

DenseProduct ExpandedBackend::productWith(MatrixId matrix, const float* x, std::size_t xStride, std::size_t tokens,
                                          BufferId y, std::size_t firstRow) {
    Expanded& entry = m_expanded[std::size_t(matrix)];
    expand(entry);
    const MatrixInfo& info = entry.matrix.info();
    return {entry.weights.data(), info.rows, info.columns, x, xStride, tokens, row(y, firstRow), stride(y)};
}

}  // namespace strata
