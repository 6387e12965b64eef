#include "core/source/stack_source.h"

#include "core/base/half.h"
#include "core/base/hash.h"
#include "core/codec/bitstack_codec.h"
#include "core/codec/nested_codec.h"
#include "core/kernels/pack.h"
#include "core/stack/stack_keys.h"

#include <algorithm>
#include <cstring>

#include <fmt/format.h>

namespace strata {
namespace {

bool isKept(std::string_view key) {
    return !key.starts_with("strata.") || key.starts_with("strata.source.generation.") ||
           key == "strata.source.end_of_turn" || key == "strata.source.licence";
}

/// Of the frequencies, which a description takes from the file's tensors.
bool isRotaryFactor(std::string_view name) {
    return name.starts_with("rope_");
}

bool isWeight(std::string_view name) {
    return !name.starts_with("strata.") && !name.ends_with(".channel_scales") && !isRotaryFactor(name);
}

float halfAt(const std::byte* from, std::size_t index) {
    Half half;
    std::memcpy(&half, from + index * sizeof half, sizeof half);
    return toFloat(half);
}

/// Codes of rows [first, first + count) from the planes of a tile; `first` is a multiple of 32, where rows of a plane
/// begin anew.
std::vector<std::uint8_t> codesOf(std::span<const std::byte* const> blocks, std::size_t columns, std::size_t first,
                                  std::size_t count) {
    std::vector<const std::byte*> planes;
    for (const std::byte* block : blocks) planes.push_back(block + planeBytes(first, columns));
    std::vector<std::uint8_t> codes(count * columns);
    unpackPlanes(planes, count, columns, codes.data());
    return codes;
}

}  // namespace

Result<std::unique_ptr<ModelFiles>> StackSource::open(const std::filesystem::path& path) {
    auto source = std::make_unique<StackSource>();
    STRATA_TRY(source->m_stack, StackFile::open(path));
    if (auto status = source->describe(); !status) return inFile(std::move(status).error(), path.string());
    return source;
}

Result<void> StackSource::describe() {
    const GgufFile& stack = m_stack->gguf();
    GgufWriter writer;
    for (const auto& [key, value] : stack.metadata())
        if (isKept(key)) writer.addCopy(stack, key);
    std::vector<MemoryHeader::Values> factors;
    for (const GgufTensor& tensor : stack.tensors())
        if (const auto* values = m_stack->dense(tensor.name); values != nullptr && isRotaryFactor(tensor.name))
            factors.push_back({tensor.name, *values});
    MemoryHeader::announce(writer, factors);
    for (const MatrixInfo& matrix : m_stack->matrices())
        writer.addTensor(matrix.name, GgmlType::F32, {matrix.columns, matrix.rows},
                         matrix.columns * matrix.rows * sizeof(float));
    for (const GgufTensor& tensor : stack.tensors())
        if (const auto* values = m_stack->dense(tensor.name); values != nullptr && isWeight(tensor.name))
            writer.addTensor(tensor.name, GgmlType::F32, tensor.shape, values->size() * sizeof(float));
    return m_header.make(writer, std::move(factors));
}

Result<std::vector<std::byte>> StackSource::block(std::size_t matrix, std::size_t tile, unsigned level) const {
    const std::size_t index = m_stack->blockIndex(matrix, tile, level);
    std::vector<std::byte> bytes(m_stack->blocks()[index].sizeBytes);
    STRATA_CHECK(m_stack->readBlocks(index, 1, bytes));
    return bytes;
}

Result<void> StackSource::tileRows(std::size_t matrix, std::size_t tile, std::size_t first, std::size_t count,
                                   std::span<float> into) const {
    const MatrixInfo& info = m_stack->matrices()[matrix];
    const std::size_t begin = first / kRowBlock * kRowBlock;
    const std::size_t rows = first + count - begin;
    std::vector<float> values(rows * info.columns);
    STRATA_CHECK(info.codec == Codec::Nested ? nestedRows(matrix, tile, begin, rows, values)
                                             : bitstackRows(matrix, tile, begin, rows, values));
    std::ranges::copy(std::span(values).subspan((first - begin) * info.columns), into.begin());
    return {};
}

Result<void> StackSource::nestedRows(std::size_t matrix, std::size_t tile, std::size_t first, std::size_t count,
                                     std::span<float> into) const {
    const MatrixInfo& info = m_stack->matrices()[matrix];
    std::vector<std::vector<std::byte>> blocks(info.levels);
    std::vector<const std::byte*> planes;
    for (unsigned level = 0; level < info.levels; ++level) {
        STRATA_TRY(blocks[level], block(matrix, tile, level));
        planes.push_back(blocks[level].data());
    }
    NestedMatrix part{count, info.columns, codesOf(planes, info.columns, first, count), {}, {}};
    part.rowScales.resize(info.levels * count);
    const std::byte* const scales = planes.back() + planeBytes(info.rowsOfTile(tile), info.columns);
    for (std::size_t row = 0; row < count; ++row)
        part.rowScales[(info.levels - 1) * count + row] = halfAt(scales, first + row);
    const std::span<const LevelTable> tables = m_stack->tables(info.levels);
    const Rotation* rotation = m_stack->rotation(info.columns);
    if (rotation == nullptr || tables.size() < info.levels)
        return fail(ErrorCode::Corrupt, fmt::format("'{}' has no rotation or no tables", info.name));
    decodeNested(part, info.levels, {tables.begin(), tables.end()}, *rotation, into);
    return {};
}

Result<void> StackSource::bitstackRows(std::size_t matrix, std::size_t tile, std::size_t first, std::size_t count,
                                       std::span<float> into) const {
    const MatrixInfo& info = m_stack->matrices()[matrix];
    const std::size_t tileRows = info.rowsOfTile(tile);
    for (unsigned level = 0; level < info.levels; ++level) {
        STRATA_TRY(const std::vector<std::byte> bytes, block(matrix, tile, level));
        const std::byte* const plane = bytes.data();
        BitstackBlock read{codesOf(std::span(&plane, 1), info.columns, first, count), {}, {}};
        const std::byte* const u = plane + planeBytes(tileRows, info.columns);
        const std::byte* const v = u + info.rank * paddedRows(tileRows) * sizeof(Half);
        for (unsigned k = 0; k < info.rank; ++k) {
            for (std::size_t row = 0; row < count; ++row)
                read.u.push_back(halfAt(u, k * paddedRows(tileRows) + first + row));
            for (std::size_t column = 0; column < info.columns; ++column)
                read.v.push_back(halfAt(v, k * paddedColumns(info.columns) + column));
        }
        addBitstackBlock(read, count, info.columns, into);
    }
    const std::span<const float> scales = m_stack->channelScales(matrix);
    for (std::size_t index = 0; !scales.empty() && index < into.size(); ++index)
        into[index] /= scales[index % info.columns];
    return {};
}

Result<void> StackSource::rows(const GgufTensor& tensor, std::size_t first, std::size_t count,
                               std::span<float> into) const {
    const int matrix = m_stack->findMatrix(tensor.name);
    if (matrix < 0) {
        std::ranges::copy(*m_stack->dense(tensor.name), into.begin());
        return {};
    }
    const MatrixInfo& info = m_stack->matrices()[static_cast<std::size_t>(matrix)];
    while (count > 0) {
        const std::size_t tile = first / info.tileRows;
        const std::size_t within = first - tile * info.tileRows;
        const std::size_t here = std::min(count, info.rowsOfTile(tile) - within);
        STRATA_CHECK(tileRows(static_cast<std::size_t>(matrix), tile, within, here, into.first(here * info.columns)));
        into = into.subspan(here * info.columns);
        first += here;
        count -= here;
    }
    return {};
}

Result<std::string> StackSource::sha256(const JobContext& context) const {
    const std::filesystem::path file = path();
    return sha256OfFiles(std::span(&file, 1), context);
}

}  // namespace strata
