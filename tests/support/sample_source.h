// The sample model, where it is; tests that need it are skipped where it is not.
#pragma once

#include <filesystem>
#include <optional>

namespace strata::test {

/// STRATA_SAMPLE_GGUF, or models/SmolLM2-135M-Instruct.Q4_1.gguf in the tree; nullopt when it is not there.
[[nodiscard]] std::optional<std::filesystem::path> sampleSource();

/// `path` if it is a file.
[[nodiscard]] std::optional<std::filesystem::path> existingFile(const std::filesystem::path& path);
/// What the environment variable `name` says, or `otherwise`.
[[nodiscard]] std::filesystem::path pathFromEnvironment(const char* name, const std::filesystem::path& otherwise);

}  // namespace strata::test
