#include "core/io/gguf_parser.h"

#include <algorithm>
#include <bit>

namespace strata {

namespace {

constexpr const char* kDownloadAgain = "download the file again";
constexpr std::uint32_t kMagic = 0x46554747;  // "GGUF", read as a little-endian number
constexpr std::uint64_t kMaximumNameBytes = 65535;
constexpr std::uint32_t kMaximumDimensions = 4;
constexpr int kMaximumDepth = 4;
// What one entry takes at least: key length, type, one byte of value; and name length, dimension count, type, offset.
constexpr std::uint64_t kLeastPairBytes = 8 + 4 + 1;
constexpr std::uint64_t kLeastTensorBytes = 8 + 4 + 4 + 8;

std::unexpected<Error> truncated(const std::string& field) {
    return fail(ErrorCode::Truncated, field + " ends beyond the end of the file", kDownloadAgain);
}

std::unexpected<Error> corrupt(std::string detail) {
    return fail(ErrorCode::Corrupt, std::move(detail), kDownloadAgain);
}

std::uint64_t leastElementBytes(GgufType type) noexcept {
    if (type == GgufType::String) return 8;
    if (type == GgufType::Array) return 12;
    return ggufNumberBytes(type);
}

}  // namespace

Result<void> GgufParser::run() {
    STRATA_CHECK(readHeader());
    STRATA_CHECK(readMetadata());
    STRATA_CHECK(readAlignment());
    STRATA_CHECK(readTensors());
    return placeTensors();
}

Result<void> GgufParser::readHeader() {
    std::uint32_t magic = 0;
    if (!m_cursor.read(magic) || magic != kMagic)
        return fail(ErrorCode::BadMagic, "not a GGUF file: it does not begin with 'GGUF'", "choose a GGUF file");
    if (!m_cursor.read(m_file.m_version)) return truncated("the header's version");
    STRATA_CHECK(checkVersion());
    if (!m_cursor.read(m_tensorCount)) return truncated("the header's tensor count");
    if (!m_cursor.read(m_metadataCount)) return truncated("the header's metadata count");
    if (m_metadataCount > m_cursor.remaining() / kLeastPairBytes)
        return fail(ErrorCode::Truncated,
                    "the metadata count " + std::to_string(m_metadataCount) + " is more than the file can hold",
                    kDownloadAgain);
    return {};
}

Result<void> GgufParser::checkVersion() const {
    const std::uint32_t version = m_file.m_version;
    if (version == 2 || version == 3) return {};
    // The version is small, so its low half is empty only when the bytes stand in the other order.
    if (version != 0 && (version & 0xFFFFu) == 0)
        return fail(ErrorCode::Unsupported, "the file is big-endian, which is not read",
                    "use the little-endian file of this model");
    return fail(ErrorCode::Unsupported,
                "GGUF version " + std::to_string(version) + " is not read; supported are 2 and 3",
                "convert the model again with a current converter");
}

Result<void> GgufParser::readMetadata() {
    m_file.m_metadata.reserve(m_metadataCount);
    for (std::uint64_t pair = 0; pair < m_metadataCount; ++pair) STRATA_CHECK(readPair());
    return indexMetadata();
}

Result<void> GgufParser::readPair() {
    const std::string field = "the key of metadata entry " + std::to_string(m_file.m_metadata.size());
    std::string_view key;
    if (!m_cursor.readString(key)) return truncated(field);
    if (key.empty()) return corrupt(field + " is empty");
    if (key.size() > kMaximumNameBytes) return corrupt(field + " is longer than 65535 bytes");
    GgufValue value;
    STRATA_CHECK(readValue(key, value));
    m_file.m_metadata.emplace_back(std::string(key), std::move(value));
    return {};
}

Result<void> GgufParser::readValue(std::string_view key, GgufValue& into) {
    const std::string field = "metadata key " + quotedName(key);
    std::uint32_t type = 0;
    if (!m_cursor.read(type)) return truncated("the type of " + field);
    into.type = static_cast<GgufType>(type);
    if (into.type == GgufType::Array) {
        const std::uint64_t start = m_cursor.position();
        GgufArray array;
        STRATA_CHECK(readArray(field, array, 1));
        into.value = array;
        into.bytes = m_cursor.since(start);
        return {};
    }
    if (leastElementBytes(into.type) == 0) return corrupt(field + " has unknown " + ggufTypeName(into.type));
    if (!readGgufScalar(m_cursor, into.type, into)) return truncated(field);
    if (into.type == GgufType::Bool && into.bytes[0] > std::byte{1})
        return corrupt(field + " is neither true nor false");
    return {};
}

Result<void> GgufParser::readArray(const std::string& field, GgufArray& into, int depth) {
    if (depth > kMaximumDepth) return corrupt(field + " nests arrays deeper than " + std::to_string(kMaximumDepth));
    std::uint32_t type = 0;
    if (!m_cursor.read(type) || !m_cursor.read(into.count)) return truncated(field);
    into.elementType = static_cast<GgufType>(type);
    const std::uint64_t least = leastElementBytes(into.elementType);
    if (least == 0) return corrupt(field + " is an array of unknown " + ggufTypeName(into.elementType));
    if (into.count > m_cursor.remaining() / least)
        return fail(ErrorCode::Truncated,
                    field + " announces " + std::to_string(into.count) + " elements, more than the file can hold",
                    kDownloadAgain);
    const std::uint64_t start = m_cursor.position();
    STRATA_CHECK(skipElements(field, into, depth));
    into.bytes = m_cursor.since(start);
    return {};
}

Result<void> GgufParser::skipElements(const std::string& field, const GgufArray& array, int depth) {
    if (array.elementType == GgufType::Array) {
        GgufArray nested;
        for (std::uint64_t element = 0; element < array.count; ++element)
            STRATA_CHECK(readArray(field, nested, depth + 1));
        return {};
    }
    if (array.elementType != GgufType::String) return skipFixed(field, array);
    std::string_view text;
    for (std::uint64_t element = 0; element < array.count; ++element)
        if (!m_cursor.readString(text)) return truncated("element " + std::to_string(element) + " of " + field);
    return {};
}

Result<void> GgufParser::skipFixed(const std::string& field, const GgufArray& array) {
    const std::uint64_t start = m_cursor.position();
    if (!m_cursor.skip(array.count * ggufNumberBytes(array.elementType))) return truncated(field);
    if (array.elementType != GgufType::Bool) return {};
    for (const std::byte flag : m_cursor.since(start))
        if (flag > std::byte{1}) return corrupt(field + " holds a bool that is neither true nor false");
    return {};
}

Result<void> GgufParser::indexMetadata() {
    m_file.m_keyIndex.reserve(m_file.m_metadata.size());
    for (std::size_t pair = 0; pair < m_file.m_metadata.size(); ++pair) {
        const std::string& key = m_file.m_metadata[pair].first;
        if (!m_file.m_keyIndex.emplace(key, pair).second)
            return corrupt("metadata key " + quotedName(key) + " occurs twice");
    }
    return {};
}

Result<void> GgufParser::readAlignment() {
    if (!m_file.find("general.alignment")) return {};
    STRATA_TRY(const std::uint64_t alignment, m_file.getUnsigned("general.alignment"));
    if (!std::has_single_bit(alignment) || alignment > UINT32_MAX)
        return corrupt("metadata key 'general.alignment' is " + std::to_string(alignment) +
                       ", which is no power of two");
    m_file.m_alignment = alignment;
    return {};
}

Result<void> GgufParser::readTensors() {
    if (m_tensorCount > m_cursor.remaining() / kLeastTensorBytes)
        return fail(ErrorCode::Truncated,
                    "the tensor count " + std::to_string(m_tensorCount) + " is more than the file can hold",
                    kDownloadAgain);
    m_file.m_tensors.reserve(m_tensorCount);
    for (std::uint64_t tensor = 0; tensor < m_tensorCount; ++tensor) STRATA_CHECK(readTensor());
    return indexTensors();
}

Result<void> GgufParser::readTensor() {
    const std::string position = "tensor " + std::to_string(m_file.m_tensors.size());
    std::string_view name;
    if (!m_cursor.readString(name)) return truncated("the name of " + position);
    if (name.empty()) return corrupt(position + " has no name");
    if (name.size() > kMaximumNameBytes) return corrupt("the name of " + position + " is longer than 65535 bytes");
    const std::string field = "tensor " + quotedName(name);
    GgufTensor tensor;
    tensor.name = name;
    STRATA_CHECK(readShape(field, tensor));
    std::uint32_t type = 0;
    if (!m_cursor.read(type)) return truncated("the type of " + field);
    tensor.type = static_cast<GgmlType>(type);
    if (!m_cursor.read(tensor.offset)) return truncated("the offset of " + field);
    STRATA_CHECK(measure(field, tensor));
    m_file.m_tensors.push_back(std::move(tensor));
    return {};
}

Result<void> GgufParser::readShape(const std::string& field, GgufTensor& tensor) {
    std::uint32_t dimensions = 0;
    if (!m_cursor.read(dimensions)) return truncated("the dimension count of " + field);
    if (dimensions > kMaximumDimensions)
        return corrupt(field + " has " + std::to_string(dimensions) + " dimensions; at most 4 are allowed");
    tensor.shape.resize(dimensions);
    std::uint64_t elements = 1;
    for (std::uint64_t& extent : tensor.shape) {
        if (!m_cursor.read(extent)) return truncated("the shape of " + field);
        if (extent == 0) return corrupt(field + " has a dimension of 0");
        if (__builtin_mul_overflow(elements, extent, &elements) || elements > INT64_MAX)
            return corrupt("the element count of " + field + " is too large for any file");
    }
    return {};
}

Result<void> GgufParser::measure(const std::string& field, GgufTensor& tensor) const {
    const auto size = ggmlTypeSize(tensor.type);
    if (!size) return {};
    const std::uint64_t columns = tensor.shape.empty() ? 1 : tensor.shape.front();
    if (columns % size->elements != 0)
        return corrupt(field + " has rows of " + std::to_string(columns) + " elements, which blocks of " +
                       std::to_string(size->elements) + " (" + ggmlTypeName(tensor.type) + ") do not divide");
    if (__builtin_mul_overflow(tensor.elementCount() / size->elements, std::uint64_t{size->bytes}, &tensor.sizeBytes))
        return corrupt("the size of " + field + " is too large for any file");
    return {};
}

Result<void> GgufParser::indexTensors() {
    m_file.m_tensorIndex.reserve(m_file.m_tensors.size());
    for (std::size_t tensor = 0; tensor < m_file.m_tensors.size(); ++tensor) {
        const std::string& name = m_file.m_tensors[tensor].name;
        if (!m_file.m_tensorIndex.emplace(name, tensor).second)
            return corrupt("tensor " + quotedName(name) + " occurs twice");
    }
    return {};
}

Result<void> GgufParser::placeTensors() {
    m_file.m_dataOffset = (m_cursor.position() + m_file.m_alignment - 1) / m_file.m_alignment * m_file.m_alignment;
    for (GgufTensor& tensor : m_file.m_tensors) STRATA_CHECK(placeTensor(tensor));
    return checkOverlaps();
}

Result<void> GgufParser::placeTensor(GgufTensor& tensor) const {
    const std::string field = "tensor " + quotedName(tensor.name);
    if (tensor.offset % m_file.m_alignment != 0)
        return corrupt("the offset " + std::to_string(tensor.offset) + " of " + field + " is not a multiple of " +
                       std::to_string(m_file.m_alignment));
    std::uint64_t end = 0;
    if (__builtin_add_overflow(tensor.offset, m_file.m_dataOffset, &tensor.offset) ||
        __builtin_add_overflow(tensor.offset, tensor.sizeBytes, &end))
        return corrupt("the offset of " + field + " is too large for any file");
    if (end > m_file.m_bytes.size() && !m_options.allowPartialData)
        return fail(ErrorCode::Truncated,
                    field + " ends at byte " + std::to_string(end) + " of a file of " +
                        std::to_string(m_file.m_bytes.size()) + " bytes",
                    kDownloadAgain);
    return {};
}

Result<void> GgufParser::checkOverlaps() const {
    std::vector<const GgufTensor*> inOrder;
    inOrder.reserve(m_file.m_tensors.size());
    for (const GgufTensor& tensor : m_file.m_tensors) inOrder.push_back(&tensor);
    std::ranges::sort(inOrder, {},
                      [](const GgufTensor* tensor) { return std::pair(tensor->offset, tensor->sizeBytes); });
    for (std::size_t next = 1; next < inOrder.size(); ++next) {
        const GgufTensor& before = *inOrder[next - 1];
        const GgufTensor& after = *inOrder[next];
        if (before.offset + before.sizeBytes > after.offset)
            return corrupt("the data of tensor " + quotedName(after.name) + " overlaps that of tensor " +
                           quotedName(before.name));
    }
    return {};
}

}  // namespace strata
