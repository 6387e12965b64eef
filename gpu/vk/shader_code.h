// The embedded SPIR-V modules, by the name that gpu/shaders/CMakeLists.txt gives them.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "strata_shaders/shader_id.h"

namespace strata::gpu {

struct ShaderCode {
    std::string_view name;
    std::span<const std::uint32_t> words;
};

/// Of static lifetime.
[[nodiscard]] ShaderCode shaderCode(ShaderId id) noexcept;

}  // namespace strata::gpu
