#include "app/cli/file_summary.h"

#include "app/cli/session_setup.h"
#include "app/cli/weight_traffic.h"
#include "core/model/model_config.h"
#include "core/source/bitstack_checkpoint.h"
#include "core/text/tokenizer.h"

#include <map>
#include <set>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

namespace strata::cli {
namespace {

constexpr std::string_view kSourcePrefix = "strata.source.";

template <class T>
Json orNull(const Result<T>& value) {
    return value ? Json(*value) : Json(nullptr);
}

Json scalarJson(const GgufValue& value) {
    if (const auto* text = std::get_if<std::string>(&value.value)) return *text;
    if (const auto* whole = std::get_if<std::uint64_t>(&value.value)) return *whole;
    if (const auto* whole = std::get_if<std::int64_t>(&value.value)) return *whole;
    if (const auto* real = std::get_if<double>(&value.value)) return rounded(*real);
    if (const auto* flag = std::get_if<bool>(&value.value)) return *flag;
    Json elements = Json::array();
    const GgufArray& array = std::get<GgufArray>(value.value);
    constexpr std::size_t kShown = 64;
    for (const GgufValue& element : ggufElements(array, kShown))
        if (element.type != GgufType::Array) elements.push_back(scalarJson(element));
    return elements;
}

std::uint64_t elementCount(const std::vector<GgufTensor>& tensors) {
    std::uint64_t count = 0;
    for (const GgufTensor& tensor : tensors) count += tensor.elementCount();
    return count;
}

/// Of a tokenizer that is kept as the file that it came from.
Json verbatimTokenizerJson(const GgufFile& file) {
    const auto tokenizer = Tokenizer::fromGguf(file);
    if (!tokenizer) return nullptr;
    const bool json = file.find("tokenizer.huggingface.json") != nullptr;
    return Json{{"model", json ? "tokenizer.json" : "tokenizer.model"},
                {"pre", nullptr},
                {"tokens", (*tokenizer)->vocabularySize()}};
}

Json tokenizerJson(const GgufFile& file) {
    const GgufValue* tokens = file.find("tokenizer.ggml.tokens");
    const auto* array = tokens == nullptr ? nullptr : std::get_if<GgufArray>(&tokens->value);
    if (array == nullptr) return verbatimTokenizerJson(file);
    return Json{{"model", orNull(file.getString("tokenizer.ggml.model"))},
                {"pre", orNull(file.getString("tokenizer.ggml.pre"))},
                {"tokens", array->count}};
}

/// What a source and a stack have in common.
Json describeModel(const GgufFile& file, std::uint64_t fallbackParameters) {
    const auto architecture = file.getString("general.architecture");
    const std::string prefix = architecture.value_or("") + ".";
    const auto config = ModelConfig::fromGguf(file);
    Json model{{"name", orNull(file.getString("general.name"))},
               {"architecture", orNull(architecture)},
               {"supported", config.has_value()}};
    if (!config) model["unsupported_reason"] = config.error().message();
    model["parameters"] = config ? config->parameters : fallbackParameters;
    model["context_length"] = orNull(file.getUnsigned(prefix + "context_length"));
    model["embedding_length"] = orNull(file.getUnsigned(prefix + "embedding_length"));
    model["layers"] = orNull(file.getUnsigned(prefix + "block_count"));
    model["tokenizer"] = tokenizerJson(file);
    model["chat_template"] = file.find("tokenizer.chat_template") != nullptr;
    auto licence = file.getString("general.license");
    if (!licence) licence = file.getString("strata.source.licence");
    model["licence"] = orNull(licence);
    return model;
}

Json tensorTypes(const std::vector<GgufTensor>& tensors) {
    struct Sum {
        std::uint64_t count = 0, bytes = 0, elements = 0;
        GgmlType type{};
    };
    std::map<std::string, Sum> sums;
    for (const GgufTensor& tensor : tensors) {
        Sum& sum = sums[ggmlTypeName(tensor.type)];
        ++sum.count;
        sum.bytes += tensor.sizeBytes;
        sum.elements += tensor.elementCount();
        sum.type = tensor.type;
    }
    Json types = Json::array();
    for (const auto& [name, sum] : sums)
        types.push_back({{"type", name},
                         {"count", sum.count},
                         {"bytes", sum.bytes},
                         {"parameters", sum.elements},
                         {"readable", canDequantize(sum.type)}});
    return types;
}

Json tensorList(const std::vector<GgufTensor>& tensors) {
    Json list = Json::array();
    for (const GgufTensor& tensor : tensors)
        list.push_back({{"name", tensor.name},
                        {"type", ggmlTypeName(tensor.type)},
                        {"shape", tensor.shape},
                        {"bytes", tensor.sizeBytes}});
    return list;
}

Json curveJson(const StackFile& stack) {
    Json curve = Json::array();
    for (const CurvePoint& point : stack.curve())
        curve.push_back({{"weight_bytes", point.weightBytes},
                         {"blocks", point.blocks},
                         {"perplexity", rounded(point.perplexity)},
                         {"divergence", rounded(point.divergence)},
                         {"agreement", rounded(point.agreement)}});
    return curve;
}

Json sourceKeys(const GgufFile& file) {
    Json keys = Json::object();
    for (const auto& [key, value] : file.metadata())
        if (key.starts_with(kSourcePrefix)) keys[key.substr(kSourcePrefix.size())] = scalarJson(value);
    return keys;
}

/// Blocks and rank of a published checkpoint: the highest of all linears.
Json bitstackJson(const BitstackCheckpoint& checkpoint) {
    std::size_t blocks = 0;
    unsigned rank = 0;
    for (const auto& [name, linear] : checkpoint.linears()) {
        blocks = std::max(blocks, linear.blocks.size());
        rank = std::max(rank, linear.rank);
    }
    return Json{{"linears", checkpoint.linears().size()},
                {"blocks", blocks},
                {"rank", rank},
                {"ordered", !checkpoint.steps().empty()}};
}

/// Codec, levels and rank of the linear layers; of mixed stacks, all codecs and the highest of the others.
void addCodec(const StackFile& stack, Json& summary) {
    std::set<std::string_view> names;
    unsigned rank = 0, vocabularyLevels = 0;
    for (const MatrixInfo& matrix : stack.matrices()) {
        if (isVocabulary(matrix)) {
            vocabularyLevels = std::max(vocabularyLevels, matrix.levels);
        } else {
            names.insert(codecName(matrix.codec));
            rank = std::max(rank, matrix.rank);
        }
    }
    summary["codec"] = fmt::format("{}", fmt::join(names, "+"));
    summary["levels"] = highestLevel(stack);
    if (rank > 0) summary["rank"] = rank;
    summary["vocabulary_levels"] = vocabularyLevels;
}

}  // namespace

Json describeSource(const ModelFiles& source, bool allTensors) {
    const GgufFile& header = source.header();
    Json summary{{"file", source.path().string()},
                 {"format", sourceFormatName(source.format())},
                 {"version", source.format() == SourceFormat::Gguf ? Json(header.version()) : Json(nullptr)},
                 {"size_bytes", source.sizeBytes()},
                 {"parts", source.parts()}};
    summary.update(describeModel(header, elementCount(source.tensors())));
    // A split model's first part need not hold the tensors that parameters are counted from.
    if (header.tensors().size() < source.tensors().size()) summary["parameters"] = elementCount(source.tensors());
    if (source.bitstack() != nullptr) summary["bitstack"] = bitstackJson(*source.bitstack());
    summary["tensor_count"] = source.tensors().size();
    std::vector<GgufTensor> plain = source.tensors();
    if (source.bitstack() != nullptr)
        std::erase_if(plain, [&](const GgufTensor& tensor) { return source.bitstack()->find(tensor.name) != nullptr; });
    summary["tensors_by_type"] = tensorTypes(plain);
    if (allTensors) summary["tensors"] = tensorList(source.tensors());
    return summary;
}

Json describeStack(const StackFile& stack, bool allTensors) {
    const GgufFile& file = stack.gguf();
    Json summary{{"file", stack.path().string()},
                 {"format", "strata"},
                 {"version", orNull(file.getUnsigned("strata.version"))},
                 {"size_bytes", file.fileSizeBytes()}};
    summary.update(describeModel(file, weightCount(stack)));
    addCodec(stack, summary);
    summary["blocks"] = stack.blocks().size();
    summary["floor_bytes"] = floorWeightBytes(stack);
    summary["full_bytes"] = fullWeightBytes(stack);
    summary["bits_per_weight"] =
        rounded(8.0 * static_cast<double>(fullWeightBytes(stack)) / static_cast<double>(weightCount(stack)));
    summary["curve"] = curveJson(stack);
    summary["source"] = sourceKeys(file);
    if (allTensors) summary["tensors"] = tensorList(file.tensors());
    return summary;
}

}  // namespace strata::cli
