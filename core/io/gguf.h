// GGUF containers, versions 2 and 3: reading by memory mapping, writing in one sequential pass.
// Format: the GGUF specification of the ggml project. All numbers little-endian.
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
#include <variant>
#include <vector>

namespace strata {

// clang-format off
/// Tensor element types by their number in the file.
enum class GgmlType : std::uint32_t {
    F32 = 0, F16 = 1, Q4_0 = 2, Q4_1 = 3, Q5_0 = 6, Q5_1 = 7, Q8_0 = 8, Q8_1 = 9,
    Q2_K = 10, Q3_K = 11, Q4_K = 12, Q5_K = 13, Q6_K = 14, Q8_K = 15,
    IQ2_XXS = 16, IQ2_XS = 17, IQ3_XXS = 18, IQ1_S = 19, IQ4_NL = 20, IQ3_S = 21, IQ2_S = 22, IQ4_XS = 23,
    I8 = 24, I16 = 25, I32 = 26, I64 = 27, F64 = 28, IQ1_M = 29, BF16 = 30, TQ1_0 = 34, TQ2_0 = 35,
    MXFP4 = 39, NVFP4 = 40, Q1_0 = 41,
};
// clang-format on

/// "Q4_1"; "type 77" for a number we have no name for.
[[nodiscard]] std::string ggmlTypeName(GgmlType type);

/// Elements per block and bytes per block of a type; nullopt for a type whose size is not known here.
struct GgmlTypeSize {
    std::uint32_t elements = 1;
    std::uint32_t bytes = 0;
};
[[nodiscard]] std::optional<GgmlTypeSize> ggmlTypeSize(GgmlType type) noexcept;

// clang-format off
/// Metadata value types by their number in the file.
enum class GgufType : std::uint32_t {
    Uint8 = 0, Int8 = 1, Uint16 = 2, Int16 = 3, Uint32 = 4, Int32 = 5, Float32 = 6, Bool = 7, String = 8, Array = 9,
    Uint64 = 10, Int64 = 11, Float64 = 12,
};
// clang-format on

/// "uint32"; "value type 77" for a number that is none.
[[nodiscard]] std::string ggufTypeName(GgufType type);

/// An array as it stands in the file, checked but not decoded: a view into the file, so that 280,000 tokens cost
/// nothing until they are asked for (GgufFile::getStrings, getIntegers, getFloats, ggufElements).
struct GgufArray {
    GgufType elementType = GgufType::Uint8;
    std::uint64_t count = 0;
    std::span<const std::byte> bytes;  ///< the elements only; lives as long as the file's mapping
};

/// A metadata value. Integers of every width are kept as (u)int64, floats as double; strings as UTF-8 bytes.
struct GgufValue {
    GgufType type = GgufType::Uint8;
    std::variant<std::uint64_t, std::int64_t, double, bool, std::string, GgufArray> value;
    std::span<const std::byte> bytes;  ///< the value as it stands in the file (an array with its own type and count)
};

/// The first `limit` elements, decoded; nested arrays stay views.
[[nodiscard]] std::vector<GgufValue> ggufElements(const GgufArray& array, std::size_t limit = SIZE_MAX);

/// One tensor's description. `shape` is in GGUF order: shape[0] is the fastest (the columns, "in").
struct GgufTensor {
    std::string name;
    std::vector<std::uint64_t> shape;
    GgmlType type = GgmlType::F32;
    std::uint64_t offset = 0;     ///< from the start of the file
    std::uint64_t sizeBytes = 0;  ///< 0 when the type's size is unknown
    std::uint32_t part = 0;       ///< which file of a split set holds it, from 0; see GgufSet
    [[nodiscard]] std::uint64_t elementCount() const noexcept;
};

struct GgufReadOptions {
    /// Accept a file whose tensor data ends early (a download in progress): tensors beyond the end stay listed.
    bool allowPartialData = false;
};

/// Positions by name. The names are views of strings that the same object owns.
using NameIndex = std::unordered_map<std::string_view, std::size_t>;

/// An open, checked GGUF file. Immutable after open(); concurrent reads are safe. A 16 GB file opens in milliseconds:
/// only the header is read. Every count, length and offset was checked against the file before it was used.
class GgufFile {
public:
    /// Errors: NotFound, BadMagic, Truncated, Corrupt (naming the field), Unsupported (version; big-endian). Each names
    /// the file and carries a remedy.
    [[nodiscard]] static Result<GgufFile> open(const std::filesystem::path& path, GgufReadOptions options = {});
    /// Parses a header from memory (fuzzing, tests). `bytes` must outlive the result.
    [[nodiscard]] static Result<GgufFile> parse(std::span<const std::byte> bytes, GgufReadOptions options = {});

    [[nodiscard]] std::uint32_t version() const noexcept { return m_version; }
    [[nodiscard]] std::uint64_t alignment() const noexcept { return m_alignment; }
    [[nodiscard]] std::uint64_t dataOffset() const noexcept { return m_dataOffset; }
    [[nodiscard]] std::uint64_t fileSizeBytes() const noexcept { return m_bytes.size(); }
    [[nodiscard]] const std::filesystem::path& path() const noexcept { return m_path; }

