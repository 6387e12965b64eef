#include "core/source/hugging_face_families.h"

#include <algorithm>
#include <array>
#include <charconv>

#include <nlohmann/json.hpp>

namespace strata {
namespace {

using nlohmann::json;

constexpr std::array kPlainNames{
    TensorName{"input_layernorm", "attn_norm"},    TensorName{"self_attn.q_proj", "attn_q"},
    TensorName{"self_attn.k_proj", "attn_k"},      TensorName{"self_attn.v_proj", "attn_v"},
    TensorName{"self_attn.q_norm", "attn_q_norm"}, TensorName{"self_attn.k_norm", "attn_k_norm"},
    TensorName{"self_attn.o_proj", "attn_output"}, TensorName{"post_attention_layernorm", "ffn_norm"},
    TensorName{"mlp.gate_proj", "ffn_gate"},       TensorName{"mlp.up_proj", "ffn_up"},
    TensorName{"mlp.down_proj", "ffn_down"},
};

constexpr std::array kGemmaNames{
    TensorName{"input_layernorm", "attn_norm"},
    TensorName{"self_attn.q_proj", "attn_q"},
    TensorName{"self_attn.k_proj", "attn_k"},
    TensorName{"self_attn.v_proj", "attn_v"},
    TensorName{"self_attn.q_norm", "attn_q_norm"},
    TensorName{"self_attn.k_norm", "attn_k_norm"},
    TensorName{"self_attn.o_proj", "attn_output"},
    TensorName{"post_attention_layernorm", "post_attention_norm"},
    TensorName{"pre_feedforward_layernorm", "ffn_norm"},
    TensorName{"post_feedforward_layernorm", "post_ffw_norm"},
    TensorName{"mlp.gate_proj", "ffn_gate"},
    TensorName{"mlp.up_proj", "ffn_up"},
    TensorName{"mlp.down_proj", "ffn_down"},
};

constexpr std::array kPhiNames{
    TensorName{"input_layernorm", "attn_norm"},    TensorName{"self_attn.qkv_proj", "attn_qkv"},
    TensorName{"self_attn.o_proj", "attn_output"}, TensorName{"post_attention_layernorm", "ffn_norm"},
    TensorName{"mlp.gate_up_proj", "ffn_up"},      TensorName{"mlp.down_proj", "ffn_down"},
};

constexpr std::array kMixtralNames{
    TensorName{"input_layernorm", "attn_norm"},
    TensorName{"self_attn.q_proj", "attn_q"},
    TensorName{"self_attn.k_proj", "attn_k"},
    TensorName{"self_attn.v_proj", "attn_v"},
    TensorName{"self_attn.o_proj", "attn_output"},
    TensorName{"post_attention_layernorm", "ffn_norm"},
    TensorName{"block_sparse_moe.gate", "ffn_gate_inp"},
    TensorName{"block_sparse_moe.experts.{}.w1", "ffn_gate.{}"},
    TensorName{"block_sparse_moe.experts.{}.w2", "ffn_down.{}"},
    TensorName{"block_sparse_moe.experts.{}.w3", "ffn_up.{}"},
};

constexpr std::array kQwenExpertNames{
    TensorName{"input_layernorm", "attn_norm"},
    TensorName{"self_attn.q_proj", "attn_q"},
    TensorName{"self_attn.k_proj", "attn_k"},
    TensorName{"self_attn.v_proj", "attn_v"},
    TensorName{"self_attn.q_norm", "attn_q_norm"},
    TensorName{"self_attn.k_norm", "attn_k_norm"},
    TensorName{"self_attn.o_proj", "attn_output"},
    TensorName{"post_attention_layernorm", "ffn_norm"},
    TensorName{"mlp.gate", "ffn_gate_inp"},
    TensorName{"mlp.experts.{}.gate_proj", "ffn_gate.{}"},
    TensorName{"mlp.experts.{}.up_proj", "ffn_up.{}"},
    TensorName{"mlp.experts.{}.down_proj", "ffn_down.{}"},
    TensorName{"mlp.shared_expert_gate", "ffn_gate_inp_shexp"},
    TensorName{"mlp.shared_expert.gate_proj", "ffn_gate_shexp"},
    TensorName{"mlp.shared_expert.up_proj", "ffn_up_shexp"},
    TensorName{"mlp.shared_expert.down_proj", "ffn_down_shexp"},
};

// Of Gemma 3's larger models, whose files state only what differs.
constexpr std::string_view kGemma3Defaults =
    R"({"num_attention_heads": 8, "num_key_value_heads": 4, "head_dim": 256, "max_position_embeddings": 131072,
        "rope_theta": 1000000.0, "sliding_window": 4096})";

