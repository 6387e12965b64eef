// Shapes of all tensors against the configuration.
#include "core/model/model_config.h"

#include <functional>
#include <optional>

namespace strata {
namespace {

using Shape = std::pair<std::uint64_t, std::uint64_t>;  // rows, columns; a vector has one row

struct TensorShapes {
    std::function<std::optional<Shape>(std::string_view)> matrix;
    std::function<std::optional<Shape>(std::string_view)> vector;
};

std::string text(const Shape& shape) {
    return std::to_string(shape.first) + " x " + std::to_string(shape.second);
}

Result<void> check(std::string_view name, const std::optional<Shape>& found, const Shape& expected) {
    if (!found) return fail(ErrorCode::NotFound, "tensor '" + std::string(name) + "' is missing");
    if (*found == expected) return {};
    return fail(ErrorCode::Corrupt, "tensor '" + std::string(name) + "' is " + text(*found) +
                                        ", but the model's metadata ask for " + text(expected));
}

/// Of a norm, a bias or a router: a vector is a matrix of one row.
std::optional<Shape> denseShape(const GgufFile& file, std::string_view name) {
    const GgufTensor* tensor = file.findTensor(name);
    if (!tensor) return std::nullopt;
    if (tensor->shape.size() == 1) return Shape{1, tensor->shape[0]};
    return tensor->shape.size() == 2 ? Shape{tensor->shape[1], tensor->shape[0]} : Shape{0, tensor->elementCount()};
}

/// Of a tensor of its own, or of an expert's slice of one.
std::optional<Shape> matrixShape(const GgufFile& file, std::string_view name) {
    if (const GgufTensor* tensor = file.findTensor(name))
        return tensor->shape.size() == 2 ? Shape{tensor->shape[1], tensor->shape[0]} : Shape{0, tensor->elementCount()};
    const std::optional<ExpertSlice> slice = findExpertSlice(name);
    const GgufTensor* tensor = slice ? file.findTensor(slice->tensor) : nullptr;
    if (!tensor || tensor->shape.size() != 3 || slice->expert >= tensor->shape[2]) return std::nullopt;
    return Shape{tensor->shape[1], tensor->shape[0]};
}

Result<void> checkLinear(const ModelConfig& config, const TensorShapes& shapes, const ModelConfig::Linear& linear) {
    const auto slice = config.slices.find(linear.name);
    if (slice == config.slices.end())
        return check(linear.name, shapes.matrix(linear.name), {linear.rows, linear.columns});
    const std::string& whole = slice->second.tensor;
    return check(whole, shapes.matrix(whole), {slice->second.tensorRows, linear.columns});
}

Result<void> checkVectors(const TensorShapes& shapes, std::span<const VectorShape> vectors) {
    for (const VectorShape& vector : vectors) {
        const auto found = shapes.vector(vector.name);
        if (found || !vector.optional) STRATA_CHECK(check(vector.name, found, {vector.rows, vector.length}));
    }
    return {};
}

Result<void> checkAll(const ModelConfig& config, const TensorShapes& shapes) {
    const Shape table{config.vocabularySize, config.embeddingLength};
    STRATA_CHECK(check(kEmbeddingName, shapes.matrix(kEmbeddingName), table));
    if (!config.tiedEmbedding) STRATA_CHECK(check(kOutputName, shapes.matrix(kOutputName), table));
    STRATA_CHECK(checkVectors(shapes, config.sharedVectors()));
    for (std::size_t layer = 0; layer < config.layers.size(); ++layer) {
        for (const ModelConfig::Linear& linear : config.linears(layer))
            STRATA_CHECK(checkLinear(config, shapes, linear));
        STRATA_CHECK(checkVectors(shapes, config.vectors(layer)));
    }
    return {};
}

}  // namespace

Result<void> checkShapes(const ModelConfig& config, const StackFile& stack) {
    const TensorShapes shapes{
        [&](std::string_view name) -> std::optional<Shape> {
            const int index = stack.findMatrix(name);
            if (index < 0) return std::nullopt;
            const MatrixInfo& info = stack.matrices()[static_cast<std::size_t>(index)];
            return Shape{info.rows, info.columns};
        },
        [&](std::string_view name) { return stack.dense(name) ? denseShape(stack.gguf(), name) : std::nullopt; }};
    if (auto status = checkAll(config, shapes); !status)
        return inFile(std::move(status).error(), stack.path().string());
    return {};
}

Result<void> checkShapes(const ModelConfig& config, const GgufFile& source) {
    const TensorShapes shapes{[&](std::string_view name) { return matrixShape(source, name); },
                              [&](std::string_view name) { return denseShape(source, name); }};
    if (auto status = checkAll(config, shapes); !status)
        return inFile(std::move(status).error(), source.path().string());
    return {};
}

}  // namespace strata
