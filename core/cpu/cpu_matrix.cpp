#include "core/cpu/cpu_matrix.h"

#include <algorithm>
#include <cassert>

namespace strata {

Result<CpuMatrix> CpuMatrix::create(const StackFile& stack, std::size_t index) {
    CpuMatrix matrix;
    matrix.m_info = &stack.matrices()[index];
    matrix.m_index = index;
    const MatrixInfo& info = *matrix.m_info;
    if (info.codec == Codec::Bitstack) {
        matrix.m_channelScales = stack.channelScales(index);
        matrix.m_bitstack.resize(info.tileCount());
        matrix.m_signBlocks.resize(info.tileCount() * info.levels);
        return matrix;
    }
    matrix.m_rotation = stack.rotation(info.columns);
    matrix.m_tables = stack.tables(info.levels);
    if (!matrix.m_rotation || matrix.m_tables.size() < info.levels)
        return fail(ErrorCode::Corrupt, "matrix '" + info.name + "' has no rotation or no level tables");
    matrix.m_nested.resize(info.tileCount());
    return matrix;
}

void CpuMatrix::use(const BlockSchedule& schedule) {
    assert(&schedule.stack().matrices()[m_index] == m_info);
    for (std::size_t tile = 0; tile < m_info->tileCount(); ++tile) {
        if (m_info->codec == Codec::Nested) {
            useNested(schedule, tile);
        } else {
            useBitstack(schedule, tile);
        }
    }
}

void CpuMatrix::useNested(const BlockSchedule& schedule, std::size_t tile) {
    NestedTile& entry = m_nested[tile];
    entry = {};
    entry.rows = m_info->rowsOfTile(tile);
    entry.columns = m_info->columns;
    entry.level = schedule.level(m_index, tile);
    for (unsigned plane = 0; plane < entry.level; ++plane)
        entry.planes[plane] = reinterpret_cast<const std::uint32_t*>(schedule.block(m_index, tile, plane));
    if (entry.level == 0) return;
    // The scales of a level stand behind the bits of its last plane.
    const std::byte* last = schedule.block(m_index, tile, entry.level - 1);
    entry.rowScales = reinterpret_cast<const Half*>(last + planeBytes(entry.rows, entry.columns));
    entry.table = &m_tables[entry.level - 1];
}

void CpuMatrix::useBitstack(const BlockSchedule& schedule, std::size_t tile) {
    const std::size_t rows = m_info->rowsOfTile(tile);
    const unsigned level = schedule.level(m_index, tile);
    const std::span<SignBlock> blocks = std::span(m_signBlocks).subspan(tile * m_info->levels, level);
    for (unsigned block = 0; block < level; ++block) {
        const std::byte* bytes = schedule.block(m_index, tile, block);
        const auto* u = reinterpret_cast<const Half*>(bytes + planeBytes(rows, m_info->columns));
        blocks[block] = {reinterpret_cast<const std::uint32_t*>(bytes), u, u + m_info->rank * paddedRows(rows)};
    }
    m_bitstack[tile] = {blocks, m_info->rank, rows, m_info->columns};
}

void CpuMatrix::readRow(const Kernels& kernels, std::size_t row, float* out) const {
    assert(row < m_info->rows);
    const std::size_t tile = row / m_info->tileRows;
    const std::size_t within = row % m_info->tileRows;
    if (m_info->codec == Codec::Bitstack) return readBitstackRow(m_bitstack[tile], within, out);
    assert(m_nested[tile].level > 0);
    kernels.nestedRow(m_nested[tile], within, out);
    kernels.rotateInverse(*m_rotation, out);
}

void CpuMatrix::readBitstackRow(const BitstackTile& tile, std::size_t row, float* out) const {
    for (std::size_t column = 0; column < tile.columns; ++column) {
        const BitPlace place = bitPlace(tile.columns, row, column);
        float sum = 0;
        for (const SignBlock& block : tile.blocks) {
            float magnitude = 0;
            for (unsigned k = 0; k < tile.rank; ++k)
                magnitude += toFloat(block.u[k * paddedRows(tile.rows) + row]) *
                             toFloat(block.v[k * paddedColumns(tile.columns) + column]);
            sum += (block.signs[place.word] >> place.bit & 1U) != 0 ? magnitude : -magnitude;
        }
        out[column] = m_channelScales.empty() ? sum : sum / m_channelScales[column];
    }
}

}  // namespace strata
