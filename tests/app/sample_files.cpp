#include "tests/app/sample_files.h"

namespace strata::test {
std::optional<std::filesystem::path> evaluationText(const std::string& name) {
    const std::filesystem::path tree = STRATA_SOURCE_DIR;
    return existingFile(pathFromEnvironment("STRATA_EVALUATION_DATA", tree.parent_path() / "shared/data") / name);
}

std::filesystem::path sampleStack() {
    return std::filesystem::path(STRATA_SAMPLE_FOLDER) / "sample.strata";
}

}  // namespace strata::test
