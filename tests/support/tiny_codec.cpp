#include "tests/support/tiny_codec.h"

#include "core/base/half.h"
#include "core/kernels/layout.h"

#include <algorithm>
#include <cmath>
#include <cstring>

namespace strata::test {
namespace {

double centroid(const LevelTable& table, std::size_t code) {
    return static_cast<double>(table.step) * (256.0 * table.high[code] + table.low[code]);
}

void setBit(std::vector<std::byte>& block, std::size_t columns, std::size_t row, std::size_t column) {
    const BitPlace place = bitPlace(columns, row, column);
    block[place.word * 4 + place.bit / 8] |= std::byte{1} << place.bit % 8;
}

/// Writes a binary16 at an index of the part behind the bits; returns the value it stands for.
double setHalf(std::vector<std::byte>& block, std::size_t bitBytes, std::size_t index, double value) {
    const Half half = toHalf(static_cast<float>(value));
    std::memcpy(block.data() + bitBytes + index * sizeof(Half), &half, sizeof half);
    return static_cast<double>(toFloat(half));
}

struct RowCodes {
    std::vector<double> rotated;
    std::vector<std::size_t> codes;  ///< of the deepest level
    double deviation = 1;
};

RowCodes roundRow(const TinyMatrix& matrix, std::size_t row, const Rotation& rotation, const LevelTable& table) {
    const std::size_t columns = matrix.info.columns;
    std::vector<float> values(matrix.dense.begin() + row * columns, matrix.dense.begin() + (row + 1) * columns);
    rotation.apply(values);
    RowCodes result{{values.begin(), values.end()}, std::vector<std::size_t>(columns), 0};
    for (const double value : result.rotated) result.deviation += value * value / static_cast<double>(columns);
    result.deviation = std::sqrt(result.deviation) + 1e-12;
    const double cells = static_cast<double>(std::size_t{1} << table.planes);
    for (std::size_t column = 0; column < columns; ++column) {
        const double place = (result.rotated[column] / result.deviation / 3.5 + 1) / 2 * cells;
        result.codes[column] = static_cast<std::size_t>(std::clamp(std::floor(place), 0.0, cells - 1));
    }
    return result;
}

/// The scale of one level that fits the row best.
double fitScale(const RowCodes& row, const LevelTable& table, unsigned shift) {
    double product = 0, square = 0;
    for (std::size_t column = 0; column < row.codes.size(); ++column) {
        const double value = centroid(table, row.codes[column] >> shift);
        product += value * row.rotated[column];
        square += value * value;
    }
    return product / square;
}

}  // namespace

std::vector<LevelTable> uniformTables(unsigned planes) {
    std::vector<LevelTable> tables;
    for (unsigned level = 1; level <= planes; ++level) {
        LevelTable table;
        table.planes = level;
        table.step = static_cast<float>(3.5 / (127 * 256));
        const int cells = 1 << level;
        for (int code = 0; code < cells; ++code) {
            const double middle = 127.0 * 256.0 * (2 * code + 1 - cells) / cells;
            const int coarse = static_cast<int>(std::lround(middle / 256));
            table.high[code] = static_cast<std::int8_t>(coarse);
            if (level > 6)
                table.low[code] =
                    static_cast<std::int8_t>(std::clamp(static_cast<int>(middle) - 256 * coarse, -128, 127));
        }
        tables.push_back(table);
    }
    return tables;
}

void encodeNestedPlainly(TinyMatrix& matrix, const Rotation& rotation, const std::vector<LevelTable>& tables) {
    const MatrixInfo& info = matrix.info;
    matrix.decoded.assign(info.levels, std::vector<double>(info.rows * info.columns));
    for (std::size_t tile = 0; tile < info.tileCount(); ++tile)
        for (unsigned level = 0; level < info.levels; ++level) matrix.blocks.emplace_back(info.blockBytes(tile));
    for (std::size_t row = 0; row < info.rows; ++row) {
        const std::size_t tile = row / info.tileRows, within = row % info.tileRows;
        const std::size_t bitBytes = planeBytes(info.rowsOfTile(tile), info.columns);
        const RowCodes codes = roundRow(matrix, row, rotation, tables.back());
        for (unsigned level = 0; level < info.levels; ++level) {
            std::vector<std::byte>& block = matrix.blocks[tile * info.levels + level];
            const unsigned shift = info.levels - 1 - level;
            const double scale = setHalf(block, bitBytes, within, fitScale(codes, tables[level], shift));
            std::vector<float> values(info.columns);
            for (std::size_t column = 0; column < info.columns; ++column) {
                const std::size_t code = codes.codes[column] >> shift;
                if ((code & 1U) != 0) setBit(block, info.columns, within, column);
                values[column] = static_cast<float>(scale * centroid(tables[level], code));
            }
            rotation.applyInverse(values);
            std::copy(values.begin(), values.end(), matrix.decoded[level].begin() + row * info.columns);
        }
    }
}

void encodeBitstackPlainly(TinyMatrix& matrix, const std::vector<float>& channelScales) {
    const MatrixInfo& info = matrix.info;
    const std::size_t bitBytes = planeBytes(info.rows, info.columns);
    std::vector<double> residual(info.rows * info.columns), sum(residual.size());
    for (std::size_t index = 0; index < residual.size(); ++index)
        residual[index] =
            static_cast<double>(matrix.dense[index]) * static_cast<double>(channelScales[index % info.columns]);
    for (unsigned level = 0; level < info.levels; ++level) {
        std::vector<std::byte> block(info.blockBytes(0));
        std::vector<double> rows(info.rows), columns(info.columns), magnitude(residual.size());
        double mean = 1e-12;
        for (std::size_t index = 0; index < residual.size(); ++index) {
            rows[index / info.columns] += std::abs(residual[index]) / static_cast<double>(info.columns);
            columns[index % info.columns] += std::abs(residual[index]) / static_cast<double>(info.rows);
            mean += std::abs(residual[index]) / static_cast<double>(residual.size());
        }
        for (unsigned k = 0; k < info.rank; ++k) {
            std::vector<double> u(info.rows), v(info.columns);
            for (std::size_t row = 0; row < info.rows; ++row)
                u[row] = setHalf(block, bitBytes, k * paddedRows(info.rows) + row,
                                 k == 0 ? rows[row] : 0.01 * rows[row] * static_cast<double>((row + k) % 3));
            for (std::size_t column = 0; column < info.columns; ++column)
                v[column] = setHalf(block, bitBytes,
                                    info.rank * paddedRows(info.rows) + k * paddedColumns(info.columns) + column,
                                    k == 0 ? columns[column] / mean : 0.1 * static_cast<double>((column + k) % 5));
            for (std::size_t index = 0; index < residual.size(); ++index)
                magnitude[index] += u[index / info.columns] * v[index % info.columns];
        }
        for (std::size_t index = 0; index < residual.size(); ++index) {
            if (residual[index] >= 0) setBit(block, info.columns, index / info.columns, index % info.columns);
            const double value = residual[index] >= 0 ? magnitude[index] : -magnitude[index];
            residual[index] -= value;
            sum[index] += value;
        }
        matrix.blocks.push_back(std::move(block));
        matrix.decoded.push_back(sum);
        for (std::size_t index = 0; index < sum.size(); ++index)
            matrix.decoded.back()[index] /= static_cast<double>(channelScales[index % info.columns]);
    }
}

}  // namespace strata::test
