// config.json to `<arch>.*` metadata.
#include "core/io/gguf.h"
#include "core/source/hugging_face_families.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include <nlohmann/json.hpp>

namespace strata {
namespace {

using nlohmann::json;

/// Reads members of a JSON object and writes them as metadata. The first thing that is wrong is kept and ends nothing:
/// see status().
class ConfigTranslator {
public:
    ConfigTranslator(const json& config, std::string_view architecture, GgufWriter& writer)
        : m_config(config), m_prefix(std::string(architecture) + "."), m_writer(writer) {}

    [[nodiscard]] const json& member(const char* key) const {
        static const json kNull;
        const auto found = m_config.find(key);
        return found == m_config.end() ? kNull : *found;
    }

    /// A whole number from 0; nullopt when it is missing or null.
    std::optional<std::uint32_t> whole(const char* key) {
        const json& value = member(key);
        if (value.is_null()) return std::nullopt;
        if (value.is_number_unsigned() && value.get<std::uint64_t>() <= std::numeric_limits<std::uint32_t>::max())
            return value.get<std::uint32_t>();
        refuse(key, "is no whole number");
        return std::nullopt;
    }
    std::optional<double> number(const json& object, const char* key) {
        const auto found = object.is_object() ? object.find(key) : object.end();
        if (!object.is_object() || found == object.end() || found->is_null()) return std::nullopt;
        if (found->is_number() && std::isfinite(found->get<double>())) return found->get<double>();
        refuse(key, "is no number");
        return std::nullopt;
    }
    std::optional<double> number(const char* key) { return number(m_config, key); }
    bool flag(const char* key, bool fallback) const {
        const json& value = member(key);
        return value.is_boolean() ? value.get<bool>() : fallback;
    }

    void addWhole(std::string_view ours, std::optional<std::uint32_t> value) {
        if (value) m_writer.add(m_prefix + std::string(ours), *value);
    }
    void addNumber(std::string_view ours, std::optional<double> value) {
        if (value) m_writer.add(m_prefix + std::string(ours), static_cast<float>(*value));
    }
    void addText(std::string_view ours, std::string_view value) { m_writer.add(m_prefix + std::string(ours), value); }

    void addFlag(std::string_view ours, bool value) { m_writer.add(m_prefix + std::string(ours), value); }

