#include "core/compress/source_model.h"

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
    STRATA_TRY(m_tokenizer, Tokenizer::fromGguf(m_files->header()));
    // The first part of a split file need not hold all tensors.
    if (m_files->header().tensors().size() == m_files->tensors().size())
        STRATA_CHECK(checkShapes(m_config, m_files->header()));
    return {};
}

Result<std::vector<float>> SourceModel::tensor(std::string_view name) const {
    const GgufTensor* found = m_files->findTensor(name);
    if (found == nullptr) return fail(ErrorCode::NotFound, fmt::format("tensor '{}' is missing", name));
    const std::size_t columns = found->shape.empty() ? 1 : found->shape[0];
    std::vector<float> values(found->elementCount());
    STRATA_CHECK(rows(name, 0, columns == 0 ? 0 : values.size() / columns, values));
    return values;
}

Result<void> SourceModel::rows(std::string_view name, std::size_t first, std::size_t count,
                               std::span<float> into) const {
    const GgufTensor* found = m_files->findTensor(name);
    if (found == nullptr) return fail(ErrorCode::NotFound, fmt::format("tensor '{}' is missing", name));
    const std::size_t columns = found->shape[0];
    const std::size_t totalRows = found->elementCount() / columns;
    if (first + count > totalRows || into.size() != count * columns)
        return fail(ErrorCode::Corrupt, fmt::format("tensor '{}' has {} rows of {}", name, totalRows, columns));
    auto status = m_files->rows(*found, first, count, into);
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
