#include "core/source/hugging_face_source.h"

#include "core/source/rotary_rows.h"
#include "core/text/tokenizer.h"

#include <algorithm>
#include <cstring>
#include <set>

#include <fmt/format.h>

namespace strata {
namespace {

using nlohmann::json;

/// What is stored beside the weights and not needed: computed from the configuration, or of another mode.
bool isSkipped(std::string_view name) {
    for (const std::string_view part : {"rotary_emb.inv_freq", "vision_tower.", "vision_model.",
                                        "multi_modal_projector.", "visual.", "audio_tower.", "masked_bias"})
        if (name.find(part) != std::string_view::npos) return true;
    return false;
}

/// "model.layers.0.mlp.up_proj.act.weight" -> ("model.layers.0.mlp.up_proj", "weight"). BitStack wraps a layer whose
/// output it scales: the layer is then `act` inside it.
std::pair<std::string, std::string_view> splitName(std::string_view name) {
    const std::size_t dot = name.rfind('.');
    if (dot == std::string_view::npos) return {std::string(name), {}};
    std::string_view module = name.substr(0, dot);
    constexpr std::string_view kWrapped = ".act";
    if (module.ends_with(kWrapped)) module.remove_suffix(kWrapped.size());
    return {std::string(module), name.substr(dot + 1)};
}

GgmlType ggmlTypeOf(SafetensorsType type) {
    if (type == SafetensorsType::F16) return GgmlType::F16;
    if (type == SafetensorsType::BF16) return GgmlType::BF16;
    return type == SafetensorsType::F64 ? GgmlType::F64 : GgmlType::F32;
}

bool isFloat(SafetensorsType type) {
    return type == SafetensorsType::F16 || type == SafetensorsType::BF16 || type == SafetensorsType::F32 ||
           type == SafetensorsType::F64;
}

std::vector<std::uint64_t> ggufShape(const SafetensorsTensor& tensor) {
    std::vector<std::uint64_t> shape(tensor.shape.rbegin(), tensor.shape.rend());
    // A gate with one output is a vector in GGUF.
    while (shape.size() > 1 && shape.back() == 1) shape.pop_back();
    if (shape.empty()) shape.push_back(1);
    return shape;
}

std::uint64_t sizeOf(GgmlType type, std::span<const std::uint64_t> shape) {
    std::uint64_t elements = 1;
    for (const std::uint64_t extent : shape) elements *= extent;
    return elements * ggmlTypeSize(type)->bytes;
}

}  // namespace

Result<std::unique_ptr<ModelFiles>> HuggingFaceSource::open(const std::filesystem::path& folder) {
    auto source = std::make_unique<HuggingFaceSource>();
    STRATA_TRY(source->m_folder, HuggingFaceFolder::read(folder));
    STRATA_TRY(source->m_weights, SafetensorsSet::open(folder));
    if (auto status = source->describe(); !status) return inFile(std::move(status).error(), folder.string());
    return source;
}

Result<void> HuggingFaceSource::describe() {
    const json& config = languageModel(m_folder.config);
    // A model of several modes has the family of its language model.
    STRATA_TRY(m_family, findHuggingFaceFamily(config.contains("model_type") ? config : m_folder.config));
    GgufWriter writer;
    STRATA_CHECK(describeConfig(*m_family, config, writer));
    writer.add("general.name", std::string_view(m_folder.name));
    if (m_folder.licence) writer.add("general.license", std::string_view(*m_folder.licence));
    STRATA_CHECK(describeTokenizer(writer));
    describeGeneration(writer);
    STRATA_TRY(std::vector<MemoryHeader::Values> factors, rotaryFactors(config));
    MemoryHeader::announce(writer, factors);
    STRATA_CHECK(addTensors(writer));
    return m_header.make(writer, std::move(factors));
}

Result<void> HuggingFaceSource::describeTokenizer(GgufWriter& writer) const {
    if (!m_folder.tokenizerJson.empty()) {
        writer.add("tokenizer.huggingface.json", std::string_view(m_folder.tokenizerJson));
    } else {
        const auto* bytes = reinterpret_cast<const std::uint8_t*>(m_folder.sentencePiece.data());
        writer.add("tokenizer.sentencepiece.model", std::span(bytes, m_folder.sentencePiece.size()));
    }
    if (m_folder.tokenizerConfig.is_object()) {
        json config = m_folder.tokenizerConfig;
        config.erase("chat_template");
        writer.add("tokenizer.huggingface.config",
                   std::string_view(config.dump(-1, ' ', false, json::error_handler_t::replace)));
    }
    if (!m_folder.chatTemplate.empty()) writer.add("tokenizer.chat_template", std::string_view(m_folder.chatTemplate));
    return {};
}

void HuggingFaceSource::describeGeneration(GgufWriter& writer) const {
    // Tokens that end an answer: one, or several; generation_config.json knows better than config.json.
    std::vector<std::int32_t> ends;
    for (const json* file : {&m_folder.config, &m_folder.generation}) {
        const auto found = file->is_object() ? file->find("eos_token_id") : file->end();
        if (!file->is_object() || found == file->end()) continue;
        for (const json& id : found->is_array() ? *found : json::array({*found}))
            if (id.is_number_unsigned() && id.get<std::uint64_t>() <= 0x7FFFFFFF)
                ends.push_back(id.get<std::int32_t>());
    }
    std::ranges::sort(ends);
    ends.erase(std::ranges::unique(ends).begin(), ends.end());
    if (!ends.empty()) writer.add("strata.source.end_of_turn", std::span<const std::int32_t>(ends));
    const json& generation = m_folder.generation;
    if (!generation.is_object() || !generation.value("do_sample", json(true)).is_boolean()) return;
    if (!generation.value("do_sample", json(true)).get<bool>()) return;
    for (const char* key : {"temperature", "top_p", "min_p", "repetition_penalty"})
        if (const auto found = generation.find(key); found != generation.end() && found->is_number())
            writer.add(std::string("strata.source.generation.") + key, found->get<float>());
    if (const auto found = generation.find("top_k"); found != generation.end() && found->is_number_unsigned())
        writer.add("strata.source.generation.top_k",
                   static_cast<std::uint32_t>(std::min<std::uint64_t>(found->get<std::uint64_t>(), 0xFFFFFFFF)));
}

std::size_t HuggingFaceSource::rotaryHeads(std::string_view stem) const {
    if (!m_family->interleaveRotary) return 0;
    const json& config = languageModel(m_folder.config);
    const std::size_t heads = config.value("num_attention_heads", json(0)).get<std::size_t>();
    if (stem == "attn_q") return heads;
    const json keys = config.value("num_key_value_heads", json());
    return stem == "attn_k" ? (keys.is_number_unsigned() ? keys.get<std::size_t>() : heads) : 0;
}

Result<void> HuggingFaceSource::addTensor(GgufWriter& writer, const SafetensorsTensor& tensor,
                                          const TensorPlace& place) {
    if (!isFloat(tensor.type))
        return fail(ErrorCode::Unsupported,
                    fmt::format("tensor '{}' is of type {}", tensor.name, safetensorsTypeName(tensor.type)),
                    "choose the original model, in F32, F16 or BF16");
    Entry entry{&tensor, rotaryHeads(place.stem), m_family->normsAddOne && place.stem.ends_with("norm"), nullptr};
    if (entry.rotaryHeads != 0 && (tensor.shape.empty() || tensor.shape[0] % (2 * entry.rotaryHeads) != 0))
        return fail(ErrorCode::Corrupt,
                    fmt::format("tensor '{}' does not fit {} attention heads", tensor.name, entry.rotaryHeads),
                    "download all files of the model again");
    if (!m_entries.emplace(place.name, entry).second)
        return fail(ErrorCode::Corrupt, fmt::format("tensor '{}' is there under two names", tensor.name),
                    "download all files of the model again");
    const std::vector<std::uint64_t> shape = ggufShape(tensor);
    const GgmlType type = ggmlTypeOf(tensor.type);
    writer.addTensor(place.name, type, shape, sizeOf(type, shape));
    return {};
}

Result<void> HuggingFaceSource::addTensors(GgufWriter& writer) {
    const json tied = languageModel(m_folder.config).value("tie_word_embeddings", json());
    std::vector<std::pair<TensorPlace, const SafetensorsTensor*>> scales;
    for (const SafetensorsTensor& tensor : m_weights.tensors()) {
        if (isSkipped(tensor.name)) continue;
        const auto [module, part] = splitName(tensor.name);
        const bool plain = part == "weight" || part == "bias";
        const auto place = placeOf(*m_family, module, plain ? part : "weight");
        if (!place)
            return fail(
                ErrorCode::Unsupported,
                fmt::format("tensor '{}' is not known in models of the family '{}'", tensor.name, m_family->modelType),
                "choose a model of a known family");
        if (place->stem == "output" && tied == json(true)) continue;
        if (plain) {
            STRATA_CHECK(addTensor(writer, tensor, *place));
        } else if (part == "scales") {
            scales.emplace_back(*place, &tensor);
        } else {
            if (!m_bitstack) m_bitstack = std::make_unique<BitstackCheckpoint>(m_weights);
            STRATA_CHECK(m_bitstack->add(place->name, module, part, tensor));
            m_bitstack->linear(place->name).rotaryHeads = rotaryHeads(place->stem);
        }
    }
    if (!m_bitstack) {
        if (scales.empty()) return {};
        return fail(ErrorCode::Unsupported, fmt::format("tensor '{}' without blocks to scale", scales[0].second->name));
    }
    for (const auto& [place, tensor] : scales) STRATA_CHECK(addScales(place, *tensor));
    return addBitstack(writer);
}

/// Scales stand at the layer whose output they divide: a norm takes them into its weights; of a linear they divide
/// what the next linear reads, element by element.
Result<void> HuggingFaceSource::addScales(const TensorPlace& place, const SafetensorsTensor& tensor) {
    const std::string block = place.name.substr(0, place.name.find(place.stem));
    const auto unknown = [&] {
        return fail(ErrorCode::Unsupported,
                    fmt::format("tensor '{}' scales a layer that none is known to follow", tensor.name));
    };
    if (const auto norm = m_entries.find(place.name); norm != m_entries.end() && place.stem.ends_with("norm")) {
        if (tensor.elementCount() != norm->second.tensor->elementCount())
            return fail(ErrorCode::Corrupt, fmt::format("tensor '{}' does not fit its norm", tensor.name));
        norm->second.divisors = &tensor;
        return {};
    }
    const std::string_view next = place.stem == "ffn_up" ? "ffn_down" : place.stem == "attn_v" ? "attn_output" : "";
    const std::string target = next.empty() ? place.name : block + std::string(next) + ".weight";
    if (m_bitstack->find(target) == nullptr) return unknown();
    m_bitstack->linear(target).scales = &tensor;
    return {};
}

Result<void> HuggingFaceSource::addBitstack(GgufWriter& writer) {
    STRATA_CHECK(m_bitstack->finish());
    for (const auto& [name, linear] : m_bitstack->linears()) {
        if (!m_entries.emplace(name, Entry{}).second)
            return fail(ErrorCode::Corrupt, fmt::format("'{}' has a weight and blocks", linear.module));
        const std::vector<std::uint64_t> shape{linear.columns, linear.rows};
        writer.addTensor(name, GgmlType::F32, shape, sizeOf(GgmlType::F32, shape));
    }
    if (m_folder.compressionConfig.empty()) return {};
    STRATA_TRY(std::vector<BitstackStep> steps, m_bitstack->order(m_folder.compressionConfig));
    m_bitstack->setSteps(std::move(steps));
    return {};
}

Result<void> HuggingFaceSource::readPlain(const Entry& entry, std::size_t first, std::size_t count, std::size_t columns,
                                          std::span<float> into) const {
    const std::span<const std::byte> bytes = m_weights.tensorBytes(*entry.tensor);
    const std::size_t rowBytes = columns * safetensorsTypeBytes(entry.tensor->type);
    if (entry.rotaryHeads == 0)
        return expandToFloat(entry.tensor->type, bytes.subspan(first * rowBytes, count * rowBytes), into);
    const std::size_t rows = bytes.size() / rowBytes;
    for (std::size_t row = 0; row < count; ++row)
        STRATA_CHECK(expandToFloat(entry.tensor->type,
                                   bytes.subspan(halvesRow(first + row, rows, entry.rotaryHeads) * rowBytes, rowBytes),
                                   into.subspan(row * columns, columns)));
    return {};
}

Result<void> HuggingFaceSource::rows(const GgufTensor& tensor, std::size_t first, std::size_t count,
                                     std::span<float> into) const {
    if (const std::vector<float>* values = m_header.find(tensor.name)) {
        std::ranges::copy(*values, into.begin());
        return {};
    }
    const Entry& entry = m_entries.find(tensor.name)->second;
    if (entry.tensor == nullptr) return m_bitstack->rows(*m_bitstack->find(tensor.name), first, count, into);
    // The rows of a bias that goes with interleaved rows are its elements.
    const bool vector = tensor.shape.size() == 1;
    const std::size_t columns = vector && entry.rotaryHeads != 0 ? 1 : tensor.shape[0];
    STRATA_CHECK(readPlain(entry, first, vector && columns == 1 ? into.size() : count, columns, into));
    for (float& value : into) value += entry.addOne ? 1.0F : 0.0F;
    if (entry.divisors != nullptr) {
        std::vector<float> divisors(into.size());
        STRATA_CHECK(expandToFloat(entry.divisors->type, m_weights.tensorBytes(*entry.divisors), divisors));
        for (std::size_t index = 0; index < into.size(); ++index) into[index] /= divisors[index];
    }
    m_weights.releaseTensor(*entry.tensor);
    return {};
}

Result<std::string> HuggingFaceSource::sha256(const JobContext& context) const {
    std::vector<std::filesystem::path> files{m_folder.path / "config.json"};
    for (const char* name : {"tokenizer.json", "tokenizer.model", "compression_config.json"})
        if (std::filesystem::exists(m_folder.path / name)) files.push_back(m_folder.path / name);
    for (const SafetensorsFile& part : m_weights.parts()) files.push_back(part.path());
    return sha256OfFiles(files, context);
}

}  // namespace strata
