// Models in Hugging Face folders, published BitStack checkpoints among them.
#pragma once

#include "core/io/safetensors.h"
#include "core/source/bitstack_checkpoint.h"
#include "core/source/hugging_face_families.h"
#include "core/source/hugging_face_folder.h"
#include "core/source/memory_header.h"
#include "core/source/model_files.h"

#include <memory>
#include <unordered_map>

namespace strata {

/// Describes the folder in GGUF's terms once, when it is opened: metadata from its JSON files, one description per
/// tensor. Values are converted when they are read.
class HuggingFaceSource final : public ModelFiles {
public:
    [[nodiscard]] static Result<std::unique_ptr<ModelFiles>> open(const std::filesystem::path& folder);

    [[nodiscard]] SourceFormat format() const noexcept override {
        return m_bitstack ? SourceFormat::Bitstack : SourceFormat::HuggingFace;
    }
    [[nodiscard]] const std::filesystem::path& path() const noexcept override { return m_folder.path; }
    [[nodiscard]] const GgufFile& header() const noexcept override { return m_header.file(); }
    [[nodiscard]] const std::vector<GgufTensor>& tensors() const noexcept override { return m_header.file().tensors(); }
    [[nodiscard]] const GgufTensor* findTensor(std::string_view name) const noexcept override {
        return m_header.file().findTensor(name);
    }
    [[nodiscard]] std::size_t parts() const noexcept override { return m_weights.parts().size(); }
    [[nodiscard]] std::uint64_t sizeBytes() const noexcept override { return m_weights.fileSizeBytes(); }
    [[nodiscard]] Result<void> rows(const GgufTensor& tensor, std::size_t first, std::size_t count,
                                    std::span<float> into) const override;
    [[nodiscard]] Result<std::string> sha256(const JobContext& context) const override;
    [[nodiscard]] const BitstackCheckpoint* bitstack() const noexcept override { return m_bitstack.get(); }

private:
    /// How a tensor's values come about.
    struct Entry {
        const SafetensorsTensor* tensor = nullptr;  ///< null: blocks of m_bitstack
        std::size_t rotaryHeads = 0;                ///< rows are interleaved within each of so many heads; 0 = not
        bool addOne = false;
        const SafetensorsTensor* divisors = nullptr;  ///< activation scales that this norm has to bring along
    };

    [[nodiscard]] Result<void> describe();
    [[nodiscard]] Result<void> describeTokenizer(GgufWriter& writer) const;
    void describeGeneration(GgufWriter& writer) const;
    [[nodiscard]] Result<void> addTensors(GgufWriter& writer);
    [[nodiscard]] Result<void> addTensor(GgufWriter& writer, const SafetensorsTensor& tensor, const TensorPlace& place);
    [[nodiscard]] Result<void> addScales(const TensorPlace& place, const SafetensorsTensor& tensor);
    [[nodiscard]] Result<void> addBitstack(GgufWriter& writer);
    [[nodiscard]] std::size_t rotaryHeads(std::string_view stem) const;
    [[nodiscard]] Result<void> readPlain(const Entry& entry, std::size_t first, std::size_t count, std::size_t columns,
                                         std::span<float> into) const;

    HuggingFaceFolder m_folder;
    const HuggingFaceFamily* m_family = nullptr;
    SafetensorsSet m_weights;
    std::unordered_map<std::string, Entry> m_entries;  ///< by GGUF name
    std::unique_ptr<BitstackCheckpoint> m_bitstack;
    MemoryHeader m_header;
};

}  // namespace strata
