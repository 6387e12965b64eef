// The sample model, its stack, and the evaluation texts. Tests are skipped where one is missing.
#pragma once

#include "tests/app/subprocess.h"
#include "tests/support/sample_source.h"

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace strata::test {

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
