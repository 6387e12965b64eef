// A stack as a source: every matrix at its highest level, so that one codec's stack can be compressed by another.
#pragma once

#include "core/source/memory_header.h"
#include "core/source/model_files.h"
#include "core/stack/stack_file.h"

#include <memory>

namespace strata {

class StackSource final : public ModelFiles {
public:
    [[nodiscard]] static Result<std::unique_ptr<ModelFiles>> open(const std::filesystem::path& path);

    [[nodiscard]] SourceFormat format() const noexcept override { return SourceFormat::Stack; }
    [[nodiscard]] const std::filesystem::path& path() const noexcept override { return m_stack->path(); }
    [[nodiscard]] const GgufFile& header() const noexcept override { return m_header.file(); }
    [[nodiscard]] const std::vector<GgufTensor>& tensors() const noexcept override { return m_header.file().tensors(); }
    [[nodiscard]] const GgufTensor* findTensor(std::string_view name) const noexcept override {
        return m_header.file().findTensor(name);
    }
    [[nodiscard]] std::size_t parts() const noexcept override { return 1; }
    [[nodiscard]] std::uint64_t sizeBytes() const noexcept override { return m_stack->gguf().fileSizeBytes(); }
    [[nodiscard]] Result<void> rows(const GgufTensor& tensor, std::size_t first, std::size_t count,
                                    std::span<float> into) const override;
    [[nodiscard]] Result<std::string> sha256(const JobContext& context) const override;

private:
    [[nodiscard]] Result<void> describe();
    /// Checked against its checksum.
    [[nodiscard]] Result<std::vector<std::byte>> block(std::size_t matrix, std::size_t tile, unsigned level) const;
    /// Rows of one tile, from any row; nestedRows() and bitstackRows() begin at a multiple of 32 and add to zeros.
    [[nodiscard]] Result<void> tileRows(std::size_t matrix, std::size_t tile, std::size_t first, std::size_t count,
                                        std::span<float> into) const;
    [[nodiscard]] Result<void> nestedRows(std::size_t matrix, std::size_t tile, std::size_t first, std::size_t count,
                                          std::span<float> into) const;
    [[nodiscard]] Result<void> bitstackRows(std::size_t matrix, std::size_t tile, std::size_t first, std::size_t count,
                                            std::span<float> into) const;

    std::shared_ptr<const StackFile> m_stack;
    MemoryHeader m_header;
};

}  // namespace strata
