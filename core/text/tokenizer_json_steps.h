// Normalizers and pre-tokenizers as tokenizer.json describes them. Private to core/text.
#pragma once

#include "core/base/result.h"
#include "core/text/normalizer.h"
#include "core/text/pre_tokenizer.h"

#include <nlohmann/json.hpp>

namespace strata {

/// Appends the steps of a "normalizer" entry (null: none). Errors: Unsupported and Corrupt, naming the type.
[[nodiscard]] Result<void> readNormalizerSteps(const nlohmann::json& entry, Normalizer& out, int depth = 0);
/// Appends the steps of a "pre_tokenizer" entry (null: none). Errors: as above.
[[nodiscard]] Result<void> readPreTokenizerSteps(const nlohmann::json& entry, PreTokenizer& out, int depth = 0);

/// Members of JSON objects, with a default where they are missing or null or of another type.
[[nodiscard]] inline std::string textOf(const nlohmann::json& object, const char* key, std::string fallback = {}) {
    const auto found = object.is_object() ? object.find(key) : object.end();
    return object.is_object() && found != object.end() && found->is_string() ? found->get<std::string>() : fallback;
}
[[nodiscard]] inline bool flagOf(const nlohmann::json& object, const char* key, bool fallback) {
    const auto found = object.is_object() ? object.find(key) : object.end();
    return object.is_object() && found != object.end() && found->is_boolean() ? found->get<bool>() : fallback;
}
[[nodiscard]] inline const nlohmann::json& memberOf(const nlohmann::json& object, const char* key) {
    static const nlohmann::json kNull;
    const auto found = object.is_object() ? object.find(key) : object.end();
    return object.is_object() && found != object.end() ? *found : kNull;
}

}  // namespace strata
