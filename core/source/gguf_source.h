// Models in GGUF files, split or not. For model_files.cpp.
#pragma once

#include "core/io/gguf_set.h"
#include "core/source/model_files.h"

namespace strata {

class GgufSource final : public ModelFiles {
public:
    [[nodiscard]] static Result<std::unique_ptr<ModelFiles>> open(const std::filesystem::path& path);

    [[nodiscard]] SourceFormat format() const noexcept override { return SourceFormat::Gguf; }
    [[nodiscard]] const std::filesystem::path& path() const noexcept override { return m_files.path(); }
    [[nodiscard]] const GgufFile& header() const noexcept override { return m_files.first(); }
    [[nodiscard]] const std::vector<GgufTensor>& tensors() const noexcept override { return m_files.tensors(); }
    [[nodiscard]] const GgufTensor* findTensor(std::string_view name) const noexcept override {
        return m_files.findTensor(name);
    }
    [[nodiscard]] std::size_t parts() const noexcept override { return m_files.parts().size(); }
    [[nodiscard]] std::uint64_t sizeBytes() const noexcept override { return m_files.fileSizeBytes(); }
    [[nodiscard]] Result<void> rows(const GgufTensor& tensor, std::size_t first, std::size_t count,
                                    std::span<float> into) const override;
    [[nodiscard]] Result<std::string> sha256(const JobContext& context) const override;

private:
    GgufSet m_files;
};

}  // namespace strata
