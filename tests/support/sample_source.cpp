#include "tests/support/sample_source.h"

#include <cstdlib>
#include <system_error>

namespace strata::test {

std::optional<std::filesystem::path> existingFile(const std::filesystem::path& path) {
    std::error_code ignored;
    return std::filesystem::is_regular_file(path, ignored) ? std::optional(path) : std::nullopt;
}

std::filesystem::path pathFromEnvironment(const char* name, const std::filesystem::path& otherwise) {
    const char* value = std::getenv(name);
    return value != nullptr && *value != '\0' ? std::filesystem::path(value) : otherwise;
}

std::optional<std::filesystem::path> sampleSource() {
    const std::filesystem::path tree = STRATA_SOURCE_DIR;
    return existingFile(pathFromEnvironment("STRATA_SAMPLE_GGUF", tree / "models/SmolLM2-135M-Instruct.Q4_1.gguf"));
}

}  // namespace strata::test
