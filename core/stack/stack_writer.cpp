#include "core/stack/stack_writer.h"

#include "core/base/hash.h"
#include "core/stack/stack_keys.h"

#include <cstring>

#include <fmt/format.h>

namespace strata {
namespace {

std::span<const std::byte> bytesOf(std::span<const float> values) {
    return std::as_bytes(values);
}

void addMatrixKeys(GgufWriter& writer, std::span<const MatrixInfo> matrices) {
    std::vector<std::string> names, codecs;
    std::vector<std::uint32_t> rows, columns, tileRows, levels, rank;
    for (const MatrixInfo& matrix : matrices) {
        names.push_back(matrix.name);
        codecs.emplace_back(codecName(matrix.codec));
        rows.push_back(static_cast<std::uint32_t>(matrix.rows));
        columns.push_back(static_cast<std::uint32_t>(matrix.columns));
        tileRows.push_back(static_cast<std::uint32_t>(matrix.tileRows));
        levels.push_back(matrix.levels);
        rank.push_back(matrix.rank);
    }
    writer.add(std::string(keys::kMatrixName), std::span<const std::string>(names));
    writer.add(std::string(keys::kMatrixCodec), std::span<const std::string>(codecs));
    writer.add(std::string(keys::kMatrixRows), std::span<const std::uint32_t>(rows));
    writer.add(std::string(keys::kMatrixColumns), std::span<const std::uint32_t>(columns));
    writer.add(std::string(keys::kMatrixTileRows), std::span<const std::uint32_t>(tileRows));
    writer.add(std::string(keys::kMatrixLevels), std::span<const std::uint32_t>(levels));
    writer.add(std::string(keys::kMatrixRank), std::span<const std::uint32_t>(rank));
}

void addTableKeys(GgufWriter& writer, unsigned planes, std::span<const LevelTable> tables) {
    std::vector<float> steps;
    std::vector<std::int8_t> high, low;
    for (const LevelTable& table : tables) {
        const std::size_t count = std::size_t{1} << table.planes;
        steps.push_back(table.step);
        high.insert(high.end(), table.high.begin(), table.high.begin() + count);
        low.insert(low.end(), table.low.begin(), table.low.begin() + count);
    }
    writer.add(keys::tables(planes, "step"), std::span<const float>(steps));
    writer.add(keys::tables(planes, "high"), std::span<const std::int8_t>(high));
    writer.add(keys::tables(planes, "low"), std::span<const std::int8_t>(low));
}

void addOrderKeys(GgufWriter& writer, std::span<const StackContents::Block> order) {
    std::vector<std::uint32_t> matrix, tile, level;
    std::vector<std::uint64_t> checksum;
    for (const auto& block : order) {
        matrix.push_back(block.matrix);
        tile.push_back(block.tile);
        level.push_back(block.level);
        checksum.push_back(block.checksum);
    }
    writer.add(std::string(keys::kOrderMatrix), std::span<const std::uint32_t>(matrix));
    writer.add(std::string(keys::kOrderTile), std::span<const std::uint32_t>(tile));
    writer.add(std::string(keys::kOrderLevel), std::span<const std::uint32_t>(level));
    writer.add(std::string(keys::kChecksum), std::span<const std::uint64_t>(checksum));
}

void addCurveKeys(GgufWriter& writer, std::span<const CurvePoint> curve) {
    std::vector<std::uint64_t> bytes;
    std::vector<std::uint32_t> blocks;
    std::vector<float> perplexity, divergence, agreement;
    for (const CurvePoint& point : curve) {
        bytes.push_back(point.weightBytes);
        blocks.push_back(point.blocks);
        perplexity.push_back(point.perplexity);
        divergence.push_back(point.divergence);
        agreement.push_back(point.agreement);
    }
    writer.add(std::string(keys::kCurveWeightBytes), std::span<const std::uint64_t>(bytes));
    writer.add(std::string(keys::kCurveBlocks), std::span<const std::uint32_t>(blocks));
    writer.add(std::string(keys::kCurvePerplexity), std::span<const float>(perplexity));
    writer.add(std::string(keys::kCurveDivergence), std::span<const float>(divergence));
    writer.add(std::string(keys::kCurveAgreement), std::span<const float>(agreement));
}

/// Dense tensors with their bytes, in file order: the contents' own, then the rotations' signs.
struct DenseBytes {
    std::string name;
    GgmlType type;
    std::size_t rows;
    std::vector<std::byte> bytes;
};

std::vector<DenseBytes> denseTensors(const StackContents& contents) {
    std::vector<DenseBytes> result;
    for (const auto& dense : contents.dense) {
        const auto bytes = bytesOf(dense.values);
        result.push_back({dense.name, GgmlType::F32, dense.rows, {bytes.begin(), bytes.end()}});
    }
    for (const Rotation& rotation : contents.rotations) {
        const std::vector<std::int8_t> signs = rotation.storedSigns();
        const auto bytes = std::as_bytes(std::span(signs));
        result.push_back({keys::rotation(rotation.size()), GgmlType::I8, 1, {bytes.begin(), bytes.end()}});
    }
    return result;
}

GgufWriter describe(const StackContents& contents, std::span<const DenseBytes> dense) {
    GgufWriter writer(keys::kStackAlignment);
    if (contents.metadata) contents.metadata(writer);
    writer.add(std::string(keys::kVersion), keys::kStackVersion);
    addMatrixKeys(writer, contents.matrices);
    for (const auto& [planes, tables] : contents.tables) addTableKeys(writer, planes, tables);
    addOrderKeys(writer, contents.order);
    addCurveKeys(writer, contents.curve);
    std::vector<std::uint64_t> denseChecksums;
    for (const DenseBytes& tensor : dense) denseChecksums.push_back(xxh3(tensor.bytes));
    writer.add(std::string(keys::kDenseChecksum), std::span<const std::uint64_t>(denseChecksums));
    for (const DenseBytes& tensor : dense) {
        const std::uint64_t elements = tensor.type == GgmlType::F32 ? tensor.bytes.size() / 4 : tensor.bytes.size();
        std::vector<std::uint64_t> shape{elements / tensor.rows};
        if (tensor.rows > 1) shape.push_back(tensor.rows);
        writer.addTensor(tensor.name, tensor.type, std::move(shape), tensor.bytes.size());
    }
    for (const auto& block : contents.order) {
        const MatrixInfo& matrix = contents.matrices[block.matrix];
        const std::uint64_t size = matrix.blockBytes(block.tile);
        writer.addTensor(keys::block(matrix.name, block.tile, block.level), GgmlType::I8, {size}, size);
    }
    return writer;
}

Result<void> writePadded(AtomicFile& file, std::span<const std::byte> bytes) {
    STRATA_CHECK(file.write(bytes));
    static constexpr std::array<std::byte, keys::kStackAlignment> kZeros{};
    const std::uint64_t padding = padTo(file.position(), keys::kStackAlignment) - file.position();
    return file.write(std::span(kZeros).first(padding));
}

Result<void> writeBlocks(AtomicFile& file, const StackContents& contents, const BlockSource& source,
                         const JobContext& context) {
    std::vector<std::byte> bytes;
    for (std::size_t index = 0; index < contents.order.size(); ++index) {
        if (context.stop.stop_requested()) return fail(ErrorCode::Cancelled, "writing the stack was cancelled");
        bytes.clear();
        STRATA_CHECK(source(index, bytes));
        const auto& block = contents.order[index];
        const MatrixInfo& matrix = contents.matrices[block.matrix];
        if (bytes.size() != matrix.blockBytes(block.tile))
            return fail(ErrorCode::Corrupt, fmt::format("block {} has {} bytes instead of {}",
                                                        keys::block(matrix.name, block.tile, block.level), bytes.size(),
                                                        matrix.blockBytes(block.tile)));
        STRATA_CHECK(file.write(bytes));
        context.report("Writing the stack",
                       static_cast<double>(index + 1) / static_cast<double>(contents.order.size()));
    }
    return {};
}

}  // namespace

Result<void> writeStack(const std::filesystem::path& path, bool overwrite, const StackContents& contents,
                        const BlockSource& source, const JobContext& context) {
    const std::vector<DenseBytes> dense = denseTensors(contents);
    const GgufWriter writer = describe(contents, dense);
    STRATA_TRY(AtomicFile file, AtomicFile::create(path, overwrite));
    STRATA_CHECK(writePadded(file, writer.header()));
    for (const DenseBytes& tensor : dense) STRATA_CHECK(writePadded(file, tensor.bytes));
    STRATA_CHECK(writeBlocks(file, contents, source, context));
    return file.commit();
}

}  // namespace strata
