#include "core/compress/source_model.h"

#include "core/compress/calibration_text.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

namespace strata {
namespace {

Result<void> checkFinite(std::span<const float> values, std::string_view name) {
    if (std::ranges::all_of(values, [](float value) { return std::isfinite(value); })) return {};
    return fail(ErrorCode::Corrupt, fmt::format("tensor '{}' holds values that are not numbers", name),
                "the file is damaged; download it again");
}

bool isKept(std::string_view key) {
    if (key == "general.file_type" || key == "general.quantization_version" || key == "general.alignment") return false;
    // Written by whoever writes the stack, from the tokenizer.
    return !key.starts_with("split.") && key != "strata.source.end_of_turn";
}

}  // namespace

Result<std::unique_ptr<SourceModel>> SourceModel::open(const std::filesystem::path& path) {
    std::unique_ptr<SourceModel> model(new SourceModel());
    STRATA_TRY(model->m_files, ModelFiles::open(path));
    if (auto status = model->describeModel(); !status) return inFile(std::move(status).error(), path.string());
    return model;
}

Result<void> SourceModel::describeModel() {
    STRATA_TRY(m_config, ModelConfig::fromGguf(m_files->header()));
    m_config.tiedEmbedding = !has(kOutputName);
    m_config.useContext(CalibrationTokens::kWindow);
    STRATA_TRY(m_tokenizer, Tokenizer::fromGguf(m_files->header()));
    // The first part of a split file need not hold all tensors.
    if (m_files->header().tensors().size() == m_files->tensors().size())
        STRATA_CHECK(checkShapes(m_config, m_files->header()));
    return {};
}

SourceModel::Place SourceModel::find(std::string_view name) const {
    // Families store several linear layers as one tensor, which may have the name of one of them.
    if (const auto slice = m_config.slices.find(name); slice != m_config.slices.end()) {
        const GgufTensor* tensor = m_files->findTensor(slice->second.tensor);
        const bool fits = tensor && tensor->shape.size() == 2 && tensor->shape[1] == slice->second.tensorRows;
        return fits ? Place{tensor, slice->second.firstRow, slice->second.rows} : Place{};
    }
    if (const GgufTensor* tensor = m_files->findTensor(name); tensor && !tensor->shape.empty())
        return {tensor, 0, tensor->elementCount() / tensor->shape[0]};
    // Files store all experts of a layer as one.
    const std::optional<ExpertSlice> slice = findExpertSlice(name);
    const GgufTensor* tensor = slice ? m_files->findTensor(slice->tensor) : nullptr;
    if (!tensor || tensor->shape.size() != 3 || slice->expert >= tensor->shape[2]) return {};
    return {tensor, slice->expert * tensor->shape[1], tensor->shape[1]};
}

Result<std::vector<float>> SourceModel::tensor(std::string_view name) const {
    const Place found = find(name);
    if (found.tensor == nullptr) return fail(ErrorCode::NotFound, fmt::format("tensor '{}' is missing", name));
    std::vector<float> values(found.rows * found.tensor->shape[0]);
    STRATA_CHECK(rows(name, 0, found.rows, values));
    return values;
}

Result<void> SourceModel::rows(std::string_view name, std::size_t first, std::size_t count,
                               std::span<float> into) const {
    const Place found = find(name);
    if (found.tensor == nullptr) return fail(ErrorCode::NotFound, fmt::format("tensor '{}' is missing", name));
    const std::size_t columns = found.tensor->shape[0];
    if (first + count > found.rows || into.size() != count * columns)
        return fail(ErrorCode::Corrupt, fmt::format("tensor '{}' has {} rows of {}", name, found.rows, columns));
    auto status = m_files->rows(*found.tensor, found.firstRow + first, count, into);
    if (!status)
        return inFile({status.error().code, fmt::format("tensor '{}': {}", name, status.error().detail), {}, {}},
                      m_files->path().string(), status.error().remedy);
    auto finite = checkFinite(into, name);
    if (!finite) return inFile(std::move(finite).error(), m_files->path().string());
    return {};
}

void SourceModel::describe(GgufWriter& writer) const {
    for (const auto& [key, value] : m_files->header().metadata())
        if (isKept(key)) writer.addCopy(m_files->header(), key);
}

}  // namespace strata