constexpr std::array kFamilies{
    HuggingFaceFamily{"gemma2", "gemma2", false, true, kGemmaNames},
    HuggingFaceFamily{"gemma3", "gemma3", false, true, kGemmaNames, kGemma3Defaults},
    HuggingFaceFamily{"gemma3_text", "gemma3", false, true, kGemmaNames, kGemma3Defaults},
    HuggingFaceFamily{"llama", "llama", true, false, kPlainNames},
    HuggingFaceFamily{"mistral", "llama", true, false, kPlainNames},
    HuggingFaceFamily{"mixtral", "llama", true, false, kMixtralNames},
    HuggingFaceFamily{"phi3", "phi3", false, false, kPhiNames},
    HuggingFaceFamily{"qwen2", "qwen2", false, false, kPlainNames},
    HuggingFaceFamily{"qwen2_moe", "qwen2moe", false, false, kQwenExpertNames},
    HuggingFaceFamily{"qwen3", "qwen3", false, false, kPlainNames},
    HuggingFaceFamily{"qwen3_moe", "qwen3moe", false, false, kQwenExpertNames},
};

/// Takes a whole number off the front of `text`.
std::optional<std::size_t> takeNumber(std::string_view& text) {
    std::size_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc{}) return std::nullopt;
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    return number;
}

/// `ours` with the expert's number, if `module` matches `theirs`.
std::optional<std::string> matched(const TensorName& name, std::string_view module) {
    const std::size_t hole = name.theirs.find("{}");
    if (hole == std::string_view::npos) {
        if (module != name.theirs) return std::nullopt;
        return std::string(name.ours);
    }
    if (!module.starts_with(name.theirs.substr(0, hole))) return std::nullopt;
    module.remove_prefix(hole);
    const auto expert = takeNumber(module);
    if (!expert || module != name.theirs.substr(hole + 2)) return std::nullopt;
    return std::string(name.ours.substr(0, name.ours.find("{}"))) + std::to_string(*expert);
}

/// Names of models of several modes begin with where the language model stands in them.
std::string_view withoutPrefix(std::string_view module) {
    for (const std::string_view prefix :
         {"model.language_model.", "language_model.model.", "language_model.", "model."})
        if (module.starts_with(prefix)) return module.substr(prefix.size());
    return module;
}

}  // namespace

std::span<const HuggingFaceFamily> huggingFaceFamilies() noexcept {
    return kFamilies;
}

const json& languageModel(const json& config) {
    const auto found = config.find("text_config");
    return found != config.end() && found->is_object() ? *found : config;
}

Result<const HuggingFaceFamily*> findHuggingFaceFamily(const json& config) {
    const auto type = config.find("model_type");
    if (type == config.end() || !type->is_string())
        return fail(ErrorCode::Corrupt, "config.json has no 'model_type'", "download all files of the model again");
    const auto& name = type->get_ref<const std::string&>();
    const auto found = std::ranges::find(kFamilies, std::string_view(name), &HuggingFaceFamily::modelType);
    if (found != kFamilies.end()) return &*found;
    std::string known;
    for (const HuggingFaceFamily& family : kFamilies) {
        if (!known.empty()) known += ", ";
        known += family.modelType;
    }
    return fail(ErrorCode::Unsupported, "models of the family '" + name + "' (known: " + known + ")",
                "choose a model of a known family");
}

std::optional<TensorPlace> placeOf(const HuggingFaceFamily& family, std::string_view module, std::string_view suffix) {
    const auto place = [&](std::string name, std::string stem) {
        return TensorPlace{std::move(name) + "." + std::string(suffix), std::move(stem)};
    };
    std::string_view inner = withoutPrefix(module);
    if (inner == "embed_tokens") return place("token_embd", "token_embd");
    if (inner == "norm") return place("output_norm", "output_norm");
    if (inner == "lm_head") return place("output", "output");
    constexpr std::string_view kLayers = "layers.";
    if (!inner.starts_with(kLayers)) return std::nullopt;
    inner.remove_prefix(kLayers.size());
    const auto layer = takeNumber(inner);
    if (!layer || !inner.starts_with('.')) return std::nullopt;
    inner.remove_prefix(1);
    for (const TensorName& name : family.names)
        if (const auto ours = matched(name, inner)) return place("blk." + std::to_string(*layer) + "." + *ours, *ours);
    return std::nullopt;
}

}  // namespace strata
