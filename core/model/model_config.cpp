#include "core/model/model_config.h"

#include "core/model/architectures.h"

#include <algorithm>
#include <cassert>
#include <charconv>

namespace strata {
namespace {

std::string inBlock(std::size_t layer, std::string_view name) {
    return "blk." + std::to_string(layer) + "." + std::string(name);
}

/// Rows of a matrix, whether it is a tensor of a source or cut into the blocks of a stack.
Result<std::optional<std::uint64_t>> matrixRows(const GgufFile& file, std::string_view name) {
    if (const GgufTensor* tensor = file.findTensor(name); tensor && tensor->shape.size() == 2) return tensor->shape[1];
    if (!file.find("strata.matrix.name")) return std::nullopt;
    STRATA_TRY(const std::vector<std::string> names, file.getStrings("strata.matrix.name"));
    STRATA_TRY(const std::vector<std::int64_t> rows, file.getIntegers("strata.matrix.rows"));
    const auto found = static_cast<std::size_t>(std::ranges::find(names, name) - names.begin());
    if (found >= std::min(names.size(), rows.size()) || rows[found] <= 0) return std::nullopt;
    return static_cast<std::uint64_t>(rows[found]);
}

std::uint64_t countParameters(const ModelConfig& config) {
    const std::uint64_t table = std::uint64_t{config.vocabularySize} * config.embeddingLength;
    std::uint64_t count = (config.tiedEmbedding ? 1 : 2) * table + config.embeddingLength;
    for (std::size_t layer = 0; layer < config.layers.size(); ++layer) {
        for (const ModelConfig::Linear& linear : config.linears(layer))
            count += std::uint64_t{linear.rows} * linear.columns;
        for (const VectorShape& vector : config.vectors(layer))
            count += vector.optional ? 0 : std::uint64_t{vector.rows} * vector.length;
    }
    return count;
}

}  // namespace

Result<ModelConfig> ModelConfig::fromGguf(const GgufFile& file) {
    ModelConfig config;
    auto architecture = file.getString("general.architecture");
    if (!architecture)
        return inFile(std::move(architecture).error(), file.path().string(),
                      "choose a GGUF file that holds a language model");
    config.architecture = *architecture;
    auto read = [&]() -> Result<void> {
        STRATA_TRY(const Architecture* family, findArchitecture(config.architecture));
        STRATA_CHECK(family->describe(file, config));
        if (file.find("strata.matrix.name")) config.slices.clear();  // a stack holds every linear apart
        STRATA_TRY(const auto vocabulary, matrixRows(file, kEmbeddingName));
        if (!vocabulary) return fail(ErrorCode::NotFound, "tensor 'token_embd.weight' is missing");
        config.vocabularySize = *vocabulary;
        STRATA_TRY(const auto head, matrixRows(file, kOutputName));
        config.tiedEmbedding = !head;
        return {};
    };
    if (auto status = read(); !status) return inFile(std::move(status).error(), file.path().string());
    if (auto name = file.getString("general.name")) config.name = *std::move(name);
    config.parameters = countParameters(config);
    return config;
}

std::vector<ModelConfig::Linear> ModelConfig::linears(std::size_t layer) const {
    const LayerConfig& shape = layers[layer];
    const std::size_t queries = shape.heads * shape.headDim;
    const std::size_t keys = shape.kvHeads * shape.headDim;
    std::vector<Linear> result{{inBlock(layer, "attn_q.weight"), queries, embeddingLength, 0},
                               {inBlock(layer, "attn_k.weight"), keys, embeddingLength, 0},
                               {inBlock(layer, "attn_v.weight"), keys, embeddingLength, 0},
                               {inBlock(layer, "attn_output.weight"), embeddingLength, queries, 1}};
    const auto add = [&](const std::string& suffix, std::size_t length, std::optional<std::size_t> expert) {
        result.push_back({inBlock(layer, "ffn_gate" + suffix), length, embeddingLength, 2, expert});
        result.push_back({inBlock(layer, "ffn_up" + suffix), length, embeddingLength, 2, expert});
        result.push_back({inBlock(layer, "ffn_down" + suffix), embeddingLength, length, 3, expert});
    };
    const std::size_t experts = shape.experts.router.experts;
    for (std::size_t expert = 0; expert < experts; ++expert)
        add("." + std::to_string(expert) + ".weight", shape.experts.length, expert);
    if (shape.feedForwardLength > 0) add(experts > 0 ? "_shexp.weight" : ".weight", shape.feedForwardLength, {});
    return result;
}

std::vector<VectorShape> ModelConfig::vectors(std::size_t layer) const {
    const LayerConfig& shape = layers[layer];
    std::vector<VectorShape> result{{inBlock(layer, "attn_norm.weight"), embeddingLength, false},
                                    {inBlock(layer, "ffn_norm.weight"), embeddingLength, false},
                                    {inBlock(layer, "attn_q_norm.weight"), shape.headDim, !queryKeyNorms},
                                    {inBlock(layer, "attn_k_norm.weight"), shape.headDim, !queryKeyNorms}};
    if (postNorms) {
        result.push_back({inBlock(layer, "post_attention_norm.weight"), embeddingLength, false});
        result.push_back({inBlock(layer, "post_ffw_norm.weight"), embeddingLength, false});
    }
    if (const std::size_t experts = shape.experts.router.experts; experts > 0) {
        result.push_back({inBlock(layer, "ffn_gate_inp.weight"), embeddingLength, false, experts});
        if (shape.feedForwardLength > 0)
            result.push_back({inBlock(layer, "ffn_gate_inp_shexp.weight"), embeddingLength, false});
    }
    for (const Linear& linear : linears(layer)) {
        if (linear.expert) continue;
        const std::string stem = linear.name.substr(0, linear.name.size() - std::string_view("weight").size());
        result.push_back({stem + "bias", linear.rows, true});
    }
    return result;
}

std::optional<ExpertSlice> findExpertSlice(std::string_view name) {
    constexpr std::string_view kStart = "blk.";
    constexpr std::string_view kEnd = ".weight";
    if (!name.starts_with(kStart) || !name.ends_with(kEnd)) return std::nullopt;
    const std::string_view stem = name.substr(0, name.size() - kEnd.size());
    const std::size_t dot = stem.rfind('.');
    if (dot < kStart.size()) return std::nullopt;
    const std::string_view number = stem.substr(dot + 1);
    std::size_t expert = 0;
    const auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), expert);
    if (error != std::errc() || end != number.data() + number.size()) return std::nullopt;
    return ExpertSlice{std::string(stem.substr(0, dot)) + "_exps.weight", expert};
}

