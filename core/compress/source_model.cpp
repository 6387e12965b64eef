#include "core/compress/source_model.h"

#include "core/stack/stack_keys.h"

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
    return !key.starts_with("split.");
}

}  // namespace

Result<std::unique_ptr<SourceModel>> SourceModel::open(const std::filesystem::path& path) {
    STRATA_TRY(GgufSet files, GgufSet::open(path));
    if (files.find(keys::kVersion) != nullptr)
        return inFile({ErrorCode::Unsupported, "is a stack already", {}, {}}, path.string(),
                      "chat with it, or compress its source");
    std::unique_ptr<SourceModel> model(new SourceModel());
    model->m_files = std::move(files);
    auto config = ModelConfig::fromGguf(model->m_files.first());
    if (!config) return inFile(std::move(config).error(), path.string());
    model->m_config = *std::move(config);
    model->m_config.tiedEmbedding = !model->has(kOutputName);
    auto tokenizer = Tokenizer::fromGguf(model->m_files.first());
    if (!tokenizer) return inFile(std::move(tokenizer).error(), path.string());
    model->m_tokenizer = *std::move(tokenizer);
    if (model->m_files.parts().size() == 1) {
        auto shapes = checkShapes(model->m_config, model->m_files.first());
        if (!shapes) return inFile(std::move(shapes).error(), path.string());
    }
    return model;
}

Result<std::vector<float>> SourceModel::tensor(std::string_view name) const {
    const GgufTensor* found = m_files.findTensor(name);
    if (found == nullptr) return fail(ErrorCode::NotFound, fmt::format("tensor '{}' is missing", name));
    const std::size_t columns = found->shape.empty() ? 1 : found->shape[0];
    std::vector<float> values(found->elementCount());
    STRATA_CHECK(rows(name, 0, columns == 0 ? 0 : values.size() / columns, values));
    return values;
}

Result<void> SourceModel::rows(std::string_view name, std::size_t first, std::size_t count,
                               std::span<float> into) const {
    const GgufTensor* found = m_files.findTensor(name);
    if (found == nullptr) return fail(ErrorCode::NotFound, fmt::format("tensor '{}' is missing", name));
    STRATA_TRY(const std::span<const std::byte> bytes, m_files.tensorBytes(*found));
    const std::size_t columns = found->shape[0];
    const std::size_t totalRows = found->elementCount() / columns;
    if (first + count > totalRows || into.size() != count * columns)
        return fail(ErrorCode::Corrupt, fmt::format("tensor '{}' has {} rows of {}", name, totalRows, columns));
    const std::size_t rowBytes = bytes.size() / totalRows;
    auto status = dequantize(found->type, bytes.subspan(first * rowBytes, count * rowBytes), into);
    if (!status)
        return inFile({status.error().code, fmt::format("tensor '{}': {}", name, status.error().detail), {}, {}},
                      m_files.path().string(), status.error().remedy);
    m_files.releaseTensor(*found);
    auto finite = checkFinite(into, name);
    if (!finite) return inFile(std::move(finite).error(), m_files.path().string());
    return {};
}

void SourceModel::describe(GgufWriter& writer) const {
    for (const auto& [key, value] : m_files.metadata())
        if (isKept(key)) writer.addCopy(m_files.first(), key);
}

}  // namespace strata
