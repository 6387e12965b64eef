#include "tests/app/sample_files.h"

#include <cstdlib>

namespace strata::test {
namespace {

std::optional<std::filesystem::path> existing(const std::filesystem::path& path) {
    std::error_code ignored;
    return std::filesystem::is_regular_file(path, ignored) ? std::optional(path) : std::nullopt;
}

std::filesystem::path fromEnvironment(const char* name, const std::filesystem::path& otherwise) {
    const char* value = std::getenv(name);
    return value != nullptr && *value != '\0' ? std::filesystem::path(value) : otherwise;
}

}  // namespace

std::optional<std::filesystem::path> sampleSource() {
    const std::filesystem::path tree = STRATA_SOURCE_DIR;
    return existing(fromEnvironment("STRATA_SAMPLE_GGUF", tree / "models/SmolLM2-135M-Instruct.Q4_1.gguf"));
}

std::optional<std::filesystem::path> evaluationText(const std::string& name) {
    const std::filesystem::path tree = STRATA_SOURCE_DIR;
    return existing(fromEnvironment("STRATA_EVALUATION_DATA", tree.parent_path() / "shared/data") / name);
}

std::filesystem::path sampleStack() {
    return std::filesystem::path(STRATA_SAMPLE_FOLDER) / "sample.strata";
}

}  // namespace strata::test
