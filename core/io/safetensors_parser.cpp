#include "core/io/safetensors_parser.h"

#include "core/io/gguf_cursor.h"
#include "core/io/json_text.h"

#include <algorithm>

namespace strata {

namespace {

constexpr const char* kDownloadAgain = "download the file again";
constexpr std::uint64_t kMaximumHeaderBytes = 100'000'000;  // the format's own limit
constexpr int kMaximumDepth = 3;                            // header, tensor, shape
constexpr std::size_t kMaximumDimensions = 8;
constexpr SafetensorsType kTypes[] = {
    SafetensorsType::Bool, SafetensorsType::U8,  SafetensorsType::I8,  SafetensorsType::F8E4M3, SafetensorsType::F8E5M2,
    SafetensorsType::U16,  SafetensorsType::I16, SafetensorsType::F16, SafetensorsType::BF16,   SafetensorsType::U32,
    SafetensorsType::I32,  SafetensorsType::F32, SafetensorsType::U64, SafetensorsType::I64,    SafetensorsType::F64};

std::unexpected<Error> corrupt(std::string detail) {
    return fail(ErrorCode::Corrupt, std::move(detail), kDownloadAgain);
}

}  // namespace

Result<void> SafetensorsParser::run() {
    STRATA_TRY(const std::string_view text, headerText());
    STRATA_TRY(const nlohmann::json header, parseJsonObject(text, "the safetensors header", kMaximumDepth));
    for (const auto& [name, entry] : header.items()) {
        if (name == "__metadata__") {
            STRATA_CHECK(readMetadata(entry));
        } else {
            STRATA_CHECK(readTensor(name, entry));
        }
    }
    return checkLayout();
}

Result<std::string_view> SafetensorsParser::headerText() {
    ByteCursor cursor(m_file.m_bytes);
    std::uint64_t length = 0;
    if (!cursor.read(length))
        return fail(ErrorCode::Truncated, "the file ends within the header length", kDownloadAgain);
    if (length > cursor.remaining())
        return fail(ErrorCode::Truncated,
                    "the header length " + std::to_string(length) + " is more than the file's " +
                        std::to_string(m_file.m_bytes.size()) + " bytes",
                    kDownloadAgain);
    if (length > kMaximumHeaderBytes)
        return corrupt("the header length " + std::to_string(length) + " is above 100 MB");
    m_dataOffset = cursor.position() + length;
    return std::string_view(reinterpret_cast<const char*>(m_file.m_bytes.data()) + cursor.position(), length);
}

Result<void> SafetensorsParser::readMetadata(const nlohmann::json& metadata) {
    if (!metadata.is_object()) return corrupt("'__metadata__' is not a JSON object");
    for (const auto& [key, value] : metadata.items()) {
        if (!value.is_string()) return corrupt("the value of " + quotedName(key) + " in '__metadata__' is not a text");
        m_file.m_metadata.emplace_back(key, value.get<std::string>());
    }
    return {};
}

Result<void> SafetensorsParser::readTensor(const std::string& name, const nlohmann::json& entry) {
    const std::string field = "tensor " + quotedName(name);
    if (!entry.is_object()) return corrupt(field + " is not described by a JSON object");
    SafetensorsTensor tensor;
    tensor.name = name;
    STRATA_CHECK(readType(field, entry, tensor));
    STRATA_CHECK(readShape(field, entry, tensor));
    STRATA_CHECK(readOffsets(field, entry, tensor));
    m_file.m_tensors.push_back(std::move(tensor));
    return {};
}

Result<void> SafetensorsParser::readType(const std::string& field, const nlohmann::json& entry,
                                         SafetensorsTensor& tensor) {
    const auto found = entry.find("dtype");
    if (found == entry.end() || !found->is_string())
        return corrupt("'dtype' of " + field + " is missing or not a text");
    const auto& name = found->get_ref<const std::string&>();
    const auto* type = std::ranges::find(kTypes, name, safetensorsTypeName);
    if (type == std::end(kTypes))
        return fail(ErrorCode::Unsupported, field + " is of type " + quotedName(name) + ", which is not read",
                    "use a model in F32, F16 or BF16");
    tensor.type = *type;
    return {};
}

Result<void> SafetensorsParser::readShape(const std::string& field, const nlohmann::json& entry,
                                          SafetensorsTensor& tensor) {
    const auto found = entry.find("shape");
    if (found == entry.end() || !found->is_array()) return corrupt("'shape' of " + field + " is missing or not a list");
    if (found->size() > kMaximumDimensions)
        return corrupt(field + " has " + std::to_string(found->size()) + " dimensions; at most 8 are read");
    std::uint64_t elements = 1;
    for (const nlohmann::json& extent : *found) {
        if (!extent.is_number_unsigned()) return corrupt("'shape' of " + field + " holds something other than a size");
        tensor.shape.push_back(extent.get<std::uint64_t>());
        if (__builtin_mul_overflow(elements, tensor.shape.back(), &elements))
            return corrupt("the element count of " + field + " is too large for any file");
    }
    if (__builtin_mul_overflow(elements, safetensorsTypeBytes(tensor.type), &tensor.sizeBytes))
        return corrupt("the size of " + field + " is too large for any file");
    return {};
}

Result<void> SafetensorsParser::readOffsets(const std::string& field, const nlohmann::json& entry,
                                            SafetensorsTensor& tensor) {
    const auto found = entry.find("data_offsets");
    if (found == entry.end() || !found->is_array() || found->size() != 2 || !(*found)[0].is_number_unsigned() ||
        !(*found)[1].is_number_unsigned())
        return corrupt("'data_offsets' of " + field + " is missing or not two numbers");
    const auto begin = (*found)[0].get<std::uint64_t>();
    const auto end = (*found)[1].get<std::uint64_t>();
    if (end < begin || end - begin != tensor.sizeBytes)
        return corrupt("'data_offsets' of " + field + " do not span the " + std::to_string(tensor.sizeBytes) +
                       " bytes of its shape");
    if (end > m_file.m_bytes.size() - m_dataOffset)
        return fail(ErrorCode::Truncated,
                    field + " ends at byte " + std::to_string(end) + " of " +
                        std::to_string(m_file.m_bytes.size() - m_dataOffset) + " bytes of data",
                    kDownloadAgain);
    tensor.offset = m_dataOffset + begin;
    return {};
}

Result<void> SafetensorsParser::checkLayout() {
    auto& tensors = m_file.m_tensors;
    std::ranges::sort(tensors, {},
                      [](const SafetensorsTensor& tensor) { return std::pair(tensor.offset, tensor.sizeBytes); });
    std::uint64_t expected = m_dataOffset;
    for (std::size_t tensor = 0; tensor < tensors.size(); ++tensor) {
        const std::string field = "tensor " + quotedName(tensors[tensor].name);
        if (tensors[tensor].offset < expected)
            return corrupt("the data of " + field + " overlaps that of another tensor");
        if (tensors[tensor].offset > expected) return corrupt("there is a gap before the data of " + field);
        expected += tensors[tensor].sizeBytes;
        m_file.m_tensorIndex.emplace(tensors[tensor].name, tensor);
    }
    if (expected != m_file.m_bytes.size()) return corrupt("bytes that belong to no tensor follow the last one");
    return {};
}

}  // namespace strata
