// A model on disk as compression reads it: GGUF's metadata and tensor names, float32 rows, whatever files hold it.
#pragma once

#include "core/base/progress.h"
#include "core/base/result.h"
#include "core/io/gguf.h"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace strata {

class BitstackCheckpoint;

/// What kind of files a model is made of.
enum class SourceFormat : std::uint8_t { Gguf, HuggingFace, Bitstack, Stack };

/// "gguf", "hugging-face", "bitstack", "strata".
[[nodiscard]] std::string_view sourceFormatName(SourceFormat format) noexcept;

/// Immutable after open(); concurrent reads are safe. Tensors are expanded when asked for and not kept.
class ModelFiles {
public:
    /// `path` is a GGUF file (of a split model: any part), a Hugging Face folder (or its config.json), which may be a
    /// published BitStack checkpoint, or a stack, read at its highest levels.
    /// Errors: those of GgufSet, SafetensorsSet and StackFile; NotFound naming what a folder lacks and what it is for;
    /// Unsupported naming family, quantization or tensor; BadMagic.
    [[nodiscard]] static Result<std::unique_ptr<ModelFiles>> open(const std::filesystem::path& path);

    virtual ~ModelFiles() = default;
    ModelFiles(const ModelFiles&) = delete;
    ModelFiles& operator=(const ModelFiles&) = delete;

    [[nodiscard]] virtual SourceFormat format() const noexcept = 0;
    [[nodiscard]] virtual const std::filesystem::path& path() const noexcept = 0;
    /// Metadata, `general.*`, `<arch>.*` and `tokenizer.*`. Its tensors need not be all of the model's.
    [[nodiscard]] virtual const GgufFile& header() const noexcept = 0;
    /// All tensors under GGUF's names, shapes in GGUF's order.
    [[nodiscard]] virtual const std::vector<GgufTensor>& tensors() const noexcept = 0;
    [[nodiscard]] virtual const GgufTensor* findTensor(std::string_view name) const noexcept = 0;
    /// Files that hold the tensors.
    [[nodiscard]] virtual std::size_t parts() const noexcept = 0;
    /// Of all files that hold tensors.
    [[nodiscard]] virtual std::uint64_t sizeBytes() const noexcept = 0;

    /// Rows [first, first + count) of one of tensors() (a vector is one row) into `into` [count, columns].
    /// Errors: Unsupported (element type), Corrupt, Truncated, Io.
    [[nodiscard]] virtual Result<void> rows(const GgufTensor& tensor, std::size_t first, std::size_t count,
                                            std::span<float> into) const = 0;

    /// Lower-case hexadecimal SHA-256 that identifies the model: of the file where there is one, else of the digests
    /// of all files. Errors: Io, Cancelled.
    [[nodiscard]] virtual Result<std::string> sha256(const JobContext& context) const = 0;

    /// The blocks of a published BitStack checkpoint; nullptr for any other model.
    [[nodiscard]] virtual const BitstackCheckpoint* bitstack() const noexcept { return nullptr; }

protected:
    ModelFiles() = default;
};

/// SHA-256 of several files: of the single one, or of the lines "digest  name" in the order given.
[[nodiscard]] Result<std::string> sha256OfFiles(std::span<const std::filesystem::path> files,
                                                const JobContext& context);

}  // namespace strata
