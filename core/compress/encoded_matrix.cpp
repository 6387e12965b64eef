#include "core/compress/encoded_matrix.h"

#include "core/base/hash.h"
#include "core/kernels/pack.h"

#include <algorithm>
#include <cstring>

namespace strata {
namespace {

void storeHalf(std::vector<std::byte>& block, std::size_t at, float value) {
    const Half half = toHalf(value);
    std::memcpy(block.data() + at, &half, sizeof half);
}

}  // namespace

std::vector<double> relativeErrors(std::span<const double> errors) {
    std::vector<double> result(errors.begin(), errors.end());
    const double whole = errors[0] > 0 ? errors[0] : 1;
    for (double& value : result) value /= whole;
    result[0] = 1;
    return result;
}

void appendNestedTile(EncodedMatrix& matrix, std::span<const NestedMatrix> parts) {
    const unsigned levels = matrix.info.levels;
    const std::size_t columns = matrix.info.columns;
    std::vector<std::uint8_t> codes;
    std::vector<double> error(levels + 1, 0.0);
    for (const NestedMatrix& part : parts) {
        codes.insert(codes.end(), part.codes.begin(), part.codes.end());
        for (unsigned level = 0; level <= levels; ++level) error[level] += part.error[level];
    }
    const std::size_t rows = codes.size() / columns;
    const std::size_t bits = planeBytes(rows, columns);
    std::vector<std::vector<std::byte>> blocks(levels, std::vector<std::byte>(bits + paddedRows(rows) * sizeof(Half)));
    std::vector<std::byte*> planes;
    for (auto& block : blocks) planes.push_back(block.data());
    packPlanes(codes.data(), rows, columns, planes);
    std::size_t row = 0;
    for (const NestedMatrix& part : parts) {
        for (unsigned level = 0; level < levels; ++level)
            for (std::size_t local = 0; local < part.rows; ++local)
                storeHalf(blocks[level], bits + (row + local) * sizeof(Half),
                          part.rowScales[level * part.rows + local]);
        row += part.rows;
    }
    for (auto& block : blocks) {
        matrix.checksums.push_back(xxh3(block));
        matrix.blocks.push_back(std::move(block));
    }
    matrix.relativeError.push_back(relativeErrors(error));
}

std::vector<std::byte> packBitstackBlock(const MatrixInfo& info, const BitstackBlock& source) {
    const std::size_t bits = planeBytes(info.rows, info.columns);
    std::vector<std::byte> block(info.blockBytes(0));
    std::byte* const plane = block.data();
    packPlanes(source.signs.data(), info.rows, info.columns, std::span(&plane, 1));
    const std::size_t vStart = bits + info.rank * paddedRows(info.rows) * sizeof(Half);
    for (unsigned k = 0; k < info.rank; ++k) {
        for (std::size_t row = 0; row < info.rows; ++row)
            storeHalf(block, bits + (k * paddedRows(info.rows) + row) * sizeof(Half), source.u[k * info.rows + row]);
        for (std::size_t column = 0; column < info.columns; ++column)
            storeHalf(block, vStart + (k * paddedColumns(info.columns) + column) * sizeof(Half),
                      source.v[k * info.columns + column]);
    }
    return block;
}

void appendBitstackBlocks(EncodedMatrix& matrix, const BitstackMatrix& encoded) {
    for (const BitstackBlock& source : encoded.blocks) {
        matrix.blocks.push_back(packBitstackBlock(matrix.info, source));
        matrix.checksums.push_back(xxh3(matrix.blocks.back()));
    }
    matrix.channelScales = encoded.channelScales;
    matrix.relativeError.push_back(relativeErrors(encoded.error));
}

}  // namespace strata