    /// Metadata in file order.
    [[nodiscard]] const std::vector<std::pair<std::string, GgufValue>>& metadata() const noexcept { return m_metadata; }
    [[nodiscard]] const GgufValue* find(std::string_view key) const noexcept;
    /// Typed access. get*: NotFound when absent, Corrupt when of another type or out of range; the key is named.
    [[nodiscard]] Result<std::uint64_t> getUnsigned(std::string_view key) const;
    [[nodiscard]] Result<double> getFloat(std::string_view key) const;
    [[nodiscard]] Result<bool> getBool(std::string_view key) const;
    [[nodiscard]] Result<std::string> getString(std::string_view key) const;
    [[nodiscard]] Result<std::vector<std::string>> getStrings(std::string_view key) const;
    [[nodiscard]] Result<std::vector<std::int64_t>> getIntegers(std::string_view key) const;
    [[nodiscard]] Result<std::vector<float>> getFloats(std::string_view key) const;

    [[nodiscard]] const std::vector<GgufTensor>& tensors() const noexcept { return m_tensors; }
    [[nodiscard]] const GgufTensor* findTensor(std::string_view name) const noexcept;
    /// The tensor's bytes in the mapping. Errors: Truncated (partial file), Unsupported (type of unknown size).
    [[nodiscard]] Result<std::span<const std::byte>> tensorBytes(const GgufTensor& tensor) const;
    /// Returns a tensor's cached pages to the system after use.
    void releaseTensor(const GgufTensor& tensor) const noexcept;

private:
    friend class GgufParser;
    MappedFile m_file;
    std::span<const std::byte> m_bytes;
    std::filesystem::path m_path;
    std::uint32_t m_version = 0;
    std::uint64_t m_alignment = 32;
    std::uint64_t m_dataOffset = 0;
    std::vector<std::pair<std::string, GgufValue>> m_metadata;
    NameIndex m_keyIndex;
    std::vector<GgufTensor> m_tensors;
    NameIndex m_tensorIndex;
};

/// Whether dequantize() reads this type.
[[nodiscard]] bool canDequantize(GgmlType type) noexcept;

/// The types dequantize() reads, for messages: "F32, F16, ...".
[[nodiscard]] std::string dequantizableTypes();

/// Expands one tensor's bytes to float32. `into.size()` must be the element count.
/// Blocks are independent, so a tensor may be expanded in pieces of whole rows, from several threads at once.
/// Values are those of the Python package `gguf`, bit for bit (NaNs may differ in their payload).
/// Errors: Unsupported (the type is named, with those we read), Corrupt (byte count does not match).
[[nodiscard]] Result<void> dequantize(GgmlType type, std::span<const std::byte> bytes, std::span<float> into);

/// Builds a GGUF v3 file: metadata and tensor descriptions first, then each tensor's bytes in the order announced.
/// The writer makes the header; the caller writes it and then, at tensorOffset(), each tensor. `general.alignment` is
/// written by the constructor. Keys and tensor names must be unique. Not for use from several threads.
class GgufWriter {
public:
    /// `alignment` is a power of two.
    explicit GgufWriter(std::uint32_t alignment = 64);
    void add(std::string key, std::uint32_t value);
    void add(std::string key, std::uint64_t value);
    void add(std::string key, std::int32_t value);
    void add(std::string key, float value);
    void add(std::string key, bool value);
    void add(std::string key, std::string_view value);
    void add(std::string key, const char* value) { add(std::move(key), std::string_view(value)); }
    void add(std::string key, std::span<const std::string> values);
    void add(std::string key, std::span<const std::int32_t> values);
    void add(std::string key, std::span<const std::uint32_t> values);
    void add(std::string key, std::span<const std::uint64_t> values);
    void add(std::string key, std::span<const std::int8_t> values);
    void add(std::string key, std::span<const std::uint8_t> values);
    void add(std::string key, std::span<const float> values);
    /// Copies a value read from another file, with the type it had there. Nothing happens when the key is absent there
    /// or is `general.alignment`.
    void addCopy(const GgufFile& source, std::string_view key);
    /// Announces a tensor; offsets follow from the order of these calls, padded to the alignment.
    void addTensor(std::string name, GgmlType type, std::vector<std::uint64_t> shape, std::uint64_t sizeBytes);

    /// Bytes of header and descriptions, padded; the first tensor starts there.
    [[nodiscard]] std::vector<std::byte> header() const;
    /// Offset of an announced tensor from the start of the file.
    [[nodiscard]] std::uint64_t tensorOffset(std::size_t index) const;

private:
    void begin(std::string_view key, GgufType type);
    [[nodiscard]] std::uint64_t headerBytes() const noexcept;
    std::uint32_t m_alignment;
    std::string m_metadata;
    std::uint64_t m_metadataCount = 0;
    template <class T>
    void addNumbers(std::string_view key, GgufType type, std::span<const T> values);
    std::string m_infos;                   ///< tensor descriptions, as written
    std::vector<std::uint64_t> m_offsets;  ///< of each tensor, from the start of the data
    std::uint64_t m_dataBytes = 0;
};

}  // namespace strata