std::vector<VectorShape> ModelConfig::sharedVectors() const {
    const std::size_t pairs = rope.inverseFrequencies.size();
    return {{std::string(kOutputNormName), embeddingLength, false},
            {std::string(kRopeFactorsName), pairs, true},
            {std::string(kShortRopeFactorsName), pairs, true},
            {std::string(kLongRopeFactorsName), pairs, true}};
}

void ModelConfig::storeTogether(std::string_view whole, std::span<const std::string_view> parts) {
    for (std::size_t layer = 0; layer < layers.size(); ++layer) {
        const std::vector<Linear> stored = linears(layer);
        std::size_t rows = 0;
        std::vector<TensorSlice*> added;
        for (const std::string_view part : parts) {
            const std::string linearName = inBlock(layer, std::string(part) + ".weight");
            const auto linear = std::ranges::find(stored, linearName, &Linear::name);
            assert(linear != stored.end());
            added.push_back(
                &(slices[linearName] = {inBlock(layer, std::string(whole) + ".weight"), rows, linear->rows, 0}));
            rows += linear->rows;
        }
        for (TensorSlice* slice : added) slice->tensorRows = rows;
    }
}

void ModelConfig::useContext(std::size_t tokens) {
    if (!longContextRope || tokens <= longContextRope->aboveTokens) return;
    rope.inverseFrequencies = longContextRope->inverseFrequencies;
}

KvShape ModelConfig::kvShape() const {
    KvShape shape;
    for (const LayerConfig& layer : layers) shape.layers.push_back({layer.kvHeads, layer.headDim, layer.heads});
    return shape;
}

}  // namespace strata
