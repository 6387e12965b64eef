#include "core/io/gguf.h"

#include "core/io/gguf_cursor.h"
#include "core/io/gguf_parser.h"

#include <limits>

namespace strata {

namespace {

constexpr const char* kDownloadAgain = "download the file again";

std::unexpected<Error> absent(std::string_view key) {
    return fail(ErrorCode::NotFound, "metadata key " + quotedName(key) + " is missing", "use a complete GGUF file");
}

std::unexpected<Error> mistyped(std::string_view key, const GgufValue& value, std::string_view wanted) {
    std::string have = ggufTypeName(value.type);
    if (const auto* array = std::get_if<GgufArray>(&value.value)) have += " of " + ggufTypeName(array->elementType);
    return fail(ErrorCode::Corrupt,
                "metadata key " + quotedName(key) + " holds " + have + " where " + std::string(wanted) + " is expected",
                kDownloadAgain);
}

std::unexpected<Error> outOfRange(std::string_view key) {
    return fail(ErrorCode::Corrupt, "metadata key " + quotedName(key) + " holds a value out of range", kDownloadAgain);
}

template <class Stored, class Kept>
bool convertNumbers(const GgufArray& array, std::vector<Kept>& into) {
    ByteCursor cursor(array.bytes);
    into.reserve(array.count);
    for (std::uint64_t element = 0; element < array.count; ++element) {
        Stored stored{};
        if (!cursor.read(stored) || !std::in_range<std::int64_t>(stored)) return false;
        into.push_back(static_cast<Kept>(stored));
    }
    return true;
}

bool convertIntegers(const GgufArray& array, std::vector<std::int64_t>& into) {
    switch (array.elementType) {
        case GgufType::Uint8:
        case GgufType::Bool:
            return convertNumbers<std::uint8_t>(array, into);
        case GgufType::Int8:
            return convertNumbers<std::int8_t>(array, into);
        case GgufType::Uint16:
            return convertNumbers<std::uint16_t>(array, into);
        case GgufType::Int16:
            return convertNumbers<std::int16_t>(array, into);
        case GgufType::Uint32:
            return convertNumbers<std::uint32_t>(array, into);
        case GgufType::Int32:
            return convertNumbers<std::int32_t>(array, into);
        case GgufType::Uint64:
            return convertNumbers<std::uint64_t>(array, into);
        case GgufType::Int64:
            return convertNumbers<std::int64_t>(array, into);
        default:
            return false;
    }
}

bool isInteger(GgufType type) noexcept {
    return ggufNumberBytes(type) > 0 && type != GgufType::Float32 && type != GgufType::Float64;
}

template <class Stored>
std::vector<float> convertFloats(const GgufArray& array) {
    std::vector<float> floats(array.count);
    ByteCursor cursor(array.bytes);
    for (float& element : floats) {
        Stored stored{};
        if (!cursor.read(stored)) break;
        element = static_cast<float>(stored);
    }
    return floats;
}

}  // namespace

std::uint64_t GgufTensor::elementCount() const noexcept {
    std::uint64_t count = 1;
    for (const std::uint64_t extent : shape) count *= extent;
    return count;
}

Result<GgufFile> GgufFile::open(const std::filesystem::path& path, GgufReadOptions options) {
    GgufFile file;
    STRATA_TRY(file.m_file, MappedFile::open(path));
    file.m_path = path;
    file.m_bytes = file.m_file.bytes();
    if (auto parsed = GgufParser(file, options).run(); !parsed)
        return inFile(std::move(parsed).error(), path.string(), kDownloadAgain);
    return file;
}

Result<GgufFile> GgufFile::parse(std::span<const std::byte> bytes, GgufReadOptions options) {
    GgufFile file;
    file.m_bytes = bytes;
    STRATA_CHECK(GgufParser(file, options).run());
    return file;
}

const GgufValue* GgufFile::find(std::string_view key) const noexcept {
    const auto found = m_keyIndex.find(key);
    return found == m_keyIndex.end() ? nullptr : &m_metadata[found->second].second;
}

const GgufTensor* GgufFile::findTensor(std::string_view name) const noexcept {
    const auto found = m_tensorIndex.find(name);
    return found == m_tensorIndex.end() ? nullptr : &m_tensors[found->second];
}

Result<std::uint64_t> GgufFile::getUnsigned(std::string_view key) const {
    const GgufValue* found = find(key);
    if (!found) return absent(key);
    if (const auto* number = std::get_if<std::uint64_t>(&found->value)) return *number;
    const auto* number = std::get_if<std::int64_t>(&found->value);
    if (!number) return mistyped(key, *found, "an integer");
    if (*number < 0) return outOfRange(key);
    return static_cast<std::uint64_t>(*number);
}

Result<double> GgufFile::getFloat(std::string_view key) const {
    const GgufValue* found = find(key);
    if (!found) return absent(key);
    if (const auto* number = std::get_if<double>(&found->value)) return *number;
    if (const auto* number = std::get_if<std::uint64_t>(&found->value)) return static_cast<double>(*number);
    if (const auto* number = std::get_if<std::int64_t>(&found->value)) return static_cast<double>(*number);
    return mistyped(key, *found, "a number");
}

Result<bool> GgufFile::getBool(std::string_view key) const {
    const GgufValue* found = find(key);
    if (!found) return absent(key);
    if (const auto* flag = std::get_if<bool>(&found->value)) return *flag;
    return mistyped(key, *found, "a bool");
}

Result<std::string> GgufFile::getString(std::string_view key) const {
    const GgufValue* found = find(key);
    if (!found) return absent(key);
    if (const auto* text = std::get_if<std::string>(&found->value)) return *text;
    return mistyped(key, *found, "a string");
}

Result<std::vector<std::string>> GgufFile::getStrings(std::string_view key) const {
    const GgufValue* found = find(key);
    if (!found) return absent(key);
    const auto* array = std::get_if<GgufArray>(&found->value);
    if (!array || array->elementType != GgufType::String) return mistyped(key, *found, "an array of strings");
    std::vector<std::string> strings;
    strings.reserve(array->count);
    ByteCursor cursor(array->bytes);
    for (std::string_view text; strings.size() < array->count && cursor.readString(text);) strings.emplace_back(text);
    return strings;
}

Result<std::vector<std::int64_t>> GgufFile::getIntegers(std::string_view key) const {
    const GgufValue* found = find(key);
    if (!found) return absent(key);
    const auto* array = std::get_if<GgufArray>(&found->value);
    if (!array || !isInteger(array->elementType)) return mistyped(key, *found, "an array of integers");
    std::vector<std::int64_t> integers;
    if (!convertIntegers(*array, integers)) return outOfRange(key);
    return integers;
}

Result<std::vector<float>> GgufFile::getFloats(std::string_view key) const {
    const GgufValue* found = find(key);
    if (!found) return absent(key);
    const auto* array = std::get_if<GgufArray>(&found->value);
    if (array && array->elementType == GgufType::Float32) return convertFloats<float>(*array);
    if (array && array->elementType == GgufType::Float64) return convertFloats<double>(*array);
    return mistyped(key, *found, "an array of floats");
}

Result<std::span<const std::byte>> GgufFile::tensorBytes(const GgufTensor& tensor) const {
    const std::string field = "tensor " + quotedName(tensor.name);
    if (!ggmlTypeSize(tensor.type))
        return inFile({ErrorCode::Unsupported,
                       field + " is of " + ggmlTypeName(tensor.type) + ", which is not read; supported are " +
                           dequantizableTypes(),
                       {},
                       "use a file with a supported quantization"},
                      m_path.string());
    if (tensor.offset > m_bytes.size() || tensor.sizeBytes > m_bytes.size() - tensor.offset)
        return inFile({ErrorCode::Truncated, field + " lies beyond the end of the file", {}, kDownloadAgain},
                      m_path.string());
    return m_bytes.subspan(tensor.offset, tensor.sizeBytes);
}

void GgufFile::releaseTensor(const GgufTensor& tensor) const noexcept {
    m_file.release(tensor.offset, tensor.sizeBytes);
}

}  // namespace strata
