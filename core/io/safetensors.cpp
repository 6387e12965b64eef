#include "core/io/safetensors.h"

#include "core/io/dequantize_blocks.h"
#include "core/io/safetensors_parser.h"

#include <array>

namespace strata {

namespace {

struct TypeFacts {
    std::string_view name;
    std::uint64_t bytes;
};

// In the order of SafetensorsType.
constexpr std::array<TypeFacts, 15> kTypes = {{{"BOOL", 1},
                                               {"U8", 1},
                                               {"I8", 1},
                                               {"F8_E4M3", 1},
                                               {"F8_E5M2", 1},
                                               {"U16", 2},
                                               {"I16", 2},
                                               {"F16", 2},
                                               {"BF16", 2},
                                               {"U32", 4},
                                               {"I32", 4},
                                               {"F32", 4},
                                               {"U64", 8},
                                               {"I64", 8},
                                               {"F64", 8}}};

blocks::Expand expanderOf(SafetensorsType type) noexcept {
    switch (type) {
        case SafetensorsType::F64:
            return blocks::expandF64;
        case SafetensorsType::F32:
            return blocks::expandF32;
        case SafetensorsType::F16:
            return blocks::expandF16;
        case SafetensorsType::BF16:
            return blocks::expandBf16;
        default:
            return nullptr;
    }
}

}  // namespace

std::string_view safetensorsTypeName(SafetensorsType type) noexcept {
    return kTypes[static_cast<std::size_t>(type)].name;
}

std::uint64_t safetensorsTypeBytes(SafetensorsType type) noexcept {
    return kTypes[static_cast<std::size_t>(type)].bytes;
}

std::uint64_t SafetensorsTensor::elementCount() const noexcept {
    return sizeBytes / safetensorsTypeBytes(type);
}

Result<SafetensorsFile> SafetensorsFile::open(const std::filesystem::path& path) {
    SafetensorsFile file;
    STRATA_TRY(file.m_file, MappedFile::open(path));
    file.m_path = path;
    file.m_bytes = file.m_file.bytes();
    if (auto parsed = SafetensorsParser(file).run(); !parsed) return inFile(std::move(parsed).error(), path.string());
    return file;
}

Result<SafetensorsFile> SafetensorsFile::parse(std::span<const std::byte> bytes) {
    SafetensorsFile file;
    file.m_bytes = bytes;
    STRATA_CHECK(SafetensorsParser(file).run());
    return file;
}

const SafetensorsTensor* SafetensorsFile::findTensor(std::string_view name) const noexcept {
    const auto found = m_tensorIndex.find(name);
    return found == m_tensorIndex.end() ? nullptr : &m_tensors[found->second];
}

std::span<const std::byte> SafetensorsFile::tensorBytes(const SafetensorsTensor& tensor) const noexcept {
    return m_bytes.subspan(tensor.offset, tensor.sizeBytes);
}

void SafetensorsFile::releaseTensor(const SafetensorsTensor& tensor) const noexcept {
    m_file.release(tensor.offset, tensor.sizeBytes);
}

Result<void> expandToFloat(SafetensorsType type, std::span<const std::byte> bytes, std::span<float> into) {
    const blocks::Expand expand = expanderOf(type);
    const std::string name(safetensorsTypeName(type));
    if (!expand)
        return fail(ErrorCode::Unsupported,
                    "weights of type " + name + " are not read; supported are F64, F32, F16, BF16",
                    "use a model in one of these types");
    const std::uint64_t width = safetensorsTypeBytes(type);
    if (bytes.size() % width != 0 || bytes.size() / width != into.size())
        return fail(ErrorCode::Corrupt,
                    std::to_string(bytes.size()) + " bytes of " + name + " do not hold " + std::to_string(into.size()) +
                        " elements",
                    "download the file again");
    expand(reinterpret_cast<const std::uint8_t*>(bytes.data()), into.size(), into.data());
    return {};
}

}  // namespace strata
