// The files of a Hugging Face model folder, found and read, but for the weights.
#pragma once

#include "core/base/result.h"

#include <filesystem>
#include <optional>
#include <string>

#include <nlohmann/json.hpp>

namespace strata {

/// Plain data. Folders of a hub cache (snapshots/REVISION, made of symbolic links) are folders like any other.
struct HuggingFaceFolder {
    std::filesystem::path path;
    nlohmann::json config;               ///< config.json
    nlohmann::json generation;           ///< generation_config.json; null when there is none
    nlohmann::json tokenizerConfig;      ///< tokenizer_config.json, likewise
    std::string tokenizerJson;           ///< tokenizer.json, verbatim; empty when there is none
    std::string sentencePiece;           ///< tokenizer.model, verbatim; empty when there is none or it is not needed
    std::string chatTemplate;            ///< chat_template.jinja, else the one in tokenizer_config.json; may be empty
    std::string compressionConfig;       ///< compression_config.json of a BitStack checkpoint; may be empty
    std::string name;                    ///< of the model, from the folder's (or the hub cache's)
    std::optional<std::string> licence;  ///< from the front matter of README.md

    /// Errors: NotFound naming everything that is missing and what it is for; Corrupt, naming the file.
    [[nodiscard]] static Result<HuggingFaceFolder> read(const std::filesystem::path& folder);
};

}  // namespace strata
