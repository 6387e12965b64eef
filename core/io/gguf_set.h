// A model in one GGUF file, or in the several files that large models are split into (name-00001-of-00003.gguf).
#pragma once

#include "core/base/result.h"
#include "core/io/gguf.h"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace strata {

/// All parts of one model behind the interface of one file: the first part's metadata, every part's tensors.
/// A file that is not split is a set of one. Immutable after open(); concurrent reads are safe.
class GgufSet {
public:
    /// Opens `path` and, where its `split.count` is above 1, its siblings by name. Any part may be given.
    /// Errors: as GgufFile::open; NotFound naming the missing parts; Corrupt when parts do not belong together
    /// (`split.no`, `split.count`, `split.tensors.count`, a tensor in two parts).
    [[nodiscard]] static Result<GgufSet> open(const std::filesystem::path& path, GgufReadOptions options = {});
    /// A set of one, from an open file.
    [[nodiscard]] static GgufSet of(GgufFile file);

    /// The part that holds the metadata.
    [[nodiscard]] const GgufFile& first() const noexcept { return m_parts.front(); }
    [[nodiscard]] const std::vector<GgufFile>& parts() const noexcept { return m_parts; }
    [[nodiscard]] const std::filesystem::path& path() const noexcept { return first().path(); }
    /// Of all parts together.
    [[nodiscard]] std::uint64_t fileSizeBytes() const noexcept;

    /// Metadata of the first part; as in GgufFile.
    [[nodiscard]] const std::vector<std::pair<std::string, GgufValue>>& metadata() const noexcept {
        return first().metadata();
    }
    [[nodiscard]] const GgufValue* find(std::string_view key) const noexcept { return first().find(key); }
    [[nodiscard]] Result<std::uint64_t> getUnsigned(std::string_view key) const { return first().getUnsigned(key); }
    [[nodiscard]] Result<double> getFloat(std::string_view key) const { return first().getFloat(key); }
    [[nodiscard]] Result<bool> getBool(std::string_view key) const { return first().getBool(key); }
    [[nodiscard]] Result<std::string> getString(std::string_view key) const { return first().getString(key); }
    [[nodiscard]] Result<std::vector<std::string>> getStrings(std::string_view key) const {
        return first().getStrings(key);
    }
    [[nodiscard]] Result<std::vector<std::int64_t>> getIntegers(std::string_view key) const {
        return first().getIntegers(key);
    }
    [[nodiscard]] Result<std::vector<float>> getFloats(std::string_view key) const { return first().getFloats(key); }

    /// Tensors of all parts, part by part, in file order.
    [[nodiscard]] const std::vector<GgufTensor>& tensors() const noexcept { return m_tensors; }
    [[nodiscard]] const GgufTensor* findTensor(std::string_view name) const noexcept;
    /// `tensor` must be one of this set. Errors as GgufFile::tensorBytes.
    [[nodiscard]] Result<std::span<const std::byte>> tensorBytes(const GgufTensor& tensor) const;
    void releaseTensor(const GgufTensor& tensor) const noexcept;

private:
    [[nodiscard]] Result<void> gatherTensors();
    std::vector<GgufFile> m_parts;
    std::vector<GgufTensor> m_tensors;
    NameIndex m_tensorIndex;
};

}  // namespace strata
