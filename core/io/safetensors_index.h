// Private to core/io: the file model.safetensors.index.json, which says in which shard each tensor is.
#pragma once

#include "core/base/result.h"

#include <string>
#include <string_view>
#include <unordered_map>

namespace strata {

/// Tensor name -> the shard's file name, a plain name without folders.
using SafetensorsIndex = std::unordered_map<std::string, std::string>;

/// Errors: Corrupt, naming the field.
[[nodiscard]] Result<SafetensorsIndex> parseSafetensorsIndex(std::string_view text);

}  // namespace strata