    std::uint32_t needed(const char* key) {
        const auto value = whole(key);
        if (!value) refuse(key, "is missing");
        return value.value_or(0);
    }
    void refuse(const char* key, const char* why, ErrorCode code = ErrorCode::Corrupt) {
        if (!m_status) return;
        m_status = fail(code, std::string("config.json: '") + key + "' " + why,
                        code == ErrorCode::Corrupt ? "download all files of the model again" : "");
    }
    [[nodiscard]] const Result<void>& status() const noexcept { return m_status; }

private:
    const json& m_config;
    std::string m_prefix;
    GgufWriter& m_writer;
    Result<void> m_status;
};

void describeSizes(ConfigTranslator& config) {
    config.addWhole("context_length", config.needed("max_position_embeddings"));
    config.addWhole("embedding_length", config.needed("hidden_size"));
    config.addWhole("block_count", config.needed("num_hidden_layers"));
    config.addWhole("feed_forward_length", config.needed("intermediate_size"));
    const std::uint32_t heads = config.needed("num_attention_heads");
    config.addWhole("attention.head_count", heads);
    config.addWhole("attention.head_count_kv", config.whole("num_key_value_heads").value_or(heads));
    config.addWhole("attention.key_length", config.whole("head_dim"));
    config.addWhole("attention.value_length", config.whole("head_dim"));
    config.addNumber("attention.layer_norm_rms_epsilon", config.number("rms_norm_eps").value_or(1e-6));
}

/// Every how many layers one attends to everything: stated, or to be seen in the list of layers.
void describePattern(ConfigTranslator& config) {
    if (const auto period = config.whole("sliding_window_pattern"); period && *period > 0)
        return config.addWhole("attention.sliding_window_pattern", period);
    const json& layers = config.member("layer_types");
    const auto isFull = [](const json& type) { return type == "full_attention"; };
    if (!layers.is_array() || std::ranges::none_of(layers, isFull) || std::ranges::all_of(layers, isFull)) return;
    const auto period = static_cast<std::size_t>(std::ranges::find_if(layers, isFull) - layers.begin()) + 1;
    for (std::size_t layer = 0; layer < layers.size(); ++layer)
        if (isFull(layers[layer]) != ((layer + 1) % period == 0))
            return config.refuse("layer_types", "has no regular pattern", ErrorCode::Unsupported);
    config.addWhole("attention.sliding_window_pattern", static_cast<std::uint32_t>(period));
}

void describeAttention(ConfigTranslator& config) {
    // Qwen 2 states a window and a switch for it.
    if (config.flag("use_sliding_window", true))
        config.addWhole("attention.sliding_window", config.whole("sliding_window"));
    describePattern(config);
    config.addNumber("attn_logit_softcapping", config.number("attn_logit_softcapping"));
    config.addNumber("final_logit_softcapping", config.number("final_logit_softcapping"));
}

void describeExperts(ConfigTranslator& config) {
    auto experts = config.whole("num_local_experts");
    if (!experts) experts = config.whole("num_experts");
    if (!experts) return;
    config.addWhole("expert_count", experts);
    config.addWhole("expert_used_count", config.needed("num_experts_per_tok"));
    config.addWhole("expert_feed_forward_length", config.whole("moe_intermediate_size"));
    config.addWhole("expert_shared_feed_forward_length", config.whole("shared_expert_intermediate_size"));
    if (const json& normalised = config.member("norm_topk_prob"); normalised.is_boolean())
        config.addFlag("expert_weights_norm", normalised.get<bool>());
}

/// Llama 3's keys have no counterpart among GGUF's own, whose converters write a tensor of factors; ours reads both.
void describeLlama3(ConfigTranslator& config, const json& scaling) {
    config.addNumber("rope.scaling.low_freq_factor", config.number(scaling, "low_freq_factor"));
    config.addNumber("rope.scaling.high_freq_factor", config.number(scaling, "high_freq_factor"));
}

void describeYarn(ConfigTranslator& config, const json& scaling) {
    config.addNumber("rope.scaling.yarn_beta_fast", config.number(scaling, "beta_fast"));
    config.addNumber("rope.scaling.yarn_beta_slow", config.number(scaling, "beta_slow"));
}

void describeScaling(ConfigTranslator& config, const json& scaling) {
    std::string kind = "default";
    for (const char* key : {"type", "rope_type"})
        if (const auto found = scaling.find(key); found != scaling.end() && found->is_string())
            kind = found->get<std::string>();
    // Dynamic scaling begins beyond the length that the model was trained for, where a session ends.
    if (kind == "default" || kind == "dynamic" || kind == "mrope") return;
    if (kind == "su") kind = "longrope";
    if (kind != "linear" && kind != "llama3" && kind != "yarn" && kind != "longrope")
        return config.refuse("rope_scaling", "is of a type that is not known (known: linear, llama3, yarn, longrope)",
                             ErrorCode::Unsupported);
    config.addText("rope.scaling.type", kind);
    config.addNumber("rope.scaling.factor", config.number(scaling, "factor"));
    auto original = config.number(scaling, "original_max_position_embeddings");
    if (!original) original = config.number("original_max_position_embeddings");
    if (original && *original >= 1 && *original <= 0xFFFFFFFFp0)
        config.addWhole("rope.scaling.original_context_length", static_cast<std::uint32_t>(*original));
    config.addNumber("rope.scaling.attn_factor", config.number(scaling, "attention_factor"));
    if (kind == "llama3") describeLlama3(config, scaling);
    if (kind == "yarn") describeYarn(config, scaling);
}

void describeRope(ConfigTranslator& config) {
    // Newer files gather everything in `rope_parameters`, per kind of attention where there are two.
    const json& gathered = config.member("rope_parameters");
    const bool perKind = gathered.is_object() && gathered.contains("full_attention");
    const json& global = perKind ? gathered.at("full_attention") : gathered;
    auto base = config.number("rope_theta");
    if (!base) base = config.number(global, "rope_theta");
    config.addNumber("rope.freq_base", base.value_or(10000));
    auto local = config.number("rope_local_base_freq");
    if (!local && perKind && gathered.contains("sliding_attention"))
        local = config.number(gathered.at("sliding_attention"), "rope_theta");
    config.addNumber("rope.freq_base_swa", local);
    const auto share = config.number("partial_rotary_factor");
    if (share && *share > 0 && *share <= 1) {
        const std::uint32_t heads = std::max(config.needed("num_attention_heads"), 1U);
        const std::uint32_t headDim = config.whole("head_dim").value_or(config.needed("hidden_size") / heads);
        config.addWhole("rope.dimension_count", static_cast<std::uint32_t>(*share * headDim));
    }
    const json& scaling = config.member("rope_scaling");
    if (scaling.is_object())
        describeScaling(config, scaling);
    else if (global.is_object())
        describeScaling(config, global);
}

std::vector<float> floatsOf(const json& scaling, const char* key) {
    std::vector<float> values;
    const auto found = scaling.find(key);
    if (found == scaling.end() || !found->is_array()) return values;
    for (const json& value : *found) values.push_back(value.is_number() ? value.get<float>() : 0.0F);
    return values;
}

}  // namespace

Result<std::vector<MemoryHeader::Values>> rotaryFactors(const json& config) {
    std::vector<MemoryHeader::Values> factors;
    for (const char* member : {"rope_scaling", "rope_parameters"}) {
        const auto scaling = config.find(member);
        if (scaling == config.end() || !scaling->is_object() || !scaling->contains("long_factor")) continue;
        factors.push_back({"rope_factors_long.weight", floatsOf(*scaling, "long_factor")});
        factors.push_back({"rope_factors_short.weight", floatsOf(*scaling, "short_factor")});
        if (!factors[0].values.empty() && factors[0].values.size() == factors[1].values.size()) return factors;
        return fail(ErrorCode::Corrupt,
                    std::string("config.json: '") + member + "' has no 'short_factor' and 'long_factor' of one length",
                    "download all files of the model again");
    }
    return factors;
}

Result<void> describeConfig(const HuggingFaceFamily& family, const json& stated, GgufWriter& writer) {
    json config = json::parse(family.defaults);
    config.update(stated);
    if (const auto found = config.find("quantization_config"); found != config.end() && found->is_object()) {
        const auto method = found->find("quant_method");
        const std::string name = method != found->end() && method->is_string() ? method->get<std::string>() : "unknown";
        return fail(ErrorCode::Unsupported, "weights quantized by the method '" + name + "'",
                    "choose the original model, in F32, F16 or BF16");
    }
    writer.add("general.architecture", family.architecture);
    ConfigTranslator translator(config, family.architecture, writer);
    describeSizes(translator);
    describeAttention(translator);
    describeExperts(translator);
    describeRope(translator);
    return translator.status();
}

}  // namespace strata
