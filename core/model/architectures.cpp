#include "core/model/architectures.h"

#include <algorithm>
#include <array>

namespace strata {
namespace {

using namespace architectures_detail;

constexpr std::array kArchitectures{
    Architecture{"gemma2", "Gemma 2", describeGemma2},
    Architecture{"gemma3", "Gemma 3", describeGemma3},
    Architecture{"llama", "Llama 2, 3, 3.1, 3.2, Mistral, Mixtral, SmolLM2", describeLlama},
    Architecture{"mistral", "Mistral", describeLlama},
    Architecture{"phi3", "Phi-3, Phi-3.5, Phi-4", describePhi3},
    Architecture{"qwen2", "Qwen 2, Qwen 2.5", describeQwen2},
    Architecture{"qwen2moe", "Qwen 1.5 MoE, Qwen 2 MoE", describeQwen2Moe},
    Architecture{"qwen3", "Qwen 3", describeQwen3},
    Architecture{"qwen3moe", "Qwen 3 MoE", describeQwen3Moe},
};

}  // namespace

std::span<const Architecture> architectures() noexcept {
    return kArchitectures;
}

Result<const Architecture*> findArchitecture(std::string_view name) {
    const auto found = std::ranges::find(kArchitectures, name, &Architecture::name);
    if (found != kArchitectures.end()) return &*found;
    std::string known;
    for (const Architecture& architecture : kArchitectures) {
        if (!known.empty()) known += ", ";
        known += architecture.name;
    }
    return fail(ErrorCode::Unsupported, "models of the family '" + std::string(name) + "' (known: " + known + ")",
                "choose a model of a known family");
}

}  // namespace strata
