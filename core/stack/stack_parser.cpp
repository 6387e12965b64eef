#include "core/stack/stack_parser.h"

#include "core/base/hash.h"
#include "core/stack/stack_keys.h"

#include <algorithm>
#include <limits>
#include <numeric>

#include <fmt/format.h>

namespace strata {
namespace {

constexpr std::size_t kMaximumMatrices = 1u << 20;
constexpr std::uint64_t kMaximumDimension = 1u << 28;
constexpr unsigned kMaximumBlocks = 64;
constexpr unsigned kMaximumRank = 1024;
constexpr std::uint64_t kMaximumDenseBytes = std::uint64_t{1} << 30;

std::unexpected<Error> corrupt(std::string detail) {
    return fail(ErrorCode::Corrupt, std::move(detail), "the file is damaged; compress or copy it again");
}

Result<std::vector<std::uint64_t>> unsignedArray(const GgufFile& gguf, std::string_view key) {
    const GgufValue* value = gguf.find(key);
    if (value == nullptr) return corrupt(fmt::format("key '{}' is missing", key));
    const auto* array = std::get_if<GgufArray>(&value->value);
    if (array == nullptr) return corrupt(fmt::format("key '{}' is not an array", key));
    std::vector<std::uint64_t> result;
    result.reserve(array->count);
    for (const GgufValue& element : ggufElements(*array)) {
        const auto* number = std::get_if<std::uint64_t>(&element.value);
        if (number == nullptr) return corrupt(fmt::format("key '{}' does not hold unsigned integers", key));
        result.push_back(*number);
    }
    return result;
}

/// The same, with as many entries as `count` and none above `maximum`.
Result<std::vector<std::uint64_t>> checkedArray(const GgufFile& gguf, std::string_view key, std::size_t count,
                                                std::uint64_t maximum) {
    STRATA_TRY(std::vector<std::uint64_t> values, unsignedArray(gguf, key));
    if (values.size() != count)
        return corrupt(fmt::format("key '{}' has {} entries instead of {}", key, values.size(), count));
    for (const std::uint64_t value : values)
        if (value > maximum) return corrupt(fmt::format("key '{}' holds {}, more than {}", key, value, maximum));
    return values;
}

Result<Codec> parseCodec(std::string_view name) {
    for (const Codec codec : {Codec::Nested, Codec::Bitstack})
        if (name == codecName(codec)) return codec;
    return fail(ErrorCode::Unsupported, fmt::format("codec '{}' is not known", name), "update the program");
}

Result<void> checkMatrix(const MatrixInfo& matrix) {
    const bool nested = matrix.codec == Codec::Nested;
    const bool sizesFit = matrix.rows > 0 && matrix.columns > 0 && matrix.tileRows > 0;
    const bool tilesFit = matrix.tileRows >= matrix.rows || matrix.tileRows % kRowBlock == 0;
    const bool levelsFit = matrix.levels > 0 && matrix.levels <= (nested ? kMaximumPlanes : kMaximumBlocks);
    const bool rankFits = nested ? matrix.rank == 0 : matrix.rank > 0 && matrix.rank <= kMaximumRank;
    if (sizesFit && tilesFit && levelsFit && rankFits) return {};
    return corrupt(fmt::format("matrix '{}' has an impossible shape ({} x {}, tiles of {}, {} levels, rank {})",
                               matrix.name, matrix.rows, matrix.columns, matrix.tileRows, matrix.levels, matrix.rank));
}

Result<LevelTable> checkTable(LevelTable table) {
    const std::size_t count = std::size_t{1} << table.planes;
    if (!(table.step > 0) || !(table.step < 1e6F)) return corrupt("a level table has no valid step");
    for (std::size_t code = 0; code < count; ++code)
        if (table.high[code] == -128 || (table.planes <= 6 && table.low[code] != 0))
            return corrupt(fmt::format("the table of {} planes holds a value outside its grid", table.planes));
    return table;
}

}  // namespace

Result<std::shared_ptr<const StackFile>> StackParser::parse(GgufFile gguf, File file, const Reader& reader) {
    auto stack = std::make_shared<StackFile>();
    stack->m_gguf = std::move(gguf);
    stack->m_file = std::move(file);
    StackParser parser(*stack, reader);
    STRATA_CHECK(parser.run());
    return stack;
}

Result<void> StackParser::run() {
    STRATA_CHECK(checkVersion());
    STRATA_CHECK(readMatrices());
    STRATA_CHECK(readOrder());
    STRATA_CHECK(placeBlocks());
    STRATA_CHECK(readDense());
    STRATA_CHECK(readTables());
    STRATA_CHECK(checkCompleteness());
    countPrefixes();
    return readCurve();
}

Result<void> StackParser::checkVersion() const {
    if (m_stack.m_gguf.find(keys::kVersion) == nullptr)
        return fail(ErrorCode::Unsupported, "is a GGUF model, not a stack (no key 'strata.version')",
                    "compress it first: strata-cli compress MODEL.gguf -o MODEL.strata");
    STRATA_TRY(const std::uint64_t version, m_stack.m_gguf.getUnsigned(keys::kVersion));
    if (version != keys::kStackVersion)
        return fail(
            ErrorCode::Unsupported,
            fmt::format("stack version {} is not known (this program reads version {})", version, keys::kStackVersion),
            "update the program");
    return {};
}

Result<void> StackParser::readMatrices() {
    const GgufFile& gguf = m_stack.m_gguf;
    STRATA_TRY(const std::vector<std::string> names, gguf.getStrings(keys::kMatrixName));
    const std::size_t count = names.size();
    if (count == 0 || count > kMaximumMatrices) return corrupt("key 'strata.matrix.name' lists no matrix, or too many");
    STRATA_TRY(const std::vector<std::string> codecs, gguf.getStrings(keys::kMatrixCodec));
    if (codecs.size() != count)
        return corrupt("key 'strata.matrix.codec' has another length than 'strata.matrix.name'");
    STRATA_TRY(const auto rows, checkedArray(gguf, keys::kMatrixRows, count, kMaximumDimension));
    STRATA_TRY(const auto columns, checkedArray(gguf, keys::kMatrixColumns, count, kMaximumDimension));
    STRATA_TRY(const auto tileRows, checkedArray(gguf, keys::kMatrixTileRows, count, kMaximumDimension));
    STRATA_TRY(const auto levels, checkedArray(gguf, keys::kMatrixLevels, count, kMaximumBlocks));
    STRATA_TRY(const auto rank, checkedArray(gguf, keys::kMatrixRank, count, kMaximumRank));
    m_stack.m_matrices.reserve(count);  // the index holds views of their names
    for (std::size_t index = 0; index < count; ++index) {
        STRATA_TRY(const Codec codec, parseCodec(codecs[index]));
        MatrixInfo matrix{names[index],
                          codec,
                          rows[index],
                          columns[index],
                          tileRows[index],
                          static_cast<unsigned>(levels[index]),
                          static_cast<unsigned>(rank[index])};
        STRATA_CHECK(checkMatrix(matrix));
        m_stack.m_matrices.push_back(std::move(matrix));
        if (!m_stack.m_matrixIndex.emplace(m_stack.m_matrices.back().name, index).second)
            return corrupt(fmt::format("matrix '{}' is listed twice", names[index]));
    }
    return {};
}

Result<void> StackParser::readOrder() {
    const GgufFile& gguf = m_stack.m_gguf;
    std::size_t tiles = 0;
    std::size_t blocks = 0;
    m_stack.m_firstTile.push_back(0);
    for (const MatrixInfo& matrix : m_stack.m_matrices) {
        tiles += matrix.tileCount();
        blocks += matrix.tileCount() * matrix.levels;
        // Every block has a tensor, so a count beyond theirs is a lie: refuse it before reserving room for it.
        if (blocks > gguf.tensors().size())
            return corrupt("the matrices promise more blocks than the file has tensors");
        m_stack.m_firstTile.push_back(tiles);
        m_stack.m_blockIndex.emplace_back(matrix.tileCount() * matrix.levels,
                                          std::numeric_limits<std::uint32_t>::max());
    }
    m_stack.m_tileCount = tiles;
    STRATA_TRY(const auto matrix, checkedArray(gguf, keys::kOrderMatrix, blocks, m_stack.m_matrices.size() - 1));
    STRATA_TRY(const auto tile, checkedArray(gguf, keys::kOrderTile, blocks, kMaximumDimension));
    STRATA_TRY(const auto level, checkedArray(gguf, keys::kOrderLevel, blocks, kMaximumBlocks));
    STRATA_TRY(const auto checksum,
               checkedArray(gguf, keys::kChecksum, blocks, std::numeric_limits<std::uint64_t>::max()));
    for (std::size_t index = 0; index < blocks; ++index) {
        const MatrixInfo& info = m_stack.m_matrices[matrix[index]];
        if (tile[index] >= info.tileCount() || level[index] >= info.levels)
            return corrupt(fmt::format("entry {} of 'strata.order' lies outside matrix '{}'", index, info.name));
        auto& places = m_stack.m_blockIndex[matrix[index]];
        const std::size_t place = tile[index] * info.levels + level[index];
        const bool earlierMissing = level[index] > 0 && places[place - 1] >= index;
        if (places[place] < index || earlierMissing)
            return corrupt(fmt::format("entry {} of 'strata.order' is out of order for matrix '{}'", index, info.name));
        places[place] = static_cast<std::uint32_t>(index);
        m_stack.m_blocks.push_back({static_cast<std::uint32_t>(matrix[index]), static_cast<std::uint32_t>(tile[index]),
                                    static_cast<std::uint32_t>(level[index]), 0, info.blockBytes(tile[index]),
                                    checksum[index]});
    }
    return {};
}

Result<void> StackParser::placeBlocks() {
    const std::vector<GgufTensor>& tensors = m_stack.m_gguf.tensors();
    m_denseCount = tensors.size() - m_stack.m_blocks.size();
    std::uint64_t expected = 0;
    m_stack.m_availableBlocks = m_stack.m_blocks.size();
    for (std::size_t index = 0; index < m_stack.m_blocks.size(); ++index) {
        BlockInfo& block = m_stack.m_blocks[index];
        const GgufTensor& tensor = tensors[m_denseCount + index];
        if (tensor.name != m_stack.blockName(index))
            return corrupt(
                fmt::format("tensor '{}' stands where block '{}' belongs", tensor.name, m_stack.blockName(index)));
        if (tensor.type != GgmlType::I8 || tensor.sizeBytes != block.sizeBytes)
            return corrupt(
                fmt::format("block '{}' has {} bytes instead of {}", tensor.name, tensor.sizeBytes, block.sizeBytes));
        if (index > 0 && tensor.offset != expected)
            return corrupt(fmt::format("there is a gap before block '{}'", tensor.name));
        block.offset = tensor.offset;
        expected = tensor.offset + block.sizeBytes;
        if (expected > m_stack.m_gguf.fileSizeBytes())
            m_stack.m_availableBlocks = std::min(m_stack.m_availableBlocks, index);
    }
    return {};
}

Result<void> StackParser::readDense() {
    STRATA_TRY(const auto checksums, checkedArray(m_stack.m_gguf, keys::kDenseChecksum, m_denseCount,
                                                  std::numeric_limits<std::uint64_t>::max()));
    m_stack.m_channelScales.resize(m_stack.m_matrices.size());
    for (std::size_t index = 0; index < m_denseCount; ++index)
        STRATA_CHECK(readDenseTensor(m_stack.m_gguf.tensors()[index], checksums[index]));
    return {};
}

Result<void> StackParser::readDenseTensor(const GgufTensor& tensor, std::uint64_t checksum) {
    if (tensor.sizeBytes > m_stack.m_gguf.fileSizeBytes() || tensor.sizeBytes > kMaximumDenseBytes)
        return corrupt(fmt::format("tensor '{}' is larger than the file", tensor.name));
    std::vector<std::byte> bytes(tensor.sizeBytes);
    STRATA_CHECK(m_reader(tensor.offset, bytes));
    if (xxh3(bytes) != checksum)
        return fail(ErrorCode::ChecksumMismatch, fmt::format("tensor '{}' does not match its checksum", tensor.name),
                    "the file is damaged; compress or copy it again");
    if (tensor.type == GgmlType::I8 && tensor.name == keys::rotation(bytes.size()) && !bytes.empty()) {
        std::vector<std::int8_t> signs(bytes.size());
        std::ranges::transform(bytes, signs.begin(), [](std::byte sign) { return static_cast<std::int8_t>(sign); });
        if (!std::ranges::all_of(signs, [](std::int8_t sign) { return sign == 1 || sign == -1; }))
            return corrupt(fmt::format("tensor '{}' holds something other than signs", tensor.name));
        m_stack.m_rotations.emplace(bytes.size(), Rotation(std::move(signs)));
        m_stack.m_denseBytes += bytes.size() * sizeof(float);
        return {};
    }
    if (tensor.type != GgmlType::F32) return corrupt(fmt::format("tensor '{}' is not of type F32", tensor.name));
    std::vector<float> values(tensor.elementCount());
    STRATA_CHECK(dequantize(tensor.type, bytes, values));
    m_stack.m_denseBytes += values.size() * sizeof(float);
    m_stack.m_dense.emplace(tensor.name, std::move(values));
    return {};
}

Result<void> StackParser::readTables() {
    for (unsigned planes = 1; planes <= kMaximumPlanes; ++planes) {
        const GgufFile& gguf = m_stack.m_gguf;
        if (gguf.find(keys::tables(planes, "step")) == nullptr) continue;
        STRATA_TRY(const std::vector<float> steps, gguf.getFloats(keys::tables(planes, "step")));
        STRATA_TRY(const std::vector<std::int64_t> high, gguf.getIntegers(keys::tables(planes, "high")));
        STRATA_TRY(const std::vector<std::int64_t> low, gguf.getIntegers(keys::tables(planes, "low")));
        const std::size_t entries = (std::size_t{2} << planes) - 2;
        if (steps.size() != planes || high.size() != entries || low.size() != entries)
            return corrupt(fmt::format("the level tables for {} planes have the wrong length", planes));
        std::size_t at = 0;
        for (unsigned level = 1; level <= planes; ++level) {
            LevelTable table{.planes = level, .step = steps[level - 1]};
            for (std::size_t code = 0; code < (std::size_t{1} << level); ++code, ++at) {
                table.high[code] = static_cast<std::int8_t>(std::clamp<std::int64_t>(high[at], -128, 127));
                table.low[code] = static_cast<std::int8_t>(std::clamp<std::int64_t>(low[at], -128, 127));
            }
            STRATA_TRY(LevelTable checked, checkTable(table));
            m_stack.m_tables[planes].push_back(checked);
        }
    }
    return {};
}

Result<void> StackParser::checkCompleteness() const {
    for (std::size_t index = 0; index < m_stack.m_matrices.size(); ++index) {
        const MatrixInfo& matrix = m_stack.m_matrices[index];
        if (matrix.codec == Codec::Nested && m_stack.rotation(matrix.columns) == nullptr)
            return corrupt(fmt::format("matrix '{}' needs the tensor '{}', which is missing", matrix.name,
                                       keys::rotation(matrix.columns)));
        if (matrix.codec == Codec::Nested && m_stack.tables(matrix.levels).empty())
            return corrupt(fmt::format("matrix '{}' needs level tables for {} planes, which are missing", matrix.name,
                                       matrix.levels));
        const std::vector<float>* scales = m_stack.dense(keys::channelScales(matrix.name));
        if (scales == nullptr) continue;
        const bool usable = std::ranges::all_of(*scales, [](float scale) { return scale > 0 && scale < 1e30F; });
        if (scales->size() != matrix.columns || !usable)
            return corrupt(fmt::format("the channel scales of matrix '{}' are not usable", matrix.name));
        m_stack.m_channelScales[index] = *scales;
    }
    return {};
}

void StackParser::countPrefixes() {
    m_stack.m_prefixBytes.push_back(0);
    for (const BlockInfo& block : m_stack.m_blocks)
        m_stack.m_prefixBytes.push_back(m_stack.m_prefixBytes.back() + block.sizeBytes);
    for (std::size_t index = 0; index < m_stack.m_blocks.size(); ++index)
        if (m_stack.m_blocks[index].level == 0) m_stack.m_floorBlocks = index + 1;
}

Result<void> StackParser::readCurve() {
    const GgufFile& gguf = m_stack.m_gguf;
    STRATA_TRY(const auto bytes, unsignedArray(gguf, keys::kCurveWeightBytes));
    STRATA_TRY(const auto blocks, checkedArray(gguf, keys::kCurveBlocks, bytes.size(), m_stack.m_blocks.size()));
    STRATA_TRY(const std::vector<float> perplexity, gguf.getFloats(keys::kCurvePerplexity));
    STRATA_TRY(const std::vector<float> divergence, gguf.getFloats(keys::kCurveDivergence));
    STRATA_TRY(const std::vector<float> agreement, gguf.getFloats(keys::kCurveAgreement));
    if (perplexity.size() != bytes.size() || divergence.size() != bytes.size() || agreement.size() != bytes.size())
        return corrupt("the arrays of 'strata.curve' have different lengths");
    for (std::size_t index = 0; index < bytes.size(); ++index)
        m_stack.m_curve.push_back({bytes[index], static_cast<std::uint32_t>(blocks[index]), perplexity[index],
                                   divergence[index], agreement[index]});
    return {};
}

Result<std::shared_ptr<const StackFile>> StackFile::open(const std::filesystem::path& path, StackReadOptions options) {
    STRATA_TRY(GgufFile gguf, GgufFile::open(path, {.allowPartialData = options.allowPartial}));
    STRATA_TRY(const File header, File::open(path, File::Mode::Read));
    STRATA_TRY(File blocks, File::open(path, File::Mode::Read));
    auto stack = StackParser::parse(
        std::move(gguf), std::move(blocks),
        [&](std::uint64_t offset, std::span<std::byte> into) { return header.readExact(offset, into); });
    if (!stack) return inFile(std::move(stack).error(), path.string());
    if ((*stack)->availableBlocks() < (*stack)->floorBlocks())
        return inFile({ErrorCode::Truncated, "ends before the first level of every matrix", {}, {}}, path.string(),
                      "wait for the download to finish, or copy the file again");
    return stack;
}

Result<std::shared_ptr<const StackFile>> StackFile::parse(std::span<const std::byte> bytes) {
    STRATA_TRY(GgufFile gguf, GgufFile::parse(bytes));
    return StackParser::parse(std::move(gguf), File(),
                              [bytes](std::uint64_t offset, std::span<std::byte> into) -> Result<void> {
                                  if (offset > bytes.size() || into.size() > bytes.size() - offset)
                                      return fail(ErrorCode::Truncated, "a tensor lies outside the file");
                                  std::ranges::copy(bytes.subspan(offset, into.size()), into.begin());
                                  return {};
                              });
}

}  // namespace strata
