// Safetensors: the container of Hugging Face models. One file, or several with an index.
// Format: an 8-byte little-endian header length, a JSON header, then the tensors' bytes without gaps. The format
// promises no alignment: bytes of a tensor may begin at any address.
#pragma once

#include "core/base/file.h"
#include "core/base/result.h"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace strata {

enum class SafetensorsType { Bool, U8, I8, F8E4M3, F8E5M2, U16, I16, F16, BF16, U32, I32, F32, U64, I64, F64 };

/// As the header spells it: "BF16", "F8_E4M3".
[[nodiscard]] std::string_view safetensorsTypeName(SafetensorsType type) noexcept;
[[nodiscard]] std::uint64_t safetensorsTypeBytes(SafetensorsType type) noexcept;

/// One tensor's description. `shape` is row-major: the last extent is the fastest (the opposite of GgufTensor).
/// An empty shape is one element; an extent of 0 is allowed.
struct SafetensorsTensor {
    std::string name;
    std::vector<std::uint64_t> shape;
    SafetensorsType type = SafetensorsType::F32;
    std::uint64_t offset = 0;  ///< from the start of the file
    std::uint64_t sizeBytes = 0;
    std::uint32_t part = 0;  ///< which file of a set holds it, from 0
    [[nodiscard]] std::uint64_t elementCount() const noexcept;
};

/// An open, checked *.safetensors file. Immutable after open(); concurrent reads are safe. Only the header is read.
/// Every length, shape and offset was checked against the file: tensors lie inside it, without gap or overlap.
class SafetensorsFile {
public:
    /// Errors: NotFound, Truncated, Corrupt (naming tensor and field), Unsupported (element type). Each carries a
    /// remedy.
    [[nodiscard]] static Result<SafetensorsFile> open(const std::filesystem::path& path);
    /// From memory (fuzzing, tests). `bytes` must outlive the result.
    [[nodiscard]] static Result<SafetensorsFile> parse(std::span<const std::byte> bytes);

    [[nodiscard]] const std::filesystem::path& path() const noexcept { return m_path; }
    [[nodiscard]] std::uint64_t fileSizeBytes() const noexcept { return m_bytes.size(); }
    /// The texts under `__metadata__`, by key.
    [[nodiscard]] const std::vector<std::pair<std::string, std::string>>& metadata() const noexcept {
        return m_metadata;
    }
    /// In the order of their bytes.
    [[nodiscard]] const std::vector<SafetensorsTensor>& tensors() const noexcept { return m_tensors; }
    [[nodiscard]] const SafetensorsTensor* findTensor(std::string_view name) const noexcept;
    [[nodiscard]] std::span<const std::byte> tensorBytes(const SafetensorsTensor& tensor) const noexcept;
    /// Returns a tensor's cached pages to the system after use.
    void releaseTensor(const SafetensorsTensor& tensor) const noexcept;

private:
    friend class SafetensorsParser;
    MappedFile m_file;
    std::span<const std::byte> m_bytes;
    std::filesystem::path m_path;
    std::vector<std::pair<std::string, std::string>> m_metadata;
    std::vector<SafetensorsTensor> m_tensors;
    std::unordered_map<std::string_view, std::size_t> m_tensorIndex;  ///< names are views of m_tensors
};

/// A model's tensors, from one file or from the shards that an index names. Same contract as SafetensorsFile.
class SafetensorsSet {
public:
    /// `path` is a *.safetensors file, a *.safetensors.index.json, or a folder that holds one of them (symbolic links
    /// are followed). Errors: as SafetensorsFile::open; NotFound naming the missing shards; Corrupt when the index is
    /// no index, names a file outside its folder, or a tensor that its shard lacks.
    [[nodiscard]] static Result<SafetensorsSet> open(const std::filesystem::path& path);
    /// One file, in memory (fuzzing, tests). `bytes` must outlive the result. Errors: as SafetensorsFile::parse.
    [[nodiscard]] static Result<SafetensorsSet> parse(std::span<const std::byte> bytes);

    [[nodiscard]] const std::vector<SafetensorsFile>& parts() const noexcept { return m_parts; }
    [[nodiscard]] std::uint64_t fileSizeBytes() const noexcept;
    /// Tensors of all parts, part by part. Of a tensor in two shards, the one that the index names.
    [[nodiscard]] const std::vector<SafetensorsTensor>& tensors() const noexcept { return m_tensors; }
    [[nodiscard]] const SafetensorsTensor* findTensor(std::string_view name) const noexcept;
    /// `tensor` must be one of this set.
    [[nodiscard]] std::span<const std::byte> tensorBytes(const SafetensorsTensor& tensor) const noexcept;
    void releaseTensor(const SafetensorsTensor& tensor) const noexcept;

private:
    [[nodiscard]] static Result<SafetensorsSet> openSingle(const std::filesystem::path& path);
    [[nodiscard]] static Result<SafetensorsSet> ofSingle(SafetensorsFile file);
    [[nodiscard]] static Result<SafetensorsSet> openIndexed(const std::filesystem::path& index);
    [[nodiscard]] Result<void> gather(const std::unordered_map<std::string, std::string>& shardOf);
    std::vector<SafetensorsFile> m_parts;
    std::vector<SafetensorsTensor> m_tensors;
    std::unordered_map<std::string_view, std::size_t> m_tensorIndex;
};

/// Expands F64, F32, F16 or BF16 to float32. `into.size()` must be the element count.
/// Errors: Unsupported (the type is named, with those we read), Corrupt (byte count does not match).
[[nodiscard]] Result<void> expandToFloat(SafetensorsType type, std::span<const std::byte> bytes, std::span<float> into);

}  // namespace strata
