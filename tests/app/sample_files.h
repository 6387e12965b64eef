// The sample model, its stack, and the evaluation texts. Tests are skipped where one is missing.
#pragma once

#include "tests/app/subprocess.h"

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace strata::test {

/// STRATA_SAMPLE_GGUF, or models/SmolLM2-135M-Instruct.Q4_1.gguf in the tree.
[[nodiscard]] std::optional<std::filesystem::path> sampleSource();
/// A file of ../shared/data, or of the folder STRATA_EVALUATION_DATA.
[[nodiscard]] std::optional<std::filesystem::path> evaluationText(const std::string& name);
/// Where the first test of the fixture puts the stack that the others use.
[[nodiscard]] std::filesystem::path sampleStack();

}  // namespace strata::test

/// Binds the path, or skips the test and says what is missing.
#define STRATA_NEED(variable, expression)                            \
    const auto variable##Found = (expression);                       \
    if (!variable##Found) GTEST_SKIP() << #expression " is missing"; \
    const std::string variable = variable##Found->string()
